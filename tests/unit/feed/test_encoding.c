#include "../check.h"

#include "feed/encoding.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Russian text in each encoding, as it stands in municipal files. */

static const char *const encodings[] = {"UTF-8", "CP1251", "CP866", "KOI8-R"};

static const char *const texts[] = {
    "Липовая ул.",
    "ул. Ленина, 5",
    "Дом",
    "ЖЭУ-4",
    "УЛИЦА КОСМОНАВТОВ",
    "МКД",
    "пер. Школьный",
    "Котельная №3",
    "Кафе «Встреча»",
    "Детский сад «Ёлочка» — ясли",
    "Самовольная постройка\nремонт\nнет данных\nСНТ Заря",
    "ул. Ш. Руставели, ТЦ Mall, 2 этаж (Wi-Fi)",
    "Объект незавершённого строительства",
    "Съезд с ул. Цюрупы",
};

/* One word of three letters may be a word in either: KOI8-R, hardly met today, yields to CP1251. */
static bool is_ambiguous(const char *encoding, const char *text)
{
	return strcmp(encoding, "KOI8-R") == 0 && strlen(text) <= sizeof("ЖЭУ-4") - 1;
}

/* Bytes of a text in an encoding; 0 when the encoding lacks some character. */
static size_t encode(const char *encoding, const char *text, char *ret, size_t size)
{
	iconv_t c = iconv_open(encoding, "UTF-8");
	char *in = (char *)(uintptr_t)text, *out = ret;
	size_t n = strlen(text), room = size, bad;

	assert_true(c != (iconv_t)-1);
	bad = iconv(c, &in, &n, &out, &room);
	(void)iconv_close(c);
	return bad == 0 ? size - room : 0;
}

static void every_text_is_known_in_every_encoding(void **state)
{
	unsigned tried = 0;

	(void)state;
	for (size_t e = 0; e < sizeof(encodings) / sizeof(encodings[0]); e++)
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
			char bytes[400];
			size_t n = encode(encodings[e], texts[i], bytes, sizeof(bytes));
			double confidence = -1;
			const char *guess = n ? mm_encoding_guess(bytes, n, &confidence) : encodings[e];

			if (strcmp(guess, encodings[e]) != 0 && !is_ambiguous(encodings[e], texts[i]))
				fail_msg("\"%s\" in %s: taken for %s", texts[i], encodings[e], guess);
			assert_true(!n || (confidence >= 0 && confidence <= 1));
			tried += n > 0;
		}
	assert_true(tried >= 50);
}

static void plain_ascii_and_nothing_are_utf8(void **state)
{
	double confidence = 0;

	(void)state;
	assert_string_equal(mm_encoding_guess("Main st. 5", 10, &confidence), "UTF-8");
	assert_true(confidence == 1);
	assert_string_equal(mm_encoding_guess("", 0, NULL), "UTF-8");
}

static void a_text_cut_inside_a_letter_is_still_utf8(void **state)
{
	static const char text[] = "Улица Космонавтов\nУлица Ленина\nДетский са\xd0";
	static const char middle[] = "Улица Космонавтов и \xd0\nУлица Ленина\nДетский сад";
	double confidence = 0;

	(void)state;
	assert_string_equal(mm_encoding_guess(text, strlen(text), &confidence), "UTF-8");
	assert_true(confidence > 0.9 && confidence < 1);
	assert_string_equal(mm_encoding_guess(middle, strlen(middle), NULL), "UTF-8");
}

static void a_longer_text_is_surer_than_three_letters(void **state)
{
	char word[100], prose[400];
	size_t word_n = encode("CP1251", "Дом", word, sizeof(word));
	size_t prose_n =
	    encode("CP1251", "Многоквартирный дом с магазином на первом этаже, год постройки 1974", prose,
		   sizeof(prose));
	double of_word, of_prose;

	(void)state;
	assert_string_equal(mm_encoding_guess(word, word_n, &of_word), "CP1251");
	assert_string_equal(mm_encoding_guess(prose, prose_n, &of_prose), "CP1251");
	assert_true(of_prose > 0.3);
}

static void any_bytes_give_some_answer(void **state)
{
	unsigned char bytes[256];
	double confidence = -1;

	(void)state;
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	assert_non_null(mm_encoding_guess(bytes, sizeof(bytes), &confidence));
	assert_true(confidence >= 0 && confidence <= 1);
	for (unsigned i = 0; i < sizeof(bytes); i++) {
		assert_non_null(mm_encoding_guess(bytes + i, 1, &confidence));
		assert_true(confidence >= 0 && confidence <= 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_text_is_known_in_every_encoding),
	    cmocka_unit_test(plain_ascii_and_nothing_are_utf8),
	    cmocka_unit_test(a_text_cut_inside_a_letter_is_still_utf8),
	    cmocka_unit_test(a_longer_text_is_surer_than_three_letters),
	    cmocka_unit_test(any_bytes_give_some_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
