#include "check.h"

#include "archive/tile_number.h"

/* PMTiles specification v3, clause 4.1: its table of examples. */
static void the_examples_of_the_specification(void **state)
{
	static const struct {
		uint32_t z, x, y;
		uint64_t number;
	} rows[] = {
	    {0, 0, 0, 0},
	    {1, 0, 0, 1},
	    {1, 0, 1, 2},
	    {1, 1, 1, 3},
	    {1, 1, 0, 4},
	    {2, 0, 0, 5},
	    {12, 3423, 1763, 19078479},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t z = 99, x = 99, y = 99;

		assert_true(mm_tile_number(rows[i].z, rows[i].x, rows[i].y) == rows[i].number);
		assert_true(mm_tile_number_tile(rows[i].number, &z, &x, &y));
		assert_true(z == rows[i].z && x == rows[i].x && y == rows[i].y);
	}
}

static void numbers_and_tiles_belong_to_each_other(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < mm_tile_number_first(8); n++) {
		uint32_t z, x, y;

		assert_true(mm_tile_number_tile(n, &z, &x, &y));
		assert_true(x < 1u << z && y < 1u << z);
		assert_true(mm_tile_number(z, x, y) == n);
	}
}

static void neighbours_on_the_curve_are_neighbours_on_the_map(void **state)
{
	uint32_t x = 0, y = 0;

	(void)state;
	for (uint64_t d = 0; d < 1 << 16; d++) {
		uint32_t at_x, at_y;

		mm_tile_number_place(8, d, &at_x, &at_y);
		assert_true(d == 0
				? at_x == 0 && at_y == 0
				: (at_x > x ? at_x - x : x - at_x) + (at_y > y ? at_y - y : y - at_y) == 1);
		x = at_x;
		y = at_y;
	}
}

static void children_have_the_places_below_their_parent(void **state)
{
	(void)state;
	for (uint64_t d = 0; d < 1 << 14; d++) {
		uint32_t x, y, up_x, up_y;

		mm_tile_number_place(7, d, &x, &y);
		mm_tile_number_place(6, d >> 2, &up_x, &up_y);
		assert_true(x >> 1 == up_x && y >> 1 == up_y);
	}
}

static void the_last_tile_of_zoom_31_is_the_last(void **state)
{
	const uint64_t end = mm_tile_number_first(32);
	uint32_t z = 99, x = 99, y = 99;

	(void)state;
	assert_true(end == UINT64_C(6148914691236517205)); /* (4^32 - 1) / 3 */
	assert_false(mm_tile_number_tile(end, &z, &x, &y));
	assert_false(mm_tile_number_tile(UINT64_MAX, &z, &x, &y));
	assert_true(z == 99 && x == 99 && y == 99);
	assert_true(mm_tile_number_tile(end - 1, &z, &x, &y));
	assert_true(z == 31 && x == UINT32_C(0x7fffffff) && y == 0);
	assert_true(mm_tile_number(31, x, y) == end - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_examples_of_the_specification),
	    cmocka_unit_test(numbers_and_tiles_belong_to_each_other),
	    cmocka_unit_test(neighbours_on_the_curve_are_neighbours_on_the_map),
	    cmocka_unit_test(children_have_the_places_below_their_parent),
	    cmocka_unit_test(the_last_tile_of_zoom_31_is_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
