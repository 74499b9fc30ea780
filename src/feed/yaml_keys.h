#ifndef MM_FEED_YAML_KEYS_H
#define MM_FEED_YAML_KEYS_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Where everything in a YAML text stands. libcyaml reads the values; this says the lines, and refuses what a
 * layer file has no use for: anchors and aliases, duplicate keys, more than one document, deep nesting. */

#define MM_YAML_ROOT SIZE_MAX /* as a parent: the file itself */

/* A key of a mapping or an entry of a list. */
struct mm_yaml_key {
	const char *name; /* NULL: an entry of a list */
	size_t index;     /* of an entry, from 0 */
	size_t parent;    /* what it stands under; MM_YAML_ROOT for the outermost keys */
	unsigned line;    /* from 1 */
	const char *text; /* what is written behind a key; NULL: a list or a mapping */
};

struct mm_yaml_keys {
	struct mm_yaml_key *key;
	size_t count;
};

/* MM_E_INVALID: where = "path:line". */
MM_MUST_USE enum mm_code mm_yaml_keys_read(const char *path, const char *yaml, size_t n, struct mm_arena *mem,
					   struct mm_yaml_keys *ret, struct mm_err *reterr);

/* Line of what stands at "zoom", "server.port", "fields[2].type"; of the nearest thing around it when it is
 * not written; 0 when nothing of it is. */
unsigned mm_yaml_keys_line(const struct mm_yaml_keys *k, const char *at);

/* Writes "path:line" (the end of a path that is too long), the path alone for line 0. */
enum { MM_YAML_WHERE_MAX = 256 };
void mm_yaml_where(const char *path, unsigned line, char ret[MM_YAML_WHERE_MAX]);

#endif
