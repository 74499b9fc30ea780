#include "query/query.h"

#include "base/clock.h"
#include "geo/mercator.h"
#include "query/equal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEADLINE_EVERY = 4096, DEADLINE_EVERY_SLOW = 64, DAY_MS = 86400000 };

struct run;

/* One condition of a query: each row is asked in turn, the cheapest condition first. */
struct condition {
	enum mm_plan_condition what;
	bool (*holds)(struct run *r, uint32_t row);
};

/* A window, and what lies wholly in it. */
struct window {
	const struct mm_box *box; /* in its own system */
	struct mm_world_box inner;
};

struct run {
	const struct mm_layer *layer;
	const struct mm_query *query;
	struct condition condition[MM_PLAN_CONDITIONS];
	size_t condition_count;
	struct window window[2]; /* that a row may meet */
	size_t window_count;
	struct mm_wanted wanted[MM_EQUALS_MAX];
	size_t begin_field, end_field;
	const struct mm_transform *to_deg;
	const struct mm_transform *to_box;   /* from degrees to the window's system; NULL: the window is in
						degrees,   or in the layer's own system */
	const struct mm_transform *from_box; /* back; NULL: the window is in degrees */
	bool is_box_own;                     /* the window is in the layer's own system */
	struct mm_arena *mem;
	uint32_t *row; /* all that match, in the order found */
	uint32_t count, tested;
	uint8_t *seen; /* a bit a row, where several boxes are searched */
	enum mm_code rc;
	double *scratch; /* vertices of one geometry in the window's system */
	size_t scratch_cap;
};

/* Milliseconds of a time field; a date that ends a period counts to its last millisecond. */
static bool row_time(const struct run *r, uint32_t row, size_t field, bool is_end, int64_t *ret)
{
	struct mm_value v;

	mm_layer_value(r->layer, row, field, &v);
	if (v.is_null)
		return false;
	*ret = v.type == MM_TYPE_DATE ? v.integer * DAY_MS + (is_end ? DAY_MS - 1 : 0) : v.integer;
	return true;
}

/* A layer without times holds at all times; a row of which one end is unknown is open there. */
static bool holds_in_period(struct run *r, uint32_t row)
{
	int64_t begin = INT64_MIN, end = INT64_MAX;
	bool known;

	if (r->begin_field == SIZE_MAX)
		return true;
	known = row_time(r, row, r->begin_field, false, &begin);
	known |= row_time(r, row, r->end_field, true, &end);
	return known && begin <= r->query->period.end_ms && end >= r->query->period.begin_ms;
}

static bool has_values(struct run *r, uint32_t row)
{
	for (size_t i = 0; i < r->query->equal_count; i++)
		if (!mm_wanted_equals(r->layer, &r->wanted[i], row))
			return false;
	return true;
}

static bool has_words(struct run *r, uint32_t row)
{
	return mm_words_match(r->query->words, row);
}

static bool passes_filter(struct run *r, uint32_t row)
{
	const bool passes = mm_filter_run_test(r->query->filter, row);

	if (mm_filter_run_is_late(r->query->filter))
		r->rc = MM_E_BUSY;
	return passes && !r->rc;
}

/* The geometry with its vertices in the system of the window: in two steps, as PROJ goes astray between some
 * pairs of systems, but not on the way by WGS 84. */
static bool to_window(struct run *r, struct mm_geom *g)
{
	if (r->is_box_own || (mm_transform_is_identity(r->to_deg) && !r->to_box))
		return true;
	if (g->vertex_count > r->scratch_cap) {
		r->scratch_cap = g->vertex_count + 1024;
		free(r->scratch);
		r->scratch = calloc(r->scratch_cap, 2 * sizeof(double));
		if (!r->scratch) {
			r->scratch_cap = 0;
			r->rc = MM_E_NOMEM;
			return false;
		}
	}
	memcpy(r->scratch, g->xy, g->vertex_count * 2 * sizeof(double));
	(void)mm_transform_points(r->to_deg, r->scratch, g->vertex_count);
	if (r->to_box)
		(void)mm_transform_points(r->to_box, r->scratch, g->vertex_count);
	g->xy = r->scratch;
	return true;
}

/* Exact where the row's box on the world square does not settle it. */
static bool meets(struct run *r, uint32_t row, const struct window *w)
{
	const struct mm_world_box *inner = &w->inner;
	struct mm_world_box have;
	struct mm_geom g;

	if (mm_layer_box_world(r->layer, row, &have) && inner->min_x <= have.min_x &&
	    inner->min_y <= have.min_y && inner->max_x >= have.max_x && inner->max_y >= have.max_y)
		return true;
	mm_layer_geom(r->layer, row, &g);
	return to_window(r, &g) && mm_geom_meets_box(&g, w->box);
}

static bool meets_window(struct run *r, uint32_t row)
{
	for (size_t i = 0; i < r->window_count; i++)
		if (meets(r, row, &r->window[i]))
			return true;
	return false;
}

static bool is_late(struct run *r)
{
	if (++r->tested % (r->query->filter ? DEADLINE_EVERY_SLOW : DEADLINE_EVERY) || !r->query->deadline_ns)
		return false;
	if (mm_clock_mono_ns() < r->query->deadline_ns)
		return false;
	r->rc = MM_E_BUSY;
	return true;
}

/* The same with a note of who let how many pass, and how long it took. */
static bool passes_noted(struct run *r, uint32_t row)
{
	struct mm_plan *plan = r->query->plan;

	plan->candidates++;
	for (size_t i = 0; i < r->condition_count; i++) {
		const int64_t begin = mm_clock_mono_ns();
		const bool holds = r->condition[i].holds(r, row);

		plan->step[i].ns += mm_clock_mono_ns() - begin;
		plan->step[i].looked_at++;
		plan->step[i].kept += holds;
		if (!holds)
			return false;
	}
	return true;
}

static bool passes(struct run *r, uint32_t row)
{
	if (r->query->plan)
		return passes_noted(r, row);
	for (size_t i = 0; i < r->condition_count; i++)
		if (!r->condition[i].holds(r, row))
			return false;
	return true;
}

/* Keeps a row if it matches; false: time or memory is up. */
static bool visit(void *ctx, uint32_t row)
{
	struct run *r = ctx;

	if (is_late(r))
		return false;
	if (passes(r, row))
		r->row[r->count++] = row;
	return r->rc == MM_OK;
}

/* What lies wholly in here lies in the window whatever way coordinates were rounded. */
static struct mm_world_box shrink(struct mm_world_box b)
{
	enum { MARGIN = 4 };

	if (b.max_x - b.min_x < 2 * MARGIN || b.max_y - b.min_y < 2 * MARGIN)
		return (struct mm_world_box){1, 1, 0, 0};
	return (struct mm_world_box){b.min_x + MARGIN, b.min_y + MARGIN, b.max_x - MARGIN, b.max_y - MARGIN};
}

static int by_row(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* What may meet a window of another system: its edges are bent on the world square, by less than a tenth of
 * its size where the system is of any use. */
static void search_window_of(struct run *r)
{
	const struct mm_box deg = mm_transform_box(r->from_box, &r->query->box_xy);
	const double more_x = (deg.max_x - deg.min_x) / 10, more_y = (deg.max_y - deg.min_y) / 10;
	const struct mm_box wide = {fmax(deg.min_x - more_x, -180), fmax(deg.min_y - more_y, -90),
				    fmin(deg.max_x + more_x, 180), fmin(deg.max_y + more_y, 90)};
	struct mm_world_box around;

	if (mm_box_is_empty(&deg))
		return;
	around = mm_world_box_around(&wide);
	mm_rtree_search(mm_layer_rtree(r->layer), &around, visit, r);
}

/* In source order, each once: two windows may have the same row. */
static void put_in_order(struct run *r)
{
	uint32_t unique = 0;

	qsort(r->row, r->count, sizeof(*r->row), by_row);
	for (uint32_t i = 0; i < r->count; i++)
		if (i == 0 || r->row[i] != r->row[i - 1])
			r->row[unique++] = r->row[i];
	r->count = unique;
}

static void search_windows(struct run *r)
{
	for (size_t i = 0; !r->query->box_crs && i < r->query->box_count && r->rc == MM_OK; i++) {
		const struct mm_world_box around = mm_world_box_around(&r->query->box_deg[i]);

		mm_rtree_search(mm_layer_rtree(r->layer), &around, visit, r);
	}
	if (r->query->box_crs)
		search_window_of(r);
	put_in_order(r);
}

/* A row that lies in several boxes is tested once. */
static bool visit_once(void *ctx, uint32_t row)
{
	struct run *r = ctx;
	const uint8_t bit = (uint8_t)(1u << row % 8);

	if (r->seen[row / 8] & bit)
		return true;
	r->seen[row / 8] |= bit;
	return visit(r, row);
}

static void search_parts(struct run *r, const struct mm_box *box, size_t count)
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
	put_in_order(r);
}

/* What the filter's own window leaves; the filter then tells. */
static void search_filter_box(struct run *r, const struct mm_box *deg)
{
	const struct mm_world_box around = mm_world_box_around(deg);
	size_t count;
	const struct mm_box *part = mm_filter_run_part_boxes(r->query->filter, &count);

	if (mm_box_is_empty(deg))
		return;
	if (part) {
		search_parts(r, part, count);
		return;
	}
	mm_rtree_search(mm_layer_rtree(r->layer), &around, visit, r);
	put_in_order(r);
}

/* Where ids have settled which rows it can be. */
static void scan_listed(struct run *r, const uint32_t *row, size_t count)
{
	for (size_t i = 0; i < count && visit(r, row[i]); i++)
		;
}

static void find_rows(struct run *r)
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
	if (q->plan)
		q->plan->way = way;
}

static void add_condition(struct run *r, enum mm_plan_condition what, bool (*holds)(struct run *, uint32_t))
{
	if (r->query->plan)
		r->query->plan->step[r->condition_count].what = what;
	r->condition[r->condition_count++] = (struct condition){what, holds};
}

/* The cheapest first. */
static void add_conditions(struct run *r)
{
	const struct mm_query *q = r->query;

	if (q->equal_count)
		add_condition(r, MM_PLAN_VALUES, has_values);
	if (q->has_period)
		add_condition(r, MM_PLAN_PERIOD, holds_in_period);
	if (q->words)
		add_condition(r, MM_PLAN_WORDS, has_words);
	if (q->has_box)
		add_condition(r, MM_PLAN_WINDOW, meets_window);
	if (q->filter)
		add_condition(r, MM_PLAN_FILTER, passes_filter);
	if (q->plan)
		q->plan->step_count = r->condition_count;
}

static enum mm_code prepare_window(struct run *r, struct mm_proj *proj, struct mm_err *reterr)
{
	const char *own = mm_layer_schema(r->layer)->crs_definition, *crs = r->query->box_crs;
	enum mm_code rc = mm_transform_get(proj, own, MM_CRS84, &r->to_deg, reterr);

	if (rc || !crs)
		return rc;
	rc = mm_transform_get(proj, crs, MM_CRS84, &r->from_box, reterr);
	r->is_box_own = strcmp(own, crs) == 0;
	if (!rc && !r->is_box_own)
		rc = mm_transform_get(proj, MM_CRS84, crs, &r->to_box, reterr);
	return rc;
}

static void set_windows(struct run *r)
{
	const struct mm_query *q = r->query;

	if (q->box_crs) {
		r->window[0] = (struct window){&q->box_xy, {1, 1, 0, 0}};
		r->window_count = 1;
		return;
	}
	for (size_t i = 0; i < q->box_count; i++)
		r->window[r->window_count++] =
		    (struct window){&q->box_deg[i], shrink(mm_world_box_around(&q->box_deg[i]))};
}

static enum mm_code prepare(struct run *r, struct mm_proj *proj, struct mm_err *reterr)
{
	const struct mm_schema *s = mm_layer_schema(r->layer);
	size_t windows = r->query->has_box && !r->query->box_crs ? r->query->box_count : 1;
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < r->query->equal_count && !rc; i++)
		rc = mm_wanted_read(r->layer, &r->query->equal[i], &r->wanted[i], reterr);
	if (rc)
		return rc;
	mm_query_time_fields(s, &r->begin_field, &r->end_field);
	if (r->query->has_box) {
		set_windows(r);
		rc = prepare_window(r, proj, reterr);
	}
	if (rc)
		return rc;
	add_conditions(r);
	r->row = mm_arena_array(r->mem, mm_layer_count(r->layer) * windows + 1, sizeof(*r->row));
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
	struct run r = {.layer = l, .query = q, .mem = mem};
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
