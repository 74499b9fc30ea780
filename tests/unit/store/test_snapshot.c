#include "check.h"
#include "layer_fixture.h"

#include "base/clock.h"
#include "base/file.h"

#include <math.h>

/* Freezing and reading back: everything survives, see test_damage.c for what does not. */

static const uint32_t one_ring = (uint32_t)MM_PART_POLYGON << 30 | 1;

static void every_type_survives(void **state)
{
	static const struct mm_field fields[] = {
	    {.name = "b", .type = MM_TYPE_BOOL},     {.name = "i", .type = MM_TYPE_INT},
	    {.name = "r", .type = MM_TYPE_REAL},     {.name = "t", .type = MM_TYPE_TEXT},
	    {.name = "d", .type = MM_TYPE_DATE},     {.name = "h", .type = MM_TYPE_TIME},
	    {.name = "w", .type = MM_TYPE_DATETIME}, {.name = "j", .type = MM_TYPE_JSON},
	};
	static const struct mm_value values[] = {
	    {.type = MM_TYPE_BOOL, .boolean = true},
	    {.type = MM_TYPE_INT, .integer = INT64_MIN},
	    {.type = MM_TYPE_REAL, .real = 0.1},
	    {.type = MM_TYPE_TEXT, .text = "0042 ё\xf0\x9f\x9a\xa7", .text_len = 11},
	    {.type = MM_TYPE_DATE, .integer = -1},
	    {.type = MM_TYPE_TIME, .integer = 86399999},
	    {.type = MM_TYPE_DATETIME, .integer = 1781514000000, .offset_min = 660},
	    {.type = MM_TYPE_JSON, .text = "{\"a\":[1]}", .text_len = 9},
	};
	const struct mm_schema schema = {.id = "types",
					 .crs_definition = MM_CRS84,
					 .style_json = "{}",
					 .max_zoom = 22,
					 .field = fields,
					 .field_count = 8};
	struct mm_layer_build *b = NULL;
	struct mm_layer *l;

	(void)state;
	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	for (int row = 0; row < 20; row++) {
		mm_layer_build_begin(b);
		for (size_t f = 0; f < 8 && row != 9; f++)
			mm_layer_build_value(b, f, &values[f]);
		assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
	}
	l = fixture_end(b);
	for (uint32_t row = 0; row < 20; row++)
		for (size_t f = 0; f < 8; f++) {
			struct mm_value v;

			mm_layer_value(l, row, f, &v);
			assert_int_equal(v.is_null, row == 9);
			if (v.is_null)
				continue;
			assert_int_equal(v.type, values[f].type);
			assert_true(v.integer == values[f].integer && v.real == values[f].real &&
				    v.boolean == values[f].boolean && v.text_len == values[f].text_len);
			if (v.text)
				assert_memory_equal(v.text, values[f].text, v.text_len);
			if (v.type == MM_TYPE_DATETIME)
				assert_int_equal(v.offset_min, 660);
		}
	assert_int_equal(mm_layer_text_count(l, 3), 1);
	(void)mm_layer_unref(l);
}

static void ids_are_found_as_they_were(void **state)
{
	static const char *const ids[] = {"007", "a/b c", "9007199254740993", "ё", "", "007~2"};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		mm_layer_build_begin(b);
		mm_layer_build_id_text(b, ids[i], strlen(ids[i]));
		assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
	}
	l = fixture_end(b);
	assert_true(mm_layer_schema(l)->has_text_ids);
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(mm_layer_find_id(l, ids[i], strlen(ids[i])), i);
	assert_int_equal(mm_layer_find_id(l, "7", 1), UINT32_MAX);
	(void)mm_layer_unref(l);
}

static void equal_ids_get_numbers_behind_them(void **state)
{
	static const char *const want[] = {"5", "3", "5~2", "9", "5~3"};
	static const int64_t ids[] = {5, 3, 5, 9, 5};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;
	char text[32];

	(void)state;
	for (size_t i = 0; i < 5; i++)
		fixture_point(b, ids[i], "p", 1, 10, 10);
	l = fixture_end(b);
	assert_true(mm_layer_schema(l)->has_text_ids);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(mm_layer_id_format(l, i, text, sizeof(text)), strlen(want[i]));
		assert_string_equal(text, want[i]);
		assert_int_equal(mm_layer_find_id(l, want[i], strlen(want[i])), i);
	}
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_DUPLICATE_ID), 2);
	(void)mm_layer_unref(l);
}

static void integer_ids_in_any_order_are_found(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;
	char text[32];

	(void)state;
	for (int i = 0; i < 1000; i++)
		fixture_point(b, (i * 7919) % 1009 - 500, "p", 1, 10, 10);
	l = fixture_end(b);
	assert_false(mm_layer_schema(l)->has_text_ids);
	for (uint32_t row = 0; row < 1000; row++) {
		size_t n = mm_layer_id_format(l, row, text, sizeof(text));

		assert_int_equal(mm_layer_find_id(l, text, n), row);
	}
	assert_int_equal(mm_layer_find_id(l, "510", 3), UINT32_MAX);
	assert_int_equal(mm_layer_find_id(l, "007", 3), UINT32_MAX);
	(void)mm_layer_unref(l);
}

static void fixture_polygon(struct mm_layer_build *b, int64_t id, const double *xy, uint32_t n)
{
	const struct mm_geom g = {.type = MM_GEOM_POLYGON,
				  .part = &one_ring,
				  .ring = &n,
				  .xy = xy,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = n};

	fixture_row(b, id, "z", 1, 0, 0, &g);
}

static void invalid_polygons_keep_themselves_and_get_a_valid_copy(void **state)
{
	static const double bow_tie[] = {0, 0, 2, 2, 2, 0, 0, 2, 0, 0},
			    square[] = {0, 0, 1, 0, 1, 1, 0, 1, 0, 0},
			    spike[] = {0, 0, 4, 0, 4, 4, 4, 9, 4, 4, 0, 4, 0, 0},
			    flat[] = {0, 0, 5, 0, 0, 0, 0, 0};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_topo *topo = mm_topo_new();
	struct mm_world_geom w;
	struct mm_layer *l;
	struct mm_geom g;
	char why[200];

	(void)state;
	fixture_polygon(b, 1, bow_tie, 5);
	fixture_polygon(b, 2, square, 5);
	fixture_polygon(b, 3, spike, 7);
	fixture_polygon(b, 4, flat, 4);
	l = fixture_end(b);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_REPAIRED), 3);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_ZERO_AREA), 1);
	mm_layer_geom(l, 0, &g);
	assert_int_equal(g.vertex_count, 5);
	assert_memory_equal(g.xy, bow_tie, sizeof(bow_tie));
	for (uint32_t row = 0; row < 4; row++) {
		mm_layer_geom_valid(l, row, &g);
		assert_int_equal(mm_topo_why_invalid(topo, &g, why, sizeof(why), NULL), MM_OK);
		assert_string_equal(why, "");
		mm_layer_geom_world(l, row, &w);
		assert_int_equal(w.vertex_count, g.vertex_count);
	}
	mm_layer_geom_valid(l, 1, &g);
	assert_int_equal(g.vertex_count, 5);
	(void)mm_topo_free(topo);
	(void)mm_layer_unref(l);
}

static void what_cannot_be_placed_is_noted_and_kept(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_world_box box;
	struct mm_layer *l;
	struct mm_geom g;

	(void)state;
	fixture_point(b, 1, "nan", 1, NAN, 5);
	fixture_point(b, 2, "far", 1, 10, 95);
	fixture_point(b, 3, "zero", 1, 0, 0);
	fixture_row(b, 4, "none", 1, 0, 0, NULL);
	fixture_row(b, 5, "empty", 1, 0, 0, &(struct mm_geom){.type = MM_GEOM_MULTIPOLYGON});
	fixture_point(b, 6, "good", 1, 39, 52);
	l = fixture_end(b);
	assert_int_equal(mm_layer_count(l), 6);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_NOT_FINITE), 1);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_OUTSIDE), 1);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_NULL_ISLAND), 1);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_EMPTY_GEOMETRY), 1);
	mm_layer_geom(l, 4, &g);
	assert_int_equal(g.type, MM_GEOM_MULTIPOLYGON);
	assert_int_equal(mm_layer_rtree(l)->count, 2);
	assert_false(mm_layer_box_world(l, 1, &box));
	assert_true(mm_layer_box_world(l, 5, &box));
	assert_true(mm_layer_box_deg(l).max_x == 39);
	(void)mm_layer_unref(l);
}

static void heights_stay_with_their_own_rows(void **state)
{
	static const uint32_t part = (uint32_t)MM_PART_LINE << 30 | 1, ring = 2;
	static const double xy[] = {1, 1, 2, 2}, z[] = {7, 8};
	struct mm_geom g = {.type = MM_GEOM_LINE,
			    .part = &part,
			    .ring = &ring,
			    .xy = xy,
			    .part_count = 1,
			    .ring_count = 1,
			    .vertex_count = 2};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;

	(void)state;
	fixture_row(b, 1, "flat", 1, 0, 0, &g);
	g.z = z;
	fixture_row(b, 2, "high", 1, 0, 0, &g);
	g.z = NULL;
	fixture_row(b, 3, "flat again", 1, 0, 0, &g);
	l = fixture_end(b);
	mm_layer_geom(l, 0, &g);
	assert_null(g.z);
	mm_layer_geom(l, 1, &g);
	assert_true(g.z[0] == 7 && g.z[1] == 8);
	mm_layer_geom(l, 2, &g);
	assert_null(g.z);
	(void)mm_layer_unref(l);
}

static size_t write_sample(const char *path, struct mm_buf *ret)
{
	static const double bow_tie[] = {0, 0, 2, 2, 2, 0, 0, 2, 0, 0};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);

	for (int i = 0; i < 40; i++)
		fixture_point(b, i % 9, i % 3 ? "раз" : "два", i, i, i);
	fixture_polygon(b, 100, bow_tie, 5);
	assert_int_equal(mm_layer_build_freeze(b, 1, "", path, NULL), MM_OK);
	(void)mm_layer_build_free(b);
	assert_int_equal(mm_file_read(path, ret, NULL), MM_OK);
	return ret->len;
}

static void the_same_rows_give_the_same_file(void **state)
{
	char path[2][40] = {"/tmp/munimap-same-XXXXXX", "/tmp/munimap-same-XXXXXX"};
	struct mm_buf file[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		int fd = mkstemp(path[i]);

		assert_true(fd >= 0);
		(void)close(fd);
		mm_buf_init(&file[i], 1 << 20);
		(void)write_sample(path[i], &file[i]);
		(void)unlink(path[i]);
	}
	assert_int_equal(file[0].len, file[1].len);
	assert_memory_equal(file[0].data, file[1].data, file[0].len);
	mm_buf_release(&file[0]);
	mm_buf_release(&file[1]);
}

enum { MANY = 50000 }; /* rows, several chunks of them */

/* Squares, of which some are bow ties, or points, of which some are nowhere. */
static struct mm_layer *many_rows(bool with_file, bool are_points, struct mm_buf *ret)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	char path[] = "/tmp/munimap-many-XXXXXX";
	struct mm_layer *l = NULL;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)close(fd);
	if (with_file)
		assert_int_equal(mm_layer_build_begin_file(b, path, NULL), MM_OK);
	for (int i = 0; i < MANY; i++) {
		const double x = i % 300 * 0.01, y = (double)i / 300 * 0.01, d = i % 7 ? 0.005 : -0.005;
		const double xy[] = {x, y, x + d, y, x + 0.005, y + 0.005, x, y + 0.005, x, y};

		if (!are_points)
			fixture_polygon(b, i, xy, 5);
		else if (i % 7)
			fixture_point(b, i, "раз", i, x, y);
		else
			fixture_row(b, i, "нет", i, 0, 0, NULL);
	}
	assert_int_equal(mm_layer_build_freeze(b, 1, "", path, NULL), MM_OK);
	(void)mm_layer_build_free(b);
	mm_buf_init(ret, 1 << 26);
	assert_int_equal(mm_file_read(path, ret, NULL), MM_OK);
	assert_int_equal(mm_layer_open(path, &l, NULL), MM_OK);
	(void)unlink(path);
	return l;
}

static void coordinates_that_went_ahead_are_the_same(void **state)
{
	(void)state;
	for (int are_points = 0; are_points < 2; are_points++) {
		struct mm_buf file[2];
		struct mm_geom g;

		for (int i = 0; i < 2; i++) {
			struct mm_layer *l = many_rows(i, are_points, &file[i]);

			mm_layer_geom(l, 22223, &g);
			assert_true(g.xy[0] == 22223 % 300 * 0.01);
			if (!are_points)
				assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_REPAIRED),
						 MANY / 7 + 1);
			(void)mm_layer_unref(l);
		}
		assert_int_equal(file[0].len, file[1].len);
		assert_memory_equal(file[0].data, file[1].data, file[0].len);
		mm_buf_release(&file[0]);
		mm_buf_release(&file[1]);
	}
}

static void a_builder_that_is_given_up_leaves_nothing_open(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	char path[] = "/tmp/munimap-given-up-XXXXXX";
	int fd = mkstemp(path), next;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(mm_layer_build_begin_file(b, path, NULL), MM_OK);
	fixture_point(b, 1, "раз", 1, 1, 1);
	(void)mm_layer_build_free(b);
	next = dup(fd);
	assert_int_equal(next, fd + 1);
	(void)close(next);
	(void)close(fd);
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_type_survives),
	    cmocka_unit_test(ids_are_found_as_they_were),
	    cmocka_unit_test(equal_ids_get_numbers_behind_them),
	    cmocka_unit_test(integer_ids_in_any_order_are_found),
	    cmocka_unit_test(invalid_polygons_keep_themselves_and_get_a_valid_copy),
	    cmocka_unit_test(what_cannot_be_placed_is_noted_and_kept),
	    cmocka_unit_test(heights_stay_with_their_own_rows),
	    cmocka_unit_test(the_same_rows_give_the_same_file),
	    cmocka_unit_test(coordinates_that_went_ahead_are_the_same),
	    cmocka_unit_test(a_builder_that_is_given_up_leaves_nothing_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
