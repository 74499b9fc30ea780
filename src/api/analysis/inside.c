#include "api/analysis/inside.h"

#include "api/crs.h"
#include "api/out.h"
#include "base/clock.h"
#include "base/stop.h"
#include "query/filter.h"
#include "query/filter_bind.h"
#include "query/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MEMORY_BYTES = 64 << 20,
	SLICE_NS =
	    4 * 1000000, /* what a piece of a stream may take from the other connections of its thread */
	PROGRESS_NS = 100 * 1000000 /* between two lines of progress */
};

#define TYPE_CSV    "text/csv; charset=utf-8"
#define TYPE_NDJSON "application/x-ndjson"

enum format { FORMAT_JSON, FORMAT_CSV, FORMAT_NDJSON };

/* A report that is sent while it is made. */
struct stream {
	struct mm_inside_report rep;
	int64_t said_ns; /* when progress was last told */
};

/* ---- from beginning to end ---- */

static void release(struct mm_inside_report *rep)
{
	for (size_t i = 0; i < rep->layer_count; i++)
		mm_inside_end(rep->job[i]);
	if (rep->kit) {
		mm_topo_shape_free(rep->kit->topo, rep->shape);
		mm_topo_limit(rep->kit->topo, 0);
	}
	mm_kits_give(rep->kits, rep->kit);
	(void)mm_catalog_unref(rep->catalog);
	mm_arena_release(&rep->mem);
}

/* In which system metres are measured, as clients name it. */
static enum mm_code find_crs(const struct mm_request *r, struct mm_inside_report *rep, struct mm_err *reterr)
{
	struct mm_out_crs crs[MM_OUT_CRS_MAX];
	size_t count = 0, storage;
	enum mm_code rc = MM_OK;

	rep->crs_uri = "";
	if (rep->layer_count)
		rc = mm_out_crs_list(r, rep->catalog, mm_layer_schema(rep->layer[0]), crs, &count, &storage,
				     reterr);
	for (size_t i = 0; i < count && !rc; i++)
		if (strcmp(crs[i].definition, rep->definition) == 0)
			rep->crs_uri = mm_arena_text(&rep->mem, crs[i].uri, strlen(crs[i].uri));
	return rc ? rc : rep->crs_uri ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code begin(const struct mm_api *api, const struct mm_request *r, struct mm_inside_report *rep,
			  struct mm_err *reterr)
{
	enum mm_code rc;

	*rep = (struct mm_inside_report){.kits = api->kits, .mended = "", .of_collection = "", .of_id = ""};
	mm_arena_init(&rep->mem, MEMORY_BYTES);
	rep->deadline_ns = mm_clock_mono_ns() + (int64_t)MM_INSIDE_DEADLINE_MS * 1000000;
	rc = mm_out_catalog(api, &rep->catalog, reterr);
	if (!rc)
		rc = mm_kits_take(api->kits, &rep->kit, reterr);
	if (rc)
		return rc;
	rep->definition = mm_catalog_map(rep->catalog)->crs_definition;
	mm_topo_limit(rep->kit->topo, rep->deadline_ns);
	rc = mm_inside_ask(r, rep, reterr);
	return rc ? rc : find_crs(r, rep, reterr);
}

/* ---- one layer after the other ---- */

static enum mm_code fail_filter(const struct mm_inside_report *rep, enum mm_code rc, const struct mm_err *why,
				struct mm_err *reterr)
{
	return mm_fail(reterr, rc, "filters", "%.64s: %.400s", mm_layer_schema(rep->layer[rep->at])->id,
		       why->msg);
}

static enum mm_code make_filter(struct mm_inside_report *rep, struct mm_filter_run **ret,
				struct mm_err *reterr)
{
	const struct mm_layer *l = rep->layer[rep->at];
	const char *text = rep->filter[rep->at];
	const struct mm_filter_crs in = {
	    .metric = rep->definition, .deadline_ns = rep->deadline_ns, .catalog = rep->catalog};
	struct mm_filter *f = NULL;
	struct mm_err why = {0};
	enum mm_code rc;

	if (!*text)
		return MM_OK;
	rc = mm_cql2_text_parse(text, &rep->mem, &f, &why);
	if (!rc)
		rc = mm_filter_bind(f, text, mm_layer_schema(l), &rep->mem, &why);
	if (!rc)
		rc = mm_filter_run_new(f, l, &in, rep->kit, ret, &why);
	return rc ? fail_filter(rep, rc, &why, reterr) : MM_OK;
}

/* A little more than the area: borders that are straight in the map's system are bent in degrees. */
static struct mm_box widened(const struct mm_box *b)
{
	const double x = (b->max_x - b->min_x) * 0.01 + 1e-6, y = (b->max_y - b->min_y) * 0.01 + 1e-6;

	return (struct mm_box){b->min_x - x, b->min_y - y, b->max_x + x, b->max_y + y};
}

static enum mm_code begin_layer(struct mm_inside_report *rep, struct mm_err *reterr)
{
	const struct mm_layer *l = rep->layer[rep->at];
	struct mm_query q = {.has_box = true,
			     .box_deg = {widened(&rep->box_deg)},
			     .box_count = 1,
			     .deadline_ns = rep->deadline_ns};
	struct mm_filter_run *filter = NULL;
	struct mm_page page = {0};
	enum mm_code rc = make_filter(rep, &filter, reterr);

	q.filter = filter;
	if (!rc)
		rc = mm_query_run(l, &q, rep->kit->proj, 0, UINT32_MAX, &rep->mem, &page, reterr);
	mm_filter_run_free(filter);
	mm_topo_limit(rep->kit->topo, rep->deadline_ns); /* a filter sets its own */
	rep->rows[rep->at] = page.count;
	return rc ? rc
		  : mm_inside_begin(l, rep->shape, page.row, page.count, rep->definition, rep->kit, &rep->mem,
				    &rep->job[rep->at], reterr);
}

static enum mm_code advance(struct mm_inside_report *rep, int64_t until_ns, bool *ret_is_done,
			    struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	while (rep->at < rep->layer_count && !rc) {
		bool is_done = false;

		if (mm_stop_is_due(rep->deadline_ns))
			return mm_fail(reterr, MM_E_BUSY, "",
				       "it took too long: ask for a smaller area or for fewer collections");
		if (!rep->job[rep->at])
			rc = begin_layer(rep, reterr);
		if (!rc)
			rc = mm_inside_step(rep->job[rep->at], until_ns, &is_done, reterr);
		rep->at += !rc && is_done;
		if (mm_clock_mono_ns() >= until_ns)
			break;
	}
	*ret_is_done = rep->at == rep->layer_count;
	return rc;
}

/* ---- a stream ---- */

static void put_progress(const struct mm_inside_report *rep, struct mm_json *j)
{
	const struct mm_inside_job *job = rep->job[rep->at];
	const double of_layer =
	    job && rep->rows[rep->at] ? (double)mm_inside_seen(job) / rep->rows[rep->at] : 0;
	char share[16];
	const int n =
	    snprintf(share, sizeof(share), "%.3f", ((double)rep->at + of_layer) / (double)rep->layer_count);

	mm_json_open(j, NULL, '{');
	mm_json_raw(j, "progress", share, (size_t)n);
	mm_json_text(j, "collection", mm_layer_schema(rep->layer[rep->at])->id);
	mm_json_close(j, '}');
}

static bool read_piece(void *state, struct mm_buf *out, bool *ret_is_done)
{
	struct stream *s = state;
	struct mm_json j = mm_json_on(out);
	struct mm_err err = {0};
	const int64_t now = mm_clock_mono_ns();
	const enum mm_code rc = advance(&s->rep, now + SLICE_NS, ret_is_done, &err);

	if (rc) {
		*ret_is_done = true;
		mm_json_open(&j, NULL, '{');
		mm_json_open(&j, "error", '{');
		mm_json_text(&j, "code", mm_code_name(rc));
		mm_json_text(&j, "where", err.where);
		mm_json_text(&j, "detail", rc == MM_E_INTERNAL ? "internal error" : err.msg);
		mm_json_close(&j, '}');
		mm_json_close(&j, '}');
	} else if (*ret_is_done) {
		mm_json_open(&j, NULL, '{');
		mm_json_key(&j, "result");
		j.comma = false;
		mm_inside_put_json(&s->rep, &j);
		mm_json_close(&j, '}');
	} else if (now - s->said_ns >= PROGRESS_NS) {
		s->said_ns = now;
		put_progress(&s->rep, &j);
	}
	mm_buf_byte(out, '\n'); /* an empty line says that it is still being worked on */
	return !out->failed;
}

static void close_stream(void *state)
{
	struct stream *s = state;

	release(&s->rep);
	free(s);
}

/* ---- answers ---- */

static enum mm_code answer_whole(const struct mm_request *r, enum format f, struct mm_inside_report *rep,
				 struct mm_response *rs, struct mm_err *reterr)
{
	struct mm_json j = mm_json_on(&rs->body);
	bool is_done = false;
	enum mm_code rc = advance(rep, INT64_MAX, &is_done, reterr);

	if (rc)
		return rc;
	if (f == FORMAT_JSON) {
		mm_inside_put_json(rep, &j);
		return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
	}
	mm_inside_put_csv(rep, mm_request_lang(r, "ru"), &rs->body);
	mm_response_header(rs, "Content-Disposition", "attachment; filename=\"inside.csv\"");
	return mm_out_done(rs, TYPE_CSV, reterr);
}

enum mm_code mm_api_inside(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	static const struct mm_offer offers[] = {
	    {MM_TYPE_JSON_MEDIA, "json"}, {"text/csv", "csv"}, {TYPE_NDJSON, "ndjson"}};
	const struct mm_api *api = ctx;
	struct stream *s = NULL;
	size_t f = 0;
	enum mm_code rc = mm_negotiate(r, offers, 3, &f, reterr);

	if (rc)
		return rc;
	s = calloc(1, sizeof(*s));
	if (!s)
		return mm_fail_nomem(reterr);
	rc = begin(api, r, &s->rep, reterr);
	if (!rc && f == FORMAT_NDJSON) {
		rs->content_type = TYPE_NDJSON;
		rs->no_compress = true; /* lines are to come as they are made */
		rs->source = (struct mm_body_source){read_piece, close_stream, s};
		return MM_OK;
	}
	if (!rc)
		rc = answer_whole(r, (enum format)f, &s->rep, rs, reterr);
	close_stream(s);
	return rc;
}
