#ifndef MM_TESTS_UNIT_GEO_GEOM_WKT_H
#define MM_TESTS_UNIT_GEO_GEOM_WKT_H

/* Geometries for tests from WKT, read by GEOS. */

#include "base/arena.h"
#include "geo/geom.h"

#include <geos_c.h>

#include <string.h>

struct wkt_sink {
	struct mm_arena *mem;
	uint32_t part[4096], ring[4096];
	double *xy;
	struct mm_geom g;
};

static inline void wkt_ring(GEOSContextHandle_t c, struct wkt_sink *s, const GEOSGeometry *line, bool joins)
{
	const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(c, line);
	unsigned n = 0;

	(void)GEOSCoordSeq_getSize_r(c, seq, &n);
	(void)GEOSCoordSeq_copyToBuffer_r(c, seq, s->xy + 2 * s->g.vertex_count, 0, 0);
	s->g.vertex_count += n;
	if (joins)
		s->ring[s->g.ring_count - 1] += n;
	else
		s->ring[s->g.ring_count++] = n;
}

static inline void wkt_part(struct wkt_sink *s, enum mm_part_kind kind, unsigned rings)
{
	s->part[s->g.part_count++] = (uint32_t)kind << 30 | rings;
}

static inline void wkt_add(GEOSContextHandle_t c, struct wkt_sink *s, const GEOSGeometry *g, bool joins)
{
	int type = GEOSGeomTypeId_r(c, g), n = GEOSGetNumGeometries_r(c, g);

	if (GEOSisEmpty_r(c, g))
		return;
	if (type == GEOS_POINT) {
		if (!joins)
			wkt_part(s, MM_PART_POINTS, 1);
		wkt_ring(c, s, g, joins);
	} else if (type == GEOS_LINESTRING || type == GEOS_LINEARRING) {
		wkt_part(s, MM_PART_LINE, 1);
		wkt_ring(c, s, g, false);
	} else if (type == GEOS_POLYGON) {
		int holes = GEOSGetNumInteriorRings_r(c, g);

		wkt_part(s, MM_PART_POLYGON, 1 + (unsigned)holes);
		wkt_ring(c, s, GEOSGetExteriorRing_r(c, g), false);
		for (int i = 0; i < holes; i++)
			wkt_ring(c, s, GEOSGetInteriorRingN_r(c, g, i), false);
	} else {
		for (int i = 0, done = 0; i < n; i++) {
			const GEOSGeometry *m = GEOSGetGeometryN_r(c, g, i);

			wkt_add(c, s, m, type == GEOS_MULTIPOINT && done > 0);
			done += !GEOSisEmpty_r(c, m);
		}
	}
}

static inline struct mm_geom geom_from_geos(GEOSContextHandle_t c, const GEOSGeometry *g,
					    struct mm_arena *mem)
{
	static const enum mm_geom_type types[] = {MM_GEOM_POINT,        MM_GEOM_LINE,       MM_GEOM_LINE,
						  MM_GEOM_POLYGON,      MM_GEOM_MULTIPOINT, MM_GEOM_MULTILINE,
						  MM_GEOM_MULTIPOLYGON, MM_GEOM_COLLECTION};
	struct wkt_sink *s = mm_arena_alloc(mem, sizeof(*s));

	s->xy = mm_arena_array(mem, (size_t)GEOSGetNumCoordinates_r(c, g) + 1, 2 * sizeof(double));
	wkt_add(c, s, g, false);
	s->g.type = types[GEOSGeomTypeId_r(c, g)];
	s->g.part = s->part;
	s->g.ring = s->ring;
	s->g.xy = s->xy;
	return s->g;
}

/* The WKT must be well formed (rings closed). */
static inline struct mm_geom geom_from_wkt(GEOSContextHandle_t c, const char *wkt, struct mm_arena *mem)
{
	GEOSWKTReader *reader = GEOSWKTReader_create_r(c);
	GEOSGeometry *g = GEOSWKTReader_read_r(c, reader, wkt);
	struct mm_geom ret = {0};

	if (g)
		ret = geom_from_geos(c, g, mem);
	GEOSGeom_destroy_r(c, g);
	GEOSWKTReader_destroy_r(c, reader);
	return ret;
}

#endif
