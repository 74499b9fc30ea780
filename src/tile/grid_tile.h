#ifndef MM_TILE_GRID_TILE_H
#define MM_TILE_GRID_TILE_H

#include "base/err.h"
#include "geo/crs.h"
#include "geo/tile_matrix_set.h"

/* One tile of a tile matrix set that is not the Web Mercator square. All pointers are borrowed. */
struct mm_grid_tile {
	const struct mm_tile_matrix_set *set;
	const struct mm_tile_matrix *matrix;
	uint32_t row, col;
	struct mm_proj *proj; /* for the time of the call */
};

/*
 * Reads the three pieces of a tile's address, row before column, in a set: `ret` gets set, matrix, row and
 * col.
 *
 * MM_E_INVALID    row or column is not a plain number (where: "tileRow", "tileCol")
 * MM_E_NOT_FOUND  no such matrix, or outside it
 */
MM_MUST_USE enum mm_code mm_grid_tile_parse(const struct mm_tile_matrix_set *set, const char *matrix,
					    const char *row, const char *col, struct mm_grid_tile *ret,
					    struct mm_err *reterr);

#endif
