#include "grid/grid_repair.h"
#include "grid/shape_out.h"

#include <math.h>
#include <stdlib.h>

/*
 * Polygons that are thinner than the grid, such as a river or a road on a small map: simplifying and rounding
 * would leave splinters of them, or nothing.
 */

enum {
	THIN_AREA = MM_TILE_PIXEL * MM_TILE_PIXEL / 2, /* what has less may vanish */
	LOOKS_MAX = 1 << 20
};

double mm_shape_ring_area(const struct mm_points *ring)
{
	const double *p = ring->xy;
	double sum = 0;

	for (size_t i = 1; i + 1 < ring->count; i++)
		sum +=
		    (p[2 * i] - p[0]) * (p[2 * i + 3] - p[1]) - (p[2 * i + 1] - p[1]) * (p[2 * i + 2] - p[0]);
	return fabs(sum) / 2;
}

/* Twice the area of what has been drawn since the mark. */
static int64_t drawn_area2(const struct mm_shape *s, struct mm_shape_mark had)
{
	size_t at = had.points;
	int64_t sum = 0;

	for (size_t r = had.rings; r < s->runs.ring_count; at += s->runs.ring[r], r++)
		sum += mm_grid_area2(s->runs.xy + 2 * at, s->runs.ring[r]);
	return sum;
}

bool mm_shape_is_thin(const struct mm_shape *s, struct mm_shape_mark had)
{
	int32_t low[2] = {INT32_MAX, INT32_MAX}, high[2] = {INT32_MIN, INT32_MIN};

	if (s->runs.ring_count == had.rings)
		return true;
	for (size_t i = had.points; i < s->runs.count; i++)
		for (size_t k = 0; k < 2; k++) {
			int32_t v = s->runs.xy[2 * i + k];

			low[k] = v < low[k] ? v : low[k];
			high[k] = v > high[k] ? v : high[k];
		}
	return drawn_area2(s, had) < 4 * ((int64_t)high[0] - low[0] + high[1] - low[1]);
}

static size_t farthest_from(const struct mm_points *ring, size_t from)
{
	const double *p = ring->xy;
	double most = -1;
	size_t at = from;

	for (size_t i = 0; i + 1 < ring->count; i++) {
		double x = p[2 * i] - p[2 * from], y = p[2 * i + 1] - p[2 * from + 1];

		if (x * x + y * y > most) {
			most = x * x + y * y;
			at = i;
		}
	}
	return at;
}

static double length_of(const struct mm_points *ring)
{
	const double *p = ring->xy;
	double sum = 0;

	for (size_t i = 0; i + 1 < ring->count; i++)
		sum += hypot(p[2 * i + 2] - p[2 * i], p[2 * i + 3] - p[2 * i + 1]);
	return sum;
}

/* One of the two long sides, from one end of the ring to the other, or all of it where it is thin only for
 * its holes; in s->scratch. */
static void take_side(struct mm_shape *s, const struct mm_points *ring)
{
	const bool is_fat = mm_shape_ring_area(ring) > 2 * length_of(ring);
	const size_t n = ring->count - 1, first = farthest_from(ring, 0), last = farthest_from(ring, first);
	struct mm_points *side = &s->scratch;

	side->count = 0;
	for (size_t i = 0; i <= n; i++) {
		const size_t at = (first + i) % n;

		mm_points_add(side, ring->xy[2 * at], ring->xy[2 * at + 1]);
		if (at == last && !is_fat)
			break;
	}
	s->failed |= side->failed;
	if (!s->failed && s->tolerance > 0)
		side->count = mm_simplify_run(&s->simplify, side->xy, side->count, s->tolerance);
}

/* One unit to the right of the way from `a` to `b`, seen with y to the south: along one axis. */
static void step_aside(const int32_t *a, const int32_t *b, int32_t ret[2])
{
	const int32_t x = b[0] - a[0], y = b[1] - a[1];

	ret[0] = ret[1] = 0;
	if (labs(x) >= labs(y))
		ret[1] = x > 0 ? 1 : -1;
	else
		ret[0] = y > 0 ? -1 : 1;
}

static double within(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

/* The way back beside the way there, of which s->grid holds `n` points, to its right or left (side -1);
 * false: there it is the same way, at the edge of the window. */
static bool add_way_back(struct mm_shape *s, size_t n, int side)
{
	const double spill = s->is_inside ? s->spill : 0;
	const double min_x = s->window.min_x - spill, min_y = s->window.min_y - spill,
		     max_x = s->window.max_x + spill, max_y = s->window.max_y + spill;
	bool is_beside = false;

	for (size_t i = n; i-- > 0;) {
		const int32_t *p = s->grid + 2 * i;
		int32_t before[2] = {0, 0}, after[2] = {0, 0};
		double to[2];

		if (i)
			step_aside(p - 2, p, before);
		if (i + 1 < n)
			step_aside(p, p + 2, after);
		to[0] = within(p[0] + side * (before[0] ? before[0] : after[0]), min_x, max_x);
		to[1] = within(p[1] + side * (before[1] ? before[1] : after[1]), min_y, max_y);
		is_beside |= to[0] < p[0] || to[0] > p[0] || to[1] < p[1] || to[1] > p[1];
		mm_points_add(&s->one, to[0], to[1]);
	}
	return is_beside;
}

/* A band of one unit along a way. */
static void add_band(struct mm_shape *s, const double *way, size_t count)
{
	size_t n = mm_shape_round(s, way, count);

	if (n < 2)
		return;
	s->one.count = 0;
	for (size_t i = 0; i < n; i++)
		mm_points_add(&s->one, s->grid[2 * i], s->grid[2 * i + 1]);
	if (!add_way_back(s, n, 1)) {
		s->one.count = n;
		(void)add_way_back(s, n, -1);
	}
	s->failed |= s->one.failed;
	if (s->failed)
		return;
	n = mm_shape_round(s, s->one.xy, s->one.count);
	mm_grid_polygon_clear(&s->polygon);
	mm_grid_polygon_add(&s->polygon, s->grid, n);
	mm_grid_repair_put(&s->polygon, s);
}

static bool are_both(double a, double b, double edge)
{
	return a >= edge && a <= edge && b >= edge && b <= edge;
}

/* Cutting has laid it there: the ring leaves the window at one end of it, and is back at the other. */
static bool is_along_edge(const struct mm_shape *s, const double *a, const double *b)
{
	const struct mm_box *w = &s->window;

	return !s->is_inside && (are_both(a[0], b[0], w->min_x) || are_both(a[0], b[0], w->max_x) ||
				 are_both(a[1], b[1], w->min_y) || are_both(a[1], b[1], w->max_y));
}

/* Bands along the pieces of the way in s->scratch that are the ring's own. */
static void add_bands(struct mm_shape *s)
{
	const double *p = s->scratch.xy;
	const size_t count = s->scratch.count;
	size_t from = 0;

	for (size_t i = 1; i <= count && !s->failed; i++) {
		if (i < count && !is_along_edge(s, p + 2 * (i - 1), p + 2 * i))
			continue;
		if (i - from > 1)
			add_band(s, p + 2 * from, i - from);
		from = i;
	}
}

static double distance2(const double *p, const double *a, const double *b)
{
	const double x = b[0] - a[0], y = b[1] - a[1], px = p[0] - a[0], py = p[1] - a[1];
	const double len2 = x * x + y * y;
	double t = len2 > 0 ? (px * x + py * y) / len2 : 0;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return (px - t * x) * (px - t * x) + (py - t * y) * (py - t * y);
}

/* True when no corner of the ring is farther than a pixel's third from the way in s->scratch: nothing else of
 * it is to be seen. False also when there are too many to look at. */
static bool is_ribbon(const struct mm_shape *s, const struct mm_points *ring)
{
	const struct mm_points *way = &s->scratch;
	const double most = MM_TILE_TOLERANCE * 1.25;

	if (ring->count * way->count > LOOKS_MAX)
		return false;
	for (size_t i = 0; i < ring->count; i++) {
		bool near = false;

		for (size_t k = 0; k + 1 < way->count && !near; k++)
			near =
			    distance2(ring->xy + 2 * i, way->xy + 2 * k, way->xy + 2 * k + 2) <= most * most;
		if (!near)
			return false;
	}
	return true;
}

void mm_shape_add_thin(struct mm_shape *s, struct mm_shape_mark had, const struct mm_points *ring,
		       double area)
{
	const bool is_drawn = (double)drawn_area2(s, had) / 2 >= area * 3 / 4;
	const struct mm_shape_mark has = mm_shape_mark(s);
	bool alone;

	if (ring->count < 4 || area < THIN_AREA || (is_drawn && area > length_of(ring) / 2))
		return;
	take_side(s, ring);
	alone = is_ribbon(s, ring);
	if (s->failed || (is_drawn && !alone))
		return;
	if (alone) {
		s->runs.count = had.points;
		s->runs.ring_count = had.rings;
	}
	add_bands(s);
	if (alone && s->runs.ring_count == had.rings) { /* nothing: what there was is still in its place */
		s->runs.count = has.points;
		s->runs.ring_count = has.rings;
	}
}
