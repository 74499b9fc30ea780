#include "check.h"
#include "layer_fixture.h"

#include "base/clock.h"
#include "store/format.h"

/* Ids and values at their edges. */

static void put_text_id(struct mm_layer_build *b, const char *id, size_t n)
{
	mm_layer_build_begin(b);
	mm_layer_build_id_text(b, id, n);
	assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
}

static void check_id(const struct mm_layer *l, uint32_t row, const char *want)
{
	char text[2 * MM_ID_MAX];

	assert_int_equal(mm_layer_id_format(l, row, text, sizeof(text)), strlen(want));
	assert_string_equal(text, want);
	assert_int_equal(mm_layer_find_id(l, want, strlen(want)), row);
}

static void integers_stay_exact(void **state)
{
	static const int64_t ids[] = {INT64_MIN, -1, 0, 9007199254740993, INT64_MAX};
	static const char *const want[] = {"-9223372036854775808", "-1", "0", "9007199254740993",
					   "9223372036854775807"};
	struct mm_layer *l;

	(void)state;
	for (int up = 0; up < 2; up++) {
		struct mm_layer_build *b = fixture_begin(MM_CRS84);

		for (int i = 0; i < 5; i++)
			fixture_point(b, ids[up ? i : 4 - i], "p", 1, 10, 10);
		l = fixture_end(b);
		assert_false(mm_layer_schema(l)->has_text_ids);
		for (uint32_t i = 0; i < 5; i++) {
			check_id(l, up ? i : 4 - i, want[i]);
			assert_true(mm_layer_id_int(l, up ? i : 4 - i) == ids[i]);
		}
		assert_int_equal(mm_layer_find_id(l, "9007199254740992", 16), UINT32_MAX);
		assert_int_equal(mm_layer_find_id(l, "9223372036854775808", 19), UINT32_MAX);
		assert_int_equal(mm_layer_find_id(l, "", 0), UINT32_MAX);
		(void)mm_layer_unref(l);
	}
}

static void a_text_among_integers_makes_all_of_them_text(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;

	(void)state;
	fixture_point(b, 10, "p", 1, 1, 1);
	fixture_point(b, 11, "p", 1, 1, 1);
	put_text_id(b, "010", 3);
	put_text_id(b, "11", 2);
	put_text_id(b, "11~2", 4);
	fixture_point(b, 9, "p", 1, 1, 1);
	l = fixture_end(b);
	assert_true(mm_layer_schema(l)->has_text_ids);
	check_id(l, 0, "10");
	check_id(l, 1, "11");
	check_id(l, 2, "010");
	check_id(l, 3, "11~2");
	check_id(l, 4, "11~2~2"); /* the source's own "~2" came too late */
	check_id(l, 5, "9");
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_DUPLICATE_ID), 2);
	(void)mm_layer_unref(l);
}

/* A wrong id column has one value in every row: linear, or this would run for hours. */
static void a_constant_id_takes_no_longer(void **state)
{
	enum { ROWS = 200000 };
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;

	(void)state;
	for (int i = 0; i < ROWS; i++)
		fixture_point(b, 0, "p", 1, 1, 1);
	l = fixture_end(b);
	check_id(l, 0, "0");
	check_id(l, 1, "0~2");
	check_id(l, ROWS - 1, "0~200000");
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_DUPLICATE_ID), ROWS - 1);
	assert_int_equal(mm_layer_quality_kept(l), MM_FORMAT_NOTES_KEPT);
	(void)mm_layer_unref(l);
}

static void ids_are_cut_and_mended_aloud(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	char id[MM_ID_MAX + 100], want[MM_ID_MAX + 1];
	struct mm_quality q;
	struct mm_layer *l;

	(void)state;
	memset(id, 'x', sizeof(id));
	memset(want, 'x', sizeof(want));
	memcpy(id + MM_ID_MAX - 1, "ё", 2); /* the cut does not go through a letter */
	want[MM_ID_MAX - 1] = '\0';
	put_text_id(b, id, sizeof(id));
	put_text_id(b,
		    "a\xff"
		    "b",
		    3);
	l = fixture_end(b);
	check_id(l, 0, want);
	check_id(l, 1,
		 "a\xef\xbf\xbd"
		 "b");
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_BAD_VALUE), 1);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_BAD_TEXT), 1);
	mm_layer_quality(l, 0, &q);
	assert_true(q.kind == MM_QUALITY_BAD_VALUE && q.row == 0 && strstr(q.note, "1024"));
	(void)mm_layer_unref(l);
}

/* 256 and 65 536 texts are the last that fit in one and two bytes a row. */
static void codes_are_as_wide_as_they_must_be(void **state)
{
	static const uint32_t words[] = {1, 256, 257, 65536, 65537};

	(void)state;
	for (size_t k = 0; k < 5; k++) {
		struct mm_layer_build *b = fixture_begin(MM_CRS84);
		struct mm_layer *l;
		char text[16];

		for (uint32_t i = 0; i < words[k] + 3; i++) {
			(void)snprintf(text, sizeof(text), "w%u", i % words[k]);
			fixture_row(b, i, i == 1 ? NULL : text, 1, 0, 0, NULL);
		}
		l = fixture_end(b);
		for (uint32_t i = 0; i < words[k] + 3; i++) {
			struct mm_value v;

			(void)snprintf(text, sizeof(text), "w%u", i % words[k]);
			mm_layer_value(l, i, FIXTURE_NAME, &v);
			assert_int_equal(v.is_null, i == 1);
			if (i == 1) {
				assert_int_equal(mm_layer_text_code(l, i, FIXTURE_NAME), UINT32_MAX);
				continue;
			}
			assert_int_equal(v.text_len, strlen(text));
			assert_memory_equal(v.text, text, v.text_len);
			assert_true(mm_layer_text_code(l, i, FIXTURE_NAME) <
				    mm_layer_text_count(l, FIXTURE_NAME));
		}
		assert_int_equal(mm_layer_text_code(l, words[k] + 2, FIXTURE_NAME),
				 mm_layer_text_code(l, (words[k] + 2) % words[k], FIXTURE_NAME));
		(void)mm_layer_unref(l);
	}
}

static const struct mm_field odd_fields[] = {
    {.name = "d", .type = MM_TYPE_DATE},     {.name = "h", .type = MM_TYPE_TIME},
    {.name = "w", .type = MM_TYPE_DATETIME}, {.name = "z", .type = MM_TYPE_DATETIME},
    {.name = "j", .type = MM_TYPE_JSON},     {.name = "t", .type = MM_TYPE_TEXT},
};

/* A feeder that lets something through does not make a snapshot that no reader could write out. */
static void unsound_values_become_null_aloud(void **state)
{
	static const struct mm_value odd[] = {
	    {.type = MM_TYPE_DATE, .integer = INT64_MAX},
	    {.type = MM_TYPE_TIME, .integer = -1},
	    {.type = MM_TYPE_DATETIME, .integer = INT64_MIN},
	    {.type = MM_TYPE_DATETIME, .integer = 0, .offset_min = 1440},
	    {.type = MM_TYPE_JSON, .text = "{\"a\":1},\"b\":2", .text_len = 13},
	};
	const struct mm_value bad_text = {.type = MM_TYPE_TEXT, .text = "\xd0\xc1", .text_len = 2};
	const struct mm_schema schema = {.id = "odd",
					 .crs_definition = MM_CRS84,
					 .style_json = "{}",
					 .max_zoom = 22,
					 .field = odd_fields,
					 .field_count = 6};
	struct mm_layer_build *b = NULL;
	struct mm_quality q;
	struct mm_value v;
	struct mm_layer *l;

	(void)state;
	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	mm_layer_build_begin(b);
	for (size_t f = 0; f < 5; f++)
		mm_layer_build_value(b, f, &odd[f]);
	mm_layer_build_value(b, 5, &bad_text);
	assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
	l = fixture_end(b);
	for (size_t f = 0; f < 5; f++) {
		mm_layer_value(l, 0, f, &v);
		assert_true(v.is_null);
	}
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_BAD_VALUE), 5);
	mm_layer_quality(l, 4, &q);
	assert_string_equal(q.note, "j");
	mm_layer_value(l, 0, 5, &v);
	assert_int_equal(v.text_len, 6);
	assert_memory_equal(v.text, "\xef\xbf\xbd\xef\xbf\xbd", 6);
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_BAD_TEXT), 1);
	(void)mm_layer_unref(l);
}

static void no_rows_are_a_layer_too(void **state)
{
	struct mm_layer *l = fixture_end(fixture_begin(MM_CRS84));
	struct mm_box box = mm_layer_box_deg(l);

	(void)state;
	assert_int_equal(mm_layer_count(l), 0);
	assert_int_equal(mm_layer_find_id(l, "0", 1), UINT32_MAX);
	assert_true(mm_box_is_empty(&box));
	assert_int_equal(mm_layer_geom_types(l), 0);
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_stay_exact),
	    cmocka_unit_test(a_text_among_integers_makes_all_of_them_text),
	    cmocka_unit_test(a_constant_id_takes_no_longer),
	    cmocka_unit_test(ids_are_cut_and_mended_aloud),
	    cmocka_unit_test(codes_are_as_wide_as_they_must_be),
	    cmocka_unit_test(unsound_values_become_null_aloud),
	    cmocka_unit_test(no_rows_are_a_layer_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
