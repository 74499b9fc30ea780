#ifndef MM_APP_BAKE_WALK_H
#define MM_APP_BAKE_WALK_H

#include "grid/tile_id.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is to be baked. All pointers are borrowed. */
struct mm_bake {
	const struct mm_layer *const *layer;
	const bool *is_label; /* entry i is the labels of its layer (tile/tile.h) */
	size_t layer_count;
	unsigned min_zoom, max_zoom; /* <= MM_TILE_MAX_ZOOM */
	size_t budget_bytes;         /* of a tile, packed; 0: the usual */
};

/* Tiles of one zoom below one of their ancestors: places first to end - 1 along the Hilbert curve
 * (archive/tile_number.h). */
struct mm_bake_unit {
	unsigned zoom;
	uint64_t first, end;
};

/* Goes over all units in the order of their tiles. Start with {.zoom = min_zoom}. One thread at a time. */
struct mm_bake_walk {
	unsigned zoom;
	uint64_t place; /* of the next ancestor */
};

/* The next unit that may hold data; false: there are no more. */
bool mm_bake_walk_next(const struct mm_bake *b, struct mm_bake_walk *w, struct mm_bake_unit *ret);

/* The next tile of a unit at or behind *place that may hold data, in *place and *ret_id; false: there are no
 * more. Any thread.
 *
 * Cost: one search for the first hit in each layer's index, and one for each ancestor entered on the way. */
bool mm_bake_unit_next(const struct mm_bake *b, const struct mm_bake_unit *u, uint64_t *place,
		       struct mm_tile_id *ret_id);

#endif
