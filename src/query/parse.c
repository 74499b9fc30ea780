#include "query/query.h"

#include "base/clock.h"
#include "base/num.h"

#include <string.h>

enum { DAY_MS = 86400000 };

/* One end of a period: text of n bytes, "" and ".." are open. A date means its first or last millisecond. */
static bool parse_end(const char *text, size_t n, bool is_begin, int64_t *ret)
{
	bool is_date;
	int64_t ms;

	if (n == 0 || (n == 2 && memcmp(text, "..", 2) == 0)) {
		*ret = is_begin ? INT64_MIN : INT64_MAX;
		return true;
	}
	if (!mm_clock_parse(text, n, &ms, &is_date))
		return false;
	*ret = is_date && !is_begin ? ms + DAY_MS - 1 : ms;
	return true;
}

enum mm_code mm_period_parse(const char *text, struct mm_period *ret, struct mm_err *reterr)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	const char *end = slash ? slash + 1 : text;
	struct mm_period p;

	if ((!slash && (n == 0 || strcmp(text, "..") == 0)) || !parse_end(text, n, true, &p.begin_ms) ||
	    !parse_end(end, strlen(end), false, &p.end_ms))
		return mm_fail(
		    reterr, MM_E_INVALID, "datetime",
		    "write an RFC 3339 date or date-time, or an interval such as 2026-01-01/2026-06-30 or "
		    "2026-01-01T00:00:00Z/..");
	if (p.begin_ms > p.end_ms)
		return mm_fail(reterr, MM_E_INVALID, "datetime", "the interval ends before it begins");
	*ret = p;
	return MM_OK;
}

/* Splits at commas into at most 6 numbers; 0 when a piece is not a number or there are more. */
static size_t parse_numbers(const char *text, double ret[6])
{
	size_t count = 0;

	for (;;) {
		size_t n = strcspn(text, ",");

		if (count == 6 || !mm_num_parse(text, n, &ret[count]))
			return 0;
		count++;
		if (!text[n])
			return count;
		text += n + 1;
	}
}

/* Reads the window, x before y; false: not four or six numbers. */
static bool parse_box(const char *text, bool is_north_first, struct mm_box *ret)
{
	double v[6];
	size_t count = parse_numbers(text, v), x = is_north_first, y = !is_north_first;

	if (count != 4 && count != 6)
		return false;
	*ret = (struct mm_box){v[x], v[y], v[count / 2 + x], v[count / 2 + y]};
	return true;
}

static enum mm_code take_degrees(const struct mm_box *b, struct mm_query *ret, struct mm_err *reterr)
{
	if (b->min_y > b->max_y || b->min_y < -90 || b->max_y > 90)
		return mm_fail(reterr, MM_E_INVALID, "bbox",
			       "south must not be above north, and both lie within -90 and 90");
	if (b->min_x < -180 || b->min_x > 180 || b->max_x < -180 || b->max_x > 180)
		return mm_fail(reterr, MM_E_INVALID, "bbox", "west and east must lie within -180 and 180");
	ret->has_box = true;
	ret->box_count = b->min_x > b->max_x ? 2 : 1;
	ret->box_deg[0] = *b;
	if (ret->box_count == 2) {
		ret->box_deg[1] = (struct mm_box){-180, b->min_y, b->max_x, b->max_y};
		ret->box_deg[0].max_x = 180;
	}
	return MM_OK;
}

enum mm_code mm_query_box_parse(const char *text, struct mm_query *ret, struct mm_err *reterr)
{
	struct mm_box b;

	if (!parse_box(text, false, &b))
		return mm_fail(reterr, MM_E_INVALID, "bbox",
			       "write four numbers: west,south,east,north in degrees (or six with heights)");
	return take_degrees(&b, ret, reterr);
}

enum mm_code mm_query_box_parse_in(const char *text, const char *definition, bool is_north_first,
				   bool is_degrees, struct mm_query *ret, struct mm_err *reterr)
{
	struct mm_box b;

	if (!parse_box(text, is_north_first, &b))
		return mm_fail(
		    reterr, MM_E_INVALID, "bbox",
		    "write four numbers in the order of the axes of bbox-crs: the least of both, then "
		    "the most of both (or six with heights)");
	if (is_degrees)
		return take_degrees(&b, ret, reterr);
	if (b.min_x > b.max_x || b.min_y > b.max_y)
		return mm_fail(reterr, MM_E_INVALID, "bbox",
			       "the least of an axis must not be greater than the most of it");
	ret->has_box = true;
	ret->box_crs = definition;
	ret->box_xy = b;
	return MM_OK;
}
