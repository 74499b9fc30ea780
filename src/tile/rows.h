#ifndef MM_TILE_ROWS_H
#define MM_TILE_ROWS_H

#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of one layer, in a list that grows. Zeroed: empty and ready. */
struct mm_rows {
	uint32_t *row;
	size_t count, cap;
	uint32_t *spare; /* room of the sort */
	size_t spare_cap;
	bool failed; /* out of memory */
};

void mm_rows_release(struct mm_rows *r);

/* The numbers of a tree whose box meets the window, ascending; replaces what was there. */
void mm_rows_find(struct mm_rows *r, const struct mm_rtree *tree, const struct mm_world_box *window);

#endif
