#include "query/filter_vector.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/*
 * Conditions tested for many rows at once: logic, comparisons and texts in loops over columns, the rest row
 * by row. Each verdict is that of mm_filter_test.
 */

enum {
	LATE_EVERY = 64, /* rows that are tested one by one between looks at the clock */
	LIST_LEAST = 8,  /* values that are as quick to go through */
	AHEAD = 12       /* rows whose outlines are fetched before they are needed */
};

static bool is_comparison(enum mm_filter_op op)
{
	return op >= MM_FILTER_EQ && op <= MM_FILTER_GE;
}

/* ---- making ---- */

static bool begin_operands(struct mm_filter_run *run, const struct mm_filter *f)
{
	bool fine = true;

	for (size_t i = 0; i < f->child_count && fine; i++)
		fine = mm_vector_begin(run, f->child[i]);
	return fine;
}

static void begin_like(struct mm_filter_run *run, const struct mm_filter *f)
{
	const struct mm_filter *pattern = f->child[1];
	struct mm_like *like;

	if (pattern->op != MM_FILTER_TEXT)
		return;
	like = mm_arena_alloc(&run->kept, sizeof(*like));
	if (like && mm_like_read(pattern->text, pattern->text_len, &run->kept, like))
		run->note[f->node_no].like = like;
}

static int by_size(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Of whole numbers alone, a list is sorted once, and not gone through for each row. */
static bool begin_list(struct mm_filter_run *run, const struct mm_filter *f)
{
	struct mm_filter_note *note = &run->note[f->node_no];
	int64_t *list;

	if (f->op != MM_FILTER_IN || f->child_count <= LIST_LEAST)
		return false;
	for (size_t i = 1; i < f->child_count; i++)
		if (f->child[i]->op != MM_FILTER_INT)
			return false;
	list = mm_arena_array(&run->kept, f->child_count - 1, sizeof(*list));
	if (!list || !mm_vector_begin(run, f->child[0]))
		return false;
	for (size_t i = 1; i < f->child_count; i++)
		list[i - 1] = f->child[i]->integer;
	qsort(list, f->child_count - 1, sizeof(*list), by_size);
	note->list = list;
	return true;
}

static void begin(struct mm_filter_run *run, const struct mm_filter *f)
{
	struct mm_filter_note *note = &run->note[f->node_no];

	if (f->op == MM_FILTER_LIKE)
		begin_like(run, f);
	if (f->is_constant)
		return;
	if (!f->of_text && (is_comparison(f->op) || f->op == MM_FILTER_BETWEEN || f->op == MM_FILTER_IN))
		note->is_vectored = begin_list(run, f) || begin_operands(run, f);
	else if (f->op == MM_FILTER_PROPERTY && f->field != SIZE_MAX)
		(void)mm_vector_begin(run, f);
	else if (!f->of_text)
		for (size_t i = 0; i < f->child_count; i++)
			begin(run, f->child[i]);
	for (size_t i = 0; f->of_text && i < f->child_count; i++)
		begin(run, f->child[i]);
}

enum mm_code mm_filter_batch_begin(struct mm_filter_run *run, struct mm_err *reterr)
{
	const struct mm_filter *f = run->filter;
	const size_t count = f->op == MM_FILTER_AND ? f->child_count : 1;

	run->order = mm_arena_array(&run->kept, count, sizeof(struct mm_filter *));
	if (!run->order)
		return mm_fail_nomem(reterr);
	begin(run, f);
	run->order_count = count;
	for (size_t i = 0; i < count; i++)
		run->order[i] = f->op == MM_FILTER_AND ? f->child[i] : f;
	return MM_OK;
}

/* ---- one by one ---- */

static bool is_of_outlines(const struct mm_filter *f)
{
	return mm_filter_is_spatial(f->op) || mm_filter_is_of_geometry(f);
}

static void test_each(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
		      uint8_t *ret)
{
	const bool fetches = is_of_outlines(f);

	memset(ret, MM_UNKNOWN, n);
	for (size_t i = 0; i < n; i++) {
		if (i % LATE_EVERY == 0 && mm_filter_is_late(run))
			return;
		if (fetches && i + 2 * AHEAD < n)
			mm_layer_prefetch_geom(run->layer, row[i + 2 * AHEAD]);
		if (fetches && i + AHEAD < n)
			mm_layer_prefetch_xy(run->layer, row[i + AHEAD]);
		ret[i] = (uint8_t)mm_filter_test(run, f, row[i]);
		mm_filter_sweep(run);
	}
}

/* ---- values ---- */

static void test_between(struct mm_filter_run *run, const struct mm_filter *f, const struct mm_vector *v,
			 const uint32_t *row, size_t n, uint8_t *ret)
{
	const struct mm_vector *least = mm_vector_compute(run, f->child[1], row, n),
			       *most = least ? mm_vector_compute(run, f->child[2], row, n) : NULL;
	uint8_t high[MM_BATCH];

	if (!most) {
		test_each(run, f, row, n, ret);
		return;
	}
	mm_vector_compare(v, MM_FILTER_GE, least, n, ret);
	mm_vector_compare(v, MM_FILTER_LE, most, n, high);
	for (size_t i = 0; i < n; i++)
		ret[i] = !ret[i] || !high[i] ? MM_FALSE : ret[i] | high[i]; /* TRUE, or UNKNOWN with it */
	for (size_t i = 0; i < n; i++)
		ret[i] = ret[i] & MM_UNKNOWN ? MM_UNKNOWN : ret[i];
}

static void test_in(struct mm_filter_run *run, const struct mm_filter *f, const struct mm_vector *v,
		    const uint32_t *row, size_t n, uint8_t *ret)
{
	uint8_t one[MM_BATCH];

	memset(ret, MM_FALSE, n);
	for (size_t k = 1; k < f->child_count; k++) {
		const struct mm_vector *item = mm_vector_compute(run, f->child[k], row, n);

		if (!item) {
			test_each(run, f, row, n, ret);
			return;
		}
		mm_vector_compare(v, MM_FILTER_EQ, item, n, one);
		for (size_t i = 0; i < n; i++)
			ret[i] |= one[i];
	}
	for (size_t i = 0; i < n; i++) /* of TRUE and UNKNOWN, TRUE */
		ret[i] = ret[i] & MM_TRUE ? MM_TRUE : ret[i];
}

static void test_in_list(const struct mm_filter *f, const struct mm_filter_note *note,
			 const struct mm_vector *v, size_t n, uint8_t *ret)
{
	const size_t count = f->child_count - 1;

	for (size_t i = 0; i < n; i++)
		ret[i] = v->null && v->null[i * v->step] ? MM_UNKNOWN
			 : bsearch(&v->integer[i * v->step], note->list, count, sizeof(*note->list), by_size)
			     ? MM_TRUE
			     : MM_FALSE;
}

static void test_values(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
			uint8_t *ret)
{
	const struct mm_vector *v = mm_vector_compute(run, f->child[0], row, n), *other;
	const struct mm_filter_note *note = &run->note[f->node_no];

	if (v && f->op == MM_FILTER_BETWEEN) {
		test_between(run, f, v, row, n, ret);
		return;
	}
	if (f->op == MM_FILTER_IN && note->list) {
		if (v && !v->is_real)
			test_in_list(f, note, v, n, ret);
		else
			test_each(run, f, row, n, ret);
		return;
	}
	if (v && f->op == MM_FILTER_IN) {
		test_in(run, f, v, row, n, ret);
		return;
	}
	other = v ? mm_vector_compute(run, f->child[1], row, n) : NULL;
	if (other)
		mm_vector_compare(v, f->op, other, n, ret);
	else
		test_each(run, f, row, n, ret);
}

/* A property that is true or false. */
static void test_truth(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
		       uint8_t *ret)
{
	const struct mm_vector *v = mm_vector_compute(run, f, row, n);

	for (size_t i = 0; i < n; i++)
		ret[i] = v->null && v->null[i] ? MM_UNKNOWN : v->integer[i] != 0;
}

static void test_null(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
		      uint8_t *ret)
{
	const struct mm_layer_column *c = mm_layer_column(run->layer, f->child[0]->field);

	for (size_t i = 0; i < n; i++)
		ret[i] = mm_layer_column_is_null(c, row[i]);
}

/* ---- texts ---- */

static uint8_t learn(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row, uint8_t *ret)
{
	*ret = (uint8_t)(mm_filter_test_predicate(run, f, row) + 1);
	mm_filter_sweep(run);
	return *ret;
}

/* A predicate of one text: its verdict on each text that occurs, looked up. */
static void test_texts(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
		       uint8_t *ret)
{
	struct mm_filter_note *note = &run->note[f->node_no];
	const struct mm_layer_column *c = mm_layer_column(run->layer, f->of_text->field);

	for (size_t i = 0; i < n; i++) {
		uint8_t *known = mm_layer_column_is_null(c, row[i])
				     ? &note->by_null
				     : &note->by_code[mm_layer_column_code(c, row[i])];
		const uint8_t verdict = *known ? *known : learn(run, f, row[i], known);

		ret[i] = (uint8_t)(verdict - 1);
	}
}

/* ---- logic ---- */

static void test_not(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
		     uint8_t *ret)
{
	mm_filter_test_rows(run, f->child[0], row, n, ret);
	for (size_t i = 0; i < n; i++)
		ret[i] = ret[i] == MM_UNKNOWN ? MM_UNKNOWN : !ret[i];
}

/* Rows that one condition decides are not asked of the next. */
static void test_chain(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
		       uint8_t *ret)
{
	const uint8_t decides = f->op == MM_FILTER_OR ? MM_TRUE : MM_FALSE;
	uint32_t left[MM_BATCH];
	uint16_t at[MM_BATCH];
	uint8_t one[MM_BATCH];
	size_t count = n;

	memset(ret, !decides, n);
	memcpy(left, row, n * sizeof(*row));
	for (size_t i = 0; i < n; i++)
		at[i] = (uint16_t)i;
	for (size_t k = 0; k < f->child_count && count; k++) {
		size_t kept = 0;

		mm_filter_test_rows(run, f->child[k], left, count, one);
		for (size_t i = 0; i < count; i++) {
			if (one[i] == decides)
				ret[at[i]] = decides;
			else if (one[i] == MM_UNKNOWN)
				ret[at[i]] = MM_UNKNOWN;
			left[kept] = left[i];
			at[kept] = at[i];
			kept += one[i] != decides;
		}
		count = kept;
	}
}

/* ---- all ---- */

typedef void test_fn(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
		     uint8_t *ret);

struct way {
	test_fn *test;
	const char *name;
};

/* Most rows are settled by the constant geometry drawn on a grid (geo/cover.h). */
static bool has_cover(const struct mm_filter_run *run, const struct mm_filter *f)
{
	bool found = false;

	for (size_t i = 0; mm_filter_is_spatial(f->op) && i < f->child_count; i++)
		found |= run->note[f->child[i]->node_no].cover != NULL;
	return found;
}

static struct way way_of(const struct mm_filter_run *run, const struct mm_filter *f)
{
	const struct mm_filter_note *note = &run->note[f->node_no];

	if (f->op == MM_FILTER_NOT)
		return (struct way){test_not, "logic"};
	if (f->op <= MM_FILTER_OR)
		return (struct way){test_chain, "logic"};
	if (f->of_text && note->by_code)
		return (struct way){test_texts, "texts"};
	if (note->is_vectored)
		return (struct way){test_values, "columns"};
	if (f->op == MM_FILTER_PROPERTY && note->vector)
		return (struct way){test_truth, "columns"};
	if (f->op == MM_FILTER_IS_NULL && f->child[0]->op == MM_FILTER_PROPERTY &&
	    f->child[0]->field != SIZE_MAX)
		return (struct way){test_null, "columns"};
	return (struct way){test_each, mm_filter_is_near_layer(f) ? "tiles"
				       : has_cover(run, f)        ? "grid"
								  : "rows"};
}

void mm_filter_test_rows(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
			 uint8_t *ret)
{
	way_of(run, f).test(run, f, row, n, ret);
}

/* ---- conditions joined by AND ---- */

/* What a condition costs for each row that it takes away. */
static double price(const struct mm_filter_part *p)
{
	if (!p->looked_at)
		return 1e300;
	return (double)p->ns / (double)(p->looked_at - p->kept + 1);
}

/* The most telling first: AND is the same in any order. */
static void put_in_order(struct mm_filter_run *run)
{
	for (size_t i = 1; i < run->order_count; i++) {
		const struct mm_filter *one = run->order[i];
		const double its = price(&run->note[one->node_no].part);
		size_t at = i;

		for (; at && price(&run->note[run->order[at - 1]->node_no].part) > its; at--)
			run->order[at] = run->order[at - 1];
		run->order[at] = one;
	}
}

static size_t keep_true(uint32_t *row, const uint8_t *verdict, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		row[kept] = row[i];
		kept += verdict[i] == MM_TRUE;
	}
	return kept;
}

size_t mm_filter_run_keep(struct mm_filter_run *run, uint32_t *row, size_t n)
{
	const bool is_full = n == MM_BATCH;
	int64_t since = mm_clock_mono_ns();

	for (size_t i = 0; i < run->order_count && n; i++) {
		const struct mm_filter *f = run->order[i];
		struct mm_filter_part *part = &run->note[f->node_no].part;
		uint8_t verdict[MM_BATCH];
		int64_t now;

		mm_filter_test_rows(run, f, row, n, verdict);
		part->looked_at += n;
		n = keep_true(row, verdict, n);
		part->kept += n;
		now = mm_clock_mono_ns();
		part->ns += now - since;
		since = now;
	}
	if (run->deadline_ns && since >= run->deadline_ns)
		run->is_late = true;
	run->batch_count += is_full;
	if (is_full && (run->batch_count & (run->batch_count - 1)) == 0) /* 1, 2, 4 ... */
		put_in_order(run);
	return n;
}

size_t mm_filter_run_part_count(const struct mm_filter_run *run)
{
	return run->order_count;
}

struct mm_filter_part mm_filter_run_part(const struct mm_filter_run *run, size_t i)
{
	const struct mm_filter *f = run->order[i];
	struct mm_filter_part p = run->note[f->node_no].part;

	p.condition = f;
	p.way = way_of(run, f).name;
	return p;
}
