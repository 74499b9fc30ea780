#ifndef MM_GRID_SHAPE_OUT_H
#define MM_GRID_SHAPE_OUT_H

#include "grid/shape.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* What the halves of shape.c share. */

/* Room for the result's first run; NULL: out of memory, and `failed` is set. */
int32_t *mm_shape_begin_run(struct mm_shape *s, size_t points);

/* Adds one run of points to the result. */
void mm_shape_add_run(struct mm_shape *s, const int32_t *xy, size_t count);

/* Rounds to the grid without consecutive repeats, into s->grid; returns the count, 0 also when memory ran out
 * (failed is set). Halves go up, so that a point has the same place in neighbouring tiles. */
size_t mm_shape_round(struct mm_shape *s, const double *xy, size_t count);

/* Where a run of points comes from: the world square, or places in the tile that somebody has worked out. */
struct mm_shape_from {
	const struct mm_world *world; /* NULL: take `tile` */
	const double *tile;           /* x, y pairs in tile units */
};

/* Adds n points, in tile units, to s->one, whose `failed` says that memory ran out. */
void mm_shape_place(struct mm_shape *s, struct mm_shape_from from, uint32_t n);

/* Adds one polygon part of a geometry: cut, simplified, rounded, repaired where that has broken it. */
void mm_shape_add_polygon(struct mm_shape *s, struct mm_shape_from from, const uint32_t *ring,
			  uint32_t ring_count);

/* How much of the result there is. */
struct mm_shape_mark {
	size_t points, rings;
};

static inline struct mm_shape_mark mm_shape_mark(const struct mm_shape *s)
{
	return (struct mm_shape_mark){s->runs.count, s->runs.ring_count};
}

/* True when what has been drawn of a polygon since the mark is less than two units broad on the whole: then
 * its original area should be looked at. */
bool mm_shape_is_thin(const struct mm_shape *s, struct mm_shape_mark had);

/* Area of a closed ring, square units. */
double mm_shape_ring_area(const struct mm_points *ring);

/*
 * Draws something thin with an area of half a pixel or more as a band of one unit along its shell, so that
 * nothing of a pixel's size vanishes: instead of the splinters that have been drawn since the mark, or, where
 * it has broader places that these show, besides them.
 *
 * ring  the shell, closed, placed and cut: s->one or s->two, spent afterwards
 * area  of the polygon in the window, square units
 */
void mm_shape_add_thin(struct mm_shape *s, struct mm_shape_mark had, const struct mm_points *ring,
		       double area);

static inline double mm_shape_x(const struct mm_shape *s, struct mm_shape_from from, size_t i)
{
	return from.world ? (from.world[i].x - s->origin_x) * s->scale : from.tile[2 * i];
}

static inline double mm_shape_y(const struct mm_shape *s, struct mm_shape_from from, size_t i)
{
	return from.world ? (from.world[i].y - s->origin_y) * s->scale : from.tile[2 * i + 1];
}

static inline struct mm_shape_from mm_shape_skip(struct mm_shape_from from, size_t n)
{
	if (from.world)
		from.world += n;
	else
		from.tile += 2 * n;
	return from;
}

#endif
