#include "check.h"

#include "store/layer.h"
#include "store/schema_json.h"

#include <string.h>

/* Schemas: what they say, and the form in which the snapshot keeps them. */

static void titles_fall_back(void **state)
{
	const struct mm_title both = {"Дома", "Houses"}, ru = {"Дома", ""}, none = {"", NULL};

	(void)state;
	assert_string_equal(mm_title_in(&both, "en", "x"), "Houses");
	assert_string_equal(mm_title_in(&both, "ru", "x"), "Дома");
	assert_string_equal(mm_title_in(&ru, "en", "x"), "Дома");
	assert_string_equal(mm_title_in(&none, "ru", "x"), "x");
}

static void every_name_is_there_once(void **state)
{
	(void)state;
	for (int t = 0; t < MM_TYPE_COUNT; t++)
		for (int k = 0; k < t; k++)
			assert_string_not_equal(mm_type_name((enum mm_type)t), mm_type_name((enum mm_type)k));
	for (int q = 0; q < MM_QUALITY_KIND_COUNT; q++)
		for (int k = 0; k < q; k++)
			assert_string_not_equal(mm_quality_name((enum mm_quality_kind)q),
						mm_quality_name((enum mm_quality_kind)k));
	assert_string_equal(mm_type_name(MM_TYPE_DATETIME), "datetime");
	assert_string_equal(mm_type_name(MM_TYPE_COUNT), "unknown");
	assert_string_equal(mm_quality_name(MM_QUALITY_NULL_ISLAND), "null-island");
	assert_string_equal(mm_quality_name(MM_QUALITY_KIND_COUNT), "unknown");
}

static const struct mm_code_entry codes[] = {{"1", {"кирпич", "brick"}}, {"02", {"", "wood \"raw\""}}};
static const struct mm_field fields[] = {
    {.name = "имя", .type = MM_TYPE_TEXT, .title = {"Имя", "Name"}, .unit = {"", ""}},
    {.name = "secret", .type = MM_TYPE_INT, .title = {"", ""}, .unit = {"", ""}, .hidden = true},
    {.name = "wall", .type = MM_TYPE_INT, .unit = {"м²", "m²"}, .codes = codes, .code_count = 2},
};
static const struct mm_zoom_radius radii[] = {{8, 80}, {15, 1}};
static const struct mm_schema full = {
    .id = "houses",
    .title = {"Дома", "Houses"},
    .description = {"строка\nещё", ""},
    .owner = {"", "City"},
    .license = "CC0-1.0",
    .theme = "town",
    .crs_code = "EPSG:28407",
    .crs_uri = "http://www.opengis.net/def/crs/EPSG/0/28407",
    .crs_name = "Pulkovo 1942 / Gauss-Kruger zone 7",
    .crs_definition = "EPSG:28407",
    .id_field = "имя",
    .style_json = "{\"color\":\"#f00\"}",
    .min_zoom = 3,
    .max_zoom = 19,
    .generalize = {.importance_expression = "wall * 2 -- \"x\"",
		   .cluster_px = 40,
		   .cluster_zoom = 16,
		   .cluster_radius = radii,
		   .cluster_radius_count = 2},
    .has_text_ids = true,
    .field = fields,
    .field_count = 3,
};

static void a_schema_survives_its_json(void **state)
{
	struct mm_schema s;
	struct mm_buf json, again;
	MM_ARENA_SCOPE(mem, 0);

	(void)state;
	mm_buf_init(&json, 1 << 16);
	mm_buf_init(&again, 1 << 16);
	mm_schema_put_json(&full, &json);
	assert_int_equal(mm_schema_parse_json((const char *)json.data, json.len, &mem, &s, NULL), MM_OK);
	mm_schema_put_json(&s, &again);
	assert_int_equal(again.len, json.len);
	assert_memory_equal(again.data, json.data, json.len);
	assert_string_equal(s.description.ru, "строка\nещё");
	assert_true(s.has_text_ids && s.min_zoom == 3 && s.max_zoom == 19 && s.field_count == 3);
	assert_string_equal(s.field[2].codes[1].title.en, "wood \"raw\"");
	assert_string_equal(s.generalize.importance_expression, "wall * 2 -- \"x\"");
	assert_true(mm_generalize_has_importance(&s.generalize));
	assert_int_equal(s.generalize.cluster_radius_count, 2);
	assert_memory_equal(s.generalize.cluster_radius, radii, sizeof(radii));
	assert_string_equal(s.field[2].unit.ru, "м²");
	assert_string_equal(s.field[2].unit.en, "m²");
	assert_string_equal(mm_title_in(&s.field[2].unit, "en", ""), "m²");
	assert_int_equal(mm_schema_find(&s, "wall"), 2);
	assert_true(mm_schema_find(&s, "secret") == SIZE_MAX); /* hidden is as good as unknown */
	assert_true(mm_schema_find(&s, "nope") == SIZE_MAX);
	mm_buf_release(&json);
	mm_buf_release(&again);
}

/* Cut anywhere, it is refused, and nothing is left behind (LeakSanitizer). */
static void half_a_schema_is_refused(void **state)
{
	struct mm_buf json;

	(void)state;
	mm_buf_init(&json, 1 << 16);
	mm_schema_put_json(&full, &json);
	for (size_t n = 0; n < json.len; n++) {
		struct mm_schema s;
		MM_ARENA_SCOPE(mem, 0);

		assert_int_equal(mm_schema_parse_json((const char *)json.data, n, &mem, &s, NULL), MM_E_DATA);
	}
	mm_buf_release(&json);
}

static void json_is_told_from_what_is_not(void **state)
{
	static const char *const good[] = {"1",     "-0.5e3",     "null",
					   "\"ё\"", "[1,[2,{}]]", "{\"a\":99999999999999999999}"};
	static const char *const bad[] = {"", "nan", "{", "[1,]", "\"\xff\"", "1 2", "{\"a\":1}}", "'a'"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(mm_schema_is_json(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(mm_schema_is_json(bad[i], strlen(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(titles_fall_back),
	    cmocka_unit_test(every_name_is_there_once),
	    cmocka_unit_test(a_schema_survives_its_json),
	    cmocka_unit_test(half_a_schema_is_refused),
	    cmocka_unit_test(json_is_told_from_what_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
