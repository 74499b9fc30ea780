#include "made.h"

static void bad_targets_are_refused(void **state)
{
	static const struct {
		const char *target;
		int status;
	} rows[] = {
	    {"/", 0},
	    {"/a?b=c", 0},
	    {"/%D1%83%D0%BB%D0%B8%D1%86%D1%8B", 0},
	    {"/a?filter=name%20%3D%20%27x%27&limit=10", 0},
	    {"", 400},
	    {"*", 400},
	    {"a", 400},
	    {"http://h/a", 400},
	    {"?a", 400},
	    {"/a b", 400},
	    {"/a#b", 400},
	    {"/a\tb", 400},
	    {"/a\x7f", 400},
	    {"/\xd1\x83", 400},
	    {"/a?b=\xd1\x83", 400},
	    {"/%", 400},
	    {"/%4", 400},
	    {"/%zz", 400},
	    {"/a?b=%g1", 400},
	    {"/a%00b", 400},
	    {"/a?b=%00", 400},
	    {"/a%0ab", 400},
	    {"/a?b=%1b", 400},
	    {"/a?b=%3Ca%3E%0d%0a%09%3C/a%3E%0a", 0},
	    {"/a?b%0a=c", 400},
	    {"/a%09", 400},
	    {"/a%7f", 400},
	    {"/%ff", 400},
	    {"/%c0%af", 400},
	    {"/%ed%a0%80", 400},
	    {"/a?b=%fe", 400},
	    {"/../x", 400},
	    {"/a/..", 400},
	    {"/a/./b", 400},
	    {"/%2e%2e/x", 400},
	    {"/a/%2E", 400},
	    {"/1/2/3/4/5/6/7/8/9/10/11/12", 0},
	    {"/1/2/3/4/5/6/7/8/9/10/11/12/13", 404},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct made m;

		make(&m, rows[i].target, NULL);
		if (m.verdict.status != rows[i].status)
			fail_msg("%s: %d", rows[i].target, m.verdict.status);
		unmake(&m);
	}
}

static void segments_are_split_before_decoding(void **state)
{
	static const struct {
		const char *target;
		size_t count;
		const char *segment[3];
		bool trailing;
	} rows[] = {
	    {"/", 0, {NULL}, false},
	    {"/a/b", 2, {"a", "b"}, false},
	    {"/a/b/", 2, {"a", "b"}, true},
	    {"/a%2Fb/c", 2, {"a/b", "c"}, false},
	    {"/a%2fb%20c+d", 1, {"a/b c+d"}, false},
	    {"//a", 2, {"", "a"}, false},
	    {"/a//b?x/y", 3, {"a", "", "b"}, false},
	    {"/...", 1, {"..."}, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct made m;

		make(&m, rows[i].target, NULL);
		assert_int_equal(m.verdict.status, 0);
		assert_int_equal(m.r.segment_count, rows[i].count);
		assert_int_equal(m.r.trailing_slash, rows[i].trailing);
		for (size_t k = 0; k < rows[i].count; k++)
			assert_string_equal(m.r.segment[k], rows[i].segment[k]);
		unmake(&m);
	}
}

static void queries_decode_plus_and_keep_order(void **state)
{
	struct made m;

	(void)state;
	make(&m, "/a+b?x=1+2%2B3&&y&=z&x=&q=a%26b=c", NULL);
	assert_int_equal(m.verdict.status, 0);
	assert_string_equal(m.r.path, "/a+b");
	assert_string_equal(m.r.query, "x=1+2%2B3&&y&=z&x=&q=a%26b=c");
	assert_int_equal(m.r.param_count, 5);
	assert_string_equal(m.r.param[0].name, "x");
	assert_string_equal(m.r.param[0].value, "1 2+3");
	assert_string_equal(m.r.param[1].name, "y");
	assert_string_equal(m.r.param[1].value, "");
	assert_string_equal(m.r.param[2].name, "");
	assert_string_equal(m.r.param[4].value, "a&b=c");
	assert_string_equal(mm_request_param(&m.r, "x"), "1 2+3");
	assert_null(mm_request_param(&m.r, "X"));
	unmake(&m);
}

static void lengths_and_counts_have_limits(void **state)
{
	static char text[MM_TARGET_MAX + 2];
	struct made m;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[0] = '/';
	make(&m, text, NULL);
	assert_int_equal(m.verdict.status, 414);
	unmake(&m);
	text[MM_TARGET_MAX] = '\0';
	make(&m, text, NULL);
	assert_int_equal(m.verdict.status, 0);
	unmake(&m);

	memcpy(text, "/?", 3);
	for (size_t i = 0; i < 65; i++)
		memcpy(text + 2 + i * 2, "a&", 3);
	make(&m, text, NULL);
	assert_int_equal(m.verdict.status, 400);
	unmake(&m);
	text[2 + 64 * 2] = '\0';
	make(&m, text, NULL);
	assert_int_equal(m.verdict.status, 0);
	assert_int_equal(m.r.param_count, 64);
	unmake(&m);
}

static void a_full_arena_is_a_refusal(void **state)
{
	struct mm_request r = {0};
	struct mm_arena mem;

	(void)state;
	mm_arena_init(&mem, 16);
	r.mem = &mem;
	assert_int_equal(mm_target_parse("/aaaaaaaaaaaaaaaaaaaaaaaaaaaa", 29, &r).status, 503);
	mm_arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bad_targets_are_refused),
	    cmocka_unit_test(segments_are_split_before_decoding),
	    cmocka_unit_test(queries_decode_plus_and_keep_order),
	    cmocka_unit_test(lengths_and_counts_have_limits),
	    cmocka_unit_test(a_full_arena_is_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
