#ifndef MM_STYLE_FUNCTION_H
#define MM_STYLE_FUNCTION_H

#include "base/err.h"
#include "style/document/property.h"

#include <jansson.h>

/*
 * The functions of older styles, {"stops": [[10, 1], [16, 4]], "base": 1.4}, {"property": "kind", "type":
 * "categorical", "stops": ...}, and texts with {tokens}, as the expressions that mean the same.
 *
 * *ret         a new reference
 * MM_E_INVALID it is no such function; the message says why
 */
MM_MUST_USE enum mm_code mm_style_function_convert(const json_t *function,
						   const struct mm_style_property_spec *spec, json_t **ret,
						   struct mm_err *reterr);

/* "{ref} {name}" as ["concat", ["get", "ref"], " ", ["get", "name"]]; a text without tokens as it is. A new
 * reference, NULL: no memory. */
json_t *mm_style_tokens_convert(const char *s);

#endif
