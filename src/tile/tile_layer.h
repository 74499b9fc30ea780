#ifndef MM_TILE_TILE_LAYER_H
#define MM_TILE_TILE_LAYER_H

#include "encode/mlt.h"
#include "encode/mvt.h"
#include "tile/tile.h"

/* One layer of a tile in the encoding asked for: one of the two. See encode/mvt.h for what each does. */
struct mm_tile_layer {
	struct mm_mvt_layer *mvt;
	struct mm_mlt_layer *mlt;
};

bool mm_tile_layer_init(struct mm_tile_layer *t, enum mm_tile_encoding e,
			const struct mm_layer *l); /* false: out of memory */
void mm_tile_layer_release(struct mm_tile_layer *t);
void mm_tile_layer_add(struct mm_tile_layer *t, uint32_t row, const struct mm_mvt_geom *g);
size_t mm_tile_layer_count(const struct mm_tile_layer *t);
size_t mm_tile_layer_bytes(const struct mm_tile_layer *t);
void mm_tile_layer_put(const struct mm_tile_layer *t, struct mm_buf *out);

#endif
