#ifndef MM_STYLE_FILTER_H
#define MM_STYLE_FILTER_H

#include <jansson.h>
#include <stdbool.h>

/* Is it an expression, or a filter of the older kind, ["==", "kind", "park"]? What reads the same as either
 * is an expression. */
bool mm_style_filter_is_expression(const json_t *filter);

/* A filter of the older kind as the expression that means the same. A new reference; NULL: no memory. What is
 * no filter lets everything pass, as in clients. `depth` of the filter is at most MM_STYLE_DEPTH_MAX: deeper
 * ones come back as NULL too. */
json_t *mm_style_filter_convert(const json_t *filter);

#endif
