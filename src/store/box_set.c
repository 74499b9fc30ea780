#include "store/box_set.h"

#include <stdint.h>
#include <stdlib.h>

enum { GATHER_MAX = 4096, SHIFT_STEP = 2, WORLD_BITS = 32 };

void mm_box_set_release(struct mm_box_set *s)
{
	free(s->box);
	*s = (struct mm_box_set){0};
}

void mm_box_set_add_everything(struct mm_box_set *s)
{
	mm_box_set_release(s);
	s->is_everything = true;
}

static void widen(struct mm_world_box *b, const struct mm_world_box *o)
{
	b->min_x = o->min_x < b->min_x ? o->min_x : b->min_x;
	b->min_y = o->min_y < b->min_y ? o->min_y : b->min_y;
	b->max_x = o->max_x > b->max_x ? o->max_x : b->max_x;
	b->max_y = o->max_y > b->max_y ? o->max_y : b->max_y;
}

static bool grow(struct mm_box_set *s)
{
	size_t cap = s->cap ? s->cap * 2 : 16;
	struct mm_world_box *wide = realloc(s->box, cap * sizeof(*wide));

	if (!wide)
		return false;
	s->box = wide;
	s->cap = cap;
	return true;
}

void mm_box_set_add(struct mm_box_set *s, const struct mm_world_box *box)
{
	if (s->is_everything || box->min_x > box->max_x || box->min_y > box->max_y)
		return;
	if (s->count == GATHER_MAX)
		mm_box_set_settle(s, MM_BOX_SET_MAX);
	if (s->count == s->cap && !grow(s)) {
		mm_box_set_add_everything(s);
		return;
	}
	if (s->count == 0)
		s->around = *box;
	widen(&s->around, box);
	s->box[s->count++] = *box;
}

void mm_box_set_add_all(struct mm_box_set *s, const struct mm_box_set *other)
{
	if (other->is_everything)
		mm_box_set_add_everything(s);
	for (size_t i = 0; i < other->count; i++)
		mm_box_set_add(s, &other->box[i]);
}

/* Every second bit, from the lowest. */
static uint64_t spread(uint32_t v)
{
	uint64_t w = v;

	w = (w | w << 16) & UINT64_C(0x0000ffff0000ffff);
	w = (w | w << 8) & UINT64_C(0x00ff00ff00ff00ff);
	w = (w | w << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	w = (w | w << 2) & UINT64_C(0x3333333333333333);
	return (w | w << 1) & UINT64_C(0x5555555555555555);
}

/* Where the middle of a box is along the Z curve: cells of 2^n units share all but the lowest 2n bits. */
static uint64_t place_of(const struct mm_world_box *b)
{
	return spread(b->min_x + (b->max_x - b->min_x) / 2) | spread(b->min_y + (b->max_y - b->min_y) / 2)
								  << 1;
}

static int by_place(const void *a, const void *b)
{
	uint64_t l = place_of(a), r = place_of(b);

	return (l > r) - (l < r);
}

/* Makes one of all neighbours in a cell of 2^shift units. */
static void join(struct mm_box_set *s, unsigned shift)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++) {
		uint64_t cell = shift < WORLD_BITS ? place_of(&s->box[i]) >> 2 * shift : 0;

		if (n && (shift < WORLD_BITS ? place_of(&s->box[n - 1]) >> 2 * shift : 0) == cell &&
		    (shift > 0 ||
		     !((s->box[n - 1].max_x ^ s->box[i].max_x) | (s->box[n - 1].max_y ^ s->box[i].max_y))))
			widen(&s->box[n - 1], &s->box[i]);
		else
			s->box[n++] = s->box[i];
	}
	s->count = n;
}

void mm_box_set_settle(struct mm_box_set *s, size_t most)
{
	unsigned shift = 0;

	do {
		/* a joined box has its middle elsewhere */
		if (s->count > 1)
			qsort(s->box, s->count, sizeof(*s->box), by_place);
		join(s, shift);
		shift += SHIFT_STEP;
	} while (s->count > most && shift <= WORLD_BITS);
}

bool mm_box_set_meets(const struct mm_box_set *s, const struct mm_world_box *window)
{
	if (s->is_everything)
		return true;
	if (s->count == 0 || !mm_world_box_meets(&s->around, window))
		return false;
	for (size_t i = 0; i < s->count; i++)
		if (mm_world_box_meets(&s->box[i], window))
			return true;
	return false;
}
