#include "api/prints/prints.h"

#include "api/out.h"
#include "api/prints/jobs.h"
#include "api/prints/order.h"
#include "base/clock.h"
#include "base/text.h"
#include "http/forwarded.h"
#include "http/slow.h"
#include "print/page/print.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* "POST /print": a plan to be made at once, or to be queued. */

static const int64_t DEADLINE_NS = 60 * INT64_C(1000000000);
enum { PREVIEW_DPI = 60 };

/* ---- what is asked for ---- */

bool mm_print_is_job(const struct mm_request *r)
{
	static const char word[] = "respond-async";
	const char *at = mm_request_header(r, "Prefer"); /* RFC 7240, 4.1 */

	while (at && *at) {
		const size_t n = strcspn(at, ",; ");

		if (n == sizeof(word) - 1 && strncasecmp(at, word, n) == 0)
			return true;
		at += n + strcspn(at + n, ",");
		at += strspn(at, ", ");
	}
	return false;
}

static enum mm_code check_request(const struct mm_request *r, struct mm_response *rs, bool *ret_is_refused,
				  struct mm_err *reterr)
{
	static const char *const known[] = {"preview", "lang"};
	static const char json[] = "application/json";
	const char *type = mm_request_header(r, "Content-Type");

	*ret_is_refused =
	    type && (strncasecmp(type, json, sizeof(json) - 1) != 0 || !strchr(" ;", type[sizeof(json) - 1]));
	if (!type || *ret_is_refused) {
		*ret_is_refused = true;
		mm_response_problem_status(rs, r, 415, "send the plan as application/json");
		return MM_OK;
	}
	if (r->body_len == 0)
		return mm_fail(
		    reterr, MM_E_INVALID, "",
		    "send a plan: {\"template\": \"situation\", \"title\": \"...\"}; see %s/print/schema",
		    r->base_url);
	if (r->body_len > MM_PRINT_PLAN_BYTES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "", "a plan has at most %d kB",
			       MM_PRINT_PLAN_BYTES_MAX >> 10);
	return mm_request_only(r, known, sizeof(known) / sizeof(known[0]), reterr);
}

static struct mm_order order_of(const struct mm_api *api, const struct mm_request *r,
				const struct mm_catalog *c)
{
	struct mm_order o = {.kits = api->kits,
			     .catalog = c,
			     .json = r->body,
			     .n = r->body_len,
			     .base_url = r->base_url,
			     .moment_s = mm_order_today_s(),
			     .cache = atomic_load(&api->exports),
			     .stop_fd = -1};
	const char *preview = mm_request_param(r, "preview");

	if (preview && strcmp(preview, "0") != 0 && strcmp(preview, "false") != 0)
		o.instead = (struct mm_order_instead){.output = "png", .dpi = PREVIEW_DPI, .is_single = true};
	return o;
}

/* ---- at once ---- */

static bool is_unwanted(void *ctx)
{
	return mm_slow_is_unwanted(((const struct mm_request *)ctx)->stop_fd);
}

void mm_print_put_headers(const struct mm_request *r, const struct mm_job_result *made,
			  struct mm_response *rs)
{
	const char *dot = strrchr(made->name, '.');
	struct mm_buf b;

	mm_buf_init(&b, 4096);
	mm_buf_printf(&b, "attachment; filename=\"plan%s\"; filename*=UTF-8''", dot ? dot : "");
	mm_text_put_url(&b, made->name, strlen(made->name));
	if (!b.failed)
		mm_response_header(rs, "Content-Disposition",
				   mm_arena_text(r->mem, (const char *)b.data, b.len));
	mm_buf_release(&b);
	mm_response_header(rs, "X-Munimap-Sheets", mm_arena_printf(r->mem, "%u", made->sheets));
	rs->content_type = made->media_type;
	rs->cache_control = "no-store";
	rs->no_compress = strcmp(made->media_type, "image/svg+xml") != 0;
}

static enum mm_code make_now(struct mm_order *o, const struct mm_request *r, struct mm_response *rs,
			     struct mm_err *reterr)
{
	struct mm_job_result made = {0};
	struct mm_buf b = {0};
	enum mm_code rc;

	o->deadline_ns = mm_clock_mono_ns() + DEADLINE_NS;
	o->is_unwanted = is_unwanted;
	o->stop_fd = r->stop_fd;
	o->ctx = (void *)(uintptr_t)r;
	rc = mm_order_make(o, &b, &made, reterr);
	if (rc) {
		mm_buf_release(&b);
		return rc;
	}
	mm_buf_release(&rs->body);
	rs->body = b;
	mm_print_put_headers(r, &made, rs);
	return MM_OK;
}

/* ---- as a job ---- */

struct print_work {
	struct mm_job_work work; /* first */
	struct mm_order order;
	char *json, *base_url; /* of the order */
	enum mm_lang lang;     /* of whoever ordered it */
};

static void release_work(struct mm_job_work *work)
{
	struct print_work *w = (struct print_work *)work;

	(void)mm_catalog_unref(w->order.catalog);
	free(w->json);
	free(w->base_url);
	free(w);
}

static bool is_job_unwanted(void *ctx)
{
	return mm_job_is_unwanted(ctx);
}

static void tell_progress(void *ctx, unsigned done, unsigned sheets)
{
	mm_job_progress(ctx, done, sheets);
}

static enum mm_lang lang_of_work(const void *work)
{
	return ((const struct print_work *)work)->lang;
}

static enum mm_code run_work(struct mm_job_work *work, struct mm_job *job, struct mm_job_result *ret,
			     struct mm_err *reterr)
{
	struct print_work *w = (struct print_work *)work;
	struct mm_buf b = {0};
	enum mm_code rc;

	w->order.is_unwanted = is_job_unwanted;
	w->order.progress = tell_progress;
	w->order.ctx = job;
	w->order.deadline_ns = mm_job_deadline_ns(job);
	mm_words_for(lang_of_work, w);
	rc = mm_order_make(&w->order, &b, ret, reterr);
	mm_words_for(NULL, NULL);
	if (!rc) {
		mm_buf_trim(&b);
		ret->bytes = mm_shared_from_buf(&b);
		rc = ret->bytes ? MM_OK : mm_fail_nomem(reterr);
	}
	mm_buf_release(&b);
	return rc;
}

/* Takes over the reference on the catalog, whatever it returns. */
static struct print_work *work_of(const struct mm_order *o)
{
	struct print_work *w = calloc(1, sizeof(*w));

	if (!w) {
		(void)mm_catalog_unref(o->catalog);
		return NULL;
	}
	w->work = (struct mm_job_work){run_work, release_work};
	w->order = *o;
	w->json = malloc(o->n);
	w->base_url = strdup(o->base_url);
	if (!w->json || !w->base_url) {
		release_work(&w->work);
		return NULL;
	}
	memcpy(w->json, o->json, o->n);
	w->order.json = w->json;
	w->order.base_url = w->base_url;
	return w;
}

/* Takes over the reference on the order's catalog. */
static enum mm_code queue(const struct mm_api *api, const struct mm_order *o, const struct mm_request *r,
			  struct mm_response *rs, struct mm_err *reterr)
{
	enum mm_code rc = mm_order_check(o, reterr);
	const char *client = mm_request_client_name(r);
	struct print_work *w;
	struct mm_job_state s = {.status = MM_JOB_QUEUED};

	if (rc) {
		(void)mm_catalog_unref(o->catalog);
		return rc;
	}
	w = client ? work_of(o) : NULL;
	if (!w)
		return mm_fail_nomem(reterr);
	w->lang = mm_request_speaks(r);
	rc = mm_jobs_add(api->prints, &w->work, client, s.id, reterr);
	if (rc)
		release_work(&w->work);
	if (rc == MM_E_LIMIT && reterr) {
		mm_response_problem_status(rs, r, 429,
					   mm_arena_text(r->mem, reterr->msg, strlen(reterr->msg)));
		return MM_OK;
	}
	if (rc)
		return rc;
	(void)!mm_jobs_state(api->prints, s.id, &s, NULL); /* it may run already */
	rs->status = 202;
	rs->cache_control = "no-store";
	mm_response_header(rs, "Location", mm_arena_printf(r->mem, "%s/print/jobs/%s", r->base_url, s.id));
	mm_response_header(rs, "Preference-Applied", "respond-async");
	mm_print_put_job(r, &s, &rs->body);
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}

enum mm_code mm_api_print(void *ctx, const struct mm_request *r, struct mm_response *rs,
			  struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	const struct mm_catalog *c = NULL;
	struct mm_order o;
	bool is_refused;
	enum mm_code rc = check_request(r, rs, &is_refused, reterr);

	if (rc || is_refused)
		return rc;
	rc = mm_out_catalog(api, &c, reterr);
	if (rc)
		return rc;
	o = order_of(api, r, c);
	if (mm_print_is_job(r))
		return queue(api, &o, r, rs, reterr);
	rc = make_now(&o, r, rs, reterr);
	(void)mm_catalog_unref(c);
	return rc;
}

/* ---- where it would lie ---- */

static void put_point(struct mm_json *j, const char *name, const double at[2])
{
	mm_json_open(j, name, '[');
	mm_json_double(j, NULL, at[0]);
	mm_json_double(j, NULL, at[1]);
	mm_json_close(j, ']');
}

/* "POST /print/frame": which ground the plan would show, for whoever draws a frame on a map. */
enum mm_code mm_api_print_frame(void *ctx, const struct mm_request *r, struct mm_response *rs,
				struct mm_err *reterr)
{
	struct mm_json j = mm_json_on(&rs->body);
	const struct mm_catalog *c = NULL;
	struct mm_print_frame f;
	struct mm_order o;
	bool is_refused;
	enum mm_code rc = check_request(r, rs, &is_refused, reterr);

	if (rc || is_refused)
		return rc;
	rc = mm_out_catalog(ctx, &c, reterr);
	if (rc)
		return rc;
	o = order_of(ctx, r, c);
	o.deadline_ns = mm_clock_mono_ns() + DEADLINE_NS;
	o.is_unwanted = is_unwanted;
	o.ctx = (void *)(uintptr_t)r;
	rc = mm_order_find_frame(&o, &f, reterr);
	(void)mm_catalog_unref(c);
	if (rc)
		return rc;
	mm_json_open(&j, NULL, '{');
	mm_json_open(&j, "corners", '[');
	for (int i = 0; i < 4; i++)
		put_point(&j, NULL, f.corner_deg[i]);
	mm_json_close(&j, ']');
	put_point(&j, "center", f.center_deg);
	mm_json_double(&j, "scale", f.scale);
	mm_json_double(&j, "width_mm", f.width_mm);
	mm_json_double(&j, "height_mm", f.height_mm);
	mm_json_int(&j, "sheets", f.sheets);
	mm_json_close(&j, '}');
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}
