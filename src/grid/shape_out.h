#ifndef MM_GRID_SHAPE_OUT_H
#define MM_GRID_SHAPE_OUT_H

#include "grid/shape.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* What the halves of shape.c share. */

/* Adds one run of points to the result. */
void mm_shape_add_run(struct mm_shape *s, const int32_t *xy, size_t count);

/* Rounds to the grid without consecutive repeats, into s->grid; returns the count, 0 also when memory ran out
 * (failed is set). Halves go up, so that a point has the same place in neighbouring tiles. */
size_t mm_shape_round(struct mm_shape *s, const double *xy, size_t count);

/* Adds one polygon part of a geometry: cut, simplified, rounded, repaired where that has broken it. */
void mm_shape_add_polygon(struct mm_shape *s, const struct mm_world *point, const uint32_t *ring,
			  uint32_t ring_count);

static inline double mm_shape_x(const struct mm_shape *s, uint32_t world_x)
{
	return (world_x - s->origin_x) * s->scale;
}

static inline double mm_shape_y(const struct mm_shape *s, uint32_t world_y)
{
	return (world_y - s->origin_y) * s->scale;
}

#endif
