#include "tile/grid_source.h"

#include "encode/mvt.h"
#include "grid/shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	EDGE_SHORT = 128,     /* tile units: nothing that short bends by a quarter pixel */
	HALVINGS_MAX = 24,    /* of one edge */
	DENSE_SPARE = 1 << 16 /* points added to one row at most, beside as many as it has */
};

void mm_grid_source_release(struct mm_grid_source *s)
{
	mm_points_release(&s->xy);
	mm_points_release(&s->dense);
	free(s->ring);
	*s = (struct mm_grid_source){0};
}

enum mm_code mm_grid_source_open(struct mm_grid_source *s, const struct mm_grid_tile *t,
				 const struct mm_layer *l, struct mm_err *reterr)
{
	const struct mm_box b = mm_tile_matrix_box(t->matrix, t->row, t->col);
	const double world_deg = 360 / 4294967296.0; /* a unit of the world square */
	enum mm_code rc = mm_transform_get(t->proj, mm_layer_schema(l)->crs_definition,
					   t->set->crs_definition, &s->to_grid, reterr);

	if (rc)
		return rc;
	s->layer = l;
	s->origin_x = b.min_x;
	s->origin_y = b.max_y;
	s->scale = MM_GRID_EXTENT / t->matrix->side;
	s->is_identity = mm_transform_is_identity(s->to_grid);
	s->is_degrees = t->set->kind == MM_TMS_CRS84;
	s->is_world_fine = s->is_degrees && world_deg * s->scale <= 1.0 / 32;
	s->reach = (struct mm_box){-MM_TILE_BUFFER, -MM_TILE_BUFFER, MM_GRID_EXTENT + MM_TILE_BUFFER,
				   MM_GRID_EXTENT + MM_TILE_BUFFER};
	return MM_OK;
}

/* ---- vertices ---- */

static double *make_room(struct mm_grid_source *s, struct mm_points *p, size_t count)
{
	double *wide;

	p->count = 0;
	if (count <= p->cap)
		return p->xy;
	wide = realloc(p->xy, count * 2 * sizeof(*wide));
	if (!wide) {
		s->failed = true;
		return NULL;
	}
	p->xy = wide;
	p->cap = count;
	return wide;
}

/* Degrees from the tile geometry, which is nearer than a tile unit asks for and ten times faster to be had
 * than by PROJ. False: beyond the edge of the world square, where it is cut off. */
static bool degrees_of_world(const struct mm_world_geom *w, double *xy)
{
	for (uint32_t i = 0; i < w->vertex_count; i++) {
		if (w->point[i].y == 0 || w->point[i].y == UINT32_MAX || w->point[i].x == 0 ||
		    w->point[i].x == UINT32_MAX)
			return false;
		mm_world_to_lonlat(w->point[i], &xy[2 * (size_t)i], &xy[2 * (size_t)i + 1]);
	}
	return true;
}

/* The row's vertices in the grid's system, in s->xy. */
static bool transform_row(struct mm_grid_source *s, uint32_t row, const struct mm_geom *g)
{
	struct mm_world_geom world;
	double *xy = make_room(s, &s->xy, g->vertex_count);

	if (!xy)
		return false;
	s->xy.count = g->vertex_count;
	if (s->is_world_fine && !s->is_identity) {
		mm_layer_geom_world(s->layer, row, &world);
		if (world.vertex_count == g->vertex_count && degrees_of_world(&world, xy))
			return true;
	}
	memcpy(xy, g->xy, (size_t)g->vertex_count * 2 * sizeof(*xy));
	if (!s->is_identity && mm_transform_points(s->to_grid, xy, g->vertex_count)) {
		s->unplaced++;
		return false;
	}
	if (s->is_degrees && g->vertex_count == 1)
		xy[0] = mm_lon_turned(xy[0]);
	return true;
}

static void to_tile(const struct mm_grid_source *s, double *xy, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		xy[2 * i] = (xy[2 * i] - s->origin_x) * s->scale;
		xy[2 * i + 1] = (s->origin_y - xy[2 * i + 1]) * s->scale;
	}
}

static struct mm_box box_of(const double *xy, size_t count)
{
	struct mm_box b = mm_box_empty();

	for (size_t i = 0; i < count; i++)
		mm_box_add(&b, xy[2 * i], xy[2 * i + 1]);
	return b;
}

/* ---- edges ---- */

struct edge {
	double from[2], to[2]; /* source */
	double a[2], b[2];     /* tile */
};

/* How far the place of a part of the source's edge lies from the same part of the tile's; the place itself in
 * `ret`. HUGE_VAL: it has none. */
static double bend_at(const struct mm_grid_source *s, const struct edge *e, double part, double source[2],
		      double ret[2])
{
	source[0] = ret[0] = e->from[0] + (e->to[0] - e->from[0]) * part;
	source[1] = ret[1] = e->from[1] + (e->to[1] - e->from[1]) * part;
	if (mm_transform_points(s->to_grid, ret, 1))
		return HUGE_VAL;
	to_tile(s, ret, 1);
	return hypot(ret[0] - (e->a[0] + (e->b[0] - e->a[0]) * part),
		     ret[1] - (e->a[1] + (e->b[1] - e->a[1]) * part));
}

/* An edge that stays away from the tile even where it bends by half its length. */
static bool is_far(const struct mm_grid_source *s, const struct edge *e, double length)
{
	const struct mm_box b = {fmin(e->a[0], e->b[0]) - length / 2, fmin(e->a[1], e->b[1]) - length / 2,
				 fmax(e->a[0], e->b[0]) + length / 2, fmax(e->a[1], e->b[1]) + length / 2};

	return !mm_box_meets(&b, &s->reach);
}

/* Adds what lies between the ends of an edge. Halves meet in the middle whichever way it runs, so that
 * neighbours get the same points. */
static void bend_edge(struct mm_grid_source *s, const struct edge *e, int halvings, size_t most)
{
	double length = hypot(e->b[0] - e->a[0], e->b[1] - e->a[1]), quarter[2], middle[2], place[2], bend;
	struct edge first = *e, second = *e;

	if (length <= EDGE_SHORT || halvings == 0 || s->dense.count > most || is_far(s, e, length))
		return;
	bend = fmax(bend_at(s, e, 0.25, quarter, place), bend_at(s, e, 0.75, quarter, place));
	bend = fmax(bend, bend_at(s, e, 0.5, middle, place));
	if (!(bend > MM_TILE_TOLERANCE) || !isfinite(bend))
		return;
	memcpy(first.to, middle, sizeof(middle));
	memcpy(first.b, place, sizeof(place));
	memcpy(second.from, middle, sizeof(middle));
	memcpy(second.a, place, sizeof(place));
	bend_edge(s, &first, halvings - 1, most);
	mm_points_add(&s->dense, place[0], place[1]);
	bend_edge(s, &second, halvings - 1, most);
}

static const double edge_half = EDGE_SHORT / 2.0;

static bool has_long_edge(const struct mm_points *p)
{
	for (size_t i = 0; i + 1 < p->count; i++)
		if (fabs(p->xy[2 * i + 2] - p->xy[2 * i]) > edge_half ||
		    fabs(p->xy[2 * i + 3] - p->xy[2 * i + 1]) > edge_half)
			return true;
	return false;
}

/* One ring or line with the points it needs, from s->xy to s->dense; returns its new count. */
static uint32_t bend_ring(struct mm_grid_source *s, const struct mm_geom *g, size_t at, uint32_t count,
			  size_t most)
{
	size_t before = s->dense.count;

	for (size_t i = at; i < at + count; i++) {
		const double *tile = s->xy.xy + 2 * i, *source = g->xy + 2 * i;
		struct edge e;

		mm_points_add(&s->dense, tile[0], tile[1]);
		if (i + 1 == at + count)
			break;
		e = (struct edge){
		    {source[0], source[1]}, {source[2], source[3]}, {tile[0], tile[1]}, {tile[2], tile[3]}};
		bend_edge(s, &e, HALVINGS_MAX, most);
	}
	return (uint32_t)(s->dense.count - before);
}

/* Replaces the row's points and rings by those with bent edges. */
static void bend_row(struct mm_grid_source *s, struct mm_geom *g)
{
	const size_t most = (size_t)g->vertex_count * 2 + DENSE_SPARE;
	size_t at = 0, r = 0;

	if (g->ring_count > s->ring_cap) {
		uint32_t *wide = realloc(s->ring, (size_t)g->ring_count * sizeof(*wide));

		if (!wide) {
			s->failed = true;
			return;
		}
		s->ring = wide;
		s->ring_cap = g->ring_count;
	}
	s->dense.count = 0;
	for (uint32_t i = 0; i < g->part_count; i++)
		for (uint32_t k = 0; k < mm_part_rings(g->part[i]); k++, r++) {
			size_t n = mm_part_kind(g->part[i]) == MM_PART_POINTS ? 0 : most;

			s->ring[r] = bend_ring(s, g, at, g->ring[r], n);
			at += g->ring[r];
		}
	s->failed |= s->dense.failed;
	g->xy = s->dense.xy;
	g->ring = s->ring;
	g->vertex_count = (uint32_t)s->dense.count;
}

bool mm_grid_source_place(struct mm_grid_source *s, uint32_t row, struct mm_geom *ret, struct mm_box *ret_box)
{
	struct mm_geom g;

	mm_layer_geom_valid(s->layer, row, &g);
	if (g.vertex_count == 0 || !transform_row(s, row, &g))
		return false;
	to_tile(s, s->xy.xy, s->xy.count);
	if (!s->is_identity && g.ring_count && has_long_edge(&s->xy))
		bend_row(s, &g);
	else
		g.xy = s->xy.xy;
	if (s->failed)
		return false;
	*ret_box = box_of(g.xy, g.vertex_count);
	*ret = g;
	return mm_box_meets(ret_box, &s->reach);
}
