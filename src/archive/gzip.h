#ifndef MM_ARCHIVE_GZIP_H
#define MM_ARCHIVE_GZIP_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Gzip of whole buffers. The same bytes and level always give the same gzip. One thread at a time. */
struct mm_gzip;
struct mm_gzip *mm_gzip_new(int level);          /* 1..12; NULL: out of memory */
struct mm_gzip *mm_gzip_free(struct mm_gzip *g); /* NULL allowed; returns NULL */

/* Appends the gzip of n bytes. MM_E_NOMEM: also when `out` would pass its maximum. */
MM_MUST_USE enum mm_code mm_gzip_put(struct mm_gzip *g, const void *bytes, size_t n, struct mm_buf *out,
				     struct mm_err *reterr);

/* True when bytes begin as gzip does; no vector tile does so. */
bool mm_is_gzip(const void *bytes, size_t n);

/* Appends what one gzip member holds, for bytes from anywhere.
 *
 * MM_E_DATA   not gzip, cut off, or its checksum is wrong
 * MM_E_LIMIT  more than `out` may take
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_gunzip(const void *bytes, size_t n, struct mm_buf *out, struct mm_err *reterr);

#endif
