#ifndef MM_BASE_HASH_H
#define MM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* XXH3, 64 bits: fast, well mixed, not for secrets. The same on every machine. */
uint64_t mm_hash64(const void *bytes, size_t n, uint64_t seed);

/* XXH3, 128 bits: wide enough to tell contents apart by. */
struct mm_hash128 {
	uint64_t low, high;
};
struct mm_hash128 mm_hash128(const void *bytes, size_t n);

/* The 64-bit hash of bytes that come piece by piece, seed 0. */
struct mm_hash_stream;
struct mm_hash_stream *mm_hash_stream_new(void); /* NULL: out of memory */
void mm_hash_stream_put(struct mm_hash_stream *s, const void *bytes, size_t n);
uint64_t mm_hash_stream_end(struct mm_hash_stream *s); /* frees it; NULL gives 0 */

#endif
