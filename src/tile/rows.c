#include "tile/rows.h"

#include "base/sort.h"

#include <stdlib.h>

void mm_rows_release(struct mm_rows *r)
{
	free(r->row);
	free(r->key);
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

static bool make_keys(struct mm_rows *r)
{
	if (r->count <= r->key_cap)
		return true;
	free(r->key);
	r->key = malloc(r->cap * 2 * sizeof(*r->key));
	r->key_cap = r->key ? r->cap : 0;
	return r->key;
}

void mm_rows_sort(struct mm_rows *r, const uint32_t *order)
{
	if (!make_keys(r)) {
		r->failed = true;
		return;
	}
	for (size_t i = 0; order && i < r->count; i++)
		r->key[i] = (uint64_t)order[r->row[i]] << 32 | r->row[i];
	if (order)
		mm_sort_u64_high(r->key, r->key + r->key_cap, r->count);
	else
		mm_sort_u32(r->row, (uint32_t *)(void *)r->key, r->count);
	for (size_t i = 0; order && i < r->count; i++)
		r->row[i] = (uint32_t)r->key[i];
}

void mm_rows_find(struct mm_rows *r, const struct mm_rtree *tree, const struct mm_world_box *window)
{
	r->count = 0;
	r->failed = false;
	mm_rtree_search(tree, window, add_row, r);
}
