#ifndef MM_GEO_GROUND_H
#define MM_GEO_GROUND_H

#include "geo/geom.h"

/*
 * About how long and large things are, whatever the system of their coordinates: to rank them, or to leave
 * out what is small. In degrees on a sphere, right to a per cent; else in the plane of the system, which Web
 * Mercator stretches. What is measured for people goes through the map's metric system.
 *
 * metres_per_unit  of the system of coordinates; 0: they are degrees, longitude first
 */

/* Metres of all lines; the outlines of polygons are none. */
double mm_ground_length_m(const struct mm_geom *g, double metres_per_unit);

/* Square metres of all polygons, which are valid: their shells less their holes. */
double mm_ground_area_m2(const struct mm_geom *g, double metres_per_unit);

#endif
