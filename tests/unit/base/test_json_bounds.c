#include "check.h"

#include "base/json_bounds.h"

#include <string.h>

static enum mm_code check(const char *text, struct mm_err *e)
{
	*e = (struct mm_err){0};
	return mm_json_bounds_check(text, strlen(text), 3, 2, "body", e);
}

static void counts_levels_and_objects(void **state)
{
	struct mm_err e;

	(void)state;
	assert_int_equal(check("", &e), MM_OK);
	assert_int_equal(check("[[[]],[[]]]", &e), MM_OK);
	assert_int_equal(check("[[[[]]]]", &e), MM_E_LIMIT);
	assert_string_equal(e.where, "body");
	assert_non_null(strstr(e.msg, "3 levels"));
	assert_int_equal(check("[{},{}]", &e), MM_OK);
	assert_int_equal(check("[{},{},{}]", &e), MM_E_LIMIT);
	assert_non_null(strstr(e.msg, "2 objects"));
}

static void does_not_count_within_texts(void **state)
{
	struct mm_err e;

	(void)state;
	assert_int_equal(check("[\"[[[[{{{{\"]", &e), MM_OK);
	assert_int_equal(check("[\"\\\"[[[[{{{{\\\\\",{}]", &e), MM_OK);
	assert_int_equal(check("[\"\\\\\",[[[]]]]", &e), MM_E_LIMIT);
}

static void what_is_no_json_ends_all_the_same(void **state)
{
	struct mm_err e;

	(void)state;
	assert_int_equal(check("]]]]}}}}[[[", &e), MM_OK);
	assert_int_equal(check("\"[[[[", &e), MM_OK);
	assert_int_equal(check("\"\\", &e), MM_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_levels_and_objects),
	    cmocka_unit_test(does_not_count_within_texts),
	    cmocka_unit_test(what_is_no_json_ends_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
