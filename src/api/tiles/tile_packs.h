#ifndef MM_API_TILE_PACKS_H
#define MM_API_TILE_PACKS_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Packs small tiles as gzip by codes (http/igzip.h) that were learned from the first tiles of their kind;
 * those, and large ones, are packed by codes of their own. What is unpacked is always the same; the packed
 * bytes of a tile depend on what was asked for before it. Any thread.
 */
struct mm_tile_packs;

struct mm_tile_packs *mm_tile_packs_new(void);                     /* NULL: out of memory */
struct mm_tile_packs *mm_tile_packs_free(struct mm_tile_packs *p); /* NULL allowed; returns NULL */

/* kind  hash of what is alike in tiles: layers, encoding, zoom
 * Errors are those of mm_compress_quick. */
MM_MUST_USE enum mm_code mm_tile_packs_gzip(struct mm_tile_packs *p, uint64_t kind, const void *bytes,
					    size_t n, struct mm_buf *out, struct mm_err *reterr);

#endif
