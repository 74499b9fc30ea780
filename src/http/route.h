#ifndef MM_HTTP_ROUTE_H
#define MM_HTTP_ROUTE_H

#include "base/err.h"
#include "http/request.h"
#include "http/response.h"

#include <stddef.h>

/*
 * A handler answers one request. `ctx` is the pointer given with the table. It returns MM_OK with `rs`
 * filled, or a code with the words in reterr: the server turns that into problem+json. Called on many threads
 * at once.
 */
typedef enum mm_code mm_handler_fn(void *ctx, const struct mm_request *r, struct mm_response *rs,
				   struct mm_err *reterr);

enum { MM_ROUTE_ASKS = 1 << 16 };

/* POST of a route that only answers: it changes nothing, and scripts of other sites may read what it says as
 * they may what a GET does. */
#define MM_POST_ASKS (1u << MM_POST | MM_ROUTE_ASKS)

/*
 * One row of the route table. `pattern` is segments: a literal, "{name}" for any one segment that is not
 * empty, "{name}.suffix" for a segment with that ending: "/tiles/{layers}/{z}/{x}/{y}.mvt". "{name*}" takes
 * any text, an encoded slash included (feature ids); everywhere else an encoded slash is 400. A slash at the
 * end of the path changes nothing. `methods` is a bit set of 1u << MM_GET... and MM_POST_ASKS; HEAD follows
 * GET and OPTIONS is answered by the server. `name` labels metrics and the access log. First match wins;
 * other method: 405 with Allow.
 */
struct mm_route {
	const char *pattern;
	unsigned methods;
	const char *name;
	mm_handler_fn *handle;
};

/* A table, sorted for finding; it is borrowed. NULL: out of memory. */
struct mm_routes;
struct mm_routes *mm_routes_new(const struct mm_route *table, size_t count);
struct mm_routes *mm_routes_free(struct mm_routes *s); /* NULL allowed; returns NULL */

/* Finds the row for a path. NULL: no pattern matches, or none with this method; then allow is the bit set of
 * the methods of all rows whose pattern does, else 0. */
const struct mm_route *mm_routes_find(const struct mm_routes *s, const struct mm_request *r,
				      unsigned *ret_allow);

/* True when a segment has a decoded slash in it: with no route found, the answer is 400 and not 404. */
bool mm_route_has_slash(const struct mm_request *r);

/* The route that the server found for this request; NULL for one made by hand. */
const struct mm_route *mm_request_route(const struct mm_request *r);

/* The text that "{name}" matched, in the request's memory; NULL when the pattern has no such name. */
const char *mm_route_arg(const struct mm_route *route, const struct mm_request *r, const char *name);

/* The same for the route that the server found for this request; NULL also for a request made by hand. */
const char *mm_request_arg(const struct mm_request *r, const char *name);

/* How long an answer takes. */
enum mm_pace {
	MM_PACE_QUICK, /* a few milliseconds: made where the request was read */
	MM_PACE_QUERY, /* mostly quick, and sometimes not */
	MM_PACE_SLOW,  /* seconds */
	MM_PACE_LONG,  /* many seconds of computing, which gives way to all else */
	MM_PACE_EDIT   /* waits for a disk, and mostly for other edits: behind nothing that is only slow */
};

#endif
