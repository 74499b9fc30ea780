#include "geo/simplify.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void mm_simplify_release(struct mm_simplify *s)
{
	free(s->keep);
	free(s->stack);
	*s = (struct mm_simplify){0};
}

/* Squared distance of p from the segment a-b. */
static double distance2(const double *p, const double *a, const double *b)
{
	double dx = b[0] - a[0], dy = b[1] - a[1], px = p[0] - a[0], py = p[1] - a[1];
	double len2 = dx * dx + dy * dy, t = len2 > 0 ? (px * dx + py * dy) / len2 : 0;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	px -= t * dx;
	py -= t * dy;
	return px * px + py * py;
}

static double between2(const double *a, const double *b)
{
	double dx = b[0] - a[0], dy = b[1] - a[1];

	return dx * dx + dy * dy;
}

/* Room for `count` marks and for a stack that can never run over: each range on it is longer than one. */
static bool make_room(struct mm_simplify *s, size_t count)
{
	if (count > s->keep_cap) {
		unsigned char *keep = realloc(s->keep, count * 2);

		if (!keep)
			return false;
		s->keep = keep;
		s->keep_cap = count * 2;
	}
	if (2 * count > s->stack_cap) {
		size_t *stack = realloc(s->stack, count * 4 * sizeof(*stack));

		if (!stack)
			return false;
		s->stack = stack;
		s->stack_cap = count * 4;
	}
	memset(s->keep, 0, count);
	return true;
}

/* A little less than all, so that rounding cannot make it more. */
static const double NEARLY = 1 - 1e-9;

/* The point between two that is farthest from the line between them and beyond the tolerance; 0: none. */
static size_t farthest_off(const double *xy, size_t first, size_t last, double tolerance2)
{
	const double *a = xy + 2 * first, *b = xy + 2 * last;
	const double dx = b[0] - a[0], dy = b[1] - a[1], len2 = dx * dx + dy * dy;
	double most = tolerance2, most_cross2 = most * len2 * NEARLY;
	size_t at = 0;

	for (size_t i = first + 1; i < last; i++) {
		const double *p = xy + 2 * i;
		const double px = p[0] - a[0], py = p[1] - a[1], along = px * dx + py * dy,
			     cross = px * dy - py * dx;
		double d;

		/* beside the segment and surely no farther than what there is: most are, without a division
		 */
		if (along >= 0 && along <= len2 && cross * cross < most_cross2)
			continue;
		d = distance2(p, a, b);
		if (d > most) {
			most = d;
			most_cross2 = most * len2 * NEARLY;
			at = i;
		}
	}
	return at;
}

enum { LOOKS = 64 /* at each point, in ranges of more than so many; natural lines take a dozen */ };

/*
 * Marks the points to keep between two; a stack of our own, since lines can have a million points. Where the
 * farthest point is again and again next to an end of its range, looking at all would take n * n: what is
 * still long when that shows keeps the point in its middle.
 */
static void mark(struct mm_simplify *s, const double *xy, size_t first, size_t last, double tolerance2)
{
	size_t depth = 0, looks = LOOKS * (last - first);

	s->stack[depth++] = first;
	s->stack[depth++] = last;
	while (depth) {
		size_t b = s->stack[--depth], a = s->stack[--depth];
		const bool is_long = b - a > LOOKS, is_looked_at = !is_long || looks >= b - a;
		size_t at = is_looked_at ? farthest_off(xy, a, b, tolerance2) : a + (b - a) / 2;

		if (is_long && is_looked_at)
			looks -= b - a;
		if (!at)
			continue;
		s->keep[at] = 1;
		if (at - a > 1) {
			s->stack[depth++] = a;
			s->stack[depth++] = at;
		}
		if (b - at > 1) {
			s->stack[depth++] = at;
			s->stack[depth++] = b;
		}
	}
}

static size_t farthest_from_first(const double *xy, size_t count)
{
	double most = 0;
	size_t at = 0;

	for (size_t i = 1; i + 1 < count; i++)
		if (between2(xy, xy + 2 * i) > most) {
			most = between2(xy, xy + 2 * i);
			at = i;
		}
	return at;
}

static size_t drop_near(double *xy, size_t count, double near2)
{
	size_t n = 1;

	for (size_t i = 1; i < count; i++) {
		if (i + 1 < count && between2(xy + 2 * (n - 1), xy + 2 * i) < near2)
			continue;
		xy[2 * n] = xy[2 * i];
		xy[2 * n + 1] = xy[2 * i + 1];
		n++;
	}
	return n;
}

size_t mm_simplify_run(struct mm_simplify *s, double *xy, size_t count, double tolerance)
{
	double tolerance2 = tolerance * tolerance;
	size_t middle, n = 0;
	bool closed;

	if (count < 3 || !make_room(s, count))
		return count;
	count = drop_near(xy, count, tolerance2 / 16);
	closed = xy[0] == xy[2 * count - 2] && xy[1] == xy[2 * count - 1];
	middle = closed ? farthest_from_first(xy, count) : 0;
	s->keep[0] = s->keep[count - 1] = s->keep[middle] = 1;
	mark(s, xy, 0, middle ? middle : count - 1, tolerance2);
	if (middle)
		mark(s, xy, middle, count - 1, tolerance2);
	for (size_t i = 0; i < count; i++)
		if (s->keep[i]) {
			xy[2 * n] = xy[2 * i];
			xy[2 * n + 1] = xy[2 * i + 1];
			n++;
		}
	return n;
}
