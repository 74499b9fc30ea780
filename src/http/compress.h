#ifndef MM_HTTP_COMPRESS_H
#define MM_HTTP_COMPRESS_H

#include "base/buf.h"
#include "base/err.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>

/* Content encodings (RFC 9110 8.4.1, 7932, 8878): choosing, packing, unpacking. No state, any thread. */

enum {
	MM_ENCODINGS_ALL = (1u << MM_ENCODING_COUNT) - 1u,
	MM_COMPRESS_MIN = 1024 /* bytes; less fits one packet either way */
};

/* "gzip", "br", "zstd"; "identity" for none. */
const char *mm_encoding_name(enum mm_encoding encoding);

/* The encoding of that name; MM_ENCODING_NONE for NULL and for names that are not known. */
enum mm_encoding mm_encoding_find(const char *name);

/* What an Accept-Encoding says (RFC 9110 12.5.3): qualities 0 to 1000 of each encoding; -1: it does not name
 * it. */
struct mm_codings {
	int quality[MM_ENCODING_COUNT], any;
	bool is_said; /* there is such a header */
};

/* What was read last, for whoever reads the same again: clients say the same with each request. */
struct mm_codings_memo {
	char text[64]; /* "": nothing */
	struct mm_codings codings;
};

/* NULL: there is none. */
struct mm_codings mm_codings_read(const char *accept_encoding);

/* What the client of this request says. Read once: the answer asks for it in several places. */
const struct mm_codings *mm_request_codings(const struct mm_request *r);

/* Whether If-None-Match of a request that only reads names the tag of these contents, and of which packing of
 * them. Found out once for a tag. */
bool mm_request_held(const struct mm_request *r, const char *etag, enum mm_encoding *ret);

/* Bit set of the encodings that are allowed; identity is always in it. */
unsigned mm_codings_accepted(const struct mm_codings *c);

/* The best of `available` (bit set): highest quality, at equal quality zstd before br before gzip before
 * none: in that order they are cheap for their size. */
enum mm_encoding mm_codings_choose(const struct mm_codings *c, unsigned available);

/* True for media types whose bytes shrink: text, JSON, XML, vector tiles, fonts that are not packed yet. */
bool mm_compressible(const char *media_type);

/*
 * Packs n bytes into `out` (cleared first; its maximum bounds the result). Large inputs get a faster level.
 *
 * MM_E_LIMIT  does not fit out->max
 * MM_E_NOMEM  out of memory
 */
MM_MUST_USE enum mm_code mm_compress(enum mm_encoding encoding, const void *bytes, size_t n,
				     struct mm_buf *out, struct mm_err *reterr);

/* The same where time is dearer than a few bytes: for what somebody waits for while it is made. */
MM_MUST_USE enum mm_code mm_compress_quick(enum mm_encoding encoding, const void *bytes, size_t n,
					   struct mm_buf *out, struct mm_err *reterr);

/*
 * Unpacks gzip or zstd, for a client that does not take what the cache holds.
 *
 * MM_E_INVALID  br (its decoder is not linked) or broken bytes
 * MM_E_LIMIT    more than out->max bytes
 * MM_E_NOMEM    out of memory
 */
MM_MUST_USE enum mm_code mm_decompress(enum mm_encoding encoding, const void *bytes, size_t n,
				       struct mm_buf *out, struct mm_err *reterr);

#endif
