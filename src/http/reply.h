#ifndef MM_HTTP_REPLY_H
#define MM_HTTP_REPLY_H

#include "http/kept_private.h"
#include "http/request.h"
#include "http/response.h"

#include <stddef.h>
#include <stdint.h>

enum { MM_REPLY_HEADERS_MAX = MM_HEADERS_MAX + 16 };

/* An answer as it goes out: what a handler filled in, after conditional requests, compression and the headers
 * that every answer has. Date, Content-Length and Connection are the library's. */
struct mm_reply {
	int status;
	struct {
		const char *name, *value;
	} header[MM_REPLY_HEADERS_MAX];
	size_t header_count;
	struct mm_buf body;       /* the bytes, unless `shared` is set */
	struct mm_shared *shared; /* counted bytes; the reply owns one reference */
	struct mm_kept *kept;     /* NULL, or: where it is to be kept; borrowed of the response */
	enum mm_kept_as kept_as;
	struct mm_body_stream *stream; /* instead of both: a body that is made while it is sent; owned */
	int fd;                        /* of a file that is the body, the reply's; -1: none */
	uint64_t file_size;
};

/* Takes over the body and the shared bytes of `rs`. Values of headers live in r->mem. */
void mm_reply_finish(struct mm_reply *ret, struct mm_response *rs, const struct mm_request *r);

void mm_reply_release(struct mm_reply *p);

/* Bytes of the body. */
uint64_t mm_reply_size(const struct mm_reply *p);

/* Value of a header of the answer, NULL when it has none. */
const char *mm_reply_header(const struct mm_reply *p, const char *name);

#endif
