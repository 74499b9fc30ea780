#include "query/query.h"

#include "base/clock.h"
#include "base/num.h"
#include "geo/mercator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEADLINE_EVERY = 4096, DEADLINE_EVERY_SLOW = 64, DAY_MS = 86400000 };

/* A condition "field equals" ready for a tight loop. */
struct wanted {
	size_t field;
	enum mm_type type;
	uint32_t code; /* TEXT, JSON: dictionary code, UINT32_MAX: no row has that text */
	int64_t integer;
	double real;
	bool boolean;
};

struct run {
	const struct mm_layer *layer;
	const struct mm_query *query;
	struct wanted wanted[MM_EQUALS_MAX];
	size_t begin_field, end_field;
	const struct mm_transform *to_deg;
	const struct mm_transform *to_box;   /* from degrees to the window's system; NULL: the window is in
						degrees,   or in the layer's own system */
	const struct mm_transform *from_box; /* back; NULL: the window is in degrees */
	bool is_box_own;                     /* the window is in the layer's own system */
	struct mm_arena *mem;
	uint32_t *row; /* all that match, in the order found */
	uint32_t count, tested;
	enum mm_code rc;
	double *scratch; /* vertices of one geometry in the window's system */
	size_t scratch_cap;
};

static uint32_t find_code(const struct mm_layer *l, size_t field, const char *text)
{
	size_t n = strlen(text);

	for (size_t code = 0; code < mm_layer_text_count(l, field); code++) {
		size_t len;
		const char *have = mm_layer_text(l, field, (uint32_t)code, &len);

		if (len == n && memcmp(have, text, n) == 0)
			return (uint32_t)code;
	}
	return UINT32_MAX;
}

static bool read_time(const char *text, enum mm_type type, int64_t *ret)
{
	bool is_date;
	int64_t ms;

	if (!mm_clock_parse(text, strlen(text), &ms, &is_date) || (type == MM_TYPE_DATE && !is_date))
		return false;
	*ret = type == MM_TYPE_DATE ? (ms >= 0 ? ms / DAY_MS : -((DAY_MS - 1 - ms) / DAY_MS)) : ms;
	return true;
}

static enum mm_code want(struct run *r, size_t i, struct mm_err *reterr)
{
	const struct mm_equal *e = &r->query->equal[i];
	const struct mm_field *f = &mm_layer_schema(r->layer)->field[e->field];
	struct wanted *w = &r->wanted[i];
	bool good = true;

	*w = (struct wanted){.field = e->field, .type = f->type};
	switch (f->type) {
	case MM_TYPE_INT:
		good = mm_num_parse_int(e->text, strlen(e->text), &w->integer);
		break;
	case MM_TYPE_REAL:
		good = mm_num_parse(e->text, strlen(e->text), &w->real);
		break;
	case MM_TYPE_BOOL:
		w->boolean = strcmp(e->text, "true") == 0;
		good = w->boolean || strcmp(e->text, "false") == 0;
		break;
	case MM_TYPE_DATE:
	case MM_TYPE_DATETIME:
		good = read_time(e->text, f->type, &w->integer);
		break;
	case MM_TYPE_TEXT:
		w->code = find_code(r->layer, e->field, e->text);
		break;
	case MM_TYPE_TIME:
	case MM_TYPE_JSON:
	case MM_TYPE_COUNT:
		return mm_fail(reterr, MM_E_INVALID, f->name,
			       "a field of type %s cannot be compared by equality", mm_type_name(f->type));
	}
	if (!good)
		return mm_fail(reterr, MM_E_INVALID, f->name, "\"%.60s\" is not a value of type %s", e->text,
			       mm_type_name(f->type));
	return MM_OK;
}

static bool equals(const struct run *r, const struct wanted *w, uint32_t row)
{
	struct mm_value v;

	if (w->type == MM_TYPE_TEXT)
		return w->code != UINT32_MAX && mm_layer_text_code(r->layer, row, w->field) == w->code;
	mm_layer_value(r->layer, row, w->field, &v);
	if (v.is_null)
		return false;
	if (w->type == MM_TYPE_REAL)
		return v.real == w->real;
	if (w->type == MM_TYPE_BOOL)
		return v.boolean == w->boolean;
	return v.integer == w->integer;
}

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
static bool holds_in_period(const struct run *r, uint32_t row)
{
	int64_t begin = INT64_MIN, end = INT64_MAX;
	bool known;

	if (r->begin_field == SIZE_MAX)
		return true;
	known = row_time(r, row, r->begin_field, false, &begin);
	known |= row_time(r, row, r->end_field, true, &end);
	return known && begin <= r->query->period.end_ms && end >= r->query->period.begin_ms;
}

static bool passes_columns(const struct run *r, uint32_t row)
{
	for (size_t i = 0; i < r->query->equal_count; i++)
		if (!equals(r, &r->wanted[i], row))
			return false;
	return !r->query->has_period || holds_in_period(r, row);
}

static bool passes_filter(struct run *r, uint32_t row)
{
	const bool passes = !r->query->filter || mm_filter_run_test(r->query->filter, row);

	if (r->query->filter && mm_filter_run_is_late(r->query->filter))
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
static bool meets(struct run *r, uint32_t row, const struct mm_box *window, const struct mm_world_box *inner)
{
	struct mm_world_box have;
	struct mm_geom g;

	if (mm_layer_box_world(r->layer, row, &have) && inner->min_x <= have.min_x &&
	    inner->min_y <= have.min_y && inner->max_x >= have.max_x && inner->max_y >= have.max_y)
		return true;
	mm_layer_geom(r->layer, row, &g);
	return to_window(r, &g) && mm_geom_meets_box(&g, window);
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

static void keep(struct run *r, uint32_t row)
{
	r->row[r->count++] = row;
}

struct window {
	struct run *run;
	const struct mm_box *box; /* in its own system */
	struct mm_world_box inner;
};

static bool visit(void *ctx, uint32_t row)
{
	struct window *w = ctx;

	if (is_late(w->run))
		return false;
	/* the cheapest first */
	if (passes_columns(w->run, row) && meets(w->run, row, w->box, &w->inner) &&
	    passes_filter(w->run, row))
		keep(w->run, row);
	return w->run->rc == MM_OK;
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
static void scan_window_of(struct run *r)
{
	const struct mm_box deg = mm_transform_box(r->from_box, &r->query->box_xy);
	const double more_x = (deg.max_x - deg.min_x) / 10, more_y = (deg.max_y - deg.min_y) / 10;
	const struct mm_box wide = {fmax(deg.min_x - more_x, -180), fmax(deg.min_y - more_y, -90),
				    fmin(deg.max_x + more_x, 180), fmin(deg.max_y + more_y, 90)};
	struct window w = {.run = r, .box = &r->query->box_xy, .inner = {1, 1, 0, 0}};
	struct mm_world_box around;

	if (mm_box_is_empty(&deg))
		return;
	around = mm_world_box_around(&wide);
	mm_rtree_search(mm_layer_rtree(r->layer), &around, visit, &w);
}

/* Rows in any of the windows, each once, in source order. */
static void scan_windows(struct run *r)
{
	uint32_t unique = 0;

	for (size_t i = 0; !r->query->box_crs && i < r->query->box_count && r->rc == MM_OK; i++) {
		struct mm_world_box around = mm_world_box_around(&r->query->box_deg[i]);
		struct window w = {.run = r, .box = &r->query->box_deg[i], .inner = shrink(around)};

		mm_rtree_search(mm_layer_rtree(r->layer), &around, visit, &w);
	}
	if (r->query->box_crs)
		scan_window_of(r);
	qsort(r->row, r->count, sizeof(*r->row), by_row);
	for (uint32_t i = 0; i < r->count; i++)
		if (i == 0 || r->row[i] != r->row[i - 1])
			r->row[unique++] = r->row[i];
	r->count = unique;
}

static bool visit_candidate(void *ctx, uint32_t row)
{
	struct run *r = ctx;

	if (is_late(r))
		return false;
	if (passes_columns(r, row) && passes_filter(r, row))
		keep(r, row);
	return r->rc == MM_OK;
}

/* What the filter's own window leaves; the filter then tells. */
static void scan_candidates(struct run *r, const struct mm_box *deg)
{
	const struct mm_world_box around = mm_world_box_around(deg);

	if (mm_box_is_empty(deg))
		return;
	mm_rtree_search(mm_layer_rtree(r->layer), &around, visit_candidate, r);
	qsort(r->row, r->count, sizeof(*r->row), by_row);
}

static void scan_rows(struct run *r)
{
	for (uint32_t row = 0; row < mm_layer_count(r->layer) && !r->rc && !is_late(r); row++)
		if (passes_columns(r, row) && passes_filter(r, row))
			keep(r, row);
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

static enum mm_code prepare(struct run *r, struct mm_proj *proj, struct mm_err *reterr)
{
	const struct mm_schema *s = mm_layer_schema(r->layer);
	size_t windows = r->query->has_box && !r->query->box_crs ? r->query->box_count : 1;
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < r->query->equal_count && !rc; i++)
		rc = want(r, i, reterr);
	if (rc)
		return rc;
	mm_query_time_fields(s, &r->begin_field, &r->end_field);
	if (r->query->has_box)
		rc = prepare_window(r, proj, reterr);
	if (rc)
		return rc;
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
	struct mm_box around;
	enum mm_code rc;

	if (!q->has_box && !q->has_period && !q->equal_count && !q->sort_count && !q->filter)
		return page_of_all(l, offset, limit, mem, ret, reterr);
	rc = prepare(&r, proj, reterr);
	if (rc)
		return rc;
	if (q->has_box)
		scan_windows(&r);
	else if (q->filter && mm_filter_run_box(q->filter, &around))
		scan_candidates(&r, &around);
	else
		scan_rows(&r);
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
	*ret = (struct mm_page){.matched = r.count};
	if (offset < r.count) {
		ret->row = r.row + offset;
		ret->count = r.count - offset < limit ? r.count - offset : limit;
	}
	return MM_OK;
}
