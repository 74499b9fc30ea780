#ifndef MM_API_TILE_FILTER_H
#define MM_API_TILE_FILTER_H

#include "api/tiles/tile_set.h"
#include "base/shared.h"

/*
 * The conditions of a request for tiles: filter, filter-lang, filter-crs, bbox, bbox-crs and datetime mean
 * what they mean of items (api/items_ask.c), for each layer of the tile. Which rows match is found once for
 * all tiles, and remembered beside them.
 */
struct mm_tile_filter {
	bool is_there;                                 /* of a condition that some rows do not meet */
	const unsigned char *only[MM_TILE_LAYERS_MAX]; /* for struct mm_tile_ask */
	struct mm_shared *rows[MM_TILE_LAYERS_MAX];    /* what these point into; owned */
	uint64_t hash;                                 /* of which rows match, for the key of a tile */
};

/*
 * Reads them; nothing is there without one. Release it either way.
 *
 * MM_E_INVALID  a condition does not fit a layer: the message names it
 * MM_E_BUSY     it takes too long
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_tile_filter_read(struct mm_tile_filter *f, const struct mm_api *api,
					     const struct mm_request *r, const struct mm_tile_set *set,
					     struct mm_err *reterr);
void mm_tile_filter_release(struct mm_tile_filter *f);

/* Their names, for mm_request_only. */
#define MM_TILE_FILTER_PARAMS "filter", "filter-lang", "filter-crs", "bbox", "bbox-crs", "datetime"

#endif
