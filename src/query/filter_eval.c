#include "query/filter_eval.h"

#include <stdlib.h>

/* Predicates and logic. */

static int not_of(int verdict)
{
	return verdict == MM_UNKNOWN ? MM_UNKNOWN : !verdict;
}

/* AND is false when any is, OR true when any is; else what is unknown makes it so. */
static int test_chain(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const int decides = f->op == MM_FILTER_OR ? MM_TRUE : MM_FALSE;
	int verdict = !decides;

	for (size_t i = 0; i < f->child_count; i++) {
		const int one = mm_filter_test(run, f->child[i], row);

		if (one == decides)
			return decides;
		if (one == MM_UNKNOWN)
			verdict = MM_UNKNOWN;
	}
	return verdict;
}

static bool holds(enum mm_filter_op op, int order)
{
	switch (op) {
	case MM_FILTER_EQ:
		return order == 0;
	case MM_FILTER_NE:
		return order != 0;
	case MM_FILTER_LT:
		return order < 0;
	case MM_FILTER_GT:
		return order > 0;
	case MM_FILTER_LE:
		return order <= 0;
	default:
		return order >= 0;
	}
}

static int compare(struct mm_filter_run *run, const struct mm_val *a, const struct mm_filter *other,
		   enum mm_filter_op op, uint32_t row)
{
	const struct mm_val b = mm_filter_value(run, other, row);

	if (a->kind == MM_VAL_NULL || b.kind == MM_VAL_NULL)
		return MM_UNKNOWN;
	return holds(op, mm_val_compare(a, &b));
}

static int test_between(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_val v = mm_filter_value(run, f->child[0], row);
	const int low = compare(run, &v, f->child[1], MM_FILTER_GE, row),
		  high = compare(run, &v, f->child[2], MM_FILTER_LE, row);

	if (low == MM_FALSE || high == MM_FALSE)
		return MM_FALSE;
	return low == MM_UNKNOWN || high == MM_UNKNOWN ? MM_UNKNOWN : MM_TRUE;
}

static int test_in(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_val v = mm_filter_value(run, f->child[0], row);
	int verdict = MM_FALSE;

	for (size_t i = 1; i < f->child_count; i++) {
		const int one = compare(run, &v, f->child[i], MM_FILTER_EQ, row);

		if (one == MM_TRUE)
			return MM_TRUE;
		if (one == MM_UNKNOWN)
			verdict = MM_UNKNOWN;
	}
	return verdict;
}

static int test_like(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_val text = mm_filter_value(run, f->child[0], row),
			    pattern = mm_filter_value(run, f->child[1], row);

	if (text.kind == MM_VAL_NULL || pattern.kind == MM_VAL_NULL)
		return MM_UNKNOWN;
	if (run->note[f->node_no].like)
		return mm_like_matches(run->note[f->node_no].like, text.text, text.text_len);
	return mm_val_is_like(&text, &pattern);
}

static int test_null(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_filter *a = f->child[0];

	if (mm_filter_is_geometry(a))
		return mm_filter_geom(run, a, row).type == MM_GEOM_NULL;
	if (a->op == MM_FILTER_INTERVAL)
		return MM_FALSE;
	return mm_filter_value(run, a, row).kind == MM_VAL_NULL;
}

int mm_filter_test_predicate(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_val a;

	switch (f->op) {
	case MM_FILTER_LIKE:
		return test_like(run, f, row);
	case MM_FILTER_BETWEEN:
		return test_between(run, f, row);
	case MM_FILTER_IN:
		return test_in(run, f, row);
	case MM_FILTER_A_EQUALS:
	case MM_FILTER_A_CONTAINS:
	case MM_FILTER_A_CONTAINEDBY:
	case MM_FILTER_A_OVERLAPS:
		return mm_filter_test_array(run, f, row);
	default:
		a = mm_filter_value(run, f->child[0], row);
		return compare(run, &a, f->child[1], f->op, row);
	}
}

/* A predicate of one text is tested once for each text that occurs, not for each row. */
static int test_by_code(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	uint8_t *by_code = run->note[f->node_no].by_code;
	const uint32_t code = mm_layer_text_code(run->layer, row, f->of_text->field);

	if (!by_code || code == UINT32_MAX)
		return mm_filter_test_predicate(run, f, row);
	if (!by_code[code])
		by_code[code] = (uint8_t)(mm_filter_test_predicate(run, f, row) + 1);
	return by_code[code] - 1;
}

static int test_bool(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_val v = mm_filter_value(run, f, row);

	return v.kind == MM_VAL_NULL ? MM_UNKNOWN : v.integer != 0;
}

int mm_filter_test(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	if (f->op == MM_FILTER_NOT)
		return not_of(mm_filter_test(run, f->child[0], row));
	if (f->op <= MM_FILTER_OR)
		return test_chain(run, f, row);
	if (f->of_text)
		return test_by_code(run, f, row);
	if (f->op <= MM_FILTER_IN || mm_filter_is_array(f->op))
		return mm_filter_test_predicate(run, f, row);
	if (f->op == MM_FILTER_IS_NULL)
		return test_null(run, f, row);
	if (mm_filter_is_spatial(f->op))
		return mm_filter_test_space(run, f, row);
	if (mm_filter_is_temporal(f->op))
		return mm_filter_test_time(run, f, row);
	if (f->op == MM_FILTER_IDS)
		return mm_filter_test_ids(run, f, row);
	return test_bool(run, f, row);
}
