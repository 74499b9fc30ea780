#include "check.h"

#include "base/clock.h"

#include <string.h>

static void date_times_are_read_and_written(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
		int offset;
		const char *again;
	} rows[] = {
	    {"1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"},
	    {"2026-06-15T12:00:00+03:00", 1781514000000, 180, "2026-06-15T12:00:00+03:00"},
	    {"2026-06-15T20:00:00.250+11:00", 1781514000250, 660, "2026-06-15T20:00:00.250+11:00"},
	    {"1969-12-31T23:59:59Z", -1000, 0, "1969-12-31T23:59:59Z"},
	    {"0000-01-01T00:00:00Z", -62167219200000, 0,
	     "0000-01-01T00:00:00Z"}, /* QGIS sends it for an open end */
	    {"2024-02-29T01:02:03Z", 1709168523000, 0, "2024-02-29T01:02:03Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[MM_CLOCK_TEXT_MAX];
		bool is_date = true;
		int64_t ms = 1;

		assert_true(mm_clock_parse(rows[i].text, strlen(rows[i].text), &ms, &is_date));
		assert_false(is_date);
		assert_true(ms == rows[i].ms);
		assert_int_equal(mm_clock_format(ms, rows[i].offset, text), strlen(rows[i].again));
		assert_string_equal(text, rows[i].again);
	}
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "2026",
	    "2026-13-01",
	    "2026-02-29",
	    "2026-00-10",
	    "2026-1-1",
	    "2026-01-01T24:00:00Z",
	    "2026-01-01T00:60:00Z",
	    "2026-01-01T00:00:00+3",
	    "2026-01-01T00:00:00Zx",
	    "26-01-01",
	    "2026-01-01T00:00:00.Z",
	    "٢٠٢٦-01-01",
	};
	int64_t ms = 7;
	bool is_date = false;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mm_clock_parse(bad[i], strlen(bad[i]), &ms, &is_date));
	assert_int_equal(ms, 7);
}

static void every_day_of_four_thousand_years_comes_back(void **state)
{
	int64_t first = mm_clock_days(0, 1, 1), last = mm_clock_days(4000, 12, 31);

	(void)state;
	for (int64_t day = first; day <= last; day++) {
		int y, m, d;

		mm_clock_civil(day, &y, &m, &d);
		assert_true(mm_clock_days(y, m, d) == day);
	}
}

static void a_time_without_zone_says_none(void **state)
{
	char text[MM_CLOCK_TEXT_MAX];

	(void)state;
	(void)mm_clock_format(0, MM_CLOCK_NO_ZONE, text);
	assert_string_equal(text, "1970-01-01T00:00:00");
	(void)mm_clock_format_http(784111777000, text);
	assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT"); /* RFC 9110, 5.6.7 */
}

/* RFC 9110, 5.6.7 */
static void dates_of_http_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
	} rows[] = {
	    {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777000},
	    {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777000},
	    {"Sun Nov  6 08:49:37 1994", 784111777000},
	    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
	    {"Sat, 29 Feb 2020 23:59:60 GMT", 1583020799000},
	    {"Friday, 01-Jan-38 00:00:00 GMT", 2145916800000},
	    {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
	    {"Sun, 06 Nov 1994 08:49:37 GMT ", -1},
	    {"Sun, 30 Feb 2020 08:49:37 GMT", -1},
	    {"Sun, 06 Now 1994 08:49:37 GMT", -1},
	    {"Sun, 06 Nov 1994 24:00:00 GMT", -1},
	    {"Sun, 06 Nov 1994 08:-1:37 GMT", -1},
	    {"Sun, 06 Nov 1969 08:49:37 GMT", -1},
	    {"1994-11-06T08:49:37Z", -1},
	    {"yesterday", -1},
	    {"", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t ms = -1;

		assert_int_equal(mm_clock_parse_http(rows[i].text, &ms), rows[i].ms >= 0);
		assert_true(ms == rows[i].ms);
	}
	for (int64_t ms = 0; ms < 4102444800000; ms += 86400000 * (int64_t)13 + 3661000) {
		char text[MM_CLOCK_TEXT_MAX];
		int64_t back = -1;

		(void)mm_clock_format_http(ms, text);
		assert_true(mm_clock_parse_http(text, &back));
		assert_true(back == ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(date_times_are_read_and_written),
	    cmocka_unit_test(what_is_no_date_is_refused),
	    cmocka_unit_test(every_day_of_four_thousand_years_comes_back),
	    cmocka_unit_test(a_time_without_zone_says_none),
	    cmocka_unit_test(dates_of_http_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
