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

#endif
