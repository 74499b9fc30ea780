#include "api/out.h"
#include "api/prints/jobs.h"
#include "api/prints/prints.h"
#include "base/hash.h"
#include "http/events.h"

#include <inttypes.h>
#include <string.h>

/* "/print/jobs/{id}": how a job stands, its events, its result; DELETE cancels it. */

void mm_print_put_job(const struct mm_request *r, const struct mm_job_state *s, struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);
	const char *path = mm_arena_printf(r->mem, "/print/jobs/%s", s->id);
	const char *events = mm_arena_printf(r->mem, "/print/jobs/%s/events", s->id);
	const char *result = mm_arena_printf(r->mem, "/print/jobs/%s/result", s->id);

	if (!path || !events || !result)
		return;
	mm_json_open(&j, NULL, '{');
	mm_job_put(s, &j);
	mm_json_open(&j, "links", '[');
	mm_out_link(&j, r, path, "self", MM_TYPE_JSON_MEDIA, NULL);
	if (s->status < MM_JOB_DONE) {
		mm_out_link(&j, r, events, "monitor", "text/event-stream", "How it goes");
		mm_out_link(&j, r, path, "cancel", MM_TYPE_JSON_MEDIA, "DELETE cancels it");
	}
	if (s->status <= MM_JOB_DONE)
		mm_out_link(&j, r, result, "http://www.opengis.net/def/rel/ogc/1.0/results", NULL,
			    "The file");
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
}

enum mm_code mm_api_print_job(void *ctx, const struct mm_request *r, struct mm_response *rs,
			      struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	struct mm_job_state s;
	enum mm_code rc = mm_request_only(r, NULL, 0, reterr);

	if (!rc && r->method == MM_DELETE) {
		rc = mm_jobs_cancel(api->prints, mm_out_segment(r, 2), reterr);
		rs->status = rc ? rs->status : 204;
		return rc;
	}
	if (!rc)
		rc = mm_jobs_state(api->prints, mm_out_segment(r, 2), &s, reterr);
	if (rc)
		return rc;
	rs->cache_control = "no-store";
	mm_print_put_job(r, &s, &rs->body);
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}

/* ---- events ---- */

/* The members that events have, in the request's memory. */
static const char *words_of(const struct mm_request *r, const struct mm_job_state *s)
{
	struct mm_buf b;
	struct mm_json j;
	const char *text;

	mm_buf_init(&b, 4096);
	j = mm_json_on(&b);
	mm_json_open(&j, NULL, '{');
	mm_job_put(s, &j);
	mm_json_close(&j, '}');
	text = b.failed ? NULL : mm_arena_text(r->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return text;
}

enum mm_code mm_api_print_events(void *ctx, const struct mm_request *r, struct mm_response *rs,
				 struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	struct mm_events_ask *ask = mm_arena_alloc(r->mem, sizeof(*ask));
	const char **topic = mm_arena_alloc(r->mem, sizeof(*topic)), *words;
	struct mm_job_state s;
	enum mm_code rc = mm_request_only(r, NULL, 0, reterr);

	if (!ask || !topic)
		return mm_fail_nomem(reterr);
	/* the place first: what is published between the two is told, and not lost */
	*ask = (struct mm_events_ask){.events = mm_jobs_events(api->prints),
				      .topic = topic,
				      .topic_count = 1,
				      .from = mm_events_position(mm_jobs_events(api->prints)),
				      .hello_name = "progress",
				      .ends = true};
	if (!rc)
		rc = mm_jobs_state(api->prints, mm_out_segment(r, 2), &s, reterr);
	if (rc)
		return rc;
	words = words_of(r, &s);
	topic[0] = mm_arena_text(r->mem, s.id, strlen(s.id));
	if (!words || !topic[0])
		return mm_fail_nomem(reterr);
	rs->content_type = "text/event-stream";
	rs->no_compress = true;
	rs->cache_control = "no-store";
	mm_response_header(rs, "X-Accel-Buffering", "no"); /* nginx passes events on at once */
	if (s.status < MM_JOB_DONE) {
		ask->hello = words;
		rs->events = ask;
		return MM_OK;
	}
	mm_buf_printf(&rs->body, "event: %s\ndata: %s\n\n", mm_job_status_name(s.status), words);
	return mm_out_done(rs, rs->content_type, reterr);
}

/* ---- the result ---- */

enum mm_code mm_api_print_result(void *ctx, const struct mm_request *r, struct mm_response *rs,
				 struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	struct mm_job_result made;
	enum mm_code rc = mm_request_only(r, NULL, 0, reterr);

	if (!rc)
		rc = mm_jobs_result(api->prints, mm_out_segment(r, 2), &made, reterr);
	if (rc)
		return rc;
	mm_print_put_headers(r, &made, rs);
	rs->cache_control = NULL;
	rs->etag = mm_arena_printf(r->mem, "%016" PRIx64, mm_hash64(made.bytes->data, made.bytes->len, 0));
	if (rs->no_compress) {
		rs->shared = made.bytes;
		return MM_OK;
	}
	mm_buf_put(&rs->body, made.bytes->data, made.bytes->len); /* a drawing is packed on its way */
	(void)mm_shared_unref(made.bytes);
	return rs->body.failed ? mm_fail(reterr, MM_E_LIMIT, "", "the drawing is too large: print it as pdf")
			       : MM_OK;
}
