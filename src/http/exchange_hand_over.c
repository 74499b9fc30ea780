#include "http/body_stream.h"
#include "http/events_private.h"
#include "http/exchange_private.h"
#include "http/send.h"

/* What a handler has filled in goes to the library. */

void mm_exchange_give_arena(struct exchange *x)
{
	if (x->mem)
		mm_arena_clear(x->mem);
	mm_pool_give(x->server->arenas, x->mem);
	x->mem = NULL;
}

const char *mm_exchange_words(struct exchange *x, const struct mm_err *err)
{
	return mm_arena_printf(x->mem, "%s%s%s", err->where, err->where[0] ? ": " : "", err->msg);
}

/* Begins the stream that a handler has answered with; NULL: not to this request, or `rs` now says why not. */
static struct mm_event_stream *open_stream(struct exchange *x, struct mm_response *rs, const char **error)
{
	struct mm_event_stream *stream = NULL;
	struct mm_err err = {0};

	if (rs->status != 200 || x->r->method != MM_GET)
		return NULL;
	if (!atomic_load(&x->server->draining) &&
	    mm_event_stream_open(rs->events, x->mhd, x->connection, x->server->options.idle_timeout_s,
				 &stream, &err) == MM_OK)
		return stream;
	if (!err.code)
		(void)mm_fail(&err, MM_E_BUSY, "", "the server is stopping: try again");
	*error = mm_exchange_words(x, &err);
	if (err.code == MM_E_LIMIT) /* what one client may have, and not what one may send */
		mm_response_problem_status(rs, x->r, 429, mm_arena_text(x->mem, err.msg, strlen(err.msg)));
	else
		mm_response_problem(rs, x->r, &err);
	return NULL;
}

/* Hands a finished reply to the library. */
static bool send_reply(struct exchange *x, struct mm_reply *reply, struct mm_event_stream *events, bool close)
{
	const int64_t idle_s = x->server->options.idle_timeout_s;

	if (events)
		return mm_send_events(x->mhd, reply, events);
	if (!reply->stream)
		return mm_send(x->server, x->mhd, reply, close);
	mm_body_stream_send(reply->stream, x->connection, idle_s * 1000000000, &x->access.bytes);
	return mm_send_stream(x->server, x->mhd, reply, x->r->method == MM_HEAD, close);
}

/* Makes the reply and hands it to the library. */
static bool send_made(struct exchange *x, struct mm_response *rs, struct mm_event_stream *events, bool close,
		      int *ret_status, uint64_t *ret_bytes)
{
	struct mm_reply reply;
	bool fine;

	mm_reply_finish(&reply, rs, x->r);
	*ret_status = reply.status;
	*ret_bytes = mm_reply_size(&reply);
	fine = send_reply(x, &reply, events, close);
	if (!fine) { /* no memory, or slow clients hold all there is: a small answer may still go */
		mm_response_problem_status(rs, x->r, 503, "too many answers are on their way: try again");
		mm_reply_finish(&reply, rs, x->r);
		*ret_status = reply.status;
		*ret_bytes = reply.body.len;
		fine = mm_send(x->server, x->mhd, &reply, true);
	}
	return fine;
}

void mm_exchange_release_response(struct mm_response *rs)
{
	mm_buf_release(&rs->body);
	rs->shared = mm_shared_unref(rs->shared);
	rs->kept = mm_kept_unref(rs->kept);
	mm_body_source_close(&rs->source);
	mm_response_close_file(rs);
}

enum MHD_Result mm_exchange_hand_over(struct exchange *x, struct mm_response *rs, bool close,
				      const char *error)
{
	struct mm_event_stream *events = rs->events ? open_stream(x, rs, &error) : NULL;
	uint64_t n = 0;
	int status = 0;
	bool fine;

	close = close || atomic_load(&x->server->draining);
	fine = (!close && mm_send_kept(x->mhd, rs, x->r, &status, &n)) ||
	       send_made(x, rs, events, close, &status, &n);
	mm_connection_set_deadline(x->connection, mm_exchange_in_seconds(x->server->options.idle_timeout_s +
									 n / MM_MIN_RATE_BYTES_S));
	mm_exchange_keep_access(x, status, x->r->method == MM_HEAD ? 0 : n, error);
	mm_exchange_release_response(rs);
	mm_exchange_give_arena(x);
	x->r = NULL;
	x->wire = NULL;
	x->rs = NULL;
	x->slow = NULL;
	return fine ? MHD_YES : MHD_NO;
}
