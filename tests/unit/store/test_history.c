#include "check.h"
#include "layer_fixture.h"

#include "store/history.h"

/* Which version a place comes from, over more changes than a history keeps. */

enum { PLACES = 40, CHANGES = 60 };

/* Points in a row; each has the number of the change that last touched it. */
static struct mm_layer *town(const int64_t n[PLACES])
{
	struct mm_layer_build *b = fixture_begin("OGC:CRS84");

	for (int i = 0; i < PLACES; i++)
		fixture_point(b, i + 1, "place", n[i], 30 + i * 0.1, 52);
	return fixture_end(b);
}

static struct mm_history *next(struct mm_history *h, const struct mm_layer *was, const struct mm_layer *is)
{
	struct mm_change *c = NULL;
	struct mm_history *longer;

	assert_int_equal(mm_change_find(was, is, &c, NULL), MM_OK);
	longer = mm_history_extend(h, mm_layer_version(is), c);
	assert_non_null(longer);
	(void)mm_change_unref(c);
	(void)mm_history_unref(h);
	return longer;
}

static uint64_t version_at(const struct mm_history *h, const struct mm_layer *l, uint32_t place)
{
	struct mm_world_box box;

	assert_true(mm_layer_box_world(l, place, &box));
	return mm_history_version_at(h, 14, &box);
}

static void test_version_of_a_place(void **state)
{
	int64_t n[PLACES] = {0};
	uint64_t last[PLACES];
	struct mm_layer *was = town(n), *is;
	struct mm_history *h = mm_history_begin(mm_layer_version(was));

	(void)state;
	for (uint32_t k = 0; k < PLACES; k++)
		last[k] = version_at(h, was, k);
	for (int i = 1; i <= CHANGES; i++) {
		const uint32_t touched = (uint32_t)(i * 7 % PLACES);

		n[touched] = i;
		is = town(n);
		h = next(h, was, is);
		assert_int_equal(version_at(h, is, touched), mm_layer_version(is));
		last[touched] = mm_layer_version(is);
		/* what was touched while it is kept one by one comes from that very version */
		for (uint32_t k = 0; k < PLACES; k++)
			if (n[k] + MM_HISTORY_MAX - 2 >= i && n[k] > 0)
				assert_int_equal(version_at(h, is, k), last[k]);
		(void)mm_layer_unref(was);
		was = is;
	}
	(void)mm_layer_unref(was);
	(void)mm_history_unref(h);
}

static void test_since(void **state)
{
	int64_t n[PLACES] = {0};
	struct mm_layer *first = town(n), *was = mm_layer_ref(first), *is;
	struct mm_history *h = mm_history_begin(mm_layer_version(was));
	struct mm_box_set boxes = {0};
	struct mm_world_box place;

	(void)state;
	for (int i = 1; i <= 5; i++) {
		n[i] = i;
		is = town(n);
		h = next(h, was, is);
		(void)mm_layer_unref(was);
		was = is;
	}
	mm_history_since(h, mm_layer_version(first), 100, &boxes);
	assert_int_equal(boxes.count, 5);
	for (uint32_t i = 0; i < PLACES; i++) {
		assert_true(mm_layer_box_world(first, i, &place));
		assert_int_equal(mm_box_set_meets(&boxes, &place), i >= 1 && i <= 5);
	}
	mm_box_set_release(&boxes);
	mm_history_since(h, mm_layer_version(was), 100, &boxes);
	assert_int_equal(boxes.count, 0);
	assert_false(boxes.is_everything);
	mm_history_since(h, 42, 100, &boxes);
	assert_true(boxes.is_everything);
	(void)mm_layer_unref(first);
	(void)mm_layer_unref(was);
	(void)mm_history_unref(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_version_of_a_place),
	    cmocka_unit_test(test_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
