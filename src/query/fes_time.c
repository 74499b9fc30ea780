#include "query/fes_private.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

/* Temporal conditions in filters in XML, and times in GML. */

/* ---- texts ---- */

/* Days of a year or of a month, "2026" or "2026-06"; false: it is neither. */
static bool parse_span(const char *text, size_t n, int64_t *ret_first, int64_t *ret_last)
{
	int year = 0, month = 0;

	if (n != 4 && (n != 7 || text[4] != '-'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i == 4)
			continue;
		if (text[i] < '0' || text[i] > '9')
			return false;
		if (i < 4)
			year = year * 10 + (text[i] - '0');
		else
			month = month * 10 + (text[i] - '0');
	}
	if (n == 7 && (month < 1 || month > 12))
		return false;
	*ret_first = mm_clock_days(year, n == 7 ? month : 1, 1);
	*ret_last =
	    (n == 7 && month < 12 ? mm_clock_days(year, month + 1, 1) : mm_clock_days(year + 1, 1, 1)) - 1;
	return true;
}

static struct mm_filter *date_of(struct mm_fes_reader *r, int64_t days)
{
	struct mm_filter *f = mm_filter_new(&r->m, MM_FILTER_DATE, 0, 0);

	if (f)
		f->integer = days;
	return f;
}

static struct mm_filter *interval(struct mm_fes_reader *r, struct mm_filter *begin, struct mm_filter *end)
{
	struct mm_filter *f = begin && end ? mm_filter_new(&r->m, MM_FILTER_INTERVAL, 0, 2) : NULL;

	if (f) {
		f->child[0] = begin;
		f->child[1] = end;
	}
	return f;
}

/* "2026-06-30T12:00Z", as programs in Java write a full minute: with its seconds; else the text itself. */
static const char *with_seconds(struct mm_fes_reader *r, const char *text, size_t *n)
{
	enum { MINUTE = sizeof("2026-06-30T12:00") - 1 };
	char whole[64];

	if (*n < MINUTE || *n > MINUTE + 6 || text[10] != 'T' || text[13] != ':' ||
	    (*n > MINUTE && !strchr("Zz+-", text[MINUTE])))
		return text;
	*n = (size_t)snprintf(whole, sizeof(whole), "%.*s:00%.*s", MINUTE, text, (int)(*n - MINUTE),
			      text + MINUTE);
	return mm_arena_text(r->m.mem, whole, *n);
}

static struct mm_filter *read_instant(struct mm_fes_reader *r, const struct mm_xml *e, const char *text,
				      size_t n)
{
	bool is_date;
	int64_t ms;

	text = with_seconds(r, text, &n);
	if (!text)
		return mm_filter_fail_nomem(&r->m);
	if (!mm_clock_parse(text, n, &ms, &is_date))
		return mm_fes_fail(r, e,
				   "'%.*s' is not a date such as 2026-06-30, nor a time such as "
				   "2026-06-30T12:00:00Z",
				   (int)(n < 40 ? n : 40), text);
	return mm_filter_instant(&r->m, is_date ? MM_FILTER_DATE : MM_FILTER_TIMESTAMP, text, n, 0);
}

struct mm_filter *mm_fes_time_text(struct mm_fes_reader *r, const struct mm_xml *e)
{
	int64_t first, last;
	size_t n;
	const char *text = mm_xml_trimmed(e, &n);

	if (parse_span(text, n, &first, &last))
		return interval(r, date_of(r, first), date_of(r, last));
	return read_instant(r, e, text, n);
}

/* ---- TimeInstant and TimePeriod ---- */

bool mm_fes_is_time(const struct mm_xml *e)
{
	return mm_xml_is(e, "TimeInstant") || mm_xml_is(e, "TimePeriod");
}

static const struct mm_xml *position_of(const struct mm_xml *instant)
{
	return mm_xml_is(instant, "TimeInstant") ? mm_xml_child(instant, "timePosition") : NULL;
}

static struct mm_filter *read_now(struct mm_fes_reader *r)
{
	struct mm_filter *f = mm_filter_new(&r->m, MM_FILTER_TIMESTAMP, 0, 0);

	if (f)
		f->integer = mm_clock_utc_ms();
	return f;
}

/* An end of a period, from a timePosition, a beginPosition or an endPosition. */
static struct mm_filter *read_end(struct mm_fes_reader *r, const struct mm_xml *e, bool is_begin)
{
	const char *vague = mm_xml_attribute(e, "indeterminatePosition");
	int64_t first, last;
	size_t n;
	const char *text = mm_xml_trimmed(e, &n);

	if (n == 0 && vague && strcmp(vague, "now") == 0)
		return read_now(r);
	if (n == 0)
		return mm_filter_new(&r->m, MM_FILTER_OPEN, 0, 0);
	if (parse_span(text, n, &first, &last))
		return date_of(r, is_begin ? first : last);
	return read_instant(r, e, text, n);
}

static struct mm_filter *read_side(struct mm_fes_reader *r, const struct mm_xml *e, bool is_begin)
{
	const struct mm_xml *position = mm_xml_child(e, is_begin ? "beginPosition" : "endPosition"),
			    *side = mm_xml_child(e, is_begin ? "begin" : "end");

	if (!position && side && side->child)
		position = position_of(side->child);
	if (!position)
		return mm_fes_fail(r, e, "a TimePeriod has a beginPosition and an endPosition");
	return read_end(r, position, is_begin);
}

struct mm_filter *mm_fes_time(struct mm_fes_reader *r, const struct mm_xml *e)
{
	const struct mm_xml *position = position_of(e);
	const char *vague = position ? mm_xml_attribute(position, "indeterminatePosition") : NULL;
	struct mm_filter *begin;

	if (mm_xml_is(e, "TimePeriod")) {
		begin = read_side(r, e, true);
		return interval(r, begin, begin ? read_side(r, e, false) : NULL);
	}
	if (!position)
		return mm_fes_fail(r, e, "a TimeInstant has a timePosition");
	if (vague && strcmp(vague, "now") == 0)
		return read_now(r);
	return mm_fes_time_text(r, position);
}

/* ---- conditions ---- */

/* Where a time must stand, a literal is one. */
static struct mm_filter *read_operand(struct mm_fes_reader *r, const struct mm_xml *e)
{
	if (mm_xml_is(e, "Literal") && !e->child)
		return mm_fes_time_text(r, e);
	return mm_fes_value(r, e);
}

struct mm_filter *mm_fes_temporal(struct mm_fes_reader *r, const struct mm_xml *e, enum mm_filter_op op)
{
	return mm_fes_over(r, op, e, 2, read_operand);
}
