#include "geo/tile_grid.h"

#include "geo/crs_json.h"

#include <math.h>
#include <string.h>

enum { TILE_SIZE = 256, SNAP = 8 };

static const double finest_m = 1; /* cells that a grid goes down to by itself */

double mm_tile_grid_unit_m(const struct mm_crs *crs)
{
	return crs->is_geographic ? 6378137 * M_PI / 180 : crs->metres_per_unit;
}

/* One grid while it is laid out. */
struct layout {
	const struct mm_tile_grid *ask;
	struct mm_crs crs;
	double unit_m, lat_deg;
	struct mm_box extent; /* units of the system */
	double cell;          /* of the first matrix */
	double origin_x, origin_y;
	unsigned tile_size, matrices;
};

static struct mm_box common(const struct mm_box *a, const struct mm_box *b)
{
	return (struct mm_box){fmax(a->min_x, b->min_x), fmax(a->min_y, b->min_y), fmin(a->max_x, b->max_x),
			       fmin(a->max_y, b->max_y)};
}

static enum mm_code find_extent(struct layout *l, struct mm_proj *p, const struct mm_box *data_deg,
				struct mm_err *reterr)
{
	const struct mm_transform *t;
	struct mm_box deg = *data_deg;
	enum mm_code rc = mm_transform_get(p, MM_CRS84, l->crs.definition, &t, reterr);

	if (rc)
		return rc;
	if (!mm_box_is_empty(&l->crs.area_deg)) {
		deg = mm_box_is_empty(data_deg) ? l->crs.area_deg : common(data_deg, &l->crs.area_deg);
		if (mm_box_is_empty(&deg)) /* data where the system is not meant for: its grid is at home */
			deg = l->crs.area_deg;
	}
	l->extent = mm_transform_box(t, &deg);
	if (mm_box_is_empty(&l->extent))
		return mm_fail(reterr, MM_E_NOT_FOUND, "", "no data to lay the grid \"%.64s\" over",
			       l->ask->id);
	l->lat_deg = (deg.min_y + deg.max_y) / 2;
	return MM_OK;
}

/* The corner that the first matrix begins at, with tiles of `side`. */
static void find_origin(struct layout *l, double side)
{
	double step = side / SNAP;

	l->origin_x = l->ask->has_origin ? l->ask->origin_x : floor(l->extent.min_x / step) * step;
	l->origin_y = l->ask->has_origin ? l->ask->origin_y : ceil(l->extent.max_y / step) * step;
}

static bool holds(const struct layout *l, double side)
{
	return l->origin_x + side >= l->extent.max_x && l->origin_y - side <= l->extent.min_y;
}

/* Cells of the first matrix, its origin, and how many matrices. */
static void choose(struct layout *l)
{
	const struct mm_tile_grid *g = l->ask;
	/* degrees: halves of 180, as WorldCRS84Quad has them */
	double finest = l->crs.is_geographic ? 180.0 / TILE_SIZE / 65536 : finest_m / l->unit_m;
	unsigned doublings = 0;

	l->tile_size = g->tile_size ? g->tile_size : TILE_SIZE;
	l->cell = g->cell_size > 0 ? g->cell_size : g->scale_denominator * MM_TILE_PIXEL_M / l->unit_m;
	if (!(l->cell > 0)) {
		for (l->cell = finest; doublings + 1 < MM_TILE_MATRICES_MAX; doublings++, l->cell *= 2) {
			find_origin(l, l->cell * l->tile_size);
			if (holds(l, l->cell * l->tile_size))
				break;
		}
	} else {
		for (double c = l->cell; c > finest && doublings + 1 < MM_TILE_MATRICES_MAX; c /= 2)
			doublings++;
		find_origin(l, l->cell * l->tile_size);
	}
	l->matrices = g->matrices ? g->matrices : doublings + 1;
}

static double tiles(double length, double side)
{
	return fmax(ceil(length / side - 1e-9), 1);
}

static enum mm_code put_matrix(const struct layout *l, unsigned i, struct mm_arena *mem,
			       struct mm_tile_matrix *ret, struct mm_err *reterr)
{
	double cell = ldexp(l->cell, -(int)i), side = cell * l->tile_size;
	double width = tiles(l->extent.max_x - l->origin_x, side);
	double height = tiles(l->origin_y - l->extent.min_y, side);
	const char *id = mm_arena_printf(mem, "%u", i);

	if (!id)
		return mm_fail_nomem(reterr);
	if (width > MM_TILE_GRID_WIDTH_MAX || height > MM_TILE_GRID_WIDTH_MAX)
		return mm_fail(
		    reterr, MM_E_INVALID, "",
		    "grid \"%.64s\": more than %d tiles a side in matrix %u: write fewer matrices or "
		    "an origin nearer to the data",
		    l->ask->id, MM_TILE_GRID_WIDTH_MAX, i);
	*ret = (struct mm_tile_matrix){
	    .id = id,
	    .scale_denominator = !(l->ask->cell_size > 0) && l->ask->scale_denominator > 0
				     ? ldexp(l->ask->scale_denominator, -(int)i)
				     : cell * l->unit_m * 1e5 / 28, /* MM_TILE_PIXEL_M, unrounded */
	    .cell_size = cell,
	    .origin_x = l->origin_x,
	    .origin_y = l->origin_y,
	    .side = side,
	    .tile_size = l->tile_size,
	    .width = (uint32_t)width,
	    .height = (uint32_t)height,
	    .zoom = mm_tile_matrix_zoom(side * l->unit_m, l->crs.is_geographic ? 0 : l->lat_deg),
	};
	return MM_OK;
}

static enum mm_code put_set(const struct layout *l, struct mm_proj *p, struct mm_arena *mem,
			    struct mm_tile_matrix_set *ret, struct mm_err *reterr)
{
	const struct mm_tile_grid *g = l->ask;
	bool north_first =
	    g->axes == MM_AXES_AUTHORITY ? l->crs.is_north_first : g->axes == MM_AXES_NORTH_EAST;
	struct mm_tile_matrix *m = mm_arena_array(mem, l->matrices, sizeof(*m));
	const char *east = l->crs.is_geographic ? "Lon" : "E", *north = l->crs.is_geographic ? "Lat" : "N";
	struct mm_tile_matrix_set made = {
	    .kind = MM_TMS_OWN,
	    .id = g->id,
	    .title_ru = g->title_ru ? g->title_ru : "",
	    .title_en = g->title_en ? g->title_en : "",
	    .uri = "",
	    .crs_uri = l->crs.uri,
	    .crs_json = "",
	    .crs_definition = l->crs.definition,
	    .axis = {north_first ? north : east, north_first ? east : north},
	    .north_first = north_first,
	    .well_known = "",
	    .matrix = m,
	    .count = l->matrices,
	};
	enum mm_code rc = m ? MM_OK : mm_fail_nomem(reterr);

	for (unsigned i = 0; i < l->matrices && !rc; i++)
		rc = put_matrix(l, i, mem, &m[i], reterr);
	if (!rc && !*l->crs.uri)
		rc = mm_crs_json(p, l->crs.definition, mem, &made.crs_json, reterr);
	if (!rc && !mm_tile_matrix_set_copy(&made, mem, ret))
		rc = mm_fail_nomem(reterr);
	return rc;
}

enum mm_code mm_tile_grid_build(const struct mm_tile_grid *g, struct mm_proj *p,
				const struct mm_box *data_deg, struct mm_arena *mem,
				struct mm_tile_matrix_set *ret, struct mm_err *reterr)
{
	struct layout l = {.ask = g};
	enum mm_code rc;

	if (g->ready)
		return mm_tile_matrix_set_copy(g->ready, mem, ret) ? MM_OK : mm_fail_nomem(reterr);
	rc = mm_crs_parse(p, g->crs, &l.crs, reterr);
	if (rc)
		return rc;
	l.unit_m = mm_tile_grid_unit_m(&l.crs);
	rc = find_extent(&l, p, data_deg, reterr);
	if (!rc) {
		choose(&l);
		if (l.origin_x >= l.extent.max_x || l.origin_y <= l.extent.min_y)
			rc = mm_fail(
			    reterr, MM_E_INVALID, "",
			    "grid \"%.64s\": the origin lies beyond the data: write its top left corner "
			    "as [east, north]",
			    g->id);
	}
	if (!rc)
		rc = put_set(&l, p, mem, ret, reterr);
	mm_crs_release(&l.crs);
	return rc;
}
