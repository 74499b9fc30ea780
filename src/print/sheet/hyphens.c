#include "print/sheet/hyphens.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { WORD_MAX = 100, SOFT_HYPHEN = 0xad };

/* A letter that may be of a syllable: vowels, consonants, what belongs to the letter before it. */
enum kind { NONE, VOWEL, CONSONANT, TAIL };

static enum kind kind_of(uint32_t c)
{
	static const uint32_t vowels[] = {0x430, 0x435, 0x438, 0x43e, 0x443, 0x44b, 0x44d, 0x44e, 0x44f};
	const uint32_t low = c >= 0x410 && c <= 0x42f ? c + 0x20 : c >= 'A' && c <= 'Z' ? c + 0x20 : c;

	if (low == 0x451 || c == 0x401) /* ё */
		return VOWEL;
	if (low == 0x439 || low == 0x44a || low == 0x44c) /* й, ъ, ь */
		return TAIL;
	for (size_t i = 0; i < sizeof(vowels) / sizeof(vowels[0]); i++)
		if (low == vowels[i])
			return VOWEL;
	if (low >= 'a' && low <= 'z')
		return strchr("aeiouy", (int)low) ? VOWEL : CONSONANT;
	return low >= 0x430 && low <= 0x44f ? CONSONANT : NONE;
}

static bool has_vowel(const enum kind *k, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (k[i] == VOWEL)
			return true;
	return false;
}

/* May a line begin with letter i of the word? */
static bool breaks_before(const enum kind *k, size_t count, size_t i)
{
	if (i < 2 || i + 2 > count || k[i] != CONSONANT || !has_vowel(k, 0, i) || !has_vowel(k, i, count))
		return false;
	return k[i - 1] == TAIL || k[i + 1] == VOWEL;
}

static size_t put_letters(const uint32_t *letter, const enum kind *k, size_t count, bool is_long, char *ret,
			  size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < count && n + 8 <= size; i++) {
		if (is_long && breaks_before(k, count, i))
			n += mm_text_utf8_put(SOFT_HYPHEN, ret + n);
		n += mm_text_utf8_put(letter[i], ret + n);
	}
	return n;
}

size_t mm_hyphens_put(const char *text, size_t least, char *ret, size_t size)
{
	const size_t bytes = strlen(text);
	uint32_t letter[WORD_MAX + 1];
	enum kind k[WORD_MAX + 1];
	size_t count = 0, n = 0;

	for (size_t at = 0; at < bytes;) {
		letter[count] = mm_text_utf8_next(text, bytes, &at);
		k[count] = kind_of(letter[count]);
		count++;
		if (k[count - 1] != NONE && count <= WORD_MAX && at < bytes)
			continue;
		n +=
		    put_letters(letter, k, count, count - (k[count - 1] == NONE) >= least, ret + n, size - n);
		count = 0;
	}
	return n;
}
