#include "query/near/near_private.h"

#include "base/clock.h"
#include "base/stop.h"

#include <math.h>
#include <stdlib.h>

enum {
	BOXED_MAX_M = 1000000, /* what is larger has no box: a plane means little there */
	EDGE_MAX_M = 100000,
	EARTH_RADIUS_M = 6371000,
	FEATURES_A_TILE = 512,
	TILE_MIN_M = 3000,
	TILE_MAX_M = 20000,
	CELLS_A_SIDE = 256,
	MADE_MIN = 64, /* tiles before it is asked whether they pay */
	PAYS_AT = 16   /* geometries a tile */
};
static const double tolerance_m = 1e-3, degree_m = 111320;

/* ---- making ---- */

static double cos_deg(double lat)
{
	return fmax(cos(lat * M_PI / 180), 0.01);
}

/* What an arc rises over its chord where meridians meet: as filter_near.c has it. */
static double bulge(double edge_m, double lat_deg)
{
	const double slope = fabs(tan(lat_deg * M_PI / 180));

	edge_m = fmin(edge_m, EDGE_MAX_M);
	return edge_m * edge_m / (8.0 * EARTH_RADIUS_M) * fmin(fmax(slope, 1), 10);
}

/* No edge is longer than the largest box of a feature. */
static double longest_edge_m(const struct mm_layer *l)
{
	const struct mm_rtree *t = mm_layer_rtree(l);
	const double unit_m = 360 * degree_m / 4294967296.0;
	uint32_t most = 0;

	for (uint32_t i = 0; i < t->count; i++) {
		const struct mm_world_box *b = &t->box[i];

		if (b->min_x > b->max_x)
			continue;
		most = b->max_x - b->min_x > most ? b->max_x - b->min_x : most;
		most = b->max_y - b->min_y > most ? b->max_y - b->min_y : most;
	}
	return most * unit_m * M_SQRT2;
}

static bool to_plane(const struct mm_near *n, double *xy, size_t count)
{
	return !n->ask.deg_to_plane || mm_transform_points(n->ask.deg_to_plane, xy, count) == 0;
}

/* Metres on the ground to a metre of the plane, at a place, to the east or the north; 0: it has no place. */
static double stretch_at(const struct mm_near *n, double lon, double lat)
{
	const double step = 1e-3;
	double xy[6] = {lon, lat, lon + step, lat, lon, lat + step}, east, north;

	if (!to_plane(n, xy, 3))
		return 0;
	east = hypot(xy[2] - xy[0], xy[3] - xy[1]) * n->ask.metres_per_unit;
	north = hypot(xy[4] - xy[0], xy[5] - xy[1]) * n->ask.metres_per_unit;
	return fmax(step * degree_m * cos_deg(lat) / east, step * degree_m / north);
}

/* The most of some places all over the layer, and some more. 0: it cannot be said. */
static double stretch_of(const struct mm_near *n)
{
	enum { STEPS = 8 };
	const struct mm_box b = mm_layer_box_deg(n->ask.layer);
	double most = 0;

	if (mm_box_is_empty(&b) || hypot(b.max_x - b.min_x, b.max_y - b.min_y) * degree_m > BOXED_MAX_M)
		return 0;
	for (int i = 0; i <= STEPS; i++)
		for (int k = 0; k <= STEPS; k++) {
			const double here = stretch_at(n, b.min_x + (b.max_x - b.min_x) * i / STEPS,
						       b.min_y + (b.max_y - b.min_y) * k / STEPS);

			if (!(here > 0 && here < 100))
				return 0;
			most = fmax(most, here);
		}
	return most * 1.05;
}

/* So large that a tile has some hundred features, and so small that a cell is half as wide as the reach. */
static void choose_side(struct mm_near *n)
{
	const struct mm_box b = mm_layer_box_deg(n->ask.layer);
	const double count = fmax(mm_layer_count(n->ask.layer), 1), reach_m = n->ask.reach_m;
	const double area = mm_box_is_empty(&b)
				? 0
				: (b.max_x - b.min_x) * degree_m * cos_deg((b.min_y + b.max_y) / 2) *
				      ((b.max_y - b.min_y) * degree_m);
	double side_m = fmin(sqrt(FEATURES_A_TILE * area / count), reach_m * CELLS_A_SIDE / 3);

	side_m = fmin(fmax(side_m, TILE_MIN_M), TILE_MAX_M);
	n->side = fmax(side_m, 8 * reach_m) / n->ask.metres_per_unit;
	n->tile_margin = n->side / 16;
}

enum mm_code mm_near_new(const struct mm_near_ask *ask, struct mm_near **ret, struct mm_err *reterr)
{
	struct mm_near *n = calloc(1, sizeof(*n));

	if (!n)
		return mm_fail_nomem(reterr);
	n->ask = *ask;
	n->reach = ask->reach_m / ask->metres_per_unit;
	n->margin = 4 * tolerance_m / ask->metres_per_unit; /* two vertices, each off along both axes */
	n->has_polygons = mm_geom_types_have_polygons(mm_layer_geom_types(ask->layer));
	n->from_own = mm_smooth_new(ask->own_is_plane ? NULL : ask->own_to_deg,
				    ask->own_is_plane ? NULL : ask->deg_to_plane, ask->own_side,
				    tolerance_m / ask->metres_per_unit);
	n->from_layer = mm_smooth_new(ask->layer_is_plane ? NULL : ask->layer_to_deg,
				      ask->layer_is_plane ? NULL : ask->deg_to_plane, ask->layer_side,
				      tolerance_m / ask->metres_per_unit);
	if (!n->from_own || !n->from_layer) {
		(void)mm_near_free(n);
		return mm_fail_nomem(reterr);
	}
	n->stretch = stretch_of(n);
	n->bulge_m = longest_edge_m(ask->layer);
	choose_side(n);
	*ret = n;
	return MM_OK;
}

struct mm_near *mm_near_free(struct mm_near *n)
{
	if (!n)
		return NULL;
	for (size_t i = 0; i < MM_NEAR_TILES; i++)
		mm_near_tile_release(&n->tile[i]);
	(void)mm_smooth_free(n->from_own);
	(void)mm_smooth_free(n->from_layer);
	free(n->own_xy);
	free(n->layer_xy);
	free(n);
	return NULL;
}

/* ---- coordinates ---- */

static bool bring(struct mm_near *n, struct mm_smooth *s, bool is_exact, double **room, size_t *cap,
		  struct mm_geom *g)
{
	if (g->vertex_count > *cap) {
		const size_t wanted = g->vertex_count + (size_t)g->vertex_count / 2 + 64;

		free(*room);
		*cap = 0;
		*room = calloc(wanted, 2 * sizeof(double));
		if (!*room) {
			n->is_cut = true;
			return false;
		}
		*cap = wanted;
	}
	if (!(is_exact ? mm_smooth_points_exact(s, g->xy, g->vertex_count, *room)
		       : mm_smooth_points(s, g->xy, g->vertex_count, *room)))
		return false;
	g->xy = *room;
	return true;
}

bool mm_near_bring_own(struct mm_near *n, const struct mm_geom *g, bool is_exact, struct mm_geom *ret)
{
	*ret = *g;
	return bring(n, n->from_own, is_exact, &n->own_xy, &n->own_cap, ret);
}

bool mm_near_bring_feature(struct mm_near *n, uint32_t row, bool is_exact, struct mm_geom *ret)
{
	mm_layer_geom_valid(n->ask.layer, row, ret);
	if (!ret->part_count) /* outlines without an area */
		mm_layer_geom(n->ask.layer, row, ret);
	return ret->vertex_count && bring(n, n->from_layer, is_exact, &n->layer_xy, &n->layer_cap, ret);
}

struct mm_near_reach mm_near_reach(const struct mm_near *n, bool is_exact)
{
	const double margin = is_exact ? 0 : n->margin;

	return (struct mm_near_reach){n->reach - margin, n->reach + margin};
}

static struct mm_box widened(struct mm_box b, double metres)
{
	const double lat = metres / (degree_m * 0.99),
		     lon = lat / cos_deg(fmin(fmax(fabs(b.min_y), fabs(b.max_y)) + lat, 90));

	return (struct mm_box){fmax(b.min_x - lon, -180), fmax(b.min_y - lat, -90), fmin(b.max_x + lon, 180),
			       fmin(b.max_y + lat, 90)};
}

struct mm_world_box mm_near_around(const struct mm_near *n, const struct mm_box *b)
{
	const double mx = (b->min_x + b->max_x) / 2, my = (b->min_y + b->max_y) / 2;
	const double size_m = hypot(b->max_x - b->min_x, b->max_y - b->min_y) * n->ask.metres_per_unit;
	double xy[16] = {b->min_x, b->min_y, mx,       b->min_y, b->max_x, b->min_y, b->min_x, my,
			 b->max_x, my,       b->min_x, b->max_y, mx,       b->max_y, b->max_x, b->max_y};
	const struct mm_world_box all = {0, 0, UINT32_MAX, UINT32_MAX};
	struct mm_box deg = mm_box_empty();
	double lat;

	if (!(size_m < BOXED_MAX_M) ||
	    (n->ask.plane_to_deg && mm_transform_points(n->ask.plane_to_deg, xy, 8)))
		return all;
	for (int i = 0; i < 8; i++)
		mm_box_add(&deg, xy[2 * i], xy[2 * i + 1]);
	if (deg.max_x - deg.min_x > 180) /* across the antimeridian */
		return all;
	lat = fmax(fabs(deg.min_y), fabs(deg.max_y));
	deg = widened(deg, 1 + 2 * bulge(size_m, lat) + bulge(n->bulge_m, lat));
	return mm_world_box_around(&deg);
}

/* ---- where it is near ---- */

static struct mm_box near_to(const struct mm_near *n, const struct mm_box *b)
{
	const double lat = fmax(fabs(b->min_y), fabs(b->max_y));

	return widened(*b, 1 + n->ask.reach_m * n->stretch + bulge(n->bulge_m, lat) + n->ask.own_bulge_m);
}

bool mm_near_box(const struct mm_near *n, struct mm_box *ret)
{
	*ret = mm_layer_box_deg(n->ask.layer);
	if (mm_box_is_empty(ret))
		return true;
	if (n->stretch <= 0 || !(n->ask.reach_m < BOXED_MAX_M))
		return false;
	*ret = near_to(n, ret);
	return true;
}

struct mm_box mm_near_feature_box(const struct mm_near *n, uint32_t row)
{
	struct mm_world_box w;
	struct mm_box b;

	if (!mm_layer_box_world(n->ask.layer, row, &w))
		return mm_box_empty();
	mm_world_to_lonlat((struct mm_world){w.min_x, w.max_y}, &b.min_x, &b.min_y);
	mm_world_to_lonlat((struct mm_world){w.max_x, w.min_y}, &b.max_x, &b.max_y);
	return near_to(n, &b);
}

/* ---- asking ---- */

bool mm_near_is_late(struct mm_near *n)
{
	n->is_cut = n->is_cut || mm_stop_is_due(n->ask.deadline_ns);
	return n->is_cut;
}

const struct mm_layer *mm_near_layer(const struct mm_near *n)
{
	return n->ask.layer;
}

bool mm_near_is_cut(const struct mm_near *n)
{
	return n->is_cut;
}

/* Asked for here and there, each tile is made for a few geometries only: then they cost more than they spare.
 */
static bool tiles_pay(const struct mm_near *n)
{
	return n->made < MADE_MIN || n->asked > n->made * PAYS_AT;
}

int mm_near_test(struct mm_near *n, const struct mm_geom *g)
{
	enum mm_near_verdict verdict = MM_NEAR_OPEN;
	struct mm_geom there;

	if (!g->vertex_count || !mm_near_bring_own(n, g, false, &there))
		return -1;
	n->asked++;
	if (!(n->reach >= 0))
		return 0;
	if (tiles_pay(n))
		verdict = mm_near_ask_tile(n, &there);
	if (verdict == MM_NEAR_OPEN && !n->is_cut)
		verdict = mm_near_ask_plainly(n, &there, false);
	if (verdict == MM_NEAR_OPEN && !n->is_cut)
		return mm_near_test_plainly(n, g);
	return n->is_cut ? -1 : verdict == MM_NEAR_YES;
}

int mm_near_test_plainly(struct mm_near *n, const struct mm_geom *g)
{
	enum mm_near_verdict verdict;
	struct mm_geom there;

	if (!g->vertex_count || !mm_near_bring_own(n, g, true, &there))
		return -1;
	verdict = n->reach >= 0 ? mm_near_ask_plainly(n, &there, true) : MM_NEAR_NO;
	return n->is_cut ? -1 : verdict == MM_NEAR_YES;
}
