#ifndef MM_TILE_ROWS_H
#define MM_TILE_ROWS_H

#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of one layer, by places or numbers of items, in a list that grows. Zeroed: empty and ready. */
struct mm_rows {
	uint32_t *row;
	size_t count, cap;
	uint64_t *key; /* room of the sort, twice as much as of rows */
	size_t key_cap;
	bool failed; /* out of memory */
};

void mm_rows_release(struct mm_rows *r);

/* The numbers of a tree whose box meets the window, in its order; replaces what was there. */
void mm_rows_find(struct mm_rows *r, const struct mm_rtree *tree, const struct mm_world_box *window);

/* Has them ascend, or stand as `order` of each does, which no two share. */
void mm_rows_sort(struct mm_rows *r, const uint32_t *order);

#endif
