#include "query/gml_private.h"

#include "base/text.h"

#include <string.h>

/* Geometries in GML. Elements in each other are bounded by base/xml.h, so that readers may call themselves.
 */

typedef enum mm_geom_type read_fn(struct mm_gml_reader *g, const struct mm_xml *e);

static read_fn read_any;

/* ---- lines ---- */

static bool read_pieces(struct mm_gml_reader *g, const struct mm_xml *e);

static bool read_curve(struct mm_gml_reader *g, const struct mm_xml *e)
{
	if (mm_xml_is(e, "LineString") || mm_xml_is(e, "LineStringSegment") || mm_xml_is(e, "LinearRing"))
		return mm_gml_read_positions(g, e);
	if (!mm_xml_is(e, "Curve") && !mm_xml_is(e, "CompositeCurve") && !mm_xml_is(e, "Ring"))
		return mm_gml_fail(g, e, "%.60s cannot be read: draw it with straight lines", e->name);
	for (const struct mm_xml *group = e->child; group; group = group->next) {
		if (!mm_xml_is(group, "segments") && !mm_xml_is(group, "curveMember"))
			continue;
		for (const struct mm_xml *piece = group->child; piece; piece = piece->next) {
			if (!read_pieces(g, piece))
				return false;
			g->is_joint = true;
		}
	}
	g->is_joint = false;
	return true;
}

/* Adds the positions of a curve; where pieces meet, one. */
static bool read_pieces(struct mm_gml_reader *g, const struct mm_xml *e)
{
	size_t outer;
	const bool good = mm_gml_enter(g, e, &outer) && read_curve(g, e);

	g->dimension = outer;
	return good;
}

/* The positions of an element as one ring of at least `least`. */
static bool read_ring(struct mm_gml_reader *g, const struct mm_xml *e, uint32_t least, bool is_closed)
{
	const uint32_t first = g->shape.vertices;
	const double *begin, *end;
	uint32_t n;

	if (!read_pieces(g, e))
		return false;
	n = g->shape.vertices - first;
	if (n < least)
		return mm_gml_fail(g, e, "at least %u positions are needed here", least);
	begin = g->shape.xy + 2 * (size_t)first;
	end = g->shape.xy + 2 * (size_t)(g->shape.vertices - 1);
	if (is_closed && (begin[0] != end[0] || begin[1] != end[1]))
		return mm_gml_fail(g, e, "a ring ends where it begins");
	return mm_filter_shape_ring(&g->shape, n);
}

static enum mm_geom_type read_line(struct mm_gml_reader *g, const struct mm_xml *e)
{
	return read_ring(g, e, 2, false) && mm_filter_shape_part(&g->shape, MM_PART_LINE, 1) ? MM_GEOM_LINE
											     : MM_GEOM_NULL;
}

/* ---- polygons ---- */

/* The rings of all children of one of two names: how many; UINT32_MAX: failed. */
static uint32_t read_rings(struct mm_gml_reader *g, const struct mm_xml *e, const char *name,
			   const char *old_name)
{
	uint32_t n = 0;

	for (const struct mm_xml *c = e->child; c; c = c->next) {
		if (!mm_xml_is(c, name) && !mm_xml_is(c, old_name))
			continue;
		for (const struct mm_xml *ring = c->child; ring; ring = ring->next, n++)
			if (!read_ring(g, ring, 4, true))
				return UINT32_MAX;
	}
	return n;
}

static enum mm_geom_type read_polygon(struct mm_gml_reader *g, const struct mm_xml *e)
{
	uint32_t shells, holes;
	size_t outer;

	if (!mm_gml_enter(g, e, &outer))
		return MM_GEOM_NULL;
	shells = read_rings(g, e, "exterior", "outerBoundaryIs");
	if (shells != 1) {
		(void)mm_gml_fail(g, e, "%.60s has one exterior ring", e->name);
		return MM_GEOM_NULL;
	}
	holes = read_rings(g, e, "interior", "innerBoundaryIs");
	if (holes == UINT32_MAX || !mm_filter_shape_part(&g->shape, MM_PART_POLYGON, 1 + holes))
		return MM_GEOM_NULL;
	g->dimension = outer;
	return MM_GEOM_POLYGON;
}

static bool is_patch(const struct mm_xml *e)
{
	return mm_xml_is(e, "PolygonPatch") || mm_xml_is(e, "Rectangle") || mm_xml_is(e, "Triangle") ||
	       mm_xml_is(e, "Polygon");
}

static bool read_patches(struct mm_gml_reader *g, const struct mm_xml *e)
{
	for (const struct mm_xml *group = e->child; group; group = group->next) {
		if (!mm_text_ends(group->name, "atches") && !mm_xml_is(group, "surfaceMember"))
			continue;
		for (const struct mm_xml *c = group->child; c; c = c->next) {
			if (is_patch(c) ? !read_polygon(g, c) : !read_any(g, c))
				return false;
		}
	}
	return true;
}

/* One patch is a polygon, several are many. */
static enum mm_geom_type read_surface(struct mm_gml_reader *g, const struct mm_xml *e)
{
	const uint32_t before = g->shape.parts;

	if (!read_patches(g, e))
		return MM_GEOM_NULL;
	return g->shape.parts - before == 1 ? MM_GEOM_POLYGON : MM_GEOM_MULTIPOLYGON;
}

/* ---- points ---- */

static bool read_place(struct mm_gml_reader *g, const struct mm_xml *e)
{
	const uint32_t before = g->shape.vertices;
	size_t outer;

	if (!mm_gml_enter(g, e, &outer) || !mm_gml_read_positions(g, e))
		return false;
	g->dimension = outer;
	return g->shape.vertices - before == 1 || mm_gml_fail(g, e, "expected one position in a Point");
}

static enum mm_geom_type read_point(struct mm_gml_reader *g, const struct mm_xml *e)
{
	return read_place(g, e) && mm_filter_shape_ring(&g->shape, 1) &&
		       mm_filter_shape_part(&g->shape, MM_PART_POINTS, 1)
		   ? MM_GEOM_POINT
		   : MM_GEOM_NULL;
}

static bool is_member(const struct mm_xml *e)
{
	return mm_text_ends(e->name, "Member") || mm_text_ends(e->name, "Members");
}

static enum mm_geom_type read_points(struct mm_gml_reader *g, const struct mm_xml *e)
{
	const uint32_t first = g->shape.vertices;

	for (const struct mm_xml *group = e->child; group; group = group->next)
		for (const struct mm_xml *c = is_member(group) ? group->child : NULL; c; c = c->next)
			if (mm_xml_is(c, "Point") ? !read_place(g, c)
						  : !mm_gml_fail(g, c, "expected a Point in MultiPoint"))
				return MM_GEOM_NULL;
	if (g->shape.vertices == first)
		return MM_GEOM_MULTIPOINT; /* empty, which is refused in the end */
	return mm_filter_shape_ring(&g->shape, g->shape.vertices - first) &&
		       mm_filter_shape_part(&g->shape, MM_PART_POINTS, 1)
		   ? MM_GEOM_MULTIPOINT
		   : MM_GEOM_NULL;
}

/* ---- many ---- */

static bool fits(enum mm_geom_type many, enum mm_geom_type one)
{
	if (many == MM_GEOM_MULTILINE)
		return one == MM_GEOM_LINE;
	return many == MM_GEOM_COLLECTION || one == MM_GEOM_POLYGON || one == MM_GEOM_MULTIPOLYGON;
}

static enum mm_geom_type read_members(struct mm_gml_reader *g, const struct mm_xml *e, enum mm_geom_type type)
{
	for (const struct mm_xml *group = e->child; group; group = group->next) {
		for (const struct mm_xml *c = is_member(group) ? group->child : NULL; c; c = c->next) {
			const enum mm_geom_type one = read_any(g, c);

			if (one && !fits(type, one))
				(void)mm_gml_fail(g, c, "%.60s does not belong into %.60s", c->name, e->name);
			if (g->m.rc)
				return MM_GEOM_NULL;
		}
	}
	return type;
}

static enum mm_geom_type read_multi_line(struct mm_gml_reader *g, const struct mm_xml *e)
{
	return read_members(g, e, MM_GEOM_MULTILINE);
}

static enum mm_geom_type read_multi_polygon(struct mm_gml_reader *g, const struct mm_xml *e)
{
	return read_members(g, e, MM_GEOM_MULTIPOLYGON);
}

static enum mm_geom_type read_collection(struct mm_gml_reader *g, const struct mm_xml *e)
{
	return read_members(g, e, MM_GEOM_COLLECTION);
}

/* ---- all ---- */

static const struct {
	const char *name;
	read_fn *read;
} kinds[] = {
    {"Point", read_point},
    {"LineString", read_line},
    {"LinearRing", read_line},
    {"Curve", read_line},
    {"CompositeCurve", read_line},
    {"Polygon", read_polygon},
    {"Surface", read_surface},
    {"CompositeSurface", read_surface},
    {"PolyhedralSurface", read_surface},
    {"MultiPoint", read_points},
    {"MultiLineString", read_multi_line},
    {"MultiCurve", read_multi_line},
    {"MultiPolygon", read_multi_polygon},
    {"MultiSurface", read_multi_polygon},
    {"MultiGeometry", read_collection},
    {"GeometryCollection", read_collection},
};

static read_fn *reader_of(const struct mm_xml *e)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (mm_xml_is(e, kinds[i].name))
			return kinds[i].read;
	return NULL;
}

static enum mm_geom_type read_any(struct mm_gml_reader *g, const struct mm_xml *e)
{
	read_fn *read = reader_of(e);
	enum mm_geom_type type;
	size_t outer;

	if (!read) {
		(void)mm_gml_fail(g, e, "%.60s is not a geometry that can be read", e->name);
		return MM_GEOM_NULL;
	}
	type = mm_gml_enter(g, e, &outer) ? read(g, e) : MM_GEOM_NULL;
	g->dimension = outer;
	return type;
}

bool mm_gml_is_geometry(const struct mm_xml *e)
{
	return reader_of(e) != NULL;
}

enum mm_code mm_gml_parse(const struct mm_xml *e, uint32_t vertices_max, struct mm_arena *mem,
			  struct mm_gml *ret, struct mm_err *reterr)
{
	struct mm_gml_reader g = {.m = {.mem = mem, .reterr = reterr, .vertices_max = vertices_max}};
	enum mm_geom_type type;

	g.shape.m = &g.m;
	type = read_any(&g, e);
	if (!g.m.rc && (!type || !g.shape.parts))
		(void)mm_gml_fail(&g, e, "%.60s is empty", e->name);
	if (g.m.rc)
		return g.m.rc;
	ret->geom = mm_filter_shape_take(&g.shape, type);
	ret->geom.z = g.lacks_z ? NULL : g.z;
	ret->srs_name = g.srs_name;
	return MM_OK;
}

/* ---- boxes ---- */

bool mm_gml_is_box(const struct mm_xml *e)
{
	return mm_xml_is(e, "Envelope") || mm_xml_is(e, "Box") || mm_xml_is(e, "EnvelopeWithTimePeriod");
}

static bool read_corners(struct mm_gml_reader *g, const struct mm_xml *e)
{
	const struct mm_xml *lower = mm_xml_child(e, "lowerCorner"), *upper = mm_xml_child(e, "upperCorner");

	size_t outer;

	if (!mm_gml_enter(g, e, &outer))
		return false;
	if (!lower || !upper)
		return mm_gml_read_positions(g, e);
	return mm_gml_read_position(g, lower) && mm_gml_read_position(g, upper);
}

enum mm_code mm_gml_parse_box(const struct mm_xml *e, double ret[6], size_t *ret_count, const char **ret_srs,
			      struct mm_err *reterr)
{
	MM_ARENA_SCOPE(mem, 64 * 1024);
	struct mm_gml_reader g = {.m = {.mem = &mem, .reterr = reterr, .vertices_max = 3}};
	size_t n = 0;

	g.shape.m = &g.m;
	if (read_corners(&g, e) && g.shape.vertices != 2)
		(void)mm_gml_fail(&g, e, "%.60s has a lower and an upper corner", e->name);
	if (g.m.rc)
		return g.m.rc;
	for (size_t i = 0; i < 2; i++) {
		ret[n++] = g.shape.xy[2 * i];
		ret[n++] = g.shape.xy[2 * i + 1];
		if (!g.lacks_z)
			ret[n++] = g.z[i];
	}
	*ret_count = n;
	*ret_srs = g.srs_name;
	return MM_OK;
}
