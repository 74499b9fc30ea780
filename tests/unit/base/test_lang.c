#include "check.h"

#include "base/err.h"
#include "base/lang.h"

#include <stdio.h>
#include <string.h>

/* Messages are said in the language of whoever asks, and every pair of words takes the same arguments. */

static enum mm_lang wanted(const void *ctx)
{
	return *(const enum mm_lang *)ctx;
}

static void speak(const enum mm_lang *lang)
{
	mm_words_for(lang ? wanted : NULL, lang);
}

/* Copies the next conversion of a format, "%.40s", without "%%"; NULL: there is none. */
static const char *conversion(const char *at, char ret[16])
{
	size_t n;

	for (;; at += 2) {
		at = strchr(at, '%');
		if (!at)
			return NULL;
		if (at[1] != '%')
			break;
	}
	n = 1 + strcspn(at + 1, "diufgsxc") + 1;
	assert_true(n < 16 && strlen(at) >= n);
	(void)snprintf(ret, 16, "%.*s", (int)n, at);
	return at + n;
}

static void both_forms_take_the_same_arguments(void **state)
{
	(void)state;
	for (const struct mm_words_pair *w = mm_words_ru; w->english; w++) {
		const char *a = w->english, *b = w->words;
		char x[16] = "", y[16] = "";

		do {
			a = conversion(a, x);
			b = conversion(b, y);
			if (!a != !b || (a && strcmp(x, y) != 0))
				fail_msg("\"%s\" takes %s where \"%s\" takes %s", w->english,
					 a ? x : "nothing", w->words, b ? y : "nothing");
		} while (a && b);
	}
}

static void no_message_stands_there_twice(void **state)
{
	(void)state;
	for (const struct mm_words_pair *w = mm_words_ru; w->english; w++)
		for (const struct mm_words_pair *v = w + 1; v->english; v++)
			if (strcmp(w->english, v->english) == 0)
				fail_msg("twice: %s", w->english);
}

static void who_asks_in_russian_is_answered_so(void **state)
{
	enum mm_lang lang = MM_LANG_RU;
	struct mm_err err = {0}, other = {0}, own = {0};

	(void)state;
	assert_string_equal(mm_words("a number"), "a number");
	speak(&lang);
	assert_string_equal(mm_words("a number"), "число");
	(void)mm_fail(&err, MM_E_LIMIT, "filter", "at most %d layers", 12);
	(void)mm_fail(&own, MM_E_LIMIT, "", "no words for %s", "this");
	lang = MM_LANG_EN;
	(void)mm_fail(&other, MM_E_LIMIT, "filter", "at most %d layers", 12);
	speak(NULL);
	assert_string_equal(err.msg, "не больше 12 слоёв");
	assert_string_equal(other.msg, "at most 12 layers");
	assert_string_equal(own.msg, "no words for this");
	assert_string_equal(mm_words("a number"), "a number");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_forms_take_the_same_arguments),
	    cmocka_unit_test(no_message_stands_there_twice),
	    cmocka_unit_test(who_asks_in_russian_is_answered_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
