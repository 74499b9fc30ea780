#include "geo/topo_measure.h"

#include "geo/topo_private.h"

#include <math.h>

enum { QUARTER_PIECES = 32, RESULT_DEPTH = 4 };

double mm_geom_area(const struct mm_geom *g)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	struct mm_topo_part p;
	double twice = 0;

	while (mm_topo_next(&w, &p)) {
		const double *xy = p.xy;

		for (uint32_t i = 0; p.kind == MM_PART_POLYGON && i < p.ring_count; i++) {
			const double ring = fabs(mm_ring_area2(xy, p.ring[i]));

			twice += i ? -ring : ring;
			xy += 2 * (size_t)p.ring[i];
		}
	}
	return twice / 2;
}

double mm_geom_length(const struct mm_geom *g)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	struct mm_topo_part p;
	double sum = 0;

	while (mm_topo_next(&w, &p))
		for (size_t i = 1; p.kind == MM_PART_LINE && i < p.vertices; i++)
			sum += hypot(p.xy[2 * i] - p.xy[2 * i - 2], p.xy[2 * i + 1] - p.xy[2 * i - 1]);
	return sum;
}

/* ---- distances ---- */

static double gap(double min_a, double max_a, double min_b, double max_b)
{
	return fmax(0, fmax(min_b - max_a, min_a - max_b));
}

static double box_distance(const struct mm_box *a, const struct mm_box *b)
{
	return hypot(gap(a->min_x, a->max_x, b->min_x, b->max_x),
		     gap(a->min_y, a->max_y, b->min_y, b->max_y));
}

/* What is asked of two geometries: their distance, or whether it is at most `limit`. */
struct question {
	bool is_limited;
	double limit, distance;
	struct mm_box box; /* of the first, with a limit */
	char is_within;
};

/* The next member from `i` on whose box is no farther than the limit; part_count: none. */
static uint32_t next_near(const struct question *q, const struct mm_topo_shape *other, uint32_t i)
{
	const struct mm_box b = {q->box.min_x - q->limit, q->box.min_y - q->limit, q->box.max_x + q->limit,
				 q->box.max_y + q->limit};

	for (; i < other->part_count; i++) {
		const struct mm_box *p = &other->part_box[i];

		if (p->min_x <= b.max_x && p->max_x >= b.min_x && p->min_y <= b.max_y && p->max_y >= b.min_y)
			break;
	}
	return i;
}

/* GEOS compares all pairs of members; most are far away. */
static bool ask_near_parts(struct mm_topo *t, const GEOSGeometry *g, const struct mm_topo_shape *other,
			   struct question *q)
{
	q->is_within = 0;
	for (uint32_t i = next_near(q, other, 0); i < other->part_count && !q->is_within;
	     i = next_near(q, other, i + 1))
		q->is_within =
		    GEOSDistanceWithin_r(t->geos, GEOSGetGeometryN_r(t->geos, other->g, (int)i), g, q->limit);
	return q->is_within <= 1;
}

/* Of a line that is prepared GEOS 3.11 gives the distance to the edge of the polygon that it lies in. */
static bool prepared_distance(struct mm_topo *t, const GEOSGeometry *g, const struct mm_topo_shape *other,
			      struct question *q)
{
	char meets = 0;

	if (GEOSGeom_getDimensions_r(t->geos, g) == 2)
		meets = GEOSPreparedIntersects_r(t->geos, other->prepared, g);
	q->distance = 0;
	return meets == 1 ||
	       (meets == 0 && GEOSPreparedDistance_r(t->geos, other->prepared, g, &q->distance));
}

static bool ask_once(struct mm_topo *t, const GEOSGeometry *g, const struct mm_topo_shape *other,
		     struct question *q)
{
	const bool is_plain = other->is_mixed || GEOSGeomTypeId_r(t->geos, g) == GEOS_GEOMETRYCOLLECTION;

	if (q->is_limited && other->part_count)
		return ask_near_parts(t, g, other, q);
	if (q->is_limited && !is_plain)
		return (q->is_within = GEOSPreparedDistanceWithin_r(t->geos, other->prepared, g, q->limit)) <=
		       1;
	if (!(is_plain ? GEOSDistance_r(t->geos, other->g, g, &q->distance)
		       : prepared_distance(t, g, other, q)))
		return false;
	q->is_within = q->distance <= q->limit;
	return true;
}

static bool ask(struct mm_topo *t, const struct mm_geom *g, const struct mm_topo_shape *other,
		struct question *q)
{
	GEOSGeometry *made = NULL;
	bool fine = mm_topo_to_geos(t, g, &made) && made, again = fine;

	while (again) {
		fine = mm_topo_enter(t) && ask_once(t, made, other, q);
		mm_topo_leave();
		again = !fine && mm_topo_is_disturbed(t);
	}
	GEOSGeom_destroy_r(t->geos, made);
	return fine;
}

double mm_topo_distance(struct mm_topo *t, const struct mm_geom *g, const struct mm_topo_shape *other)
{
	struct question q = {0};

	return g->vertex_count && ask(t, g, other, &q) ? q.distance : -1;
}

int mm_topo_is_within(struct mm_topo *t, const struct mm_geom *g, const struct mm_topo_shape *other,
		      double distance)
{
	const struct mm_box box = mm_geom_box(g);
	struct question q = {.is_limited = true, .limit = distance, .box = box};

	if (!g->vertex_count)
		return -1;
	if (!(box_distance(&box, &other->box) <= distance))
		return 0;
	if (other->part_count && next_near(&q, other, 0) == other->part_count)
		return 0;
	return ask(t, g, other, &q) ? q.is_within : -1;
}

/* ---- made geometries ---- */

/* Polygons of GEOS as ours. */
static enum mm_code take(struct mm_topo *t, const GEOSGeometry *made, struct mm_arena *mem,
			 struct mm_geom *ret, struct mm_err *reterr)
{
	struct mm_topo_pen pen = {.mem = mem};

	if (!mm_topo_write_polygons(t, &pen, made, RESULT_DEPTH))
		return mm_fail_nomem(reterr);
	*ret = (struct mm_geom){.type = pen.part_count > 1 ? MM_GEOM_MULTIPOLYGON : MM_GEOM_POLYGON,
				.part = pen.part,
				.ring = pen.ring,
				.xy = pen.xy,
				.part_count = pen.part_count,
				.ring_count = pen.ring_count,
				.vertex_count = pen.vertex_count};
	return MM_OK;
}

static enum mm_code fail(const struct mm_topo *t, struct mm_err *reterr)
{
	if (t->is_cut)
		return mm_fail(reterr, MM_E_BUSY, "", "the geometry is too large for the time there is");
	return mm_fail(reterr, MM_E_INVALID, "", "the geometry cannot be processed: %.200s",
		       t->msg[0] ? t->msg : "GEOS gives no reason");
}

enum { SAMPLES = 64, PAIRS_MAX = 3000000 };

/* About how many pairs of edges come within reach of each other, which is what GEOS's time goes by (3 us
 * each) while it does not look at the clock: counted for some of the edges. */
static double pairs_in_reach(const struct mm_geom *g, double reach)
{
	const size_t n = g->vertex_count, step = n / SAMPLES + 1;
	double pairs = 0;

	for (size_t i = 0; i + 1 < n; i += step) {
		struct mm_box near = mm_box_empty();

		mm_box_add(&near, g->xy[2 * i], g->xy[2 * i + 1]);
		mm_box_add(&near, g->xy[2 * i + 2], g->xy[2 * i + 3]);
		near = (struct mm_box){near.min_x - reach, near.min_y - reach, near.max_x + reach,
				       near.max_y + reach};
		for (size_t k = 0; k < n; k++)
			pairs += g->xy[2 * k] >= near.min_x && g->xy[2 * k] <= near.max_x &&
				 g->xy[2 * k + 1] >= near.min_y && g->xy[2 * k + 1] <= near.max_y;
	}
	return pairs * (double)step;
}

enum mm_code mm_topo_buffer(struct mm_topo *t, const struct mm_geom *g, double distance, struct mm_arena *mem,
			    struct mm_geom *ret, struct mm_err *reterr)
{
	GEOSGeometry *from = NULL, *made = NULL;
	enum mm_code rc;

	for (size_t i = 0; i < 2 * (size_t)g->vertex_count; i++)
		if (!(fabs(g->xy[i]) < 1e9)) /* NaN fails too */
			return mm_fail(reterr, MM_E_INVALID, "",
				       "a coordinate is not a number below 1e9 in size");
	*ret = (struct mm_geom){.type = MM_GEOM_POLYGON};
	if (t->deadline_ns && pairs_in_reach(g, 2 * fabs(distance)) > PAIRS_MAX)
		t->is_cut = true; /* it would be, and late */
	t->msg[0] = '\0';
	if (!mm_topo_to_geos(t, g, &from))
		return fail(t, reterr);
	if (!from)
		return MM_OK;
	do {
		if (mm_topo_enter(t))
			made = GEOSBuffer_r(t->geos, from, distance, QUARTER_PIECES);
		mm_topo_leave();
	} while (!made && mm_topo_is_disturbed(t));
	rc = made ? take(t, made, mem, ret, reterr) : fail(t, reterr);
	GEOSGeom_destroy_r(t->geos, made);
	GEOSGeom_destroy_r(t->geos, from);
	return rc;
}

bool mm_topo_centroid(struct mm_topo *t, const struct mm_geom *g, double ret_xy[2])
{
	GEOSGeometry *from = NULL, *made = NULL;
	bool fine = mm_topo_to_geos(t, g, &from) && from;

	if (fine)
		made = GEOSGetCentroid_r(t->geos, from);
	fine = made && GEOSGeomGetX_r(t->geos, made, &ret_xy[0]) == 1 &&
	       GEOSGeomGetY_r(t->geos, made, &ret_xy[1]) == 1;
	GEOSGeom_destroy_r(t->geos, made);
	GEOSGeom_destroy_r(t->geos, from);
	return fine;
}
