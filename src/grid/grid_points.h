#ifndef MM_GRID_GRID_POINTS_H
#define MM_GRID_GRID_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs of points on a grid, and room for more. Zeroed: empty. */
struct mm_grid_points {
	int32_t *xy;    /* x, y pairs */
	uint32_t *ring; /* points of each run */
	size_t count, cap, ring_count, ring_cap;
};

/* Makes room for another run of so many points. False: out of memory, nothing has changed. */
bool mm_grid_points_reserve(struct mm_grid_points *p, size_t points);

/* Adds a run. False: out of memory, nothing has changed. */
bool mm_grid_points_add(struct mm_grid_points *p, const int32_t *xy, size_t count);
void mm_grid_points_release(struct mm_grid_points *p);

#endif
