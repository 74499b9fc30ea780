#include "geo/topo_share.h"

#include "geo/measure.h"
#include "geo/topo_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct job {
	struct mm_topo *t;
	const struct mm_topo_shape *const *in;
	size_t count;
	int dimension;
	double least;         /* parts up to this are rounding */
	GEOSGeometry **piece; /* what lies in each, NULL: nothing */
	double *size;         /* of it */
	double *part;         /* what is found, added to */
	struct mm_topo_share *sum;
};

/* ---- one geometry ---- */

static double size_of(const struct job *j, const GEOSGeometry *g)
{
	double v = 0;

	if (g && j->dimension == 2)
		(void)GEOSArea_r(j->t->geos, g, &v);
	else if (g)
		(void)GEOSLength_r(j->t->geos, g, &v);
	return v;
}

/* Takes `g`; gives of it only what has the dimension. NULL: GEOS failed. */
static GEOSGeometry *keep_dimension(const struct job *j, GEOSGeometry *g)
{
	const GEOSContextHandle_t geos = j->t->geos;
	const int n = g ? GEOSGetNumGeometries_r(geos, g) : 0;
	GEOSGeometry **member, *made = NULL;
	unsigned kept = 0;

	if (!g || GEOSGeomTypeId_r(geos, g) != GEOS_GEOMETRYCOLLECTION)
		return g;
	member = calloc((size_t)n + 1, sizeof(GEOSGeometry *));
	for (int i = 0; member && i < n; i++) {
		const GEOSGeometry *one = GEOSGetGeometryN_r(geos, g, i);

		if (GEOSGeom_getDimensions_r(geos, one) != j->dimension)
			continue;
		member[kept] = GEOSGeom_clone_r(geos, one);
		kept += member[kept] != NULL;
	}
	if (member)
		made = GEOSGeom_createCollection_r(
		    geos, j->dimension == 2 ? GEOS_MULTIPOLYGON : GEOS_MULTILINESTRING, member, kept);
	free(member);
	GEOSGeom_destroy_r(geos, g);
	return made;
}

static void drop_pieces(const struct job *j)
{
	for (size_t i = 0; i < j->count; i++) {
		GEOSGeom_destroy_r(j->t->geos, j->piece[i]);
		j->piece[i] = NULL;
	}
}

/* What of `g` lies in each polygon; how many have something, SIZE_MAX: GEOS failed. */
static size_t cut(const struct job *j, const GEOSGeometry *g, bool *ret_is_covered)
{
	const GEOSContextHandle_t geos = j->t->geos;
	size_t found = 0;

	*ret_is_covered = false;
	for (size_t i = 0; i < j->count; i++) {
		const char meets = GEOSPreparedIntersects_r(geos, j->in[i]->prepared, g);
		const char covers = meets == 1 ? GEOSPreparedCovers_r(geos, j->in[i]->prepared, g) : 0;

		if (meets > 1 || covers > 1)
			return SIZE_MAX;
		if (!meets)
			continue;
		j->piece[i] = covers ? GEOSGeom_clone_r(geos, g)
				     : keep_dimension(j, GEOSIntersection_r(geos, j->in[i]->g, g));
		if (!j->piece[i])
			return SIZE_MAX;
		j->size[i] = size_of(j, j->piece[i]);
		*ret_is_covered |= covers;
		if (j->size[i] > j->least || covers) {
			found++;
			continue;
		}
		GEOSGeom_destroy_r(geos, j->piece[i]);
		j->piece[i] = NULL;
	}
	return found;
}

/* All pieces as one; NULL: GEOS failed. */
static GEOSGeometry *merge(const struct job *j)
{
	const GEOSContextHandle_t geos = j->t->geos;
	GEOSGeometry **member = calloc(j->count + 1, sizeof(GEOSGeometry *)), *all = NULL, *made = NULL;
	unsigned n = 0;

	for (size_t i = 0; member && i < j->count; i++)
		if (j->piece[i])
			member[n++] = GEOSGeom_clone_r(geos, j->piece[i]);
	if (member)
		all = GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, member, n);
	if (all)
		made = GEOSUnaryUnion_r(geos, all);
	GEOSGeom_destroy_r(geos, all);
	free(member);
	return made;
}

/* Leaves of each piece what no earlier one has. False: GEOS failed. */
static bool settle(const struct job *j)
{
	const GEOSContextHandle_t geos = j->t->geos;
	GEOSGeometry *seen = NULL;
	bool fine = true;

	for (size_t i = 0; fine && i < j->count; i++) {
		GEOSGeometry *rest, *more;

		if (!j->piece[i])
			continue;
		if (!seen) {
			seen = GEOSGeom_clone_r(geos, j->piece[i]);
			fine = seen;
			continue;
		}
		rest = keep_dimension(j, GEOSDifference_r(geos, j->piece[i], seen));
		more = keep_dimension(j, GEOSUnion_r(geos, seen, j->piece[i]));
		j->size[i] = size_of(j, rest);
		fine = rest && more;
		GEOSGeom_destroy_r(geos, rest);
		GEOSGeom_destroy_r(geos, seen);
		seen = more;
	}
	GEOSGeom_destroy_r(geos, seen);
	return fine;
}

/* Adds what lies in each polygon, and outside, of a geometry that does not run over itself. */
static bool share_simple(struct job *j, const GEOSGeometry *g)
{
	const double whole = size_of(j, g);
	bool is_covered, fine;
	const size_t found = cut(j, g, &is_covered);
	double inside = 0, together;

	fine = found != SIZE_MAX;
	for (size_t i = 0; fine && i < j->count; i++)
		inside += j->piece[i] ? j->size[i] : 0;
	together = inside;
	if (fine && found > 1) {
		GEOSGeometry *all = merge(j);

		fine = all;
		together = size_of(j, all);
		GEOSGeom_destroy_r(j->t->geos, all);
		if (fine && inside - together > j->least) {
			j->sum->is_contested = true;
			fine = settle(j);
		}
	}
	for (size_t i = 0; fine && i < j->count; i++)
		if (j->piece[i] && j->size[i] > (found > 1 ? j->least : 0))
			j->part[i] += j->size[i];
	if (fine && !is_covered)
		j->sum->outside += fmax(whole - together, 0);
	drop_pieces(j);
	return fine;
}

/* ---- lines that run over themselves ---- */

/* True when it does, and no polygon has it for itself: then the overlay would count it once. */
static bool runs_over_itself(const struct job *j, const GEOSGeometry *g)
{
	GEOSGeometry *once;
	double length;
	bool is_cut = false;
	size_t met = 0;

	for (size_t i = 0; i < j->count && !is_cut; i++) {
		if (GEOSPreparedIntersects_r(j->t->geos, j->in[i]->prepared, g) != 1)
			continue;
		is_cut = met++ > 0 || GEOSPreparedCovers_r(j->t->geos, j->in[i]->prepared, g) != 1;
	}
	if (!is_cut)
		return false;
	once = GEOSUnaryUnion_r(j->t->geos, g);
	length = size_of(j, once);
	GEOSGeom_destroy_r(j->t->geos, once);
	return once && length < j->sum->whole - j->least;
}

static bool share_segments(struct job *j, const struct mm_geom *g)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	struct mm_topo_part p;
	bool fine = true;

	while (fine && mm_topo_next(&w, &p))
		for (size_t i = 0; fine && p.kind == MM_PART_LINE && i + 1 < p.vertices; i++) {
			GEOSCoordSequence *s =
			    GEOSCoordSeq_copyFromBuffer_r(j->t->geos, p.xy + 2 * i, 2, 0, 0);
			GEOSGeometry *line = s ? GEOSGeom_createLineString_r(j->t->geos, s) : NULL;

			fine = line && (size_of(j, line) == 0 || share_simple(j, line));
			GEOSGeom_destroy_r(j->t->geos, line);
		}
	return fine;
}

/* ---- points ---- */

/* One point: the first polygon that has it. */
static bool share_point(struct job *j, const double *xy)
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

static bool share_points(struct job *j, const struct mm_geom *g)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	struct mm_topo_part p;
	bool fine = true;

	if (j->dimension > 0) { /* it has no length, or no area */
		j->sum->whole = 1;
		return share_point(j, g->xy);
	}
	while (fine && mm_topo_next(&w, &p))
		for (size_t i = 0; fine && i < p.vertices; i++) {
			j->sum->whole++;
			fine = share_point(j, p.xy + 2 * i);
		}
	return fine;
}

/* ---- any geometry ---- */

static bool share_measured(struct job *j, const struct mm_geom *g)
{
	GEOSGeometry *made = NULL;
	bool fine = mm_topo_to_geos(j->t, g, &made) && made;

	if (fine) {
		made = keep_dimension(j, made);
		fine = made;
	}
	if (fine)
		fine = j->dimension == 1 && runs_over_itself(j, made) ? share_segments(j, g)
								      : share_simple(j, made);
	GEOSGeom_destroy_r(j->t->geos, made);
	if (j->sum->outside <= j->least)
		j->sum->outside = 0;
	return fine;
}

enum mm_code mm_topo_share(struct mm_topo *t, const struct mm_geom *g, const struct mm_topo_shape *const *in,
			   size_t count, double *ret_part, struct mm_topo_share *ret, struct mm_err *reterr)
{
	struct mm_topo_share sum = {0};
	struct job j = {.t = t, .in = in, .count = count, .part = ret_part, .sum = &sum};
	bool fine;

	for (size_t i = 0; i < 2 * (size_t)g->vertex_count; i++)
		if (!(fabs(g->xy[i]) < 1e9)) /* NaN fails too */
			return mm_fail(reterr, MM_E_INVALID, "",
				       "a coordinate is not a number below 1e9 in size");
	if (g->vertex_count == 0)
		return mm_fail(reterr, MM_E_INVALID, "", "the geometry is empty");
	j.piece = calloc(count + 1, sizeof(GEOSGeometry *));
	j.size = calloc(count + 1, sizeof(*j.size));
	if (!j.piece || !j.size) {
		free(j.piece);
		free(j.size);
		return mm_fail_nomem(reterr);
	}
	for (size_t i = 0; i < count; i++)
		ret_part[i] = 0;
	t->msg[0] = '\0';
	j.dimension = mm_geom_dimension(g);
	sum.whole = j.dimension == 2 ? mm_measure_area(g) : j.dimension == 1 ? mm_measure_length(g) : 0;
	j.least = sum.whole * 1e-7;
	fine = sum.whole > 0 ? share_measured(&j, g) : share_points(&j, g);
	drop_pieces(&j);
	free(j.piece);
	free(j.size);
	if (!fine)
		return mm_fail(reterr, MM_E_INVALID, "", "the geometry cannot be divided: %.200s",
			       t->msg[0] ? t->msg : "out of memory");
	*ret = sum;
	return MM_OK;
}
