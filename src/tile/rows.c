#include "tile/rows.h"

#include <stdlib.h>

void mm_rows_release(struct mm_rows *r)
{
	free(r->row);
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

static int by_row(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
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
	mm_rtree_search(mm_layer_rtree(l), window, add_row, r);
	if (r->count > mm_layer_count(l) / 64 && sort_by_marks(r, mm_layer_count(l)))
		return;
	if (r->count > 1)
		qsort(r->row, r->count, sizeof(*r->row), by_row);
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
