#include "search/words.h"

#include "base/fold.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum { LETTERS_MAX = MM_SEARCH_WORD_BYTES_MAX };

/* ---- letters ---- */

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_latin(uint32_t c)
{
	return (c | 32u) >= 'a' && (c | 32u) <= 'z';
}

static bool is_cyrillic(uint32_t c)
{
	return c >= 0x400 && c <= 0x52f;
}

/* Of other scripts all is a letter but what divides words: spaces, punctuation, signs. */
static bool is_letter(uint32_t c)
{
	if (c < 0x80)
		return is_latin(c);
	return c != 0xd7 && c != 0xf7 && c > 0xbf && !(c >= 0x2000 && c <= 0x2bff) &&
	       !(c >= 0x3000 && c <= 0x3020) && c != 0xfeff && c != 0xfffd && c < 0xe000;
}

/* Cyrillic letters in the place of Latin ones in a word that has some of its own. */
static void set_right(char *word)
{
	static const char latin[] = "aceopxykmtbh";
	static const char *const cyrillic[] = {"а", "с", "е", "о", "р", "х", "у", "к", "м", "т", "в", "н"};
	const size_t n = strlen(word);
	char made[MM_SEARCH_WORD_BYTES_MAX + 1];
	bool has_cyrillic = false, has_latin = false;
	size_t len = 0;

	for (size_t at = 0; at < n;) {
		const uint32_t c = mm_text_utf8_next(word, n, &at);

		has_cyrillic |= is_cyrillic(c);
		has_latin |= is_latin(c);
	}
	if (!has_latin || (!has_cyrillic && n > 1))
		return;
	for (size_t i = 0; i < n; i++) {
		const char *found = word[i] ? strchr(latin, word[i]) : NULL;
		const char *put = found ? cyrillic[found - latin] : NULL;
		const size_t bytes = put ? 2 : 1;

		if (len + bytes > MM_SEARCH_WORD_BYTES_MAX)
			return;
		if (put)
			memcpy(made + len, put, 2);
		else
			made[len] = word[i];
		len += bytes;
	}
	made[len] = '\0';
	memcpy(word, made, len + 1);
}

/* ---- abbreviations ---- */

static const struct {
	const char *first, *second, *whole; /* `second` NULL: one word is enough */
} short_forms[] = {
    {"пр", "т", "проспект"},    {"пр", "кт", "проспект"},    {"просп", NULL, "проспект"},
    {"пр", "д", "проезд"},      {"б", "р", "бульвар"},       {"бул", NULL, "бульвар"},
    {"бульв", NULL, "бульвар"}, {"ул", NULL, "улица"},       {"пер", NULL, "переулок"},
    {"пл", NULL, "площадь"},    {"наб", NULL, "набережная"}, {"ш", NULL, "шоссе"},
    {"туп", NULL, "тупик"},     {"мкр", NULL, "микрорайон"}, {"р", "н", "район"},
    {"корп", NULL, "к"},        {"корпус", NULL, "к"},       {"строение", NULL, "стр"},
};

/* "д. 12" and "дом 12" are "12". */
static bool is_left_out(const struct mm_search_word *w, const struct mm_search_word *next)
{
	static const char *const before_number[] = {"д", "дом", "вл", "no", "n"};

	for (size_t i = 0; next && next->is_number && i < sizeof(before_number) / sizeof(before_number[0]);
	     i++)
		if (strcmp(w->text, before_number[i]) == 0)
			return true;
	return strcmp(w->text, "им") == 0 || strcmp(w->text, "имени") == 0;
}

static bool is_kind(const char *text)
{
	static const char *const kinds[] = {"улица",  "проспект", "переулок", "площадь", "набережная",
					    "проезд", "бульвар",  "шоссе",    "тупик",   "микрорайон"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(text, kinds[i]) == 0)
			return true;
	return false;
}

static size_t write_out(struct mm_search_word *w, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct mm_search_word one = w[i];

		for (size_t k = 0; k < sizeof(short_forms) / sizeof(short_forms[0]); k++) {
			const bool is_pair = short_forms[k].second;

			if (strcmp(one.text, short_forms[k].first) != 0 ||
			    (is_pair &&
			     (i + 1 == count || strcmp(w[i + 1].text, short_forms[k].second) != 0)))
				continue;
			memcpy(one.text, short_forms[k].whole, strlen(short_forms[k].whole) + 1);
			if (is_pair)
				one.to = w[++i].to;
			break;
		}
		one.is_kind = is_kind(one.text);
		if (!is_left_out(&one, i + 1 < count ? &w[i + 1] : NULL))
			w[kept++] = one;
	}
	return kept;
}

/* ---- words ---- */

static bool take_word(const char *text, size_t from, size_t to, bool is_number, struct mm_arena *mem,
		      struct mm_search_word *ret)
{
	size_t n = to - from;
	const char *folded = mm_fold_case(text + from, n, mem, &n);

	folded = folded ? mm_fold_accents(folded, n, mem, &n) : NULL;
	if (!folded)
		return false;
	n = mm_text_utf8_cut(folded, n, MM_SEARCH_WORD_BYTES_MAX);
	memcpy(ret->text, folded, n);
	ret->text[n] = '\0';
	ret->from = from;
	ret->to = to;
	ret->is_number = is_number;
	set_right(ret->text);
	return n > 0;
}

size_t mm_search_words(const char *text, size_t n, struct mm_arena *mem, struct mm_search_word *ret)
{
	size_t count = 0, from = 0;
	int kind = 0; /* of the word that is being read: 0 none, 1 letters, 2 digits */

	n = mm_text_utf8_valid(text, n);
	for (size_t at = 0; count < MM_SEARCH_WORDS_MAX;) {
		const size_t here = at;
		const uint32_t c = at < n ? mm_text_utf8_next(text, n, &at) : ' ';
		const int now = is_digit(c) ? 2 : is_letter(c) ? 1 : 0;

		if (now != kind) {
			if (kind && take_word(text, from, here, kind == 2, mem, &ret[count]))
				count++;
			kind = now;
			from = here;
		}
		if (here >= n)
			break;
	}
	return write_out(ret, count);
}

/* ---- slips ---- */

bool mm_search_relayout(const char *text, size_t n, char *ret)
{
	static const char keys[] = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
	static const char *const letters[] = {"й", "ц", "у", "к", "е", "н", "г", "ш", "щ", "з", "х",
					      "ъ", "ф", "ы", "в", "а", "п", "р", "о", "л", "д", "ж",
					      "э", "я", "ч", "с", "м", "и", "т", "ь", "б", "ю", "ё"};
	bool has_latin = false;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		const unsigned char c = (unsigned char)text[i];
		const char lower = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
		const char *key = lower ? strchr(keys, lower) : NULL;

		has_latin |= is_latin(c) && c < 0x80;
		if (key) {
			memcpy(ret + len, letters[key - keys], 2);
			len += 2;
		} else {
			ret[len++] = text[i];
		}
	}
	ret[len] = '\0';
	return has_latin;
}

static size_t spell(const char *word, uint32_t ret[LETTERS_MAX])
{
	const size_t n = strlen(word);
	size_t count = 0;

	for (size_t at = 0; at < n && count < LETTERS_MAX;)
		ret[count++] = mm_text_utf8_next(word, n, &at);
	return count;
}

/* Optimal string alignment, of which the last row has the beginnings of the other word. */
unsigned mm_search_slips(const char *word, const char *other, unsigned most)
{
	uint32_t a[LETTERS_MAX], b[LETTERS_MAX];
	unsigned row[3][LETTERS_MAX + 1];
	const size_t n = spell(word, a);
	size_t m = spell(other, b);
	unsigned least = most + 1;

	m = m > n + most ? n + most : m;
	if (n > m + most)
		return most + 1;
	for (size_t k = 0; k <= m; k++)
		row[0][k] = (unsigned)k;
	for (size_t i = 1; i <= n; i++) {
		unsigned *now = row[i % 3];
		const unsigned *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t k = 1; k <= m; k++) {
			unsigned v = before[k - 1] + (a[i - 1] != b[k - 1]);

			v = before[k] + 1 < v ? before[k] + 1 : v;
			v = now[k - 1] + 1 < v ? now[k - 1] + 1 : v;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
			    earlier[k - 2] + 1 < v)
				v = earlier[k - 2] + 1;
			now[k] = v;
		}
	}
	for (size_t k = 0; k <= m; k++)
		least = row[n % 3][k] < least ? row[n % 3][k] : least;
	return least;
}
