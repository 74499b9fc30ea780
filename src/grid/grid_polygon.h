#ifndef MM_GRID_GRID_POLYGON_H
#define MM_GRID_GRID_POLYGON_H

#include "grid/grid_points.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One polygon on the tile grid, while it is made to keep the rules: shell first, then holes, without closing
 * points. Zeroed: ready; its room is used again from polygon to polygon.
 */
struct mm_grid_polygon {
	struct mm_grid_points runs;
	struct mm_grid_side *side; /* room of the check */
	size_t side_cap;
	uint32_t left_out; /* holes beyond MM_GRID_RINGS_MAX */
	bool failed;       /* out of memory */
};

enum { MM_GRID_RINGS_MAX = 4096 };

void mm_grid_polygon_clear(struct mm_grid_polygon *p); /* empty again, keeps the room */
void mm_grid_polygon_release(struct mm_grid_polygon *p);

/*
 * Adds a ring, closed or not: repeats and spikes are cut off, points on a straight side left out, a ring
 * without area altogether; the direction is set (shell clockwise as seen with y to the south, hole the other
 * way). A hole without a shell before it is left out, and so are holes beyond MM_GRID_RINGS_MAX rings.
 */
void mm_grid_polygon_add(struct mm_grid_polygon *p, const int32_t *xy, size_t count);

/* The same for a ring without repeats and spikes, whose points on a straight side stay: a neighbour has them.
 */
void mm_grid_polygon_add_whole(struct mm_grid_polygon *p, const int32_t *xy, size_t count);

/*
 * True when no two sides touch but neighbours at their common end, every hole lies in the shell, and none in
 * another: a valid polygon. False also for polygons that are valid because rings touch in single points.
 * Exact.
 *
 * Cost: sorted sides, each against those that overlap it on the axis where the sides are shorter.
 */
bool mm_grid_polygon_is_simple(struct mm_grid_polygon *p);

/* Twice the signed area by the shoelace formula; positive: clockwise as seen with y to the south. */
int64_t mm_grid_area2(const int32_t *xy, size_t count);

#endif
