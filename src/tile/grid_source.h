#ifndef MM_TILE_GRID_SOURCE_H
#define MM_TILE_GRID_SOURCE_H

#include "geo/clip.h"
#include "store/layer.h"
#include "tile/grid_tile.h"

/*
 * The rows of a layer as they lie in one tile of another grid: exact geometry, transformed vertex by vertex
 * from the source's system to the grid's, in tile units with y to the south. Where the source's system is the
 * grid's, coordinates are the source's own. Straight edges get points where the transformation bends them by
 * more than a quarter of a pixel.
 *
 * Zeroed: ready; its room is used again from layer to layer. Not thread-safe.
 */
struct mm_grid_source {
	const struct mm_layer *layer;
	const struct mm_transform *to_grid;
	double origin_x, origin_y, scale;
	bool is_identity, is_world_fine, is_degrees;
	struct mm_box reach;    /* tile units: what an edge must come near to matter */
	struct mm_points xy;    /* a row, one point a vertex */
	struct mm_points dense; /* the same with the points added to edges */
	uint32_t *ring;         /* of `dense` */
	size_t ring_cap;
	uint64_t unplaced; /* rows with vertices outside the domain of the grid's system */
	bool failed;       /* out of memory */
};

void mm_grid_source_release(struct mm_grid_source *s);

/* Begins a tile of a layer.
 *
 * MM_E_INVALID  PROJ knows no way from the layer's system to the grid's */
MM_MUST_USE enum mm_code mm_grid_source_open(struct mm_grid_source *s, const struct mm_grid_tile *t,
					     const struct mm_layer *l, struct mm_err *reterr);

/* Places a row; false when it is not near the tile, cannot be placed, or memory ran out (failed). `ret`
 * points into *s until the next call. Cost: 0.5 microseconds a vertex where PROJ has to transform it. */
bool mm_grid_source_place(struct mm_grid_source *s, uint32_t row, struct mm_geom *ret,
			  struct mm_box *ret_box);

#endif
