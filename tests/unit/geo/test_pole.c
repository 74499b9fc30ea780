#include "check.h"

#include "geo/pole.h"

#include <geos_c.h>
#include <math.h>
#include <stdlib.h>

/* Against GEOS, which looks for the same with code of its own. */

static GEOSContextHandle_t geos;

static GEOSGeometry *polygon_of(const double *xy, uint32_t n)
{
	GEOSCoordSequence *s = GEOSCoordSeq_copyFromBuffer_r(geos, xy, n, 0, 0);

	return GEOSGeom_createPolygon_r(geos, GEOSGeom_createLinearRing_r(geos, s), NULL, 0);
}

/* Radius of the circle that GEOS finds. */
static double room_by_geos(const GEOSGeometry *g, double tolerance)
{
	GEOSGeometry *radius = GEOSMaximumInscribedCircle_r(geos, g, tolerance);
	double length = 0;

	assert_int_equal(GEOSGeomGetLength_r(geos, radius, &length), 1);
	GEOSGeom_destroy_r(geos, radius);
	return length;
}

static void size_of(const GEOSGeometry *g, double *ret_width, double *ret_height)
{
	double west, east, south, north;

	assert_int_equal(GEOSGeom_getXMin_r(geos, g, &west) & GEOSGeom_getXMax_r(geos, g, &east) &
			     GEOSGeom_getYMin_r(geos, g, &south) & GEOSGeom_getYMax_r(geos, g, &north),
			 1);
	*ret_width = east - west;
	*ret_height = north - south;
}

static void check_ring(const double *xy, uint32_t n, double tolerance)
{
	GEOSGeometry *g = polygon_of(xy, n), *edge = GEOSBoundary_r(geos, g), *p;
	double at[2], room, distance, width, height;

	assert_true(mm_pole_find(xy, &n, 1, tolerance, at, &room));
	p = GEOSGeom_createPointFromXY_r(geos, at[0], at[1]);
	assert_int_equal(GEOSIntersects_r(geos, g, p), 1);
	assert_int_equal(GEOSDistance_r(geos, edge, p, &distance), 1);
	size_of(g, &width, &height);
	assert_true(fabs(distance - room) < 1e-6 * fmax(width, height));
	assert_true(room >= room_by_geos(g, tolerance) - tolerance);
	GEOSGeom_destroy_r(geos, p);
	GEOSGeom_destroy_r(geos, edge);
	GEOSGeom_destroy_r(geos, g);
}

static void stars_have_the_room_that_geos_finds(void **state)
{
	enum { ROUNDS = 2000 };
	double xy[2 * (MM_POLE_POINTS_MAX + 1)];

	(void)state;
	srand(1);
	for (int round = 0; round < ROUNDS; round++) {
		const uint32_t n = 4 + (uint32_t)rand() % 40;

		for (uint32_t i = 0; i < n; i++) {
			const double a = 2 * M_PI * i / n, r = 100 + rand() % 900;

			xy[2 * i] = r * cos(a) * (1 + round % 9);
			xy[2 * i + 1] = r * sin(a);
		}
		xy[2 * n] = xy[0];
		xy[2 * n + 1] = xy[1];
		check_ring(xy, n + 1, 10);
	}
}

static void holes_are_kept_clear(void **state)
{
	static const double xy[] = {0,  0,  100, 0,  100, 100, 0,  100, 0,  0,
				    10, 10, 60,  10, 60,  90,  10, 90,  10, 10};
	static const uint32_t ring[] = {5, 5};
	double at[2] = {0, 0}, room = 0;

	(void)state;
	assert_true(mm_pole_find(xy, ring, 2, 0.5, at, &room));
	assert_true(at[0] > 60 && at[0] < 100);
	assert_true(room >= 19.5 && room <= 20); /* the corridor in the east is 40 wide */
}

static void what_takes_long_is_refused(void **state)
{
	static double xy[2 * (MM_POLE_POINTS_MAX + 1)];
	const uint32_t many = MM_POLE_POINTS_MAX + 1, line = 5;
	double at[2], room;

	(void)state;
	assert_false(mm_pole_find(xy, &many, 1, 1, at, &room));
	/* without any extent */
	assert_false(mm_pole_find(xy, &line, 1, 1, at, &room));
	/* a sliver: 10000 squares of its breadth */
	for (int i = 0; i < 5; i++) {
		xy[2 * i] = i == 1 || i == 2 ? 10000 : 0;
		xy[2 * i + 1] = i == 2 || i == 3;
	}
	assert_false(mm_pole_find(xy, &line, 1, 0.1, at, &room));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stars_have_the_room_that_geos_finds),
	    cmocka_unit_test(holes_are_kept_clear),
	    cmocka_unit_test(what_takes_long_is_refused),
	};
	int failed;

	geos = GEOS_init_r();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	GEOS_finish_r(geos);
	return failed;
}
