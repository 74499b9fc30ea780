#include "grid/shape.h"

#include "grid/shape_out.h"

#include <math.h>
#include <stdlib.h>

static const double NEAR = 1 << 28;

void mm_shape_begin(struct mm_shape *s, struct mm_tile_id id, struct mm_topo *topo)
{
	double size = ldexp(1, 32 - (int)id.z);

	s->id = id;
	s->origin_x = id.x * size;
	s->origin_y = id.y * size;
	s->scale = MM_GRID_EXTENT / size;
	s->window = (struct mm_box){-MM_TILE_BUFFER, -MM_TILE_BUFFER, MM_GRID_EXTENT + MM_TILE_BUFFER,
				    MM_GRID_EXTENT + MM_TILE_BUFFER};
	s->world_window = mm_tile_id_window(id, MM_TILE_BUFFER);
	s->tolerance = id.z < MM_TILE_WHOLE_ZOOM ? MM_TILE_TOLERANCE : 0;
	s->topo = topo;
	s->spill = 0;
	s->is_plain = false;
	s->failed = false;
	s->repaired = s->lost = 0;
}

void mm_shape_begin_whole(struct mm_shape *s, unsigned zoom, struct mm_topo *topo)
{
	mm_shape_begin(s, (struct mm_tile_id){.z = zoom}, topo);
	s->window = (struct mm_box){0, 0, ldexp(MM_GRID_EXTENT, (int)zoom), ldexp(MM_GRID_EXTENT, (int)zoom)};
	s->world_window = (struct mm_world_box){0, 0, UINT32_MAX, UINT32_MAX};
}

void mm_shape_release(struct mm_shape *s)
{
	mm_points_release(&s->one);
	mm_points_release(&s->two);
	mm_points_release(&s->scratch);
	mm_simplify_release(&s->simplify);
	mm_grid_polygon_release(&s->polygon);
	free(s->grid);
	mm_grid_points_release(&s->runs);
	*s = (struct mm_shape){0};
}

static bool inside(const struct mm_box *b, double x, double y)
{
	return x >= b->min_x && x <= b->max_x && y >= b->min_y && y <= b->max_y;
}

/* ---- points ---- */

static void make_points(struct mm_shape *s, struct mm_shape_from from, uint32_t n)
{
	s->one.count = 0;
	for (uint32_t i = 0; i < n; i++) {
		double x = mm_shape_x(s, from, i), y = mm_shape_y(s, from, i);

		if (inside(&s->window, x, y))
			mm_points_add(&s->one, x, y);
	}
	s->failed |= s->one.failed;
	if (!s->one.count || s->failed)
		return;
	n = (uint32_t)mm_shape_round(s, s->one.xy, s->one.count);
	mm_shape_add_run(s, s->grid, n);
	s->runs.ring_count = 1; /* one run holds all points of the geometry */
	s->runs.ring[0] = (uint32_t)s->runs.count;
}

/* ---- lines ---- */

/* Ends a run of line points: simplified, rounded, without repeats; one that stays a single point is left out.
 */
static void end_line(struct mm_shape *s)
{
	struct mm_points *run = &s->one;
	size_t n;

	s->failed |= run->failed;
	if (run->count >= 2 && !s->failed) {
		if (s->tolerance > 0 && !s->is_plain)
			run->count = mm_simplify_run(&s->simplify, run->xy, run->count, s->tolerance);
		n = mm_shape_round(s, run->xy, run->count);
		if (n >= 2)
			mm_shape_add_run(s, s->grid, n);
	}
	run->count = 0;
}

static void make_whole_line(struct mm_shape *s, struct mm_shape_from from, uint32_t n)
{
	s->one.count = 0;
	mm_shape_place(s, from, n);
	end_line(s);
}

/* Both ends of a segment lie beyond the same side of the window: of a long line, nearly all do. */
static bool is_beside(const struct mm_world_box *w, const struct mm_world *p)
{
	return (p[0].x < w->min_x && p[1].x < w->min_x) || (p[0].x > w->max_x && p[1].x > w->max_x) ||
	       (p[0].y < w->min_y && p[1].y < w->min_y) || (p[0].y > w->max_y && p[1].y > w->max_y);
}

static void make_cut_line(struct mm_shape *s, struct mm_shape_from from, uint32_t n)
{
	s->one.count = 0;
	for (uint32_t i = 0; i + 1 < n; i++) {
		double x0, y0, x1, y1, was_x1, was_y1;

		if (from.world && is_beside(&s->world_window, from.world + i)) {
			if (s->one.count)
				end_line(s);
			continue;
		}
		x0 = mm_shape_x(s, from, i);
		y0 = mm_shape_y(s, from, i);
		x1 = was_x1 = mm_shape_x(s, from, i + 1);
		y1 = was_y1 = mm_shape_y(s, from, i + 1);
		if (!mm_clip_segment(&x0, &y0, &x1, &y1, &s->window)) {
			end_line(s);
			continue;
		}
		if (s->one.count == 0)
			mm_points_add(&s->one, x0, y0);
		mm_points_add(&s->one, x1, y1);
		if (x1 != was_x1 || y1 != was_y1)
			end_line(s);
	}
	end_line(s);
}

/* ---- what is smaller than a pixel ---- */

/* Where the pixel begins that a place in the window is in, which ends at `end`. */
static int32_t pixel_of(double v, double end)
{
	const int32_t last = (int32_t)end - MM_TILE_PIXEL;
	int32_t p = (int32_t)floor(v / MM_TILE_PIXEL) * MM_TILE_PIXEL;

	return p > last ? last : p;
}

/* A dot at a place, if that is in the window: one pixel for a polygon, a dash for a line. */
static void make_dot(struct mm_shape *s, double at_x, double at_y, int kind)
{
	int32_t x, y;

	if (!inside(&s->window, at_x, at_y))
		return;
	x = pixel_of(at_x, s->window.max_x);
	y = pixel_of(at_y, s->window.max_y);
	mm_shape_add_run(s,
			 (const int32_t[]){x, y, x + MM_TILE_PIXEL, y, x + MM_TILE_PIXEL, y + MM_TILE_PIXEL,
					   x, y + MM_TILE_PIXEL},
			 kind == MM_PART_POLYGON ? 4 : 2);
	s->is_dot = true;
}

/* ---- all kinds ---- */

/* How the points of a geometry belong together (geo/geom.h). */
struct parts {
	const uint32_t *part, *ring;
	uint32_t part_count;
};

static int highest(const uint32_t *part, uint32_t count)
{
	int most = -1;

	for (uint32_t i = 0; i < count; i++)
		if ((int)mm_part_kind(part[i]) > most)
			most = (int)mm_part_kind(part[i]);
	return most;
}

static void make_parts(struct mm_shape *s, const struct parts *g, struct mm_shape_from from, int kind)
{
	const uint32_t *ring = g->ring;

	for (uint32_t i = 0; i < g->part_count && !s->failed; i++) {
		uint32_t rings = mm_part_rings(g->part[i]), n = 0;

		for (uint32_t r = 0; r < rings; r++)
			n += ring[r];
		if ((int)mm_part_kind(g->part[i]) == kind) {
			if (kind == MM_PART_POINTS)
				make_points(s, from, n);
			else if (kind == MM_PART_POLYGON)
				mm_shape_add_polygon(s, from, ring, rings);
			else if (s->is_inside)
				make_whole_line(s, from, n);
			else
				make_cut_line(s, from, n);
		}
		from = mm_shape_skip(from, n);
		ring += rings;
	}
}

/* The longer side of the box of a run of points. */
static double size_of(const struct mm_shape *s, struct mm_shape_from from, uint32_t n)
{
	struct mm_box b = mm_box_empty();

	for (uint32_t i = 0; i < n; i++)
		mm_box_add(&b, mm_shape_x(s, from, i), mm_shape_y(s, from, i));
	return fmax(b.max_x - b.min_x, b.max_y - b.min_y);
}

/* A dot for what is larger than a pixel but nowhere broad enough to be drawn: where the largest of its parts
 * begins, since there need be nothing in the middle of them. */
static void make_dot_of_part(struct mm_shape *s, const struct parts *g, struct mm_shape_from from, int kind)
{
	const uint32_t *ring = g->ring;
	double most = -1, at_x = 0, at_y = 0;

	if (!from.world && !from.tile)
		return; /* no vertices */
	for (uint32_t i = 0; i < g->part_count; i++)
		for (uint32_t r = 0; r < mm_part_rings(g->part[i]);
		     from = mm_shape_skip(from, *ring++), r++) {
			double size;

			if (r || *ring == 0 || (int)mm_part_kind(g->part[i]) != kind)
				continue;
			size = g->part_count > 1 ? size_of(s, from, *ring) : 0;
			if (size > most) {
				most = size;
				at_x = mm_shape_x(s, from, 0);
				at_y = mm_shape_y(s, from, 0);
			}
		}
	if (most >= 0)
		make_dot(s, at_x, at_y, kind);
}

/* As mm_tile_stays_whole. */
static bool stays_whole(const struct mm_shape *s, const struct mm_box *b)
{
	const struct mm_box *w = &s->window;
	const bool x_in = b->min_x >= w->min_x && b->max_x <= w->max_x,
		   y_in = b->min_y >= w->min_y && b->max_y <= w->max_y;

	return (x_in && y_in) ||
	       ((x_in || y_in) && b->min_x >= w->min_x - s->spill && b->max_x <= w->max_x + s->spill &&
		b->min_y >= w->min_y - s->spill && b->max_y <= w->max_y + s->spill);
}

static bool make(struct mm_shape *s, const struct parts *g, struct mm_shape_from from, struct mm_box b)
{
	static const enum mm_grid_kind kinds[] = {MM_GRID_POINT, MM_GRID_LINE, MM_GRID_POLYGON};
	int kind = highest(g->part, g->part_count);

	s->runs.count = 0;
	s->runs.ring_count = 0;
	s->is_dot = false;
	if (kind < 0)
		return false;
	s->is_inside = stays_whole(s, &b);
	s->is_near = b.min_x > -NEAR && b.min_y > -NEAR && b.max_x < NEAR && b.max_y < NEAR;
	if (kind != MM_PART_POINTS && s->tolerance > 0 && b.max_x - b.min_x < MM_TILE_PIXEL &&
	    b.max_y - b.min_y < MM_TILE_PIXEL)
		make_dot(s, (b.min_x + b.max_x) / 2, (b.min_y + b.max_y) / 2, kind);
	else
		make_parts(s, g, from, kind);
	if (kind != MM_PART_POINTS && s->tolerance > 0 && !s->runs.ring_count && !s->is_dot && !s->failed)
		make_dot_of_part(s, g, from, kind);
	s->geom = (struct mm_grid_geom){kinds[kind], s->runs.xy, s->runs.ring, s->runs.ring_count};
	return s->runs.ring_count > 0 && !s->failed;
}

bool mm_shape_make(struct mm_shape *s, const struct mm_world_geom *g, const struct mm_world_box *box)
{
	const struct mm_world corner[] = {{box->min_x, box->min_y}, {box->max_x, box->max_y}};
	const struct mm_shape_from c = {.world = corner};

	return make(s, &(struct parts){g->part, g->ring, g->part_count},
		    (struct mm_shape_from){.world = g->point},
		    (struct mm_box){mm_shape_x(s, c, 0), mm_shape_y(s, c, 0), mm_shape_x(s, c, 1),
				    mm_shape_y(s, c, 1)});
}

bool mm_shape_make_placed(struct mm_shape *s, const struct mm_geom *g, const struct mm_box *box)
{
	return make(s, &(struct parts){g->part, g->ring, g->part_count},
		    (struct mm_shape_from){.tile = g->xy}, *box);
}
