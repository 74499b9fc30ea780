#include "grid/grid_polygon.h"

#include <stdlib.h>
#include <string.h>

int64_t mm_grid_area2(const int32_t *xy, size_t count)
{
	int64_t sum = 0;
	const int32_t *a = xy + 2 * (count - 1);

	for (size_t i = 0; i < count; a = xy + 2 * i++)
		sum += (int64_t)a[0] * xy[2 * i + 1] - (int64_t)xy[2 * i] * a[1];
	return sum;
}

/* 1, 0, -1: which way a-b-c turns, exactly. */
static int turn(const int32_t *a, const int32_t *b, const int32_t *c)
{
	int64_t v =
	    ((int64_t)b[0] - a[0]) * ((int64_t)c[1] - a[1]) - ((int64_t)b[1] - a[1]) * ((int64_t)c[0] - a[0]);

	return (v > 0) - (v < 0);
}

/*
 * Takes out corners that do not turn: repeats, points on a straight side, spikes of any depth. In place; the
 * points kept are [*ret_first, end) and the end is returned. One pass: what stands before a corner that went
 * is looked at again.
 */
static size_t straighten(int32_t *xy, size_t count, size_t *ret_first)
{
	size_t n = 0, first = 0;

	for (size_t i = 0; i < count; i++) {
		int32_t x = xy[2 * i], y = xy[2 * i + 1];
		const int32_t p[2] = {x, y};

		while (n >= 2 && turn(xy + 2 * (n - 2), xy + 2 * (n - 1), p) == 0)
			n--;
		if (n == 1 && xy[0] == x && xy[1] == y)
			continue;
		xy[2 * n] = x;
		xy[2 * n + 1] = y;
		n++;
	}
	while (n - first >= 3) { /* round the corner where the ring begins */
		if (turn(xy + 2 * (n - 2), xy + 2 * (n - 1), xy + 2 * first) == 0)
			n--;
		else if (turn(xy + 2 * (n - 1), xy + 2 * first, xy + 2 * (first + 1)) == 0)
			first++;
		else
			break;
	}
	*ret_first = first;
	return n - first >= 3 ? n : first;
}

static void reverse(int32_t *xy, size_t count)
{
	for (size_t i = 0, k = count - 1; i < k; i++, k--) {
		int32_t t[2];

		memcpy(t, xy + 2 * i, sizeof(t));
		memcpy(xy + 2 * i, xy + 2 * k, sizeof(t));
		memcpy(xy + 2 * k, t, sizeof(t));
	}
}

/* Room for a ring, with the ring in it; NULL when it cannot be taken. */
static int32_t *take(struct mm_grid_polygon *p, const int32_t *xy, size_t count)
{
	if (count < 3)
		return NULL;
	if (p->runs.ring_count == MM_GRID_RINGS_MAX) {
		p->left_out++;
		return NULL;
	}
	if (!mm_grid_points_reserve(&p->runs, count)) {
		p->failed = true;
		return NULL;
	}
	memcpy(p->runs.xy + 2 * p->runs.count, xy, count * 2 * sizeof(*xy));
	return p->runs.xy + 2 * p->runs.count;
}

/* Keeps the ring that was taken, unless it has no area. */
static void settle(struct mm_grid_polygon *p, int32_t *at, size_t count)
{
	int64_t area = mm_grid_area2(at, count);

	if (area == 0)
		return;
	if ((area > 0) != (p->runs.ring_count == 0))
		reverse(at, count);
	p->runs.count += count;
	p->runs.ring[p->runs.ring_count++] = (uint32_t)count;
}

void mm_grid_polygon_add(struct mm_grid_polygon *p, const int32_t *xy, size_t count)
{
	int32_t *at = take(p, xy, count);
	size_t first;

	if (!at)
		return;
	count = straighten(at, count, &first) - first;
	if (count == 0)
		return;
	if (first)
		memmove(at, at + 2 * first, count * 2 * sizeof(*at));
	settle(p, at, count);
}

void mm_grid_polygon_add_whole(struct mm_grid_polygon *p, const int32_t *xy, size_t count)
{
	int32_t *at = take(p, xy, count);

	if (at)
		settle(p, at, count);
}

void mm_grid_polygon_clear(struct mm_grid_polygon *p)
{
	p->runs.count = p->runs.ring_count = 0;
	p->left_out = 0;
	p->failed = false;
}

void mm_grid_polygon_release(struct mm_grid_polygon *p)
{
	mm_grid_points_release(&p->runs);
	free(p->side);
	*p = (struct mm_grid_polygon){0};
}

/* A side of a ring. `low`, `high`: its extent on the axis of the sweep; `left`, `right`: on the other. */
struct mm_grid_side {
	const int32_t *a, *b;
	int32_t low, high, left, right;
	uint32_t ring, index, ring_sides;
};

static int by_low(const void *a, const void *b)
{
	int32_t x = ((const struct mm_grid_side *)a)->low, y = ((const struct mm_grid_side *)b)->low;

	return (x > y) - (x < y);
}

static bool neighbours(const struct mm_grid_side *s, const struct mm_grid_side *t)
{
	uint32_t d = s->index > t->index ? s->index - t->index : t->index - s->index;

	return s->ring == t->ring && (d == 1 || d == s->ring_sides - 1);
}

/* Exact, given that their boxes overlap and they have no common end by right: do two sides share a point? */
static bool touch(const struct mm_grid_side *s, const struct mm_grid_side *t)
{
	int t1 = turn(s->a, s->b, t->a), t2 = turn(s->a, s->b, t->b), t3, t4;

	if (t1 && t1 == t2)
		return false;
	t3 = turn(t->a, t->b, s->a);
	t4 = turn(t->a, t->b, s->b);
	return !(t3 && t3 == t4); /* neither line separates: they meet, or lie on one line and overlap */
}

/* The axis on which the sides are shorter together: 0 x, 1 y. */
static int sweep_axis(const struct mm_grid_polygon *p)
{
	const int32_t *xy = p->runs.xy;
	int64_t sum[2] = {0, 0};

	for (size_t i = 0; i + 1 < p->runs.count; i++, xy += 2) {
		sum[0] += llabs((long long)xy[2] - xy[0]);
		sum[1] += llabs((long long)xy[3] - xy[1]);
	}
	return sum[1] < sum[0];
}

/* Fills p->side; how many, 0 when memory ran out. */
static size_t make_sides(struct mm_grid_polygon *p)
{
	const int32_t *xy = p->runs.xy;
	int axis = sweep_axis(p), other = 1 - axis;
	struct mm_grid_side *s;

	if (p->runs.count > p->side_cap) {
		free(p->side);
		p->side_cap = p->runs.count * 2;
		p->side = malloc(p->side_cap * sizeof(*p->side));
		if (!p->side) {
			p->side_cap = 0;
			return 0;
		}
	}
	s = p->side;
	for (uint32_t r = 0; r < p->runs.ring_count; xy += 2 * (size_t)p->runs.ring[r], r++) {
		for (uint32_t i = 0, n = p->runs.ring[r]; i < n; i++, s++) {
			const int32_t *a = xy + 2 * (size_t)i, *b = i + 1 < n ? a + 2 : xy;
			bool up = a[axis] < b[axis], right = a[other] < b[other];

			*s = (struct mm_grid_side){a,
						   b,
						   up ? a[axis] : b[axis],
						   up ? b[axis] : a[axis],
						   right ? a[other] : b[other],
						   right ? b[other] : a[other],
						   r,
						   i,
						   n};
		}
	}
	return (size_t)(s - p->side);
}

static bool sides_stay_apart(struct mm_grid_polygon *p)
{
	enum { SORTED_FROM = 12 };
	size_t count = make_sides(p);
	bool sorted = count >= SORTED_FROM;
	const struct mm_grid_side *s, *t, *end;

	if (!count) {
		p->failed = true;
		return false;
	}
	if (sorted)
		qsort(p->side, count, sizeof(*p->side), by_low);
	end = p->side + count;
	for (s = p->side; s < end; s++)
		for (t = s + 1; t < end && (!sorted || t->low <= s->high); t++)
			if (t->left <= s->right && t->right >= s->left && t->low <= s->high &&
			    t->high >= s->low && !neighbours(s, t) && touch(s, t))
				return false;
	return true;
}

/* Even-odd, for a point that lies on no side. */
static bool holds(const int32_t *xy, size_t count, const int32_t *p)
{
	bool in = false;

	for (size_t i = 0, k = count - 1; i < count; k = i++) {
		const int32_t *a = xy + 2 * i, *b = xy + 2 * k;

		if ((a[1] > p[1]) != (b[1] > p[1]) && (turn(a, b, p) > 0) == (b[1] > a[1]))
			in = !in;
	}
	return in;
}

/* Given that no sides touch: every hole in the shell and in no other hole. */
static bool holes_are_inside(const struct mm_grid_polygon *p)
{
	const int32_t *hole = p->runs.xy + 2 * (size_t)p->runs.ring[0];

	for (size_t r = 1; r < p->runs.ring_count; r++) {
		const int32_t *other = p->runs.xy + 2 * (size_t)p->runs.ring[0];

		if (!holds(p->runs.xy, p->runs.ring[0], hole))
			return false;
		for (size_t q = 1; q < p->runs.ring_count; q++) {
			if (q != r && holds(other, p->runs.ring[q], hole))
				return false;
			other += 2 * (size_t)p->runs.ring[q];
		}
		hole += 2 * (size_t)p->runs.ring[r];
	}
	return true;
}

bool mm_grid_polygon_is_simple(struct mm_grid_polygon *p)
{
	return p->runs.ring_count > 0 && sides_stay_apart(p) &&
	       (p->runs.ring_count == 1 || holes_are_inside(p));
}
