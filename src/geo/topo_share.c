#include "geo/measure.h"
#include "geo/topo_share_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Polygons are divided by overlay. */
struct area_job {
	struct mm_share_job *job;
	GEOSGeometry **piece; /* what lies in each polygon, NULL: nothing */
	double *size;         /* of it */
};

/* ---- polygons ---- */

static double size_of(const struct area_job *a, const GEOSGeometry *g)
{
	double v = 0;

	if (g)
		(void)GEOSArea_r(a->job->t->geos, g, &v);
	return v;
}

/* Takes `g`; gives its polygons, without the lines and points of a collection. NULL: GEOS failed. */
static GEOSGeometry *keep_polygons(const struct area_job *a, GEOSGeometry *g)
{
	const GEOSContextHandle_t geos = a->job->t->geos;
	const int n = g ? GEOSGetNumGeometries_r(geos, g) : 0;
	GEOSGeometry **member, *made = NULL;
	unsigned kept = 0;

	if (!g || GEOSGeomTypeId_r(geos, g) != GEOS_GEOMETRYCOLLECTION)
		return g;
	member = calloc((size_t)n + 1, sizeof(GEOSGeometry *));
	for (int i = 0; member && i < n; i++) {
		const GEOSGeometry *one = GEOSGetGeometryN_r(geos, g, i);

		if (GEOSGeomTypeId_r(geos, one) != GEOS_POLYGON)
			continue;
		member[kept] = GEOSGeom_clone_r(geos, one);
		kept += member[kept] != NULL;
	}
	if (member)
		made = GEOSGeom_createCollection_r(geos, GEOS_MULTIPOLYGON, member, kept);
	free(member);
	GEOSGeom_destroy_r(geos, g);
	return made;
}

static void drop_pieces(const struct area_job *a)
{
	for (size_t i = 0; i < a->job->count; i++) {
		GEOSGeom_destroy_r(a->job->t->geos, a->piece[i]);
		a->piece[i] = NULL;
	}
}

/* What of `g` lies in each polygon; how many have something, SIZE_MAX: GEOS failed. */
static size_t cut(const struct area_job *a, const GEOSGeometry *g, bool *ret_is_covered)
{
	const GEOSContextHandle_t geos = a->job->t->geos;
	size_t found = 0;

	*ret_is_covered = false;
	for (size_t i = 0; i < a->job->count; i++) {
		const char meets = GEOSPreparedIntersects_r(geos, a->job->in[i]->prepared, g);
		const char covers = meets == 1 ? GEOSPreparedCovers_r(geos, a->job->in[i]->prepared, g) : 0;

		if (meets > 1 || covers > 1)
			return SIZE_MAX;
		if (!meets)
			continue;
		a->piece[i] = covers ? GEOSGeom_clone_r(geos, g)
				     : keep_polygons(a, GEOSIntersection_r(geos, a->job->in[i]->g, g));
		if (!a->piece[i])
			return SIZE_MAX;
		a->size[i] = size_of(a, a->piece[i]);
		*ret_is_covered |= covers;
		if (a->size[i] > a->job->least || covers) {
			found++;
			continue;
		}
		GEOSGeom_destroy_r(geos, a->piece[i]);
		a->piece[i] = NULL;
	}
	return found;
}

/* All pieces as one; NULL: GEOS failed. */
static GEOSGeometry *merge(const struct area_job *a)
{
	const GEOSContextHandle_t geos = a->job->t->geos;
	GEOSGeometry **member = calloc(a->job->count + 1, sizeof(GEOSGeometry *)), *all = NULL, *made = NULL;
	unsigned n = 0;

	for (size_t i = 0; member && i < a->job->count; i++)
		if (a->piece[i])
			member[n++] = GEOSGeom_clone_r(geos, a->piece[i]);
	if (member)
		all = GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, member, n);
	if (all)
		made = GEOSUnaryUnion_r(geos, all);
	GEOSGeom_destroy_r(geos, all);
	free(member);
	return made;
}

/* Leaves of each piece what no earlier one has. False: GEOS failed. */
static bool settle(const struct area_job *a)
{
	const GEOSContextHandle_t geos = a->job->t->geos;
	GEOSGeometry *seen = NULL;
	bool fine = true;

	for (size_t i = 0; fine && i < a->job->count; i++) {
		GEOSGeometry *rest, *more;

		if (!a->piece[i])
			continue;
		if (!seen) {
			seen = GEOSGeom_clone_r(geos, a->piece[i]);
			fine = seen;
			continue;
		}
		rest = keep_polygons(a, GEOSDifference_r(geos, a->piece[i], seen));
		more = keep_polygons(a, GEOSUnion_r(geos, seen, a->piece[i]));
		a->size[i] = size_of(a, rest);
		fine = rest && more;
		GEOSGeom_destroy_r(geos, rest);
		GEOSGeom_destroy_r(geos, seen);
		seen = more;
	}
	GEOSGeom_destroy_r(geos, seen);
	return fine;
}

/* Adds what lies in each polygon, and outside. */
static bool share_overlay(struct area_job *a, const GEOSGeometry *g)
{
	const double whole = size_of(a, g);
	bool is_covered, fine;
	const size_t found = cut(a, g, &is_covered);
	double inside = 0, together;

	fine = found != SIZE_MAX;
	for (size_t i = 0; fine && i < a->job->count; i++)
		inside += a->piece[i] ? a->size[i] : 0;
	together = inside;
	if (fine && found > 1) {
		GEOSGeometry *all = merge(a);

		fine = all;
		together = size_of(a, all);
		GEOSGeom_destroy_r(a->job->t->geos, all);
		if (fine && inside - together > a->job->least) {
			a->job->sum->is_contested = true;
			fine = settle(a);
		}
	}
	for (size_t i = 0; fine && i < a->job->count; i++)
		a->job->part[i] = a->piece[i] ? a->size[i] : 0;
	if (fine && !is_covered)
		a->job->sum->outside = fmax(whole - together, 0);
	drop_pieces(a);
	return fine;
}

static bool share_polygons(struct mm_share_job *j, const struct mm_geom *g)
{
	struct area_job a = {.job = j,
			     .piece = calloc(j->count + 1, sizeof(GEOSGeometry *)),
			     .size = calloc(j->count + 1, sizeof(*a.size))};
	GEOSGeometry *made = NULL;
	bool fine = a.piece && a.size && mm_topo_to_geos(j->t, g, &made) && made;

	if (fine) {
		made = keep_polygons(&a, made);
		fine = made && share_overlay(&a, made);
	}
	GEOSGeom_destroy_r(j->t->geos, made);
	free(a.piece);
	free(a.size);
	return fine;
}

/* ---- points ---- */

/* One point: the first polygon that has it. */
static bool share_point(struct mm_share_job *j, const double *xy)
{
	GEOSGeometry *point = GEOSGeom_createPointFromXY_r(j->t->geos, xy[0], xy[1]);
	size_t found = 0;
	bool fine = point;

	for (size_t i = 0; fine && i < j->count; i++) {
		const char meets = GEOSPreparedIntersects_r(j->t->geos, j->in[i]->prepared, point);

		fine = meets <= 1;
		if (meets == 1 && found++ == 0)
			j->part[i]++;
	}
	j->sum->is_contested |= found > 1;
	j->sum->outside += found == 0;
	GEOSGeom_destroy_r(j->t->geos, point);
	return fine;
}

static bool share_points(struct mm_share_job *j, const struct mm_geom *g)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	struct mm_topo_part p;
	bool fine = true;

	while (fine && mm_topo_next(&w, &p))
		for (size_t i = 0; fine && i < p.vertices; i++) {
			j->sum->whole++;
			fine = share_point(j, p.xy + 2 * i);
		}
	return fine;
}

/* ---- any geometry ---- */

static bool share(struct mm_share_job *j, const struct mm_geom *g)
{
	const int dimension = mm_geom_dimension(g);

	if (dimension <= 0)
		return share_points(j, g);
	j->sum->whole = dimension == 2 ? mm_measure_area(g) : mm_measure_length(g);
	j->least = j->sum->whole * 1e-7;
	if (j->sum->whole == 0) { /* one place */
		j->sum->whole = 1;
		return share_point(j, g->xy);
	}
	return dimension == 2 ? share_polygons(j, g) : mm_share_lines(j, g);
}

enum mm_code mm_topo_share(struct mm_topo *t, const struct mm_geom *g, const struct mm_topo_shape *const *in,
			   size_t count, double *ret_part, struct mm_topo_share *ret, struct mm_err *reterr)
{
	struct mm_topo_share sum = {0};
	struct mm_share_job j = {.t = t, .in = in, .count = count, .part = ret_part, .sum = &sum};

	for (size_t i = 0; i < 2 * (size_t)g->vertex_count; i++)
		if (!(fabs(g->xy[i]) < 1e9)) /* NaN fails too */
			return mm_fail(reterr, MM_E_INVALID, "",
				       "a coordinate is not a number below 1e9 in size");
	if (g->vertex_count == 0)
		return mm_fail(reterr, MM_E_INVALID, "", "the geometry is empty");
	for (size_t i = 0; i < count; i++)
		ret_part[i] = 0;
	t->msg[0] = '\0';
	if (!share(&j, g))
		return mm_fail(reterr, MM_E_INVALID, "", "the geometry cannot be divided: %.200s",
			       t->msg[0] ? t->msg : "out of memory");
	for (size_t i = 0; i < count; i++)
		if (ret_part[i] <= j.least)
			ret_part[i] = 0;
	if (sum.outside <= j.least)
		sum.outside = 0;
	*ret = sum;
	return MM_OK;
}
