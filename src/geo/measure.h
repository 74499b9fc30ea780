#ifndef MM_GEO_MEASURE_H
#define MM_GEO_MEASURE_H

#include "geo/geom.h"

/* Lengths and areas in the plane of the coordinates: in metres when those are of a metric system. */

/* Length of all lines; the outlines of polygons are none. */
double mm_measure_length(const struct mm_geom *g);

/* Area of all polygons, which are valid: their shells less their holes. */
double mm_measure_area(const struct mm_geom *g);

/* The least distance of a point from a geometry: 0 within a polygon (even-odd rule, holes are outside).
 * HUGE_VAL: NULL or EMPTY. Vertices that are not finite are as if they were not there, with their edges. */
double mm_measure_distance(const struct mm_geom *g, double x, double y);

#endif
