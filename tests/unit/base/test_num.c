#include "check.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void doubles_write_their_shortest_text(void **state)
{
	static const struct {
		double v;
		const char *text;
	} rows[] = {
	    {0, "0"},
	    {-0.0, "-0"},
	    {1, "1"},
	    {100, "100"},
	    {-3.5, "-3.5"},
	    {0.1, "0.1"},
	    {1e-7, "0.0000001"},
	    {39.5992, "39.5992"},
	    {52.608812345678, "52.608812345678"},
	    {0.1 + 0.2, "0.30000000000000004"},
	    {1e300, "1e+300"},
	    {9007199254740993.0, "9007199254740992"},
	    {1325705.827, "1325705.827"},
	    {NAN, "null"},
	    {INFINITY, "null"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[MM_NUM_MAX];

		assert_int_equal(mm_num_format(rows[i].v, text), strlen(rows[i].text));
		assert_string_equal(text, rows[i].text);
	}
}

static void every_written_double_reads_back(void **state)
{
	uint64_t x = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[MM_NUM_MAX];
		double v, back = 0;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		v = i % 3 == 0 ? (double)(int64_t)x / 1e12 : i % 3 == 1 ? (double)(x % 3600000000u) / 1e7 : 0;
		if (i % 3 == 2) {
			memcpy(&v, &x, sizeof(v));
			if (!isfinite(v))
				continue;
		}
		(void)mm_num_format(v, text);
		assert_true(mm_num_parse(text, strlen(text), &back));
		assert_true(back == v);
	}
}

/* Long fractions are the first of 15, 16 and 17 digits, rounded as printf does, that reads back. */
static void long_fractions_are_as_printf_writes_them(void **state)
{
	uint64_t bits = 88172645463325252U;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char ours[MM_NUM_MAX], theirs[MM_NUM_MAX];
		size_t n;
		double v;

		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		v = ldexp((double)(bits >> 11), (int)(bits % 64) - 58);
		if (i % 2)
			v = -v;
		for (int digits = 15; digits <= 17; digits++) {
			(void)snprintf(theirs, sizeof(theirs), "%.*g", digits, v);
			if (strtod(theirs, NULL) == v)
				break;
		}
		n = mm_num_format(v, ours);
		assert_int_equal(n, strlen(ours));
		if (!strchr(theirs, 'e') && (fabs(v) < 1 || fabs(v) > 1e9)) /* between, decimals count */
			assert_string_equal(ours, theirs);
		assert_true(strtod(ours, NULL) == v);
	}
}

static void what_is_not_a_number_is_refused(void **state)
{
	static const char *const bad[] = {"",      " 1",  "1 ",  "0x10", "inf", "nan",
					  "1e999", "1,5", "--1", "1e",   "e5",  "."};
	double v = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mm_num_parse(bad[i], strlen(bad[i]), &v));
	assert_true(v == 7);
}

static void integers_are_exact_or_refused(void **state)
{
	static const char *const bad[] = {"", "-", "01", "-0", "+1", "1.0", "9223372036854775808", "1_0"};
	int64_t v = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mm_num_parse_int(bad[i], strlen(bad[i]), &v));
	assert_int_equal(v, 7);
	assert_true(mm_num_parse_int("-9223372036854775808", 20, &v));
	assert_true(v == INT64_MIN);
	assert_true(mm_num_parse_int("9223372036854775807", 19, &v));
	assert_true(v == INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(doubles_write_their_shortest_text),
	    cmocka_unit_test(every_written_double_reads_back),
	    cmocka_unit_test(long_fractions_are_as_printf_writes_them),
	    cmocka_unit_test(what_is_not_a_number_is_refused),
	    cmocka_unit_test(integers_are_exact_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
