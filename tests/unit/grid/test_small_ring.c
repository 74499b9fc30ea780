#include "check.h"

#include "geo/topo.h"
#include "grid/small_ring.h"

#include <string.h>

static struct mm_small_ring ring(int count, const int32_t (*xy)[2])
{
	struct mm_small_ring r = {.count = count};

	memcpy(r.xy, xy, (size_t)count * sizeof(*xy));
	return r;
}

#define RING(...)                                                                                            \
	ring(sizeof((int32_t[][2]){__VA_ARGS__}) / sizeof(int32_t[2]), (const int32_t[][2]){__VA_ARGS__})

static void what_needs_nothing_stays(void **state)
{
	struct mm_small_ring r = RING({0, 0}, {10, 0}, {10, 10}, {0, 10});

	(void)state;
	assert_true(mm_small_ring_tidy(&r, 2));
	assert_int_equal(r.count, 4);
	assert_true(r.is_convex && mm_small_ring_is_simple(&r));
	r = RING({0, 10}, {10, 10}, {10, 0}, {0, 0}); /* the other way round */
	assert_true(mm_small_ring_tidy(&r, 2));
	assert_true(r.xy[0][0] == 0 && r.xy[0][1] == 0 && r.xy[1][0] == 10);
}

static void repeats_spikes_and_straight_points_go(void **state)
{
	struct mm_small_ring r =
	    RING({0, 0}, {0, 0}, {5, 0}, {10, 0}, {10, 4}, {20, 4}, {10, 4}, {10, 10}, {0, 10}, {0, 5});

	(void)state;
	assert_true(mm_small_ring_tidy(&r, 0));
	assert_int_equal(r.count, 4);
	r = RING({0, 0}, {5, 5}, {9, 9}, {3, 3}); /* nothing but a spike */
	assert_false(mm_small_ring_tidy(&r, 0));
	r = RING({1, 1}, {1, 1}, {1, 1});
	assert_false(mm_small_ring_tidy(&r, 2));
	r = RING({0, 0}, {10, 10}, {10, 0}, {0, 10}); /* a bow tie of no area */
	assert_false(mm_small_ring_tidy(&r, 2));
}

static void flat_corners_go_first_and_four_stay(void **state)
{
	struct mm_small_ring r = RING({0, 0}, {50, 1}, {100, 0}, {100, 100}, {50, 97}, {0, 100});

	(void)state;
	assert_true(mm_small_ring_tidy(&r, 2));
	assert_int_equal(r.count, 5); /* the dent of three units stays */
	r = RING({0, 0}, {30, 1}, {60, 0}, {60, 2}, {30, 3}, {0, 2});
	assert_true(mm_small_ring_tidy(&r, 10));
	assert_int_equal(r.count, 4);
}

static void crossing_rings_are_known(void **state)
{
	struct mm_small_ring tie = RING({0, 0}, {10, 10}, {10, 0}, {0, 11});
	struct mm_small_ring star = RING({50, 0}, {80, 90}, {0, 35}, {100, 35}, {20, 90});
	struct mm_small_ring touching = RING({0, 0}, {10, 0}, {10, 10}, {5, 0}, {0, 10});
	struct mm_small_ring fine = RING({0, 0}, {10, 0}, {10, 10}, {5, 1}, {0, 10});

	(void)state;
	assert_true(mm_small_ring_tidy(&tie, 0));
	assert_false(mm_small_ring_is_simple(&tie));
	assert_true(mm_small_ring_tidy(&star, 0)); /* turns the same way at each corner, but twice round */
	assert_false(mm_small_ring_is_simple(&star));
	assert_true(mm_small_ring_tidy(&touching, 0));
	assert_false(mm_small_ring_is_simple(&touching));
	assert_true(mm_small_ring_tidy(&fine, 0));
	assert_true(mm_small_ring_is_simple(&fine));
}

/* The same as GEOS says, of rings that touch in no point. */
static void simple_is_what_geos_calls_valid(void **state)
{
	struct mm_topo *topo = mm_topo_new();
	uint64_t seed = 99;
	int valid = 0, invalid = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct mm_small_ring r = {0};
		double xy[2 * (MM_SMALL_RING_MAX + 1)];
		uint32_t part = 2u << 30 | 1, n;
		char why[200];

		r.count = 3 + round % 6;
		for (int i = 0; i < r.count; i++)
			for (int k = 0; k < 2; k++) {
				seed = seed * 6364136223846793005u + 1442695040888963407u;
				r.xy[i][k] = (int32_t)(seed >> 40) % 12;
			}
		if (!mm_small_ring_tidy(&r, 0))
			continue;
		for (int i = 0; i <= r.count; i++)
			for (int k = 0; k < 2; k++)
				xy[2 * i + k] = r.xy[i % r.count][k];
		n = (uint32_t)r.count + 1;
		assert_int_equal(mm_topo_why_invalid(topo,
						     &(struct mm_geom){.type = MM_GEOM_POLYGON,
								       .part = &part,
								       .ring = &n,
								       .xy = xy,
								       .part_count = 1,
								       .ring_count = 1,
								       .vertex_count = n},
						     why, sizeof(why), NULL),
				 MM_OK);
		if (mm_small_ring_is_simple(&r))
			assert_string_equal(why, "");
		valid += !*why;
		invalid += *why != 0;
		if (*why)
			assert_false(mm_small_ring_is_simple(&r));
	}
	assert_true(valid > 2000 && invalid > 2000);
	(void)mm_topo_free(topo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_needs_nothing_stays),
	    cmocka_unit_test(repeats_spikes_and_straight_points_go),
	    cmocka_unit_test(flat_corners_go_first_and_four_stay),
	    cmocka_unit_test(crossing_rings_are_known),
	    cmocka_unit_test(simple_is_what_geos_calls_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
