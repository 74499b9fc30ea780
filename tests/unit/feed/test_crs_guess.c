#include "../check.h"

#include "feed/crs_guess.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Systems for coordinates that come without one. Points of МСК: domain.md 7.2. */

static const struct mm_box nowhere = {INFINITY, INFINITY, -INFINITY, -INFINITY};

/* The extent of a small town around a point. */
static struct mm_box around(double x, double y)
{
	double r = fabs(x) > 400 || fabs(y) > 400 ? 500 : 0.02;

	return (struct mm_box){x - r, y - r, x + r, y + r};
}

static struct mm_box near_place(double lon_deg, double lat_deg)
{
	return lon_deg == 0 && lat_deg == 0 ? nowhere : around(lon_deg, lat_deg);
}

static void check_place(const struct mm_crs_guess *g, double lon_deg, double lat_deg)
{
	if (fabs(g->lon_deg - lon_deg) > 0.01 || fabs(g->lat_deg - lat_deg) > 0.01)
		fail_msg("%s: %s: at %.5f %.5f, not %.5f %.5f", g->crs, g->why, g->lon_deg, g->lat_deg,
			 lon_deg, lat_deg);
}

static void the_likeliest_system_goes_first(void **state)
{
	static const struct {
		double x, y, known_lon, known_lat; /* known 0 0: nothing is known */
		const char *crs;
		bool swap;
		double lon_deg, lat_deg;
	} rows[] = {
	    {39.5992, 52.6088, 0, 0, "EPSG:4326", false, 39.5992, 52.6088},  /* Lipetsk */
	    {52.6088, 39.5992, 0, 0, "EPSG:4326", true, 39.5992, 52.6088},   /* latitude first */
	    {54.9228, 43.3235, 0, 0, "EPSG:4326", true, 43.3235, 54.9228},   /* Sarov, latitude first */
	    {46.7130, 142.5272, 0, 0, "EPSG:4326", true, 142.5272, 46.7130}, /* Aniva, latitude first */
	    {20.5, 54.7, 0, 0, "EPSG:4326", false, 20.5, 54.7},              /* Kaliningrad */
	    {-71.1, 42.37, 0, 0, "EPSG:4326", false, -71.1, 42.37},          /* Cambridge MA */
	    {42.37, -120, 0, 0, "EPSG:4326", true, -120, 42.37},             /* not on the globe as it is */
	    {1325705.827, 418872.272, 39.6, 52.6, "MSK48_1", false, 39.5992, 52.6088},
	    {418872.272, 1325705.827, 39.6, 52.6, "MSK48_1", true, 39.5992, 52.6088},
	    {2171471.739, 374672.398, 43.3, 54.9, "MSK52_2", false, 43.3235, 54.9228},
	    {1285403.090, 658831.619, 142.5, 46.7, "MSK65_1", false, 142.5272, 46.7130},
	    /* the point found in public code: X is the north */
	    {518754.05, 2150702.94, 42.9, 56.2, "MSK52_2", true, 42.94787, 56.21275},
	    {7405000, 5830000, 0, 0, "EPSG:28407", false, 37.5965, 52.5898},
	    {405000, 5830000, 37.5, 52.6, "EPSG:32637", false, 37.5969, 52.6117},
	    {5830000, 405000, 37.5, 52.6, "EPSG:32637", true, 37.5969, 52.6117},
	    {4408000, 6907000, 39.6, 52.6, "EPSG:3857", false, 39.5978, 52.587},
	};
	struct mm_proj *proj = mm_proj_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_crs_guess g[MM_CRS_GUESSES_MAX];
		struct mm_box extent = around(rows[i].x, rows[i].y);
		struct mm_box known = near_place(rows[i].known_lon, rows[i].known_lat);
		size_t n = mm_crs_guess(proj, &extent, &known, g);

		if (!n || strcmp(g[0].crs, rows[i].crs) != 0 || g[0].swap_axes != rows[i].swap)
			fail_msg("%.3f %.3f: %zu guesses, the first %s swap %d, not %s", rows[i].x, rows[i].y,
				 n, n ? g[0].crs : "-", n && g[0].swap_axes, rows[i].crs);
		check_place(&g[0], rows[i].lon_deg, rows[i].lat_deg);
		assert_true(*g[0].why != '\0');
	}
	(void)mm_proj_free(proj);
}

/* Without other data of the town МСК of several regions fit alike: the right one is among them, north first.
 */
static void the_point_from_public_code_is_found_among_the_regions(void **state)
{
	struct mm_proj *proj = mm_proj_new();
	struct mm_crs_guess g[MM_CRS_GUESSES_MAX];
	struct mm_box extent = around(518754.05, 2150702.94);
	size_t n = mm_crs_guess(proj, &extent, &nowhere, g), found = n;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_true(g[i].swap_axes);
		assert_memory_equal(g[i].crs, "MSK", 3);
		found = strcmp(g[i].crs, "MSK52_2") == 0 ? i : found;
	}
	assert_true(found < n);
	check_place(&g[found], 42.94787, 56.21275);
	assert_non_null(strstr(g[found].why, "north first"));
	(void)mm_proj_free(proj);
}

static void both_orders_that_make_sense_are_named(void **state)
{
	struct mm_proj *proj = mm_proj_new();
	struct mm_crs_guess g[MM_CRS_GUESSES_MAX];
	struct mm_box extent = around(55.3, 61.4); /* Urals either way */

	(void)state;
	assert_int_equal(mm_crs_guess(proj, &extent, &nowhere, g), 2);
	assert_false(g[0].swap_axes);
	assert_true(g[1].swap_axes);
	(void)mm_proj_free(proj);
}

static void where_other_data_lies_decides(void **state)
{
	struct mm_proj *proj = mm_proj_new();
	struct mm_crs_guess g[MM_CRS_GUESSES_MAX];
	struct mm_box extent = around(55.3, 61.4), known = around(61.4, 55.3);

	(void)state;
	assert_int_equal(mm_crs_guess(proj, &extent, &known, g), 2);
	assert_true(g[0].swap_axes);
	(void)mm_proj_free(proj);
}

static void what_fits_nowhere_gives_nothing(void **state)
{
	static const struct mm_box rows[] = {
	    {-5e8, -5e8, 5e8, 5e8},
	    {405000, 5830000, 406000, 5831000}, /* UTM of an unknown zone */
	    {0, 0, 1000, 1000},                 /* a drawing */
	    {-1e300, -1e300, 1e300, 1e300},
	};
	struct mm_proj *proj = mm_proj_new();
	struct mm_crs_guess g[MM_CRS_GUESSES_MAX];

	(void)state;
	assert_int_equal(mm_crs_guess(proj, &nowhere, &nowhere, g), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(mm_crs_guess(proj, &rows[i], &nowhere, g), 0);
	(void)mm_proj_free(proj);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_likeliest_system_goes_first),
	    cmocka_unit_test(the_point_from_public_code_is_found_among_the_regions),
	    cmocka_unit_test(both_orders_that_make_sense_are_named),
	    cmocka_unit_test(where_other_data_lies_decides),
	    cmocka_unit_test(what_fits_nowhere_gives_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
