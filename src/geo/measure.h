#ifndef MM_GEO_MEASURE_H
#define MM_GEO_MEASURE_H

#include "geo/geom.h"

/* Lengths and areas in the plane of the coordinates: in metres when those are of a metric system. */

/* Length of all lines; the outlines of polygons are none. */
double mm_measure_length(const struct mm_geom *g);

/* Area of all polygons, which are valid: their shells less their holes. */
double mm_measure_area(const struct mm_geom *g);

/* What a line measures, or a ring of a polygon, of n vertices; not negative. */
typedef double mm_measure_fn(const double *xy, uint32_t n);

/* The sum of it over all lines, or over all rings of polygons, holes taken away; parts of other kinds are
 * passed by. */
double mm_measure_sum(const struct mm_geom *g, enum mm_part_kind kind, mm_measure_fn *of);

/* The least distance of a point from a geometry: 0 within a polygon (even-odd rule, holes are outside).
 * HUGE_VAL: NULL or EMPTY. Vertices that are not finite are as if they were not there, with their edges. */
double mm_measure_distance(const struct mm_geom *g, double x, double y);

#endif
