#include "api/edits/edits.h"
#include "base/clock.h"

#include <stdio.h>

/* Dates and times that clients write. */

static bool read_moment(const char *text, size_t n, struct mm_value *v)
{
	bool is_date = false;
	int h, m;

	if (!mm_clock_parse(text, n, &v->integer, &is_date) || is_date)
		return false;
	v->offset_min = MM_CLOCK_NO_ZONE;
	if (text[n - 1] == 'Z' || text[n - 1] == 'z')
		v->offset_min = 0;
	else if (n > 6 && (text[n - 6] == '+' || text[n - 6] == '-') &&
		 sscanf(text + n - 5, "%2d:%2d", &h, &m) == 2)
		v->offset_min = (text[n - 6] == '-' ? -1 : 1) * (h * 60 + m);
	return true;
}

static bool read_date(const char *text, size_t n, struct mm_value *v)
{
	bool is_date = false;

	if (!mm_clock_parse(text, n, &v->integer, &is_date) || !is_date)
		return false;
	v->integer /= 86400000; /* midnight: no remainder */
	return true;
}

static bool read_time(const char *text, size_t n, struct mm_value *v)
{
	char moment[64];
	bool is_date = false;
	int len = n < 20 ? snprintf(moment, sizeof(moment), "1970-01-01T%.*sZ", (int)n, text) : 0;

	return len > 0 && mm_clock_parse(moment, (size_t)len, &v->integer, &is_date) && !is_date;
}

bool mm_edit_read_when(const char *text, size_t n, struct mm_value *v)
{
	if (v->type == MM_TYPE_DATE)
		return read_date(text, n, v);
	return v->type == MM_TYPE_TIME ? read_time(text, n, v) : read_moment(text, n, v);
}
