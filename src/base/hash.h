#ifndef MM_BASE_HASH_H
#define MM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* XXH3, 64 bits: fast, well mixed, not for secrets. The same on every machine. */
uint64_t mm_hash64(const void *bytes, size_t n, uint64_t seed);

#endif
