#include "check.h"

#include "api/tiles/tile_packs.h"
#include "http/compress.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TILES = 64, TILE_MAX = 600 * 1024, THREADS = 4 };

static uint64_t dice(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* Something like a tile: small numbers, a few large ones, words that come again. */
static size_t make_tile(uint64_t seed, unsigned char *out, size_t n)
{
	static const char *const words[] = {"residential", "garages", "улица Ленина", "house", "школа"};

	for (size_t at = 0; at < n;) {
		const uint64_t what = dice(&seed);
		const char *word = words[what / 16 % 5];

		if (what % 16 || at + strlen(word) > n) {
			out[at++] = (unsigned char)(what / 16 % (what / 512 % 4 ? 60 : 256));
		} else {
			memcpy(out + at, word, strlen(word));
			at += strlen(word);
		}
	}
	return n;
}

/* Packs and unpacks; returns how many bytes it was in between. */
static size_t pack(struct mm_tile_packs *p, uint64_t kind, const unsigned char *bytes, size_t n,
		   bool *ret_own)
{
	struct mm_buf packed, own, back;
	size_t len;

	mm_buf_init(&packed, 1 << 20);
	mm_buf_init(&own, 1 << 20);
	mm_buf_init(&back, 1 << 20);
	assert_int_equal(mm_tile_packs_pack(p, kind, MM_ENCODING_GZIP, bytes, n, &packed, NULL), MM_OK);
	assert_int_equal(mm_compress_quick(MM_ENCODING_GZIP, bytes, n, &own, NULL), MM_OK);
	assert_int_equal(mm_decompress(MM_ENCODING_GZIP, packed.data, packed.len, &back, NULL), MM_OK);
	assert_int_equal(back.len, n);
	assert_memory_equal(back.data, bytes, n);
	if (ret_own)
		*ret_own = packed.len == own.len && !memcmp(packed.data, own.data, own.len);
	len = packed.len;
	mm_buf_release(&packed);
	mm_buf_release(&own);
	mm_buf_release(&back);
	return len;
}

/* Has the kind learn; returns the tiles that it took. */
static int teach(struct mm_tile_packs *p, uint64_t kind)
{
	unsigned char tile[2048];
	bool is_own = true;
	int i = 0;

	for (; is_own && i < 1000; i++)
		(void)pack(p, kind, tile, make_tile(kind * 1000 + (uint64_t)i, tile, sizeof(tile)), &is_own);
	return i - 1;
}

static void codes_are_learned_from_the_first(void **state)
{
	struct mm_tile_packs *p = mm_tile_packs_new();
	unsigned char tile[4096];
	struct mm_buf own;
	size_t learned = 0, all = 0;

	(void)state;
	assert_non_null(p);
	assert_int_equal(teach(p, 7), 32); /* of 2 kB */
	mm_buf_init(&own, 1 << 20);
	for (uint64_t i = 0; i < TILES; i++) {
		const size_t n = make_tile(500000 + i, tile, 100 + dice(&(uint64_t){i}) % 3900);
		bool is_own;

		learned += pack(p, 7, tile, n, &is_own);
		assert_false(is_own);
		assert_int_equal(mm_compress_quick(MM_ENCODING_GZIP, tile, n, &own, NULL), MM_OK);
		all += own.len;
	}
	assert_true(learned < all + all / 20); /* hardly more than with codes of their own */
	mm_buf_release(&own);
	(void)mm_tile_packs_free(p);
}

static void large_ones_have_codes_of_their_own(void **state)
{
	struct mm_tile_packs *p = mm_tile_packs_new();
	unsigned char *tile = malloc(TILE_MAX);
	bool is_own;

	(void)state;
	assert_non_null(tile);
	(void)teach(p, 7);
	(void)pack(p, 7, tile, make_tile(1, tile, TILE_MAX), &is_own);
	assert_true(is_own);
	free(tile);
	(void)mm_tile_packs_free(p);
}

/* Bytes that were never seen, and those that cannot be packed. */
static void what_is_unlike_is_packed_as_well(void **state)
{
	struct mm_tile_packs *p = mm_tile_packs_new();
	unsigned char tile[4096];
	uint64_t seed = 1;

	(void)state;
	(void)teach(p, 7);
	for (size_t n = 0; n <= sizeof(tile); n += n < 70 ? 1 : 97) {
		for (size_t i = 0; i < n; i++)
			tile[i] = (unsigned char)dice(&seed);
		assert_true(pack(p, 7, tile, n, NULL) < n + 1024);
		memset(tile, 0xfe, n);
		(void)pack(p, 7, tile, n, NULL);
	}
	(void)mm_tile_packs_free(p);
}

/* Two kinds that take each other's place: 256 are kept. */
static void another_kind_learns_anew(void **state)
{
	struct mm_tile_packs *p = mm_tile_packs_new();

	(void)state;
	assert_int_equal(teach(p, 1), 32);
	assert_int_equal(teach(p, 2), 32); /* beside it */
	assert_int_equal(teach(p, 1), 0);
	assert_int_equal(teach(p, 257), 32); /* in its place */
	assert_int_equal(teach(p, 2), 0);
	assert_int_equal(teach(p, 1), 32);
	(void)mm_tile_packs_free(p);
}

static void *ask(void *ctx)
{
	struct mm_tile_packs *p = ctx;
	unsigned char tile[1024];

	for (uint64_t i = 0; i < 400; i++)
		(void)pack(p, i / 100 % 2 ? 3 : 259, tile, make_tile(i, tile, sizeof(tile)), NULL);
	return NULL;
}

static void threads_learn_and_pack_at_once(void **state)
{
	struct mm_tile_packs *p = mm_tile_packs_new();
	pthread_t thread[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, ask, p), 0);
	for (int i = 0; i < THREADS; i++)
		(void)pthread_join(thread[i], NULL);
	(void)mm_tile_packs_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes_are_learned_from_the_first),
	    cmocka_unit_test(large_ones_have_codes_of_their_own),
	    cmocka_unit_test(what_is_unlike_is_packed_as_well),
	    cmocka_unit_test(another_kind_learns_anew),
	    cmocka_unit_test(threads_learn_and_pack_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
