#include "query/query_private.h"

#include "base/clock.h"
#include "base/sort.h"
#include "geo/mercator.h"

#include <stdlib.h>
#include <string.h>

static bool is_late(struct mm_query_run *r)
{
	if (r->query->deadline_ns && mm_clock_mono_ns() >= r->query->deadline_ns)
		r->rc = MM_E_BUSY;
	return r->rc == MM_E_BUSY;
}

/* The same with a note of who let how many pass, and how long it took. */
static size_t keep_noted(struct mm_query_run *r, size_t i, uint32_t *row, size_t n)
{
	struct mm_plan_step *step = &r->query->plan->step[i];
	const int64_t begin = mm_clock_mono_ns();

	step->looked_at += (uint32_t)n;
	n = r->condition[i].keep(r, row, n);
	step->ns += mm_clock_mono_ns() - begin;
	step->kept += (uint32_t)n;
	return n;
}

/* Room for as many more; there is none for all rows from the start, as to clear it would take longer than to
 * find the few that most ask for. */
static bool has_room(struct mm_query_run *r, size_t more)
{
	const size_t all = mm_layer_count(r->layer), wanted = (size_t)r->cap * 4;
	size_t cap = wanted < all ? wanted : all + MM_QUERY_BATCH;
	uint32_t *row;

	if (r->count + more <= r->cap)
		return true;
	cap = cap < r->count + more ? r->count + more : cap; /* two windows may have the same rows */
	row = mm_arena_array(r->mem, cap, sizeof(*row));
	if (!row) {
		r->rc = MM_E_NOMEM;
		return false;
	}
	if (r->count)
		memcpy(row, r->row, r->count * sizeof(*row));
	r->row = row;
	r->cap = (uint32_t)cap;
	return true;
}

/* Holds the rows that wait against the conditions, and keeps those that match; false: time or memory is up.
 */
static bool settle(struct mm_query_run *r)
{
	size_t n = r->waiting_count;

	r->waiting_count = 0;
	if (r->rc || is_late(r))
		return false;
	if (r->query->plan)
		r->query->plan->candidates += (uint32_t)n;
	for (size_t i = 0; i < r->condition_count && n; i++)
		n = r->query->plan ? keep_noted(r, i, r->waiting, n) : r->condition[i].keep(r, r->waiting, n);
	if (r->rc || !n)
		return !r->rc;
	if (!has_room(r, n))
		return false;
	memcpy(r->row + r->count, r->waiting, n * sizeof(*r->row));
	r->count += (uint32_t)n;
	return true;
}

static bool visit(void *ctx, uint32_t row)
{
	struct mm_query_run *r = ctx;

	r->waiting[r->waiting_count++] = row;
	return r->waiting_count < MM_QUERY_BATCH || settle(r);
}

/* In source order, each once: two windows may have the same row. Many are marked in a map of all rows, few
 * are sorted. */
static void put_in_order(struct mm_query_run *r)
{
	const uint32_t all = mm_layer_count(r->layer), words = all / 64 + 1;
	uint64_t *bit = NULL;
	uint32_t n = 0;

	if (r->count > words)
		bit = mm_arena_array(r->mem, words, sizeof(*bit));
	for (uint32_t i = 0; bit && i < r->count; i++)
		bit[r->row[i] / 64] |= 1ull << r->row[i] % 64;
	for (uint32_t w = 0; bit && w < words; w++)
		for (uint64_t left = bit[w]; left; left &= left - 1)
			r->row[n++] = w * 64 + (uint32_t)__builtin_ctzll(left);
	if (!bit) {
		uint32_t *spare = mm_arena_array(r->mem, r->count + 1, sizeof(*spare));

		if (!spare) {
			r->rc = MM_E_NOMEM;
			return;
		}
		mm_sort_u32(r->row, spare, r->count);
		for (uint32_t i = 0; i < r->count; i++)
			if (i == 0 || r->row[i] != r->row[i - 1])
				r->row[n++] = r->row[i];
	}
	r->count = n;
}

static void search(struct mm_query_run *r, const struct mm_world_box *around)
{
	mm_rtree_search(mm_layer_rtree(r->layer), around, visit, r);
}

static void search_windows(struct mm_query_run *r)
{
	struct mm_world_box around;

	for (size_t i = 0; !r->query->box_crs && i < r->query->box_count && r->rc == MM_OK; i++) {
		around = mm_world_box_around(&r->query->box_deg[i]);
		search(r, &around);
	}
	if (r->query->box_crs && mm_query_window_around(r, &around))
		search(r, &around);
}

/* A row that lies in several boxes is tested once. */
static bool visit_once(void *ctx, uint32_t row)
{
	struct mm_query_run *r = ctx;
	const uint8_t bit = (uint8_t)(1u << row % 8);

	if (r->seen[row / 8] & bit)
		return true;
	r->seen[row / 8] |= bit;
	return visit(r, row);
}

static void search_parts(struct mm_query_run *r, const struct mm_box *box, size_t count)
{
	const size_t bytes = mm_layer_count(r->layer) / 8 + 1;

	r->seen = mm_arena_alloc(r->mem, bytes);
	if (!r->seen) {
		r->rc = MM_E_NOMEM;
		return;
	}
	memset(r->seen, 0, bytes);
	for (size_t i = 0; i < count && !r->rc; i++) {
		const struct mm_world_box around = mm_world_box_around(&box[i]);

		if (!mm_box_is_empty(&box[i]))
			mm_rtree_search(mm_layer_rtree(r->layer), &around, visit_once, r);
	}
}

/* What the filter's own window leaves; the filter then tells. */
static void search_filter_box(struct mm_query_run *r, const struct mm_box *deg)
{
	const struct mm_world_box around = mm_world_box_around(deg);
	size_t count;
	const struct mm_box *part = mm_filter_run_part_boxes(r->query->filter, &count);

	if (mm_box_is_empty(deg))
		return;
	if (part)
		search_parts(r, part, count);
	else
		search(r, &around);
}

/* Where ids have settled which rows it can be. */
static void scan_listed(struct mm_query_run *r, const uint32_t *row, size_t count)
{
	for (size_t i = 0; i < count && visit(r, row[i]); i++)
		;
}

static void find_rows(struct mm_query_run *r)
{
	const struct mm_query *q = r->query;
	enum mm_plan_way way = MM_PLAN_SCAN;
	size_t listed_count = 0;
	const uint32_t *listed = q->filter ? mm_filter_run_rows(q->filter, &listed_count) : NULL;
	struct mm_box around;

	if (q->has_rows) {
		way = MM_PLAN_IDS;
		scan_listed(r, q->rows, q->row_count);
	} else if (q->has_box) {
		way = MM_PLAN_WINDOW_INDEX;
		search_windows(r);
	} else if (listed) {
		way = MM_PLAN_IDS;
		scan_listed(r, listed, listed_count);
	} else if (q->filter && mm_filter_run_box(q->filter, &around)) {
		way = MM_PLAN_FILTER_INDEX;
		search_filter_box(r, &around);
	} else {
		for (uint32_t row = 0; row < mm_layer_count(r->layer) && visit(r, row); row++)
			;
	}
	if (settle(r) && (way == MM_PLAN_WINDOW_INDEX || way == MM_PLAN_FILTER_INDEX))
		put_in_order(r);
	if (q->plan)
		q->plan->way = way;
}

enum { ROWS_AT_FIRST = 4096 };

static enum mm_code prepare(struct mm_query_run *r, struct mm_proj *proj, struct mm_err *reterr)
{
	const enum mm_code rc = mm_query_conditions(r, proj, reterr);

	if (rc)
		return rc;
	r->cap = ROWS_AT_FIRST;
	r->row = mm_arena_array(r->mem, r->cap, sizeof(*r->row));
	return r->row ? MM_OK : mm_fail_nomem(reterr);
}

/* No condition at all: the rows are their own numbers. */
static enum mm_code page_of_all(const struct mm_layer *l, uint32_t offset, uint32_t limit,
				struct mm_arena *mem, struct mm_page *ret, struct mm_err *reterr)
{
	uint32_t all = mm_layer_count(l);
	struct mm_page page = {.matched = all};

	if (offset < all)
		page.count = all - offset < limit ? all - offset : limit;
	if (page.count) {
		page.row = mm_arena_array(mem, page.count, sizeof(*page.row));
		if (!page.row)
			return mm_fail_nomem(reterr);
	}
	for (uint32_t i = 0; i < page.count; i++)
		page.row[i] = offset + i;
	*ret = page;
	return MM_OK;
}

enum mm_code mm_query_run(const struct mm_layer *l, const struct mm_query *q, struct mm_proj *proj,
			  uint32_t offset, uint32_t limit, struct mm_arena *mem, struct mm_page *ret,
			  struct mm_err *reterr)
{
	struct mm_query_run r = {.layer = l, .query = q, .mem = mem};
	const int64_t begin_ns = q->plan ? mm_clock_mono_ns() : 0;
	enum mm_code rc;

	if (q->plan)
		*q->plan = (struct mm_plan){.rows = mm_layer_count(l)};
	if (!q->has_box && !q->has_period && !q->equal_count && !q->sort_count && !q->filter &&
	    !q->has_rows && !q->words)
		return page_of_all(l, offset, limit, mem, ret, reterr);
	rc = prepare(&r, proj, reterr);
	if (rc)
		return rc;
	find_rows(&r);
	if (q->plan)
		q->plan->find_ns = mm_clock_mono_ns() - begin_ns;
	free(r.scratch);
	if (r.rc == MM_E_BUSY)
		return mm_fail(reterr, MM_E_BUSY, "",
			       "the query took too long: ask for a smaller area or a condition");
	if (r.rc)
		return mm_fail_nomem(reterr);
	if (q->sort_count)
		rc = mm_sort_rows(l, q->sort, q->sort_count, r.row, r.count, reterr);
	if (rc)
		return rc;
	if (q->plan)
		q->plan->sort_ns = mm_clock_mono_ns() - begin_ns - q->plan->find_ns;
	*ret = (struct mm_page){.matched = r.count};
	if (offset < r.count) {
		ret->row = r.row + offset;
		ret->count = r.count - offset < limit ? r.count - offset : limit;
	}
	return MM_OK;
}
