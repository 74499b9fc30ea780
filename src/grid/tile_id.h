#ifndef MM_GRID_TILE_ID_H
#define MM_GRID_TILE_ID_H

#include "base/err.h"
#include "geo/box.h"

#include <stdint.h>

enum { MM_TILE_MAX_ZOOM = 22 };

/* Address of a tile in the XYZ scheme: column x from 180 W, row y from the north. */
struct mm_tile_id {
	uint32_t z, x, y;
};

/*
 * Reads the three pieces of a tile's address: decimal digits without sign or leading zeros.
 *
 * MM_E_INVALID    a piece is not such a number (where: "z", "x" or "y")
 * MM_E_NOT_FOUND  well formed, but outside the matrix: z > 22, or x or y >= 2^z
 */
MM_MUST_USE enum mm_code mm_tile_id_parse(const char *z, const char *x, const char *y, struct mm_tile_id *ret,
					  struct mm_err *reterr);

/* Window of a tile on the world square, grown by `buffer` parts of 4096 on every side and cut at the world's
 * edge. */
struct mm_world_box mm_tile_id_window(struct mm_tile_id id, uint32_t buffer);

/*
 * True when a geometry of that box is not cut at a window but drawn whole, though some of it may lie as far
 * as the `spill`, which holds the window: it sticks out of the window at one side or at opposite ones, so
 * that some of it surely lies inside.
 */
static inline bool mm_tile_stays_whole(const struct mm_world_box *b, const struct mm_world_box *window,
				       const struct mm_world_box *spill)
{
	const bool x_in = b->min_x >= window->min_x && b->max_x <= window->max_x,
		   y_in = b->min_y >= window->min_y && b->max_y <= window->max_y;

	return (x_in && y_in) || ((x_in || y_in) && b->min_x >= spill->min_x && b->max_x <= spill->max_x &&
				  b->min_y >= spill->min_y && b->max_y <= spill->max_y);
}

#endif
