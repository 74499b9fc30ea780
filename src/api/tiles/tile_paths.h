#ifndef MM_API_TILE_PATHS_H
#define MM_API_TILE_PATHS_H

#include "api/tiles/tile_cache.h"
#include "http/route.h"

/*
 * Which tile a path means, as long as the catalog stays: most tiles that are asked for are in the cache, and
 * to take a path apart and find its key takes longer than to send them. A few thousand paths; of two that
 * meet in a place the later stays. Any thread.
 */
struct mm_tile_paths;

struct mm_tile_paths *mm_tile_paths_new(void);                     /* NULL: out of memory */
struct mm_tile_paths *mm_tile_paths_free(struct mm_tile_paths *p); /* NULL allowed; returns NULL */

struct mm_known_tile {
	struct mm_tile_key key; /* but for `packed` */
	unsigned packings;      /* that it can have: bits of enum mm_encoding */
	const struct mm_route *route;
};

/* Keeps what a request's path means.
 *
 * turn  of the catalog (mm_catalog_turn), read before it was taken
 *
 * Nothing is kept of a path that could have been written otherwise, or is long. */
void mm_tile_paths_put(struct mm_tile_paths *p, uint64_t turn, const char *path,
		       const struct mm_known_tile *known);

/* False, ret untouched: it is not there, or was so in another turn. target  n bytes as they came */
bool mm_tile_paths_find(struct mm_tile_paths *p, uint64_t turn, const char *target, size_t n,
			struct mm_known_tile *ret);

#endif
