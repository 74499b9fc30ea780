#ifndef MM_BASE_CLOCK_H
#define MM_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nanoseconds on the monotonic clock: for deadlines and durations. */
int64_t mm_clock_mono_ns(void);

/* The same clock as of the last tick of the system, up to 10 ms ago, in a fraction of the time: for deadlines
 * of seconds. */
int64_t mm_clock_tick_ns(void);

/* Milliseconds since 1970-01-01T00:00:00Z. */
int64_t mm_clock_utc_ms(void);

enum {
	MM_CLOCK_TEXT_MAX = 40,      /* bytes any writer below may need at `ret`, NUL included */
	MM_CLOCK_NO_ZONE = INT16_MIN /* "offset" of a local time whose zone the source does not state */
};

/* Days since 1970-01-01 of a proleptic Gregorian date (years -9999..9999), and back. */
int64_t mm_clock_days(int year, int month, int day);
void mm_clock_civil(int64_t days, int *ret_year, int *ret_month, int *ret_day);

/*
 * RFC 3339 date-time: "2026-06-15T12:00:00+03:00", "...Z" for offset 0, no zone at all for MM_CLOCK_NO_ZONE;
 * milliseconds only when not zero. `ms` is UTC (or the bare local time for MM_CLOCK_NO_ZONE); the offset is
 * in minutes east. Returns the length.
 */
size_t mm_clock_format(int64_t ms, int offset_min, char *ret);

/* "2026-06-15". */
size_t mm_clock_format_date(int64_t days, char *ret);

/* "09:30:00", "09:30:00.250": milliseconds since midnight. */
size_t mm_clock_format_time(int64_t ms, char *ret);

/*
 * Reads an RFC 3339 date-time or date (years 0000-9999; a date alone is midnight UTC, *ret_is_date is set).
 * *ret_ms is UTC milliseconds; a missing zone counts as UTC. False, outputs untouched: anything else.
 */
bool mm_clock_parse(const char *text, size_t n, int64_t *ret_ms, bool *ret_is_date);

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 IMF-fixdate). */
size_t mm_clock_format_http(int64_t utc_ms, char *ret);

/* Reads a date of HTTP in any of its three forms (RFC 9110, 5.6.7), of the years 1970 to 9999; years of two
 * digits are 1970 to 2069. False, *ret_ms untouched: it is none of them. */
bool mm_clock_parse_http(const char *text, int64_t *ret_ms);

#endif
