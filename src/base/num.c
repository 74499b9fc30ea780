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

/* Decimal fractions of at most `places` digits: v = i / 10^places, where the division of two integers below
 * 2^53 is correctly rounded, so equality proves that the short text reads back as v. */
static size_t format_fixed(double v, int places, double scale, char ret[MM_NUM_MAX])
{
	double scaled = v * scale;
	int64_t i;
	size_t n, digits;
	char text[MM_NUM_MAX];

	if (!(fabs(scaled) < 9007199254740992.0))
		return 0;
	i = llround(scaled);
	if ((double)i / scale != v)
		return 0;
	n = mm_num_format_int(i < 0 ? -i : i, text);
	digits = (size_t)places;
	while (digits && n > 1 && text[n - 1] == '0') {
		n--;
		digits--;
	}
	if (digits && text[n - 1] == '0' && n == 1) /* zero itself */
		digits = 0;
	{
		size_t at = 0;

		if (signbit(v))
			ret[at++] = '-';
		if (n <= digits) {
			ret[at++] = '0';
			ret[at++] = '.';
			for (size_t k = n; k < digits; k++)
				ret[at++] = '0';
			memcpy(ret + at, text, n);
			at += n;
		} else {
			memcpy(ret + at, text, n - digits);
			at += n - digits;
			if (digits) {
				ret[at++] = '.';
				memcpy(ret + at, text + n - digits, digits);
				at += digits;
			}
		}
		ret[at] = '\0';
		return at;
	}
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
