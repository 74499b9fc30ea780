#include "check.h"

#include "geo/topo.h"
#include "grid/grid_polygon.h"

#include <stdlib.h>
#include <string.h>

/* Polygons on the tile grid: what is taken off them, and that "simple" never says yes to an invalid one. */

static uint64_t seed = 1442695040888963407u;

static int32_t dice(int32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int32_t)((seed >> 33) % (uint64_t)below);
}

static void spikes_and_straight_points_go(void **state)
{
	static const struct {
		int32_t xy[24];
		size_t count, want;
	} rows[] = {
	    {{0, 0, 4, 0, 4, 4, 0, 4}, 4, 4},
	    {{0, 0, 2, 0, 4, 0, 4, 4, 0, 4, 0, 0}, 6, 4},             /* closed, a point on a side */
	    {{2, 0, 4, 0, 4, 4, 0, 4, 0, 0}, 5, 4},                   /* begins on a side */
	    {{0, 0, 9, 0, 4, 0, 4, 4, 0, 4}, 5, 4},                   /* a spike along a side */
	    {{0, 0, 4, 0, 4, 4, 8, 8, 4, 4, 0, 4}, 6, 4},             /* a spike off a corner */
	    {{0, 0, 4, 0, 4, 4, 8, 8, 9, 3, 8, 8, 4, 4, 0, 4}, 8, 4}, /* one that bends */
	    {{8, 8, 9, 3, 8, 8, 4, 4, 0, 4, 0, 0, 4, 0, 4, 4}, 8, 4}, /* the same, begun at its end */
	    {{0, 0, 4, 4, 8, 8, 4, 4}, 4, 0},                         /* no area */
	    {{0, 0, 0, 0, 0, 0}, 3, 0},
	    {{0, 0, 4, 0}, 2, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_grid_polygon p = {0};

		mm_grid_polygon_add(&p, rows[i].xy, rows[i].count);
		assert_int_equal(p.runs.ring_count, rows[i].want > 0);
		assert_int_equal(p.runs.count, rows[i].want);
		if (rows[i].want) {
			assert_int_equal(mm_grid_area2(p.runs.xy, p.runs.count), 32);
			assert_true(mm_grid_polygon_is_simple(&p));
		}
		mm_grid_polygon_release(&p);
	}
}

static void a_deep_spike_costs_one_pass(void **state)
{
	enum { N = 200000 };
	int32_t *xy = malloc(2 * (2 * N + 2) * sizeof(*xy));
	struct mm_grid_polygon p = {0};
	size_t n = 0;

	(void)state;
	assert_non_null(xy);
	for (int32_t i = 0; i < N; i++, n++) { /* a zigzag out ... */
		xy[2 * n] = i;
		xy[2 * n + 1] = i % 2;
	}
	for (int32_t i = N - 1; i >= 0; i--, n++) { /* ... and back over the same points */
		xy[2 * n] = i;
		xy[2 * n + 1] = i % 2;
	}
	mm_grid_polygon_add(&p, xy, n);
	assert_int_equal(p.runs.ring_count, 0);
	free(xy);
	mm_grid_polygon_release(&p);
}

static void directions_are_set(void **state)
{
	const int32_t shell[] = {0, 0, 0, 9, 9, 9, 9, 0}, hole[] = {2, 2, 4, 2, 4, 4, 2, 4};
	const int32_t outside[] = {20, 20, 22, 20, 22, 22}, within_hole[] = {3, 3, 4, 3, 3, 4};
	struct mm_grid_polygon p = {0};

	(void)state;
	mm_grid_polygon_add(&p, shell, 4);
	mm_grid_polygon_add(&p, hole, 4);
	assert_true(mm_grid_area2(p.runs.xy, 4) == 162);
	assert_true(mm_grid_area2(p.runs.xy + 8, 4) == -8);
	assert_true(mm_grid_polygon_is_simple(&p));
	mm_grid_polygon_add(&p, outside, 3);
	assert_false(mm_grid_polygon_is_simple(&p));
	mm_grid_polygon_clear(&p);
	assert_false(mm_grid_polygon_is_simple(&p));
	mm_grid_polygon_add(&p, shell, 4);
	mm_grid_polygon_add(&p, hole, 4);
	mm_grid_polygon_add(&p, within_hole, 3);
	assert_false(mm_grid_polygon_is_simple(&p));
	mm_grid_polygon_release(&p);
}

/* What GEOS says of the same rings. */
static bool geos_says_valid(struct mm_topo *topo, const struct mm_grid_polygon *p)
{
	double xy[200];
	uint32_t ring[8], part = (uint32_t)MM_PART_POLYGON << 30 | (uint32_t)p->runs.ring_count;
	const int32_t *from = p->runs.xy;
	char why[100];
	uint32_t n = 0;

	for (size_t r = 0; r < p->runs.ring_count; r++, from += 2 * ring[r - 1] - 2) {
		for (uint32_t i = 0; i <= p->runs.ring[r]; i++, n++) {
			xy[2 * n] = from[2 * (i % p->runs.ring[r])];
			xy[2 * n + 1] = from[2 * (i % p->runs.ring[r]) + 1];
		}
		ring[r] = p->runs.ring[r] + 1;
	}
	assert_int_equal(mm_topo_why_invalid(topo,
					     &(struct mm_geom){MM_GEOM_POLYGON, &part, ring, xy, NULL, 1,
							       (uint32_t)p->runs.ring_count, n},
					     why, sizeof(why), NULL),
			 MM_OK);
	return !*why;
}

static void simple_polygons_are_valid_to_geos(void **state)
{
	struct mm_topo *topo = mm_topo_new();
	int simple = 0, touching = 0;

	(void)state;
	for (int round = 0; round < 60000; round++) {
		struct mm_grid_polygon p = {0};
		int32_t xy[40], span = round % 2 ? 6 : 40;

		for (int r = 0; r < 1 + round % 3; r++) {
			size_t n = 3 + (size_t)dice(r ? 2 : round % 11 == 0 ? 14 : 4);
			int32_t size = r ? span / 3 : span, at = r ? dice(span) : 0;

			for (size_t i = 0; i < n; i++) {
				xy[2 * i] = at + dice(size);
				xy[2 * i + 1] = at + dice(size);
			}
			mm_grid_polygon_add(&p, xy, n);
		}
		if (p.runs.ring_count) {
			bool ours = mm_grid_polygon_is_simple(&p), theirs = geos_says_valid(topo, &p);

			assert_true(theirs || !ours);
			if (p.runs.ring_count == 1)
				assert_int_equal(ours, theirs);
			simple += ours;
			touching += theirs && !ours; /* rings that meet in a point */
		}
		mm_grid_polygon_release(&p);
	}
	assert_true(simple > 5000 && touching > 0);
	(void)mm_topo_free(topo);
}

static void too_many_holes_are_counted(void **state)
{
	const int32_t shell[] = {0, 0, 99999, 0, 99999, 99999, 0, 99999};
	struct mm_grid_polygon p = {0};

	(void)state;
	mm_grid_polygon_add(&p, shell, 4);
	for (int32_t i = 0; i < MM_GRID_RINGS_MAX + 9; i++) {
		int32_t x = 2 + 10 * (i % 100), y = 2 + 10 * (i / 100);
		const int32_t hole[] = {x, y, x + 5, y, x, y + 5};

		mm_grid_polygon_add(&p, hole, 3);
	}
	assert_int_equal(p.runs.ring_count, MM_GRID_RINGS_MAX);
	assert_int_equal(p.left_out, 10);
	assert_true(mm_grid_polygon_is_simple(&p));
	mm_grid_polygon_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(spikes_and_straight_points_go),
	    cmocka_unit_test(a_deep_spike_costs_one_pass),
	    cmocka_unit_test(directions_are_set),
	    cmocka_unit_test(simple_polygons_are_valid_to_geos),
	    cmocka_unit_test(too_many_holes_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
