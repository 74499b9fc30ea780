#include "check.h"

#include "search/words.h"

#include <stdio.h>
#include <string.h>

/* The words of a text, joined by spaces. */
static const char *words_of(const char *text)
{
	static char joined[2048];
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_search_word word[MM_SEARCH_WORDS_MAX];
	const size_t n = mm_search_words(text, strlen(text), &mem, word);

	*joined = '\0';
	for (size_t i = 0; i < n; i++) {
		(void)strcat(joined, i ? " " : "");
		(void)strcat(joined, word[i].text);
	}
	return joined;
}

static void case_accents_and_yo_do_not_matter(void **state)
{
	(void)state;
	assert_string_equal(words_of("Ёлочка № 5 «Ёж»"), "елочка 5 еж");
	assert_string_equal(words_of("ЛИПОВАЯ липовая Липовая"), "липовая липовая липовая");
	assert_string_equal(words_of("Straße Café"), "strasse cafe");
	assert_string_equal(words_of(""), "");
	assert_string_equal(words_of(" ., -—«»()\"'*%\\ "), "");
}

static void addresses_are_written_out(void **state)
{
	static const char *const same[][2] = {
	    {"ул. Ленина, д. 12к2", "улица ленина 12 к 2"},
	    {"Ленина ул., дом 12, корп. 2", "ленина улица 12 к 2"},
	    {"пр-т Мира", "проспект мира"},
	    {"Мира пр-кт", "мира проспект"},
	    {"просп. Мира", "проспект мира"},
	    {"пр-д Заводской", "проезд заводскои"},
	    {"пер. Дружбы", "переулок дружбы"},
	    {"пл. им. Ленина", "площадь ленина"},
	    {"наб. Липовская", "набережная липовская"},
	    {"Задонское ш.", "задонское шоссе"},
	    {"б-р Победы", "бульвар победы"},
	    {"Дом культуры", "дом культуры"},
	    {"2-я Кленовая ул., 4", "2 я кленовая улица 4"},
	    {"00:20:0010129:1", "00 20 0010129 1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_string_equal(words_of(same[i][0]), same[i][1]);
}

static void letters_that_look_alike_are_the_same(void **state)
{
	(void)state;
	assert_string_equal(words_of("P-0001"), words_of("Р-0001")); /* Latin P, Cyrillic Р */
	assert_string_equal(words_of("Cаров"), "саров");             /* a Latin C */
	assert_string_equal(words_of("Sarov"), "sarov");
}

static void places_in_the_text_are_told(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_search_word word[MM_SEARCH_WORDS_MAX];
	static const char text[] = "пр-т Мира, 5";

	(void)state;
	assert_int_equal(mm_search_words(text, strlen(text), &mem, word), 3);
	assert_int_equal(word[0].from, 0);
	assert_int_equal(word[0].to, strlen("пр-т"));
	assert_true(word[0].is_kind);
	assert_int_equal(word[1].from, strlen("пр-т "));
	assert_int_equal(word[1].to, strlen("пр-т Мира"));
	assert_true(word[2].is_number);
}

static void long_texts_and_words_are_cut(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_search_word word[MM_SEARCH_WORDS_MAX];
	static char text[20000];

	(void)state;
	memset(text, 'a', 9999);
	assert_int_equal(mm_search_words(text, 9999, &mem, word), 1);
	assert_int_equal(strlen(word[0].text), MM_SEARCH_WORD_BYTES_MAX);
	for (size_t i = 0; i < 9999; i += 2)
		text[i] = ' ';
	assert_int_equal(mm_search_words(text, 9999, &mem, word), MM_SEARCH_WORDS_MAX);
	assert_int_equal(mm_search_words("\xff\xfe", 2, &mem, word), 0);
}

static void the_keyboard_may_have_been_the_wrong_one(void **state)
{
	char made[64];

	(void)state;
	assert_true(mm_search_relayout("kbgjdfz", 7, made));
	assert_string_equal(made, "липовая");
	assert_true(mm_search_relayout("GJ,TLF", 6, made));
	assert_string_equal(made, "победа");
	assert_false(mm_search_relayout("липовая", strlen("липовая"), made));
}

static void slips_are_counted_to_the_beginning_of_a_word(void **state)
{
	(void)state;
	assert_int_equal(mm_search_slips("ленина", "ленина", 2), 0);
	assert_int_equal(mm_search_slips("ленена", "ленина", 2), 1);
	assert_int_equal(mm_search_slips("линена", "ленина", 2), 2);
	assert_int_equal(mm_search_slips("лпиовая", "липовая", 2), 1); /* neighbours swapped */
	assert_int_equal(mm_search_slips("липво", "липовая", 2), 1);   /* not yet written to its end */
	assert_true(mm_search_slips("пушкина", "ленина", 2) > 2);
	assert_true(mm_search_slips("оченьдлинноеслово", "ум", 2) > 2);
	assert_int_equal(mm_search_slips("", "ум", 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_accents_and_yo_do_not_matter),
	    cmocka_unit_test(addresses_are_written_out),
	    cmocka_unit_test(letters_that_look_alike_are_the_same),
	    cmocka_unit_test(places_in_the_text_are_told),
	    cmocka_unit_test(long_texts_and_words_are_cut),
	    cmocka_unit_test(the_keyboard_may_have_been_the_wrong_one),
	    cmocka_unit_test(slips_are_counted_to_the_beginning_of_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
