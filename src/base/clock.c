#include "base/clock.h"

#include <stdio.h>
#include <time.h>

enum { DAY_MS = 86400000 };

int64_t mm_clock_mono_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t mm_clock_tick_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t mm_clock_utc_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Both ways count in 400-year eras of 146 097 days that begin on 1 March (Howard Hinnant, "chrono-compatible
 * low-level date algorithms"). */
int64_t mm_clock_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void mm_clock_civil(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = (int)(yoe + era * 400 + (*ret_month <= 2));
}

static int64_t floor_days(int64_t ms)
{
	return ms >= 0 ? ms / DAY_MS : -((DAY_MS - 1 - ms) / DAY_MS);
}

/* Exactly `digits` decimal digits; each line of the log has 17 of them. */
static char *put(char *at, int v, int digits)
{
	for (int i = digits - 1; i >= 0; i--, v /= 10)
		at[i] = (char)('0' + v % 10);
	return at + digits;
}

size_t mm_clock_format_date(int64_t days, char *ret)
{
	int y, m, d;

	mm_clock_civil(days, &y, &m, &d);
	if (y < 0 || y > 9999)
		return (size_t)snprintf(ret, MM_CLOCK_TEXT_MAX, "%04d-%02d-%02d", y, m, d);
	*put(ret, y, 4) = '-';
	*put(ret + 5, m, 2) = '-';
	*put(ret + 8, d, 2) = '\0';
	return 10;
}

size_t mm_clock_format_time(int64_t ms, char *ret)
{
	int s = (int)(ms / 1000);

	*put(ret, s / 3600, 2) = ':';
	*put(ret + 3, s / 60 % 60, 2) = ':';
	*put(ret + 6, s % 60, 2) = '\0';
	if (ms % 1000 == 0)
		return 8;
	ret[8] = '.';
	*put(ret + 9, (int)(ms % 1000), 3) = '\0';
	return 12;
}

size_t mm_clock_format(int64_t ms, int offset_min, char *ret)
{
	int shift = offset_min == MM_CLOCK_NO_ZONE ? 0 : offset_min;
	int64_t local = ms + (int64_t)shift * 60000, days = floor_days(local);
	int abs_shift = shift < 0 ? -shift : shift;
	size_t n = mm_clock_format_date(days, ret);

	ret[n++] = 'T';
	n += mm_clock_format_time(local - days * DAY_MS, ret + n);
	if (offset_min == 0) {
		ret[n++] = 'Z';
		ret[n] = '\0';
	} else if (offset_min != MM_CLOCK_NO_ZONE) {
		ret[n++] = shift < 0 ? '-' : '+';
		*put(ret + n, abs_shift / 60, 2) = ':';
		*put(ret + n + 3, abs_shift % 60, 2) = '\0';
		n += 5;
	}
	return n;
}

/* Exactly `digits` decimal digits at *at. */
static bool take(const char *text, size_t n, size_t *at, int digits, int *ret)
{
	int v = 0;

	for (int i = 0; i < digits; i++, (*at)++) {
		if (*at >= n || text[*at] < '0' || text[*at] > '9')
			return false;
		v = v * 10 + (text[*at] - '0');
	}
	*ret = v;
	return true;
}

static bool skip(const char *text, size_t n, size_t *at, const char *any)
{
	for (; *any && *at < n; any++)
		if (text[*at] == *any) {
			(*at)++;
			return true;
		}
	return false;
}

static int month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* "Z", "+03:00", or nothing at all. */
static bool take_zone(const char *text, size_t n, size_t *at, int *ret_min)
{
	int h, m, sign;

	*ret_min = 0;
	if (*at == n || skip(text, n, at, "Zz"))
		return true;
	sign = text[*at] == '-' ? -1 : 1;
	if (!skip(text, n, at, "+-") || !take(text, n, at, 2, &h) || !skip(text, n, at, ":") ||
	    !take(text, n, at, 2, &m) || h > 23 || m > 59)
		return false;
	*ret_min = sign * (h * 60 + m);
	return true;
}

bool mm_clock_parse(const char *text, size_t n, int64_t *ret_ms, bool *ret_is_date)
{
	int y, mo, d, h = 0, mi = 0, s = 0, ms = 0, zone = 0;
	size_t at = 0;
	bool is_date;

	if (!take(text, n, &at, 4, &y) || !skip(text, n, &at, "-") || !take(text, n, &at, 2, &mo) ||
	    !skip(text, n, &at, "-") || !take(text, n, &at, 2, &d))
		return false;
	if (mo < 1 || mo > 12 || d < 1 || d > month_days(y, mo))
		return false;
	is_date = at == n;
	if (!is_date) {
		if (!skip(text, n, &at, "Tt ") || !take(text, n, &at, 2, &h) || !skip(text, n, &at, ":") ||
		    !take(text, n, &at, 2, &mi) || !skip(text, n, &at, ":") || !take(text, n, &at, 2, &s))
			return false;
		if (h > 23 || mi > 59 || s > 60)
			return false;
		if (skip(text, n, &at, ".")) {
			int place = 100, digits = 0;

			for (; at < n && text[at] >= '0' && text[at] <= '9'; at++, digits++, place /= 10)
				ms += (text[at] - '0') * place;
			if (!digits || digits > 12)
				return false;
		}
		if (!take_zone(text, n, &at, &zone) || at != n)
			return false;
	}
	*ret_ms = mm_clock_days(y, mo, d) * DAY_MS + (int64_t)h * 3600000 + (int64_t)(mi - zone) * 60000 +
		  s * 1000 + ms;
	*ret_is_date = is_date;
	return true;
}
