#include "check.h"

#include "base/arena.h"
#include "base/clock.h"
#include "geo/topo.h"
#include "geom_wkt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static GEOSContextHandle_t geos;
static struct mm_topo *topo;

/* The same geometry on the world square: coordinates are units, y to the south. */
static struct mm_world_geom to_world(const struct mm_geom *g, struct mm_arena *mem)
{
	struct mm_world *p = mm_arena_array(mem, g->vertex_count + 1, sizeof(*p));

	for (uint32_t i = 0; i < g->vertex_count; i++)
		p[i] = (struct mm_world){(uint32_t)g->xy[2 * i], (uint32_t)g->xy[2 * i + 1]};
	return (struct mm_world_geom){g->type,       g->part,       g->ring,        p,
				      g->part_count, g->ring_count, g->vertex_count};
}

static enum mm_code find(const char *wkt, struct mm_world *ret)
{
	MM_ARENA_SCOPE(mem, 1 << 24);
	struct mm_geom g = geom_from_wkt(geos, wkt, &mem);
	struct mm_world_geom w = to_world(&g, &mem);

	return mm_topo_label_point(topo, &w, ret);
}

/* How far a place is from the outline by GEOS; less than 0 outside. */
static double room(const char *wkt, struct mm_world at)
{
	GEOSWKTReader *reader = GEOSWKTReader_create_r(geos);
	GEOSGeometry *g = GEOSWKTReader_read_r(geos, reader, wkt), *edge = GEOSBoundary_r(geos, g);
	GEOSGeometry *p = GEOSGeom_createPointFromXY_r(geos, at.x, at.y);
	double d = -1;

	assert_int_equal(GEOSDistance_r(geos, edge, p, &d), 1);
	if (GEOSIntersects_r(geos, g, p) != 1)
		d = -d;
	GEOSGeom_destroy_r(geos, p);
	GEOSGeom_destroy_r(geos, edge);
	GEOSGeom_destroy_r(geos, g);
	GEOSWKTReader_destroy_r(geos, reader);
	return d;
}

static void the_label_has_the_room_that_there_is(void **state)
{
	static const struct {
		const char *wkt;
		double least; /* distance to the outline */
	} rows[] = {
	    {"POLYGON ((0 0, 4000 0, 4000 3000, 0 3000, 0 0))", 1499},
	    {"POLYGON ((0 0, 4000 0, 0 3000, 0 0))", 750}, /* the centroid of a triangle is good enough */
	    /* a horseshoe, open to the north: the middle of its box is outside of it */
	    {"POLYGON ((0 0, 200 0, 200 900, 800 900, 800 0, 1000 0, 1000 1200, 0 1200, 0 0))", 135},
	    /* an L, as buildings are: the corner is wider than the arms */
	    {"POLYGON ((0 0, 300 0, 300 900, 900 900, 900 1200, 0 1200, 0 0))", 160},
	    /* a frame, broad in the east */
	    {"POLYGON ((0 0, 1000 0, 1000 1000, 0 1000, 0 0), (100 100, 100 900, 500 900, 500 100, 100 100))",
	     220},
	    /* a ring around a hole in the middle */
	    {"POLYGON ((0 0, 1000 0, 1000 1000, 0 1000, 0 0), (200 200, 200 800, 800 800, 800 200, 200 200))",
	     85},
	    /* the larger part, though the other has more on its outline */
	    {"MULTIPOLYGON (((0 0, 20 0, 25 5, 20 10, 15 7, 10 10, 5 7, 0 10, 0 0)), "
	     "((5000 5000, 6000 5000, 6000 6000, 5000 6000, 5000 5000)))",
	     480},
	    {"GEOMETRYCOLLECTION (LINESTRING (0 0, 90000 0), POINT (7 7), POLYGON ((50 50, 90 50, 90 90, 50 "
	     "90, 50 "
	     "50)))",
	     -1e9},
	    /* a diagonal strip of 3 by 14000, and a street that bends */
	    {"POLYGON ((0 0, 10000 10000, 9998 10002, 0 4, 0 0))", 0.4},
	    {"POLYGON ((0 0, 5000 0, 5000 5000, 4980 5000, 4980 20, 0 20, 0 0))", 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_world at = {0, 0}, again = {0, 0};

		assert_int_equal(find(rows[i].wkt, &at), MM_OK);
		if (rows[i].least > -1 && room(rows[i].wkt, at) < rows[i].least)
			fail_msg("%s: %u %u has %g", rows[i].wkt, at.x, at.y, room(rows[i].wkt, at));
		assert_int_equal(find(rows[i].wkt, &again), MM_OK);
		assert_memory_equal(&at, &again, sizeof(at));
	}
}

static void polygons_go_before_lines(void **state)
{
	struct mm_world at = {0, 0};

	(void)state;
	assert_int_equal(
	    find("GEOMETRYCOLLECTION (LINESTRING (0 0, 90000 0), POLYGON ((50 50, 90 50, 90 90, 50 90, 50 "
		 "50)))",
		 &at),
	    MM_OK);
	assert_int_equal(at.x, 70);
	assert_int_equal(at.y, 70);
}

static void a_line_is_labelled_in_the_middle_of_its_way(void **state)
{
	struct mm_world at = {0, 0};

	(void)state;
	assert_int_equal(find("MULTILINESTRING ((0 0, 10 0), (100 100, 100 200, 400 200))", &at), MM_OK);
	assert_int_equal(at.x, 200); /* 200 of 400 along: the corner and 100 more */
	assert_int_equal(at.y, 200);
	assert_int_equal(find("LINESTRING (5 5, 5 5, 9 5)", &at), MM_OK);
	assert_int_equal(at.x, 7);
}

static void what_has_no_size_has_no_label(void **state)
{
	static const char *const rows[] = {
	    "POINT (5 5)",
	    "MULTIPOINT (5 5, 6 6)",
	    "POLYGON EMPTY",
	    "GEOMETRYCOLLECTION EMPTY",
	    "LINESTRING (3 3, 3 3)",
	    "POLYGON ((5 5, 9 5, 5 5, 5 5))",
	    "POLYGON ((0 0, 0 0, 0 0, 0 0))",
	};
	struct mm_world at = {1, 2};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(find(rows[i], &at), MM_E_NOT_FOUND);
	assert_int_equal(at.x, 1);
	assert_int_equal(at.y, 2);
}

/* All of it in a unit or two: there is no place inside that the grid could name. */
static void what_is_thinner_than_the_grid_is_labelled_all_the_same(void **state)
{
	static const char *const rows[] = {
	    "POLYGON ((0 0, 1000000 1, 0 1, 0 0))",
	    "POLYGON ((0 0, 1 0, 0 1, 0 0))",
	    "POLYGON ((0 0, 4000000000 0, 4000000000 1, 0 1, 0 0))",
	    "POLYGON ((0 0, 1 4000000000, 2 0, 1 3999999999, 0 0))",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const int64_t start_ns = mm_clock_mono_ns();
		struct mm_world at = {0, 0};

		assert_int_equal(find(rows[i], &at), MM_OK);
		assert_true(fabs(room(rows[i], at)) <= 1);
		assert_true(mm_clock_mono_ns() - start_ns < 1000000000);
	}
}

static void the_ends_of_the_world_do_no_harm(void **state)
{
	struct mm_world at = {0, 0};

	(void)state;
	assert_int_equal(find("POLYGON ((0 0, 4294967295 0, 4294967295 4294967295, 0 4294967295, 0 0))", &at),
			 MM_OK);
	assert_in_range(at.x, 0x7f000000u, 0x81000000u);
	assert_in_range(at.y, 0x7f000000u, 0x81000000u);
}

/* ---- made rings ---- */

struct made {
	struct mm_world *point;
	uint32_t count;
};

static struct made made_new(uint32_t cap)
{
	struct made m = {calloc(cap, sizeof(struct mm_world)), 0};

	assert_non_null(m.point);
	return m;
}

static void put(struct made *m, double x, double y)
{
	m->point[m->count++] = (struct mm_world){(uint32_t)x, (uint32_t)y};
}

static enum mm_code find_made(const struct made *m, struct mm_world *ret, double *ret_ms)
{
	const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1;
	const struct mm_world_geom g = {MM_GEOM_POLYGON, &part, &m->count, m->point, 1, 1, m->count};
	const int64_t start_ns = mm_clock_mono_ns();
	enum mm_code rc = mm_topo_label_point(topo, &g, ret);

	*ret_ms = (double)(mm_clock_mono_ns() - start_ns) / 1e6;
	return rc;
}

static void a_shore_of_60_000_vertices_takes_no_time(void **state)
{
	enum { COUNT = 60000 };
	struct made m = made_new(COUNT + 1);
	struct mm_world at = {0, 0};
	double ms;

	(void)state;
	/* a lake with bays of every size, and a bulge in the east where most room is */
	for (int i = 0; i < COUNT; i++) {
		double a = 2 * 3.14159265358979 * i / COUNT;
		double r = 1e6 + 2e5 * sin(7 * a) + 3e4 * sin(131 * a) + 3e3 * sin(2999 * a);

		put(&m, 5e6 + r * 2 * cos(a), 5e6 + r * sin(a));
	}
	m.point[m.count] = m.point[0];
	m.count++;
	assert_int_equal(find_made(&m, &at, &ms), MM_OK);
	print_message("60 000 vertices: %.1f ms\n", ms);
	assert_true(ms < 2000);
	assert_true(hypot(at.x - 5e6, at.y - 5e6) < 4e5);
	free(m.point);
}

/* Teeth so many and so thin that every one of them is as good as the next. */
static void a_comb_takes_no_time(void **state)
{
	static const int teeth[] = {10, 250, 999, 20000};

	(void)state;
	for (size_t k = 0; k < sizeof(teeth) / sizeof(teeth[0]); k++) {
		struct made m = made_new(4 * (uint32_t)teeth[k] + 8);
		struct mm_world at = {0, 0};
		double ms, step = 4e6 / teeth[k];

		put(&m, 0, 4e6);
		for (int i = 0; i < teeth[k]; i++) {
			put(&m, i * step, 0);
			put(&m, i * step + step / 2, 0);
			put(&m, i * step + step / 2, 4e6 - step / 2);
			put(&m, (i + 1) * step, 4e6 - step / 2);
		}
		put(&m, 4e6, 4e6);
		put(&m, 0, 4e6);
		assert_int_equal(find_made(&m, &at, &ms), MM_OK);
		print_message("a comb of %d teeth: %.1f ms\n", teeth[k], ms);
		assert_true(ms < 5000);
		assert_true(at.y >= 4e6 - step / 2 - 1 || fmod(at.x, step) <= step / 2 + 1);
		free(m.point);
	}
}

/* Vertices of no sense at all: whatever comes, it comes soon, and it is on the world. */
static void noise_does_no_harm(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 80; round++) {
		uint32_t n = 3 + (uint32_t)round * (uint32_t)round;
		struct made m = made_new(n + 1);
		struct mm_world at = {0, 0};
		double ms;
		enum mm_code rc;

		for (uint32_t i = 0; i < n; i++) {
			random = random * 1664525 + 1013904223;
			put(&m, random >> (round % 28), (random * 2654435761u) >> (round % 20));
		}
		m.point[n] = m.point[0];
		m.count++;
		rc = find_made(&m, &at, &ms);
		assert_true(rc == MM_OK || rc == MM_E_NOT_FOUND);
		assert_true(ms < 5000);
		free(m.point);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_label_has_the_room_that_there_is),
	    cmocka_unit_test(polygons_go_before_lines),
	    cmocka_unit_test(a_line_is_labelled_in_the_middle_of_its_way),
	    cmocka_unit_test(what_has_no_size_has_no_label),
	    cmocka_unit_test(what_is_thinner_than_the_grid_is_labelled_all_the_same),
	    cmocka_unit_test(the_ends_of_the_world_do_no_harm),
	    cmocka_unit_test(a_shore_of_60_000_vertices_takes_no_time),
	    cmocka_unit_test(a_comb_takes_no_time),
	    cmocka_unit_test(noise_does_no_harm),
	};
	int failed;

	geos = GEOS_init_r();
	topo = mm_topo_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)mm_topo_free(topo);
	GEOS_finish_r(geos);
	return failed;
}
