#include "tile/rows.h"

#include "base/sort.h"

#include <stdlib.h>

void mm_rows_release(struct mm_rows *r)
{
	free(r->row);
	free(r->spare);
	*r = (struct mm_rows){0};
}

static bool add_row(void *ctx, uint32_t number)
{
	struct mm_rows *r = ctx;

	if (r->count == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 1024;
		uint32_t *wide = realloc(r->row, cap * sizeof(*wide));

		if (!wide) {
			r->failed = true;
			return false;
		}
		r->row = wide;
		r->cap = cap;
	}
	r->row[r->count++] = number;
	return true;
}

static bool sort(struct mm_rows *r)
{
	if (r->count > r->spare_cap) {
		free(r->spare);
		r->spare_cap = r->cap;
		r->spare = malloc(r->spare_cap * sizeof(*r->spare));
	}
	if (!r->spare) {
		r->spare_cap = 0;
		return false;
	}
	mm_sort_u32(r->row, r->spare, r->count);
	return true;
}

void mm_rows_find(struct mm_rows *r, const struct mm_rtree *tree, const struct mm_world_box *window)
{
	r->count = 0;
	r->failed = false;
	mm_rtree_search(tree, window, add_row, r);
	if (r->count && !sort(r))
		r->failed = true;
}
