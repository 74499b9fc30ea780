#include "check.h"

#include "analysis/sum.h"

#include <math.h>
#include <string.h>

static const char *sum_of(const double *v, size_t n)
{
	static char text[MM_AMOUNT_TEXT_MAX];
	struct mm_sum s = {0};
	size_t len;

	for (size_t i = 0; i < n; i++) {
		const struct mm_amount a = mm_amount_of_real(v[i]);

		mm_sum_add(&s, &a);
	}
	len = mm_sum_format(&s, text);
	assert_int_equal(len, strlen(text));
	return text;
}

#define SUM(...) sum_of((const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static void reals_are_added_as_the_decimals_they_were_written_as(void **state)
{
	(void)state;
	assert_string_equal(SUM(0.1, 0.2), "0.3");
	assert_string_equal(SUM(0.01), "0.01");
	assert_string_equal(SUM(-0.05), "-0.05");
	assert_string_equal(SUM(0.5, -0.5), "0");
	assert_string_equal(SUM(-0.0), "0");
	assert_string_equal(SUM(100), "100");
	assert_string_equal(SUM(1234567.89, 0.11), "1234568");
	assert_string_equal(SUM(45071992547409.91, 0.01), "45071992547409.92"); /* a kopeck in 45 trillion */
	assert_string_equal(SUM(0.000001, 1e12), "1000000000000.000001");
	/* more than six decimals: as doubles, compensated */
	assert_string_equal(SUM(1e-9), "0.000000001");
	assert_string_equal(SUM(1e100, 1, -1e100), "1");
	assert_string_equal(SUM(1.0 / 3, 1.0 / 3, 1.0 / 3), "1");
}

static void a_million_kopecks_are_ten_thousand_roubles(void **state)
{
	struct mm_sum s = {0};
	const struct mm_amount a = mm_amount_of_real(0.01);
	char text[MM_AMOUNT_TEXT_MAX];

	(void)state;
	for (int i = 0; i < 1000000; i++)
		mm_sum_add(&s, &a);
	(void)mm_sum_format(&s, text);
	assert_string_equal(text, "10000");
	assert_true(mm_sum_real(&s) == 10000);
}

static void integers_do_not_overflow(void **state)
{
	struct mm_sum s = {0}, t = {0};
	char text[MM_AMOUNT_TEXT_MAX];
	struct mm_amount a = mm_amount_of_int(INT64_MAX);

	(void)state;
	for (int i = 0; i < 1000; i++)
		mm_sum_add(&s, &a);
	(void)mm_sum_format(&s, text);
	assert_string_equal(text, "9223372036854775807000");
	a = mm_amount_of_int(INT64_MIN);
	mm_sum_add(&t, &a);
	mm_sum_add(&t, &a);
	(void)mm_sum_format(&t, text);
	assert_string_equal(text, "-18446744073709551616");
	assert_int_equal(mm_sum_compare(&s, &t), 1);
	assert_int_equal(mm_sum_compare(&t, &s), -1);
	assert_int_equal(mm_sum_compare(&t, &t), 0);
}

static void parts_are_units_of_the_last_decimal_and_add_up(void **state)
{
	static const struct {
		double whole;
		unsigned decimals;
		double weight[3];
		const char *part[3];
	} rows[] = {
	    {100.01, 2, {1, 1, 1}, {"33.34", "33.34", "33.33"}},
	    {0.01, 2, {1, 1, 1}, {"0.01", "0", "0"}},
	    {0.01, 2, {1, 2, 1}, {"0", "0.01", "0"}},
	    {10, 0, {1, 1, 1}, {"4", "3", "3"}},
	    {-10, 0, {1, 1, 1}, {"-4", "-3", "-3"}},
	    {-10.1, 2, {1, 2, 0}, {"-3.37", "-6.73", "0"}},
	    {0, 2, {1, 1, 1}, {"0", "0", "0"}},
	    {5, 0, {0, 3, 0}, {"0", "5", "0"}},
	    {0.125, 2, {1, 1, 2}, {"0.031", "0.031", "0.063"}}, /* as many decimals as it has */
	    {7, 0, {1e-9, 1, 1e-9}, {"0", "7", "0"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mm_amount whole = mm_amount_of_real(rows[i].whole);
		struct mm_amount part[3];

		assert_int_equal(mm_amount_split(&whole, rows[i].decimals, rows[i].weight, 3, part, NULL),
				 MM_OK);
		for (size_t k = 0; k < 3; k++) {
			struct mm_sum s = {0};
			char text[MM_AMOUNT_TEXT_MAX];

			mm_sum_add(&s, &part[k]);
			(void)mm_sum_format(&s, text);
			if (strcmp(text, rows[i].part[k]) != 0)
				fail_msg("%g: part %zu is %s, not %s", rows[i].whole, k, text,
					 rows[i].part[k]);
		}
	}
}

static void any_whole_is_the_sum_of_its_parts(void **state)
{
	enum { PARTS = 50 };
	uint64_t seed = 7;

	(void)state;
	for (int n = 0; n < 20000; n++) {
		struct mm_amount whole, part[PARTS];
		double weight[PARTS], all = 0;
		mm_int128 sum = 0;
		size_t count;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		whole = n % 2 ? mm_amount_of_int((int64_t)seed)
			      : mm_amount_of_real((double)((int64_t)(seed >> 14) - 400000000000000) / 100);
		count = 1 + seed % PARTS;
		for (size_t i = 0; i < count; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			weight[i] = (double)(seed >> 40) + 1e-3;
			all += weight[i];
		}
		assert_false(whole.is_rough);
		assert_int_equal(mm_amount_split(&whole, n % 2 ? 0 : 2, weight, count, part, NULL), MM_OK);
		for (size_t i = 0; i < count; i++) {
			const double unit = n % 2 ? 1e6 : 1e4,
				     share = (double)whole.millionths * (weight[i] / all);

			assert_true(part[i].millionths % (n % 2 ? 1000000 : 10000) == 0);
			/* not further than a unit from its share, but for what doubles tell of it */
			assert_true(fabs((double)part[i].millionths - share) <=
				    unit + fabs(whole.real) * 1e-9);
			sum += part[i].millionths;
		}
		assert_true(sum == whole.millionths);
	}
}

static void rough_wholes_are_divided_too(void **state)
{
	const struct mm_amount whole = mm_amount_of_real(1.0 / 3);
	const double weight[3] = {1, 3, 0};
	struct mm_amount part[3];

	(void)state;
	assert_true(whole.is_rough);
	assert_int_equal(mm_amount_split(&whole, 2, weight, 3, part, NULL), MM_OK);
	assert_true(fabs(part[0].real - 1.0 / 12) < 1e-15 && part[2].real == 0);
	assert_true(part[0].real + part[1].real == 1.0 / 3);
}

static void measures_are_rounded_to_the_micrometre(void **state)
{
	const struct mm_amount a = mm_amount_of_measure(1.23456789), far = mm_amount_of_measure(1e15);

	(void)state;
	assert_true(a.millionths == 1234568 && !a.is_rough);
	assert_true(far.is_rough && far.real == 1e15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reals_are_added_as_the_decimals_they_were_written_as),
	    cmocka_unit_test(a_million_kopecks_are_ten_thousand_roubles),
	    cmocka_unit_test(integers_do_not_overflow),
	    cmocka_unit_test(parts_are_units_of_the_last_decimal_and_add_up),
	    cmocka_unit_test(any_whole_is_the_sum_of_its_parts),
	    cmocka_unit_test(rough_wholes_are_divided_too),
	    cmocka_unit_test(measures_are_rounded_to_the_micrometre),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
