#include "query/filter_eval.h"

#include <math.h>
#include <string.h>

/* Spatial predicates: what is written in the filter is brought to the layer's system once, and made ready. */

struct space {
	struct mm_filter_run *run;
	struct mm_kit *kit;
	const struct mm_filter_crs *given;   /* the filter's system */
	const struct mm_filter_crs *crs;     /* that of the literal at hand, as all below */
	bool is_known;                       /* the ways below have been found */
	const struct mm_transform *to_deg;   /* from its system; NULL: it is in degrees, or in the layer's */
	const struct mm_transform *from_deg; /* to the layer's; NULL: likewise */
	const struct mm_transform *box_deg;  /* from its system to degrees; NULL: it is in degrees */
	bool is_bent;                        /* its straight lines are not straight on the world square */
	struct mm_arena *mem;
	struct mm_err *reterr;
};

/* ---- systems ---- */

static enum mm_code find_ways(struct space *s)
{
	const char *own = mm_layer_schema(s->run->layer)->crs_definition,
		   *in = s->crs && s->crs->definition ? s->crs->definition : MM_CRS84;
	const struct mm_transform *to_deg, *from_deg;
	enum mm_code rc = mm_transform_get(s->kit->proj, in, MM_CRS84, &to_deg, s->reterr);

	if (!rc)
		rc = mm_transform_get(s->kit->proj, MM_CRS84, own, &from_deg, s->reterr);
	if (rc)
		return rc;
	s->to_deg = s->from_deg = NULL;
	s->is_bent = !mm_transform_is_identity(to_deg) || !mm_transform_is_identity(from_deg);
	s->box_deg = mm_transform_is_identity(to_deg) ? NULL : to_deg;
	if (strcmp(in, own) == 0)
		return MM_OK;
	s->to_deg = s->box_deg;
	s->from_deg = mm_transform_is_identity(from_deg) ? NULL : from_deg;
	return MM_OK;
}

/* Turns to the system of a literal. */
static enum mm_code turn_to(struct space *s, const struct mm_filter *literal)
{
	const struct mm_filter_crs *crs = literal->crs ? literal->crs : s->given;
	enum mm_code rc;

	if (s->is_known && s->crs == crs)
		return MM_OK;
	s->crs = crs;
	rc = find_ways(s);
	s->is_known = !rc;
	return rc;
}

/* ---- geometries of the filter ---- */

static bool is_literal(const struct mm_filter *f)
{
	return f->op == MM_FILTER_GEOMETRY || f->op == MM_FILTER_BBOX;
}

/* The corners of a box, x first: one box, or two where it crosses the antimeridian. */
static size_t boxes_of(const struct mm_filter *f, bool is_north_first, struct mm_box ret[2])
{
	const size_t half = f->box_count / 2, x = is_north_first, y = !is_north_first;
	const struct mm_box b = {f->box[x], f->box[y], f->box[half + x], f->box[half + y]};

	ret[0] = b;
	if (b.min_x <= b.max_x)
		return 1;
	ret[0].max_x = 180;
	ret[1] = (struct mm_box){-180, b.min_y, b.max_x, b.max_y};
	return 2;
}

static enum mm_code check_box(const struct space *s, const struct mm_box *b, size_t count)
{
	if (b[0].min_y > b[0].max_y)
		return mm_fail(s->reterr, MM_E_INVALID, "filter", "a box has the least of both axes first");
	if (count == 2 && s->box_deg)
		return mm_fail(s->reterr, MM_E_INVALID, "filter",
			       "a box across the antimeridian must be in degrees");
	return MM_OK;
}

/* Boxes as polygons; one without a breadth as a line, without either as a point. */
static enum mm_code geom_of_boxes(struct space *s, const struct mm_filter *f, struct mm_geom *ret,
				  double **ret_xy)
{
	struct mm_box b[2];
	const size_t n = boxes_of(f, s->crs && s->crs->is_north_first, b);
	const bool is_flat = n == 1 && (b[0].min_x == b[0].max_x || b[0].min_y == b[0].max_y),
		   is_point = is_flat && b[0].min_x == b[0].max_x && b[0].min_y == b[0].max_y;
	const enum mm_part_kind kind = is_point ? MM_PART_POINTS : is_flat ? MM_PART_LINE : MM_PART_POLYGON;
	const uint32_t vertices = is_point ? 1 : is_flat ? 2 : 5;
	uint32_t *part = mm_arena_array(s->mem, n, sizeof(*part)),
		 *ring = mm_arena_array(s->mem, n, sizeof(*ring));
	double *xy = mm_arena_array(s->mem, n * 5, 2 * sizeof(*xy));

	if (!part || !ring || !xy)
		return mm_fail_nomem(s->reterr);
	for (size_t i = 0; i < n; i++) {
		const double corner[10] = {
		    b[i].min_x, b[i].min_y, b[i].max_x, is_flat ? b[i].max_y : b[i].min_y,
		    b[i].max_x, b[i].max_y, b[i].min_x, b[i].max_y,
		    b[i].min_x, b[i].min_y};

		memcpy(xy + i * 10, corner, sizeof(corner));
		ring[i] = vertices;
		part[i] = (uint32_t)kind << 30 | 1;
	}
	*ret = (struct mm_geom){.type = is_point  ? MM_GEOM_POINT
					: is_flat ? MM_GEOM_LINE
						  : MM_GEOM_MULTIPOLYGON,
				.part = part,
				.ring = ring,
				.xy = xy,
				.part_count = (uint32_t)n,
				.ring_count = (uint32_t)n,
				.vertex_count = (uint32_t)n * vertices};
	*ret_xy = xy;
	return check_box(s, b, n);
}

/* A geometry as written, x first, in the filter's system; its coordinates may be written to. */
static enum mm_code geom_of(struct space *s, const struct mm_filter *f, struct mm_geom *ret, double **ret_xy)
{
	const bool turned = s->crs && s->crs->is_north_first;
	double *xy;

	if (f->op == MM_FILTER_BBOX)
		return geom_of_boxes(s, f, ret, ret_xy);
	*ret = f->geom;
	xy = mm_arena_array(s->mem, (size_t)f->geom.vertex_count + 1, 2 * sizeof(*xy));
	if (!xy)
		return mm_fail_nomem(s->reterr);
	for (size_t i = 0; i < f->geom.vertex_count; i++) {
		xy[2 * i] = f->geom.xy[2 * i + turned];
		xy[2 * i + 1] = f->geom.xy[2 * i + !turned];
	}
	ret->xy = *ret_xy = xy;
	return MM_OK;
}

/* Valid, as GEOS wants it. */
static enum mm_code mend(struct space *s, struct mm_geom *g)
{
	struct mm_geom valid;
	char why[200];
	enum mm_code rc = mm_topo_why_invalid(s->run->topo, g, why, sizeof(why), s->reterr);

	if (rc || !*why)
		return rc;
	rc = mm_topo_make_valid(s->run->topo, g, s->mem, &valid, s->reterr);
	if (!rc)
		*g = valid;
	return rc;
}

static enum mm_code make_shape(struct space *s, const struct mm_filter *f)
{
	struct mm_filter_note *note = &s->run->note[f->node_no];
	struct mm_geom g;
	double *xy = NULL;
	size_t lost = 0;
	enum mm_code rc = turn_to(s, f);

	if (!rc)
		rc = geom_of(s, f, &g, &xy);
	if (rc)
		return rc;
	if (s->to_deg)
		lost += mm_transform_points(s->to_deg, xy, g.vertex_count);
	if (s->from_deg)
		lost += mm_transform_points(s->from_deg, xy, g.vertex_count);
	if (lost)
		return mm_fail(
		    s->reterr, MM_E_INVALID, "filter",
		    "a geometry reaches beyond where the layer's system of coordinates has a meaning");
	rc = mend(s, &g);
	note->geom = g;
	return rc ? rc : mm_topo_shape_new(s->run->topo, &g, &note->shape, s->reterr);
}

static enum mm_code make_shapes(struct space *s, const struct mm_filter *f)
{
	enum mm_code rc = MM_OK;

	if (is_literal(f))
		return make_shape(s, f);
	for (size_t i = 0; i < f->child_count && !rc; i++)
		rc = make_shapes(s, f->child[i]);
	if (!rc && f->op == MM_FILTER_FUNCTION)
		rc = mm_filter_geom_begin(s->run, f, s->reterr);
	return rc;
}

/* ---- where matches lie ---- */

static void widen(struct mm_box *b)
{
	const double x = (b->max_x - b->min_x) / 10, y = (b->max_y - b->min_y) / 10;

	*b = (struct mm_box){b->min_x - x, b->min_y - y, b->max_x + x, b->max_y + y};
}

/* A box of a literal in degrees; the whole breadth where it crosses the antimeridian. */
static struct mm_box box_of_literal(struct space *s, const struct mm_filter *f)
{
	struct mm_box b = mm_box_empty(), two[2];
	bool turned;

	if (turn_to(s, f))
		return (struct mm_box){-180, -90, 180, 90};
	turned = s->crs && s->crs->is_north_first;
	if (f->op == MM_FILTER_BBOX) {
		if (boxes_of(f, turned, two) == 2)
			two[0].min_x = -180;
		b = two[0];
	}
	for (size_t i = 0; f->op == MM_FILTER_GEOMETRY && i < f->geom.vertex_count; i++)
		mm_box_add(&b, f->geom.xy[2 * i + turned], f->geom.xy[2 * i + !turned]);
	if (s->box_deg)
		b = mm_transform_box(s->box_deg, &b);
	if (s->is_bent && !mm_box_is_empty(&b))
		widen(&b);
	return (struct mm_box){fmax(b.min_x, -180), fmax(b.min_y, -90), fmin(b.max_x, 180),
			       fmin(b.max_y, 90)};
}

static double size_of(const struct mm_box *b)
{
	return mm_box_is_empty(b) ? -1 : (b->max_x - b->min_x) * (b->max_y - b->min_y);
}

/* A box that settles where matches of one condition lie; false: it has none. */
static bool box_of_condition(struct space *s, const struct mm_filter *f, struct mm_box *ret)
{
	const struct mm_filter *constant;

	if (!mm_filter_is_spatial(f->op) || f->op == MM_FILTER_S_DISJOINT)
		return mm_filter_near_box(s->run, f, ret);
	constant = f->child[!f->child[0]->is_constant];
	if (f->is_constant || !constant->is_constant ||
	    f->child[f->child[0]->is_constant]->op != MM_FILTER_PROPERTY)
		return false;
	*ret = is_literal(constant) ? box_of_literal(s, constant) : mm_filter_geom_box(s->run, constant);
	return true;
}

/* The box of a tree, and the condition that it is of; false: matches may be anywhere. */
static bool box_of(struct space *s, const struct mm_filter *f, struct mm_box *ret,
		   const struct mm_filter **ret_of)
{
	bool found = false;

	*ret_of = f;
	if (f->op != MM_FILTER_AND && f->op != MM_FILTER_OR)
		return box_of_condition(s, f, ret);
	for (size_t i = 0; i < f->child_count; i++) {
		const struct mm_filter *of;
		struct mm_box one;

		if (!box_of(s, f->child[i], &one, &of)) {
			if (f->op == MM_FILTER_OR)
				return false;
			continue;
		}
		if (found && f->op == MM_FILTER_OR) {
			mm_box_merge(ret, &one);
		} else if (!found || size_of(&one) < size_of(ret)) { /* of several, any will do */
			*ret = one;
			*ret_of = f->op == MM_FILTER_OR ? f : of;
		}
		found = true;
	}
	return found;
}

/* ---- making and using ---- */

static bool has_literal(const struct mm_filter *f)
{
	bool found = is_literal(f);

	for (size_t i = 0; i < f->child_count && !found; i++)
		found = has_literal(f->child[i]);
	return found;
}

enum mm_code mm_filter_space_begin(struct mm_filter_run *run, const struct mm_filter_crs *crs,
				   struct mm_kit *kit, struct mm_err *reterr)
{
	struct space s = {.run = run, .kit = kit, .given = crs, .mem = &run->kept, .reterr = reterr};
	enum mm_code rc;

	if (!has_literal(run->filter) && !run->has_near)
		return MM_OK;
	rc = make_shapes(&s, run->filter);
	if (!rc)
		run->has_box = box_of(&s, run->filter, &run->box_deg, &run->boxed);
	if (!run->has_box)
		run->boxed = NULL;
	else if (!rc)
		mm_filter_near_parts(run, run->boxed);
	return rc;
}

static enum mm_relation relation_of(enum mm_filter_op op, bool is_turned)
{
	if (is_turned && op == MM_FILTER_S_WITHIN)
		return MM_RELATION_CONTAINS;
	if (is_turned && op == MM_FILTER_S_CONTAINS)
		return MM_RELATION_WITHIN;
	return (enum mm_relation)(op - MM_FILTER_S_INTERSECTS);
}

/* Of two that both depend on the row. */
static int test_both(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_geom a = mm_filter_geom(run, f->child[0], row),
			     b = mm_filter_geom(run, f->child[1], row);
	struct mm_topo_shape *shape = NULL;
	int verdict;

	if (mm_topo_shape_new(run->topo, &b, &shape, NULL))
		return -1;
	verdict = mm_topo_relate(run->topo, &a, relation_of(f->op, false), shape);
	mm_topo_shape_free(run->topo, shape);
	return verdict;
}

/* ---- short cuts ---- */

enum { COVER_AFTER = 64, COVER_SIDE_MIN = 16 };

/* The constant geometry on a grid, once so many rows have been held against it that drawing it pays. */
static const struct mm_cover *cover_of(struct mm_filter_run *run, struct mm_filter_note *note)
{
	const double rows = mm_layer_count(run->layer);
	unsigned side = (unsigned)fmin(fmax(sqrt(rows), COVER_SIDE_MIN), MM_COVER_SIDE_MAX);

	if (++note->relate_count == COVER_AFTER && (size_t)side * side <= run->cover_left) {
		run->cover_left -= (size_t)side * side;
		note->cover = mm_cover_new(&note->geom, side, &run->kept);
	}
	return note->cover;
}

/* Of one kind, and with outlines that GEOS takes: what it says of others is its own. */
static bool is_plain(const struct mm_geom *g)
{
	const uint32_t *ring = g->ring;

	for (uint32_t i = 0; i < g->part_count; ring += mm_part_rings(g->part[i++]))
		if (mm_part_kind(g->part[i]) != mm_part_kind(g->part[0]) || mm_part_rings(g->part[i]) == 0 ||
		    (mm_part_kind(g->part[i]) == MM_PART_POLYGON && *ring < 4))
			return false;
	return g->part_count && g->vertex_count;
}

/* What is known of "g r other" from where the box of g lies; -1: nothing. */
static int relate_box(struct mm_filter_run *run, struct mm_filter_note *note, enum mm_relation r,
		      const struct mm_geom *g)
{
	const struct mm_cover *cover = cover_of(run, note);
	struct mm_box box;

	if (!cover || !is_plain(g))
		return -1;
	box = mm_geom_box(g);
	switch (mm_cover_find(cover, &box)) {
	case MM_COVER_OUTSIDE:
		return r == MM_RELATION_DISJOINT;
	case MM_COVER_INSIDE:
		return r == MM_RELATION_INTERSECTS || r == MM_RELATION_WITHIN;
	default:
		return -1;
	}
}

/* 1, 0, or -1 where it cannot be told. */
static int relate(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_filter *a = f->child[0], *b = f->child[1];
	const struct mm_topo_shape *x = run->note[a->node_no].shape, *y = run->note[b->node_no].shape;
	const enum mm_relation r = relation_of(f->op, a->is_constant);
	struct mm_geom g;
	int verdict;

	if ((a->is_constant && !x) || (b->is_constant && !y))
		return -1;
	if (a->is_constant && b->is_constant)
		return mm_topo_relate_shapes(run->topo, x, relation_of(f->op, false), y);
	if (!a->is_constant && !b->is_constant)
		return test_both(run, f, row);
	g = mm_filter_geom(run, a->is_constant ? b : a, row);
	verdict = relate_box(run, &run->note[(a->is_constant ? a : b)->node_no], r, &g);
	return verdict >= 0 ? verdict : mm_topo_relate(run->topo, &g, r, a->is_constant ? x : y);
}

int mm_filter_test_space(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const int verdict = relate(run, f, row);

	return verdict < 0 ? MM_UNKNOWN : verdict;
}
