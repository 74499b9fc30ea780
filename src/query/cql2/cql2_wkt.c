#include "query/cql2/cql2_parser.h"

#include <string.h>
#include <strings.h>

/* Geometries in CQL2 text: WKT without SRID, with or without Z (OGC 21-065r2, cql2.bnf, spatialInstance). */

/* A collection comes behind the types that it may hold. */
enum { COLLECTION = MM_FILTER_GEOM_TYPES, TYPES };

/* Its number in the table, COLLECTION, or TYPES: none. */
static size_t type_of(const struct mm_token *t)
{
	if (t->kind != MM_TOKEN_NAME)
		return TYPES;
	for (size_t i = 0; i < MM_FILTER_GEOM_TYPES; i++)
		if (strcasecmp(mm_filter_geom_types[i].name, t->text) == 0)
			return i;
	return strcasecmp("GeometryCollection", t->text) == 0 ? COLLECTION : TYPES;
}

bool mm_cql2_is_wkt(const struct mm_token *t)
{
	return type_of(t) < TYPES;
}

struct wkt {
	struct mm_filter_maker *m;
	size_t *at;
	struct mm_token token; /* the next one */
	struct mm_filter_shape shape;
};

static bool step(struct wkt *w)
{
	return mm_token_next(w->m, w->at, &w->token);
}

static bool is(const struct wkt *w, const char *sign)
{
	return mm_token_is(&w->token, sign);
}

static bool want(struct wkt *w, const char *sign)
{
	if (is(w, sign))
		return step(w);
	(void)mm_filter_fail(w->m, w->token.at, "expected \"%s\" in the geometry", sign);
	return false;
}

static bool read_number(struct wkt *w, double *ret)
{
	const bool is_negative = is(w, "-");

	if ((is_negative || is(w, "+")) && !step(w))
		return false;
	if (w->token.kind != MM_TOKEN_NUMBER) {
		(void)mm_filter_fail(w->m, w->token.at, "expected a number in the geometry");
		return false;
	}
	*ret = is_negative ? -w->token.real : w->token.real;
	return step(w);
}

/* Heights are read, and do not count. */
static bool read_vertex(struct wkt *w)
{
	double x, y, z;

	if (!read_number(w, &x) || !read_number(w, &y))
		return false;
	if ((w->token.kind == MM_TOKEN_NUMBER || is(w, "-")) && !read_number(w, &z))
		return false;
	return mm_filter_shape_vertex(&w->shape, x, y);
}

static bool read_line(struct wkt *w, uint32_t least)
{
	const size_t at = w->token.at;
	const uint32_t first = w->shape.vertices;

	if (!want(w, "("))
		return false;
	do
		if (!read_vertex(w))
			return false;
	while (is(w, ",") && step(w));
	if (w->shape.vertices - first < least) {
		(void)mm_filter_fail(w->m, at, "at least %u points are needed here", least);
		return false;
	}
	return !w->m->rc && mm_filter_shape_ring(&w->shape, w->shape.vertices - first) && want(w, ")");
}

static bool read_polygon(struct wkt *w)
{
	const uint32_t first = w->shape.rings;

	if (!want(w, "("))
		return false;
	do
		if (!read_line(w, 4))
			return false;
	while (is(w, ",") && step(w));
	return !w->m->rc && mm_filter_shape_part(&w->shape, MM_PART_POLYGON, w->shape.rings - first) &&
	       want(w, ")");
}

static bool read_point(struct wkt *w)
{
	return want(w, "(") && read_vertex(w) && want(w, ")");
}

/* Each point bare or in brackets of its own. */
static bool read_points(struct wkt *w)
{
	const uint32_t first = w->shape.vertices;

	if (!want(w, "("))
		return false;
	do
		if (!(is(w, "(") ? read_point(w) : read_vertex(w)))
			return false;
	while (is(w, ",") && step(w));
	return !w->m->rc && mm_filter_shape_ring(&w->shape, w->shape.vertices - first) &&
	       mm_filter_shape_part(&w->shape, MM_PART_POINTS, 1) && want(w, ")");
}

static bool read_one(struct wkt *w, enum mm_part_kind kind)
{
	if (kind == MM_PART_POLYGON)
		return read_polygon(w);
	if (kind == MM_PART_LINE)
		return read_line(w, 2) && mm_filter_shape_part(&w->shape, MM_PART_LINE, 1);
	return read_point(w) && mm_filter_shape_ring(&w->shape, 1) &&
	       mm_filter_shape_part(&w->shape, MM_PART_POINTS, 1);
}

static bool read_body(struct wkt *w, size_t type);

static bool read_members(struct wkt *w)
{
	if (!want(w, "("))
		return false;
	do {
		const size_t type = type_of(&w->token);

		if (type >= COLLECTION) {
			(void)mm_filter_fail(w->m, w->token.at,
					     "expected a geometry that is not a collection");
			return false;
		}
		if (!step(w) || !read_body(w, type))
			return false;
	} while (is(w, ",") && step(w));
	return !w->m->rc && want(w, ")");
}

static bool read_body(struct wkt *w, size_t type)
{
	const struct mm_filter_geom_type *t;

	if (is(w, "Z") && !step(w))
		return false;
	if (type == COLLECTION)
		return read_members(w);
	t = &mm_filter_geom_types[type];
	if (t->type == MM_GEOM_MULTIPOINT)
		return read_points(w);
	if (!t->is_multi)
		return read_one(w, t->kind);
	if (!want(w, "("))
		return false;
	do
		if (!read_one(w, t->kind))
			return false;
	while (is(w, ",") && step(w));
	return !w->m->rc && want(w, ")");
}

struct mm_filter *mm_cql2_wkt(struct mm_filter_maker *m, const struct mm_token *name, size_t *at)
{
	const size_t type = type_of(name);
	struct mm_filter *f = mm_filter_new(m, MM_FILTER_GEOMETRY, name->at, 0);
	struct wkt w = {.m = m, .at = at, .shape = {.m = m}};

	if (!f || !step(&w) || !read_body(&w, type))
		return NULL;
	*at = w.token.at; /* one token too far */
	f->geom = mm_filter_shape_take(&w.shape, type == COLLECTION ? MM_GEOM_COLLECTION
								    : mm_filter_geom_types[type].type);
	return f;
}
