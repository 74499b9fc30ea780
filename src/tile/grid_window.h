#ifndef MM_TILE_GRID_WINDOW_H
#define MM_TILE_GRID_WINDOW_H

#include "store/layer.h"
#include "tile/grid_tile.h"

/*
 * Where to look in a layer's index for what may be in a tile of another grid with its buffer: a box on the
 * world square, never too small. A tile with a pole in it or across the antimeridian gives a band around the
 * world; one that reaches beyond the domain of its system, the whole world.
 *
 * The index knows the box of a feature's vertices: a straight edge in the source's own system bends on the
 * world square, and the box is grown by what the longest edge that the layer can have may bend, up to 2 km
 * (an edge of 200 km at 60 degrees).
 *
 * MM_E_INVALID  PROJ knows no way between the grid's system and degrees
 */
MM_MUST_USE enum mm_code mm_grid_window(const struct mm_grid_tile *t, const struct mm_layer *l,
					struct mm_world_box *ret, struct mm_err *reterr);

#endif
