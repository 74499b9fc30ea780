#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t mm_hash64(const void *bytes, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, n, seed);
}

struct mm_hash128 mm_hash128(const void *bytes, size_t n)
{
	const XXH128_hash_t h = XXH3_128bits(bytes, n);

	return (struct mm_hash128){h.low64, h.high64};
}

struct mm_hash_stream *mm_hash_stream_new(void)
{
	XXH3_state_t *s = XXH3_createState();

	if (s)
		(void)XXH3_64bits_reset(s);
	return (struct mm_hash_stream *)s;
}

void mm_hash_stream_put(struct mm_hash_stream *s, const void *bytes, size_t n)
{
	(void)XXH3_64bits_update((XXH3_state_t *)s, bytes, n);
}

uint64_t mm_hash_stream_end(struct mm_hash_stream *s)
{
	uint64_t h = s ? XXH3_64bits_digest((XXH3_state_t *)s) : 0;

	(void)XXH3_freeState((XXH3_state_t *)s);
	return h;
}
