#include "analysis/sum.h"

#include "base/num.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int64_t power_of_10[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
enum { MILLION = 1000000 };

/* ---- amounts ---- */

struct mm_amount mm_amount_of_int(int64_t v)
{
	return (struct mm_amount){.millionths = (mm_int128)v * MILLION, .real = (double)v};
}

struct mm_amount mm_amount_of_real(double v)
{
	const double most = 9007199254740992.0; /* whole doubles up to 2^53 are exact */

	for (unsigned d = 0; d <= MM_AMOUNT_DECIMALS; d++) {
		const double units = nearbyint(v * (double)power_of_10[d]);

		if (!(fabs(units) < most))
			break;
		if (units / (double)power_of_10[d] == v)
			return (struct mm_amount){.decimals = d,
						  .millionths = (mm_int128)(int64_t)units *
								power_of_10[MM_AMOUNT_DECIMALS - d],
						  .real = v};
	}
	return (struct mm_amount){.is_rough = true, .real = v};
}

struct mm_amount mm_amount_of_measure(double v)
{
	if (!(fabs(v) < 9e12))
		return (struct mm_amount){.is_rough = true, .real = v};
	return (struct mm_amount){
	    .decimals = MM_AMOUNT_DECIMALS, .millionths = (mm_int128)llrint(v * MILLION), .real = v};
}

/* ---- division ---- */

struct part {
	mm_int128 remainder;
	size_t index;
};

static int by_remainder(const void *x, const void *y)
{
	const struct part *a = x, *b = y;

	if (a->remainder != b->remainder)
		return a->remainder > b->remainder ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* The last part that has a weight gets what the others leave. */
static void split_rough(double whole, const double *weight, size_t count, struct mm_amount *ret)
{
	double all = 0, left = whole;
	size_t last = 0;

	for (size_t i = 0; i < count; i++) {
		all += weight[i];
		last = weight[i] > 0 ? i : last;
	}
	for (size_t i = 0; i < count; i++) {
		const double v = i == last ? 0 : whole * (weight[i] / all);

		ret[i] = (struct mm_amount){.is_rough = true, .real = v};
		left -= v;
	}
	ret[last].real = left;
}

/* Weights as whole numbers that sum up to about 2^52, so that a product of an int64 and one is exact. */
static mm_int128 scale(const double *weight, size_t count, struct part *part, int64_t *ret)
{
	double all = 0;
	mm_int128 sum = 0;

	for (size_t i = 0; i < count; i++)
		all += weight[i];
	for (size_t i = 0; i < count; i++) {
		ret[i] = llrint(weight[i] / all * 4503599627370496.0);
		part[i].index = i;
		sum += ret[i];
	}
	return sum;
}

enum mm_code mm_amount_split(const struct mm_amount *whole, unsigned decimals, const double *weight,
			     size_t count, struct mm_amount *ret, struct mm_err *reterr)
{
	const unsigned d = decimals > whole->decimals ? decimals : whole->decimals;
	const int64_t unit = power_of_10[MM_AMOUNT_DECIMALS - d];
	const mm_int128 units = whole->millionths / unit, size = units < 0 ? -units : units;
	struct part *part;
	int64_t *share;
	mm_int128 all, left = size;

	if (whole->is_rough) {
		split_rough(whole->real, weight, count, ret);
		return MM_OK;
	}
	part = calloc(count + 1, sizeof(*part));
	share = calloc(count + 1, sizeof(*share));
	if (!part || !share) {
		free(part);
		free(share);
		return mm_fail_nomem(reterr);
	}
	all = scale(weight, count, part, share);
	for (size_t i = 0; i < count; i++) {
		const mm_int128 given = size * share[i] / all;

		part[i].remainder = size * share[i] % all;
		ret[i] = (struct mm_amount){.decimals = d, .millionths = given};
		left -= given;
	}
	qsort(part, count, sizeof(*part), by_remainder);
	for (size_t i = 0; i < count && left > 0; i++, left--)
		ret[part[i].index].millionths++;
	for (size_t i = 0; i < count; i++) {
		ret[i].millionths *= units < 0 ? -unit : unit;
		ret[i].real = (double)ret[i].millionths / MILLION;
	}
	free(part);
	free(share);
	return MM_OK;
}

/* ---- sums ---- */

void mm_sum_add(struct mm_sum *s, const struct mm_amount *a)
{
	const double sum = s->real + a->real;

	s->lost += fabs(s->real) >= fabs(a->real) ? (s->real - sum) + a->real : (a->real - sum) + s->real;
	s->real = sum;
	s->millionths += a->millionths;
	s->is_rough |= a->is_rough;
}

double mm_sum_real(const struct mm_sum *s)
{
	if (!s->is_rough)
		return (double)((long double)s->millionths / MILLION);
	return s->real + s->lost;
}

int mm_sum_compare(const struct mm_sum *a, const struct mm_sum *b)
{
	if (!a->is_rough && !b->is_rough)
		return (a->millionths > b->millionths) - (a->millionths < b->millionths);
	return (mm_sum_real(a) > mm_sum_real(b)) - (mm_sum_real(a) < mm_sum_real(b));
}

size_t mm_sum_format(const struct mm_sum *s, char ret[MM_AMOUNT_TEXT_MAX])
{
	char digits[MM_AMOUNT_TEXT_MAX];
	mm_int128 left = s->millionths < 0 ? -s->millionths : s->millionths;
	size_t n = 0, at = 0, decimals = MM_AMOUNT_DECIMALS;

	if (s->is_rough)
		return mm_num_format(mm_sum_real(s), ret);
	for (; left > 0 && decimals > 0 && left % 10 == 0; left /= 10)
		decimals--;
	decimals = left == 0 ? 0 : decimals;
	for (; left > 0 || n <= decimals; left /= 10)
		digits[n++] = (char)('0' + (int)(left % 10));
	if (s->millionths < 0)
		ret[at++] = '-';
	while (n > 0) {
		if (n == decimals)
			ret[at++] = '.';
		ret[at++] = digits[--n];
	}
	ret[at] = '\0';
	return at;
}
