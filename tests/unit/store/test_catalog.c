#include "check.h"
#include "layer_fixture.h"

#include "store/catalog.h"

#include <pthread.h>
#include <stdatomic.h>

/* Readers take the catalog while one writer swaps it; run with BUILD=tsan too. */

enum { SWAPS = 2000, READERS = 4 };

struct race {
	struct mm_catalog_slot *slot;
	atomic_bool stop;
};

static void *read_on(void *ctx)
{
	struct race *r = ctx;
	uint64_t last = 0;

	while (!atomic_load(&r->stop)) {
		const struct mm_catalog *c = mm_catalog_acquire(r->slot);
		const struct mm_layer *l;

		if (!c)
			continue;
		assert_true(mm_catalog_version(c) >= last);
		last = mm_catalog_version(c);
		l = mm_catalog_find(c, "fixture");
		assert_non_null(l);
		assert_int_equal(mm_layer_count(l), 1);
		assert_null(mm_catalog_find(c, "nope"));
		(void)mm_catalog_unref(c);
	}
	return NULL;
}

static void readers_never_see_half_a_swap(void **state)
{
	struct race r = {.slot = mm_catalog_slot_new()};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	const struct mm_map_info map = {.title = {"Город", "Town"}};
	pthread_t reader[READERS];
	struct mm_layer *l;

	(void)state;
	fixture_point(b, 1, "p", 1, 1, 1);
	l = fixture_end(b);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&reader[i], NULL, read_on, &r), 0);
	for (uint64_t v = 1; v <= SWAPS; v++) {
		const struct mm_entry entry[] = {{.id = "zzz", .error = "broken"},
						 {.id = "fixture", .layer = l}};
		struct mm_catalog *c = mm_catalog_new(v, &map, entry, 2);

		assert_non_null(c);
		assert_string_equal(mm_catalog_entry(c, 0)->id, "fixture");
		mm_catalog_publish(r.slot, c);
	}
	atomic_store(&r.stop, true);
	for (int i = 0; i < READERS; i++)
		(void)pthread_join(reader[i], NULL);
	assert_null(mm_catalog_slot_free(r.slot));
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(readers_never_see_half_a_swap)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
