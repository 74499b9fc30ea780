#include "tile/shape.h"

#include "tile/shape_ring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void mm_shape_init(struct mm_shape *s, struct mm_tile_id id, struct mm_topo *topo)
{
	double size = ldexp(1, 32 - (int)id.z);

	*s = (struct mm_shape){
	    .id = id,
	    .origin_x = id.x * size,
	    .origin_y = id.y * size,
	    .scale = MM_MVT_EXTENT / size,
	    .window = {-MM_TILE_BUFFER, -MM_TILE_BUFFER, MM_MVT_EXTENT + MM_TILE_BUFFER,
		       MM_MVT_EXTENT + MM_TILE_BUFFER},
	    .tolerance = id.z < MM_TILE_WHOLE_ZOOM ? 2 : 0,
	    .topo = topo,
	};
}

void mm_shape_release(struct mm_shape *s)
{
	mm_points_release(&s->one);
	mm_points_release(&s->two);
	free(s->xy);
	free(s->ring);
	s->xy = NULL;
	s->ring = NULL;
}

void mm_shape_add_ring(struct mm_shape *s, const int32_t *xy, size_t count)
{
	if (s->xy_count + count > s->xy_cap) {
		size_t cap = (s->xy_count + count) * 2;
		int32_t *wide = realloc(s->xy, cap * 2 * sizeof(*wide));

		if (!wide) {
			s->failed = true;
			return;
		}
		s->xy = wide;
		s->xy_cap = cap;
	}
	if (s->ring_count == s->ring_cap) {
		size_t cap = s->ring_cap ? s->ring_cap * 2 : 16;
		uint32_t *wide = realloc(s->ring, cap * sizeof(*wide));

		if (!wide) {
			s->failed = true;
			return;
		}
		s->ring = wide;
		s->ring_cap = cap;
	}
	memcpy(s->xy + 2 * s->xy_count, xy, count * 2 * sizeof(*xy));
	s->xy_count += count;
	s->ring[s->ring_count++] = (uint32_t)count;
}

static double tile_x(const struct mm_shape *s, struct mm_world w)
{
	return (w.x - s->origin_x) * s->scale;
}

static double tile_y(const struct mm_shape *s, struct mm_world w)
{
	return (w.y - s->origin_y) * s->scale;
}

static bool inside(const struct mm_box *b, double x, double y)
{
	return x >= b->min_x && x <= b->max_x && y >= b->min_y && y <= b->max_y;
}

static bool make_points(struct mm_shape *s, const struct mm_world *p, uint32_t n)
{
	size_t before = s->xy_count;

	for (uint32_t i = 0; i < n; i++) {
		double x = tile_x(s, p[i]), y = tile_y(s, p[i]);
		int32_t at[2];

		if (!inside(&s->window, x, y))
			continue;
		at[0] = (int32_t)lround(x);
		at[1] = (int32_t)lround(y);
		mm_shape_add_ring(s, at, 1);
	}
	if (s->xy_count == before)
		return false;
	s->ring_count = 1; /* one run holds them all */
	s->ring[0] = (uint32_t)s->xy_count;
	return true;
}

/* Ends a run of line points: simplified, rounded, without repeats; one that stays a single point is left out.
 */
static void end_line(struct mm_shape *s, struct mm_points *run)
{
	int32_t *out;
	size_t n;

	if (run->count < 2 || run->failed) {
		s->failed |= run->failed;
		run->count = 0;
		return;
	}
	if (s->tolerance > 0)
		run->count = mm_ring_simplify(run->xy, run->count, s->tolerance);
	out = mm_ring_round(run->xy, run->count, &n);
	if (!out)
		s->failed = true;
	else if (n >= 2)
		mm_shape_add_ring(s, out, n);
	free(out);
	run->count = 0;
}

static void make_line(struct mm_shape *s, const struct mm_world *p, uint32_t n)
{
	struct mm_points *run = &s->one;

	run->count = 0;
	for (uint32_t i = 0; i + 1 < n; i++) {
		double x0 = tile_x(s, p[i]), y0 = tile_y(s, p[i]), x1 = tile_x(s, p[i + 1]),
		       y1 = tile_y(s, p[i + 1]);
		double was_x1 = x1, was_y1 = y1;

		if (!mm_clip_segment(&x0, &y0, &x1, &y1, &s->window)) {
			end_line(s, run);
			continue;
		}
		if (run->count == 0)
			mm_points_add(run, x0, y0);
		mm_points_add(run, x1, y1);
		if (x1 != was_x1 || y1 != was_y1)
			end_line(s, run);
	}
	end_line(s, run);
}

/* The smallest polygon there is, one pixel around the middle of what has collapsed. */
static void make_dot_polygon(struct mm_shape *s, double x, double y)
{
	int32_t px = (int32_t)floor(x / MM_TILE_PIXEL) * MM_TILE_PIXEL,
		py = (int32_t)floor(y / MM_TILE_PIXEL) * MM_TILE_PIXEL;
	const int32_t square[] = {
	    px, py, px + MM_TILE_PIXEL, py, px + MM_TILE_PIXEL, py + MM_TILE_PIXEL, px, py + MM_TILE_PIXEL};

	s->xy_count = 0;
	s->ring_count = 0;
	mm_shape_add_ring(s, square, 4);
	s->is_dot = true;
}

static void make_dot_line(struct mm_shape *s, double x, double y)
{
	int32_t px = (int32_t)floor(x / MM_TILE_PIXEL) * MM_TILE_PIXEL,
		py = (int32_t)floor(y / MM_TILE_PIXEL) * MM_TILE_PIXEL;
	const int32_t dash[] = {px, py, px + MM_TILE_PIXEL, py};

	s->xy_count = 0;
	s->ring_count = 0;
	mm_shape_add_ring(s, dash, 2);
	s->is_dot = true;
}

static int highest(const struct mm_world_geom *g)
{
	int most = -1;

	for (uint32_t i = 0; i < g->part_count; i++)
		if ((int)mm_part_kind(g->part[i]) > most)
			most = (int)mm_part_kind(g->part[i]);
	return most;
}

/* Box of a geometry in tile units. */
static struct mm_box box_of(const struct mm_shape *s, const struct mm_world_geom *g)
{
	struct mm_box b = mm_box_empty();

	for (uint32_t i = 0; i < g->vertex_count; i++)
		mm_box_add(&b, tile_x(s, g->point[i]), tile_y(s, g->point[i]));
	return b;
}

/* Something too small to have a shape: a dot where its middle is, if that is in the tile. */
static bool make_dot(struct mm_shape *s, const struct mm_box *b, int kind)
{
	double x = (b->min_x + b->max_x) / 2, y = (b->min_y + b->max_y) / 2;

	if (!inside(&s->window, x, y))
		return false;
	if (kind == MM_PART_POLYGON)
		make_dot_polygon(s, x, y);
	else
		make_dot_line(s, x, y);
	return true;
}

bool mm_shape_make(struct mm_shape *s, const struct mm_world_geom *g)
{
	static const enum mm_mvt_kind kinds[] = {MM_MVT_POINT, MM_MVT_LINE, MM_MVT_POLYGON};
	int kind = highest(g);
	const struct mm_world *p = g->point;
	const uint32_t *ring = g->ring;
	struct mm_box box;
	bool small;

	s->xy_count = 0;
	s->ring_count = 0;
	s->is_dot = false;
	if (kind < 0)
		return false;
	box = box_of(s, g);
	small = kind != MM_PART_POINTS && box.max_x - box.min_x < MM_TILE_PIXEL &&
		box.max_y - box.min_y < MM_TILE_PIXEL && s->tolerance > 0;
	if (small && !make_dot(s, &box, kind))
		return false;
	for (uint32_t i = 0; i < g->part_count && !small; i++) {
		uint32_t rings = mm_part_rings(g->part[i]), n = 0;

		for (uint32_t r = 0; r < rings; r++)
			n += ring[r];
		if ((int)mm_part_kind(g->part[i]) == kind) {
			if (kind == MM_PART_POINTS)
				(void)make_points(s, p, n);
			else if (kind == MM_PART_LINE)
				make_line(s, p, n);
			else
				mm_shape_add_polygon(s, p, ring, rings);
		}
		p += n;
		ring += rings;
	}
	s->geom = (struct mm_mvt_geom){kinds[kind], s->xy, s->ring, s->ring_count};
	return s->ring_count > 0 && !s->failed;
}
