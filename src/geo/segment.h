#ifndef MM_GEO_SEGMENT_H
#define MM_GEO_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Straight pieces in a plane; points are x, y. A piece may be one point. */

/* The square of the distance of a point from the piece from a to b. */
double mm_segment_point2(const double *a, const double *b, double x, double y);

/* The square of the least distance of two pieces; 0 where they cross. */
double mm_segment_gap2(const double *a, const double *b, const double *c, const double *d);

/* Whether a ring crosses the ray from a point to the east an odd number of times; closed or not. */
bool mm_ring_holds(const double *xy, uint32_t count, double x, double y);

#endif
