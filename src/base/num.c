#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t zeros = 0x3030303030303030; /* eight "0" */

/* Eight digits of a number below 10^8, the first in the lowest byte: two lanes of four digits, four of two,
 * eight. */
static uint64_t eight(uint64_t i)
{
	const uint64_t fours = i / 10000 | (i % 10000) << 32;
	const uint64_t hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
	const uint64_t twos = (fours - 100 * hundreds) << 16 | hundreds;
	const uint64_t tens = ((twos * 103) >> 10) & 0x000f000f000f000f;

	return ((twos - 10 * tens) << 8 | tens) + zeros;
}

/* Writes a number below 10^8, and some bytes behind it. */
static char *put_whole(uint64_t i, char *to)
{
	const uint64_t text = eight(i);
	const unsigned before = i ? (unsigned)__builtin_ctzll(text ^ zeros) / 8 : 7, shift = before * 8;
	const uint64_t moved = text >> shift;

	memcpy(to, &moved, 8);
	return to + 8 - before;
}

size_t mm_num_format_int(int64_t v, char ret[MM_NUM_MAX])
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	char digits[24], *at = ret;
	size_t n = 0;

	if (v < 0)
		*at++ = '-';
	if (u < 100000000) {
		at = put_whole(u, at);
		*at = '\0';
		return (size_t)(at - ret);
	}
	for (; u; u /= 10)
		digits[n++] = (char)('0' + u % 10);
	while (n)
		*at++ = digits[--n];
	*at = '\0';
	return (size_t)(at - ret);
}

__extension__ typedef unsigned __int128 uint128;

static const uint64_t powers[] = {1,
				  10,
				  100,
				  1000,
				  10000,
				  100000,
				  1000000,
				  10000000,
				  100000000,
				  1000000000,
				  10000000000,
				  100000000000,
				  1000000000000,
				  10000000000000,
				  100000000000000,
				  1000000000000000,
				  10000000000000000,
				  100000000000000000,
				  1000000000000000000,
				  10000000000000000000ULL};

/* Writes the digits of `rest` / 10^16 without zeros at their end; rest is not 0. */
static char *put_rest(uint64_t rest, char *to)
{
	const uint64_t first = eight(rest / 100000000),
		       second = rest % 100000000 ? eight(rest % 100000000) : zeros;
	const bool is_short = second == zeros;
	const uint64_t last = (is_short ? first : second) ^ zeros;

	memcpy(to, &first, 8);
	memcpy(to + 8, &second, 8);
	return to + (is_short ? 8 : 16) - (unsigned)__builtin_clzll(last) / 8;
}

/* The same of `rest` / 10^places, places > 16. */
static char *put_long_rest(uint64_t rest, size_t places, char *to)
{
	char *at = to + places;

	for (char *p = at; p > to; rest /= 10)
		*--p = (char)('0' + rest % 10);
	while (at[-1] == '0')
		at--;
	return at;
}

/* Writes i / 10^places, places < 20, which is about v, without zeros at its end; in whole words, for which
 * `ret` has room. */
static size_t put_fixed(uint64_t i, size_t places, double v, char ret[MM_NUM_MAX])
{
	uint64_t whole = (uint64_t)fabs(v), rest = i - whole * powers[places];
	char *at = ret;

	if (rest >= powers[places]) { /* rounded up to the next */
		whole = i / powers[places];
		rest = i - whole * powers[places];
	}
	if (signbit(v))
		*at++ = '-';
	if (whole < 100000000)
		at = put_whole(whole, at);
	else
		at += mm_num_format_int((int64_t)whole, at);
	if (rest) {
		*at++ = '.';
		if (places <= 16)
			at = put_rest(rest * powers[16 - places], at);
		else /* the zeros that are before it, too */
			at = put_long_rest(rest, places, at);
	}
	*at = '\0';
	return (size_t)(at - ret);
}

/* Decimal fractions of at most `places` digits: v = i / 10^places, where the division of two integers below
 * 2^53 is correctly rounded, so equality proves that the short text reads back as v. */
static size_t format_fixed(double v, size_t places, double scale, char ret[MM_NUM_MAX])
{
	const double scaled = fabs(v) * scale;
	int64_t i;

	if (!(scaled < 1e15)) /* of 16 digits there may be fewer that read back, too */
		return 0;
	i = (int64_t)(scaled + 0.5);
	if (fabs(scaled - (double)i) >
	    scaled * 0x1p-51) /* rounding does not reach as far: spares the division */
		return 0;
	if ((double)i / scale != fabs(v))
		return 0;
	return put_fixed((uint64_t)i, i ? places : 0, v, ret);
}

/* What "%.15g", "%.16g" or "%.17g" gives, the first that reads back as v, by whole numbers: v is m / 2^s, its
 * digits are m * 10^places / 2^s rounded, and the rest of that tells how far from v they are. A fraction of
 * fewer digits comes out of the first with zeros at its end. 0: not for this v. */
static size_t format_long(double v, char ret[MM_NUM_MAX])
{
	const double size = fabs(v);
	int whole_digits = 0;
	uint64_t bits, m;
	unsigned s;

	if (!(size >= 1e-2 && size < 1e15))
		return 0;
	memcpy(&bits, &size, sizeof(bits));
	m = (bits & ((1ULL << 52) - 1)) | 1ULL << 52;
	s = 1075 - (unsigned)(bits >> 52); /* 3 to 59 */
	if (m == 1ULL << 52)               /* below a power of two numbers lie closer together */
		return 0;
	for (double power = 1; whole_digits < 15 && size >= power; power *= 10)
		whole_digits++;
	if (size < 0.1)
		whole_digits = -1;
	for (int digits = 15; digits <= 17; digits++) {
		const size_t places = (size_t)(digits - whole_digits);
		const uint128 scaled = (uint128)m * powers[places];
		const uint64_t half = 1ULL << (s - 1), rest = (uint64_t)scaled & ((half << 1) - 1),
			       i = (uint64_t)(scaled >> s);
		const bool is_up = rest > half || (rest == half && i % 2 == 1);
		const uint64_t off = is_up ? (half << 1) - rest : rest;

		if (2 * off < powers[places] || (2 * off == powers[places] && m % 2 == 0))
			return put_fixed(i + is_up, places, v, ret);
	}
	return 0;
}

size_t mm_num_format(double v, char ret[MM_NUM_MAX])
{
	size_t n;

	if (!isfinite(v)) {
		memcpy(ret, "null", 5);
		return 4;
	}
	n = format_long(v, ret);
	if (!n)
		n = format_fixed(v, 7, 1e7, ret);
	if (!n)
		n = format_fixed(v, 12, 1e12, ret);
	for (int precision = 15; !n && precision <= 17; precision++) {
		int len = snprintf(ret, MM_NUM_MAX, "%.*g", precision, v);

		if (precision == 17 || strtod(ret, NULL) == v)
			n = (size_t)len;
	}
	return n;
}

bool mm_num_parse(const char *text, size_t n, double *ret)
{
	char copy[MM_NUM_MAX], *end;
	double v;
	bool digit = false;

	if (n == 0 || n >= sizeof(copy))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] >= '0' && text[i] <= '9')
			digit = true;
		else if (!strchr("+-.eE", text[i]) || text[i] == '\0')
			return false;
	}
	if (!digit)
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	v = strtod(copy, &end);
	if (*end || !isfinite(v))
		return false;
	*ret = v;
	return true;
}

bool mm_num_parse_int(const char *text, size_t n, int64_t *ret)
{
	bool minus = n && text[0] == '-';
	size_t at = minus ? 1 : 0;
	int64_t v = 0;

	if (at == n || (text[at] == '0' && (n > at + 1 || minus)))
		return false;
	for (; at < n; at++) {
		int d = text[at] - '0';

		if (d < 0 || d > 9 || __builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, d, &v))
			return false;
	}
	if (!minus && __builtin_sub_overflow(0, v, &v))
		return false;
	*ret = v;
	return true;
}
