#ifndef MM_GEO_TILE_GRID_H
#define MM_GEO_TILE_GRID_H

#include "base/arena.h"
#include "base/err.h"
#include "geo/crs.h"
#include "geo/tile_matrix_set.h"

/* A grid as somebody declares it: what is zero or NULL is chosen. */
struct mm_tile_grid {
	const char *id, *title_ru, *title_en;
	const char *crs; /* any form that mm_crs_parse takes */
	const struct mm_tile_matrix_set
	    *ready; /* laid out elsewhere: taken as it is; NULL: by what follows */
	bool has_origin;
	double origin_x, origin_y; /* top left corner, x east, y north, units of the system */
	double cell_size;          /* of the first matrix, units of the system */
	double scale_denominator;  /* the same in other words */
	unsigned tile_size;        /* cells; 256 */
	unsigned matrices;         /* each with cells half the size of the one before */
	enum mm_tile_grid_axes { MM_AXES_AUTHORITY, MM_AXES_EAST_NORTH, MM_AXES_NORTH_EAST } axes;
};

enum { MM_TILE_GRID_CELLS_MAX = 4096, MM_TILE_GRID_WIDTH_MAX = 1 << 26 };

/*
 * Makes the tile matrix set of a declared grid over some data. The data's extent is taken within the area of
 * use of the system, so that a feature far off does not make the grid coarse. Without a size of cells the
 * first matrix has one tile that holds the extent, and cells of 1 m (or as many degrees) times a power of
 * two; without a number of matrices they go on to cells of 1 m. Without an origin it is the extent's top
 * left corner, moved out to a whole eighth of the first tile.
 *
 * data_deg  extent in lon/lat; may be empty when the area of use of the system is known
 * mem       holds the set
 *
 * MM_E_NOT_FOUND  neither data nor an area of use: nothing to lay a grid over
 * MM_E_INVALID    not a system, the origin lies beyond the data, or a matrix would have more than
 *                 MM_TILE_GRID_WIDTH_MAX tiles a side
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_tile_grid_build(const struct mm_tile_grid *g, struct mm_proj *p,
					    const struct mm_box *data_deg, struct mm_arena *mem,
					    struct mm_tile_matrix_set *ret, struct mm_err *reterr);

/* Metres that a unit of the system stands for in scale denominators: for degrees on the equator of WGS 84
 * (17-083r4, 6.2). */
double mm_tile_grid_unit_m(const struct mm_crs *crs);

#endif
