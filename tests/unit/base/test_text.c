#include "check.h"

#include "base/text.h"

#include <string.h>

static void utf8_is_checked_to_the_byte(void **state)
{
	static const struct {
		const char *text;
		size_t valid;
	} rows[] = {
	    {"", 0},
	    {"Липовая", 14},
	    {"a\xc0\xaf", 1},        /* overlong */
	    {"\xed\xa0\x80", 0},     /* surrogate */
	    {"\xf4\x90\x80\x80", 0}, /* above U+10FFFF */
	    {"\xf0\x9f\x9a\xa7", 4}, /* U+1F6A7 */
	    {"ok\xd0", 2},           /* cut short */
	    {"\x80", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(mm_text_utf8_valid(rows[i].text, strlen(rows[i].text)), rows[i].valid);
}

static void every_code_point_survives(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		char text[4];
		size_t n, at = 0;

		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		n = mm_text_utf8_put(cp, text);
		assert_int_equal(mm_text_utf8_valid(text, n), n);
		assert_int_equal(mm_text_utf8_next(text, n, &at), cp);
		assert_int_equal(at, n);
	}
}

static void each_language_has_its_escapes(void **state)
{
	static const struct {
		void (*put)(struct mm_buf *, const char *, size_t);
		const char *text, *want;
	} rows[] = {
	    {mm_text_put_json, "a\"b\\\n\x01\x7fё", "\"a\\\"b\\\\\\n\\u0001\\u007fё\""},
	    {mm_text_put_json, "\xff", "\"\xef\xbf\xbd\""},
	    {mm_text_put_html, "<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"},
	    {mm_text_put_html, "a\x02", "a\xef\xbf\xbd"},
	    {mm_text_put_url, "a b/ё-._~", "a%20b%2F%D1%91-._~"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_buf b;

		mm_buf_init(&b, 1000);
		rows[i].put(&b, rows[i].text, strlen(rows[i].text));
		assert_int_equal(b.len, strlen(rows[i].want));
		assert_memory_equal(b.data, rows[i].want, b.len);
		mm_buf_release(&b);
	}
}

static void log_values_never_break_the_line(void **state)
{
	struct mm_buf b;

	(void)state;
	mm_buf_init(&b, 10000);
	mm_text_put_log(&b, "a\nlevel=error msg=\"x\"\x1b[31m");
	assert_null(memchr(b.data, '\n', b.len));
	assert_null(memchr(b.data, 0x1b, b.len));
	mm_buf_release(&b);
}

static void the_nearest_word_is_a_slip_away(void **state)
{
	static const char *const words[] = {"source", "table", "title", "crs", "encoding"};
	static const struct {
		const char *word, *want;
	} rows[] = {
	    {"tabel", "table"}, {"sorce", "source"}, {"csr", "crs"},
	    {"colour", NULL},   {"", NULL},          {"encodign", "encoding"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *near = mm_text_nearest(rows[i].word, words, 5);

		if (rows[i].want)
			assert_string_equal(near, rows[i].want);
		else
			assert_null(near);
	}
}

static void a_cut_never_splits_a_letter(void **state)
{
	const char *text = "люк";

	(void)state;
	for (size_t max = 0; max <= 8; max++) {
		size_t n = mm_text_utf8_cut(text, strlen(text), max);

		assert_true(n <= max && n % 2 == 0);
		assert_int_equal(mm_text_utf8_valid(text, n), n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(utf8_is_checked_to_the_byte),
	    cmocka_unit_test(every_code_point_survives),
	    cmocka_unit_test(each_language_has_its_escapes),
	    cmocka_unit_test(log_values_never_break_the_line),
	    cmocka_unit_test(the_nearest_word_is_a_slip_away),
	    cmocka_unit_test(a_cut_never_splits_a_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
