#include "http/exchange_private.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/stop.h"
#include "http/gate.h"
#include "http/send.h"
#include "http/target.h"
#include "http/wire.h"

#include <stdlib.h>
#include <string.h>

enum {
	ARENA_FIRST = 64 * 1024, /* what an arena takes at once; counted while a body arrives */
	PROBLEM_MAX = 64 * 1024, /* path of 8 kB, encoded threefold, and words */
	PREFLIGHT_MAX_AGE_S = 86400,
	KEPT_TEXT = 1024 /* bytes of a buffer that the next request gets */
};

void *mm_exchange_new(void)
{
	return calloc(1, sizeof(struct exchange));
}

void mm_exchange_free(void *exchange)
{
	struct exchange *x = exchange;

	mm_buf_release(&x->target);
	mm_buf_release(&x->kept);
	free(x);
}

/* What is left of a buffer for the next request: usual sizes stay. */
static struct mm_buf emptied(struct mm_buf *b)
{
	if (b->cap > KEPT_TEXT)
		mm_buf_release(b);
	mm_buf_clear(b);
	return *b;
}

static void clear(struct exchange *x)
{
	*x = (struct exchange){
	    .target = emptied(&x->target), .kept = emptied(&x->kept), .codings = x->codings};
}

void *mm_exchange_log(void *cls, const char *target, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct mm_server *s = cls;
	struct exchange *x = info && info->socket_context ? mm_pool_take(s->exchanges) : NULL;
	char *question;

	if (!x)
		return NULL; /* the handler closes the connection */
	x->server = s;
	x->mhd = connection;
	x->connection = info->socket_context;
	mm_connection_begin(x->connection, mm_exchange_in_seconds(x->server->options.header_timeout_s));
	if (!target)
		return x;
	x->target_at = (uintptr_t)target;
	x->target_len = strlen(target);
	x->target.max = MM_TARGET_MAX + 2;
	if (x->target_len <= MM_TARGET_MAX)
		mm_buf_put(&x->target, target, x->target_len + 1);
	/*
	 * The query is ours from here. The library would make a list entry of each argument, and when those
	 * overflow its pool it stalls until the timeout instead of answering; it finds none in an empty
	 * query. The text lies in its own writable pool.
	 */
	question = strchr((char *)(uintptr_t)target, '?');
	if (question && question[1])
		question[1] = '\0';
	return x;
}

static struct mm_verdict refuse(int status, const char *why)
{
	return (struct mm_verdict){status, why};
}

static bool make_request(struct exchange *x)
{
	x->mem = mm_pool_take(x->server->arenas);
	if (!x->mem)
		return false;
	x->mem->cap = x->server->options.request_memory_bytes;
	x->r = mm_arena_room(x->mem, sizeof(*x->r));
	x->wire = mm_arena_room(x->mem, sizeof(*x->wire));
	if (!x->r || !x->wire)
		return false;
	/* their long lists stand at their ends, and are not read before they are written */
	memset(x->r, 0, offsetof(struct mm_request, param));
	memset(x->wire, 0, offsetof(struct mm_wire, line));
	x->wire->memo = &x->codings;
	x->r->mem = x->mem;
	x->r->stop_fd = -1;
	x->r->wire = x->wire;
	x->r->id = atomic_fetch_add(&x->server->next_id, 1) + 1;
	x->r->query = "";
	x->r->base_url = x->server->public_url ? x->server->public_url : "";
	x->r->client = mm_connection_client(x->connection);
	return true;
}

static unsigned allowed(const struct exchange *x)
{
	const struct mm_server_options *o = &x->server->options;

	return o->allow && x->r ? o->allow(o->ctx, x->r, x->allow) : x->allow;
}

/* In the form that clients of this path read. */
static void put_refusal(const struct exchange *x, struct mm_response *rs, struct mm_verdict v)
{
	const struct mm_server_options *o = &x->server->options;

	mm_words_for(mm_request_speaks, x->r);
	if (!o->refuse || !o->refuse(o->ctx, x->r, v.status, v.why, rs))
		mm_response_problem_status(rs, x->r, v.status, mm_words(v.why));
	mm_words_for(NULL, NULL);
	if (v.status == 405)
		mm_response_header(rs, "Allow", mm_gate_allow(allowed(x), x->r->mem));
}

/* Answers before the body is read: the library then closes the connection by itself. */
static enum MHD_Result send_refusal(struct exchange *x, struct mm_verdict v)
{
	struct mm_response rs = {.status = 200};

	mm_buf_init(&rs.body, PROBLEM_MAX);
	put_refusal(x, &rs, v);
	return mm_exchange_hand_over(x, &rs, true, v.why);
}

/* What is wrong with the path or the method, when no route was found. */
static struct mm_verdict no_route(const struct exchange *x)
{
	if (x->allow)
		return refuse(405, "this method is not allowed here: see the header Allow");
	if (mm_route_has_slash(x->r))
		return refuse(400, "an encoded slash is allowed in feature ids only");
	return refuse(404, "there is nothing at this path");
}

/* A body much larger than what is taken is refused at its beginning. A little one is read to its end, and
 * then refused, also where nobody takes any: answers before that are lost to clients that write first and
 * read then. See take_body. */
static bool is_much(const struct exchange *x)
{
	return !x->plan.chunked && x->plan.bytes / 2 >= x->server->options.max_body_bytes;
}

static enum MHD_Result expect_body(struct exchange *x)
{
	const struct mm_server_options *o = &x->server->options;
	const bool fits = !x->plan.chunked && x->plan.bytes <= o->max_body_bytes;
	const size_t most = !x->route ? 0 : fits ? (size_t)x->plan.bytes : o->max_body_bytes;

	if (!x->route && (x->plan.chunked || is_much(x) || mm_request_header(x->r, "Expect")))
		return send_refusal(x, no_route(x));
	if (is_much(x))
		return send_refusal(x, refuse(413, "the body is larger than this server takes"));
	if (!mm_held_take(x->server, most + ARENA_FIRST))
		return send_refusal(x, refuse(503, "too many bodies are on their way: try again"));
	x->held_bytes = most + ARENA_FIRST;
	mm_buf_init(&x->body, most);
	mm_connection_set_deadline(
	    x->connection,
	    mm_exchange_in_seconds(o->header_timeout_s +
				   (x->plan.chunked ? most : x->plan.bytes) / MM_MIN_RATE_BYTES_S));
	return MHD_YES;
}

/* An empty response; NULL: no memory. */
static struct mm_response *new_response(struct exchange *x)
{
	struct mm_response *rs = mm_arena_room(x->mem, sizeof(*rs));

	if (!rs)
		return NULL;
	*rs = (struct mm_response){.status = 200};
	mm_buf_init(&rs->body, x->server->options.request_memory_bytes);
	return rs;
}

/* Finds an answer that is ready: then the target need not be taken apart, and no route be found. */
static bool recall(struct exchange *x)
{
	const struct mm_server_options *o = &x->server->options;
	const bool is_read = x->r->method == MM_GET || x->r->method == MM_HEAD;
	struct mm_response *rs = o->recall && is_read && !x->plan.expected ? new_response(x) : NULL;

	if (!rs ||
	    (x->server->proxies.count && !mm_forwarded_apply(&x->server->proxies, x->server->public_url,
							     mm_connection_address(x->connection), x->r)))
		return false;
	x->r->path = (const char *)x->target.data;
	if (!o->recall(o->ctx, x->r, x->r->path, x->target_len, rs, &x->route))
		return false;
	x->wire->route = x->route;
	x->rs = rs;
	return true;
}

static enum MHD_Result begin(struct exchange *x, const char *method, const char *version)
{
	struct mm_verdict v;

	x->begun = true;
	x->answer_begin_ns = mm_clock_mono_ns();
	mm_connection_set_deadline(x->connection, 0); /* our time now, not the client's */
	if (!make_request(x))
		return MHD_NO;
	v = mm_exchange_check_head(x, method, version);
	if (!v.status && recall(x))
		return MHD_YES;
	if (!v.status)
		v = mm_exchange_read_target(x);
	if (v.status)
		return send_refusal(x, v);
	x->route = mm_routes_find(x->server->routes, x->r, &x->allow);
	x->wire->route = x->route;
	return x->plan.expected ? expect_body(x) : MHD_YES;
}

static enum MHD_Result take_body(struct exchange *x, const char *bytes, size_t *size)
{
	mm_buf_put(&x->body, bytes, *size);
	x->body_seen += *size;
	*size = 0;
	/* past its maximum it is swallowed, so that 413 reaches a client that reads only after writing; but
	 * not without end */
	return x->body_seen / 2 > x->server->options.max_body_bytes ? MHD_NO : MHD_YES;
}

/* OPTIONS: Allow for clients that look before they write (QGIS), and the CORS preflight. */
static void fill_options(struct exchange *x, struct mm_response *rs)
{
	const char *allow = mm_gate_allow(allowed(x), x->mem);

	rs->status = 204;
	mm_response_header(rs, "Allow", allow);
	if (!mm_request_header(x->r, "Access-Control-Request-Method"))
		return;
	mm_response_header(rs, "Access-Control-Allow-Methods", allow);
	mm_response_header(
	    rs, "Access-Control-Allow-Headers",
	    "Accept, Accept-Language, Authorization, Content-Type, Content-Crs, If-Match, If-None-Match, "
	    "If-Unmodified-Since, Prefer");
	mm_response_header(rs, "Access-Control-Max-Age", mm_arena_printf(x->mem, "%d", PREFLIGHT_MAX_AGE_S));
}

static const char *run_handler(struct exchange *x, struct mm_response *rs)
{
	struct mm_err err = {0};
	const char *error = NULL;
	enum mm_code rc;

	mm_words_for(mm_request_speaks, x->r);
	rc = x->route->handle(x->server->options.ctx, x->r, rs, &err);
	mm_words_for(NULL, NULL);
	if (!rc)
		return NULL;
	err.code = rc;
	error = mm_exchange_words(x, &err);
	if (rc == MM_E_NOT_FOUND && x->wire->not_acceptable)
		mm_response_problem_status(rs, x->r, 406, err.msg);
	else
		mm_response_problem(rs, x->r, &err);
	return error;
}

/* On a thread for slow answers, while the connection is suspended. Nothing is touched after it is resumed. */
static void run_slow(struct mm_slow_task *t)
{
	struct slow *slow = (struct slow *)t;
	struct exchange *x = slow->exchange;

	x->r->stop_fd = t->stop_fd;
	if (mm_slow_is_unwanted(t->stop_fd)) {
		slow->error = "the answer is not wanted any more";
		mm_response_problem_status(x->rs, x->r, 503, "the server is stopping: try again");
	} else {
		mm_stop_watch(t->stop_fd);
		slow->error = run_handler(x, x->rs);
		mm_stop_watch(-1);
	}
	slow->was_left = mm_slow_is_unwanted(t->stop_fd) && !atomic_load(&x->server->draining);
	x->r->stop_fd = -1;
	mm_slow_done(t);
	atomic_store(&slow->is_done, true);
	MHD_resume_connection(x->mhd);
}

/* Suspends the connection until the answer is there; or `rs` says that there is no place to wait. */
static bool begin_slow(struct exchange *x, struct mm_slow *pool, const char **error)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct slow *slow = mm_arena_alloc(x->mem, sizeof(*slow));

	if (slow && info) {
		*slow = (struct slow){.task = {.run = run_slow, .stop_fd = -1}, .exchange = x};
		if (mm_slow_enter(pool, &slow->task, info->connect_fd)) {
			x->slow = slow;
			MHD_suspend_connection(x->mhd);
			mm_slow_add(pool, &slow->task);
			return true;
		}
	}
	*error = MM_WORDS("too many answers that take long are being made: try again");
	put_refusal(x, x->rs, refuse(503, *error));
	return false;
}

static enum MHD_Result end_slow(struct exchange *x)
{
	if (!atomic_load(&x->slow->is_done))
		return MHD_YES;
	return x->slow->was_left ? MHD_NO : mm_exchange_hand_over(x, x->rs, false, x->slow->error);
}

/* The threads that are to make the answer; NULL: this one. */
static struct mm_slow *pool_for(const struct exchange *x)
{
	const struct mm_server_options *o = &x->server->options;
	const enum mm_pace pace = x->route && o->pace ? o->pace(x->route, x->r) : MM_PACE_QUICK;

	switch (pace) {
	case MM_PACE_QUERY:
		return x->server->queries;
	case MM_PACE_SLOW:
		return x->server->slow;
	case MM_PACE_LONG:
		return x->server->works;
	case MM_PACE_EDIT:
		return x->server->edits;
	default:
		return NULL;
	}
}

static enum MHD_Result answer(struct exchange *x)
{
	const char *error = NULL;
	struct mm_verdict v;

	if (x->rs)
		return mm_exchange_hand_over(x, x->rs, false, NULL);
	x->rs = new_response(x);
	if (!x->rs)
		return MHD_NO;
	x->answer_begin_ns = mm_clock_mono_ns();
	mm_connection_set_deadline(x->connection, 0);
	x->r->body = x->body.len ? x->body.data : NULL;
	x->r->body_len = x->body.len;
	if (x->r->method == MM_OPTIONS && x->allow) {
		fill_options(x, x->rs);
	} else if (x->route && x->body.failed) {
		error = MM_WORDS("the body is larger than this server takes");
		put_refusal(x, x->rs, refuse(413, error));
	} else if (pool_for(x)) {
		if (begin_slow(x, pool_for(x), &error))
			return MHD_YES;
	} else if (x->route) {
		error = run_handler(x, x->rs);
	} else {
		v = no_route(x);
		error = v.why;
		put_refusal(x, x->rs, v);
	}
	return mm_exchange_hand_over(x, x->rs, !x->route && x->plan.expected, error);
}

enum MHD_Result mm_exchange_handle(void *cls, struct MHD_Connection *connection, const char *url,
				   const char *method, const char *version, const char *upload,
				   size_t *upload_size, void **exchange)
{
	struct exchange *x = *exchange;

	(void)cls;
	(void)connection;
	(void)url; /* decoded and cut: the target was copied in mm_exchange_log */
	if (!x)
		return MHD_NO;
	if (!x->begun)
		return begin(x, method, version);
	if (*upload_size)
		return take_body(x, upload, upload_size);
	if (x->slow)
		return end_slow(x);
	return x->r ? answer(x) : MHD_YES;
}

void mm_exchange_completed(void *cls, struct MHD_Connection *connection, void **exchange,
			   enum MHD_RequestTerminationCode how)
{
	struct mm_server *s = cls;
	struct exchange *x = *exchange;

	(void)connection;
	(void)how;
	*exchange = NULL;
	if (!x)
		return;
	if (!x->access.status)
		mm_exchange_account_unanswered(x);
	mm_metrics_add(s->metrics, x->route, x->access.status, x->access.seconds, x->body_seen,
		       x->access.bytes);
	if (s->options.on_access) {
		const char **texts[] = {&x->access.path, &x->access.query, &x->access.client};

		for (size_t i = 0; i < 3; i++)
			*texts[i] = *texts[i] ? *texts[i] : "";
		s->options.on_access(s->options.ctx, &x->access);
	}
	mm_connection_end(s->connections, x->connection,
			  mm_exchange_in_seconds(s->options.idle_timeout_s + s->options.header_timeout_s));
	mm_held_return(s, x->held_bytes);
	if (x->rs) /* made, and not handed over */
		mm_exchange_release_response(x->rs);
	mm_buf_release(&x->body);
	mm_exchange_give_arena(x);
	clear(x);
	mm_pool_give(s->exchanges, x);
}
