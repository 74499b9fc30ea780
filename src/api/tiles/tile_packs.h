#ifndef MM_API_TILE_PACKS_H
#define MM_API_TILE_PACKS_H

#include "base/buf.h"
#include "base/err.h"
#include "http/request.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Packs tiles: small ones as gzip by codes (http/igzip.h) that were learned from the first 64 kB of tiles of
 * their kind; those, large ones, and other encodings as mm_compress_quick does. What is unpacked is always
 * the same; the bytes of a small tile as gzip depend on what was asked for before it. Of 256 kinds at a time,
 * 5 MB at most. Any thread.
 */
struct mm_tile_packs;

struct mm_tile_packs *mm_tile_packs_new(void);                     /* NULL: out of memory */
struct mm_tile_packs *mm_tile_packs_free(struct mm_tile_packs *p); /* NULL allowed; returns NULL */

/* kind  hash of what is alike in tiles: layers, encoding, zoom
 * Errors are those of mm_compress_quick. */
MM_MUST_USE enum mm_code mm_tile_packs_pack(struct mm_tile_packs *p, uint64_t kind, enum mm_encoding encoding,
					    const void *bytes, size_t n, struct mm_buf *out,
					    struct mm_err *reterr);

#endif
