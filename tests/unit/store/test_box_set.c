#include "check.h"
#include "layer_fixture.h"

#include "store/change.h"

/* Sets of boxes that stay small and never lose a place; changes that are nothing, and everything. */

static uint32_t dice(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 32);
}

static void test_never_loses_a_place(void **state)
{
	enum { BOXES = 20000 };
	struct mm_world_box *all = calloc(BOXES, sizeof(*all));
	struct mm_box_set s = {0};
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < BOXES; i++) {
		uint32_t x = dice(&seed) >> 12, y = dice(&seed) >> 12;

		all[i] = (struct mm_world_box){x, y, x + (dice(&seed) >> 24), y + (dice(&seed) >> 24)};
		mm_box_set_add(&s, &all[i]);
	}
	assert_true(s.count <= 4096);
	for (size_t most = MM_BOX_SET_MAX; most > 0; most /= 3) {
		mm_box_set_settle(&s, most);
		assert_in_range(s.count, 1, most);
		for (int i = 0; i < BOXES; i++)
			assert_true(mm_box_set_meets(&s, &all[i]));
	}
	assert_false(s.is_everything);
	mm_box_set_release(&s);
	free(all);
}

static void test_few_boxes_stay_as_they_are(void **state)
{
	const struct mm_world_box near = {10, 10, 20, 20}, far = {4000000000u, 5, 4000000010u, 9},
				  none = {9, 9, 8, 8}, beside = {21, 10, 30, 20};
	struct mm_box_set s = {0}, more = {0};

	(void)state;
	assert_false(mm_box_set_meets(&s, &near));
	mm_box_set_add(&s, &near);
	mm_box_set_add(&s, &far);
	mm_box_set_add(&s, &near);
	mm_box_set_add(&s, &none);
	mm_box_set_settle(&s, MM_BOX_SET_MAX);
	assert_int_equal(s.count, 2);
	assert_true(mm_box_set_meets(&s, &near) && mm_box_set_meets(&s, &far));
	assert_false(mm_box_set_meets(&s, &beside));
	mm_box_set_add_everything(&more);
	mm_box_set_add_all(&s, &more);
	assert_true(s.is_everything && mm_box_set_meets(&s, &beside));
	mm_box_set_release(&s);
}

static struct mm_layer *town(const char *second, double x)
{
	struct mm_layer_build *b = fixture_begin("OGC:CRS84");

	fixture_point(b, 1, "one", 1, 39, 52);
	fixture_point(b, 2, second, 2, x, 52.5);
	fixture_point(b, 3, "three", 3, 41, 53);
	return fixture_end(b);
}

static struct mm_change *change(const struct mm_layer *a, const struct mm_layer *b)
{
	struct mm_change *c = NULL;

	assert_int_equal(mm_change_find(a, b, &c, NULL), MM_OK);
	return c;
}

static void test_what_changed(void **state)
{
	struct mm_layer *a = town("two", 40), *same = town("two", 40), *renamed = town("zwei", 40),
			*moved = town("two", 40.5);
	struct mm_change *nothing = change(a, same), *name = change(a, renamed), *move = change(a, moved),
			 *new = change(NULL, a), *both = mm_change_join(name, new);
	const struct mm_world_box world = {0, 0, UINT32_MAX, UINT32_MAX};
	struct mm_world_box where;
	struct mm_box_set boxes = {0};

	(void)state;
	assert_true(mm_change_is_nothing(nothing));
	assert_false(mm_change_meets(nothing, 3, &world));
	assert_true(mm_layer_box_world(a, 1, &where));
	mm_change_boxes(name, 10, &boxes);
	assert_int_equal(boxes.count, 1);
	assert_memory_equal(&boxes.box[0], &where, sizeof(where));
	for (unsigned z = 0; z <= 22; z++) {
		assert_true(mm_change_meets(name, z, &where));
		assert_true(mm_layer_box_world(a, 0, &where));
		assert_false(mm_change_meets(name, z, &where));
		assert_true(mm_change_meets(new, z, &where) && mm_change_meets(both, z, &where));
		assert_true(mm_layer_box_world(moved, 1, &where));
		assert_true(mm_change_meets(move, z, &where));
		assert_true(mm_layer_box_world(a, 1, &where));
		assert_true(mm_change_meets(move, z, &where));
	}
	mm_box_set_release(&boxes);
	(void)mm_change_unref(nothing);
	(void)mm_change_unref(name);
	(void)mm_change_unref(move);
	(void)mm_change_unref(new);
	(void)mm_change_unref(both);
	(void)mm_layer_unref(a);
	(void)mm_layer_unref(same);
	(void)mm_layer_unref(renamed);
	(void)mm_layer_unref(moved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_never_loses_a_place),
	    cmocka_unit_test(test_few_boxes_stay_as_they_are),
	    cmocka_unit_test(test_what_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
