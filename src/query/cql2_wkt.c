#include "query/filter_private.h"

#include <string.h>
#include <strings.h>

/* Geometries in CQL2 text: WKT without SRID, with or without Z (OGC 21-065r2, cql2.bnf, spatialInstance). */

static const struct {
	const char *name;
	enum mm_geom_type type;
	enum mm_part_kind kind;
	bool is_multi;
} types[] = {
    {"POINT", MM_GEOM_POINT, MM_PART_POINTS, false},
    {"LINESTRING", MM_GEOM_LINE, MM_PART_LINE, false},
    {"POLYGON", MM_GEOM_POLYGON, MM_PART_POLYGON, false},
    {"MULTIPOINT", MM_GEOM_MULTIPOINT, MM_PART_POINTS, true},
    {"MULTILINESTRING", MM_GEOM_MULTILINE, MM_PART_LINE, true},
    {"MULTIPOLYGON", MM_GEOM_MULTIPOLYGON, MM_PART_POLYGON, true},
    {"GEOMETRYCOLLECTION", MM_GEOM_COLLECTION, MM_PART_POINTS, true},
};

enum { TYPES = sizeof(types) / sizeof(types[0]), COLLECTION = TYPES - 1 };

static size_t type_of(const struct mm_token *t)
{
	size_t i = 0;

	if (t->kind != MM_TOKEN_NAME)
		return TYPES;
	while (i < TYPES && strcasecmp(types[i].name, t->text) != 0)
		i++;
	return i;
}

bool mm_cql2_is_wkt(const struct mm_token *t)
{
	return type_of(t) < TYPES;
}

/* What is being read, in lists that grow. */
struct wkt {
	struct mm_filter_maker *m;
	size_t *at;
	struct mm_token token; /* the next one */
	uint32_t *part, *ring;
	double *xy;
	uint32_t parts, rings, vertices;
	uint32_t part_cap, ring_cap, vertex_cap;
	bool has_z;
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

static void *grow(struct wkt *w, void *have, uint32_t *cap, size_t size)
{
	const uint32_t next = *cap ? *cap * 2 : 8;
	void *wide = mm_arena_array(w->m->mem, next, size);

	if (!wide)
		return mm_filter_fail_nomem(w->m);
	if (*cap)
		memcpy(wide, have, *cap * size);
	*cap = next;
	return wide;
}

static bool add_part(struct wkt *w, enum mm_part_kind kind, uint32_t rings)
{
	if (w->parts == w->part_cap && !(w->part = grow(w, w->part, &w->part_cap, sizeof(*w->part))))
		return false;
	w->part[w->parts++] = (uint32_t)kind << 30 | rings;
	return true;
}

static bool add_ring(struct wkt *w, uint32_t vertices)
{
	if (w->rings == w->ring_cap && !(w->ring = grow(w, w->ring, &w->ring_cap, sizeof(*w->ring))))
		return false;
	w->ring[w->rings++] = vertices;
	return true;
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
	double xy[2], z;

	if (++w->m->vertices > MM_FILTER_VERTICES_MAX) {
		(void)mm_filter_fail_limit(w->m, "vertices", MM_FILTER_VERTICES_MAX);
		return false;
	}
	if (w->vertices == w->vertex_cap && !(w->xy = grow(w, w->xy, &w->vertex_cap, 2 * sizeof(double))))
		return false;
	if (!read_number(w, &xy[0]) || !read_number(w, &xy[1]))
		return false;
	if ((w->token.kind == MM_TOKEN_NUMBER || is(w, "-")) && !read_number(w, &z))
		return false;
	memcpy(w->xy + 2 * (size_t)w->vertices++, xy, sizeof(xy));
	return true;
}

static bool read_line(struct wkt *w, uint32_t least)
{
	const size_t at = w->token.at;
	const uint32_t first = w->vertices;

	if (!want(w, "("))
		return false;
	do
		if (!read_vertex(w))
			return false;
	while (is(w, ",") && step(w));
	if (w->vertices - first < least) {
		(void)mm_filter_fail(w->m, at, "at least %u points are needed here", least);
		return false;
	}
	return !w->m->rc && add_ring(w, w->vertices - first) && want(w, ")");
}

static bool read_polygon(struct wkt *w)
{
	const uint32_t first = w->rings;

	if (!want(w, "("))
		return false;
	do
		if (!read_line(w, 4))
			return false;
	while (is(w, ",") && step(w));
	return !w->m->rc && add_part(w, MM_PART_POLYGON, w->rings - first) && want(w, ")");
}

static bool read_point(struct wkt *w)
{
	return want(w, "(") && read_vertex(w) && want(w, ")");
}

/* Each point bare or in brackets of its own. */
static bool read_points(struct wkt *w)
{
	const uint32_t first = w->vertices;

	if (!want(w, "("))
		return false;
	do
		if (!(is(w, "(") ? read_point(w) : read_vertex(w)))
			return false;
	while (is(w, ",") && step(w));
	return !w->m->rc && add_ring(w, w->vertices - first) && add_part(w, MM_PART_POINTS, 1) &&
	       want(w, ")");
}

static bool read_one(struct wkt *w, enum mm_part_kind kind)
{
	if (kind == MM_PART_POLYGON)
		return read_polygon(w);
	if (kind == MM_PART_LINE)
		return read_line(w, 2) && add_part(w, MM_PART_LINE, 1);
	return read_point(w) && add_ring(w, 1) && add_part(w, MM_PART_POINTS, 1);
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
	if (is(w, "Z") && !step(w))
		return false;
	if (type == COLLECTION)
		return read_members(w);
	if (types[type].type == MM_GEOM_MULTIPOINT)
		return read_points(w);
	if (!types[type].is_multi)
		return read_one(w, types[type].kind);
	if (!want(w, "("))
		return false;
	do
		if (!read_one(w, types[type].kind))
			return false;
	while (is(w, ",") && step(w));
	return !w->m->rc && want(w, ")");
}

struct mm_filter *mm_cql2_wkt(struct mm_filter_maker *m, const struct mm_token *name, size_t *at)
{
	const size_t type = type_of(name);
	struct mm_filter *f = mm_filter_new(m, MM_FILTER_GEOMETRY, name->at, 0);
	struct wkt w = {.m = m, .at = at};
	size_t before;

	if (!f || !step(&w) || !read_body(&w, type))
		return NULL;
	before = w.token.at; /* one token too far */
	*at = before;
	f->geom = (struct mm_geom){.type = types[type].type,
				   .part = w.part,
				   .ring = w.ring,
				   .xy = w.xy,
				   .part_count = w.parts,
				   .ring_count = w.rings,
				   .vertex_count = w.vertices};
	return f;
}
