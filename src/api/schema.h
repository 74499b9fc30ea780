#ifndef MM_API_SCHEMA_H
#define MM_API_SCHEMA_H

#include "base/json.h"
#include "store/schema.h"

#include <stdbool.h>

/* JSON Schema "type" and "format" of a field. */
void mm_schema_put_type(struct mm_json *j, enum mm_type t);

/* True when a field may be asked for by its value, and features may be sorted by it. */
bool mm_schema_is_queryable(const struct mm_field *f);

#endif
