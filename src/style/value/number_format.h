#ifndef MM_STYLE_NUMBER_FORMAT_H
#define MM_STYLE_NUMBER_FORMAT_H

#include "style/value/value.h"

/*
 * A number for people, as Intl.NumberFormat writes it: digits in groups of three, a decimal sign, a currency
 * or a unit by the habits of a language.
 */
struct mm_style_number_format {
	const char *locale;         /* "ru", "de-DE"; NULL or unknown: English */
	const char *currency;       /* ISO 4217; NULL: none */
	const char *unit;           /* "meter"; NULL: none */
	int min_digits, max_digits; /* behind the decimal sign, 0 to 100; -1: as the rest says */
};

/*
 * NULL: done. Else why not: a unit nobody knows, a number of digits out of range.
 * Rounds halves away from zero, on the shortest decimal digits of the number.
 */
const char *mm_style_format_number(const struct mm_style_number_format *f, double v, struct mm_buf *out);

#endif
