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

/* In order by marking them, which is faster when they are a good part of the layer. False: no memory for it.
 */
static bool sort_by_marks(struct mm_rows *r, uint32_t layer_rows)
{
	size_t words = (size_t)layer_rows / 64 + 1, n = 0;
	uint64_t *mark = calloc(words, sizeof(*mark));

	if (!mark)
		return false;
	for (size_t i = 0; i < r->count; i++)
		mark[r->row[i] / 64] |= UINT64_C(1) << (r->row[i] % 64);
	for (size_t i = 0; i < words; i++)
		for (uint64_t bits = mark[i]; bits; bits &= bits - 1)
			r->row[n++] = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(bits));
	free(mark);
	return true;
}

void mm_rows_find(struct mm_rows *r, const struct mm_layer *l, const struct mm_world_box *window)
{
	r->count = 0;
	r->failed = false;
	mm_rtree_search(mm_layer_rtree(l), window, add_row, r);
	if (r->count > mm_layer_count(l) / 16 && sort_by_marks(r, mm_layer_count(l)))
		return;
	if (r->count && !sort(r))
		r->failed = true;
}

struct sized {
	uint64_t size;
	uint32_t row;
};

static int by_size(const void *a, const void *b)
{
	const struct sized *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return (x->row > y->row) - (x->row < y->row);
}

void mm_rows_largest_first(struct mm_rows *r, const struct mm_layer *l)
{
	struct sized *list = malloc((r->count ? r->count : 1) * sizeof(*list));

	if (!list) {
		r->failed = true;
		return;
	}
	for (size_t i = 0; i < r->count; i++) {
		struct mm_world_box b = {0, 0, 0, 0};

		(void)mm_layer_box_world(l, r->row[i], &b);
		list[i] = (struct sized){(uint64_t)(b.max_x - b.min_x) + (b.max_y - b.min_y), r->row[i]};
	}
	qsort(list, r->count, sizeof(*list), by_size);
	for (size_t i = 0; i < r->count; i++)
		r->row[i] = list[i].row;
	free(list);
}
