#include "check.h"

#include "geo/sphere.h"

#include <math.h>

static void known_ways_are_as_long_as_they_are(void **state)
{
	static const double pole[] = {0, 90}, origin[] = {0, 0}, lipetsk[] = {39.6, 52.6},
			    moscow[] = {37.62, 55.75};
	const double quarter = M_PI / 2 * 6371008.8;

	(void)state;
	assert_true(fabs(mm_sphere_distance_m(origin, pole) - quarter) < 1e-3);
	assert_true(fabs(mm_sphere_distance_m(lipetsk, moscow) - 374000) < 2000);
	assert_true(fabs(mm_sphere_distance_m(moscow, lipetsk) - mm_sphere_distance_m(lipetsk, moscow)) <
		    1e-6);
}

/* Pixels of pictures are small: a millimetre must not drown in rounding. */
static void short_ways_are_right_as_well(void **state)
{
	const double a[] = {39.1, 52.35}, east[] = {39.1 + 1e-8, 52.35}, north[] = {39.1, 52.35 + 1e-8};
	const double degree = M_PI / 180 * 6371008.8;

	(void)state;
	assert_true(fabs(mm_sphere_distance_m(a, north) / (1e-8 * degree) - 1) < 1e-5);
	assert_true(fabs(mm_sphere_distance_m(a, east) / (1e-8 * degree * cos(52.35 * M_PI / 180)) - 1) <
		    1e-5);
	assert_true(fabs(mm_sphere_distance_m(a, a)) < 1e-12);
}

/* Across the antimeridian it is the short way. */
static void the_seam_of_degrees_is_no_way_round(void **state)
{
	const double west[] = {179.999, 10}, east[] = {-179.999, 10};

	(void)state;
	assert_true(mm_sphere_distance_m(west, east) < 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_ways_are_as_long_as_they_are),
	    cmocka_unit_test(short_ways_are_right_as_well),
	    cmocka_unit_test(the_seam_of_degrees_is_no_way_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
