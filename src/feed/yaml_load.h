#ifndef MM_FEED_YAML_LOAD_H
#define MM_FEED_YAML_LOAD_H

#include "base/arena.h"
#include "base/err.h"
#include "feed/yaml_keys.h"

#include <cyaml/cyaml.h>
#include <stddef.h>

/*
 * Loads a YAML text by a libcyaml schema and says what is wrong with file, line and remedy: unknown keys with
 * the nearest known one, wrong types, missing keys.
 *
 * mem       holds ret_keys
 * ret_keys  where every key stands
 * ret_data  libcyaml's, NULL for an empty text; free it with mm_yaml_free
 *
 * MM_E_INVALID  where = "path:line"
 */
MM_MUST_USE enum mm_code mm_yaml_load(const char *path, const char *yaml, size_t n,
				      const cyaml_schema_value_t *schema, struct mm_arena *mem,
				      struct mm_yaml_keys *ret_keys, void **ret_data, struct mm_err *reterr);
void mm_yaml_free(const cyaml_schema_value_t *schema, void *data);

#endif
