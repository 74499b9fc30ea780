#include "store/dust.h"

#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 3 };
static const uint64_t LINE_BIT = UINT64_C(1) << 63;

/* Puts a zero bit between any two. */
static uint64_t spread(uint64_t v)
{
	v = (v | v << 16) & UINT64_C(0x0000ffff0000ffff);
	v = (v | v << 8) & UINT64_C(0x00ff00ff00ff00ff);
	v = (v | v << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	v = (v | v << 2) & UINT64_C(0x3333333333333333);
	return (v | v << 1) & UINT64_C(0x5555555555555555);
}

static uint32_t squeeze(uint64_t v)
{
	v &= UINT64_C(0x5555555555555555);
	v = (v | v >> 1) & UINT64_C(0x3333333333333333);
	v = (v | v >> 2) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	v = (v | v >> 4) & UINT64_C(0x00ff00ff00ff00ff);
	v = (v | v >> 8) & UINT64_C(0x0000ffff0000ffff);
	return (uint32_t)(v | v >> 16);
}

uint64_t mm_dust_key(uint32_t x, uint32_t y, bool is_line)
{
	return spread(x) | spread(y) << 1 | (is_line ? LINE_BIT : 0);
}

uint32_t mm_dust_x(uint64_t key)
{
	return squeeze(key & ~LINE_BIT);
}

uint32_t mm_dust_y(uint64_t key)
{
	return squeeze((key & ~LINE_BIT) >> 1);
}

static uint64_t parent(uint64_t key)
{
	return (key & ~LINE_BIT) >> 2 | (key & LINE_BIT);
}

void mm_dust_release(struct mm_dust *d)
{
	free(d->cell);
	free(d->more);
	*d = (struct mm_dust){.importance = d->importance};
}

void mm_dust_add(struct mm_dust *d, uint64_t key, float amount, uint32_t row)
{
	if (d->more_count == d->more_cap) {
		size_t cap = d->more_cap ? d->more_cap * 2 : 1024;
		struct mm_dust_cell *wide = realloc(d->more, cap * sizeof(*wide));

		if (!wide) {
			d->failed = true;
			return;
		}
		d->more = wide;
		d->more_cap = cap;
	}
	d->more[d->more_count++] = (struct mm_dust_cell){key, amount, row};
}

/* The more important of two rows, the earlier of equals. */
static uint32_t first_of(const struct mm_dust *d, uint32_t a, uint32_t b)
{
	if (d->importance[a] != d->importance[b])
		return d->importance[a] > d->importance[b] ? a : b;
	return a < b ? a : b;
}

static void put(const struct mm_dust *d, struct mm_dust_cell *out, size_t *count,
		const struct mm_dust_cell *c)
{
	struct mm_dust_cell *last = *count ? &out[*count - 1] : NULL;

	if (!last || last->key != c->key) {
		out[(*count)++] = *c;
		return;
	}
	last->amount += c->amount;
	last->row = first_of(d, last->row, c->row);
}

static void sort_more(struct mm_dust *d, struct mm_dust_cell *spare)
{
	_Static_assert(sizeof(*spare) == sizeof(struct mm_keyed), "cells are sorted as what they begin with");
	mm_sort_keyed((struct mm_keyed *)(void *)d->more, (struct mm_keyed *)(void *)spare, d->more_count);
}

void mm_dust_gather(struct mm_dust *d)
{
	struct mm_dust_cell *out;
	size_t n = 0, i = 0, k = 0;

	if (!d->more_count)
		return;
	out = malloc((d->count + d->more_count) * sizeof(*out));
	if (!out) {
		d->failed = true;
		return;
	}
	sort_more(d, out);
	while (i < d->count || k < d->more_count) {
		bool old = k == d->more_count || (i < d->count && d->cell[i].key <= d->more[k].key);

		put(d, out, &n, old ? &d->cell[i++] : &d->more[k++]);
	}
	free(d->cell);
	d->cell = out;
	d->count = n;
	free(d->more);
	d->more = NULL;
	d->more_count = d->more_cap = 0;
}

void mm_dust_fold(struct mm_dust *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++) {
		struct mm_dust_cell c = d->cell[i];

		c.amount /= mm_dust_is_line(c.key) ? 2 : 4;
		c.key = parent(c.key);
		put(d, d->cell, &n, &c);
	}
	d->count = n;
}

enum { NEXT = 4 };
#define NONE UINT32_MAX

/* A pixel or a block of them while dust settles, and the cells of the most important rows of it that are not
 * shown yet. */
struct block {
	uint64_t key;
	float amount;
	bool is_shown; /* some pixel of it */
	uint32_t next[NEXT];
};

/* Puts a cell among those that are next. */
static void put_next(const struct mm_dust *d, struct block *to, uint32_t cell)
{
	for (int i = 0; i < NEXT && cell != NONE; i++) {
		uint32_t was = to->next[i];

		if (was != NONE && first_of(d, d->cell[was].row, d->cell[cell].row) == d->cell[was].row)
			continue;
		to->next[i] = cell;
		cell = was;
	}
}

static void join(const struct mm_dust *d, struct block *to, const struct block *from)
{
	to->amount += from->amount;
	to->is_shown |= from->is_shown;
	for (int i = 0; i < NEXT; i++)
		put_next(d, to, from->next[i]);
}

static void show(const struct mm_dust *d, struct block *b, int size, void (*emit)(void *, uint64_t, uint32_t),
		 void *ctx)
{
	const float enough = size == BLOCKS ? 0.5F : 1; /* before the last, what is left is not lost */

	while (b->next[0] != NONE && (b->amount >= enough || (size == BLOCKS && !b->is_shown))) {
		emit(ctx, d->cell[b->next[0]].key, d->cell[b->next[0]].row);
		b->amount -= 1;
		b->is_shown = true;
		memmove(b->next, b->next + 1, (NEXT - 1) * sizeof(*b->next));
		b->next[NEXT - 1] = NONE;
	}
}

enum mm_code mm_dust_settle(const struct mm_dust *d, void (*emit)(void *ctx, uint64_t key, uint32_t row),
			    void *ctx, struct mm_err *reterr)
{
	struct block *b = malloc((d->count + 1) * sizeof(*b));
	size_t count = d->count;

	if (!b || d->failed || count >= NONE) {
		free(b);
		return mm_fail_nomem(reterr);
	}
	for (size_t i = 0; i < count; i++)
		b[i] = (struct block){.key = d->cell[i].key,
				      .amount = d->cell[i].amount,
				      .next = {(uint32_t)i, NONE, NONE, NONE}};
	for (int size = 0; size <= BLOCKS; size++) {
		size_t n = 0;

		for (size_t i = 0; i < count; i++) {
			struct block one = b[i];

			show(d, &one, size, emit, ctx);
			one.key = parent(one.key);
			if (n && b[n - 1].key == one.key)
				join(d, &b[n - 1], &one);
			else
				b[n++] = one;
		}
		count = n;
	}
	free(b);
	return MM_OK;
}
