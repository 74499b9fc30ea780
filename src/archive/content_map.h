#ifndef MM_ARCHIVE_CONTENT_MAP_H
#define MM_ARCHIVE_CONTENT_MAP_H

#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which contents an archive has already, and where. Zeroed: empty. One thread at a time; 32 bytes a content
 * at a load of at most two thirds. */
struct mm_content {
	struct mm_hash128 hash;
	uint64_t offset;
	uint32_t length; /* 0: the place is free */
};

struct mm_content_map {
	struct mm_content *slot;
	size_t count, cap; /* cap: a power of two */
};

void mm_content_map_release(struct mm_content_map *m);

/* The content of that hash and length, or a free place to fill in, with length 0 then: the caller sets all
 * members and adds one to m->count. NULL: out of memory. Good until the next call. */
struct mm_content *mm_content_map_find(struct mm_content_map *m, struct mm_hash128 hash, uint32_t length);

#endif
