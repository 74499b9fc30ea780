#include "check.h"

#include "base/clock.h"
#include "geo/topo_measure.h"

#include <math.h>
#include <stdlib.h>
#include <threads.h>

/* Measures, buffers, and the end of what takes too long. */

static struct mm_geom ring_of(enum mm_part_kind kind, const double *xy, const uint32_t *n, uint32_t *part)
{
	*part = (uint32_t)kind << 30 | 1;
	return (struct mm_geom){.type = kind == MM_PART_POLYGON ? MM_GEOM_POLYGON
					: kind == MM_PART_LINE  ? MM_GEOM_LINE
					: *n == 1               ? MM_GEOM_POINT
								: MM_GEOM_MULTIPOINT,
				.part = part,
				.ring = n,
				.xy = xy,
				.part_count = 1,
				.ring_count = 1,
				.vertex_count = *n};
}

static const double square[] = {0, 0, 100, 0, 100, 100, 0, 100, 0, 0};
static const double line[] = {0, 0, 600, 800};
static const double place[] = {130, 50};
static const uint32_t five = 5, two = 2, one = 1;

/* Also where the line is the one that is ready: GEOS 3.11 measures to the edge of the polygon then. */
static void a_line_in_a_polygon_is_no_distance_away(void **state)
{
	static const double within[] = {40, 40, 60, 50};
	uint32_t a, b;
	const struct mm_geom polygon = ring_of(MM_PART_POLYGON, square, &five, &a),
			     path = ring_of(MM_PART_LINE, within, &two, &b);
	struct mm_topo *t = mm_topo_new();
	struct mm_topo_shape *s = NULL;

	(void)state;
	assert_int_equal(mm_topo_shape_new(t, &path, &s, NULL), MM_OK);
	assert_true(mm_topo_distance(t, &polygon, s) == 0);
	assert_int_equal(mm_topo_is_within(t, &polygon, s, 1), 1);
	mm_topo_shape_free(t, s);
	assert_int_equal(mm_topo_shape_new(t, &polygon, &s, NULL), MM_OK);
	assert_true(mm_topo_distance(t, &path, s) == 0);
	mm_topo_shape_free(t, s);
	(void)mm_topo_free(t);
}

static void measures_are_those_of_the_plane(void **state)
{
	uint32_t a, b, c;
	const struct mm_geom polygon = ring_of(MM_PART_POLYGON, square, &five, &a),
			     path = ring_of(MM_PART_LINE, line, &two, &b),
			     point = ring_of(MM_PART_POINTS, place, &one, &c),
			     empty = {.type = MM_GEOM_POLYGON};
	struct mm_topo *t = mm_topo_new();
	struct mm_topo_shape *s = NULL;
	MM_ARENA_SCOPE(mem, 0);
	struct mm_geom wide;
	double xy[2];

	(void)state;
	assert_true(fabs(mm_geom_area(&polygon) - 10000) < 1e-9);
	assert_true(fabs(mm_geom_length(&path) - 1000) < 1e-9);
	assert_true(mm_geom_area(&path) == 0 && mm_geom_length(&polygon) == 0 && mm_geom_area(&empty) == 0);
	assert_int_equal(mm_topo_shape_new(t, &polygon, &s, NULL), MM_OK);
	assert_true(fabs(mm_topo_distance(t, &point, s) - 30) < 1e-9);
	assert_true(mm_topo_distance(t, &path, s) == 0 && mm_topo_distance(t, &empty, s) < 0);
	assert_int_equal(mm_topo_is_within(t, &point, s, 30), 1);
	assert_int_equal(mm_topo_is_within(t, &point, s, 29.999), 0);
	assert_int_equal(mm_topo_is_within(t, &path, s, 0), 1);
	assert_int_equal(mm_topo_is_within(t, &point, s, -1), 0);
	assert_int_equal(mm_topo_is_within(t, &empty, s, 1), -1);
	mm_topo_shape_free(t, s);
	assert_int_equal(mm_topo_buffer(t, &point, 10, &mem, &wide, NULL), MM_OK);
	assert_true(fabs(mm_geom_area(&wide) / (acos(-1) * 100) - 1) < 1e-3);
	assert_int_equal(mm_topo_buffer(t, &polygon, -60, &mem, &wide, NULL), MM_OK);
	assert_int_equal(wide.vertex_count, 0);
	assert_int_equal(mm_topo_buffer(t, &empty, 1, &mem, &wide, NULL), MM_OK);
	assert_true(mm_topo_centroid(t, &polygon, xy) && fabs(xy[0] - 50) < 1e-9 && fabs(xy[1] - 50) < 1e-9);
	assert_false(mm_topo_centroid(t, &empty, xy));
	(void)mm_topo_free(t);
}

/* A comb, the teeth of which all cross those of the same comb turned by a quarter. */
enum { TEETH = 3000, COMB = 4 * TEETH + 3 };

static double *comb(bool is_turned)
{
	double *xy = calloc(COMB, 2 * sizeof(*xy));
	size_t n = 0;

	assert_non_null(xy);
	for (int i = 0; i < TEETH; i++) {
		const double at = 4.0 * i, corner[8] = {at, 0, at, 4 * TEETH, at + 2, 4 * TEETH, at + 2, 0};

		for (int k = 0; k < 4; k++, n++) {
			xy[2 * n] = corner[2 * k + is_turned];
			xy[2 * n + 1] = corner[2 * k + !is_turned];
		}
	}
	xy[2 * n + is_turned] = 4 * TEETH;
	xy[2 * n++ + !is_turned] = -1;
	xy[2 * n + is_turned] = 0;
	xy[2 * n++ + !is_turned] = -1;
	xy[2 * n] = xy[0];
	xy[2 * n + 1] = xy[1];
	return xy;
}

static void a_call_ends_at_its_deadline(void **state)
{
	const uint32_t n = COMB;
	uint32_t a, b;
	double *x = comb(false), *y = comb(true);
	const struct mm_geom g = ring_of(MM_PART_POLYGON, x, &n, &a),
			     other = ring_of(MM_PART_POLYGON, y, &n, &b);
	struct mm_topo *t = mm_topo_new();
	struct mm_topo_shape *s = NULL;
	MM_ARENA_SCOPE(mem, 0);
	struct mm_geom wide;

	(void)state;
	assert_int_equal(mm_topo_shape_new(t, &g, &s, NULL), MM_OK);
	mm_topo_limit(t, mm_clock_mono_ns() + 50000000);
	assert_int_equal(mm_topo_relate(t, &other, MM_RELATION_OVERLAPS, s), -1); /* 36 million crossings */
	assert_true(mm_topo_is_late(t));
	assert_int_equal(mm_topo_relate(t, &other, MM_RELATION_INTERSECTS, s), -1);
	mm_topo_limit(t, mm_clock_mono_ns() + 50000000);
	assert_false(mm_topo_is_late(t));
	assert_int_equal(mm_topo_buffer(t, &g, 1000, &mem, &wide, NULL), MM_E_BUSY);
	mm_topo_limit(t, 0);
	assert_int_equal(mm_topo_relate(t, &other, MM_RELATION_INTERSECTS, s), 1);
	mm_topo_shape_free(t, s);
	(void)mm_topo_free(t);
	free(x);
	free(y);
}

static int work_under_pressure(void *ctx)
{
	uint32_t part;
	const struct mm_geom point = ring_of(MM_PART_POINTS, place, &one, &part);
	struct mm_topo *t = mm_topo_new();
	const bool is_late = ctx != NULL;
	int wrong = 0;

	for (int i = 0; i < 300; i++) {
		MM_ARENA_SCOPE(mem, 0);
		struct mm_geom wide;

		mm_topo_limit(t, is_late ? mm_clock_mono_ns() + 20000 : 0);
		wrong += mm_topo_buffer(t, &point, 10, &mem, &wide, NULL) != MM_OK && !is_late;
	}
	(void)mm_topo_free(t);
	return wrong;
}

static void nobody_is_ended_by_the_deadline_of_another(void **state)
{
	thrd_t thread[4];
	static char late;
	int wrong = 0, one_wrong;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(thrd_create(&thread[i], work_under_pressure, i % 2 ? &late : NULL),
				 thrd_success);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(thrd_join(thread[i], &one_wrong), thrd_success);
		wrong += one_wrong;
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(measures_are_those_of_the_plane),
	    cmocka_unit_test(a_line_in_a_polygon_is_no_distance_away),
	    cmocka_unit_test(a_call_ends_at_its_deadline),
	    cmocka_unit_test(nobody_is_ended_by_the_deadline_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
