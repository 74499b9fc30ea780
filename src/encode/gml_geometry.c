#include "encode/gml.h"

#include <math.h>
#include <string.h>

/* Geometries in GML 2.1.2, 3.1.1 and 3.2.1. */

/* A cursor over one geometry while it is written. */
struct pen {
	struct mm_gml_writer *w;
	struct mm_buf *out;
	const struct mm_geom *g;
	uint32_t ring, vertex;
	bool has_z;
	bool is_outer_done; /* the outermost element bears the srsName */
};

/* Heights are written when every position has one: a list has positions of one size. */
static bool has_heights(const struct mm_geom *g)
{
	for (uint32_t i = 0; g->z && i < g->vertex_count; i++)
		if (!isfinite(g->z[i]))
			return false;
	return g->z != NULL;
}

/* "_x1" is in no id that was made of a text (encode/xml_name.h): ids of geometries are those of nothing else.
 */
static void open_element(struct pen *p, const char *name)
{
	struct mm_gml_writer *w = p->w;

	mm_buf_printf(p->out, "<gml:%s", name);
	if (w->version == MM_GML_32) {
		mm_buf_text(p->out, " gml:id=\"");
		mm_buf_put(p->out, w->id.data, w->id.len);
		mm_buf_printf(p->out, "_x%u\"", ++w->shapes);
	}
	if (!p->is_outer_done) {
		mm_buf_printf(p->out, " srsName=\"%s\"", w->srs_name);
		if (w->version != MM_GML_2)
			mm_buf_text(p->out, p->has_z ? " srsDimension=\"3\"" : " srsDimension=\"2\"");
	}
	p->is_outer_done = true;
	mm_buf_byte(p->out, '>');
}

static void close_element(struct pen *p, const char *name)
{
	mm_buf_printf(p->out, "</gml:%s>", name);
}

static void put_positions(struct pen *p, uint32_t n, const char *name)
{
	const bool is_old = p->w->version == MM_GML_2;
	const unsigned char comma = is_old ? ',' : ' ';

	mm_buf_printf(p->out, "<gml:%s>", is_old ? "coordinates" : name);
	for (uint32_t k = 0; k < n; k++) {
		const uint32_t i = p->vertex++;

		if (k)
			mm_buf_byte(p->out, ' ');
		mm_buf_double(p->out, p->g->xy[2 * i]);
		mm_buf_byte(p->out, comma);
		mm_buf_double(p->out, p->g->xy[2 * i + 1]);
		if (p->has_z) {
			mm_buf_byte(p->out, comma);
			mm_buf_double(p->out, p->g->z[i]);
		}
	}
	mm_buf_printf(p->out, "</gml:%s>", is_old ? "coordinates" : name);
}

static void put_point(struct pen *p)
{
	open_element(p, "Point");
	put_positions(p, 1, "pos");
	close_element(p, "Point");
}

static void put_line(struct pen *p)
{
	open_element(p, "LineString");
	put_positions(p, p->g->ring[p->ring++], "posList");
	close_element(p, "LineString");
}

static void put_polygon(struct pen *p, uint32_t rings)
{
	const bool is_old = p->w->version == MM_GML_2;

	open_element(p, "Polygon");
	for (uint32_t i = 0; i < rings; i++) {
		const char *name = is_old ? i ? "innerBoundaryIs" : "outerBoundaryIs"
				   : i    ? "interior"
					  : "exterior";

		mm_buf_printf(p->out, "<gml:%s><gml:LinearRing>", name);
		put_positions(p, p->g->ring[p->ring++], "posList");
		mm_buf_printf(p->out, "</gml:LinearRing></gml:%s>", name);
	}
	close_element(p, "Polygon");
}

static void open_member(struct pen *p, const char *member)
{
	if (member)
		mm_buf_printf(p->out, "<gml:%s>", member);
}

static void close_member(struct pen *p, const char *member)
{
	if (member)
		mm_buf_printf(p->out, "</gml:%s>", member);
}

/* One part, each of its shapes in an element of that name; NULL: the shape alone. */
static void put_part(struct pen *p, uint32_t part, const char *member)
{
	uint32_t points;

	switch (mm_part_kind(part)) {
	case MM_PART_POLYGON:
		open_member(p, member);
		put_polygon(p, mm_part_rings(part));
		close_member(p, member);
		break;
	case MM_PART_LINE:
		open_member(p, member);
		put_line(p);
		close_member(p, member);
		break;
	case MM_PART_POINTS:
		points = p->g->ring[p->ring++];
		for (uint32_t i = 0; i < points; i++) {
			open_member(p, member);
			put_point(p);
			close_member(p, member);
		}
		break;
	}
}

struct multi {
	const char *name, *member;
};

/* Elements of what has several members; NULL: single. */
static struct multi multi_of(enum mm_gml_version v, enum mm_geom_type type)
{
	static const struct multi of2[MM_GEOM_TYPE_COUNT] = {
	    [MM_GEOM_MULTIPOINT] = {"MultiPoint", "pointMember"},
	    [MM_GEOM_MULTILINE] = {"MultiLineString", "lineStringMember"},
	    [MM_GEOM_MULTIPOLYGON] = {"MultiPolygon", "polygonMember"},
	    [MM_GEOM_COLLECTION] = {"MultiGeometry", "geometryMember"},
	};
	static const struct multi of3[MM_GEOM_TYPE_COUNT] = {
	    [MM_GEOM_MULTIPOINT] = {"MultiPoint", "pointMember"},
	    [MM_GEOM_MULTILINE] = {"MultiCurve", "curveMember"},
	    [MM_GEOM_MULTIPOLYGON] = {"MultiSurface", "surfaceMember"},
	    [MM_GEOM_COLLECTION] = {"MultiGeometry", "geometryMember"},
	};

	return v == MM_GML_2 ? of2[type] : of3[type];
}

void mm_gml_put_geometry(struct mm_gml_writer *w, const struct mm_geom *g, struct mm_buf *out)
{
	struct pen p = {.w = w, .out = out, .g = g, .has_z = has_heights(g)};
	const bool is_any = w->type == MM_GEOM_COLLECTION;
	const struct multi m = multi_of(w->version, is_any ? g->type : w->type);

	if (g->part_count == 0)
		return;
	if (m.name)
		open_element(&p, m.name);
	for (uint32_t i = 0; i < g->part_count; i++)
		put_part(&p, g->part[i], m.member);
	if (m.name)
		close_element(&p, m.name);
}
