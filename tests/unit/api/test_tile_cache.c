#include "check.h"

#include "api/tiles/tile_cache.h"
#include "base/clock.h"
#include "http/kept.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int made;
static atomic_bool may_go;

struct order {
	size_t bytes;
	enum mm_code rc;
	bool waits;
};

static enum mm_code make(void *ctx, struct mm_cached_tile *ret, struct mm_err *reterr)
{
	const struct order *o = ctx;
	struct mm_buf b;

	atomic_fetch_add(&made, 1);
	while (o->waits && !atomic_load(&may_go))
		(void)usleep(100);
	if (o->rc)
		return mm_fail(reterr, o->rc, "z", "it cannot be made");
	ret->etag = 1000 + o->bytes;
	if (o->bytes) {
		mm_buf_init(&b, 1 << 24);
		memset(mm_buf_reserve(&b, o->bytes), 'x', o->bytes);
		b.len = o->bytes;
		ret->body = mm_shared_from_buf(&b);
	}
	return MM_OK;
}

static int64_t in_seconds(int seconds)
{
	return mm_clock_mono_ns() + seconds * INT64_C(1000000000);
}

static enum mm_code get(struct mm_tile_cache *c, uint32_t x, const struct order *o,
			struct mm_cached_tile *ret)
{
	const struct mm_tile_key key = {.version = 7, .z = 3, .x = x};
	struct mm_err err;

	return mm_tile_cache_get(c, &key, in_seconds(60), make, (void *)(uintptr_t)o, ret, &err);
}

static bool tag_of(struct mm_tile_cache *c, const struct mm_tile_key *key, uint64_t *ret)
{
	struct mm_kept *kept = NULL;
	bool known = mm_tile_cache_etag(c, key, ret, &kept);

	(void)mm_kept_unref(kept);
	return known;
}

/* Whether the tile is there; *ret_kept may only be compared. */
static bool find(struct mm_tile_cache *c, uint32_t x, const struct mm_kept **ret_kept)
{
	struct mm_cached_tile tile = {0};
	struct mm_kept *kept = NULL;
	bool found = mm_tile_cache_find(c, &(struct mm_tile_key){.version = 7, .z = 3, .x = x}, &tile, &kept);

	*ret_kept = kept;
	(void)mm_shared_unref(tile.body);
	(void)mm_kept_unref(kept);
	return found;
}

static void what_was_made_is_kept(void **state)
{
	struct mm_tile_cache *c = mm_tile_cache_new(1 << 20);
	const struct order o = {.bytes = 100}, empty = {0};
	struct mm_cached_tile one, two;
	uint64_t etag;

	(void)state;
	atomic_store(&made, 0);
	assert_false(tag_of(c, &(struct mm_tile_key){.version = 7, .z = 3, .x = 1}, &etag));
	assert_int_equal(get(c, 1, &o, &one), MM_OK);
	assert_int_equal(get(c, 1, &o, &two), MM_OK);
	assert_int_equal(atomic_load(&made), 1);
	assert_ptr_equal(one.body, two.body);
	assert_true(tag_of(c, &(struct mm_tile_key){.version = 7, .z = 3, .x = 1}, &etag));
	assert_int_equal(etag, 1100);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(get(c, 2, &empty, &two), MM_OK);
		assert_null(two.body);
	}
	assert_int_equal(atomic_load(&made), 2);
	(void)mm_tile_cache_free(c);
	assert_int_equal(one.body->data[99], 'x'); /* still ours */
	(void)mm_shared_unref(one.body);
	(void)mm_shared_unref(one.body);
}

static void ready_answers_come_and_go_with_the_tile(void **state)
{
	enum { TILES = 300, BYTES = 100 };
	struct mm_tile_cache *c = mm_tile_cache_new(1 << 18);
	const struct order o = {.bytes = BYTES};
	const struct mm_kept *kept, *again;
	struct mm_kept *of_tag = NULL;
	struct mm_cached_tile t;
	uint64_t etag;

	(void)state;
	assert_false(find(c, 1, &kept));
	assert_int_equal(get(c, 1, &o, &t), MM_OK);
	(void)mm_shared_unref(t.body);
	assert_true(
	    mm_tile_cache_etag(c, &(struct mm_tile_key){.version = 7, .z = 3, .x = 1}, &etag, &of_tag));
	assert_null(of_tag); /* asked for once */
	assert_true(find(c, 1, &kept));
	assert_non_null(kept);
	assert_true(find(c, 1, &again));
	assert_ptr_equal(kept, again);
	assert_true(
	    mm_tile_cache_etag(c, &(struct mm_tile_key){.version = 7, .z = 3, .x = 1}, &etag, &of_tag));
	assert_ptr_equal(of_tag, kept);
	/* they count: few tiles with them have room, and those that left are not found */
	for (uint32_t x = 0; x < TILES; x++) {
		assert_int_equal(get(c, x, &o, &t), MM_OK);
		(void)mm_shared_unref(t.body);
		(void)find(c, x, &again);
	}
	etag = 0;
	for (uint32_t x = 0; x < TILES; x++)
		etag += find(c, x, &again);
	assert_in_range(etag, 1, (1 << 18) / MM_KEPT_BYTES);
	(void)mm_tile_cache_free(c);
	(void)mm_kept_unref(of_tag); /* still ours */
}

static void memory_is_bounded_and_tags_stay(void **state)
{
	enum { TILES = 5000, BYTES = 4000, MAX = 1 << 24 };
	struct mm_tile_cache *c = mm_tile_cache_new(MAX);
	const struct order o = {.bytes = BYTES};
	struct mm_buf text;
	uint64_t etag;
	const char *at;

	(void)state;
	for (uint32_t x = 0; x < TILES; x++) {
		struct mm_cached_tile t;

		assert_int_equal(get(c, x, &o, &t), MM_OK);
		(void)mm_shared_unref(t.body);
	}
	mm_buf_init(&text, 1 << 16);
	mm_tile_cache_metrics(c, &text);
	mm_buf_byte(&text, 0);
	at = strstr((char *)text.data, "\nmunimap_tile_cache_bytes ");
	assert_non_null(at);
	assert_in_range(strtoull(at + 26, NULL, 10), MAX / 2, MAX);
	for (uint32_t x = 0; x < TILES; x += 97)
		assert_true(tag_of(c, &(struct mm_tile_key){.version = 7, .z = 3, .x = x}, &etag));
	mm_buf_release(&text);
	(void)mm_tile_cache_free(c);
}

/* Tiles without a body are what a crawler of empty places leaves: they count, too. */
static void empty_tiles_take_memory(void **state)
{
	enum { TILES = 400000, MAX = 8 << 20 };
	const size_t before = mallinfo2().uordblks;
	struct mm_tile_cache *c = mm_tile_cache_new(MAX);
	const size_t itself = mallinfo2().uordblks - before;
	const struct order o = {0};

	(void)state;
	for (uint32_t x = 0; x < TILES; x++) {
		struct mm_cached_tile t;

		assert_int_equal(get(c, x, &o, &t), MM_OK);
		assert_null(t.body);
	}
	assert_true(mallinfo2().uordblks - before - itself <= MAX + MAX / 8);
	(void)mm_tile_cache_free(c);
}

/* With no room for any tile there are only tags: the oldest of too many goes, a tile that comes back has its
 * again. */
static void tags_are_limited_too(void **state)
{
	enum { TILES = 400000 }; /* more than 16 shards have tags */
	struct mm_tile_cache *c = mm_tile_cache_new(0);
	const struct order o = {.bytes = 1};
	const struct mm_tile_key first = {.version = 7, .z = 3, .x = 0},
				 last = {.version = 7, .z = 3, .x = TILES - 1};
	struct mm_cached_tile t;
	uint64_t etag;

	(void)state;
	for (uint32_t x = 0; x < TILES; x++) {
		assert_int_equal(get(c, x, &o, &t), MM_OK);
		(void)mm_shared_unref(t.body);
	}
	assert_false(tag_of(c, &first, &etag));
	assert_true(tag_of(c, &last, &etag));
	for (uint32_t x = TILES - 1000; x < TILES;
	     x++) { /* out of the middle of the circle, and to its end */
		assert_int_equal(get(c, x, &o, &t), MM_OK);
		(void)mm_shared_unref(t.body);
	}
	assert_true(tag_of(c, &last, &etag));
	assert_int_equal(get(c, 0, &o, &t), MM_OK);
	(void)mm_shared_unref(t.body);
	assert_true(tag_of(c, &first, &etag));
	(void)mm_tile_cache_free(c);
}

static void a_tile_that_is_used_outlives_others(void **state)
{
	struct mm_tile_cache *c = mm_tile_cache_new(1 << 20);
	const struct order o = {.bytes = 4000};
	struct mm_cached_tile t;

	(void)state;
	for (uint32_t x = 0; x < 3000; x++) {
		assert_int_equal(get(c, x, &o, &t), MM_OK);
		(void)mm_shared_unref(t.body);
		atomic_store(&made, 0);
		assert_int_equal(get(c, 0, &o, &t), MM_OK);
		(void)mm_shared_unref(t.body);
		assert_int_equal(atomic_load(&made), 0);
	}
	(void)mm_tile_cache_free(c);
}

static void a_failure_is_told_and_not_kept(void **state)
{
	struct mm_tile_cache *c = mm_tile_cache_new(1 << 20);
	const struct order bad = {.rc = MM_E_BUSY}, good = {.bytes = 5};
	struct mm_cached_tile t;

	(void)state;
	atomic_store(&made, 0);
	assert_int_equal(get(c, 1, &bad, &t), MM_E_BUSY);
	assert_int_equal(get(c, 1, &bad, &t), MM_E_BUSY);
	assert_int_equal(atomic_load(&made), 2);
	assert_int_equal(get(c, 1, &good, &t), MM_OK);
	(void)mm_shared_unref(t.body);
	(void)mm_tile_cache_free(c);
}

struct asker {
	struct mm_tile_cache *c;
	const struct order *o;
	enum mm_code rc;
	struct mm_cached_tile tile;
	pthread_t thread;
};

static void *ask(void *ctx)
{
	struct asker *a = ctx;

	a->rc = get(a->c, 42, a->o, &a->tile);
	return NULL;
}

static size_t waited(struct mm_tile_cache *c)
{
	struct mm_buf text;
	size_t n;

	mm_buf_init(&text, 1 << 16);
	mm_tile_cache_metrics(c, &text);
	mm_buf_byte(&text, 0);
	n = strtoull(strstr((char *)text.data, "result=\"waited\"} ") + 17, NULL, 10);
	mm_buf_release(&text);
	return n;
}

static void many_at_once(const struct order *o)
{
	enum { ASKERS = 50 };
	struct mm_tile_cache *c = mm_tile_cache_new(1 << 20);
	const int64_t hang_ns = in_seconds(30);
	struct asker a[ASKERS];
	size_t waiting;

	atomic_store(&made, 0);
	atomic_store(&may_go, false);
	for (int i = 0; i < ASKERS; i++) {
		a[i] = (struct asker){.c = c, .o = o};
		assert_int_equal(pthread_create(&a[i].thread, NULL, ask, &a[i]), 0);
	}
	while ((waiting = waited(c)) < ASKERS - 1 && mm_clock_mono_ns() < hang_ns)
		(void)usleep(1000);
	atomic_store(&may_go, true);
	for (int i = 0; i < ASKERS; i++)
		(void)pthread_join(a[i].thread, NULL);
	assert_int_equal(waiting, ASKERS - 1);
	for (int i = 0; i < ASKERS; i++) {
		assert_int_equal(a[i].rc, o->rc);
		assert_ptr_equal(a[i].tile.body, a[0].tile.body);
		(void)mm_shared_unref(a[i].tile.body);
	}
	assert_int_equal(atomic_load(&made), 1);
	(void)mm_tile_cache_free(c);
}

static void what_many_ask_for_is_made_once(void **state)
{
	(void)state;
	many_at_once(&(struct order){.bytes = 1000, .waits = true});
	many_at_once(&(struct order){.rc = MM_E_LIMIT, .waits = true});
}

static void nobody_waits_beyond_the_deadline(void **state)
{
	const struct mm_tile_key key = {.version = 7, .z = 3, .x = 42};
	const struct order o = {.bytes = 10, .waits = true};
	struct mm_tile_cache *c = mm_tile_cache_new(1 << 20);
	const int64_t hang_ns = in_seconds(30);
	struct asker a = {.c = c, .o = &o};
	struct mm_cached_tile t;
	struct mm_err err;
	enum mm_code rc = MM_OK;

	(void)state;
	atomic_store(&made, 0);
	atomic_store(&may_go, false);
	assert_int_equal(pthread_create(&a.thread, NULL, ask, &a), 0);
	while (!atomic_load(&made) && mm_clock_mono_ns() < hang_ns)
		(void)usleep(100);
	if (atomic_load(&made))
		rc = mm_tile_cache_get(c, &key, mm_clock_mono_ns() + 1000000, make, (void *)(uintptr_t)&o, &t,
				       &err);
	atomic_store(&may_go, true);
	(void)pthread_join(a.thread, NULL);
	assert_int_equal(rc, MM_E_BUSY);
	assert_int_equal(a.rc, MM_OK);
	(void)mm_shared_unref(a.tile.body);
	(void)mm_tile_cache_free(c);
}

struct churn {
	struct mm_tile_cache *c;
	unsigned seed;
	pthread_t thread;
};

static void *churn(void *ctx)
{
	struct churn *w = ctx;

	for (int i = 0; i < 20000; i++) {
		const struct order o = {.bytes = (size_t)rand_r(&w->seed) % 9000,
					.rc = rand_r(&w->seed) % 20 ? MM_OK : MM_E_BUSY};
		struct mm_cached_tile t = {0};
		const struct mm_kept *kept;

		(void)find(w->c, (uint32_t)rand_r(&w->seed) % 400, &kept);
		if (get(w->c, (uint32_t)rand_r(&w->seed) % 400, &o, &t) == MM_OK)
			(void)mm_shared_unref(t.body);
	}
	return NULL;
}

static void threads_share_it(void **state)
{
	struct mm_tile_cache *c = mm_tile_cache_new(1 << 18);
	struct churn w[4];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		w[i] = (struct churn){.c = c, .seed = i + 1};
		assert_int_equal(pthread_create(&w[i].thread, NULL, churn, &w[i]), 0);
	}
	for (int i = 0; i < 4; i++)
		(void)pthread_join(w[i].thread, NULL);
	(void)mm_tile_cache_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_made_is_kept),
	    cmocka_unit_test(ready_answers_come_and_go_with_the_tile),
	    cmocka_unit_test(memory_is_bounded_and_tags_stay),
	    cmocka_unit_test(empty_tiles_take_memory),
	    cmocka_unit_test(tags_are_limited_too),
	    cmocka_unit_test(a_tile_that_is_used_outlives_others),
	    cmocka_unit_test(a_failure_is_told_and_not_kept),
	    cmocka_unit_test(what_many_ask_for_is_made_once),
	    cmocka_unit_test(nobody_waits_beyond_the_deadline),
	    cmocka_unit_test(threads_share_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
