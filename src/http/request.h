#ifndef MM_HTTP_REQUEST_H
#define MM_HTTP_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/lang.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One request that has passed the gate: the target is origin-form, percent-decoding is done and valid UTF-8,
 * without NUL, control characters (but tabs and line breaks in values of parameters) or dot segments; names
 * and counts are within the limits. A segment holds a slash only where the route's pattern allows it
 * ("{name*}"). Everything in it lives in `mem` until the response has been handed over.
 */
struct mm_param {
	const char *name, *value; /* decoded, NUL-terminated; value "" when there was no '=' */
};

enum mm_method { MM_GET, MM_HEAD, MM_OPTIONS, MM_POST, MM_PUT, MM_PATCH, MM_DELETE, MM_METHOD_COUNT };

enum { MM_SEGMENTS_MAX = 12, MM_PARAMS_MAX = 64 };

struct mm_request {
	enum mm_method method;
	const char *path;                     /* decoded, begins with '/' */
	const char *segment[MM_SEGMENTS_MAX]; /* between the slashes, decoded; "/a/b" has two, "/" none */
	size_t segment_count;
	bool trailing_slash;
	size_t param_count;
	const char *query;    /* as sent, without '?'; "" when there was none */
	const char *base_url; /* absolute URL of "/" without the slash: from public_url, or from
				 forwarded headers of a trusted proxy, or from Host */
	const char *client;   /* address of the client, through trusted proxies */
	const void *body;     /* NULL when there is none */
	size_t body_len;
	struct mm_arena *mem; /* the request's memory, capped */
	uint64_t id;          /* number in the log */
	int stop_fd;          /* of a slow route (route.h): readable when the client has gone or the server
				 stops, so that a handler can give up; -1: none */
	void *wire;           /* the server's own */
	struct mm_param param[MM_PARAMS_MAX]; /* query string, in order; the last, long and not zeroed */
};

/* Value of a header, any case; several lines of one name are joined by ", "; NULL when absent. */
const char *mm_request_header(const struct mm_request *r, const char *name);

/* Value of the first query parameter of that exact name; NULL when absent. */
const char *mm_request_param(const struct mm_request *r, const char *name);

/* MM_E_INVALID when a parameter is not in `known` (names it and the nearest known one) or one name stands
 * twice. */
MM_MUST_USE enum mm_code mm_request_only(const struct mm_request *r, const char *const *known, size_t count,
					 struct mm_err *reterr);

/* One media type that the server can give, and its short name for `f=`. */
struct mm_offer {
	const char *media_type; /* "application/geo+json" */
	const char *f;          /* "json" */
};

/*
 * Chooses among `offers` by the parameter f= first, else by Accept (RFC 9110 12.5.1, quality values and
 * ranges; the first offer wins ties and stands for no Accept at all).
 *
 * ret             index of the offer
 * MM_E_INVALID    f= names none of them (the message lists them)
 * MM_E_NOT_FOUND  Accept refuses all of them (answer 406)
 */
MM_MUST_USE enum mm_code mm_negotiate(const struct mm_request *r, const struct mm_offer *offers, size_t count,
				      size_t *ret, struct mm_err *reterr);

/* Content encodings, cheapest last at equal quality. */
enum mm_encoding { MM_ENCODING_NONE, MM_ENCODING_GZIP, MM_ENCODING_BR, MM_ENCODING_ZSTD, MM_ENCODING_COUNT };

/* The best encoding for this client among `available` (bit set of 1u << MM_ENCODING_GZIP ...): for handlers
 * that keep packed bytes. MM_ENCODING_NONE: the client takes none of them. */
enum mm_encoding mm_request_encoding(const struct mm_request *r, unsigned available);

/* True when If-None-Match names this tag (as in response.etag) in any encoding: the handler may then stop
 * early with the etag set and an empty body; the server answers 304 on its own. Never of a method that does
 * not just read an address. */
bool mm_request_is_fresh(const struct mm_request *r, const char *etag);

/* Language for texts: the parameter lang=, else Accept-Language, else `fallback`. "ru" or "en". */
const char *mm_request_lang(const struct mm_request *r, const char *fallback);

/* The language in which to tell whoever asks what is wrong, English unless they say otherwise; a mm_lang_fn.
 */
enum mm_lang mm_request_speaks(const void *request);

#endif
