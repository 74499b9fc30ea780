#include "feed/child/convert.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const int64_t DAY_MS = 86400000;

/* Cuts blanks off both ends. */
static void trim(const char **text, size_t *n)
{
	while (*n && ((*text)[0] == ' ' || (*text)[0] == '\t'))
		(*text)++, (*n)--;
	while (*n && ((*text)[*n - 1] == ' ' || (*text)[*n - 1] == '\t'))
		(*n)--;
}

bool mm_convert_number(const char *text, size_t n, double *ret)
{
	char plain[MM_NUM_MAX];
	size_t len = 0;

	trim(&text, &n);
	for (size_t i = 0; i < n; i++) {
		bool nbsp = i + 1 < n && (unsigned char)text[i] == 0xC2 && (unsigned char)text[i + 1] == 0xA0;

		if (nbsp)
			i++;
		if (nbsp || text[i] == ' ')
			continue;
		if (len + 1 >= sizeof(plain))
			return false;
		plain[len++] = text[i] == ',' ? '.' : text[i];
	}
	return mm_num_parse(plain, len, ret);
}

bool mm_convert_is_json(const char *text, size_t n)
{
	json_t *o = json_loadb(text, n, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
	bool ok = o != NULL;

	json_decref(o);
	return ok;
}

static bool digits(const char *text, size_t n, int *ret)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		v = v * 10 + (text[i] - '0');
	}
	*ret = v;
	return n > 0;
}

/* "01.06.2024", "2024-06-01", "2024/06/01"; takes its ten characters. */
static bool read_date(const char *text, size_t n, int64_t *ret_days)
{
	int year, month, day, y, m, d;
	bool ok;

	if (n < 10)
		return false;
	if (text[2] == '.' && text[5] == '.')
		ok = digits(text, 2, &day) && digits(text + 3, 2, &month) && digits(text + 6, 4, &year);
	else
		ok = (text[4] == '-' || text[4] == '/') && text[7] == text[4] && digits(text, 4, &year) &&
		     digits(text + 5, 2, &month) && digits(text + 8, 2, &day);
	if (!ok || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	mm_clock_civil(mm_clock_days(year, month, day), &y, &m, &d);
	*ret_days = mm_clock_days(year, month, day);
	return y == year && m == month && d == day;
}

/* "10:30", "10:30:00", "10:30:00.250"; *ret_used characters of it. */
static bool read_time(const char *text, size_t n, int64_t *ret_ms, size_t *ret_used)
{
	int hour, minute, second = 0, ms = 0;
	size_t used = 5, places = 0;

	if (n < 5 || text[2] != ':' || !digits(text, 2, &hour) || !digits(text + 3, 2, &minute))
		return false;
	if (n >= 8 && text[5] == ':' && digits(text + 6, 2, &second))
		used = 8;
	if (used == 8 && n > 9 && (text[8] == '.' || text[8] == ',')) {
		for (used = 9; used < n && text[used] >= '0' && text[used] <= '9'; used++)
			if (places < 3)
				ms = ms * 10 + (text[used] - '0'), places++;
		for (; places < 3; places++)
			ms *= 10;
	}
	if (hour > 24 || minute > 59 || second > 60)
		return false;
	*ret_ms = ((hour * 60 + minute) * 60 + second) * (int64_t)1000 + ms;
	*ret_used = used;
	return true;
}

/* "", "Z", "+03", "+03:00", "+0300". */
static bool read_zone(const char *text, size_t n, int *ret_min)
{
	int hour, minute = 0;

	if (!n) {
		*ret_min = MM_CLOCK_NO_ZONE;
		return true;
	}
	if (n == 1 && (text[0] == 'Z' || text[0] == 'z')) {
		*ret_min = 0;
		return true;
	}
	if ((text[0] != '+' && text[0] != '-') || n < 3 || !digits(text + 1, 2, &hour))
		return false;
	if (n == 6   ? text[3] != ':' || !digits(text + 4, 2, &minute)
	    : n == 5 ? !digits(text + 3, 2, &minute)
		     : n != 3)
		return false;
	*ret_min = (text[0] == '-' ? -1 : 1) * (hour * 60 + minute);
	return hour <= 15 && minute < 60;
}

static bool read_datetime(const char *text, size_t n, struct mm_value *v)
{
	int64_t days, ms = 0;
	int offset = MM_CLOCK_NO_ZONE;
	size_t used = 0, at = 10;

	if (!read_date(text, n, &days))
		return false;
	if (n > at) {
		if (text[at] != 'T' && text[at] != ' ')
			return false;
		at++;
		if (!read_time(text + at, n - at, &ms, &used))
			return false;
		at += used;
		while (at < n && text[at] == ' ')
			at++;
		if (!read_zone(text + at, n - at, &offset))
			return false;
	}
	v->integer = days * DAY_MS + ms - (offset == MM_CLOCK_NO_ZONE ? 0 : offset * (int64_t)60000);
	v->offset_min = offset;
	return true;
}

static bool read_bool(const char *text, size_t n, bool *ret)
{
	static const char *const yes[] = {"1",  "true", "t",    "yes", "y",   "да", "Да",
					  "ДА", "True", "TRUE", "Yes", "YES", "Y"};
	static const char *const no[] = {"0",   "false", "f",     "no", "n",  "нет", "Нет",
					 "НЕТ", "False", "FALSE", "No", "NO", "N"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		bool is_yes = strlen(yes[i]) == n && memcmp(text, yes[i], n) == 0;

		if (is_yes || (strlen(no[i]) == n && memcmp(text, no[i], n) == 0)) {
			*ret = is_yes;
			return true;
		}
	}
	return false;
}

static bool from_text(struct mm_value *v, enum mm_type want)
{
	const char *text = v->text;
	size_t n = v->text_len, used;

	if (want == MM_TYPE_JSON)
		return mm_convert_is_json(text, n);
	trim(&text, &n);
	switch (want) {
	case MM_TYPE_BOOL:
		return read_bool(text, n, &v->boolean);
	case MM_TYPE_INT:
		if (mm_num_parse_int(text, n, &v->integer))
			return true;
		return mm_convert_number(text, n, &v->real) && v->real == floor(v->real) &&
		       fabs(v->real) < 0x1p53 && (v->integer = (int64_t)v->real, true);
	case MM_TYPE_REAL:
		return mm_convert_number(text, n, &v->real);
	case MM_TYPE_DATE:
		return (n == 10 || (n > 10 && (text[10] == ' ' || text[10] == 'T'))) &&
		       read_date(text, n, &v->integer);
	case MM_TYPE_TIME:
		return read_time(text, n, &v->integer, &used) && used == n;
	case MM_TYPE_DATETIME:
		return read_datetime(text, n, v);
	default:
		return false;
	}
}

static void put_as_text(const struct mm_value *v, struct mm_buf *out)
{
	char clock[MM_CLOCK_TEXT_MAX];

	switch (v->type) {
	case MM_TYPE_BOOL:
		mm_buf_text(out, v->boolean ? "true" : "false");
		return;
	case MM_TYPE_INT:
		mm_buf_int(out, v->integer);
		return;
	case MM_TYPE_REAL:
		mm_buf_double(out, v->real);
		return;
	case MM_TYPE_DATE:
		mm_buf_put(out, clock, mm_clock_format_date(v->integer, clock));
		return;
	case MM_TYPE_TIME:
		mm_buf_put(out, clock, mm_clock_format_time(v->integer, clock));
		return;
	case MM_TYPE_DATETIME:
		mm_buf_put(out, clock, mm_clock_format(v->integer, v->offset_min, clock));
		return;
	default:
		mm_buf_put(out, v->text, v->text_len);
	}
}

static bool to_text(struct mm_value *v, enum mm_type want, struct mm_buf *scratch)
{
	bool quote = want == MM_TYPE_JSON && v->type != MM_TYPE_BOOL && v->type != MM_TYPE_INT &&
		     v->type != MM_TYPE_REAL && v->type != MM_TYPE_JSON;

	mm_buf_clear(scratch);
	if (quote)
		mm_buf_byte(scratch, '"');
	put_as_text(v, scratch);
	if (quote)
		mm_buf_byte(scratch, '"');
	v->text = (const char *)scratch->data;
	v->text_len = scratch->len;
	return !scratch->failed;
}

static bool to_number(struct mm_value *v, enum mm_type want)
{
	double real = v->type == MM_TYPE_INT    ? (double)v->integer
		      : v->type == MM_TYPE_BOOL ? v->boolean
						: v->real;

	if (v->type != MM_TYPE_INT && v->type != MM_TYPE_REAL && v->type != MM_TYPE_BOOL)
		return false;
	if (want == MM_TYPE_BOOL) {
		v->boolean = real != 0;
		return real == 0 || real == 1;
	}
	if (want == MM_TYPE_INT && !(real == floor(real) && fabs(real) < 0x1p63))
		return false;
	if (want == MM_TYPE_INT && v->type != MM_TYPE_INT)
		v->integer = (int64_t)real;
	v->real = real;
	return true;
}

static bool to_day(struct mm_value *v, enum mm_type want)
{
	int64_t local = v->integer;

	if (v->type == MM_TYPE_DATE && want == MM_TYPE_DATETIME) {
		v->integer *= DAY_MS;
		v->offset_min = MM_CLOCK_NO_ZONE;
		return true;
	}
	if (v->type != MM_TYPE_DATETIME || want != MM_TYPE_DATE)
		return false;
	if (v->offset_min != MM_CLOCK_NO_ZONE)
		local += v->offset_min * (int64_t)60000;
	v->integer = local / DAY_MS - (local % DAY_MS < 0);
	return true;
}

bool mm_convert(struct mm_value *v, enum mm_type want, struct mm_buf *scratch)
{
	struct mm_value to = *v;
	bool ok;

	if (v->type == want)
		return true;
	if (v->type == MM_TYPE_TEXT)
		ok = from_text(&to, want);
	else if (want == MM_TYPE_TEXT || want == MM_TYPE_JSON)
		ok = to_text(&to, want, scratch);
	else if (want == MM_TYPE_DATE || want == MM_TYPE_DATETIME)
		ok = to_day(&to, want);
	else
		ok = to_number(&to, want);
	if (ok) {
		*v = to;
		v->type = want;
	}
	return ok;
}
