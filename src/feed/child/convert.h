#ifndef MM_FEED_CHILD_CONVERT_H
#define MM_FEED_CHILD_CONVERT_H

#include "base/buf.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes a value of the wanted type from one of another; false when it does not fit, `v` untouched.
 *
 * Texts may be written as people write them: "12,5", " 7 ", "01.06.2024", "2024-06-01 10:30", "да". To text,
 * everything goes by its standard form. `scratch` holds texts made here until its next use.
 */
bool mm_convert(struct mm_value *v, enum mm_type want, struct mm_buf *scratch);

/* A decimal number with point or comma, blanks around it and between groups of digits allowed. */
bool mm_convert_number(const char *text, size_t n, double *ret);

/* True for a JSON value that may be copied into an answer as it is. */
bool mm_convert_is_json(const char *text, size_t n);

#endif
