#include "grid/grid_repair.h"
#include "grid/shape_out.h"

/* What was drawn on the whole grid of a zoom, cut to one tile: it is simplified already. */

static void cut_points(struct mm_shape *s, const int32_t *xy, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++, xy += 2)
		if (xy[0] >= s->window.min_x && xy[0] <= s->window.max_x && xy[1] >= s->window.min_y &&
		    xy[1] <= s->window.max_y)
			mm_shape_add_run(s, xy, 1);
	if (s->runs.ring_count) {
		s->runs.ring_count = 1; /* one run holds all points of the geometry */
		s->runs.ring[0] = (uint32_t)s->runs.count;
	}
}

static void end_line(struct mm_shape *s)
{
	size_t n;

	s->failed |= s->one.failed;
	if (s->one.count >= 2 && !s->failed) {
		n = mm_shape_round(s, s->one.xy, s->one.count);
		if (n >= 2)
			mm_shape_add_run(s, s->grid, n);
	}
	s->one.count = 0;
}

static void cut_line(struct mm_shape *s, const int32_t *xy, uint32_t n)
{
	s->one.count = 0;
	for (uint32_t i = 0; i + 1 < n; i++, xy += 2) {
		double x0 = xy[0], y0 = xy[1], x1 = xy[2], y1 = xy[3];

		if (!mm_clip_segment(&x0, &y0, &x1, &y1, &s->window)) {
			end_line(s);
			continue;
		}
		if (s->one.count == 0)
			mm_points_add(&s->one, x0, y0);
		mm_points_add(&s->one, x1, y1);
		if (x1 != xy[2] || y1 != xy[3])
			end_line(s);
	}
	end_line(s);
}

/* The closed ring of what is in the window, in s->two. */
static void cut_to_window(struct mm_shape *s, const int32_t *xy, uint32_t n)
{
	s->one.count = 0;
	for (uint32_t i = 0; i <= n; i++)
		mm_points_add(&s->one, xy[2 * (size_t)(i % n)], xy[2 * (size_t)(i % n) + 1]);
	mm_clip_ring(s->one.xy, s->one.count, &s->window, &s->scratch, &s->two);
	s->failed |= s->one.failed || s->scratch.failed || s->two.failed;
}

static void cut_ring(struct mm_shape *s, const int32_t *xy, uint32_t n)
{
	size_t count;

	cut_to_window(s, xy, n);
	if (s->failed)
		return;
	count = mm_shape_round(s, s->two.xy, s->two.count); /* may move s->grid */
	mm_grid_polygon_add(&s->polygon, s->grid, count);
}

/* One polygon: a shell and the holes behind it. */
static void cut_polygon(struct mm_shape *s, const int32_t *xy, const uint32_t *ring, size_t rings)
{
	const struct mm_shape_mark had = mm_shape_mark(s);
	const int32_t *at = xy;
	double area = 0;

	mm_grid_polygon_clear(&s->polygon);
	for (size_t r = 0; r < rings && !s->failed; at += 2 * (size_t)ring[r], r++) {
		if (r == 0 || s->polygon.runs.ring_count) /* without its shell the holes are nothing */
			cut_ring(s, at, ring[r]);
	}
	mm_grid_repair_put(&s->polygon, s);
	if (s->failed || !mm_shape_is_thin(s, had))
		return;
	for (size_t r = rings; r-- > 0 && !s->failed;) { /* the shell last */
		at -= 2 * (size_t)ring[r];
		cut_to_window(s, at, ring[r]);
		area += (r ? -1 : 1) * mm_shape_ring_area(&s->two);
	}
	if (!s->failed)
		mm_shape_add_thin(s, had, &s->two, area);
}

/* Shells turn one way and holes the other, so that a new polygon begins where a shell does. */
static void cut_polygons(struct mm_shape *s, const struct mm_grid_points *p)
{
	const int32_t *xy = p->xy;

	for (size_t i = 0, rings; i < p->ring_count && !s->failed; i += rings) {
		size_t points = p->ring[i];

		for (rings = 1;
		     i + rings < p->ring_count && mm_grid_area2(xy + 2 * points, p->ring[i + rings]) <= 0;
		     rings++)
			points += p->ring[i + rings];
		cut_polygon(s, xy, p->ring + i, rings);
		xy += 2 * points;
	}
}

bool mm_shape_cut(struct mm_shape *s, enum mm_grid_kind kind, struct mm_grid_points *p)
{
	const int32_t origin[2] = {(int32_t)s->id.x * MM_GRID_EXTENT, (int32_t)s->id.y * MM_GRID_EXTENT};
	const int32_t *xy = p->xy;

	s->runs.count = s->runs.ring_count = 0;
	s->is_inside = false;
	for (size_t i = 0; i < 2 * p->count; i++)
		p->xy[i] -= origin[i % 2];
	if (kind == MM_GRID_POLYGON)
		cut_polygons(s, p);
	for (size_t i = 0; i < p->ring_count && kind != MM_GRID_POLYGON; xy += 2 * (size_t)p->ring[i], i++) {
		if (kind == MM_GRID_POINT)
			cut_points(s, xy, p->ring[i]);
		else
			cut_line(s, xy, p->ring[i]);
	}
	s->geom = (struct mm_grid_geom){kind, s->runs.xy, s->runs.ring, s->runs.ring_count};
	s->is_dot = false;
	return s->runs.ring_count > 0 && !s->failed;
}
