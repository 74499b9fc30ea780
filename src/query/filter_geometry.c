#include "query/filter_private.h"

#include <string.h>

/* A geometry of a filter while it is read, in lists that grow in the arena. */

const struct mm_filter_geom_type mm_filter_geom_types[MM_FILTER_GEOM_TYPES] = {
    {"Point", MM_GEOM_POINT, MM_PART_POINTS, false},
    {"LineString", MM_GEOM_LINE, MM_PART_LINE, false},
    {"Polygon", MM_GEOM_POLYGON, MM_PART_POLYGON, false},
    {"MultiPoint", MM_GEOM_MULTIPOINT, MM_PART_POINTS, true},
    {"MultiLineString", MM_GEOM_MULTILINE, MM_PART_LINE, true},
    {"MultiPolygon", MM_GEOM_MULTIPOLYGON, MM_PART_POLYGON, true},
};

static void *grow(struct mm_filter_maker *m, void *have, uint32_t *cap, size_t size)
{
	const uint32_t next = *cap ? *cap * 2 : 8;
	void *wide = mm_arena_array(m->mem, next, size);

	if (!wide)
		return mm_filter_fail_nomem(m);
	if (*cap)
		memcpy(wide, have, *cap * size);
	*cap = next;
	return wide;
}

bool mm_filter_shape_part(struct mm_filter_shape *s, enum mm_part_kind kind, uint32_t rings)
{
	if (s->parts == s->part_cap && !(s->part = grow(s->m, s->part, &s->part_cap, sizeof(*s->part))))
		return false;
	s->part[s->parts++] = (uint32_t)kind << 30 | rings;
	return true;
}

bool mm_filter_shape_ring(struct mm_filter_shape *s, uint32_t vertices)
{
	if (s->rings == s->ring_cap && !(s->ring = grow(s->m, s->ring, &s->ring_cap, sizeof(*s->ring))))
		return false;
	s->ring[s->rings++] = vertices;
	return true;
}

bool mm_filter_shape_vertex(struct mm_filter_shape *s, double x, double y)
{
	const size_t most = s->m->vertices_max ? s->m->vertices_max : MM_FILTER_VERTICES_MAX;

	if (++s->m->vertices > most) {
		(void)mm_filter_fail_limit(s->m, "vertices", most);
		return false;
	}
	if (s->vertices == s->vertex_cap && !(s->xy = grow(s->m, s->xy, &s->vertex_cap, 2 * sizeof(double))))
		return false;
	s->xy[2 * (size_t)s->vertices] = x;
	s->xy[2 * (size_t)s->vertices++ + 1] = y;
	return true;
}

struct mm_geom mm_filter_shape_take(const struct mm_filter_shape *s, enum mm_geom_type type)
{
	return (struct mm_geom){.type = type,
				.part = s->part,
				.ring = s->ring,
				.xy = s->xy,
				.part_count = s->parts,
				.ring_count = s->rings,
				.vertex_count = s->vertices};
}
