#ifndef MM_GRID_WORLD_RUN_H
#define MM_GRID_WORLD_RUN_H

#include "geo/mercator.h"

#include <stdint.h>

/* A point, line or ring of few vertices, told from the first: within 2^15 units of the world square (300 m at
 * the equator) by short numbers, within 2^30 by long ones. */
struct mm_world_run {
	struct mm_world first;
	const int16_t *near; /* x, y of each other vertex, from the first; NULL: they are in `far` */
	const int32_t *far;
	uint32_t count;           /* with the first */
	const uint8_t *from_zoom; /* of a line: the zoom from which each vertex is drawn; else NULL */
};

enum { MM_WORLD_RUN_MAX = 1 << 10 /* vertices */, MM_WORLD_RUN_FAR = 1 << 30 };

/* How far vertex `i` lies from the first; axis 0: x, 1: y. */
static inline int32_t mm_world_run_off(const struct mm_world_run *r, uint32_t i, int axis)
{
	const size_t at = 2 * (size_t)i - 2 + (size_t)axis;

	return i == 0 ? 0 : r->near ? r->near[at] : r->far[at];
}

static inline struct mm_world mm_world_run_at(const struct mm_world_run *r, uint32_t i)
{
	return (struct mm_world){(uint32_t)((int64_t)r->first.x + mm_world_run_off(r, i, 0)),
				 (uint32_t)((int64_t)r->first.y + mm_world_run_off(r, i, 1))};
}

#endif
