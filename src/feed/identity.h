#ifndef MM_FEED_IDENTITY_H
#define MM_FEED_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

struct mm_sidecars;

/* Numbers of one look at a source's files. */
struct mm_identity {
	uint64_t hash;      /* see mm_source_identity */
	uint64_t bytes;     /* of all files */
	int64_t changed_ms; /* latest change of contents, UTC */
};

void mm_identity_read(const struct mm_sidecars *s, uint64_t definition_hash, struct mm_identity *ret);

#endif
