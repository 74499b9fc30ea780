#ifndef MM_BASE_JSON_BOUNDS_H
#define MM_BASE_JSON_BOUNDS_H

#include "base/err.h"

#include <stddef.h>

/*
 * Whether a client's JSON may be built at all: a parser makes hundreds of bytes of an object that is two
 * letters long. Counts the brackets outside texts of n bytes, and fails with MM_E_LIMIT for more than
 * `levels` of lists and objects within each other, or more than `objects`, about `where` ("" for a body).
 * Whether it is JSON is for the parser to say.
 */
enum mm_code mm_json_bounds_check(const char *text, size_t n, size_t levels, size_t objects,
				  const char *where, struct mm_err *reterr);

#endif
