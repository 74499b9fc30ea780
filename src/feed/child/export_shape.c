#include "feed/child/export_shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Coordinates of a geometry while it is taken apart. */
struct cursor {
	const double *xy, *z;
	const uint32_t *ring;
};

bool mm_export_shape_has(const struct mm_geom *g, int kind)
{
	for (uint32_t i = 0; i < g->part_count; i++)
		if (kind < 0 || (int)mm_part_kind(g->part[i]) == kind)
			return true;
	return false;
}

static void set_points(OGRGeometryH h, const double *xy, const double *z, uint32_t n)
{
	const int pair = 2 * sizeof(double);

	OGR_G_SetPoints(h, (int)n, xy, pair, xy + 1, pair, z, z ? (int)sizeof(double) : 0);
}

static OGRGeometryH make_point(const double *xy, const double *z)
{
	OGRGeometryH h = OGR_G_CreateGeometry(wkbPoint);

	if (z)
		OGR_G_SetPoint(h, 0, xy[0], xy[1], *z);
	else
		OGR_G_SetPoint_2D(h, 0, xy[0], xy[1]);
	return h;
}

/* The next ring as a line. */
static OGRGeometryH make_line(struct cursor *c, OGRwkbGeometryType type)
{
	OGRGeometryH h = OGR_G_CreateGeometry(type);
	const uint32_t n = *c->ring++;

	set_points(h, c->xy, c->z, n);
	c->xy += 2 * (size_t)n;
	c->z += c->z ? n : 0;
	return h;
}

static OGRGeometryH make_polygon(struct cursor *c, uint32_t rings)
{
	OGRGeometryH h = OGR_G_CreateGeometry(wkbPolygon);

	for (uint32_t i = 0; i < rings; i++)
		(void)OGR_G_AddGeometryDirectly(h, make_line(c, wkbLinearRing));
	return h;
}

static void skip(struct cursor *c, uint32_t rings)
{
	for (uint32_t i = 0; i < rings; i++) {
		const uint32_t n = *c->ring++;

		c->xy += 2 * (size_t)n;
		c->z += c->z ? n : 0;
	}
}

/* Adds the points of a part to a collection. */
static void add_points(OGRGeometryH to, struct cursor *c)
{
	const uint32_t n = *c->ring;

	for (uint32_t i = 0; i < n; i++)
		(void)OGR_G_AddGeometryDirectly(to,
						make_point(c->xy + 2 * (size_t)i, c->z ? c->z + i : NULL));
	skip(c, 1);
}

static OGRGeometryH make_many(const struct mm_export_shape *s, const struct mm_geom *g, struct cursor *c,
			      OGRwkbGeometryType type)
{
	OGRGeometryH all = OGR_G_CreateGeometry(type);

	for (uint32_t i = 0; i < g->part_count; i++) {
		const enum mm_part_kind kind = mm_part_kind(g->part[i]);
		const uint32_t rings = mm_part_rings(g->part[i]);

		if (s->kind >= 0 && (int)kind != s->kind)
			skip(c, rings);
		else if (kind == MM_PART_POINTS)
			add_points(all, c);
		else
			(void)OGR_G_AddGeometryDirectly(
			    all, kind == MM_PART_LINE ? make_line(c, wkbLineString) : make_polygon(c, rings));
	}
	return all;
}

/* What it becomes. A collection of which one kind is wanted is a multi of that. */
static OGRwkbGeometryType type_of(const struct mm_export_shape *s, const struct mm_geom *g)
{
	static const OGRwkbGeometryType single[] = {wkbPoint, wkbLineString, wkbPolygon},
					many[] = {wkbMultiPoint, wkbMultiLineString, wkbMultiPolygon};

	if (g->type == MM_GEOM_COLLECTION)
		return s->kind < 0 ? wkbGeometryCollection : many[s->kind];
	if (g->type >= MM_GEOM_MULTIPOINT)
		return many[g->type - MM_GEOM_MULTIPOINT];
	return s->to_multi ? many[g->type - MM_GEOM_POINT] : single[g->type - MM_GEOM_POINT];
}

static OGRGeometryH make(const struct mm_export_shape *s, const struct mm_geom *g, struct cursor *c)
{
	const OGRwkbGeometryType type = type_of(s, g);

	switch (type) {
	case wkbPoint:
		return make_point(c->xy, c->z);
	case wkbLineString:
		return make_line(c, wkbLineString);
	case wkbPolygon:
		return make_polygon(c, mm_part_rings(g->part[0]));
	default:
		return make_many(s, g, c, type);
	}
}

/* A number for geometries that differ in coordinates only; 0: not one of the simple ones. */
static unsigned likeness(const struct mm_export_shape *s, const struct mm_geom *g, bool has_z)
{
	if (g->part_count != 1 || mm_part_rings(g->part[0]) != 1 || g->type == MM_GEOM_COLLECTION ||
	    g->type == MM_GEOM_MULTIPOINT || (g->type == MM_GEOM_POINT && s->to_multi))
		return 0;
	return 1u + (unsigned)g->type * 2 + has_z;
}

/* The part of a simple geometry that has its coordinates. */
static OGRGeometryH leaf_of(OGRGeometryH h)
{
	while (OGR_G_GetGeometryCount(h))
		h = OGR_G_GetGeometryRef(h, 0);
	return h;
}

static bool grow(double **array, size_t *room, size_t wanted)
{
	size_t n = *room ? *room : 1024;
	double *p;

	if (wanted <= *room)
		return true;
	while (n < wanted)
		n *= 2;
	p = realloc(*array, n * sizeof(*p));
	if (!p)
		return false;
	memset(p + *room, 0, (n - *room) * sizeof(*p));
	*array = p;
	*room = n;
	return true;
}

/* Coordinates in the system asked for; false: out of memory. */
static bool transform(struct mm_export_shape *s, const struct mm_geom *g, struct cursor *c, bool *ret_inside)
{
	*ret_inside = true;
	if (s->has_z && !c->z) {
		if (!grow(&s->z, &s->z_room, g->vertex_count))
			return false;
		c->z = s->z;
	}
	if (!s->transform)
		return true;
	if (!grow(&s->xy, &s->room, 2 * (size_t)g->vertex_count))
		return false;
	memcpy(s->xy, g->xy, 2 * (size_t)g->vertex_count * sizeof(*s->xy));
	*ret_inside = mm_transform_points(s->transform, s->xy, g->vertex_count) == 0;
	c->xy = s->xy;
	return true;
}

bool mm_export_shape_put(struct mm_export_shape *s, const struct mm_geom *g, OGRFeatureH f)
{
	struct cursor c = {g->xy, g->z, g->ring};
	bool inside = true;
	unsigned alike;

	if (g->type == MM_GEOM_NULL || !g->vertex_count || !mm_export_shape_has(g, s->kind)) {
		s->alike = 0;
		(void)OGR_F_SetGeometryDirectly(f, NULL);
		return true;
	}
	if (!transform(s, g, &c, &inside))
		return false;
	alike = likeness(s, g, c.z != NULL);
	s->box = mm_geom_box(&(struct mm_geom){.xy = c.xy, .vertex_count = g->vertex_count});
	if (!inside) {
		s->alike = 0;
		(void)OGR_F_SetGeometryDirectly(f, NULL);
	} else if (alike && alike == s->alike && g->type == MM_GEOM_POINT) {
		if (c.z)
			OGR_G_SetPoint(s->leaf, 0, c.xy[0], c.xy[1], *c.z);
		else
			OGR_G_SetPoint_2D(s->leaf, 0, c.xy[0], c.xy[1]);
	} else if (alike && alike == s->alike) {
		set_points(s->leaf, c.xy, c.z, g->vertex_count);
	} else {
		OGRGeometryH h = make(s, g, &c);

		s->alike = alike;
		s->leaf = leaf_of(h);
		(void)OGR_F_SetGeometryDirectly(f, h);
	}
	return true;
}

void mm_export_shape_release(struct mm_export_shape *s)
{
	free(s->xy);
	free(s->z);
	s->xy = s->z = NULL;
}
