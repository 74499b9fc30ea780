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

/*
 * One row of the route table. `pattern` is segments: a literal, "{name}" for any one segment, "{name}.suffix"
 * for a segment with that ending: "/tiles/{layers}/{z}/{x}/{y}.mvt". `methods` is a bit set of 1u <<
 * MM_GET...; HEAD follows GET and OPTIONS is answered by the server. `name` labels metrics and the access
 * log. First match wins; other method: 405 with Allow.
 */
struct mm_route {
	const char *pattern;
	unsigned methods;
	const char *name;
	mm_handler_fn *handle;
};

/* Finds the row for a path. allow: bit set of the methods of all rows whose pattern matches; NULL: no pattern
 * does, or none with this method. */
const struct mm_route *mm_route_find(const struct mm_route *table, size_t count, const struct mm_request *r,
				     unsigned *ret_allow);

/* The text that "{name}" matched, in the request's memory; NULL when the pattern has no such name. */
const char *mm_route_arg(const struct mm_route *route, const struct mm_request *r, const char *name);

#endif
