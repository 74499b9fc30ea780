#include "check.h"

#include "../layer_fixture.h"
#include "analysis/aggregate.h"

#include <string.h>

static struct mm_layer *layer;
static struct mm_kits *kits;

enum { POINTS = 1u << MM_GEOM_POINT, AREAS = 1u << MM_GEOM_POLYGON };

static enum mm_code read_functions(const char *text, unsigned types, struct mm_arena *mem,
				   struct mm_aggregate *ret)
{
	struct mm_err err = {0};
	const enum mm_code rc = mm_functions_parse(text, mm_layer_schema(layer), types, mem, ret, &err);

	assert_true(rc == MM_OK || (*err.msg && strcmp(err.where, "functions") == 0));
	return rc;
}

static void functions_are_read(void **state)
{
	static const struct {
		const char *text, *name;
		enum mm_function_kind kind;
		enum mm_function_of of;
		size_t field;
	} rows[] = {
	    {NULL, "count", MM_FUNCTION_COUNT, MM_OF_FEATURE, SIZE_MAX},
	    {"count", "count", MM_FUNCTION_COUNT, MM_OF_FEATURE, SIZE_MAX},
	    {" COUNT ( * ) ", "count", MM_FUNCTION_COUNT, MM_OF_FEATURE, SIZE_MAX},
	    {"count(name)", "count(name)", MM_FUNCTION_COUNT, MM_OF_FIELD, FIXTURE_NAME},
	    {"count(distinct name)", "count(distinct name)", MM_FUNCTION_DISTINCT, MM_OF_FIELD, FIXTURE_NAME},
	    {"Sum( n )", "sum(n)", MM_FUNCTION_SUM, MM_OF_FIELD, FIXTURE_N},
	    {"avg(\"n\")", "avg(\"n\")", MM_FUNCTION_AVG, MM_OF_FIELD, FIXTURE_N},
	    {"min(start)", "min(start)", MM_FUNCTION_MIN, MM_OF_FIELD, FIXTURE_START},
	    {"max(name)", "max(name)", MM_FUNCTION_MAX, MM_OF_FIELD, FIXTURE_NAME},
	    {"sum(area)", "sum(area)", MM_FUNCTION_SUM, MM_OF_AREA, SIZE_MAX},
	    {"max(geometry.area)", "max(geometry.area)", MM_FUNCTION_MAX, MM_OF_AREA, SIZE_MAX},
	};
	MM_ARENA_SCOPE(mem, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_aggregate a = {0};

		assert_int_equal(read_functions(rows[i].text, AREAS, &mem, &a), MM_OK);
		assert_int_equal(a.function_count, 1);
		assert_string_equal(a.function[0].name, rows[i].name);
		assert_int_equal(a.function[0].kind, rows[i].kind);
		assert_int_equal(a.function[0].of, rows[i].of);
		assert_true(a.function[0].field == rows[i].field);
	}
}

static void what_is_no_function_is_refused(void **state)
{
	static const char *const rows[] = {"",
					   ",",
					   "count,",
					   "count()x",
					   "sum",
					   "sum()",
					   "sum(n",
					   "sum n)",
					   "sum((n)",
					   "median(n)",
					   "sum(secret)",
					   "sum(name)",
					   "avg(start)",
					   "sum(\"area\")",
					   "sum(length)" /* of points and polygons */,
					   "count(distinct area)",
					   "count,count",
					   "n",
					   "sum(\"n)",
					   "sum(n\")",
					   "count(distinct)",
					   "sum(*)",
					   "sum(n,n)"};
	MM_ARENA_SCOPE(mem, 0);
	struct mm_aggregate a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (read_functions(rows[i], AREAS | POINTS, &mem, &a) != MM_E_INVALID)
			fail_msg("%s", rows[i]);
	assert_int_equal(read_functions("sum(area)", POINTS, &mem, &a), MM_E_INVALID);
	assert_int_equal(read_functions("count,count(n),count(name),sum(n),avg(n),min(n),max(n),min(name),"
					"max(name),min(start),max(start),min(end),max(end),sum(area),"
					"avg(area),min(area),max(area)",
					AREAS, &mem, &a),
			 MM_E_LIMIT);
}

static void keys_and_orders_are_read(void **state)
{
	MM_ARENA_SCOPE(mem, 0);
	const struct mm_schema *s = mm_layer_schema(layer);
	struct mm_aggregate a = {0};
	struct mm_err err = {0};

	(void)state;
	assert_int_equal(mm_group_by_parse("n, \"name\"", s, NULL, &mem, &a, &err), MM_OK);
	assert_int_equal(a.by_count, 2);
	assert_true(a.by[0].field == FIXTURE_N && a.by[1].field == FIXTURE_NAME && !a.by[0].polygons);
	assert_string_equal(a.by[1].name, "\"name\"");
	assert_int_equal(read_functions("count,sum(n)", AREAS, &mem, &a), MM_OK);
	assert_int_equal(mm_group_order_parse("-sum(n),+n, count,-\"name\"", &a, &err), MM_OK);
	assert_int_equal(a.order_count, 4);
	assert_true(a.order[0].is_function && a.order[0].index == 1 && a.order[0].is_descending);
	assert_true(!a.order[1].is_function && a.order[1].index == 0 && !a.order[1].is_descending);
	assert_true(a.order[2].is_function && a.order[2].index == 0);
	assert_int_equal(mm_group_order_parse("max(n)", &a, &err), MM_E_INVALID);
	assert_int_equal(mm_group_order_parse("n,n,n,n,n,n,n,n,n", &a, &err), MM_E_INVALID);
	assert_int_equal(mm_group_by_parse("@districts", s, NULL, &mem, &a, &err), MM_E_INVALID);
	assert_int_equal(mm_group_by_parse("n,,n", s, NULL, &mem, &a, &err), MM_E_INVALID);
	assert_int_equal(mm_group_by_parse("secret", s, NULL, &mem, &a, &err), MM_E_INVALID);
	assert_int_equal(mm_group_by_parse(NULL, s, NULL, &mem, &a, &err), MM_OK);
	assert_int_equal(a.by_count, 0);
}

/* ---- runs ---- */

static const uint32_t all_rows[] = {0, 1, 2, 3, 4};

static enum mm_code run(struct mm_aggregate *a, int64_t deadline_ns, size_t cap, struct mm_arena *mem,
			struct mm_groups *ret)
{
	struct mm_kit *kit = NULL;
	struct mm_err err = {0};
	enum mm_code rc;

	mem->cap = cap;
	assert_int_equal(mm_kits_take(kits, &kit, NULL), MM_OK);
	rc = mm_aggregate_run(a, layer, all_rows, 5, "EPSG:28407", kit, deadline_ns, mem, ret, &err);
	assert_true(rc == MM_OK || *err.msg);
	mm_kits_give(kits, kit);
	return rc;
}

static const char *text_of(const struct mm_groups *g, size_t group, size_t function)
{
	static char text[MM_AMOUNT_TEXT_MAX];
	struct mm_group_value v;

	mm_group_result(g, &g->group[group], function, &v);
	(void)snprintf(text, sizeof(text), "%s", v.is_null ? "null" : v.is_number ? v.text : "value");
	return text;
}

static void rows_are_grouped(void **state)
{
	static const char *const keys[] = {"ёж", "Жук", NULL};
	static const char *const sums[] = {"3", "7", "null"};
	static const char *const means[] = {"1.5", "7", "null"};
	static const char *const counts[] = {"2", "2", "1"};
	MM_ARENA_SCOPE(mem, 0);
	struct mm_aggregate a = {0};
	struct mm_groups g;

	(void)state;
	assert_int_equal(read_functions("count,sum(n),avg(n),min(start),count(distinct n)", POINTS, &mem, &a),
			 MM_OK);
	assert_int_equal(mm_group_by_parse("name", mm_layer_schema(layer), NULL, &mem, &a, NULL), MM_OK);
	assert_int_equal(run(&a, 0, 0, &mem, &g), MM_OK);
	assert_int_equal(g.count, 3);
	for (size_t i = 0; i < 3; i++) {
		struct mm_group_value v;

		mm_group_key(&g, &g.group[i], 0, &v);
		assert_true(v.is_null == !keys[i]);
		if (keys[i])
			assert_memory_equal(v.value.text, keys[i], strlen(keys[i]));
		assert_string_equal(text_of(&g, i, 0), counts[i]);
		assert_string_equal(text_of(&g, i, 1), sums[i]);
		assert_string_equal(text_of(&g, i, 2), means[i]);
		assert_string_equal(text_of(&g, i, 3), "null");
		assert_string_equal(text_of(&g, i, 4), i == 0 ? "2" : i == 1 ? "1" : "0");
		assert_false(mm_group_is_outside(&g, &g.group[i]));
	}
}

static void time_and_memory_have_an_end(void **state)
{
	MM_ARENA_SCOPE(mem, 0);
	MM_ARENA_SCOPE(little, 0);
	struct mm_aggregate a = {0};
	struct mm_groups g;

	(void)state;
	assert_int_equal(read_functions("count", POINTS, &mem, &a), MM_OK);
	assert_int_equal(mm_group_by_parse("name", mm_layer_schema(layer), NULL, &mem, &a, NULL), MM_OK);
	assert_int_equal(run(&a, 1, 0, &mem, &g), MM_E_BUSY);
	assert_int_equal(run(&a, 0, 4096, &little, &g), MM_E_NOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(functions_are_read),          cmocka_unit_test(what_is_no_function_is_refused),
	    cmocka_unit_test(keys_and_orders_are_read),    cmocka_unit_test(rows_are_grouped),
	    cmocka_unit_test(time_and_memory_have_an_end),
	};
	struct mm_layer_build *b = fixture_begin("EPSG:28407");
	int rc;

	fixture_point(b, 1, "Жук", 7, 7540000, 5831000);
	fixture_point(b, 2, "ёж", 1, 7540010, 5831000);
	fixture_point(b, 3, NULL, -1, 7540020, 5831000);
	fixture_point(b, 4, "ёж", 2, 7540030, 5831000);
	fixture_point(b, 5, "Жук", -1, 7540040, 5831000);
	layer = fixture_end(b);
	kits = mm_kits_new();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	kits = mm_kits_free(kits);
	(void)mm_layer_unref(layer);
	return rc;
}
