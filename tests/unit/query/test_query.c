#include "check.h"
#include "layer_fixture.h"

#include "base/clock.h"
#include "query/query.h"

static struct mm_page run(const struct mm_layer *l, const struct mm_query *q, uint32_t offset, uint32_t limit,
			  struct mm_arena *mem)
{
	struct mm_proj *p = mm_proj_new();
	struct mm_page page = {0};
	struct mm_err err = {0};

	assert_int_equal(mm_query_run(l, q, p, offset, limit, mem, &page, &err), MM_OK);
	(void)mm_proj_free(p);
	return page;
}

static void a_window_finds_what_brute_force_finds(void **state)
{
	enum { N = 3000 };
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	static double x[N], y[N];
	struct mm_layer *l;
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < N; i++) {
		x[i] = rand_r(&seed) % 60000 / 100.0 - 300; /* some sources run beyond the antimeridian */
		y[i] = rand_r(&seed) % 16000 / 100.0 - 80;
		fixture_point(b, i, "p", i % 7, x[i], y[i]);
	}
	l = fixture_end(b);
	for (int k = 0; k < 200; k++) {
		struct mm_query q = {.has_box = true, .box_count = 1};
		MM_ARENA_SCOPE(mem, 0);
		uint32_t want = 0, first = UINT32_MAX;
		double x0 = rand_r(&seed) % 36000 / 100.0 - 180, y0 = rand_r(&seed) % 16000 / 100.0 - 80;
		struct mm_page page;

		q.box_deg[0] = (struct mm_box){x0, y0, x0 + rand_r(&seed) % 60, y0 + rand_r(&seed) % 60};
		if (k % 2) {
			q.equal[0] = (struct mm_equal){FIXTURE_N, "3"};
			q.equal_count = 1;
		}
		for (uint32_t i = 0; i < N; i++) {
			const double lon = x[i] > 180 ? x[i] - 360 : x[i] < -180 ? x[i] + 360 : x[i];
			bool in = lon >= q.box_deg[0].min_x && lon <= q.box_deg[0].max_x &&
				  y[i] >= q.box_deg[0].min_y && y[i] <= q.box_deg[0].max_y &&
				  (k % 2 == 0 || i % 7 == 3);

			if (in && first == UINT32_MAX)
				first = i;
			want += in;
		}
		page = run(l, &q, 0, 10, &mem);
		assert_int_equal(page.matched, want);
		assert_int_equal(page.count, want < 10 ? want : 10);
		if (want)
			assert_int_equal(page.row[0], first);
	}
	(void)mm_layer_unref(l);
}

static void a_window_tests_local_coordinates_as_they_are_served(void **state)
{
	struct mm_layer_build *b =
	    fixture_begin("+proj=tmerc +lat_0=0 +lon_0=38.48333333333 +k=1 +x_0=1250000 "
			  "+y_0=-5412900.566 +ellps=krass "
			  "+towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m +type=crs");
	struct mm_query q = {.has_box = true, .box_count = 1};
	MM_ARENA_SCOPE(mem, 0);
	struct mm_layer *l;

	(void)state;
	fixture_point(b, 1, "Липецк", 1, 1325705.827, 418872.272); /* domain check point: 39.5992 52.6088 */
	l = fixture_end(b);
	q.box_deg[0] = (struct mm_box){39.5991999, 52.6087999, 39.5992001, 52.6088001};
	assert_int_equal(run(l, &q, 0, 10, &mem).matched, 1);
	q.box_deg[0] = (struct mm_box){39.5992001, 52.6087999, 39.6, 52.6088001};
	assert_int_equal(run(l, &q, 0, 10, &mem).matched, 0);
	(void)mm_layer_unref(l);
}

static void periods_meet_rows_that_hold_then(void **state)
{
	static const struct {
		const char *datetime;
		uint32_t matched;
	} rows[] = {
	    {"1970-01-15", 1}, {"1970-02-15", 2}, {"1970-01-11/1970-02-12", 2}, {"../1970-01-10", 0},
	    {"1970-01-11", 1}, {"1970-03-02", 1}, {"2000-01-01/..", 1},
	};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;

	(void)state;
	fixture_row(b, 1, "a", 1, 10, 50, NULL); /* 11 January to 20 February 1970 */
	fixture_row(b, 2, "b", 1, 40, 0, NULL);  /* from 10 February, no end */
	fixture_row(b, 3, "c", 1, 0, 0, NULL);   /* unknown: never */
	l = fixture_end(b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_query q = {.has_period = true};
		MM_ARENA_SCOPE(mem, 0);

		assert_int_equal(mm_period_parse(rows[i].datetime, &q.period, NULL), MM_OK);
		assert_int_equal(run(l, &q, 0, 10, &mem).matched, rows[i].matched);
	}
	(void)mm_layer_unref(l);
}

static void pages_are_cut_from_all_that_match(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_query q = {.equal = {{FIXTURE_NAME, "odd"}}, .equal_count = 1};
	MM_ARENA_SCOPE(mem, 0);
	struct mm_page page;
	struct mm_layer *l;

	(void)state;
	for (int i = 0; i < 10; i++)
		fixture_point(b, 100 + i, i % 2 ? "odd" : "even", i, 1, 1);
	l = fixture_end(b);
	page = run(l, &q, 3, 10, &mem);
	assert_int_equal(page.matched, 5);
	assert_int_equal(page.count, 2);
	assert_int_equal(page.row[0], 7);
	page = run(l, &q, 5, 10, &mem);
	assert_int_equal(page.count, 0);
	q.equal[0].text = "none such";
	assert_int_equal(run(l, &q, 0, 10, &mem).matched, 0);
	q.equal_count = 0;
	page = run(l, &q, 8, 10, &mem);
	assert_int_equal(page.matched, 10);
	assert_int_equal(page.count, 2);
	(void)mm_layer_unref(l);
}

static void values_of_the_wrong_type_are_refused_by_name(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_query q = {.equal = {{FIXTURE_N, "five"}}, .equal_count = 1};
	struct mm_proj *p = mm_proj_new();
	MM_ARENA_SCOPE(mem, 0);
	struct mm_page page = {.matched = 77};
	struct mm_err err = {0};
	struct mm_layer *l;

	(void)state;
	fixture_point(b, 1, "a", 5, 1, 1);
	l = fixture_end(b);
	assert_int_equal(mm_query_run(l, &q, p, 0, 1, &mem, &page, &err), MM_E_INVALID);
	assert_string_equal(err.where, "n");
	assert_int_equal(page.matched, 77);
	(void)mm_proj_free(p);
	(void)mm_layer_unref(l);
}

static void windows_and_periods_are_read_strictly(void **state)
{
	static const char *const bad_box[] = {
	    "",         "1,2,3",      "1,2,3,4,5",     "1,2,3,x", "1,2,3,nan",  "1,50,2,40",
	    "1,2,3,91", "-181,0,1,1", "1,2,3,4,5,6,7", "1,,2,3",  "1e999,0,1,1"};
	static const char *const bad_period[] = {"",       "..",   "x", "2026-02-30", "2026-02-01/2026-01-01",
						 "2026/x", "a/b/c"};
	struct mm_query q = {0};
	struct mm_period p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad_box) / sizeof(bad_box[0]); i++)
		assert_int_equal(mm_query_box_parse(bad_box[i], &q, NULL), MM_E_INVALID);
	assert_false(q.has_box);
	for (size_t i = 0; i < sizeof(bad_period) / sizeof(bad_period[0]); i++)
		assert_int_equal(mm_period_parse(bad_period[i], &p, NULL), MM_E_INVALID);
	assert_int_equal(mm_query_box_parse("170,-10,5,-170,20,9", &q, NULL), MM_OK);
	assert_int_equal(q.box_count, 2);
	assert_int_equal(mm_period_parse("/2026-01-01", &p, NULL), MM_OK);
	assert_true(p.begin_ms == INT64_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_window_finds_what_brute_force_finds),
	    cmocka_unit_test(a_window_tests_local_coordinates_as_they_are_served),
	    cmocka_unit_test(periods_meet_rows_that_hold_then),
	    cmocka_unit_test(pages_are_cut_from_all_that_match),
	    cmocka_unit_test(values_of_the_wrong_type_are_refused_by_name),
	    cmocka_unit_test(windows_and_periods_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
