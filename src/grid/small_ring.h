#ifndef MM_GRID_SMALL_RING_H
#define MM_GRID_SMALL_RING_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A ring of few points on the grid, without its closing point: nine polygons in ten of a town are one. All is
 * exact in whole numbers; coordinates stay below 2^30.
 */
enum { MM_SMALL_RING_MAX = 40 };

struct mm_small_ring {
	int32_t xy[MM_SMALL_RING_MAX][2];
	int count;
	bool is_convex; /* known by tidying */
};

/*
 * Takes out repeats, spikes, points on a straight side, and then, the flattest first, corners that lie nearer
 * than `tolerance` units to the line between their neighbours, as long as four remain. Turns the ring
 * clockwise as seen with y to the south. False: it has no area.
 */
bool mm_small_ring_tidy(struct mm_small_ring *r, int tolerance);

/* True when no two sides touch but neighbours at their common end. The ring must be tidy. */
bool mm_small_ring_is_simple(const struct mm_small_ring *r);

#endif
