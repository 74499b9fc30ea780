#include "print/page/spread.h"

#include "print/plot/room.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Rings are this part of a mark's side apart. */
static const double STEP_SHARE = 0.25, FIRST_SHARE = 0.75;

enum { RINGS = 96, WAYS = 16 };

struct spread {
	const struct mm_paper_box *field;
	double side;
	struct mm_plot_room *room;
	bool is_out_of_memory;
};

static struct mm_paper_box square(const struct spread *s, const double at[2])
{
	return (struct mm_paper_box){at[0] - s->side / 2, at[1] - s->side / 2, s->side, s->side};
}

/* A middle whose mark is in the field. */
static void pull_in(const struct spread *s, const double at[2], double ret[2])
{
	const struct mm_paper_box *f = s->field;

	ret[0] = fmin(fmax(at[0], f->x + s->side / 2), f->x + f->width - s->side / 2);
	ret[1] = fmin(fmax(at[1], f->y + s->side / 2), f->y + f->height - s->side / 2);
}

static bool is_free(const struct spread *s, const double at[2])
{
	const struct mm_paper_box b = square(s, at);

	return mm_plot_room_holds(s->room, &b) && mm_plot_room_is_free(s->room, &b);
}

static void take(struct spread *s, const double at[2])
{
	const struct mm_paper_box b = square(s, at);

	s->is_out_of_memory |= !mm_plot_room_take(s->room, &b);
}

/* On the rings around a place, up and to the right first: there is seldom a name of a street. */
static bool find_near(const struct spread *s, const double at[2], double ret[2])
{
	for (int ring = 0; ring < RINGS; ring++) {
		const double away = s->side * (FIRST_SHARE + ring * STEP_SHARE);

		for (int i = 0; i < WAYS; i++) {
			const double angle = M_PI * (2.0 * i / WAYS - 0.25);

			ret[0] = at[0] + away * cos(angle);
			ret[1] = at[1] + away * sin(angle);
			if (is_free(s, ret))
				return true;
		}
	}
	return false;
}

/* Which marks have their place for themselves? Sorted by x, only near ones are compared. */
struct mark {
	double x, y;
	size_t number;
};

static int by_x(const void *a, const void *b)
{
	const struct mark *p = a, *q = b;

	return p->x < q->x ? -1 : p->x > q->x ? 1 : (p->number > q->number) - (p->number < q->number);
}

static void find_alone(double side, const double (*at)[2], size_t count, struct mark *sorted, bool *is_alone)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		is_alone[i] = isfinite(at[i][0]);
		if (is_alone[i])
			sorted[n++] = (struct mark){at[i][0], at[i][1], i};
	}
	qsort(sorted, n, sizeof(*sorted), by_x);
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && sorted[k].x - sorted[i].x < side; k++)
			if (fabs(sorted[k].y - sorted[i].y) < side)
				is_alone[sorted[i].number] = is_alone[sorted[k].number] = false;
}

/* Those that are alone first, where what is taken lets them; then the others. */
static size_t place(struct spread *s, double (*at)[2], const bool *is_alone, bool *is_placed, size_t count)
{
	size_t lost = 0;

	for (size_t i = 0; i < count; i++)
		if (is_alone[i] && is_free(s, at[i])) {
			take(s, at[i]);
			is_placed[i] = true;
		}
	for (size_t i = 0; i < count; i++) {
		double own[2], found[2];

		if (is_placed[i] || !isfinite(at[i][0]))
			continue;
		pull_in(s, at[i], own);
		if (is_free(s, own)) {
			memcpy(at[i], own, sizeof(own));
			take(s, at[i]);
		} else if (find_near(s, own, found)) {
			memcpy(at[i], found, sizeof(found));
			take(s, at[i]);
		} else {
			lost++;
		}
	}
	return lost;
}

size_t mm_page_spread(const struct mm_paper_box *field, const struct mm_paper_box *taken, size_t taken_count,
		      double side, double (*at)[2], size_t count)
{
	struct spread s = {.field = field, .side = side, .room = mm_plot_room_new(field)};
	struct mark *sorted = malloc((count + 1) * sizeof(*sorted));
	bool *flags = calloc(2 * count + 1, sizeof(*flags));
	size_t lost = SIZE_MAX;

	if (s.room && sorted && flags) {
		for (size_t i = 0; i < taken_count; i++)
			s.is_out_of_memory |= !mm_plot_room_take(s.room, &taken[i]);
		find_alone(side, (const double(*)[2])at, count, sorted, flags);
		lost = place(&s, at, flags, flags + count, count);
	}
	free(flags);
	free(sorted);
	(void)mm_plot_room_free(s.room);
	return s.is_out_of_memory ? SIZE_MAX : lost;
}
