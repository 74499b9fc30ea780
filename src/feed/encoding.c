#include "feed/encoding.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Share of each letter а..я in Russian prose, per mille (Lyashevskaya and Sharov, frequency dictionary,
 * 2009); ё counts as е. Letters that are rare in prose are rare in street names too. */
static const uint8_t letter_weight[32] = {
    80, 16, 45, 17, 30, 85, 9, 16, 74, 12, 35, 44, 32, 67, 110, 28, /* а..п */
    47, 55, 63, 26, 3,  10, 5, 14, 7,  4,  1,  19, 17, 3,  6,   20, /* р..я */
};

enum { NOT_A_LETTER = -1, LOWER = 0, UPPER = 1, ENCODINGS = 3 };

/* Letter а..я as 0..31, -1 for others; *ret_upper says the case. */
typedef int letter_fn(uint8_t byte, int *ret_upper);

static int letter_cp1251(uint8_t b, int *ret_upper)
{
	*ret_upper = b < 0xe0;
	if (b == 0xa8 || b == 0xb8) { /* Ё ё */
		*ret_upper = b == 0xa8;
		return 5;
	}
	return b >= 0xc0 ? (b - 0xc0) % 32 : NOT_A_LETTER;
}

static int letter_cp866(uint8_t b, int *ret_upper)
{
	*ret_upper = b < 0xa0;
	if (b == 0xf0 || b == 0xf1) {
		*ret_upper = b == 0xf0;
		return 5;
	}
	if (b >= 0x80 && b < 0xb0)
		return (b - 0x80) % 32;
	return b >= 0xe0 && b < 0xf0 ? b - 0xe0 + 16 : NOT_A_LETTER;
}

static int letter_koi8r(uint8_t b, int *ret_upper)
{
	/* ю а б ц д е ф г х и й к л м н о п я р с т у ж в ь ы з ш э щ ч ъ */
	static const uint8_t order[32] = {30, 0,  1,  22, 4,  5,  20, 3, 21, 8,  9, 10, 11, 12, 13, 14,
					  15, 31, 16, 17, 18, 19, 6,  2, 28, 27, 7, 24, 29, 25, 23, 26};

	*ret_upper = b >= 0xe0;
	if (b == 0xa3 || b == 0xb3) {
		*ret_upper = b == 0xb3;
		return 5;
	}
	return b >= 0xc0 ? order[(b - 0xc0) % 32] : NOT_A_LETTER;
}

/* Signs of punctuation that CP1251 has above ASCII: №, «», —, –, and the no-break space. */
static int is_sign_cp1251(uint8_t b)
{
	return b == 0xb9 || b == 0xab || b == 0xbb || b == 0x97 || b == 0x96 || b == 0xa0 || b == 0x93 ||
	       b == 0x94;
}

static int is_sign_cp866(uint8_t b)
{
	return b == 0xfc || b == 0xff;
}

/*
 * Letters score by how common they are; what is no letter costs; a capital behind a small letter costs, since
 * words begin with capitals or are all capitals.
 */
static double score(const uint8_t *p, size_t n, letter_fn *letter, int (*sign)(uint8_t))
{
	double sum = 0;
	int after_lower = 0;

	for (size_t i = 0; i < n; i++) {
		int upper = 0, l;

		if (p[i] < 0x80) {
			after_lower = 0;
			continue;
		}
		l = letter(p[i], &upper);
		if (l == NOT_A_LETTER) {
			sum -= sign && sign(p[i]) ? 0 : 60;
			after_lower = 0;
			continue;
		}
		sum += letter_weight[l];
		if (upper && after_lower)
			sum -= 120;
		after_lower = !upper;
	}
	return sum;
}

/*
 * True when bytes above ASCII are UTF-8 but for some cut characters: a DBF field of fixed width cuts texts in
 * the middle of a letter. Text of one byte a letter forms a valid sequence only by chance.
 */
static bool is_utf8(const char *text, size_t n, double *ret_confidence)
{
	size_t good = 0, bad = 0, at = 0;

	while (at < n) {
		size_t valid = mm_text_utf8_valid(text + at, n - at), end = at + valid;

		for (; at < end; at++)
			good += (unsigned char)text[at] >= 0xc0;
		bad += at < n;
		at += at < n;
		while (at < n && ((unsigned char)text[at] & 0xc0) == 0x80)
			at++; /* what is left of the same character */
	}
	*ret_confidence = good + bad ? (double)good / (double)(good + bad) : 1;
	return bad == 0 || good > bad * 8;
}

const char *mm_encoding_guess(const void *bytes, size_t n, double *ret_confidence)
{
	static const struct {
		const char *name;
		letter_fn *letter;
		int (*sign)(uint8_t);
		double rare; /* what an encoding that is hardly met must make up for */
	} rows[ENCODINGS] = {
	    {"CP1251", letter_cp1251, is_sign_cp1251, 0},
	    {"CP866", letter_cp866, is_sign_cp866, 0},
	    {"KOI8-R", letter_koi8r, NULL, 40},
	};
	double best = 0, second = 0, confidence = 1;
	const char *name = rows[0].name;

	if (is_utf8(bytes, n, &confidence)) {
		if (ret_confidence)
			*ret_confidence = confidence;
		return "UTF-8";
	}
	confidence = 1;
	for (size_t i = 0; i < ENCODINGS; i++) {
		double s = score(bytes, n, rows[i].letter, rows[i].sign) - rows[i].rare;

		if (i == 0 || s > best) {
			second = i == 0 ? s : best;
			best = s;
			name = rows[i].name;
		} else if (i == 1 || s > second) {
			second = s;
		}
	}
	if (best <= 0)
		confidence = 0;
	else if (second > 0)
		confidence = (best - second) / best;
	if (ret_confidence)
		*ret_confidence = confidence;
	return name;
}
