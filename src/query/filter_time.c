#include "query/filter_eval.h"

#include <stdint.h>

/* Temporal predicates (OGC 21-065r2, 7.4; Allen's relations): a date is its whole day, an open end is without
 * end. */

enum { DAY_MS = 86400000 };

struct span {
	int64_t begin_ms, end_ms; /* both included */
};

static bool span_of_value(const struct mm_val *v, struct span *ret)
{
	if (v->kind == MM_VAL_NULL)
		return false;
	*ret = v->kind == MM_VAL_DATE ? (struct span){v->integer * DAY_MS, v->integer * DAY_MS + DAY_MS - 1}
				      : (struct span){v->integer, v->integer};
	return true;
}

/* False: an end is missing. */
static bool span_of(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row, struct span *ret)
{
	struct span begin = {INT64_MIN, INT64_MIN}, end = {INT64_MAX, INT64_MAX};
	struct mm_val v;

	if (f->op != MM_FILTER_INTERVAL) {
		v = mm_filter_value(run, f, row);
		return span_of_value(&v, ret);
	}
	if (f->child[0]->op != MM_FILTER_OPEN) {
		v = mm_filter_value(run, f->child[0], row);
		if (!span_of_value(&v, &begin))
			return false;
	}
	if (f->child[1]->op != MM_FILTER_OPEN) {
		v = mm_filter_value(run, f->child[1], row);
		if (!span_of_value(&v, &end))
			return false;
	}
	*ret = (struct span){begin.begin_ms, end.end_ms};
	return true;
}

static bool holds(enum mm_filter_op op, const struct span *a, const struct span *b)
{
	const bool begins_alike = a->begin_ms == b->begin_ms, ends_alike = a->end_ms == b->end_ms;

	switch (op) {
	case MM_FILTER_T_AFTER:
		return a->begin_ms > b->end_ms;
	case MM_FILTER_T_BEFORE:
		return a->end_ms < b->begin_ms;
	case MM_FILTER_T_CONTAINS:
		return a->begin_ms < b->begin_ms && a->end_ms > b->end_ms;
	case MM_FILTER_T_DISJOINT:
		return a->begin_ms > b->end_ms || a->end_ms < b->begin_ms;
	case MM_FILTER_T_DURING:
		return a->begin_ms > b->begin_ms && a->end_ms < b->end_ms;
	case MM_FILTER_T_EQUALS:
		return begins_alike && ends_alike;
	case MM_FILTER_T_FINISHEDBY:
		return a->begin_ms < b->begin_ms && ends_alike;
	case MM_FILTER_T_FINISHES:
		return a->begin_ms > b->begin_ms && ends_alike;
	case MM_FILTER_T_INTERSECTS:
		return a->begin_ms <= b->end_ms && a->end_ms >= b->begin_ms;
	case MM_FILTER_T_MEETS:
		return a->end_ms == b->begin_ms;
	case MM_FILTER_T_METBY:
		return a->begin_ms == b->end_ms;
	case MM_FILTER_T_OVERLAPPEDBY:
		return a->begin_ms > b->begin_ms && a->begin_ms < b->end_ms && a->end_ms > b->end_ms;
	case MM_FILTER_T_OVERLAPS:
		return a->begin_ms < b->begin_ms && a->end_ms > b->begin_ms && a->end_ms < b->end_ms;
	case MM_FILTER_T_STARTEDBY:
		return begins_alike && a->end_ms > b->end_ms;
	default:
		return begins_alike && a->end_ms < b->end_ms; /* T_STARTS */
	}
}

int mm_filter_test_time(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct span a, b;

	if (!span_of(run, f->child[0], row, &a) || !span_of(run, f->child[1], row, &b))
		return MM_UNKNOWN;
	return holds(f->op, &a, &b) ? MM_TRUE : MM_FALSE;
}
