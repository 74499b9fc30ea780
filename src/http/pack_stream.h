#ifndef MM_HTTP_PACK_STREAM_H
#define MM_HTTP_PACK_STREAM_H

#include "base/buf.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>

/* Packing of a body that comes in pieces: one gzip member or one zstd frame over all of them, since browsers
 * read no second one. Not thread-safe. */
struct mm_pack_stream;

/* What this can do: bit set for mm_codings_choose. */
enum { MM_PACK_STREAM_ENCODINGS = 1u << MM_ENCODING_GZIP | 1u << MM_ENCODING_ZSTD };

/* At a quick level. NULL: out of memory. Takes 270 kB (gzip) or 1 MB (zstd). */
struct mm_pack_stream *mm_pack_stream_new(enum mm_encoding encoding);
struct mm_pack_stream *mm_pack_stream_free(struct mm_pack_stream *p); /* NULL allowed; returns NULL */

/* Appends what `n` bytes become, which may be nothing yet; with `is_last` all that is left. False: `out` is
 * full, or out of memory. */
bool mm_pack_stream_put(struct mm_pack_stream *p, const void *bytes, size_t n, bool is_last,
			struct mm_buf *out);

#endif
