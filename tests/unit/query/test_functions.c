#include "check.h"
#include "layer_fixture.h"

#include "base/clock.h"
#include "query/filter_bind.h"
#include "query/query.h"

#include <math.h>

/* Functions, and where filters look for what they find. Values over HTTP: tests/http/functions.test.mjs. */

static struct mm_filter *bound(const char *text, const struct mm_layer *l, struct mm_arena *mem)
{
	struct mm_filter *f = NULL;
	struct mm_err err = {0};

	if (mm_cql2_text_parse(text, mem, &f, &err) || mm_filter_bind(f, text, mm_layer_schema(l), mem, &err))
		fail_msg("%s: %s", text, err.msg);
	return f;
}

static uint32_t count(const char *text, const struct mm_layer *l, const char *metric, bool *ret_boxed)
{
	MM_ARENA_SCOPE(mem, 0);
	struct mm_kits *kits = mm_kits_new();
	struct mm_kit *kit = NULL;
	struct mm_filter_crs crs = {.metric = metric};
	struct mm_query q = {0};
	struct mm_plan plan;
	struct mm_page page;
	struct mm_err err = {0};

	assert_int_equal(mm_kits_take(kits, &kit, NULL), MM_OK);
	if (mm_filter_run_new(bound(text, l, &mem), l, &crs, kit, &q.filter, &err))
		fail_msg("%s: %s", text, err.msg);
	q.plan = &plan;
	assert_int_equal(mm_query_run(l, &q, kit->proj, 0, 1, &mem, &page, &err), MM_OK);
	*ret_boxed = plan.way == MM_PLAN_FILTER_INDEX;
	mm_filter_run_free(q.filter);
	mm_kits_give(kits, kit);
	(void)mm_kits_free(kits);
	return page.matched;
}

/* Points and lines about a town, in degrees; metres in a zone beside it and in one that fits. */
static struct mm_layer *town(void)
{
	enum { N = 800 };
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	unsigned seed = 5;

	for (int i = 0; i < N; i++) {
		const double x = 39 + rand_r(&seed) % 2000 / 10000.0, y = 52 + rand_r(&seed) % 2000 / 10000.0;
		static const uint32_t part = (uint32_t)MM_PART_LINE << 30 | 1, ring = 2;
		const double xy[4] = {x, y, x + rand_r(&seed) % 3000 / 10000.0, y};
		const struct mm_geom line = {.type = MM_GEOM_LINE,
					     .part = &part,
					     .ring = &ring,
					     .xy = xy,
					     .part_count = 1,
					     .ring_count = 1,
					     .vertex_count = 2};

		if (i % 2)
			fixture_row(b, i, "line", i, 0, 0, &line);
		else
			fixture_point(b, i, "point", i, x, y);
	}
	return fixture_end(b);
}

static void the_index_finds_all_that_is_near(void **state)
{
	static const char *const metric[] = {"EPSG:32637", "EPSG:32636", "MSK48_1"};
	struct mm_layer *l = town();
	unsigned seed = 9;
	uint32_t found = 0;

	(void)state;
	for (int i = 0; i < 60; i++) {
		const double x = 39 + rand_r(&seed) % 3000 / 10000.0, y = 52 + rand_r(&seed) % 2000 / 10000.0,
			     d = rand_r(&seed) % 1000 + 1;
		char near[200], scan[200], wide[300];
		bool boxed;
		uint32_t n;

		(void)snprintf(near, sizeof(near), "within_distance(geometry, POINT(%f %f), %f)", x, y, d);
		(void)snprintf(scan, sizeof(scan), "NOT distance(geometry, POINT(%f %f)) > %f", x, y, d);
		n = count(near, l, metric[i % 3], &boxed);
		assert_true(boxed);
		assert_int_equal(count(scan, l, metric[i % 3], &boxed), n);
		assert_false(boxed);
		found += n;
		(void)snprintf(wide, sizeof(wide), "S_INTERSECTS(geometry, buffer(POINT(%f %f), %f))", x, y,
			       d);
		n = count(wide, l, metric[i % 3], &boxed);
		assert_true(boxed);
		(void)snprintf(wide, sizeof(wide), "NOT S_DISJOINT(buffer(POINT(%f %f), %f), geometry)", x, y,
			       d);
		assert_int_equal(count(wide, l, metric[i % 3], &boxed), n);
		assert_false(boxed);
	}
	assert_true(found > 100);
	(void)mm_layer_unref(l);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const char *const cases[][2] = {
	    {"n = 1 AND nope(1)", "at character 11: there is no function \"nope\""},
	    {"n = 1 AND distance(geometry) > 1", "at character 11: \"distance\" takes 2 arguments, not 1"},
	    {"within_distance(geometry, POINT(0 0), '5')",
	     "at character 39: expected a number here, not a text"},
	    {"concat(name, n) = 'x'", "at character 14: expected a text here, not a number"},
	    {"A_EQUALS(n, (1))", "at character 10: expected an array here, not a number"},
	    {"A_EQUALS((1), ((1, 2)))",
	     "at character 16: a list of values stands only behind IN and in array functions"},
	};
	struct mm_layer *l = town();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		MM_ARENA_SCOPE(mem, 0);
		struct mm_filter *f = NULL;
		struct mm_err err = {0};

		assert_int_equal(mm_cql2_text_parse(cases[i][0], &mem, &f, &err), MM_OK);
		assert_int_equal(mm_filter_bind(f, cases[i][0], mm_layer_schema(l), &mem, &err),
				 MM_E_INVALID);
		if (!strstr(err.msg, cases[i][1]))
			fail_msg("%s: %s", cases[i][0], err.msg);
	}
	(void)mm_layer_unref(l);
}

static void cheap_conditions_stand_first(void **state)
{
	static const char *const cases[][2] = {
	    {"S_INTERSECTS(geometry, POINT(0 0)) AND n = 1",
	     "(\"n\" = 1) AND S_INTERSECTS(\"geometry\", POINT(0 0))"},
	    {"area(geometry) > 1 OR (distance(geometry, geometry) = 0 AND n > 2) OR n = 1 OR n = 2",
	     "(\"n\" = 1) OR (\"n\" = 2) OR (area(\"geometry\") > 1) OR ((\"n\" > 2) AND "
	     "(distance(\"geometry\", "
	     "\"geometry\") = 0))"},
	};
	struct mm_layer *l = town();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		MM_ARENA_SCOPE(mem, 0);
		struct mm_buf b;

		mm_buf_init(&b, 1 << 20);
		mm_filter_put_text(bound(cases[i][0], l, &mem), &b);
		assert_string_equal(mm_arena_text(&mem, (const char *)b.data, b.len), cases[i][1]);
		mm_buf_release(&b);
	}
	(void)mm_layer_unref(l);
}

static void a_filter_ends_at_its_deadline(void **state)
{
	MM_ARENA_SCOPE(mem, 0);
	struct mm_layer *l = town();
	struct mm_kits *kits = mm_kits_new();
	struct mm_kit *kit = NULL;
	struct mm_filter_crs crs = {.metric = "EPSG:32637"};
	struct mm_filter *f = bound("area(buffer(geometry, 1000)) > 1", l, &mem),
			 *constant = bound("area(buffer(POINT(39 52), 1000)) > 1", l, &mem);
	struct mm_filter_run *run = NULL;
	struct mm_query q = {0};
	struct mm_page page;

	(void)state;
	assert_int_equal(mm_kits_take(kits, &kit, NULL), MM_OK);
	crs.deadline_ns = mm_clock_mono_ns() - 1;
	assert_int_equal(mm_filter_run_new(constant, l, &crs, kit, &run, NULL), MM_E_BUSY);
	assert_int_equal(mm_filter_run_new(f, l, &crs, kit, &q.filter, NULL), MM_OK);
	assert_int_equal(mm_query_run(l, &q, kit->proj, 0, 1, &mem, &page, NULL), MM_E_BUSY);
	mm_filter_run_free(q.filter);
	crs = (struct mm_filter_crs){0}; /* no system to measure in */
	assert_int_equal(mm_filter_run_new(f, l, &crs, kit, &run, NULL), MM_E_INVALID);
	mm_kits_give(kits, kit);
	(void)mm_kits_free(kits);
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_index_finds_all_that_is_near),
	    cmocka_unit_test(what_is_wrong_is_said_with_its_place),
	    cmocka_unit_test(cheap_conditions_stand_first),
	    cmocka_unit_test(a_filter_ends_at_its_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
