#include "base/clock.h"

#include <stdio.h>
#include <string.h>

/* Dates as HTTP has them (RFC 9110, 5.6.7). */

enum { DAY_MS = 86400000 };

static const char *const month[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

size_t mm_clock_format_http(int64_t utc_ms, char *ret)
{
	static const char *const day[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	int64_t days = utc_ms / DAY_MS - (utc_ms % DAY_MS < 0);
	int y, m, d, s = (int)((utc_ms - days * DAY_MS) / 1000);

	mm_clock_civil(days, &y, &m, &d);
	return (size_t)snprintf(ret, MM_CLOCK_TEXT_MAX, "%s, %02d %s %04d %02d:%02d:%02d GMT",
				day[((days % 7) + 7) % 7], d, month[m - 1], y, s / 3600, s / 60 % 60, s % 60);
}

/* 1 to 12; 0: it is none. */
static int month_of(const char *name)
{
	for (int i = 0; i < 12; i++)
		if (strcmp(month[i], name) == 0)
			return i + 1;
	return 0;
}

struct http_date {
	int year, day, hour, minute, second;
	char month[4];
	int end; /* bytes read; -1: the form is another */
};

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
static void read_fixed(const char *text, struct http_date *d)
{
	(void)sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &d->day, d->month, &d->year,
		     &d->hour, &d->minute, &d->second, &d->end);
}

/* "Sunday, 06-Nov-94 08:49:37 GMT" */
static void read_rfc850(const char *text, struct http_date *d)
{
	(void)sscanf(text, "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT%n", &d->day, d->month, &d->year,
		     &d->hour, &d->minute, &d->second, &d->end);
	d->year += d->year < 70 ? 2000 : 1900;
}

/* "Sun Nov  6 08:49:37 1994" */
static void read_asctime(const char *text, struct http_date *d)
{
	(void)sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", d->month, &d->day, &d->hour,
		     &d->minute, &d->second, &d->year, &d->end);
}

/* The day is one of its month; a leap second is the last moment of its minute. */
static bool take(const struct http_date *d, int64_t *ret_ms)
{
	const int number = month_of(d->month);
	int year, month_back, day_back;
	int64_t days;

	if (!number || d->year < 1970 || d->year > 9999 || d->hour < 0 || d->hour > 23 || d->minute < 0 ||
	    d->minute > 59 || d->second < 0 || d->second > 60 || d->day < 1 || d->day > 31)
		return false;
	days = mm_clock_days(d->year, number, d->day);
	mm_clock_civil(days, &year, &month_back, &day_back);
	if (day_back != d->day)
		return false;
	*ret_ms = days * DAY_MS +
		  (d->hour * 3600 + d->minute * 60 + (d->second > 59 ? 59 : d->second)) * (int64_t)1000;
	return true;
}

bool mm_clock_parse_http(const char *text, int64_t *ret_ms)
{
	static void (*const forms[])(const char *, struct http_date *) = {read_fixed, read_rfc850,
									  read_asctime};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct http_date d = {.end = -1};

		forms[i](text, &d);
		if (d.end > 0 && !text[d.end])
			return take(&d, ret_ms);
	}
	return false;
}
