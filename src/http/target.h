#ifndef MM_HTTP_TARGET_H
#define MM_HTTP_TARGET_H

#include "http/gate.h"
#include "http/request.h"

#include <stddef.h>

enum { MM_TARGET_MAX = 8192 }; /* bytes of path and query; longer filters go by POST */

/*
 * Takes a request target apart: origin-form only, split at the slashes and ampersands first and
 * percent-decoded after, so that an encoded slash stays inside its segment. '+' is a space in the query.
 * Values of parameters may have tabs and line breaks, as filters in XML do.
 *
 * r     path, segment, trailing_slash, query and param are written, in r->mem; segments past
 *       MM_SEGMENTS_MAX are refused
 *
 * Status 400 for characters that RFC 3986 does not allow, broken escapes, other control characters, NUL,
 * invalid UTF-8, "." and ".." segments, more than 64 parameters; 404 for a path that is deeper than any
 * route; 414 for a target that is too long; 503 when the memory is at its cap.
 */
struct mm_verdict mm_target_parse(const char *target, size_t n, struct mm_request *r);

/* Adds the parameters of a form (application/x-www-form-urlencoded), which are written as those of a query,
 * to those that the request has. Statuses as above. */
struct mm_verdict mm_target_parse_params(const char *text, size_t n, struct mm_request *r);

#endif
