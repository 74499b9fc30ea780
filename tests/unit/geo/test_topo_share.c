#include "check.h"

#include "geo/measure.h"
#include "geo/topo_share.h"
#include "geom_wkt.h"

#include <math.h>
#include <stdlib.h>

static GEOSContextHandle_t geos;
static struct mm_topo *topo;

enum { POLYGONS_MAX = 8 };

/* Two squares side by side, one over both, a ring. */
static const char *const squares[] = {
    "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", "POLYGON ((10 0, 20 0, 20 10, 10 10, 10 0))",
    "POLYGON ((5 0, 15 0, 15 10, 5 10, 5 0))",
    "POLYGON ((30 0, 40 0, 40 10, 30 10, 30 0), (32 2, 38 2, 38 8, 32 8, 32 2))"};

struct found {
	double part[POLYGONS_MAX];
	struct mm_topo_share sum;
};

static struct found share(const struct mm_geom *g, const struct mm_geom *polygon, size_t count)
{
	struct mm_topo_shape *shape[POLYGONS_MAX] = {0};
	const struct mm_topo_shape *in[POLYGONS_MAX] = {0};
	struct found f = {0};
	struct mm_err err = {0};

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(mm_topo_shape_new(topo, &polygon[i], &shape[i], &err), MM_OK);
		in[i] = shape[i];
	}
	if (mm_topo_share(topo, g, in, count, f.part, &f.sum, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < count; i++)
		mm_topo_shape_free(topo, shape[i]);
	return f;
}

static void what_lies_in_each_polygon(void **state)
{
	static const struct {
		const char *wkt;
		double part[4], outside;
		bool is_contested;
	} rows[] = {
	    {"LINESTRING (-5 5, 25 5)", {10, 10, 0, 0}, 10, true},
	    {"LINESTRING (1 1, 1 3)", {2, 0, 0, 0}, 0, false},
	    {"LINESTRING (10 0, 10 10)", {10, 0, 0, 0}, 0, true},       /* their common border */
	    {"LINESTRING (10 0, 10 20)", {10, 0, 0, 0}, 10, true},      /* and beyond it */
	    {"LINESTRING (-5 5, 5 5, -5 5)", {10, 0, 0, 0}, 10, false}, /* there and back */
	    {"MULTILINESTRING ((-5 5, 5 5), (-5 5, 5 5), (50 50, 50 51))", {10, 0, 0, 0}, 11, false},
	    {"LINESTRING (29 5, 41 5)", {0, 0, 0, 4}, 8, false},
	    {"POLYGON ((-5 0, 5 0, 5 10, -5 10, -5 0))", {50, 0, 0, 0}, 50, false}, /* touches the third */
	    {"POLYGON ((0 2, 20 2, 20 4, 0 4, 0 2))", {20, 20, 0, 0}, 0, true},
	    {"POLYGON ((32 2, 38 2, 38 8, 32 8, 32 2))", {0, 0, 0, 0}, 36, false}, /* fills the hole */
	    {"POLYGON ((31 1, 39 1, 39 9, 31 9, 31 1))", {0, 0, 0, 28}, 36, false},
	    {"POINT (5 5)", {1, 0, 0, 0}, 0, true},
	    {"POINT (12 5)", {0, 1, 0, 0}, 0, true},
	    {"POINT (18 5)", {0, 1, 0, 0}, 0, false},
	    {"POINT (10 5)", {1, 0, 0, 0}, 0, true},
	    {"POINT (35 5)", {0, 0, 0, 0}, 1, false},
	    {"MULTIPOINT ((1 1), (2 2), (18 5), (90 90))", {2, 1, 0, 0}, 1, false},
	    {"LINESTRING (2 2, 2 2)", {1, 0, 0, 0}, 0, false}, /* no length: a point */
	    {"GEOMETRYCOLLECTION (POINT (35 35), LINESTRING (35 35, 90 35), POLYGON ((-5 0, 5 0, 5 10, -5 "
	     "10, -5 0)))",
	     {50, 0, 0, 0},
	     50,
	     false},
	};
	MM_ARENA_SCOPE(mem, 0);
	struct mm_geom polygon[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		polygon[i] = geom_from_wkt(geos, squares[i], &mem);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mm_geom g = geom_from_wkt(geos, rows[i].wkt, &mem);
		const struct found f = share(&g, polygon, 4);
		bool fine = fabs(f.sum.outside - rows[i].outside) < 1e-9 &&
			    f.sum.is_contested == rows[i].is_contested;
		double all = f.sum.outside;

		for (size_t k = 0; k < 4; k++) {
			fine &= fabs(f.part[k] - rows[i].part[k]) < 1e-9;
			all += f.part[k];
		}
		if (!fine || fabs(all - f.sum.whole) > 1e-9)
			fail_msg("%s: %g %g %g %g outside %g contested %d", rows[i].wkt, f.part[0], f.part[1],
				 f.part[2], f.part[3], f.sum.outside, f.sum.is_contested);
	}
}

static void nothing_is_in_no_polygons(void **state)
{
	MM_ARENA_SCOPE(mem, 0);
	const struct mm_geom g = geom_from_wkt(geos, "LINESTRING (0 0, 3 4)", &mem);
	const struct found f = share(&g, NULL, 0);

	(void)state;
	assert_true(f.sum.whole == 5 && f.sum.outside == 5 && !f.sum.is_contested);
}

static void what_geos_cannot_bear_is_an_error(void **state)
{
	static const uint32_t part = 1, ring = 1;
	static const double far[2] = {1e9, 0};
	const struct mm_geom g = {.type = MM_GEOM_POINT,
				  .part = &part,
				  .ring = &ring,
				  .xy = far,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = 1},
			     none = {.type = MM_GEOM_NULL};
	struct mm_topo_share sum;
	struct mm_err err = {0};
	double p;

	(void)state;
	assert_int_equal(mm_topo_share(topo, &g, NULL, 0, &p, &sum, &err), MM_E_INVALID);
	assert_int_equal(mm_topo_share(topo, &none, NULL, 0, &p, &sum, &err), MM_E_INVALID);
}

/* ---- any polygons, against the definition ---- */

static double chance(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(*seed >> 11) / 9007199254740992.0;
}

/* A star about a place: simple, not convex. */
static GEOSGeometry *star(uint64_t *seed)
{
	enum { TIPS = 12 };
	const double cx = 1292000 + 40 * chance(seed), cy = 390000 + 40 * chance(seed);
	double xy[2 * (TIPS + 1)];
	GEOSCoordSequence *s;

	for (int i = 0; i < TIPS; i++) {
		const double r = 5 + 20 * chance(seed), a = 6.283185307179586 * i / TIPS;

		xy[2 * i] = cx + r * cos(a);
		xy[2 * i + 1] = cy + r * sin(a);
	}
	xy[2 * TIPS] = xy[0];
	xy[2 * TIPS + 1] = xy[1];
	s = GEOSCoordSeq_copyFromBuffer_r(geos, xy, TIPS + 1, 0, 0);
	return GEOSGeom_createPolygon_r(geos, GEOSGeom_createLinearRing_r(geos, s), NULL, 0);
}

static double size_of(const GEOSGeometry *g, bool is_line)
{
	double v = 0;

	(void)(is_line ? GEOSLength_r(geos, g, &v) : GEOSArea_r(geos, g, &v));
	return v;
}

/* What of `g` the first polygons left, and the next one takes. */
static void check_parts(const GEOSGeometry *g, GEOSGeometry *const *polygon, size_t count, bool is_line)
{
	MM_ARENA_SCOPE(mem, 0);
	struct mm_geom in[POLYGONS_MAX];
	const struct mm_geom made = geom_from_geos(geos, g, &mem);
	GEOSGeometry *left = GEOSGeom_clone_r(geos, g);
	struct found f;

	for (size_t i = 0; i < count; i++)
		in[i] = geom_from_geos(geos, polygon[i], &mem);
	f = share(&made, in, count);
	assert_true(fabs(f.sum.whole - size_of(g, is_line)) < 1e-6);
	for (size_t i = 0; i < count; i++) {
		GEOSGeometry *common = GEOSIntersection_r(geos, left, polygon[i]),
			     *rest = GEOSDifference_r(geos, left, polygon[i]);

		if (fabs(f.part[i] - size_of(common, is_line)) > 1e-5 + f.sum.whole * 1e-7)
			fail_msg("polygon %zu: %.9g, not %.9g", i, f.part[i], size_of(common, is_line));
		GEOSGeom_destroy_r(geos, common);
		GEOSGeom_destroy_r(geos, left);
		left = rest;
	}
	assert_true(fabs(f.sum.outside - size_of(left, is_line)) < 1e-5 + f.sum.whole * 1e-7);
	GEOSGeom_destroy_r(geos, left);
}

static void any_polygons_are_divided_by_the_definition(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int n = 0; n < 300; n++) {
		GEOSGeometry *polygon[POLYGONS_MAX], *g = star(&seed), *outline;
		const size_t count = 1 + (size_t)(chance(&seed) * (POLYGONS_MAX - 1));

		for (size_t i = 0; i < count; i++)
			polygon[i] = star(&seed);
		check_parts(g, polygon, count, false);
		outline = GEOSBoundary_r(geos, g);
		check_parts(outline, polygon, count, true);
		GEOSGeom_destroy_r(geos, outline);
		GEOSGeom_destroy_r(geos, g);
		for (size_t i = 0; i < count; i++)
			GEOSGeom_destroy_r(geos, polygon[i]);
	}
}

static void lengths_are_of_lines_and_areas_of_polygons(void **state)
{
	static const struct {
		const char *wkt;
		double length, area;
	} rows[] = {
	    {"POINT (1 1)", 0, 0},
	    {"LINESTRING (0 0, 3 4, 3 5)", 6, 0},
	    {"MULTILINESTRING ((0 0, 3 4), (0 0, 0 2))", 7, 0},
	    {"POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))", 0, 15},
	    {"MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((10 0, 12 0, 12 2, 10 2, 10 0)))", 0, 20},
	    {"GEOMETRYCOLLECTION (LINESTRING (0 0, 1 0), POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0)))", 1, 16},
	    {"POLYGON EMPTY", 0, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 0);
		const struct mm_geom g = geom_from_wkt(geos, rows[i].wkt, &mem);

		assert_true(mm_measure_length(&g) == rows[i].length);
		assert_true(mm_measure_area(&g) == rows[i].area);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_lies_in_each_polygon),
	    cmocka_unit_test(nothing_is_in_no_polygons),
	    cmocka_unit_test(what_geos_cannot_bear_is_an_error),
	    cmocka_unit_test(any_polygons_are_divided_by_the_definition),
	    cmocka_unit_test(lengths_are_of_lines_and_areas_of_polygons),
	};
	int rc;

	geos = GEOS_init_r();
	topo = mm_topo_new();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	topo = mm_topo_free(topo);
	GEOS_finish_r(geos);
	return rc;
}
