#include "print/plot/room.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const double CELL_MM = 8;

enum { TAKEN_MAX = 1 << 21 }; /* 80 MB: several thousand symbols as large as an A0 sheet */

/* A box that is taken, in a list for each cell that it meets. */
struct taken {
	struct mm_paper_box box;
	uint32_t next; /* in its cell; UINT32_MAX: the last */
};

struct mm_plot_room {
	struct mm_paper_box field;
	uint32_t columns, rows, *cell;
	struct taken *taken;
	size_t count, cap;
	bool is_full;
};

struct mm_plot_room *mm_plot_room_new(const struct mm_paper_box *field)
{
	struct mm_plot_room *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->field = *field;
	r->columns = (uint32_t)ceil(field->width / CELL_MM) + 1;
	r->rows = (uint32_t)ceil(field->height / CELL_MM) + 1;
	r->cell = malloc((size_t)r->columns * r->rows * sizeof(*r->cell));
	if (!r->cell)
		return mm_plot_room_free(r);
	for (size_t i = 0; i < (size_t)r->columns * r->rows; i++)
		r->cell[i] = UINT32_MAX;
	return r;
}

struct mm_plot_room *mm_plot_room_free(struct mm_plot_room *r)
{
	if (r) {
		free(r->cell);
		free(r->taken);
		free(r);
	}
	return NULL;
}

bool mm_plot_room_holds(const struct mm_plot_room *r, const struct mm_paper_box *b)
{
	return b->x >= r->field.x && b->y >= r->field.y && b->x + b->width <= r->field.x + r->field.width &&
	       b->y + b->height <= r->field.y + r->field.height;
}

struct span {
	uint32_t left, right, top, bottom;
};

static uint32_t cell_of(double at, uint32_t count)
{
	return at > 0 ? (uint32_t)fmin(at / CELL_MM, count - 1.0) : 0;
}

static struct span span_of(const struct mm_plot_room *r, const struct mm_paper_box *b)
{
	return (struct span){.left = cell_of(b->x - r->field.x, r->columns),
			     .right = cell_of(b->x + b->width - r->field.x, r->columns),
			     .top = cell_of(b->y - r->field.y, r->rows),
			     .bottom = cell_of(b->y + b->height - r->field.y, r->rows)};
}

static bool meet(const struct mm_paper_box *a, const struct mm_paper_box *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
	       b->y < a->y + a->height;
}

bool mm_plot_room_is_full(const struct mm_plot_room *r)
{
	return r->is_full;
}

bool mm_plot_room_is_free(const struct mm_plot_room *r, const struct mm_paper_box *b)
{
	const struct span s = span_of(r, b);

	for (uint32_t y = s.top; y <= s.bottom; y++)
		for (uint32_t x = s.left; x <= s.right; x++)
			for (uint32_t i = r->cell[(size_t)y * r->columns + x]; i != UINT32_MAX;
			     i = r->taken[i].next)
				if (meet(&r->taken[i].box, b))
					return false;
	return true;
}

bool mm_plot_room_take(struct mm_plot_room *r, const struct mm_paper_box *b)
{
	const struct span s = span_of(r, b);
	const size_t more = (size_t)(s.right - s.left + 1) * (s.bottom - s.top + 1);

	if (r->count + more > r->cap) {
		const size_t cap = 2 * r->cap + more + 256;
		struct taken *next =
		    r->count + more > TAKEN_MAX ? NULL : realloc(r->taken, cap * sizeof(*next));

		if (!next) {
			r->is_full = true;
			return false;
		}
		r->taken = next;
		r->cap = cap;
	}
	for (uint32_t y = s.top; y <= s.bottom; y++)
		for (uint32_t x = s.left; x <= s.right; x++) {
			uint32_t *cell = &r->cell[(size_t)y * r->columns + x];

			r->taken[r->count] = (struct taken){.box = *b, .next = *cell};
			*cell = (uint32_t)r->count++;
		}
	return true;
}
