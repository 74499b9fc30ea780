#include "query/query_private.h"

/* The conditions of a query, each asked of many rows at once. */

enum { DAY_MS = 86400000 };

/* Milliseconds of a time field; a date that ends a period counts to its last millisecond. */
static bool row_time(const struct mm_query_run *r, uint32_t row, size_t field, bool is_end, int64_t *ret)
{
	struct mm_value v;

	mm_layer_value(r->layer, row, field, &v);
	if (v.is_null)
		return false;
	*ret = v.type == MM_TYPE_DATE ? v.integer * DAY_MS + (is_end ? DAY_MS - 1 : 0) : v.integer;
	return true;
}

/* A layer without times holds at all times; a row of which one end is unknown is open there. */
static bool holds_in_period(struct mm_query_run *r, uint32_t row)
{
	int64_t begin = INT64_MIN, end = INT64_MAX;
	bool known;

	if (r->begin_field == SIZE_MAX)
		return true;
	known = row_time(r, row, r->begin_field, false, &begin);
	known |= row_time(r, row, r->end_field, true, &end);
	return known && begin <= r->query->period.end_ms && end >= r->query->period.begin_ms;
}

static size_t keep_period(struct mm_query_run *r, uint32_t *row, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		row[kept] = row[i];
		kept += holds_in_period(r, row[i]);
	}
	return kept;
}

/* Texts by their codes, without a look at what else a value may be. */
static size_t keep_text(const struct mm_layer *l, const struct mm_wanted *w, uint32_t *row, size_t n)
{
	const struct mm_layer_column *c = mm_layer_column(l, w->field);
	size_t kept = 0;

	for (size_t i = 0; w->code != UINT32_MAX && i < n; i++) {
		row[kept] = row[i];
		kept += mm_layer_column_code(c, row[i]) == w->code && !mm_layer_column_is_null(c, row[i]);
	}
	return kept;
}

static size_t keep_equal(const struct mm_layer *l, const struct mm_wanted *w, uint32_t *row, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		row[kept] = row[i];
		kept += mm_wanted_equals(l, w, row[i]);
	}
	return kept;
}

static size_t keep_values(struct mm_query_run *r, uint32_t *row, size_t n)
{
	for (size_t i = 0; i < r->query->equal_count && n; i++) {
		const struct mm_wanted *w = &r->wanted[i];

		n = w->type == MM_TYPE_TEXT ? keep_text(r->layer, w, row, n)
					    : keep_equal(r->layer, w, row, n);
	}
	return n;
}

static size_t keep_words(struct mm_query_run *r, uint32_t *row, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		row[kept] = row[i];
		kept += mm_words_match(r->query->words, row[i]);
	}
	return kept;
}

static size_t keep_filter(struct mm_query_run *r, uint32_t *row, size_t n)
{
	n = mm_filter_run_keep(r->query->filter, row, n);
	if (mm_filter_run_is_late(r->query->filter))
		r->rc = MM_E_BUSY;
	return n;
}

static void add_condition(struct mm_query_run *r, enum mm_plan_condition what,
			  size_t (*keep)(struct mm_query_run *, uint32_t *, size_t))
{
	if (r->query->plan)
		r->query->plan->step[r->condition_count].what = what;
	r->condition[r->condition_count++] = (struct mm_query_condition){what, keep};
}

enum mm_code mm_query_conditions(struct mm_query_run *r, struct mm_proj *proj, struct mm_err *reterr)
{
	const struct mm_query *q = r->query;
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < q->equal_count && !rc; i++)
		rc = mm_wanted_read(r->layer, &q->equal[i], &r->wanted[i], reterr);
	if (!rc && q->has_box)
		rc = mm_query_window_begin(r, proj, reterr);
	if (rc)
		return rc;
	mm_query_time_fields(mm_layer_schema(r->layer), &r->begin_field, &r->end_field);
	if (q->equal_count)
		add_condition(r, MM_PLAN_VALUES, keep_values);
	if (q->has_period)
		add_condition(r, MM_PLAN_PERIOD, keep_period);
	if (q->words)
		add_condition(r, MM_PLAN_WORDS, keep_words);
	if (q->has_box)
		add_condition(r, MM_PLAN_WINDOW, mm_query_window_keep);
	if (q->filter)
		add_condition(r, MM_PLAN_FILTER, keep_filter);
	if (q->plan)
		q->plan->step_count = r->condition_count;
	return MM_OK;
}
