#include "check.h"

#include "geo/simplify.h"
#include "grid/run_zoom.h"
#include "grid/shape.h"
#include "grid/small_ring.h"
#include "grid/world_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From which zoom vertices are drawn: a claim about rounding and simplifying, held against both. */

enum { ROUNDS = 20000, FAR = 1 << 30 };

static uint32_t state = 1;

static int random_below(int n)
{
	state = state * 1664525 + 1013904223;
	return (int)((uint64_t)(state >> 8) * (uint64_t)n >> 24);
}

/* A star of `count` corners about the middle: simple, with flat, sharp and near corners. */
static void draw_star(struct mm_world *p, uint32_t count, int size)
{
	for (uint32_t i = 0; i < count; i++) {
		const double angle = 2 * M_PI * (i + random_below(90) / 100.0) / count,
			     radius = size * (0.2 + random_below(80) / 100.0);

		p[i].x = FAR + (uint32_t)(int)(radius * cos(angle));
		p[i].y = FAR + (uint32_t)(int)(radius * sin(angle));
	}
}

static struct mm_small_ring round_ring(const struct mm_world *p, uint32_t count, unsigned zoom)
{
	const int64_t unit = INT64_C(1) << (20 - zoom);
	struct mm_small_ring r = {.count = (int)count};

	for (uint32_t i = 0; i < count; i++) {
		r.xy[i][0] = (int32_t)((p[i].x + unit / 2) / unit);
		r.xy[i][1] = (int32_t)((p[i].y + unit / 2) / unit);
	}
	return r;
}

static double area2(const struct mm_small_ring *r)
{
	double sum = 0;

	for (int i = 0; i < r->count; i++) {
		const int32_t *a = r->xy[i], *b = r->xy[(i + 1) % r->count];

		sum += ((double)a[0] - r->xy[0][0]) * ((double)b[1] - r->xy[0][1]) -
		       ((double)a[1] - r->xy[0][1]) * ((double)b[0] - r->xy[0][0]);
	}
	return sum;
}

static void a_plain_ring_stays_valid_and_whole(void **unused)
{
	unsigned plain = 0, never = 0;

	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		const uint32_t count = 3 + (uint32_t)random_below(10);
		struct mm_world p[16];
		struct mm_small_ring whole;
		uint8_t zoom[16];

		draw_star(p, count, 1 << (4 + random_below(11)));
		whole = round_ring(p, count, 20);
		if (!mm_small_ring_is_simple(&whole))
			continue;
		mm_run_zooms(MM_PART_POLYGON, p, count, zoom);
		never += zoom[0] == MM_ZOOM_NEVER;
		for (unsigned z = zoom[0]; z <= 20; z++) {
			struct mm_small_ring r = round_ring(p, count, z), tidy = r;

			assert_true(mm_small_ring_is_simple(&r));
			assert_true((area2(&r) > 0) == (area2(&whole) > 0) && fabs(area2(&r)) > 0);
			if (z == 20 || count <= 4)
				continue;
			/* nor does rounding make a corner flat; simplifying looks at whole units, so half of
			 * it is left */
			assert_true(
			    mm_small_ring_tidy(&tidy, z < MM_TILE_WHOLE_ZOOM ? MM_TILE_TOLERANCE / 2 : 0));
			plain += z < MM_TILE_WHOLE_ZOOM && tidy.count == (int)count;
		}
	}
	assert_true(plain > ROUNDS / 4 && never < ROUNDS / 2);
}

static void what_is_drawn_of_a_ring_is_as_its_closing_point_or_none(void **unused)
{
	static const struct mm_world ring[] = {{0, 0}, {4096, 0}, {4096, 4096}, {0, 4096}, {0, 0}};
	static const struct mm_world repeated[] = {{0, 0}, {4096, 0}, {4096, 0}, {0, 4096}};
	struct mm_world round[MM_SMALL_RING_MAX + 1];
	uint8_t a[5], b[5], many[MM_SMALL_RING_MAX + 1];

	(void)unused;
	mm_run_zooms(MM_PART_POLYGON, ring, 5, a);
	mm_run_zooms(MM_PART_POLYGON, ring, 4, b);
	assert_int_equal(a[0], b[0]);
	assert_int_equal(
	    a[0], 9); /* 4096 units of the world are two of the tile there, one and a half being too few */
	mm_run_zooms(MM_PART_POLYGON, repeated, 4, a);
	assert_int_equal(a[0], MM_ZOOM_NEVER);
	draw_star(round, MM_SMALL_RING_MAX + 1, 1 << 14);
	mm_run_zooms(MM_PART_POLYGON, round, MM_SMALL_RING_MAX + 1, many);
	assert_int_equal(many[0], MM_ZOOM_NEVER);
	mm_run_zooms(MM_PART_POLYGON, ring, 1, a);
	assert_int_equal(a[0], MM_ZOOM_NEVER);
	mm_run_zooms(MM_PART_POINTS, ring, 1, a);
	assert_int_equal(a[0], 0);
}

/* What the simplification of shapes keeps; without what lies a quarter of its tolerance from another, which
 * it leaves out beforehand. */
static void a_line_is_simplified_as_shapes_are(void **unused)
{
	static struct mm_simplify s;
	unsigned kept = 0, all = 0;

	(void)unused;
	for (int round = 0; round < ROUNDS / 10; round++) {
		const uint32_t count = 2 + (uint32_t)random_below(60);
		struct mm_world p[64];
		uint8_t zoom[64];

		for (uint32_t i = 0; i < count; i++)
			p[i] = (struct mm_world){FAR + i * 4096 + (uint32_t)random_below(2048),
						 FAR + (uint32_t)random_below(1 << (2 + random_below(14)))};
		if (round % 5 == 0)
			p[count - 1] = p[0];
		mm_run_zooms(MM_PART_LINE, p, count, zoom);
		for (unsigned z = 10; z < 20; z++) {
			double xy[2 * 64];
			size_t n, at = 0;

			for (uint32_t i = 0; i < count; i++) {
				xy[2 * i] = ldexp((double)p[i].x, (int)z - 20);
				xy[2 * i + 1] = ldexp((double)p[i].y, (int)z - 20);
			}
			if (z > 10 && z < MM_TILE_WHOLE_ZOOM &&
			    count > 2) { /* no two are so near from zoom 11 on */
				n = mm_simplify_run(&s, xy, count, MM_TILE_TOLERANCE);
				for (uint32_t i = 0; i < count; i++)
					if (zoom[i] <= z) {
						assert_true(at < n);
						assert_true(fabs(xy[2 * at] -
								 ldexp((double)p[i].x, (int)z - 20)) < 1e-9);
						at++;
					}
				assert_int_equal(at, n);
				kept += (unsigned)n;
				all += count;
			}
			for (uint32_t i = 0; i < count; i++)
				assert_true(zoom[i] <= MM_TILE_WHOLE_ZOOM);
		}
		assert_true(zoom[0] == 0 && zoom[count - 1] == 0);
	}
	assert_true(kept > all / 10 && kept < all / 10 * 9);
	mm_simplify_release(&s);
}

static void a_shape_of_a_run_is_that_of_its_geometry(void **unused)
{
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1;
	struct mm_topo *topo = mm_topo_new();
	struct mm_shape a = {0}, b = {0};
	unsigned compared = 0;

	(void)unused;
	for (int round = 0; round < ROUNDS / 10; round++) {
		const uint32_t count = 3 + (uint32_t)random_below(8), ring = count;
		const unsigned z = 13 + (unsigned)random_below(9);
		struct mm_world p[16];
		int16_t off[32];
		uint8_t zoom[16];
		struct mm_world_box box = {UINT32_MAX, UINT32_MAX, 0, 0};
		const struct mm_world_run run = {{0}, off, NULL, count, NULL};
		struct mm_world_run r = run;

		draw_star(p, count, z < 18 ? 1 << 12 : 1 << 9);
		for (uint32_t i = 0; i < count; i++) {
			p[i].x += 1u << (31 - z); /* into the middle of a tile */
			p[i].y += 1u << (31 - z);
			box.min_x = p[i].x < box.min_x ? p[i].x : box.min_x;
			box.min_y = p[i].y < box.min_y ? p[i].y : box.min_y;
			box.max_x = p[i].x > box.max_x ? p[i].x : box.max_x;
			box.max_y = p[i].y > box.max_y ? p[i].y : box.max_y;
			if (i) {
				off[2 * i - 2] = (int16_t)((int64_t)p[i].x - p[0].x);
				off[2 * i - 1] = (int16_t)((int64_t)p[i].y - p[0].y);
			}
		}
		r.first = p[0];
		mm_run_zooms(MM_PART_POLYGON, p, count, zoom);
		if (zoom[0] > z)
			continue;
		mm_shape_begin(&a, (struct mm_tile_id){z, p[0].x >> (32 - z), p[0].y >> (32 - z)}, topo);
		mm_shape_begin(&b, a.id, topo);
		b.is_plain = true;
		if (!mm_shape_make(&b, &(struct mm_world_geom){MM_GEOM_POLYGON, &part, &ring, p, 1, 1, count},
				   &box) ||
		    b.is_dot)
			continue;
		assert_true(mm_shape_make_run(&a, MM_PART_POLYGON, &r));
		assert_int_equal(a.geom.kind, b.geom.kind);
		assert_int_equal(b.geom.ring_count, 1);
		if (a.geom.ring[0] != b.geom.ring[0])
			continue; /* straight corners were left out of the other */
		assert_memory_equal(a.geom.xy, b.geom.xy, a.geom.ring[0] * 2 * sizeof(*a.geom.xy));
		compared++;
	}
	assert_true(compared > ROUNDS / 40);
	mm_shape_release(&a);
	mm_shape_release(&b);
	(void)mm_topo_free(topo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_plain_ring_stays_valid_and_whole),
	    cmocka_unit_test(what_is_drawn_of_a_ring_is_as_its_closing_point_or_none),
	    cmocka_unit_test(a_line_is_simplified_as_shapes_are),
	    cmocka_unit_test(a_shape_of_a_run_is_that_of_its_geometry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
