#include "feed/child/shape.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 32 };
static const size_t VERTEX_MAX = (size_t)1 << 30;

void mm_source_shape_init(struct mm_source_shape *s, bool swap)
{
	*s = (struct mm_source_shape){.swap = swap};
}

void mm_source_shape_release(struct mm_source_shape *s)
{
	free(s->part);
	free(s->ring);
	free(s->xy);
	free(s->z);
	*s = (struct mm_source_shape){0};
}

/* Room for `count` elements of `size` bytes in all. */
static bool widen(void **p, size_t *cap, size_t count, size_t size)
{
	size_t want = *cap ? *cap : 64;
	void *wider;

	if (count <= *cap)
		return true;
	while (want < count)
		want *= 2;
	wider = realloc(*p, want * size);
	if (!wider)
		return false;
	*p = wider;
	*cap = want;
	return true;
}

static bool room(struct mm_source_shape *s, size_t parts, size_t rings, size_t vertices)
{
	void *part = s->part, *ring = s->ring, *xy = s->xy, *z = s->z;
	bool ok = s->vertex_count + vertices < VERTEX_MAX &&
		  widen(&part, &s->part_cap, s->part_count + parts, sizeof(*s->part)) &&
		  widen(&ring, &s->ring_cap, s->ring_count + rings, sizeof(*s->ring)) &&
		  widen(&xy, &s->xy_cap, s->vertex_count + vertices, 2 * sizeof(*s->xy)) &&
		  (!s->has_z || widen(&z, &s->z_cap, s->vertex_count + vertices, sizeof(*s->z)));

	s->part = part;
	s->ring = ring;
	s->xy = xy;
	s->z = z;
	if (!ok)
		s->failed = true;
	return ok;
}

static void begin_part(struct mm_source_shape *s, enum mm_part_kind kind, size_t rings)
{
	if (room(s, 1, 0, 0))
		s->part[s->part_count++] = (uint32_t)kind << 30 | (uint32_t)rings;
}

/* The points of a point or line, as the next of the current ring; returns how many. */
static size_t put_points(struct mm_source_shape *s, OGRGeometryH line, bool close)
{
	int count = OGR_G_GetPointCount(line);
	size_t n = count > 0 ? (size_t)count : 0;
	double *xy, *z;

	if (!n || !room(s, 0, 0, n + 1))
		return 0;
	xy = s->xy + 2 * s->vertex_count;
	z = s->has_z ? s->z + s->vertex_count : NULL;
	(void)OGR_G_GetPoints(line, xy, 2 * sizeof(*xy), xy + 1, 2 * sizeof(*xy), z, z ? (int)sizeof(*z) : 0);
	if (close && (xy[0] != xy[2 * n - 2] || xy[1] != xy[2 * n - 1])) {
		memcpy(xy + 2 * n, xy, 2 * sizeof(*xy));
		if (z)
			z[n] = z[0];
		n++;
	}
	s->vertex_count += n;
	return n;
}

static size_t put_ring(struct mm_source_shape *s, OGRGeometryH line, bool close)
{
	size_t n;

	if (!room(s, 0, 1, 0))
		return 0;
	n = put_points(s, line, close);
	if (n)
		s->ring[s->ring_count++] = (uint32_t)n;
	return n;
}

static void put_polygon(struct mm_source_shape *s, OGRGeometryH g)
{
	int count = OGR_G_GetGeometryCount(g);
	size_t at = s->part_count, rings = 0;

	begin_part(s, MM_PART_POLYGON, 0);
	for (int i = 0; i < count && !s->failed; i++) {
		if (put_ring(s, OGR_G_GetGeometryRef(g, i), true))
			rings++;
		else if (i == 0)
			break; /* no shell, no polygon */
	}
	if (s->failed)
		return;
	s->part_count = at + (rings > 0);
	if (rings)
		s->part[at] = (uint32_t)MM_PART_POLYGON << 30 | (uint32_t)rings;
}

static void put_line(struct mm_source_shape *s, OGRGeometryH g)
{
	if (OGR_G_GetPointCount(g) <= 0)
		return;
	begin_part(s, MM_PART_LINE, 1);
	(void)put_ring(s, g, false);
}

/* Points share one part and one ring. */
static void put_point_set(struct mm_source_shape *s, OGRGeometryH g)
{
	int count = OGR_G_GetGeometryCount(g);
	size_t before = s->vertex_count;

	for (int i = 0; i < count && !s->failed; i++)
		(void)put_points(s, OGR_G_GetGeometryRef(g, i), false);
	if (s->failed || s->vertex_count == before || !room(s, 1, 1, 0))
		return;
	begin_part(s, MM_PART_POINTS, 1);
	s->ring[s->ring_count++] = (uint32_t)(s->vertex_count - before);
}

static void put_point(struct mm_source_shape *s, OGRGeometryH g)
{
	if (OGR_G_IsEmpty(g))
		return;
	begin_part(s, MM_PART_POINTS, 1);
	(void)put_ring(s, g, false);
}

static enum mm_geom_type put(struct mm_source_shape *s, OGRGeometryH g, int depth);

static void put_members(struct mm_source_shape *s, OGRGeometryH g, int depth)
{
	int count = OGR_G_GetGeometryCount(g);

	if (depth > DEPTH_MAX) {
		s->failed = true;
		return;
	}
	for (int i = 0; i < count && !s->failed; i++)
		(void)put(s, OGR_G_GetGeometryRef(g, i), depth + 1);
}

/* Appends a geometry without curves; says what it is as a whole. */
static enum mm_geom_type put(struct mm_source_shape *s, OGRGeometryH g, int depth)
{
	switch (wkbFlatten(OGR_G_GetGeometryType(g))) {
	case wkbPoint:
		put_point(s, g);
		return MM_GEOM_POINT;
	case wkbLineString:
	case wkbLinearRing:
		put_line(s, g);
		return MM_GEOM_LINE;
	case wkbPolygon:
	case wkbTriangle:
		put_polygon(s, g);
		return MM_GEOM_POLYGON;
	case wkbMultiPoint:
		put_point_set(s, g);
		return MM_GEOM_MULTIPOINT;
	case wkbMultiLineString:
		put_members(s, g, depth);
		return MM_GEOM_MULTILINE;
	case wkbMultiPolygon:
	case wkbTIN:
	case wkbPolyhedralSurface:
		put_members(s, g, depth);
		return MM_GEOM_MULTIPOLYGON;
	default:
		put_members(s, g, depth);
		return MM_GEOM_COLLECTION;
	}
}

static void swap_axes(struct mm_source_shape *s)
{
	for (size_t i = 0; i < s->vertex_count; i++) {
		double x = s->xy[2 * i];

		s->xy[2 * i] = s->xy[2 * i + 1];
		s->xy[2 * i + 1] = x;
	}
}

static void begin(struct mm_source_shape *s, bool has_z)
{
	s->part_count = s->ring_count = s->vertex_count = 0;
	s->has_z = has_z;
	s->failed = s->had_curve = false;
}

static struct mm_geom seen(const struct mm_source_shape *s, enum mm_geom_type type)
{
	return (struct mm_geom){.type = type,
				.part = s->part,
				.ring = s->ring,
				.xy = s->xy,
				.z = s->has_z ? s->z : NULL,
				.part_count = (uint32_t)s->part_count,
				.ring_count = (uint32_t)s->ring_count,
				.vertex_count = (uint32_t)s->vertex_count};
}

enum mm_code mm_source_shape_read(struct mm_source_shape *s, OGRGeometryH g, struct mm_geom *ret,
				  struct mm_err *reterr)
{
	OGRGeometryH straight = NULL;
	enum mm_geom_type type;

	begin(s, g && OGR_G_Is3D(g));
	if (!g) {
		*ret = (struct mm_geom){.type = MM_GEOM_NULL};
		return MM_OK;
	}
	if (OGR_G_HasCurveGeometry(g, FALSE)) {
		straight = OGR_G_GetLinearGeometry(g, 0, NULL);
		if (!straight)
			return mm_fail(reterr, MM_E_DATA, "", "a curve cannot be made into line segments");
		s->had_curve = true;
	}
	type = put(s, straight ? straight : g, 0);
	OGR_G_DestroyGeometry(straight);
	if (s->failed)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "a geometry is nested too deeply or does not fit in memory");
	if (s->swap)
		swap_axes(s);
	*ret = seen(s, type);
	return MM_OK;
}

void mm_source_shape_point(struct mm_source_shape *s, double x, double y, struct mm_geom *ret)
{
	begin(s, false);
	if (!room(s, 1, 1, 1)) {
		*ret = (struct mm_geom){.type = MM_GEOM_NULL};
		return;
	}
	s->part[s->part_count++] = (uint32_t)MM_PART_POINTS << 30 | 1;
	s->ring[s->ring_count++] = 1;
	s->xy[0] = s->swap ? y : x;
	s->xy[1] = s->swap ? x : y;
	s->vertex_count = 1;
	*ret = seen(s, MM_GEOM_POINT);
}
