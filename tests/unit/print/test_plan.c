#include "check.h"

#include "print/plan/plan.h"
#include "style/asset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum mm_code read_plan(struct mm_arena *mem, const char *json, struct mm_print_plan **ret,
			      struct mm_err *err)
{
	*err = (struct mm_err){0};
	*ret = NULL;
	return mm_print_plan_read(json, strlen(json), mem, ret, err);
}

static struct mm_print_plan *good(struct mm_arena *mem, const char *json)
{
	struct mm_print_plan *p;
	struct mm_err err;

	if (read_plan(mem, json, &p, &err) != MM_OK)
		fail_msg("%s: %s: %s", json, err.where, err.msg);
	return p;
}

static void an_empty_plan_is_a_plain_sheet(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	const struct mm_print_plan *p = good(&mem, "{}");

	(void)state;
	assert_string_equal(p->paper.name, "A4");
	assert_true(p->paper.width_mm == 297 && p->paper.height_mm == 210);
	assert_int_equal(p->output, MM_CANVAS_PDF);
	assert_string_equal(p->language, "ru");
	assert_true(p->scale == 0 && !p->has_center && !p->has_extent);
	assert_true(p->has_frame && p->has_grid && p->has_legend && p->has_scale_bar && p->has_north);
	assert_false(p->has_overview || p->has_qr || p->has_points || p->has_passport);
	assert_null(p->layer);
	assert_null(p->form);
	assert_null(p->table.layer);
	assert_null(p->index.layer);
	assert_int_equal(p->atlas.by, MM_PRINT_PLAN_ATLAS_NONE);
}

static void what_a_plan_says_is_read(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	const struct mm_print_plan *p = good(
	    &mem,
	    "{\"format\":\"A1\",\"orientation\":\"portrait\",\"scale\":2000,\"center\":[1292000.5,390000],"
	    "\"crs\":\"MSK48_1\",\"rotation\":-30,\"layers\":[\"streets\",\"gas\"],"
	    "\"filter\":{\"gas\":\"pressure > 0.3\"},\"datetime\":\"2026-01-01/..\",\"style\":\"day\","
	    "\"title\":\"План № 1\",\"texts\":{\"organization\":\"МКУ «Город»\"},\"notes\":{\"ru\":\"ё\"},"
	    "\"object\":{\"layer\":\"projects\",\"id\":12},\"access\":\"Открыто\",\"language\":\"en\","
	    "\"output\":\"png\",\"dpi\":300,\"elements\":{\"grid\":false,\"points\":true,"
	    "\"table\":{\"layer\":\"projects\",\"fields\":[\"name\",\"stage\"],\"numbers\":false}}}");

	(void)state;
	assert_true(p->paper.width_mm == 594 && p->paper.height_mm == 841);
	assert_true(p->has_center && p->center[0] == 1292000.5 && p->center[1] == 390000);
	assert_string_equal(p->crs, "MSK48_1");
	assert_true(p->scale == 2000 && p->rotation_deg == -30 && p->dpi == 300);
	assert_int_equal(p->layer_count, 2);
	assert_string_equal(p->layer[1], "gas");
	assert_false(p->has_optional_layers);
	assert_int_equal(p->filter_count, 1);
	assert_string_equal(p->filter[0].layer, "gas");
	assert_string_equal(p->filter[0].text, "pressure > 0.3");
	assert_string_equal(p->title, "План № 1");
	assert_int_equal(p->text_count, 1);
	assert_string_equal(p->text[0].text, "МКУ «Город»");
	assert_string_equal(p->notes, "ё"); /* the other language when there is none in this */
	assert_string_equal(p->object_id, "12");
	assert_int_equal(p->output, MM_CANVAS_PNG);
	assert_false(p->has_grid);
	assert_true(p->has_points && p->has_legend);
	assert_int_equal(p->table.field_count, 2);
	assert_false(p->table.has_numbers);
}

static void an_atlas_is_read(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	const struct mm_print_plan *p =
	    good(&mem, "{\"scale\":1000,\"atlas\":{\"by\":\"strip\",\"layer\":\"streets\",\"overlap\":0.2,"
		       "\"filter\":\"name = 'ул. Липовая'\",\"index\":false,\"title_field\":\"name\"}}");

	(void)state;
	assert_int_equal(p->atlas.by, MM_PRINT_PLAN_ATLAS_STRIP);
	assert_string_equal(p->atlas.layer, "streets");
	assert_string_equal(p->atlas.filter, "name = 'ул. Липовая'");
	assert_string_equal(p->atlas.field, "name");
	assert_true(p->atlas.overlap == 0.2 && !p->atlas.has_index);
	p = good(&mem, "{\"atlas\":{\"by\":\"features\",\"layer\":\"districts\"}}");
	assert_int_equal(p->atlas.by, MM_PRINT_PLAN_ATLAS_FEATURES);
	assert_true(p->atlas.overlap == 0.1 && p->atlas.has_index);
	assert_int_equal(good(&mem, "{\"template\":\"album\",\"atlas\":false}")->atlas.by,
			 MM_PRINT_PLAN_ATLAS_NONE);
}

static void a_plan_goes_before_its_template(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	const struct mm_print_plan *p = good(&mem, "{\"template\":\"situation\"}");

	(void)state;
	assert_string_equal(p->template_id, "situation");
	assert_string_equal(p->title, "Ситуационный план");
	assert_string_equal(p->form, "gost-21.101-3");
	assert_true(p->scale == 5000 && p->has_overview);
	assert_true(p->layer_count > 5 && p->has_optional_layers);
	p = good(&mem, "{\"template\":\"situation\",\"language\":\"en\",\"scale\":2000,\"layers\":[\"gas\"],"
		       "\"elements\":{\"form\":false},\"texts\":{\"stage\":\"Р\"}}");
	assert_string_equal(p->title, "Situation plan");
	assert_null(p->form);
	assert_true(p->scale == 2000 && p->has_overview && p->layer_count == 1 && !p->has_optional_layers);
	for (size_t i = 0; i < p->text_count; i++) {
		if (!strcmp(p->text[i].field, "stage"))
			assert_string_equal(p->text[i].text, "Р");
		if (!strcmp(p->text[i].field, "role1"))
			assert_string_equal(p->text[i].text, "Drawn by");
	}
	/* an extent says at which scale, but that of an atlas */
	assert_true(good(&mem, "{\"template\":\"album\",\"extent\":[39,52,39.1,52.1]}")->scale == 5000);
	assert_true(
	    good(&mem, "{\"template\":\"album\",\"extent\":[39,52,39.1,52.1],\"atlas\":false}")->scale == 0);
	assert_true(good(&mem, "{\"template\":\"situation\",\"extent\":[39,52,39.1,52.1]}")->scale == 0);
}

/* What is about an object is drawn when one is named. */
static void every_template_is_a_plan_with_and_without_an_object(void **state)
{
	size_t templates = 0;

	(void)state;
	for (size_t i = 0; i < mm_asset_count; i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		char id[64] = "", json[256];
		const struct mm_print_plan *p;

		if (sscanf(mm_assets[i].name, "styles/plans/%63[a-z0-9-].json", id) != 1 ||
		    strchr(mm_assets[i].name + strlen("styles/plans/"), '/'))
			continue;
		templates++;
		(void)snprintf(json, sizeof(json), "{\"template\":\"%s\"}", id);
		p = good(&mem, json);
		assert_true(*p->title && !p->has_points && !p->has_passport && p->scale > 0);
		(void)snprintf(json, sizeof(json),
			       "{\"template\":\"%s\",\"language\":\"en\",\"object\":{\"layer\":\"projects\","
			       "\"id\":\"P-1\"}}",
			       id);
		p = good(&mem, json);
		assert_true(*p->title > 0); /* English has no Cyrillic letters */
		assert_int_equal(p->has_points, !strcmp(id, "works") || !strcmp(id, "gpzu"));
		assert_int_equal(p->has_passport, !strcmp(id, "passport"));
		assert_int_equal(p->index.layer != NULL, !strcmp(id, "wall"));
		assert_int_equal(p->atlas.by,
				 strcmp(id, "album") ? MM_PRINT_PLAN_ATLAS_NONE : MM_PRINT_PLAN_ATLAS_GRID);
	}
	assert_int_equal(templates, 9);
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		enum mm_code code;
		const char *json, *where, *hint;
	} rows[] = {
	    {MM_E_INVALID, "", "", "JSON"},
	    {MM_E_INVALID, "[]", "", "object"},
	    {MM_E_INVALID, "{\"scale\":1,\"scale\":2}", "", "JSON"},
	    {MM_E_INVALID, "{\"formt\":\"A4\"}", "", "did you mean \"format\"?"},
	    {MM_E_NOT_FOUND, "{\"template\":\"x\"}", "template", "situation"},
	    {MM_E_NOT_FOUND, "{\"template\":\"../day\"}", "template", "wall"},
	    {MM_E_NOT_FOUND, "{\"template\":\"forms/gost-21.101-3\"}", "template", "gpzu"},
	    {MM_E_INVALID, "{\"format\":\"A9\"}", "format", "A0 to A5"},
	    {MM_E_INVALID, "{\"format\":\"10000x10000\"}", "format", "2600"},
	    {MM_E_INVALID, "{\"orientation\":\"up\"}", "orientation", "landscape, portrait"},
	    {MM_E_INVALID, "{\"scale\":1}", "scale", "50"},
	    {MM_E_INVALID, "{\"scale\":\"1:2000\"}", "scale", "number"},
	    {MM_E_INVALID, "{\"center\":[1]}", "center", "2 numbers"},
	    {MM_E_INVALID, "{\"center\":[1,2]}", "scale", "1:2000"},
	    {MM_E_INVALID, "{\"scale\":500,\"center\":[1,2],\"extent\":[1,2,3,4]}", "extent", "either"},
	    {MM_E_INVALID, "{\"extent\":[3,2,1,4]}", "extent", "smaller numbers first"},
	    {MM_E_INVALID, "{\"field\":[500]}", "field", "2 numbers"},
	    {MM_E_INVALID, "{\"field\":[500,5]}", "field", "[500, 500]"},
	    {MM_E_INVALID, "{\"whole_sheets\":true}", "whole_sheets", "field"},
	    {MM_E_INVALID, "{\"field\":[500,500],\"whole_sheets\":true,\"rotation\":5}", "whole_sheets",
	     "rotation"},
	    {MM_E_INVALID, "{\"rotation\":720}", "rotation", "360"},
	    {MM_E_INVALID, "{\"layers\":\"streets\"}", "layers", "list"},
	    {MM_E_INVALID, "{\"layers\":[1]}", "layers", "text"},
	    {MM_E_INVALID, "{\"filter\":{\"gas\":1}}", "filter.gas", "text"},
	    {MM_E_INVALID, "{\"title\":{\"de\":\"x\"}}", "title", "\"ru\""},
	    {MM_E_INVALID, "{\"object\":{\"layer\":\"projects\"}}", "object.id", "id"},
	    {MM_E_INVALID, "{\"language\":\"de\"}", "language", "ru, en"},
	    {MM_E_INVALID, "{\"output\":\"dxf\"}", "output", "pdf, svg, png"},
	    {MM_E_INVALID, "{\"dpi\":5000}", "dpi", "1200"},
	    {MM_E_INVALID, "{\"date\":\"tomorrow\"}", "date", "2026-06-15"},
	    {MM_E_INVALID, "{\"elements\":[]}", "elements", "object"},
	    {MM_E_INVALID, "{\"elements\":{\"grids\":true}}", "elements", "grid"},
	    {MM_E_INVALID, "{\"elements\":{\"grid\":1}}", "elements.grid", "true or false"},
	    {MM_E_INVALID, "{\"elements\":{\"table\":5}}", "elements.table", "layer"},
	    {MM_E_INVALID, "{\"elements\":{\"table\":{\"fields\":[]}}}", "elements.table.layer", "layer"},
	    {MM_E_INVALID, "{\"elements\":{\"street_index\":5}}", "elements.street_index", "true"},
	    {MM_E_INVALID, "{\"elements\":{\"street_index\":{\"field\":1}}}", "elements.street_index.field",
	     "text"},
	    {MM_E_INVALID, "{\"elements\":{\"points\":true}}", "object", "name it"},
	    {MM_E_INVALID, "{\"elements\":{\"passport\":true}}", "object", "name it"},
	    {MM_E_NOT_FOUND, "{\"elements\":{\"form\":\"../map\"}}", "elements.form", "gost-21.101-3"},
	    {MM_E_INVALID, "{\"atlas\":5}", "atlas", "grid"},
	    {MM_E_INVALID, "{\"atlas\":{}}", "atlas.by", "features, grid, strip"},
	    {MM_E_INVALID, "{\"atlas\":{\"by\":\"x\"}}", "atlas.by", "features, grid, strip"},
	    {MM_E_INVALID, "{\"atlas\":{\"by\":\"grid\"}}", "atlas.by", "scale"},
	    {MM_E_INVALID, "{\"scale\":500,\"atlas\":{\"by\":\"strip\"}}", "atlas.layer", "name the layer"},
	    {MM_E_INVALID, "{\"scale\":500,\"atlas\":{\"by\":\"grid\",\"overlap\":0.9}}", "atlas.overlap",
	     "0.5"},
	    {MM_E_INVALID, "{\"scale\":500,\"atlas\":{\"by\":\"grid\",\"page\":1}}", "atlas", "page"},
	    {MM_E_INVALID, "{\"scale\":500,\"atlas\":{\"by\":\"grid\",\"rows\":2}}", "atlas.rows", "both"},
	    {MM_E_INVALID, "{\"scale\":500,\"atlas\":{\"by\":\"grid\",\"rows\":2.5,\"columns\":1}}",
	     "atlas.rows", "whole"},
	    {MM_E_INVALID, "{\"scale\":500,\"atlas\":{\"by\":\"grid\",\"rows\":99,\"columns\":1}}",
	     "atlas.rows", "50"},
	    {MM_E_INVALID, "{\"output\":\"png\",\"scale\":500,\"atlas\":{\"by\":\"grid\"}}", "output", "pdf"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		struct mm_print_plan *p;
		struct mm_err err;
		const enum mm_code rc = read_plan(&mem, rows[i].json, &p, &err);

		if (rc != rows[i].code || strcmp(err.where, rows[i].where) != 0 ||
		    !strstr(err.msg, rows[i].hint) || p)
			fail_msg("%s: %s, \"%s\": %s", rows[i].json, mm_code_name(rc), err.where, err.msg);
	}
}

static void a_plan_is_bounded(void **state)
{
	MM_ARENA_SCOPE(mem, 8 << 20);
	struct mm_buf json;
	struct mm_print_plan *p;
	struct mm_err err;

	(void)state;
	mm_buf_init(&json, 1 << 20);
	mm_buf_text(&json, "{\"title\":\"");
	for (int i = 0; i < 4001; i++)
		mm_buf_byte(&json, 'x');
	mm_buf_put(&json, "\"}", 3);
	assert_int_equal(read_plan(&mem, (const char *)json.data, &p, &err), MM_E_LIMIT);
	assert_string_equal(err.where, "title");
	mm_buf_clear(&json);
	mm_buf_text(&json, "{\"texts\":{\"0\":\"\"");
	for (int i = 1; i <= MM_PRINT_PLAN_TEXTS_MAX; i++)
		mm_buf_printf(&json, ",\"%d\":\"\"", i);
	mm_buf_put(&json, "}}", 3);
	assert_int_equal(read_plan(&mem, (const char *)json.data, &p, &err), MM_E_LIMIT);
	assert_string_equal(err.where, "texts");
	mm_buf_clear(&json);
	for (int i = 0; i <= MM_PRINT_PLAN_BYTES_MAX; i++)
		mm_buf_byte(&json, '[');
	assert_int_equal(mm_print_plan_read((const char *)json.data, json.len, &mem, &p, &err), MM_E_LIMIT);
	err = (struct mm_err){0};
	assert_int_equal(mm_print_plan_read((const char *)json.data, 100000, &mem, &p, &err), MM_E_LIMIT);
	mm_buf_release(&json);
}

/* No byte of what a plan was read from is looked at later. */
static void little_memory_is_no_crash(void **state)
{
	(void)state;
	for (size_t cap = 64; cap < 20000; cap += 64) {
		MM_ARENA_SCOPE(mem, cap);
		struct mm_print_plan *p;
		struct mm_err err;
		const enum mm_code rc = read_plan(
		    &mem, "{\"template\":\"year\",\"filter\":{\"gas\":\"a=1\"},\"style\":{\"version\":8}}",
		    &p, &err);

		if (rc != MM_OK)
			assert_int_equal(rc, MM_E_NOMEM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_plan_is_a_plain_sheet),
	    cmocka_unit_test(what_a_plan_says_is_read),
	    cmocka_unit_test(an_atlas_is_read),
	    cmocka_unit_test(a_plan_goes_before_its_template),
	    cmocka_unit_test(every_template_is_a_plan_with_and_without_an_object),
	    cmocka_unit_test(what_is_wrong_is_named),
	    cmocka_unit_test(a_plan_is_bounded),
	    cmocka_unit_test(little_memory_is_no_crash),
	};

	return cmocka_run_group_tests_name("print_plan", tests, NULL, NULL);
}
