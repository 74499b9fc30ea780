#include "query/filter_function.h"

#include "geo/topo_measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Values that are geometries, and what is measured of them. Between functions they are in the layer's system;
 * each function takes them to the system in which it measures, vertex by vertex, and back.
 */

enum {
	SYSTEMS_MAX = 8,       /* that one filter names */
	SYSTEM_NAME_MAX = 100, /* bytes */
	BOXED_MAX_M = 1000000, /* what is larger has no box: a plane means little there */
	EDGE_MAX_M = 100000,   /* of features that are near: see bulge() */
	EARTH_RADIUS_M = 6371000
};

bool mm_filter_is_geometry(const struct mm_filter *f)
{
	if (f->op == MM_FILTER_FUNCTION)
		return f->function->ret == MM_KIND_GEOMETRY;
	return f->op == MM_FILTER_GEOMETRY || f->op == MM_FILTER_BBOX ||
	       (f->op == MM_FILTER_PROPERTY && f->field == SIZE_MAX);
}

struct mm_geom mm_filter_geom(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_geom g;

	if (f->is_constant)
		return run->note[f->node_no].geom;
	if (f->op == MM_FILTER_FUNCTION)
		return f->function->geom(run, f, row);
	mm_layer_geom_valid(run->layer, row, &g);
	return g;
}

/* ---- systems ---- */

static enum mm_code find_system(struct mm_proj *p, const char *definition, struct mm_filter_system *ret,
				struct mm_err *reterr)
{
	struct mm_filter_system s = {.definition = definition};
	struct mm_crs crs;
	enum mm_code rc = mm_crs_parse(p, definition, &crs, reterr);

	if (rc)
		return rc;
	if (!crs.is_geographic && strcmp(crs.code, "EPSG:3857") != 0) /* its metres are none */
		s.metres_per_unit = crs.metres_per_unit;
	mm_crs_release(&crs);
	rc = mm_transform_get(p, definition, MM_CRS84, &s.to_deg, reterr);
	if (!rc)
		rc = mm_transform_get(p, MM_CRS84, definition, &s.from_deg, reterr);
	if (rc)
		return rc;
	if (mm_transform_is_identity(s.to_deg))
		s.to_deg = s.from_deg = NULL;
	*ret = s;
	return MM_OK;
}

/* What the functions of a tree need. */
struct need {
	bool metric;
	const struct mm_filter *named[SYSTEMS_MAX]; /* transform */
	size_t named_count;
};

static bool is_of_geometry(const struct mm_filter *f)
{
	return f->op == MM_FILTER_FUNCTION && f->function->arg[0].kind == MM_KIND_GEOMETRY &&
	       f->function->arg[0].title;
}

/* False: too many systems. */
static bool find_needs(const struct mm_filter *f, struct need *n)
{
	n->metric |= is_of_geometry(f);
	if (is_of_geometry(f) && f->function->geom == mm_filter_geom_transform) {
		if (n->named_count == SYSTEMS_MAX)
			return false;
		n->named[n->named_count++] = f;
	}
	for (size_t i = 0; i < f->child_count; i++)
		if (!find_needs(f->child[i], n))
			return false;
	return true;
}

static enum mm_code name_system(struct mm_filter_run *run, const struct mm_filter *f, struct mm_proj *p,
				struct mm_err *reterr)
{
	struct mm_filter_system *s = mm_arena_alloc(&run->kept, sizeof(*s));
	struct mm_err why = {0};
	enum mm_code rc;

	if (!s)
		return mm_fail_nomem(reterr);
	if (f->child[1]->text_len > SYSTEM_NAME_MAX)
		return mm_fail(reterr, MM_E_INVALID, "filter", "the name of a system has at most %d bytes",
			       SYSTEM_NAME_MAX);
	if (mm_filter_is_late(run))
		return mm_fail(reterr, MM_E_BUSY, "", "the query took too long: name fewer systems");
	rc = find_system(p, f->child[1]->text, s, &why);
	run->note[f->node_no].system = s;
	return rc ? mm_fail(reterr, rc, "filter", "transform: %s", why.msg) : MM_OK;
}

/* The system in which a measure of operands is made: the map's own, or what a transform names. */
static const struct mm_filter_system *system_of(const struct mm_filter_run *run, const struct mm_filter *f)
{
	for (size_t i = 0; i < f->child_count; i++) {
		const struct mm_filter *a = f->child[i];

		if (is_of_geometry(a) && a->function->geom == mm_filter_geom_transform)
			return run->note[a->node_no].system;
	}
	return &run->metric;
}

/* Measures are made where there are metres. */
static enum mm_code check_measures(const struct mm_filter_run *run, const struct mm_filter *f,
				   struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	if (is_of_geometry(f) && f->function->is_measure && system_of(run, f)->metres_per_unit <= 0)
		return mm_fail(reterr, MM_E_INVALID, "filter",
			       "%s: name a system in transform that has metres and is true to scale",
			       f->function->name);
	for (size_t i = 0; i < f->child_count && !rc; i++)
		rc = check_measures(run, f->child[i], reterr);
	return rc;
}

enum mm_code mm_filter_systems_begin(struct mm_filter_run *run, const struct mm_filter_crs *crs,
				     struct mm_kit *kit, struct mm_err *reterr)
{
	struct need need = {0};
	enum mm_code rc;

	if (!find_needs(run->filter, &need))
		return mm_fail(reterr, MM_E_INVALID, "filter", "at most %d transforms", SYSTEMS_MAX);
	if (!need.metric)
		return MM_OK;
	if (!crs || !crs->metric)
		return mm_fail(reterr, MM_E_INVALID, "filter", "there is no system to measure in here");
	rc = find_system(kit->proj, mm_layer_schema(run->layer)->crs_definition, &run->own, reterr);
	if (!rc)
		rc = find_system(kit->proj, crs->metric, &run->metric, reterr);
	for (size_t i = 0; i < need.named_count && !rc; i++)
		rc = name_system(run, need.named[i], kit->proj, reterr);
	return rc ? rc : check_measures(run, run->filter, reterr);
}

/* Copies the vertices into `mem` and takes them to another system; false: some have no place there, or no
 * memory. */
static bool bring(const struct mm_filter_system *from, const struct mm_filter_system *to, struct mm_geom *g,
		  struct mm_arena *mem)
{
	double *xy;
	size_t lost = 0;

	if (!g->vertex_count || strcmp(from->definition, to->definition) == 0)
		return true;
	xy = mm_arena_array(mem, g->vertex_count, 2 * sizeof(*xy));
	if (!xy)
		return false;
	memcpy(xy, g->xy, g->vertex_count * 2 * sizeof(*xy));
	if (from->to_deg)
		lost += mm_transform_points(from->to_deg, xy, g->vertex_count);
	if (to->from_deg)
		lost += mm_transform_points(to->from_deg, xy, g->vertex_count);
	g->xy = xy;
	return lost == 0;
}

/* ---- functions that give geometries ---- */

struct mm_geom mm_filter_geom_buffer(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_geom none = {.type = MM_GEOM_NULL};
	const struct mm_val metres = mm_filter_value(run, f->child[1], row);
	const double distance =
	    (metres.kind == MM_VAL_INT ? (double)metres.integer : metres.real) / run->metric.metres_per_unit;
	struct mm_geom g = mm_filter_geom(run, f->child[0], row), made;

	if (metres.kind == MM_VAL_NULL || !isfinite(distance) || !g.vertex_count ||
	    !bring(&run->own, &run->metric, &g, &run->scratch) ||
	    mm_topo_buffer(run->topo, &g, distance, &run->scratch, &made, NULL) ||
	    !bring(&run->metric, &run->own, &made, &run->scratch))
		return none;
	return made;
}

struct mm_geom mm_filter_geom_centroid(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;
	const struct mm_geom none = {.type = MM_GEOM_NULL};
	struct mm_geom g = mm_filter_geom(run, f->child[0], row), made = {.type = MM_GEOM_POINT,
									  .part = &part,
									  .ring = &ring,
									  .part_count = 1,
									  .ring_count = 1,
									  .vertex_count = 1};
	double *xy = mm_arena_array(&run->scratch, 2, sizeof(*xy));

	made.xy = xy;
	if (!xy || !g.vertex_count || !bring(&run->own, &run->metric, &g, &run->scratch) ||
	    !mm_topo_centroid(run->topo, &g, xy) || !bring(&run->metric, &run->own, &made, &run->scratch))
		return none;
	return made;
}

struct mm_geom mm_filter_geom_transform(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_filter_system *s = run->note[f->node_no].system;
	struct mm_geom g = mm_filter_geom(run, f->child[0], row), there = g;

	if (!bring(&run->own, s, &there, &run->scratch))
		return (struct mm_geom){.type = MM_GEOM_NULL};
	return g;
}

/* ---- measures ---- */

static struct mm_val real(double v)
{
	return (struct mm_val){.kind = isfinite(v) ? MM_VAL_REAL : MM_VAL_NULL, .real = v};
}

/* The operand in the system of the measure; false: it is missing. */
static bool operand(struct mm_filter_run *run, const struct mm_filter *f, size_t i, uint32_t row,
		    struct mm_geom *ret)
{
	*ret = mm_filter_geom(run, f->child[i], row);
	return ret->type != MM_GEOM_NULL && bring(&run->own, system_of(run, f), ret, &run->scratch);
}

struct mm_val mm_filter_value_area(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const double unit = system_of(run, f)->metres_per_unit;
	struct mm_geom g;

	return operand(run, f, 0, row, &g) ? real(mm_geom_area(&g) * unit * unit) : (struct mm_val){0};
}

struct mm_val mm_filter_value_length(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_geom g;

	return operand(run, f, 0, row, &g) ? real(mm_geom_length(&g) * system_of(run, f)->metres_per_unit)
					   : (struct mm_val){0};
}

/* Two operands: one as it is, the other made ready. */
struct pair {
	struct mm_geom g;
	const struct mm_topo_shape *other;
	struct mm_topo_shape *made; /* other, when it is of this row only */
};

/* The operand that is constant; 2: none. */
static size_t constant_of(const struct mm_filter *f)
{
	return f->child[1]->is_constant ? 1 : f->child[0]->is_constant ? 0 : 2;
}

static bool pair_of(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row, struct pair *ret)
{
	const size_t constant = constant_of(f);
	struct mm_geom g;

	*ret = (struct pair){.other = run->note[f->node_no].shape};
	if (!operand(run, f, constant == 0, row, &ret->g) || !ret->g.vertex_count)
		return false;
	if (constant < 2)
		return ret->other;
	if (!operand(run, f, 1, row, &g) || mm_topo_shape_new(run->topo, &g, &ret->made, NULL))
		return false;
	ret->other = ret->made;
	return true;
}

struct mm_val mm_filter_value_distance(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct pair p;
	double d;

	if (!pair_of(run, f, row, &p))
		return (struct mm_val){0};
	d = mm_topo_distance(run->topo, &p.g, p.other);
	mm_topo_shape_free(run->topo, p.made);
	return d < 0 ? (struct mm_val){0} : real(d * system_of(run, f)->metres_per_unit);
}

/* A number that a value is. */
static double number_of(const struct mm_val *v)
{
	return v->kind == MM_VAL_INT ? (double)v->integer : v->real;
}

struct mm_val mm_filter_value_within_distance(struct mm_filter_run *run, const struct mm_filter *f,
					      uint32_t row)
{
	const struct mm_val metres = mm_filter_value(run, f->child[2], row);
	struct pair p;
	int verdict;

	if (metres.kind == MM_VAL_NULL || !pair_of(run, f, row, &p))
		return (struct mm_val){0};
	verdict = mm_topo_is_within(run->topo, &p.g, p.other,
				    number_of(&metres) / system_of(run, f)->metres_per_unit);
	mm_topo_shape_free(run->topo, p.made);
	return verdict < 0 ? (struct mm_val){0} : (struct mm_val){.kind = MM_VAL_BOOL, .integer = verdict};
}

/* ---- constants ---- */

static void *keep(struct mm_arena *mem, const void *from, size_t bytes)
{
	void *kept = mm_arena_alloc(mem, bytes);

	if (kept)
		memcpy(kept, from, bytes);
	return kept;
}

static bool keep_geom(struct mm_arena *mem, struct mm_geom *g)
{
	if (!g->vertex_count)
		return true;
	g->part = keep(mem, g->part, g->part_count * sizeof(*g->part));
	g->ring = keep(mem, g->ring, g->ring_count * sizeof(*g->ring));
	g->xy = keep(mem, g->xy, g->vertex_count * 2 * sizeof(*g->xy));
	return g->part && g->ring && g->xy;
}

static enum mm_code late(struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_BUSY, "", "the query took too long: its geometries are too large");
}

static enum mm_code begin_geom(struct mm_filter_run *run, const struct mm_filter *f, struct mm_err *reterr)
{
	struct mm_filter_note *note = &run->note[f->node_no];
	struct mm_geom g = f->function->geom(run, f, 0);

	if (mm_filter_is_late(run))
		return late(reterr);
	if (!keep_geom(&run->kept, &g))
		return mm_fail_nomem(reterr);
	note->geom = g;
	return g.vertex_count ? mm_topo_shape_new(run->topo, &g, &note->shape, reterr) : MM_OK;
}

static enum mm_code begin_measure(struct mm_filter_run *run, const struct mm_filter *f, struct mm_err *reterr)
{
	const size_t constant = f->child_count > 1 ? constant_of(f) : 2;
	struct mm_geom g;

	if (constant == 2 || !operand(run, f, constant, 0, &g) || !g.vertex_count)
		return MM_OK;
	return mm_topo_shape_new(run->topo, &g, &run->note[f->node_no].shape, reterr);
}

enum mm_code mm_filter_geom_begin(struct mm_filter_run *run, const struct mm_filter *f, struct mm_err *reterr)
{
	if (f->function->is_measure)
		return begin_measure(run, f, reterr);
	return f->is_constant && f->function->geom ? begin_geom(run, f, reterr) : MM_OK;
}

/* ---- where matches lie ---- */

static struct mm_box box_in_degrees(const struct mm_filter_system *s, struct mm_box b)
{
	if (s->to_deg)
		b = mm_transform_box(s->to_deg, &b);
	if (b.max_x - b.min_x > 180) { /* across the antimeridian */
		b.min_x = -180;
		b.max_x = 180;
	}
	return b;
}

/* Straight edges of one system are bent in another. */
static struct mm_box widened(struct mm_box b)
{
	const double x = (b.max_x - b.min_x) / 10, y = (b.max_y - b.min_y) / 10;

	if (mm_box_is_empty(&b))
		return b;
	return (struct mm_box){fmax(b.min_x - x, -180), fmax(b.min_y - y, -90), fmin(b.max_x + x, 180),
			       fmin(b.max_y + y, 90)};
}

struct mm_box mm_filter_geom_box(const struct mm_filter_run *run, const struct mm_filter *f)
{
	const struct mm_box b = mm_geom_box(&run->note[f->node_no].geom);

	return mm_box_is_empty(&b) ? b : widened(box_in_degrees(&run->own, b));
}

/* How far an edge that is straight in metres may leave the box of its ends in degrees: what an arc rises over
 * its chord, of an edge as long as the layer is wide. */
static double bulge(const struct mm_filter_run *run, double lat_deg)
{
	const struct mm_box b = mm_layer_box_deg(run->layer);
	const double wide_m = mm_box_is_empty(&b) ? 0 : hypot(b.max_x - b.min_x, b.max_y - b.min_y) * 111320;
	const double edge_m = fmin(wide_m, EDGE_MAX_M), slope = fabs(tan(lat_deg * acos(-1) / 180));

	return edge_m * edge_m / (8.0 * EARTH_RADIUS_M) * fmin(fmax(slope, 1), 10);
}

/* What lies within `metres` of the constant operand of a measure. */
static bool near(struct mm_filter_run *run, const struct mm_filter *f, double metres, struct mm_box *ret)
{
	const size_t constant = constant_of(f);
	const struct mm_filter_system *s = system_of(run, f);
	struct mm_geom g;
	struct mm_box b;
	double more;

	if (constant == 2 || f->is_constant || !(metres >= 0) ||
	    f->child[!constant]->op != MM_FILTER_PROPERTY)
		return false;
	*ret = mm_box_empty();
	if (!operand(run, f, constant, 0, &g) || !g.vertex_count)
		return true; /* missing: nothing is near */
	b = mm_geom_box(&g);
	*ret = box_in_degrees(s, b);
	more = (metres + bulge(run, fmax(fabs(ret->min_y), fabs(ret->max_y)))) / s->metres_per_unit;
	b = (struct mm_box){b.min_x - more, b.min_y - more, b.max_x + more, b.max_y + more};
	if (hypot(b.max_x - b.min_x, b.max_y - b.min_y) * s->metres_per_unit > BOXED_MAX_M)
		return false;
	*ret = widened(box_in_degrees(s, b));
	return !mm_box_is_empty(ret);
}

static bool is_distance(const struct mm_filter *f)
{
	return f->op == MM_FILTER_FUNCTION && f->function->value == mm_filter_value_distance;
}

static bool near_value(struct mm_filter_run *run, const struct mm_filter *measure,
		       const struct mm_filter *metres, struct mm_box *ret)
{
	struct mm_val v;

	if (!metres->is_constant)
		return false;
	v = mm_filter_value(run, metres, 0);
	return (v.kind == MM_VAL_INT || v.kind == MM_VAL_REAL) && near(run, measure, number_of(&v), ret);
}

bool mm_filter_near_box(struct mm_filter_run *run, const struct mm_filter *f, struct mm_box *ret)
{
	const enum mm_filter_op op = f->op;

	if (op == MM_FILTER_FUNCTION && f->function->value == mm_filter_value_within_distance)
		return near_value(run, f, f->child[2], ret);
	if ((op == MM_FILTER_LT || op == MM_FILTER_LE || op == MM_FILTER_EQ) && is_distance(f->child[0]))
		return near_value(run, f->child[0], f->child[1], ret);
	if ((op == MM_FILTER_GT || op == MM_FILTER_GE || op == MM_FILTER_EQ) && is_distance(f->child[1]))
		return near_value(run, f->child[1], f->child[0], ret);
	if (op == MM_FILTER_BETWEEN && is_distance(f->child[0]))
		return near_value(run, f->child[0], f->child[2], ret);
	return false;
}
