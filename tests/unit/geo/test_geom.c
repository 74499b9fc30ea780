#include "check.h"

#include "geo/geom.h"
#include "geo/measure.h"
#include "geom_wkt.h"

#include <math.h>
#include <stdio.h>

static GEOSContextHandle_t geos;
static uint64_t seed = 88172645463325252u;

static int64_t dice(int64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((seed >> 20) % (uint64_t)below);
}

static void a_table_of_cases_meets_or_not(void **state)
{
	static const struct {
		const char *wkt;
		struct mm_box box;
		bool meets;
	} rows[] = {
	    {"POINT (1 1)", {1, 1, 2, 2}, true},
	    {"POINT (1 1)", {1.0000000000000002, 1, 2, 2}, false},
	    {"POINT EMPTY", {-9, -9, 9, 9}, false},
	    {"MULTIPOINT ((5 5), (1 1))", {0, 0, 2, 2}, true},
	    {"LINESTRING (0 0, 10 10)", {4, 5, 4.5, 6}, false},
	    {"LINESTRING (0 0, 10 10)", {4, 5, 5, 6}, true},                /* touches a corner */
	    {"LINESTRING (0 0, 10 10)", {4, -INFINITY, INFINITY, 5}, true}, /* a quadrant */
	    {"LINESTRING (0 0, 10 10)", {6, -INFINITY, INFINITY, 5}, false},
	    {"LINESTRING (0 5, 10 5)", {4, 4, 6, 6}, true},
	    {"LINESTRING (0 4, 10 4)", {4, 4, 6, 6}, true}, /* along an edge */
	    {"LINESTRING (3 3, 3 3)", {0, 0, 6, 6}, true},
	    {"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", {4, 4, 5, 5}, true}, /* box inside */
	    {"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 8 2, 8 8, 2 8, 2 2))",
	     {4, 4, 5, 5},
	     false}, /* in the hole */
	    {"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 8 2, 8 8, 2 8, 2 2))", {8, 4, 8, 5}, true},
	    {"POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))",
	     {4, 1, 6, 2},
	     false}, /* between the wings of a bow tie */
	    {"POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))", {1, 4, 2, 6}, true},
	    /* the middle of a pentagram: twice around, even-odd outside */
	    {"POLYGON ((0 10, 6 -8, -10 3, 10 3, -6 -8, 0 10))", {-1, -1, 1, 1}, false},
	    {"MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((5 5, 9 5, 9 9, 5 9, 5 5)))", {6, 6, 7, 7}, true},
	    {"GEOMETRYCOLLECTION (LINESTRING (0 0, 1 1), POLYGON ((5 5, 9 5, 9 9, 5 9, 5 5)))",
	     {6, 6, 7, 7},
	     true},
	    {"GEOMETRYCOLLECTION (LINESTRING (0 0, 1 1), POINT (7 7))", {5, 5, 6, 6}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 0);
		struct mm_geom g = geom_from_wkt(geos, rows[i].wkt, &mem);

		if (mm_geom_meets_box(&g, &rows[i].box) != rows[i].meets)
			fail_msg("row %zu: %s", i, rows[i].wkt);
	}
}

static void nothing_meets_an_empty_box_and_null_meets_nothing(void **state)
{
	MM_ARENA_SCOPE(mem, 0);
	struct mm_geom g = geom_from_wkt(geos, "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))", &mem), null = {0};
	struct mm_box empty = mm_box_empty(), all = {-INFINITY, -INFINITY, INFINITY, INFINITY};

	(void)state;
	assert_false(mm_geom_meets_box(&g, &empty));
	assert_true(mm_geom_meets_box(&g, &all));
	assert_false(mm_geom_meets_box(&null, &all));
}

__extension__ typedef __int128 wide;

static int sign(wide v)
{
	return (v > 0) - (v < 0);
}

static int side(const int64_t *a, const int64_t *b, int64_t x, int64_t y)
{
	return sign((wide)(a[0] - x) * (b[1] - y) - (wide)(a[1] - y) * (b[0] - x));
}

/* Segments of up to 2^41 units past a corner that is at most two units away: far below the rounding of
 * doubles' products, so only exact arithmetic gets all of them right. */
static void near_misses_of_a_corner_are_decided_exactly(void **state)
{
	int touched = 0;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		int64_t a[2] = {-dice(1ll << 40), -dice(1ll << 40)},
			b[2] = {dice(1ll << 40), dice(1ll << 40)};
		double t = (double)dice(1 << 30) / (1 << 30);
		int64_t x = a[0] + (int64_t)((double)(b[0] - a[0]) * t), far = 1ll << 45;
		int64_t y = a[1] + (int64_t)((double)(b[1] - a[1]) * t) + dice(5) - 2;
		const double xy[4] = {(double)a[0], (double)a[1], (double)b[0], (double)b[1]};
		const uint32_t part = (uint32_t)MM_PART_LINE << 30 | 1, ring = 2;
		struct mm_geom g = {MM_GEOM_LINE, &part, &ring, xy, NULL, 1, 1, 2};
		/* the segment climbs to the right, the box hangs below and right of its corner (x, y) */
		struct mm_box box = {(double)x, (double)-far, (double)far, (double)y};
		bool meets = side(a, b, x, y) >= 0 || b[1] <= y;

		meets = meets && a[1] <= y && b[0] >= x;
		if (mm_geom_meets_box(&g, &box) != meets)
			fail_msg("round %d", i);
		touched += meets;
	}
	assert_in_range(touched, 50000, 250000);
}

static GEOSGeometry *random_geometry(double grid)
{
	char wkt[4096];
	int kind = (int)dice(3), n = 2 + (int)dice(8), len;

	len = snprintf(wkt, sizeof(wkt), "%s",
		       kind == 0   ? "MULTIPOINT ("
		       : kind == 1 ? "LINESTRING ("
				   : "POLYGON ((");
	n += kind == 2;
	for (int i = 0; i < n; i++)
		len += snprintf(wkt + len, sizeof(wkt) - (size_t)len, "%s%.17g %.17g", i ? ", " : "",
				(double)dice(12) * grid, (double)dice(12) * grid);
	if (kind == 2) {
		double x, y;

		(void)sscanf(wkt, "POLYGON ((%lf %lf", &x, &y);
		len += snprintf(wkt + len, sizeof(wkt) - (size_t)len, ", %.17g %.17g)", x, y);
	}
	(void)snprintf(wkt + len, sizeof(wkt) - (size_t)len, ")");
	return GEOSGeomFromWKT_r(geos, wkt);
}

static void agrees_with_geos_on_valid_geometries(void **state)
{
	int compared = 0, met = 0;

	(void)state;
	for (int i = 0; i < 60000; i++) {
		MM_ARENA_SCOPE(mem, 0);
		double grid = i % 2 ? 1 : 0.1;
		GEOSGeometry *a = random_geometry(grid), *b;
		struct mm_geom g = geom_from_geos(geos, a, &mem);
		struct mm_box box = mm_box_empty();
		double x = (double)dice(11) * grid, y = (double)dice(11) * grid;

		mm_box_add(&box, x, y);
		mm_box_add(&box, x + (double)(1 + dice(4)) * grid, y + (double)(1 + dice(4)) * grid);
		b = GEOSGeom_createRectangle_r(geos, box.min_x, box.min_y, box.max_x, box.max_y);
		if (GEOSisValid_r(geos, a) == 1) {
			bool expected = GEOSIntersects_r(geos, a, b) == 1;

			compared++;
			met += expected;
			if (mm_geom_meets_box(&g, &box) != expected)
				fail_msg("round %d: %s", i, GEOSGeomToWKT_r(geos, a));
		}
		GEOSGeom_destroy_r(geos, a);
		GEOSGeom_destroy_r(geos, b);
	}
	assert_true(compared > 30000 && met > 5000 && met < compared - 5000);
}

static void the_area_of_a_ring_has_its_direction(void **state)
{
	const double ring[] = {1e6, 1e6, 1e6 + 2, 1e6, 1e6 + 2, 1e6 + 3, 1e6, 1e6 + 3, 1e6, 1e6};
	double back[10];

	(void)state;
	for (int i = 0; i < 5; i++) {
		back[2 * i] = ring[8 - 2 * i];
		back[2 * i + 1] = ring[9 - 2 * i];
	}
	assert_true(mm_ring_area2(ring, 5) == 12);
	assert_true(mm_ring_area2(back, 5) == -12);
	assert_true(mm_ring_area2(ring, 0) == 0);
}

static void types_dimensions_and_boxes(void **state)
{
	static const struct {
		const char *wkt, *name;
		int dimension;
	} rows[] = {
	    {"POINT (1 2)", "Point", 0},
	    {"MULTILINESTRING ((0 0, 1 1))", "MultiLineString", 1},
	    {"POLYGON EMPTY", "Polygon", 2},
	    {"GEOMETRYCOLLECTION EMPTY", "GeometryCollection", -1},
	    {"GEOMETRYCOLLECTION (POINT (0 0), LINESTRING (0 0, 1 1), POINT (2 2))", "GeometryCollection", 1},
	};
	struct mm_geom null = {0};
	struct mm_box box = mm_geom_box(&null);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 0);
		struct mm_geom g = geom_from_wkt(geos, rows[i].wkt, &mem);

		assert_string_equal(mm_geom_type_name(g.type), rows[i].name);
		assert_int_equal(mm_geom_dimension(&g), rows[i].dimension);
		box = mm_geom_box(&g);
		assert_int_equal(mm_box_is_empty(&box), g.vertex_count == 0);
	}
	assert_true(box.max_x == 2 && box.min_y == 0);
	assert_string_equal(mm_geom_type_name(MM_GEOM_NULL), "null");
	assert_int_equal(mm_geom_dimension(&null), -1);
}

static void the_distance_of_a_point(void **state)
{
	static const struct {
		const char *wkt;
		double x, y, distance;
	} rows[] = {
	    {"POINT (3 4)", 0, 0, 5},
	    {"POINT EMPTY", 0, 0, HUGE_VAL},
	    {"MULTIPOINT ((9 0), (0 2))", 0, 0, 2},
	    {"MULTIPOINT ((-5 0), (5 0))", 0, 0, 5}, /* no edge between points */
	    {"LINESTRING (-5 3, 5 3)", 0, 0, 3},
	    {"LINESTRING (1 1, 1 1)", 1, 3, 2},
	    {"MULTILINESTRING ((-5 3, 5 3), (-5 -2, 5 -2))", 0, 0, 2},
	    {"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", 5, 5, 0},
	    {"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", 13, 14, 5},
	    {"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 8 2, 8 8, 2 8, 2 2))", 4, 5, 2}, /* in the hole */
	    {"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 8 2, 8 8, 2 8, 2 2))", 1, 5, 0},
	    {"MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 9 5, 9 9, 5 9, 5 5)))", 6, 6, 0},
	    {"GEOMETRYCOLLECTION (POINT (5 0), LINESTRING (0 4, 4 4))", 0, 0, 4},
	};
	static const uint32_t part = MM_PART_LINE << 30 | 1, ring = 3;
	static const double xy[] = {3, 0, HUGE_VAL, HUGE_VAL, 0, 5};
	const struct mm_geom odd = {.type = MM_GEOM_LINE,
				    .part = &part,
				    .ring = &ring,
				    .xy = xy,
				    .part_count = 1,
				    .ring_count = 1,
				    .vertex_count = 3};
	struct mm_arena mem;

	(void)state;
	mm_arena_init(&mem, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mm_geom g = geom_from_wkt(geos, rows[i].wkt, &mem);

		assert_true(mm_measure_distance(&g, rows[i].x, rows[i].y) == rows[i].distance);
	}
	/* a vertex that has no place in the system, and its edges */
	assert_true(mm_measure_distance(&odd, 0, 0) == 3);
	mm_arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_table_of_cases_meets_or_not),
	    cmocka_unit_test(nothing_meets_an_empty_box_and_null_meets_nothing),
	    cmocka_unit_test(near_misses_of_a_corner_are_decided_exactly),
	    cmocka_unit_test(agrees_with_geos_on_valid_geometries),
	    cmocka_unit_test(the_area_of_a_ring_has_its_direction),
	    cmocka_unit_test(types_dimensions_and_boxes),
	    cmocka_unit_test(the_distance_of_a_point),
	};
	int rc;

	geos = GEOS_init_r();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	GEOS_finish_r(geos);
	return rc;
}
