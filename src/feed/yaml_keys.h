#ifndef MM_FEED_YAML_KEYS_H
#define MM_FEED_YAML_KEYS_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

/* Where every key of a YAML text stands. libcyaml reads the values; this says the lines, and refuses what a
 * layer file has no use for: aliases, duplicate keys, more than one document, deep nesting. */
struct mm_yaml_key {
	const char *name;
	unsigned line;  /* from 1 */
	unsigned depth; /* 1: of the file itself */
};

struct mm_yaml_keys {
	struct mm_yaml_key *key;
	size_t count;
};

/* MM_E_INVALID: where = "path:line". */
MM_MUST_USE enum mm_code mm_yaml_keys_read(const char *path, const char *yaml, size_t n, struct mm_arena *mem,
					   struct mm_yaml_keys *ret, struct mm_err *reterr);

/* Line of the first key of that name, the outermost before others; 0 when there is none. */
unsigned mm_yaml_keys_line(const struct mm_yaml_keys *k, const char *name);

#endif
