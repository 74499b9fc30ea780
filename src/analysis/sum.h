#ifndef MM_ANALYSIS_SUM_H
#define MM_ANALYSIS_SUM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sums that are exact to the digit, and wholes divided into parts that add up to them. */

__extension__ typedef __int128 mm_int128;

enum {
	MM_AMOUNT_DECIMALS = 6, /* an exact amount is a whole number of millionths */
	MM_AMOUNT_TEXT_MAX = 64 /* bytes of one as text, NUL included */
};

/* A number: exact where it has at most 6 decimals, which money, counts and rounded measures have. */
struct mm_amount {
	bool is_rough;        /* it has more: `real` alone holds */
	unsigned decimals;    /* of an exact one: how many it needs, 0..6 */
	mm_int128 millionths; /* of an exact one */
	double real;
};

struct mm_amount mm_amount_of_int(int64_t v);

/* The shortest decimal that reads as the same double: 0.1 is one tenth, as the source wrote it. */
struct mm_amount mm_amount_of_real(double v);

/* Rounded to millionths: of a length to the micrometre. Rough beyond 9e12. */
struct mm_amount mm_amount_of_measure(double v);

/*
 * Divides a whole by weights with the largest-remainder method: each part is a whole number of units of the
 * last decimal, none is further than one unit from its share, and together they are the whole. Equal
 * remainders: the earlier part gets the unit. Parts of a rough whole add up but for rounding.
 *
 * decimals  0..6 of the parts; more where the whole has more
 * weight    not negative, not all 0
 *
 * MM_E_NOMEM
 *
 * Cost: O(n log n).
 */
MM_MUST_USE enum mm_code mm_amount_split(const struct mm_amount *whole, unsigned decimals,
					 const double *weight, size_t count, struct mm_amount *ret,
					 struct mm_err *reterr);

/* A sum of any number of amounts below 2^63: exact as long as all of them are, else compensated (Neumaier).
 * Begin with {0}. */
struct mm_sum {
	mm_int128 millionths;
	double real, lost;
	bool is_rough;
};

void mm_sum_add(struct mm_sum *s, const struct mm_amount *a);
double mm_sum_real(const struct mm_sum *s);
int mm_sum_compare(const struct mm_sum *a, const struct mm_sum *b); /* -1, 0, 1 */

/* Decimal text without an exponent where it is exact, all its digits; returns the length. */
size_t mm_sum_format(const struct mm_sum *s, char ret[MM_AMOUNT_TEXT_MAX]);

#endif
