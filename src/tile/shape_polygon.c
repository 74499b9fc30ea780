#include "tile/grid_repair.h"
#include "tile/shape_out.h"

/* One ring in tile units, closed; in s->one. */
static void place_ring(struct mm_shape *s, struct mm_shape_from from, uint32_t n)
{
	s->one.count = 0;
	for (uint32_t i = 0; i < n; i++)
		mm_points_add(&s->one, mm_shape_x(s, from, i), mm_shape_y(s, from, i));
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
	size_t n = p->ring_count > 1 ? p->ring[p->ring_count - 1] : 0;

	if (n && s->tolerance > 0 &&
	    -mm_grid_area2(p->xy + 2 * (p->xy_count - n), n) < 2 * MM_TILE_HOLE_MIN) {
		p->xy_count -= n;
		p->ring_count--;
	}
}

void mm_shape_add_polygon(struct mm_shape *s, struct mm_shape_from from, const uint32_t *ring,
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
		if (polygon->ring_count == 0)
			break; /* without its shell the holes are nothing */
		drop_small_hole(s, polygon);
	}
	mm_grid_repair_put(polygon, s);
}
