#include "check.h"
#include "layer_fixture.h"

#include "store/format.h"

#include <math.h>

/* Geometries of every type, in a layer of points (kept in a shorter form) and in one of anything. */

#define POINTS(n)  ((uint32_t)MM_PART_POINTS << 30 | (n))
#define LINE(n)    ((uint32_t)MM_PART_LINE << 30 | (n))
#define POLYGON(n) ((uint32_t)MM_PART_POLYGON << 30 | (n))
#define GEOM(t, p, r, c, h)                                                                                  \
	{                                                                                                    \
		.type = (t), .part = (p), .ring = (r), .xy = (c), .z = (h),                                  \
		.part_count = sizeof(p) / sizeof(*(p)), .ring_count = sizeof(r) / sizeof(*(r)),              \
		.vertex_count = sizeof(c) / sizeof(*(c)) / 2                                                 \
	}

static const uint32_t p_point[] = {POINTS(1)}, r_point[] = {1}, r_points[] = {3}, p_line[] = {LINE(1)},
		      r_line[] = {2}, p_lines[] = {LINE(1), LINE(1)}, r_lines[] = {2, 3},
		      p_polygon[] = {POLYGON(2)}, r_polygon[] = {5, 4},
		      p_polygons[] = {POLYGON(1), POLYGON(1)}, r_polygons[] = {4, 4},
		      p_mix[] = {POINTS(1), LINE(1), POLYGON(1)}, r_mix[] = {1, 2, 4};
static const double xy_point[] = {37.5, 55.5}, xy_points[] = {1, 2, 3, 4, 5, 6}, xy_line[] = {1, 1, 2, 2},
		    xy_lines[] = {1, 1, 2, 2, 3, 3, 4, 4, 5, 6},
		    xy_polygon[] = {0.1, 0.1, 9, 0, 9, 9, 0, 9, 0.1, 0.1, 2, 2, 3, 4, 4, 2, 2, 2},
		    xy_polygons[] = {0, 0, 1, 0, 0, 1, 0, 0, 5, 5, 6, 5, 5, 6, 5, 5},
		    xy_mix[] = {7, 7, 1, 1, 2, 2, 0, 0, 1, 0, 0, 1, 0, 0};
static const double heights[] = {-1, 0.5, 2, 3, 4, 5, 6, 7, 8};

static const struct mm_geom sample[] = {
    GEOM(MM_GEOM_POINT, p_point, r_point, xy_point, NULL),
    GEOM(MM_GEOM_LINE, p_line, r_line, xy_line, heights),
    GEOM(MM_GEOM_POLYGON, p_polygon, r_polygon, xy_polygon, NULL),
    GEOM(MM_GEOM_MULTIPOINT, p_point, r_points, xy_points, heights),
    GEOM(MM_GEOM_MULTILINE, p_lines, r_lines, xy_lines, NULL),
    GEOM(MM_GEOM_MULTIPOLYGON, p_polygons, r_polygons, xy_polygons, NULL),
    GEOM(MM_GEOM_COLLECTION, p_mix, r_mix, xy_mix, heights),
    {.type = MM_GEOM_NULL},
    {.type = MM_GEOM_POINT},
    {.type = MM_GEOM_LINE},
    {.type = MM_GEOM_POLYGON},
    {.type = MM_GEOM_COLLECTION},
    GEOM(MM_GEOM_POINT, p_point, r_point, xy_point, heights),
};
enum { SAMPLES = sizeof(sample) / sizeof(*sample) };

static void check_same(const struct mm_geom *g, const struct mm_geom *want)
{
	assert_int_equal(g->type, want->type);
	assert_int_equal(g->part_count, want->part_count);
	assert_int_equal(g->ring_count, want->ring_count);
	assert_int_equal(g->vertex_count, want->vertex_count);
	if (!want->vertex_count)
		return;
	assert_memory_equal(g->part, want->part, want->part_count * sizeof(*want->part));
	assert_memory_equal(g->ring, want->ring, want->ring_count * sizeof(*want->ring));
	assert_memory_equal(g->xy, want->xy, want->vertex_count * 2 * sizeof(*want->xy));
	assert_int_equal(!g->z, !want->z);
	if (want->z)
		assert_memory_equal(g->z, want->z, want->vertex_count * sizeof(*want->z));
}

/* World coordinates are those of the exact ones, part by part. */
static void check_world(const struct mm_layer *l, uint32_t row, const struct mm_geom *want)
{
	struct mm_world_box box;
	struct mm_world_geom w;

	mm_layer_geom_world(l, row, &w);
	assert_int_equal(w.type, want->type);
	assert_int_equal(w.vertex_count, want->vertex_count);
	assert_int_equal(w.part_count, want->part_count);
	assert_int_equal(mm_layer_box_world(l, row, &box), want->vertex_count > 0);
	for (uint32_t i = 0; i < w.vertex_count; i++) {
		struct mm_world at = mm_world_from_lonlat(want->xy[2 * i], want->xy[2 * i + 1]);

		assert_true(at.x == w.point[i].x && at.y == w.point[i].y);
		assert_true(at.x >= box.min_x && at.x <= box.max_x && at.y >= box.min_y && at.y <= box.max_y);
	}
}

static void every_type_survives_in_any_order(void **state)
{
	(void)state;
	for (uint32_t first = 0; first < SAMPLES; first++) {
		struct mm_layer_build *b = fixture_begin(MM_CRS84);
		struct mm_layer *l;
		struct mm_geom g;

		for (uint32_t i = 0; i < SAMPLES; i++)
			fixture_row(b, i, "g", 1, 0, 0, &sample[(first + i) % SAMPLES]);
		l = fixture_end(b);
		for (uint32_t i = 0; i < SAMPLES; i++) {
			const struct mm_geom *want = &sample[(first + i) % SAMPLES];

			mm_layer_geom(l, i, &g);
			check_same(&g, want);
			mm_layer_geom_valid(l, i, &g);
			check_same(&g, want);
			check_world(l, i, want);
		}
		assert_int_equal(mm_layer_geom_types(l), (1u << MM_GEOM_TYPE_COUNT) - 1);
		assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_REPAIRED), 0);
		assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_NULL_GEOMETRY), 1);
		assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_EMPTY_GEOMETRY), 4);
		assert_int_equal(mm_layer_rtree(l)->count, SAMPLES - 5);
		(void)mm_layer_unref(l);
	}
}

/* The same rows with and without a line among them, which makes the difference between the two forms. */
static void points_read_the_same_in_both_forms(void **state)
{
	static const double at[][2] = {{1, 2}, {NAN, 1}, {10, 95}, {0, 0}, {-179, -80}, {700, 1}, {181, 5}};
	static const double z = 12.5, bad_z = NAN;
	struct mm_layer *l[2];
	struct mm_geom g[2];
	struct mm_world_box box[2];
	size_t n;

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct mm_layer_build *b = fixture_begin(MM_CRS84);

		for (int i = 0; i < 40; i++) {
			struct mm_geom p = GEOM(MM_GEOM_POINT, p_point, r_point, xy_point, NULL);

			p.xy = at[i % 7];
			p.z = i % 3 == 0 ? &z : i % 3 == 1 ? &bad_z : NULL;
			fixture_row(b, i, "p", 1, 0, 0, i % 5 == 4 ? NULL : i % 11 == 10 ? &sample[8] : &p);
		}
		if (k)
			fixture_row(b, 40, "line", 1, 0, 0, &sample[1]);
		l[k] = fixture_end(b);
	}
	for (uint32_t i = 0; i < 40; i++) {
		for (int k = 0; k < 2; k++)
			mm_layer_geom(l[k], i, &g[k]);
		check_same(&g[0], &g[1]);
		n = mm_layer_box_world(l[0], i, &box[0]);
		assert_int_equal(n, mm_layer_box_world(l[1], i, &box[1]));
		if (n)
			assert_memory_equal(&box[0], &box[1], sizeof(box[0]));
	}
	assert_int_equal(mm_layer_rtree(l[0])->count + 1, mm_layer_rtree(l[1])->count);
	for (int q = 0; q < MM_QUALITY_KIND_COUNT; q++)
		assert_int_equal(mm_layer_quality_count(l[0], (enum mm_quality_kind)q),
				 mm_layer_quality_count(l[1], (enum mm_quality_kind)q));
	for (int k = 0; k < 2; k++)
		(void)mm_layer_unref(l[k]);
}

/* What format.h says a row costs. */
static void a_row_takes_the_bytes_it_should(void **state)
{
	enum { ROWS = 16384 };
	const struct mm_schema schema = {.id = "bytes",
					 .crs_definition = MM_CRS84,
					 .style_json = "{}",
					 .min_zoom = MM_LEVEL_TOP + 1,
					 .max_zoom = 22};
	static const uint32_t p_house[] = {POLYGON(1)}, r_house[] = {5};
	static const double xy_house[] = {0, 0, 1e-4, 0, 1e-4, 1e-4, 0, 1e-4, 0, 0};
	const struct mm_geom house = GEOM(MM_GEOM_POLYGON, p_house, r_house, xy_house, NULL);

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct mm_layer_build *b = NULL;
		struct mm_layer *l;
		size_t want = k ? 239 : 84;

		assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
		for (int i = 0; i < ROWS; i++) {
			mm_layer_build_begin(b);
			mm_layer_build_geom(b, k ? &house : &sample[0]);
			assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
		}
		l = fixture_end(b);
		assert_true(mm_layer_bytes(l) > ROWS * (want - 1) && mm_layer_bytes(l) < ROWS * (want + 1));
		(void)mm_layer_unref(l);
	}
}

/* Coordinates come out of the system they are in: Pulkovo 1942 / Gauss-Krueger zone 7, a datum of its own. */
static void places_are_transformed(void **state)
{
	struct mm_layer_build *b = fixture_begin("EPSG:28407");
	struct mm_box deg, crs;
	struct mm_layer *l;

	(void)state;
	fixture_point(b, 1, "p", 1, 7500000, 5800000);
	fixture_point(b, 2, "far", 1, 1e30, 5800000);
	l = fixture_end(b);
	deg = mm_layer_box_deg(l);
	crs = mm_layer_box_crs(l);
	assert_true(fabs(deg.min_x - 39) < 0.01 && fabs(deg.min_y - 52.3) < 0.1);
	assert_true(crs.min_x == 7500000 && crs.max_x == 1e30);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_OUTSIDE), 1);
	assert_int_equal(mm_layer_rtree(l)->count, 1);
	(void)mm_layer_unref(l);
}

/* Enough vertices for two threads: each row has its own place, and notes come in the order of rows. */
static void a_large_layer_is_placed_row_by_row(void **state)
{
	enum { ROWS = 150000, FAR = 1000 };
	const struct mm_schema schema = {
	    .id = "large", .crs_definition = MM_CRS84, .style_json = "{}", .max_zoom = 22};
	struct mm_layer_build *b = NULL;
	struct mm_layer *l;

	(void)state;
	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	for (uint32_t i = 0; i < ROWS; i++) {
		const double xy[] = {i * 1e-3, 50, i * 1e-3, i % FAR == 7 ? 91 : 51};
		struct mm_geom line = sample[1];

		line.xy = xy;
		mm_layer_build_begin(b);
		mm_layer_build_geom(b, &line);
		assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
	}
	l = fixture_end(b);
	for (uint32_t i = 0; i < ROWS; i++) {
		struct mm_world at = mm_world_from_lonlat(i * 1e-3, 51);
		struct mm_world_box box;

		assert_int_equal(mm_layer_box_world(l, i, &box), i % FAR != 7);
		if (i % FAR != 7)
			assert_true(box.min_x == at.x && box.min_y == at.y);
	}
	assert_true(mm_layer_box_deg(l).max_x == (ROWS - 1) * 1e-3 && mm_layer_box_deg(l).min_x == 0);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_OUTSIDE), ROWS / FAR);
	for (uint32_t i = 0; i < ROWS / FAR; i++) {
		struct mm_quality q;

		mm_layer_quality(l, i, &q);
		assert_int_equal(q.row, i * FAR + 7);
	}
	(void)mm_layer_unref(l);
}

static void an_unknown_system_is_refused(void **state)
{
	struct mm_layer_build *b = fixture_begin("EPSG:0");
	char path[] = "/tmp/munimap-crs-XXXXXX";
	struct mm_err err = {0};
	int fd = mkstemp(path);

	(void)state;
	fixture_point(b, 1, "p", 1, 1, 1);
	assert_int_equal(mm_layer_build_freeze(b, 1, "", path, &err), MM_E_INVALID);
	assert_true(*err.msg);
	(void)mm_layer_build_free(b);
	(void)close(fd);
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_type_survives_in_any_order),
	    cmocka_unit_test(points_read_the_same_in_both_forms),
	    cmocka_unit_test(a_row_takes_the_bytes_it_should),
	    cmocka_unit_test(places_are_transformed),
	    cmocka_unit_test(a_large_layer_is_placed_row_by_row),
	    cmocka_unit_test(an_unknown_system_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
