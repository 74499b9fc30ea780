#ifndef MM_GEO_GEOM_H
#define MM_GEO_GEOM_H

#include "geo/box.h"
#include "geo/mercator.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* OGC simple feature types by their WKB numbers; NULL is "no geometry at all". */
enum mm_geom_type {
	MM_GEOM_NULL = 0,
	MM_GEOM_POINT,
	MM_GEOM_LINE,
	MM_GEOM_POLYGON,
	MM_GEOM_MULTIPOINT,
	MM_GEOM_MULTILINE,
	MM_GEOM_MULTIPOLYGON,
	MM_GEOM_COLLECTION,
	MM_GEOM_TYPE_COUNT
};

enum mm_part_kind { MM_PART_POINTS, MM_PART_LINE, MM_PART_POLYGON };

/*
 * One geometry, seen in place: parts of rings of points. All pointers are borrowed.
 *
 * A part is a set of points (one ring holding them all), a line (one ring), or a polygon (shell, then holes).
 * A point or multipoint is one part; a line one part; a multiline one part a line; a polygon one part; a
 * collection is its members flattened to parts in order. No parts: EMPTY (or NULL by type). Rings of polygons
 * are closed: first and last point are equal, as the source had it.
 */
struct mm_geom {
	enum mm_geom_type type;
	const uint32_t *part; /* part_count entries: kind << 30 | number of rings */
	const uint32_t *ring; /* vertices of each ring, all parts in order */
	const double *xy;     /* x, y, x, y ... */
	const double *z;      /* one a vertex, or NULL */
	uint32_t part_count, ring_count, vertex_count;
};

/* The same on the world square (mercator.h). */
struct mm_world_geom {
	enum mm_geom_type type;
	const uint32_t *part, *ring;
	const struct mm_world *point;
	uint32_t part_count, ring_count, vertex_count;
};

static inline enum mm_part_kind mm_part_kind(uint32_t part)
{
	return (enum mm_part_kind)(part >> 30);
}

static inline uint32_t mm_part_rings(uint32_t part)
{
	return part & 0x3fffffffu;
}

/* "Point" ... "GeometryCollection", as GeoJSON and WKT spell them; "null" for NULL. */
const char *mm_geom_type_name(enum mm_geom_type type);

/* 0 points, 1 lines, 2 polygons, -1 NULL or an empty collection; a collection counts its highest. */
int mm_geom_dimension(const struct mm_geom *g);

/* True when a set of types (1u << enum mm_geom_type) has some with lines, or with polygons; a collection may.
 */
static inline bool mm_geom_types_have_lines(unsigned types)
{
	return types & (1u << MM_GEOM_LINE | 1u << MM_GEOM_MULTILINE | 1u << MM_GEOM_COLLECTION);
}

static inline bool mm_geom_types_have_polygons(unsigned types)
{
	return types & (1u << MM_GEOM_POLYGON | 1u << MM_GEOM_MULTIPOLYGON | 1u << MM_GEOM_COLLECTION);
}

/* Box of all vertices; empty for NULL and EMPTY. */
struct mm_box mm_geom_box(const struct mm_geom *g);

/* Twice the signed area of a closed ring by the shoelace formula about its first point: positive when it runs
 * counter-clockwise with y to the north. */
double mm_ring_area2(const double *xy, uint32_t vertex_count);

/*
 * True when any point of the geometry lies in or on the box: exact on the coordinates as doubles, also for
 * invalid polygons (even-odd rule), for sizes between 1e-100 and 1e100. The box may have infinite edges. NULL
 * and EMPTY: false. Cost: one pass over the vertices.
 */
bool mm_geom_meets_box(const struct mm_geom *g, const struct mm_box *b);

#endif
