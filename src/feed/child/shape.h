#ifndef MM_FEED_CHILD_SHAPE_H
#define MM_FEED_CHILD_SHAPE_H

#include "base/err.h"
#include "geo/geom.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ogr_api.h>

/*
 * OGR geometries as ours. Coordinates pass bit for bit, Z is kept, M dropped. Curves become line segments of
 * at most 4 degrees of arc (OGR's default; a 100 m radius is met within 6 cm). TIN and PolyhedralSurface
 * become a MultiPolygon of their faces, a Triangle a Polygon; nested collections are flattened; empty members
 * are left out.
 */
struct mm_source_shape {
	bool swap;      /* the source gives north first */
	bool had_curve; /* of the last geometry */
	/* the rest is private: buffers used again for each geometry */
	uint32_t *part, *ring;
	double *xy, *z;
	size_t part_count, ring_count, vertex_count;
	size_t part_cap, ring_cap, xy_cap, z_cap;
	bool has_z, failed;
};

void mm_source_shape_init(struct mm_source_shape *s, bool swap);
void mm_source_shape_release(struct mm_source_shape *s);

/* `g` may be NULL: a row without geometry. `ret` lives until the next call.
 *
 * MM_E_NOMEM
 * MM_E_LIMIT  nested deeper than 32, or 2^30 vertices */
MM_MUST_USE enum mm_code mm_source_shape_read(struct mm_source_shape *s, OGRGeometryH g, struct mm_geom *ret,
					      struct mm_err *reterr);

/* A point from two numbers. */
void mm_source_shape_point(struct mm_source_shape *s, double x, double y, struct mm_geom *ret);

#endif
