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

/* What is put in may go at once; entries come out sorted, and only those with a layer are found. */
static void a_catalog_keeps_copies(void **state)
{
	struct mm_catalog_slot *slot = mm_catalog_slot_new();
	char id[] = "roads", title[] = "Дороги", theme_id[] = "transport";
	const struct mm_theme theme = {theme_id, {title, "Roads"}};
	const struct mm_map_info map = {
	    .title = {title, ""}, .theme = &theme, .theme_count = 1, .view_zoom = 9};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_entry entry[] = {
	    {.id = id, .error = "kept the last one"}, {.id = "houses"}, {.id = "bad", .error = "x"}};
	const struct mm_catalog *c;
	struct mm_box all;

	(void)state;
	assert_null(mm_catalog_acquire(slot));
	assert_null(mm_catalog_unref(NULL));
	fixture_point(b, 1, "p", 1, 1, 1);
	entry[0].layer = fixture_end(b);
	mm_catalog_publish(slot, mm_catalog_new(7, &map, entry, 3));
	(void)mm_layer_unref(entry[0].layer);
	memset(id, 'x', 5);
	memset(title, 'x', 4);
	memset(theme_id, 'x', 4);
	c = mm_catalog_acquire(slot);
	assert_int_equal(mm_catalog_count(c), 3);
	assert_string_equal(mm_catalog_entry(c, 0)->id, "bad");
	assert_string_equal(mm_catalog_entry(c, 1)->id, "houses");
	assert_string_equal(mm_catalog_entry(c, 1)->error, "");
	assert_string_equal(mm_catalog_entry(c, 2)->id, "roads");
	assert_int_equal(mm_layer_count(mm_catalog_find(c, "roads")), 1);
	assert_null(mm_catalog_find(c, "houses"));
	assert_null(mm_catalog_find(c, ""));
	assert_int_equal(mm_catalog_index(c, "roads,houses", 5), 2);
	assert_int_equal(mm_catalog_index(c, "bad", 3), 0);
	assert_int_equal(mm_catalog_index(c, "bad", 2), SIZE_MAX); /* no beginning of an id */
	assert_int_equal(mm_catalog_index(c, "badly", 5), SIZE_MAX);
	assert_int_equal(mm_catalog_index(c, "", 0), SIZE_MAX);
	all = mm_catalog_box_deg(c, NULL);
	assert_false(mm_box_is_empty(&all));
	all = mm_catalog_box_deg(c, (const bool[]){true, true, false});
	assert_true(mm_box_is_empty(&all));
	assert_string_equal(mm_catalog_map(c)->title.ru, "Дороги");
	assert_string_equal(mm_catalog_map(c)->theme[0].id, "transport");
	assert_string_equal(mm_catalog_map(c)->crs_code, "");
	mm_catalog_publish(slot, mm_catalog_new(8, &map, NULL, 0));
	assert_int_equal(mm_catalog_version(c), 7); /* still whole for who holds it */
	assert_int_equal(mm_layer_count(mm_catalog_find(c, "roads")), 1);
	(void)mm_catalog_unref(c);
	assert_null(mm_catalog_slot_free(slot));
	assert_null(mm_catalog_slot_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(readers_never_see_half_a_swap),
					   cmocka_unit_test(a_catalog_keeps_copies)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
