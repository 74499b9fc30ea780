#ifndef MM_HTTP_ETAG_H
#define MM_HTTP_ETAG_H

#include "base/arena.h"
#include "http/compress.h"

#include <stdbool.h>

/*
 * Entity tags. The handler gives an opaque text; each encoding of the same content has its own tag, as the
 * bytes differ (RFC 9110 8.8.3.3): "v", "v-gz", "v-br", "v-zst".
 */

/* True when the text may stand between the quotes of a tag. */
bool mm_etag_is_valid(const char *etag);

/* The quoted tag of one encoding, in `mem`; NULL at its cap. */
const char *mm_etag_format(struct mm_arena *mem, const char *etag, enum mm_encoding encoding);

/*
 * If-None-Match against a tag, weakly (RFC 9110 13.1.2): true when the client holds this content in an
 * encoding that it accepts now.
 *
 * if_none_match  header value, NULL: false; "*" matches everything
 * accepted       bit set of 1u << enum mm_encoding
 * ret            encoding of the tag that matched; written only on true
 */
bool mm_etag_match(const char *if_none_match, const char *etag, unsigned accepted, enum mm_encoding *ret);

#endif
