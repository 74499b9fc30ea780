#ifndef MM_HTTP_RESPONSE_H
#define MM_HTTP_RESPONSE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/shared.h"
#include "http/body_source.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mm_events_ask;
struct mm_kept;

/* An open file as a body, from its beginning; it may have no name any more. */
struct mm_response_file {
	int fd; /* the response owns it */
	uint64_t size;
};

enum { MM_HEADERS_MAX = 16 };

/*
 * What a handler fills in. The http floor adds Date, Content-Length, Vary, CORS and security headers, answers
 * 304 to If-None-Match, drops the body for HEAD, and compresses (zstd, br or gzip by Accept-Encoding) what is
 * compressible and large enough, with an entity tag per encoding.
 */
struct mm_response {
	int status;                  /* 200 from the start */
	const char *content_type;    /* NULL: no body. Static, or in the request's memory */
	struct mm_buf body;          /* the body, unless `shared` is set; its maximum is set by the server */
	struct mm_shared *shared;    /* counted bytes; the response owns one reference */
	const char *shared_encoding; /* Content-Encoding that `shared` already has, NULL = none. Bytes are
					sent as they are; gzip and zstd are unpacked for a client that takes
					neither (choose by mm_request_encoding to avoid it) */
	struct mm_kept *kept;        /* NULL, or: with which nothing else here is ever different (kept.h); the
					response owns one reference */
	struct mm_body_source source; /* with a state: what follows `body`, and goes out while it is made; its
					 length is not known before. The response owns it */
	const char *etag;             /* opaque text without quotes, from content versions; NULL = none */
	const char *cache_control;    /* NULL: "no-cache" */
	const struct mm_events_ask *events; /* NULL, or: the answer is a stream of events (events.h), and has
					no body. In the request's memory */
	struct mm_response_file *file;      /* NULL, or: the body, sent from the disk as it is, without
					       compression. In the request's memory */
	bool no_compress;                   /* already compressed (PNG, ...) */
	bool has_packings;                  /* whoever accepts more codings gets `shared` otherwise */
	bool may_embed;                     /* a page that pages of other sites may show in a frame */
	struct {
		const char *name, *value;
	} header[MM_HEADERS_MAX];
	size_t header_count;
};

/* Adds a header; name static, value in the request's memory or static. Checked: no control characters. */
void mm_response_header(struct mm_response *rs, const char *name, const char *value);

/* Closes the file of a response that is not sent, if it has one. */
void mm_response_close_file(struct mm_response *rs);

/* Replaces whatever was filled in by problem+json (RFC 9457) for this error: type, title, status, detail,
 * instance, and where it is that something is wrong: a parameter, a member of the body. The status comes from
 * the table in http/status.c. Internal errors do not show their words. */
void mm_response_problem(struct mm_response *rs, const struct mm_request *r, const struct mm_err *err);

/* The same with a status that no code maps to (405, 406, 431, ...). */
void mm_response_problem_status(struct mm_response *rs, const struct mm_request *r, int status,
				const char *detail);

#endif
