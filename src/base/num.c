#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t mm_num_format_int(int64_t v, char ret[MM_NUM_MAX])
{
	char digits[24];
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	size_t n = 0, at = 0;

	do {
		digits[n++] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (v < 0)
		ret[at++] = '-';
	while (n)
		ret[at++] = digits[--n];
	ret[at] = '\0';
	return at;
}

__extension__ typedef unsigned __int128 uint128;

/* 00 to 99. */
static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
    "49505152535455565758596061626364656667686970717273747576777879808182838485868788899091929394959697"
    "9899";

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

/* Writes i / 10^places without zeros at its end. */
static size_t put_fixed(uint64_t i, size_t places, bool is_negative, char ret[MM_NUM_MAX])
{
	char text[24];
	size_t at = 0, n = sizeof(text);

	while (places && i % 10 == 0) {
		i /= 10;
		places--;
	}
	for (; i >= 100; i /= 100)
		memcpy(text + (n -= 2), pairs + i % 100 * 2, 2);
	if (i >= 10)
		memcpy(text + (n -= 2), pairs + i * 2, 2);
	else
		text[--n] = (char)('0' + i);
	if (is_negative)
		ret[at++] = '-';
	if (sizeof(text) - n <= places) {
		const size_t zeros = places - (sizeof(text) - n);

		ret[at++] = '0';
		ret[at++] = '.';
		memset(ret + at, '0', zeros);
		at += zeros;
		places = 0;
	}
	memcpy(ret + at, text + n, sizeof(text) - n - places);
	at += sizeof(text) - n - places;
	if (places) {
		ret[at++] = '.';
		memcpy(ret + at, text + sizeof(text) - places, places);
		at += places;
	}
	ret[at] = '\0';
	return at;
}

/* Decimal fractions of at most `places` digits: v = i / 10^places, where the division of two integers below
 * 2^53 is correctly rounded, so equality proves that the short text reads back as v. */
static size_t format_fixed(double v, size_t places, double scale, char ret[MM_NUM_MAX])
{
	const double scaled = fabs(v) * scale;
	int64_t i;

	if (!(scaled < 9007199254740992.0))
		return 0;
	i = (int64_t)(scaled < 4503599627370496.0 ? scaled + 0.5 : scaled); /* above 2^52 it is whole */
	if ((double)i / scale != fabs(v))
		return 0;
	return put_fixed((uint64_t)i, i ? places : 0, signbit(v), ret);
}

/* What "%.15g", "%.16g" or "%.17g" gives, the first that reads back as v, by whole numbers of 128 bits: v is
 * m / 2^s, its digits are m * 10^places / 2^s rounded, and the rest of that tells how far from v they are.
 * 0: not for this v. */
static size_t format_long(double v, char ret[MM_NUM_MAX])
{
	const double size = fabs(v);
	int exponent, whole_digits = 0;
	uint64_t m;
	unsigned s;

	if (!(size >= 1e-2 && size < 1e15))
		return 0;
	m = (uint64_t)ldexp(frexp(size, &exponent), 53);
	s = (unsigned)(53 - exponent);
	if (s < 1 || m == 1ULL << 52) /* below a power of two numbers lie closer together */
		return 0;
	for (double power = 1; whole_digits < 15 && size >= power; power *= 10)
		whole_digits++;
	if (size < 0.1)
		whole_digits = -1;
	for (int digits = 15; digits <= 17; digits++) {
		const size_t places = (size_t)(digits - whole_digits);
		const uint128 scaled = (uint128)m * powers[places], half = (uint128)1 << (s - 1),
			      rest = scaled & ((half << 1) - 1);
		uint64_t i = (uint64_t)(scaled >> s);
		const bool is_up = rest > half || (rest == half && i % 2 == 1);
		const uint128 off = is_up ? (half << 1) - rest : rest;

		if (2 * off < powers[places] || (2 * off == powers[places] && m % 2 == 0))
			return put_fixed(i + is_up, places, signbit(v), ret);
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
	n = format_fixed(v, 7, 1e7, ret);
	if (!n)
		n = format_fixed(v, 12, 1e12, ret);
	if (!n)
		n = format_long(v, ret);
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
