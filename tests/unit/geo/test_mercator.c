#include "check.h"

#include "geo/mercator.h"

#include <math.h>

static void known_places_have_known_units(void **state)
{
	static const struct {
		double lon, lat;
		uint32_t x, y;
	} rows[] = {
	    {0, 0, 0x80000000u, 0x80000000u},
	    {-180, MM_MERCATOR_MAX_LAT_DEG, 0, 0},
	    {180, -MM_MERCATOR_MAX_LAT_DEG, UINT32_MAX, UINT32_MAX},
	    {-200, 89, 0, 0}, /* clamped */
	    {1e300, -90, UINT32_MAX, UINT32_MAX},
	    {90, 66.51326044311186, 0xc0000000u, 0x40000000u}, /* corner of tile 2/3/1 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_world w = mm_world_from_lonlat(rows[i].lon, rows[i].lat);

		assert_int_equal(w.x, rows[i].x);
		assert_int_equal(w.y, rows[i].y);
	}
}

static void units_survive_a_journey_through_degrees(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct mm_world w, back;
		double lon, lat;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		w = (struct mm_world){(uint32_t)(seed >> 32), (uint32_t)(seed >> 7)};
		mm_world_to_lonlat(w, &lon, &lat);
		back = mm_world_from_lonlat(lon, lat);
		assert_int_equal(back.x, w.x);
		assert_true(back.y >= w.y - (w.y > 0) && back.y <= (uint64_t)w.y + 1);
		assert_in_range(back.y - w.y + 1, 0, 2);
	}
}

static void a_box_of_units_holds_every_point_of_its_box_in_degrees(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		double v[4];
		struct mm_box b = mm_box_empty();
		struct mm_world_box w;

		for (int k = 0; k < 4; k++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			v[k] = ldexp((double)(seed >> 11), -53) * (k % 2 ? 170 : 360) - (k % 2 ? 85 : 180);
		}
		mm_box_add(&b, v[0], v[1]);
		mm_box_add(&b, v[2], v[3]);
		w = mm_world_box_around(&b);
		for (int k = 0; k < 2; k++) {
			struct mm_world p = mm_world_from_lonlat(v[2 * k], v[2 * k + 1]);

			assert_true(p.x >= w.min_x && p.x <= w.max_x && p.y >= w.min_y && p.y <= w.max_y);
			assert_true(w.min_x < w.max_x && w.min_y < w.max_y);
		}
	}
}

/* Points that a source has beyond +-180 are found by a box there, and by one on this side. */
static void boxes_beyond_the_antimeridian_hold_what_is_turned(void **state)
{
	static const double lons[] = {190, -190, 360, 539.5, -540, 180, -180, 179};
	static const double turned[] = {-170, 170, 0, 179.5, 180, 180, -180, 179};

	(void)state;
	for (size_t i = 0; i < sizeof(lons) / sizeof(lons[0]); i++) {
		const double lon = mm_lon_turned(lons[i]);
		const struct mm_world at = mm_world_from_lonlat(lon, 10);
		const struct mm_world_box there =
		    mm_world_box_around(&(struct mm_box){lons[i] - 1, 9, lons[i] + 1, 11});

		assert_true(fabs(fabs(lon) - fabs(turned[i])) < 1e-9 && fabs(lon) <= 180);
		assert_true(fabs(lon) > 179.9 || fabs(lon - turned[i]) < 1e-9);
		assert_true(at.x >= there.min_x && at.x <= there.max_x);
	}
}

static void an_empty_box_meets_no_item(void **state)
{
	struct mm_box empty = mm_box_empty(), nan = {NAN, 0, 1, 1};
	struct mm_world_box item = {5, 5, 6, 6}, w = mm_world_box_around(&empty);

	(void)state;
	assert_false(mm_world_box_meets(&w, &item));
	w = mm_world_box_around(&nan);
	assert_false(mm_world_box_meets(&w, &item));
}

static void tiles_are_where_the_scheme_puts_them(void **state)
{
	struct mm_box b = mm_tile_box_deg(0, 0, 0);

	(void)state;
	assert_true(b.min_x == -180 && b.max_x == 180);
	assert_true(fabs(b.max_y - MM_MERCATOR_MAX_LAT_DEG) < 1e-12);
	assert_true(fabs(b.min_y + MM_MERCATOR_MAX_LAT_DEG) < 1e-12);
	b = mm_tile_box_deg(2, 3, 1);
	assert_true(b.min_x == 90 && b.max_x == 180 && fabs(b.min_y) < 1e-12);
	assert_true(fabs(b.max_y - 66.51326044311186) < 1e-12);
	b = mm_tile_box_deg(30, (1u << 30) - 1, 0);
	assert_true(b.max_x == 180 && b.min_x < 180);
}

static void empty_boxes_meet_and_hold_nothing(void **state)
{
	struct mm_box e = mm_box_empty(), one = {1, 1, 1, 1}, big = {0, 0, 2, 2}, odd = {5, 0, 3, 2};

	(void)state;
	assert_true(mm_box_is_empty(&e) && mm_box_is_empty(&odd) && !mm_box_is_empty(&one));
	assert_false(mm_box_meets(&e, &big) || mm_box_meets(&big, &odd) || mm_box_meets(&e, &e));
	assert_true(mm_box_meets(&one, &big) && mm_box_holds(&big, &one) && !mm_box_holds(&one, &big));
	assert_true(mm_box_holds(&big, &e) && !mm_box_holds(&e, &e));
	mm_box_merge(&one, &odd);
	assert_true(one.max_x == 1);
	mm_box_merge(&one, &big);
	assert_true(one.min_x == 0 && one.max_y == 2);
	mm_box_add(&e, 3, 4);
	assert_true(e.min_x == 3 && e.max_x == 3 && e.min_y == 4 && e.max_y == 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_places_have_known_units),
	    cmocka_unit_test(units_survive_a_journey_through_degrees),
	    cmocka_unit_test(a_box_of_units_holds_every_point_of_its_box_in_degrees),
	    cmocka_unit_test(boxes_beyond_the_antimeridian_hold_what_is_turned),
	    cmocka_unit_test(an_empty_box_meets_no_item),
	    cmocka_unit_test(tiles_are_where_the_scheme_puts_them),
	    cmocka_unit_test(empty_boxes_meet_and_hold_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
