#ifndef MM_STORE_SCHEMA_JSON_H
#define MM_STORE_SCHEMA_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "store/schema.h"

#include <stdbool.h>
#include <stddef.h>

/* A schema as the snapshot keeps it. Only for the store. */
void mm_schema_put_json(const struct mm_schema *s, struct mm_buf *out);

/* All texts are copied into `mem`. MM_E_DATA: not what mm_schema_put_json writes. */
MM_MUST_USE enum mm_code mm_schema_parse_json(const char *text, size_t n, struct mm_arena *mem,
					      struct mm_schema *ret, struct mm_err *reterr);

/* True for any JSON value, as the encoders may copy it into an answer. Cost: 23 ns a byte. */
bool mm_schema_is_json(const char *text, size_t n);

#endif
