#ifndef MM_ENCODE_VALUE_H
#define MM_ENCODE_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "store/layer.h"

/* Values as text, the same everywhere: dates and times by RFC 3339, numbers at their shortest, nothing
 * localised. */

/* As a JSON value: integers and reals as numbers, dates as strings, JSON as it is, null. */
void mm_value_put_json(struct mm_buf *out, const struct mm_value *v);

/* As bare text without quotes; "" for null. */
void mm_value_put_text(struct mm_buf *out, const struct mm_value *v);

/* The same kept in `mem`; NULL: out of memory, or more than a megabyte. */
const char *mm_value_text(const struct mm_value *v, struct mm_arena *mem);

#endif
