#include "check.h"

#include "geo/topo.h"
#include "store/valid_ring.h"

#include <math.h>
#include <stdlib.h>

/* The short cut past GEOS: whatever it calls valid, GEOS must call valid too; and it must settle the plain
 * cases. */

static bool is_sure(const double *xy, uint32_t n)
{
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1;
	const struct mm_geom g = {.type = MM_GEOM_POLYGON,
				  .part = &part,
				  .ring = &n,
				  .xy = xy,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = n};

	return mm_ring_is_surely_valid(&g);
}

static bool geos_agrees(struct mm_topo *topo, const double *xy, uint32_t n)
{
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1;
	const struct mm_geom g = {.type = MM_GEOM_POLYGON,
				  .part = &part,
				  .ring = &n,
				  .xy = xy,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = n};
	char why[200];

	return mm_topo_why_invalid(topo, &g, why, sizeof(why), NULL) == MM_OK && *why == '\0';
}

static void plain_rings_are_settled(void **state)
{
	static const double square[] = {0, 0, 1, 0, 1, 1, 0, 1, 0, 0}, triangle[] = {0, 0, 1, 0, 0, 1, 0, 0},
			    el[] = {0, 0, 9, 0, 9, 3, 3, 3, 3, 9, 0, 9, 0, 0},
			    with_a_point_on_a_side[] = {0, 0, 1, 0, 2, 0, 2, 2, 0, 2, 0, 0};

	(void)state;
	assert_true(is_sure(square, 5));
	assert_true(is_sure(triangle, 4));
	assert_true(is_sure(el, 7));
	assert_true(is_sure(with_a_point_on_a_side, 6));
}

static void doubtful_rings_are_not(void **state)
{
	static const double bow_tie[] = {0, 0, 2, 2, 2, 0, 0, 2, 0, 0},
			    spike[] = {0, 0, 4, 0, 4, 4, 4, 9, 4, 4, 0, 4, 0, 0},
			    flat[] = {0, 0, 5, 0, 2, 0, 0, 0}, open[] = {0, 0, 1, 0, 1, 1, 0, 1},
			    twice[] = {0, 0, 1, 0, 1, 0, 1, 1, 0, 0},
			    touches_itself[] = {0, 0, 4, 0, 4, 4, 2, 0, 0, 4, 0, 0},
			    point[] = {1, 1, 1, 1, 1, 1, 1, 1};

	(void)state;
	assert_false(is_sure(bow_tie, 5));
	assert_false(is_sure(spike, 7));
	assert_false(is_sure(flat, 4));
	assert_false(is_sure(open, 4));
	assert_false(is_sure(twice, 5));
	assert_false(is_sure(touches_itself, 6));
	assert_false(is_sure(point, 4));
	assert_false(is_sure(point, 3));
	assert_false(is_sure(NULL, 0));
}

/* Corners on a coarse grid touch and overlap in every way there is; with a far origin digits run out. */
static void geos_never_disagrees(void **state)
{
	static const double origin[] = {0, 5e5, 6.1e6, 1e8}, step[] = {1, 0.1, 0.001, 1e-7};
	struct mm_topo *topo = mm_topo_new();
	unsigned seed = 5, sure = 0;
	double xy[2 * 9];

	(void)state;
	assert_non_null(topo);
	for (int k = 0; k < 60000; k++) {
		uint32_t n = 3 + (uint32_t)rand_r(&seed) % 5;
		double from = origin[rand_r(&seed) % 4], by = step[rand_r(&seed) % 4];
		int grid = 2 + rand_r(&seed) % 6;

		for (uint32_t i = 0; i < 2 * n; i++)
			xy[i] = from + by * (rand_r(&seed) % grid);
		xy[2 * n] = xy[0];
		xy[2 * n + 1] = xy[1];
		if (!is_sure(xy, n + 1))
			continue;
		sure++;
		assert_true(geos_agrees(topo, xy, n + 1));
	}
	assert_true(sure > 1000);
	(void)mm_topo_free(topo);
}

/* A star around a middle is valid whatever its radii: the short cut knows nearly all of them. */
static void stars_are_settled(void **state)
{
	unsigned seed = 6;
	int sure = 0;
	double xy[2 * 65];

	(void)state;
	for (int k = 0; k < 1000; k++) {
		uint32_t n = 5 + (uint32_t)rand_r(&seed) % 59;

		for (uint32_t i = 0; i < n; i++) {
			double r = 5 + rand_r(&seed) % 1000 / 100.0, a = 2 * M_PI * i / n;

			xy[2 * i] = 4e5 + r * cos(a);
			xy[2 * i + 1] = 6e6 + r * sin(a);
		}
		xy[2 * n] = xy[0];
		xy[2 * n + 1] = xy[1];
		sure += is_sure(xy, n + 1);
	}
	assert_int_equal(sure, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_rings_are_settled),
	    cmocka_unit_test(doubtful_rings_are_not),
	    cmocka_unit_test(geos_never_disagrees),
	    cmocka_unit_test(stars_are_settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
