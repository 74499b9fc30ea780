#include "grid/grid_repair.h"
#include "grid/shape_out.h"
#include "grid/small_ring.h"

/* One ring in tile units, closed; in s->one. */
static void place_ring(struct mm_shape *s, struct mm_shape_from from, uint32_t n)
{
	s->one.count = 0;
	mm_shape_place(s, from, n);
	if (n && (mm_shape_x(s, from, 0) != mm_shape_x(s, from, n - 1) ||
		  mm_shape_y(s, from, 0) != mm_shape_y(s, from, n - 1)))
		mm_points_add(&s->one, mm_shape_x(s, from, 0), mm_shape_y(s, from, 0));
}

/* The ring of s->one, cut to the window. */
static struct mm_points *cut_ring(struct mm_shape *s)
{
	if (s->is_inside)
		return &s->one;
	mm_clip_ring(s->one.xy, s->one.count, &s->window, &s->scratch, &s->two);
	s->failed |= s->scratch.failed || s->two.failed;
	return &s->two;
}

/* Takes back the last ring when it is a hole that nobody sees at this zoom. */
static void drop_small_hole(const struct mm_shape *s, struct mm_grid_polygon *p)
{
	size_t n = p->runs.ring_count > 1 ? p->runs.ring[p->runs.ring_count - 1] : 0;

	if (n && s->tolerance > 0 &&
	    -mm_grid_area2(p->runs.xy + 2 * (p->runs.count - n), n) < 2 * MM_TILE_HOLE_MIN) {
		p->runs.count -= n;
		p->runs.ring_count--;
	}
}

static void add_large(struct mm_shape *s, struct mm_shape_from from, const uint32_t *ring,
		      uint32_t ring_count)
{
	struct mm_grid_polygon *polygon = &s->polygon;

	mm_grid_polygon_clear(polygon);
	for (uint32_t r = 0; r < ring_count && !s->failed; r++) {
		struct mm_points *cut;
		size_t count;

		place_ring(s, from, ring[r]);
		s->failed |= s->one.failed;
		cut = cut_ring(s);
		if (s->failed)
			break;
		from = mm_shape_skip(from, ring[r]);
		if (s->tolerance > 0 && cut->count > 4)
			cut->count = mm_simplify_run(&s->simplify, cut->xy, cut->count, s->tolerance);
		count = mm_shape_round(s, cut->xy, cut->count);
		mm_grid_polygon_add(polygon, s->grid, count);
		if (polygon->runs.ring_count == 0)
			break; /* without its shell the holes are nothing */
		drop_small_hole(s, polygon);
	}
	mm_grid_repair_put(polygon, s);
}

/* Whole numbers of the grid from the world's; halves go up, as in mm_shape_round. */
static int32_t to_units(uint32_t world, uint32_t origin, int shift)
{
	int64_t v = (int64_t)world - origin;

	return (int32_t)(shift > 0 ? (v + (INT64_C(1) << (shift - 1))) >> shift : v * (INT64_C(1) << -shift));
}

/* A ring of few points; false when it has too many or reaches too far. */
static bool read_small(const struct mm_shape *s, const struct mm_world *p, uint32_t n,
		       struct mm_small_ring *ret)
{
	const uint32_t origin_x = (uint32_t)s->origin_x, origin_y = (uint32_t)s->origin_y;
	const int shift = 20 - (int)s->id.z;

	if (n && p[0].x == p[n - 1].x && p[0].y == p[n - 1].y)
		n--;
	if (n > MM_SMALL_RING_MAX || !s->is_near)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		ret->xy[i][0] = to_units(p[i].x, origin_x, shift);
		ret->xy[i][1] = to_units(p[i].y, origin_y, shift);
	}
	ret->count = (int)n;
	return true;
}

static void cut_small(struct mm_shape *s, const struct mm_small_ring *r)
{
	size_t count;

	s->one.count = 0;
	for (int i = 0; i <= r->count; i++)
		mm_points_add(&s->one, r->xy[i % r->count][0], r->xy[i % r->count][1]);
	mm_clip_ring(s->one.xy, s->one.count, &s->window, &s->scratch, &s->two);
	s->failed |= s->one.failed || s->scratch.failed || s->two.failed;
	if (s->failed)
		return;
	count = mm_shape_round(s, s->two.xy, s->two.count); /* may move s->grid */
	mm_grid_polygon_add(&s->polygon, s->grid, count);
	mm_grid_repair_put(&s->polygon, s);
}

/* Simplified as a whole before it is cut, so that neighbouring tiles show the same ring. */
static void add_small(struct mm_shape *s, struct mm_small_ring *r)
{
	if (!mm_small_ring_tidy(r, s->is_plain ? 0 : (int)s->tolerance))
		return;
	mm_grid_polygon_clear(&s->polygon);
	if (!s->is_inside) {
		cut_small(s, r);
	} else if (mm_small_ring_is_simple(r)) {
		mm_shape_add_run(s, r->xy[0], (size_t)r->count);
	} else {
		mm_grid_polygon_add(&s->polygon, r->xy[0], (size_t)r->count);
		mm_grid_repair_put(&s->polygon, s);
	}
}

/* Looks at the original of something thin. */
static void look_again(struct mm_shape *s, struct mm_shape_mark had, struct mm_shape_from from,
		       const uint32_t *ring, uint32_t ring_count)
{
	struct mm_shape_from at = mm_shape_skip(from, ring[0]);
	struct mm_points *cut;
	double area = 0;

	for (uint32_t r = 1; r < ring_count && !s->failed; at = mm_shape_skip(at, ring[r]), r++) {
		place_ring(s, at, ring[r]);
		cut = cut_ring(s);
		area -= mm_shape_ring_area(cut);
	}
	place_ring(s, from, ring[0]);
	cut = cut_ring(s);
	s->failed |= s->one.failed;
	if (!s->failed)
		mm_shape_add_thin(s, had, cut, area + mm_shape_ring_area(cut));
}

void mm_shape_add_polygon(struct mm_shape *s, struct mm_shape_from from, const uint32_t *ring,
			  uint32_t ring_count)
{
	const struct mm_shape_mark had = mm_shape_mark(s);
	struct mm_small_ring small;

	/* what is cut but not simplified is cut as a large one is: neighbours' common side stays one */
	if (ring_count == 1 && from.world && (s->is_inside || s->tolerance > 0) &&
	    read_small(s, from.world, ring[0], &small))
		add_small(s, &small);
	else
		add_large(s, from, ring, ring_count);
	if (ring_count && !s->failed && mm_shape_is_thin(s, had))
		look_again(s, had, from, ring, ring_count);
}
