#include "check.h"

#include "geo/smooth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Polynomials beside PROJ. */

static unsigned seed = 5;

static double dice(double least, double most)
{
	return least + (most - least) * rand_r(&seed) / RAND_MAX;
}

static const struct mm_transform *way(struct mm_proj *p, const char *from, const char *to)
{
	const struct mm_transform *t = NULL;

	assert_int_equal(mm_transform_get(p, from, to, &t, NULL), MM_OK);
	return t;
}

/* The farthest that a point of a box is off; the box is in degrees. */
static double farthest(const char *to, const struct mm_box *b, double tolerance)
{
	struct mm_proj *p = mm_proj_new();
	struct mm_smooth *s = mm_smooth_new(NULL, way(p, MM_CRS84, to), 0.1, tolerance);
	double most = 0;

	assert_non_null(s);
	for (int i = 0; i < 4000; i++) {
		const double at[2] = {dice(b->min_x, b->max_x), dice(b->min_y, b->max_y)};
		double quick[2], exact[2];

		assert_true(mm_smooth_points(s, at, 1, quick));
		assert_true(mm_smooth_points_exact(s, at, 1, exact));
		most = fmax(most, fmax(fabs(quick[0] - exact[0]), fabs(quick[1] - exact[1])));
	}
	(void)mm_smooth_free(s);
	(void)mm_proj_free(p);
	return most;
}

static void they_keep_to_the_tolerance(void **state)
{
	static const struct {
		const char *to;
		struct mm_box box;
	} cases[] = {
	    {"EPSG:32637", {36, 52, 43, 58}},   {"EPSG:32637", {10, 0, 12, 4}},
	    {"MSK48_1", {38, 51, 41, 54}},      {"EPSG:28407", {30, 40, 50, 75}},
	    {"EPSG:3857", {-20, 60, -10, 84}},  {"EPSG:27700", {-6, 50, 2, 58}},
	    {"EPSG:32637", {-60, 70, 140, 89}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const double off = farthest(cases[i].to, &cases[i].box, 1e-3);

		if (off > 1e-3)
			fail_msg("%s: %g m off", cases[i].to, off);
	}
}

/* Near the place a square keeps to micrometres, so that none of it goes to PROJ. */
static void they_are_good_where_it_matters(void **state)
{
	const struct mm_box b = {37, 55, 39, 56.5};

	(void)state;
	assert_true(farthest("EPSG:32637", &b, 1e-3) < 1e-5);
	assert_true(farthest("MSK48_1", &b, 1e-3) < 1e-5);
}

static void two_steps_and_none(void **state)
{
	struct mm_proj *p = mm_proj_new();
	struct mm_smooth *two = mm_smooth_new(way(p, "MSK48_1", MM_CRS84), way(p, MM_CRS84, "EPSG:32637"),
					      10000, 1e-3),
			 *none = mm_smooth_new(NULL, NULL, 1, 1e-3);
	const double at[4] = {1325705.827, 418872.272, -7e300, 3};
	double quick[4], exact[4];

	(void)state;
	assert_true(mm_smooth_points(two, at, 1, quick) && mm_smooth_points_exact(two, at, 1, exact));
	assert_true(fabs(quick[0] - exact[0]) < 1e-3 && fabs(quick[1] - exact[1]) < 1e-3);
	assert_false(mm_smooth_points(two, at, 2, quick)); /* the second is nowhere */
	assert_true(mm_smooth_points(none, at, 2, quick));
	assert_memory_equal(quick, at, sizeof(at));
	memcpy(exact, at, sizeof(at));
	assert_true(mm_smooth_points(two, exact, 1, exact)); /* in place */
	assert_true(mm_smooth_points(two, at, 1, quick));
	assert_memory_equal(exact, quick, 2 * sizeof(double));
	(void)mm_smooth_free(two);
	(void)mm_smooth_free(none);
	(void)mm_proj_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(they_keep_to_the_tolerance),
	    cmocka_unit_test(they_are_good_where_it_matters),
	    cmocka_unit_test(two_steps_and_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
