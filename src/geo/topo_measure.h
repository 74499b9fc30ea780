#ifndef MM_GEO_TOPO_MEASURE_H
#define MM_GEO_TOPO_MEASURE_H

#include "base/arena.h"
#include "geo/topo_relate.h"

#include <stdbool.h>

/* Measures in the plane of the coordinates, in their unit. */

/* Of polygons, holes taken off; 0 of what has none. */
double mm_geom_area(const struct mm_geom *g);

/* Of lines; 0 of what has none: the outline of a polygon is not its length. */
double mm_geom_length(const struct mm_geom *g);

/* The least distance between a geometry and one that is ready; < 0: NULL, EMPTY, past the deadline
 * (mm_topo_is_late), or GEOS gave up. */
double mm_topo_distance(struct mm_topo *t, const struct mm_geom *g, const struct mm_topo_shape *other);

/* Whether it is at most `distance`: 1, 0, or -1 as above. Boxes that are farther apart settle it. */
int mm_topo_is_within(struct mm_topo *t, const struct mm_geom *g, const struct mm_topo_shape *other,
		      double distance);

/*
 * All points within `distance` of the geometry; of polygons with a negative distance, those that lie so deep
 * inside. Arcs are drawn with 32 pieces a quarter: they lie within 0.03 % of the distance.
 *
 * GEOS 3.11 does not free what it was at work with when the deadline ends it: some 150 bytes a vertex.
 *
 * mem  owns *ret: a polygon, a multipolygon, or EMPTY
 *
 * MM_E_INVALID  a coordinate is not a number below 1e9 in size, or GEOS gave up
 * MM_E_BUSY     past the deadline, or there is one and it would take some 10 s: thousands of edges that come
 *               within reach of each other
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_topo_buffer(struct mm_topo *t, const struct mm_geom *g, double distance,
					struct mm_arena *mem, struct mm_geom *ret, struct mm_err *reterr);

/* The centroid of its parts of the highest dimension; it may lie outside of them. False: NULL or EMPTY. */
bool mm_topo_centroid(struct mm_topo *t, const struct mm_geom *g, double ret_xy[2]);

#endif
