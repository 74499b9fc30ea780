#ifndef MM_API_TILE_CACHE_H
#define MM_API_TILE_CACHE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/shared.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Tiles that were made, in memory, up to a limit of bytes: the least used leave first (CLOCK). What is asked
 * for by many at once is made once: the others wait. Of a tile that has left, its entity tag stays a while,
 * so that a client that holds it is told so without making it again. Any thread; a hit takes one short lock
 * and copies nothing.
 */
struct mm_tile_cache;
struct mm_kept;

/* bytes_max  of tiles, tags and what keeps them; below 8 MB there may be a megabyte of tags beside it. NULL:
 * out of memory */
struct mm_tile_cache *mm_tile_cache_new(size_t bytes_max);
struct mm_tile_cache *mm_tile_cache_free(struct mm_tile_cache *c); /* NULL allowed; returns NULL */

/* What makes a tile what it is. No padding: compared as bytes. */
struct mm_tile_key {
	uint64_t version; /* of what it is made from and of the code: mm_tile_set_version_at */
	uint64_t more;    /* hash of all else: fields, grid */
	uint32_t z, x, y;
	uint16_t format; /* enum mm_tile_encoding */
	uint16_t packed; /* enum mm_encoding */
};

/* A tile as it is sent. `body` is counted: unref it. */
struct mm_cached_tile {
	struct mm_shared *body; /* NULL: the tile is empty */
	uint64_t etag;          /* hash of its bytes before packing */
	uint64_t dropped;
};

/* Makes a tile that the cache does not have; fills `ret`, whose body the cache takes a reference of. */
typedef enum mm_code mm_tile_make_fn(void *ctx, struct mm_cached_tile *ret, struct mm_err *reterr);

/*
 * The tile of a key. A failure is told to all who wait for it, and not kept.
 *
 * deadline_ns  monotonic clock
 *
 * MM_E_BUSY  another thread has been making it until the deadline
 */
MM_MUST_USE enum mm_code mm_tile_cache_get(struct mm_tile_cache *c, const struct mm_tile_key *key,
					   int64_t deadline_ns, mm_tile_make_fn *make, void *ctx,
					   struct mm_cached_tile *ret, struct mm_err *reterr);

/* The tile of a key, if it is there. *ret_kept: for ready answers with it (http/kept.h), which begin with the
 * second time that it is asked for; NULL before that. Both are the caller's. */
bool mm_tile_cache_find(struct mm_tile_cache *c, const struct mm_tile_key *key, struct mm_cached_tile *ret,
			struct mm_kept **ret_kept);

/* The entity tag of a tile that is there or has been, and *ret_kept as above; false: not known. */
bool mm_tile_cache_etag(struct mm_tile_cache *c, const struct mm_tile_key *key, uint64_t *ret,
			struct mm_kept **ret_kept);

/* Counters for /metrics, Prometheus text. */
void mm_tile_cache_metrics(struct mm_tile_cache *c, struct mm_buf *out);

#endif
