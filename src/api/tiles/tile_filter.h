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
	bool is_there;                                       /* of a condition that some rows do not meet */
	const unsigned char *only[MM_TILE_LAYERS_MAX];       /* for struct mm_tile_ask, */
	const struct mm_level *clusters[MM_TILE_LAYERS_MAX]; /* and so these, once they have been found */
	struct mm_shared *rows[MM_TILE_LAYERS_MAX], *made[MM_TILE_LAYERS_MAX]; /* what they are in; owned */
	uint64_t rows_hash[MM_TILE_LAYERS_MAX];
	size_t count;  /* of all these: layers that have been looked at */
	uint64_t hash; /* of which rows match, for the key of a tile */
};

/*
 * Reads them into what is zeroed; nothing is there without one. Release it either way.
 *
 * MM_E_INVALID  a condition does not fit a layer: the message names it
 * MM_E_BUSY     it takes too long
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_tile_filter_read(struct mm_tile_filter *f, const struct mm_api *api,
					     const struct mm_request *r, const struct mm_tile_set *set,
					     struct mm_err *reterr);

/*
 * Finds the clusters of the rows that match, of those layers of the set that have them at the zoom. They are
 * made of the whole layer at once, so that neighbouring tiles agree, and remembered as the rows are; those
 * that are larger than a part of the cache, some 100 000 at one zoom, only for the tiles that wait for them.
 * Of too many rows there are none (store/cluster_level.h): points are drawn themselves.
 *
 * deadline_ns  monotonic clock
 *
 * MM_E_BUSY   it takes too long
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_tile_filter_clusters(struct mm_tile_filter *f, const struct mm_api *api,
						 const struct mm_tile_set *set, unsigned zoom,
						 int64_t deadline_ns, struct mm_arena *mem,
						 struct mm_err *reterr);
void mm_tile_filter_release(struct mm_tile_filter *f);

/* Their names, for mm_request_only. */
#define MM_TILE_FILTER_PARAMS "filter", "filter-lang", "filter-crs", "bbox", "bbox-crs", "datetime"

#endif
