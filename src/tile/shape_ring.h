#ifndef MM_TILE_SHAPE_RING_H
#define MM_TILE_SHAPE_RING_H

#include "geo/mercator.h"
#include "tile/shape.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The polygon half of shape.c, and what it shares with lines. */

/* Douglas and Peucker ("Algorithms for the reduction of the number of points", 1973) in place on x, y pairs;
 * first and last point stay, and of a closed ring also the point farthest from them. Returns the new count.
 */
size_t mm_ring_simplify(double *xy, size_t count, double tolerance);

/* Rounds to whole numbers without consecutive repeats. The caller frees; NULL: out of memory. */
int32_t *mm_ring_round(const double *xy, size_t count, size_t *ret_count);

/* Adds one run of points to the result. */
void mm_shape_add_ring(struct mm_shape *s, const int32_t *xy, size_t count);

/* Adds one polygon part of a geometry: cut, simplified, rounded, repaired where rounding has broken it. */
void mm_shape_add_polygon(struct mm_shape *s, const struct mm_world *point, const uint32_t *ring,
			  uint32_t ring_count);

#endif
