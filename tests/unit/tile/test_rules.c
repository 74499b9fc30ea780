#include "check.h"
#include "layer_fixture.h"
#include "tile/mvt_decode.h"

#include "base/clock.h"
#include "grid/shape.h"
#include "tile/tile.h"

#include <math.h>

/* The rules of MVT 2.1 on messy geometry, and what happens at the limits. */

static uint64_t seed = 88172645463325252u;

static double dice(double low, double high)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return low + (high - low) * (double)(seed >> 11) / 9007199254740992.0;
}

enum { MID_LON = 39, MID_LAT = 52, POINTS_MAX = 4000 };

/* One geometry in the making, in degrees. */
struct pen {
	double xy[2 * POINTS_MAX];
	uint32_t ring[64], part[64], points, rings, parts;
};

static void dot(struct pen *p, double x, double y)
{
	p->xy[2 * p->points] = MID_LON + x;
	p->xy[2 * p->points++ + 1] = MID_LAT + y;
}

static void end_ring(struct pen *p, uint32_t first, bool closed)
{
	if (closed) {
		p->xy[2 * p->points] = p->xy[2 * first];
		p->xy[2 * p->points++ + 1] = p->xy[2 * first + 1];
	}
	p->ring[p->rings++] = p->points - first;
}

static void end_part(struct pen *p, enum mm_part_kind kind, uint32_t rings)
{
	p->part[p->parts++] = (uint32_t)kind << 30 | rings;
}

static void wobbly_ring(struct pen *p, double cx, double cy, double size, uint32_t n)
{
	uint32_t first = p->points;

	for (uint32_t i = 0; i < n; i++) {
		double angle = 6.283185307179586 * i / n, r = size * dice(0.3, 1);

		dot(p, cx + r * cos(angle), cy + r * sin(angle));
	}
	end_ring(p, first, true);
}

/* A comb whose teeth are thinner than a pixel, across several tiles. */
static void comb(struct pen *p, double x, double y, double size, uint32_t teeth)
{
	uint32_t first = p->points;

	for (uint32_t i = 0; i < teeth; i++) {
		dot(p, x + size * i / teeth, y);
		dot(p, x + size * (i + 0.5) / teeth, y + size);
	}
	dot(p, x + size, y);
	dot(p, x + size, y - size / 9);
	dot(p, x, y - size / 9);
	end_ring(p, first, true);
}

static void square_hole(struct pen *p, double x, double y, double size)
{
	uint32_t first = p->points;

	dot(p, x, y);
	dot(p, x + size, y);
	dot(p, x + size, y + size);
	dot(p, x, y + size);
	end_ring(p, first, true);
}

/* A yard with holes that touch the shell and each other in corners, and one that lies on its edge. */
static void yard(struct pen *p, double x, double y, double size)
{
	square_hole(p, x, y, size);
	square_hole(p, x + size / 4, y + size / 4, size / 4);
	square_hole(p, x + size / 2, y + size / 2, size / 4);
	square_hole(p, x, y + size * 0.8, size / 10);
	end_part(p, MM_PART_POLYGON, 4);
}

static void zigzag(struct pen *p, double size, uint32_t n)
{
	uint32_t first = p->points;

	for (uint32_t i = 0; i < n; i++)
		dot(p, dice(-size, size), dice(-size, size));
	end_ring(p, first, false);
	end_part(p, MM_PART_LINE, 1);
}

static enum mm_geom_type draw(struct pen *p, int kind)
{
	double size = pow(10, dice(-6, -0.5));

	switch (kind % 6) {
	case 0:
		wobbly_ring(p, dice(-0.2, 0.2), dice(-0.2, 0.2), size, 3 + (uint32_t)dice(0, 200));
		end_part(p, MM_PART_POLYGON, 1);
		return MM_GEOM_POLYGON;
	case 1:
		comb(p, dice(-0.2, 0.2), dice(-0.2, 0.2), size, 3 + (uint32_t)dice(0, 300));
		end_part(p, MM_PART_POLYGON, 1);
		return MM_GEOM_POLYGON;
	case 2:
		for (int i = 0; i < 4; i++)
			yard(p, dice(-0.2, 0.2), dice(-0.2, 0.2), size);
		return MM_GEOM_MULTIPOLYGON;
	case 3:
		zigzag(p, size, 2 + (uint32_t)dice(0, 100));
		zigzag(p, size / 1000, 3);
		return MM_GEOM_MULTILINE;
	case 4:
		dot(p, dice(-0.2, 0.2), dice(-0.2, 0.2));
		dot(p, dice(-0.2, 0.2), dice(-0.2, 0.2));
		end_ring(p, 0, false);
		end_part(p, MM_PART_POINTS, 1);
		return MM_GEOM_MULTIPOINT;
	default: /* a collection: only its polygon is drawn */
		zigzag(p, size, 9);
		wobbly_ring(p, 0, 0, size, 60);
		end_part(p, MM_PART_POLYGON, 1);
		return MM_GEOM_COLLECTION;
	}
}

static struct mm_layer *messy_layer(int rows)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);

	for (int i = 0; i < rows; i++) {
		static struct pen p;
		enum mm_geom_type type;

		p.points = p.rings = p.parts = 0;
		type = draw(&p, i);
		fixture_row(b, i, "n", i, 0, 0,
			    &(struct mm_geom){type, p.part, p.ring, p.xy, NULL, p.parts, p.rings, p.points});
	}
	return fixture_end(b);
}

struct judge {
	struct mm_topo *topo;
	size_t polygons, lines, points;
};

/* GEOS on one polygon: a shell and the holes that follow it. */
static void assert_valid(struct judge *j, const struct seen_feature *f, size_t first_ring, size_t rings,
			 size_t first_point)
{
	static double xy[400000];
	static uint32_t ring[2000];
	uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | (uint32_t)rings, n = 0;
	char why[200] = "";

	for (size_t r = 0; r < rings; r++) {
		size_t count = f->ring[first_ring + r];

		for (size_t i = 0; i <= count; i++, n++) {
			xy[2 * n] = f->xy[first_point + i % count][0];
			xy[2 * n + 1] = f->xy[first_point + i % count][1];
		}
		ring[r] = (uint32_t)count + 1;
		first_point += count;
	}
	assert_int_equal(mm_topo_why_invalid(
			     j->topo,
			     &(struct mm_geom){MM_GEOM_POLYGON, &part, ring, xy, NULL, 1, (uint32_t)rings, n},
			     why, sizeof(why), NULL),
			 MM_OK);
	assert_string_equal(why, "");
}

static void judge_polygons(struct judge *j, const struct seen_feature *f)
{
	size_t first_ring = 0, first_point = 0, point = 0;

	assert_true(seen_area2(f, 0) > 0);
	for (size_t r = 0; r < f->ring_count; r++) {
		assert_true(f->ring[r] >= 3);
		assert_true(seen_area2(f, r) != 0);
		point += f->ring[r];
		if (r + 1 < f->ring_count && seen_area2(f, r + 1) < 0)
			continue;
		assert_valid(j, f, first_ring, r + 1 - first_ring, first_point);
		first_ring = r + 1;
		first_point = point;
		j->polygons++;
	}
}

static void judge_feature(void *ctx, const struct seen_feature *f)
{
	struct judge *j = ctx;

	assert_true(f->point_count > 0);
	for (size_t i = 0; i < f->point_count; i++)
		for (int k = 0; k < 2; k++)
			assert_in_range(f->xy[i][k] + MM_TILE_BUFFER + MM_TILE_SPILL, 0,
					4096 + 2 * (MM_TILE_BUFFER + MM_TILE_SPILL));
	if (f->type == 3)
		judge_polygons(j, f);
	for (size_t r = 0; r < f->ring_count && f->type == 2; r++, j->lines++)
		assert_true(f->ring[r] >= 2);
	j->points += f->type == 1 ? f->point_count : 0;
}

static enum mm_code tile(struct mm_tile_maker *maker, const struct mm_layer *const *l, size_t layers,
			 struct mm_tile_id id, struct mm_buf *out, struct mm_tile_count *count)
{
	const struct mm_tile_ask ask = {.layer = l, .layer_count = layers, .id = id};

	return mm_tile_make(maker, &ask, out, count, NULL);
}

static size_t make(const struct mm_layer *const *l, size_t layers, struct mm_tile_id id,
		   struct mm_tile_maker *maker, struct mm_tile_count *count, struct judge *j)
{
	struct mm_buf out, again;
	size_t n = 0;

	mm_buf_init(&out, 64u << 20);
	mm_buf_init(&again, 64u << 20);
	assert_int_equal(tile(maker, l, layers, id, &out, count), MM_OK);
	assert_int_equal(tile(maker, l, layers, id, &again, count), MM_OK);
	assert_int_equal(out.len, again.len); /* the same rows, the same bytes */
	if (out.len) {
		assert_memory_equal(out.data, again.data, out.len);
		n = pbf_tile(out.data, out.len, j ? judge_feature : NULL, j);
	}
	mm_buf_release(&out);
	mm_buf_release(&again);
	return n;
}

static void every_tile_keeps_the_rules(void **state)
{
	const struct mm_layer *l = messy_layer(600);
	struct mm_world mid = mm_world_from_lonlat(MID_LON, MID_LAT);
	struct judge j = {.topo = mm_topo_new()};
	struct mm_tile_maker *maker = mm_tile_maker_new();
	uint64_t repaired = 0, lost = 0;

	(void)state;
	for (uint32_t z = 0; z <= 22; z++) {
		uint32_t x = z ? mid.x >> (32 - z) : 0, y = z ? mid.y >> (32 - z) : 0, reach = z < 9 ? 0 : 2;

		for (uint32_t dy = 0; dy <= 2 * reach; dy++)
			for (uint32_t dx = 0; dx <= 2 * reach; dx++) {
				struct mm_tile_count count;

				(void)make(&l, 1, (struct mm_tile_id){z, x + dx - reach, y + dy - reach},
					   maker, &count, &j);
				repaired += count.repaired;
				lost += count.lost;
			}
	}
	assert_true(j.polygons > 3000 && j.lines > 3000 && j.points > 100);
	assert_true(repaired > 100);
	assert_int_equal(lost, 0);
	(void)mm_topo_free(j.topo);
	(void)mm_tile_maker_free(maker);
	(void)mm_layer_unref((struct mm_layer *)(uintptr_t)l);
}

static void a_layer_is_absent_outside_its_zooms(void **state)
{
	const struct mm_schema schema = {
	    .id = "late", .crs_definition = MM_CRS84, .style_json = "{}", .min_zoom = 12, .max_zoom = 14};
	struct mm_layer_build *b = NULL;
	struct mm_tile_maker *maker = mm_tile_maker_new();
	const struct mm_layer *l[2];

	(void)state;
	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	fixture_point(b, 1, NULL, -1, 0, 0);
	l[0] = fixture_end(b);
	b = fixture_begin(MM_CRS84);
	fixture_point(b, 1, NULL, -1, 0, 0);
	l[1] = fixture_end(b);
	for (uint32_t z = 10; z <= 16; z++) {
		struct mm_tile_count count;
		struct mm_tile_id id = {z, 1u << (z - 1), 1u << (z - 1)};
		bool there = z >= 12 && z <= 14;

		assert_int_equal(make(&l[0], 1, id, maker, &count, NULL), there);
		assert_int_equal(make(l, 2, id, maker, &count, NULL), 1 + there);
		assert_int_equal(count.kept, 1 + there);
	}
	(void)mm_tile_maker_free(maker);
	(void)mm_layer_unref((struct mm_layer *)(uintptr_t)l[0]);
	(void)mm_layer_unref((struct mm_layer *)(uintptr_t)l[1]);
}

struct largest {
	size_t polygons;
};

static void count_polygons(void *ctx, const struct seen_feature *f)
{
	struct largest *n = ctx;

	n->polygons += f->type == 3;
}

static void beyond_the_limit_the_least_important_go_first(void **state)
{
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1, ring = 5;
	static const double xy[] = {39, 52, 39.5, 52, 39.5, 52.5, 39, 52.5, 39, 52};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_world at = mm_world_from_lonlat(39.1, 52.1);
	struct mm_tile_id id = {14, at.x >> 18, at.y >> 18};
	struct mm_tile_maker *maker = mm_tile_maker_new();
	struct mm_tile_count count = {0};
	struct largest n = {0};
	struct mm_layer *l;
	struct mm_buf out;

	(void)state;
	for (int i = 0; i < MM_TILE_FEATURES_MAX + 7; i++)
		fixture_point(b, i, NULL, -1, 39.1, 52.1);
	fixture_row(b, 999999, NULL, -1, 0, 0,
		    &(struct mm_geom){MM_GEOM_POLYGON, &part, &ring, xy, NULL, 1, 1, 5});
	l = fixture_end(b);
	mm_buf_init(&out, 64u << 20);
	assert_int_equal(tile(maker, (const struct mm_layer *const[]){l}, 1, id, &out, &count), MM_OK);
	assert_int_equal(pbf_tile(out.data, out.len, count_polygons, &n), MM_TILE_FEATURES_MAX);
	assert_int_equal(n.polygons, 1);
	assert_int_equal(count.kept, MM_TILE_FEATURES_MAX);
	assert_int_equal(count.dropped, 8);
	mm_buf_release(&out);
	(void)mm_tile_maker_free(maker);
	(void)mm_layer_unref(l);
}

/* Rings of a graver: no byte is too many, but so many vertices are. The longest stay. */
static void vertices_have_a_limit(void **state)
{
	enum { LINES = 45, EACH = 60000, KEPT = (MM_TILE_VERTICES_MAX + EACH - 1) / EACH };
	static const uint32_t part = (uint32_t)MM_PART_LINE << 30 | 1, ring = EACH;
	const struct mm_world at = mm_world_from_lonlat(39.1, 52.1);
	const struct mm_tile_id id = {16, at.x >> 16, at.y >> 16};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_tile_maker *maker = mm_tile_maker_new();
	double *xy = malloc(2 * EACH * sizeof(*xy));
	struct mm_tile_count count = {0};
	struct mm_layer *l;
	struct mm_buf out;

	(void)state;
	assert_non_null(xy);
	for (int i = 0; i < LINES; i++) {
		for (int k = 0; k < EACH; k++) {
			xy[2 * k] = 39.1 + 1e-3 * k / EACH;
			xy[2 * k + 1] = 52.1 + (k % 2 ? 1e-4 : 0) + 1e-6 * i * (k % 2);
		}
		fixture_row(b, i, NULL, -1, 0, 0,
			    &(struct mm_geom){MM_GEOM_LINE, &part, &ring, xy, NULL, 1, 1, EACH});
	}
	l = fixture_end(b);
	mm_buf_init(&out, 64u << 20);
	assert_int_equal(tile(maker, (const struct mm_layer *const[]){l}, 1, id, &out, &count), MM_OK);
	assert_in_range(out.len, EACH, MM_TILE_BYTES_MAX - 1);
	assert_int_equal(count.kept, KEPT);
	assert_int_equal(count.dropped, LINES - KEPT);
	mm_buf_release(&out);
	free(xy);
	(void)mm_tile_maker_free(maker);
	(void)mm_layer_unref(l);
}

static void a_tile_has_a_largest_size(void **state)
{
	enum { TEXT = 1 << 20, ROWS = 40 };
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	const struct mm_layer *twice[2];
	struct mm_tile_maker *maker = mm_tile_maker_new();
	struct mm_tile_count count = {0};
	char *text = malloc(TEXT + 1);
	struct mm_buf out;
	struct mm_layer *l;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < ROWS; i++) {
		memset(text, 'a' + i % 26, TEXT);
		text[0] = i < 26 ? '0' : '1';
		text[TEXT] = '\0';
		fixture_point(b, i, text, 1, i * 0.1, 0);
	}
	l = fixture_end(b);
	twice[0] = twice[1] = l;
	mm_buf_init(&out, 64u << 20);
	assert_int_equal(tile(maker, twice, 2, (struct mm_tile_id){14, 8192, 8192}, &out, &count), MM_OK);
	assert_int_equal(count.dropped, 0);
	mm_buf_clear(&out);
	assert_int_equal(tile(maker, twice, 2, (struct mm_tile_id){4, 8, 8}, &out, &count), MM_OK);
	assert_in_range(out.len, MM_TILE_BYTES_MAX, MM_TILE_BYTES_MAX + 2 * TEXT);
	assert_int_equal(count.kept + count.dropped, 2 * ROWS);
	assert_true(count.dropped > ROWS);
	free(text);
	mm_buf_release(&out);
	(void)mm_tile_maker_free(maker);
	(void)mm_layer_unref(l);
}

static void a_late_tile_is_given_up(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_tile_maker *maker = mm_tile_maker_new();
	struct mm_tile_count count = {.kept = 77};
	struct mm_world at = mm_world_from_lonlat(39.1, 52.1);
	struct mm_err err = {0};
	struct mm_layer *l;
	struct mm_buf out;

	(void)state;
	for (int i = 0; i < 1000; i++)
		fixture_point(b, i, NULL, -1, 39.1, 52.1);
	l = fixture_end(b);
	mm_buf_init(&out, 1 << 20);
	assert_int_equal(mm_tile_make(maker,
				      &(struct mm_tile_ask){.layer = (const struct mm_layer *const[]){l},
							    .layer_count = 1,
							    .id = {14, at.x >> 18, at.y >> 18},
							    .deadline_ns = mm_clock_mono_ns() - 1},
				      &out, &count, &err),
			 MM_E_BUSY);
	assert_int_equal(count.kept, 77);
	assert_non_null(strstr(err.msg, "too long"));
	mm_buf_release(&out);
	(void)mm_tile_maker_free(maker);
	(void)mm_layer_unref(l);
}

static void windows_stay_on_the_world(void **state)
{
	const struct mm_world_box all = mm_tile_id_window((struct mm_tile_id){0, 0, 0}, MM_TILE_BUFFER);
	const struct mm_world_box last =
	    mm_tile_id_window((struct mm_tile_id){22, 4194303, 4194303}, MM_TILE_BUFFER);
	const struct mm_world_box first = mm_tile_id_window((struct mm_tile_id){22, 0, 1}, MM_TILE_BUFFER);

	(void)state;
	assert_true(all.min_x == 0 && all.min_y == 0 && all.max_x == UINT32_MAX && all.max_y == UINT32_MAX);
	assert_true(last.max_x == UINT32_MAX && last.min_x == UINT32_MAX - 1024 - 16 + 1);
	assert_true(first.min_x == 0 && first.max_x == 1024 + 16 && first.min_y == 1024 - 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_tile_keeps_the_rules),
	    cmocka_unit_test(a_layer_is_absent_outside_its_zooms),
	    cmocka_unit_test(beyond_the_limit_the_least_important_go_first),
	    cmocka_unit_test(vertices_have_a_limit),
	    cmocka_unit_test(a_tile_has_a_largest_size),
	    cmocka_unit_test(a_late_tile_is_given_up),
	    cmocka_unit_test(windows_stay_on_the_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
