#include "check.h"

#include "store/cluster.h"
#include "store/level_build.h"

#include <math.h>
#include <stdlib.h>

enum { POINTS = 3000, VALUES = 3 };
static const enum mm_cluster_fold folds[VALUES] = {MM_CLUSTER_SUM, MM_CLUSTER_MIN, MM_CLUSTER_MAX};

static struct mm_clusters points(double spread)
{
	struct mm_clusters c = {.fold = folds, .values = VALUES, .count = POINTS};
	uint64_t seed = 4711;

	c.cluster = calloc(POINTS, sizeof(*c.cluster));
	c.value = calloc(POINTS * VALUES, sizeof(double));
	for (uint32_t i = 0; i < POINTS; i++) {
		double at[2];

		for (int k = 0; k < 2; k++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			at[k] = 1e6 + (double)(seed >> 40) / (1 << 24) * spread;
		}
		c.cluster[i] = (struct mm_cluster){at[0], at[1], 1, i, i * VALUES};
		for (uint32_t k = 0; k < VALUES; k++)
			c.value[i * VALUES + k] = i % 7 ? i : (double)NAN;
	}
	return c;
}

static void nothing_is_lost_or_counted_twice(void **state)
{
	struct mm_clusters c = points(100000);
	double sum = 0;

	(void)state;
	for (uint32_t i = 0; i < POINTS; i++)
		sum += i % 7 ? i : 0;
	for (double radius = 100; radius < 1e6; radius *= 2) {
		size_t before = c.count;
		double got = 0, least = 1e9, most = -1;
		uint32_t members = 0;

		assert_int_equal(mm_clusters_merge(&c, radius, NULL), MM_OK);
		assert_true(c.count <= before);
		for (size_t i = 0; i < c.count; i++) {
			const double *v = c.value + c.cluster[i].value;

			members += c.cluster[i].count;
			got += isnan(v[0]) ? 0 : v[0];
			least = v[1] < least ? v[1] : least;
			most = v[2] > most ? v[2] : most;
			assert_true(isnan(v[0]) == isnan(v[1]));
		}
		assert_int_equal(members, POINTS);
		assert_true(fabs(got - sum) < 1);
		assert_true(least == 1 && most == POINTS - 1);
	}
	assert_int_equal(c.count, 1);
	assert_true(fabs(c.cluster[0].x - 1.05e6) < 5000 && c.cluster[0].row == 0);
	mm_clusters_release(&c);
}

/* By hand: whoever comes first takes all within the radius. */
static void the_grid_finds_what_a_scan_finds(void **state)
{
	const double radius = 700;
	struct mm_clusters c = points(20000), same = points(20000);
	uint8_t taken[POINTS] = {0};
	size_t n = 0;

	(void)state;
	assert_int_equal(mm_clusters_merge(&c, radius, NULL), MM_OK);
	for (size_t i = 0; i < POINTS; i++) {
		uint32_t members = 0;

		if (taken[i])
			continue;
		for (size_t k = i; k < POINTS; k++)
			if (!taken[k] && hypot(same.cluster[k].x - same.cluster[i].x,
					       same.cluster[k].y - same.cluster[i].y) <= radius) {
				taken[k] = 1;
				members++;
			}
		assert_int_equal(c.cluster[n].row, i);
		assert_int_equal(c.cluster[n++].count, members);
	}
	assert_int_equal(c.count, n);
	mm_clusters_release(&c);
	mm_clusters_release(&same);
}

static void many_at_one_place_are_one(void **state)
{
	struct mm_clusters c = points(0);

	(void)state;
	assert_int_equal(mm_clusters_merge(&c, 1e-3, NULL), MM_OK);
	assert_int_equal(c.count, 1);
	assert_int_equal(c.cluster[0].count, POINTS);
	mm_clusters_release(&c);
}

/* A radius that is smaller on the ground than that of the zoom above parts nothing. */
static void a_smaller_radius_parts_nothing(void **state)
{
	struct mm_clusters c = points(20000);
	size_t count;
	uint32_t members = 0;

	(void)state;
	assert_int_equal(mm_clusters_merge(&c, 1000, NULL), MM_OK);
	count = c.count;
	assert_int_equal(mm_clusters_merge(&c, 10, NULL), MM_OK);
	assert_true(c.count <= count && c.count > count / 2);
	for (size_t i = 0; i < c.count; i++)
		members += c.cluster[i].count;
	assert_int_equal(members, POINTS);
	mm_clusters_release(&c);
}

/* ---- levels of points with a radius for each zoom ---- */

enum { TOP = 12, LOW = 8 };

static void point_geom(const void *ctx, uint32_t row, struct mm_world_geom *ret)
{
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;

	*ret = (struct mm_world_geom){.type = MM_GEOM_POINT,
				      .part = &part,
				      .ring = &ring,
				      .point = (const struct mm_world *)ctx + row,
				      .part_count = 1,
				      .ring_count = 1,
				      .vertex_count = 1};
}

/* Items of zooms TOP down to 0, of the same points; every point must be in one of each. */
static void level_counts(unsigned low_px, size_t *ret)
{
	static struct mm_world at[POINTS];
	static struct mm_world_box box[POINTS];
	static uint16_t importance[POINTS];
	static float measure[POINTS];
	static uint32_t place[POINTS];
	struct mm_clusters c = points(3e7);
	struct mm_level_source s = {.rows = POINTS,
				    .box = box,
				    .geom = point_geom,
				    .ctx = at,
				    .row_at = place,
				    .place_of = place,
				    .places = POINTS,
				    .importance = importance,
				    .measure = measure,
				    .is_clustered = true,
				    .drawn_zoom = -1};
	struct mm_level_made made[TOP + 1] = {{0}};

	for (uint32_t i = 0; i < POINTS; i++) {
		at[i] = (struct mm_world){(uint32_t)c.cluster[i].x, (uint32_t)c.cluster[i].y};
		box[i] = (struct mm_world_box){at[i].x, at[i].y, at[i].x, at[i].y};
		place[i] = i;
	}
	mm_clusters_release(&c);
	for (unsigned z = 0; z <= TOP; z++)
		s.cluster_px[z] = z <= LOW ? low_px : 40;
	assert_int_equal(mm_level_build(&s, TOP, 0, made, NULL), MM_OK);
	for (unsigned z = 0; z <= TOP; z++) {
		const struct mm_level_made *m = &made[TOP - z];
		const uint32_t *members = (const uint32_t *)(const void *)m->members.data;
		size_t sum = 0;

		assert_int_equal(m->zoom, z);
		assert_int_equal(m->members.len, m->count * sizeof(*members));
		for (uint32_t i = 0; i < m->count; i++)
			sum += members[i];
		assert_int_equal(sum, POINTS);
		ret[z] = m->count;
	}
	for (unsigned i = 0; i <= TOP; i++)
		mm_level_made_release(&made[i]);
}

static void each_zoom_has_its_radius(void **state)
{
	size_t wide[TOP + 1], same[TOP + 1];

	(void)state;
	level_counts(120, wide);
	level_counts(40, same);
	for (unsigned z = 0; z <= TOP; z++) {
		assert_true(z == 0 || wide[z - 1] <= wide[z]);
		if (z > LOW)
			assert_int_equal(wide[z], same[z]);
	}
	assert_true(wide[LOW] * 3 < same[LOW] && wide[LOW] > 1 && same[TOP] > same[LOW + 1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_lost_or_counted_twice),
	    cmocka_unit_test(the_grid_finds_what_a_scan_finds),
	    cmocka_unit_test(many_at_one_place_are_one),
	    cmocka_unit_test(a_smaller_radius_parts_nothing),
	    cmocka_unit_test(each_zoom_has_its_radius),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
