#ifndef MM_HTTP_KEPT_PRIVATE_H
#define MM_HTTP_KEPT_PRIVATE_H

#include "http/kept.h"
#include "http/response.h"

#include <stdbool.h>

#include <microhttpd.h>

/* Shared by kept.c, reply.c and send.c. */

/* The contents, or 304 to the tag of the plain or of the packed bytes. */
enum mm_kept_as { MM_KEPT_CONTENT, MM_KEPT_PLAIN_HELD, MM_KEPT_PACKED_HELD, MM_KEPT_COUNT };

/* Whether the answer is one that is kept: the same to all who ask like this. */
bool mm_kept_is_for(const struct mm_response *rs, const struct mm_request *r, enum mm_kept_as *ret);

/* The answer, which lives as long as the caller's reference on `k`; NULL: it was not made yet. */
struct MHD_Response *mm_kept_find(struct mm_kept *k, enum mm_kept_as as);

/* Keeps an answer, and with it the caller's reference. False: another thread was first, nothing is taken. */
bool mm_kept_put(struct mm_kept *k, enum mm_kept_as as, struct MHD_Response *m);

#endif
