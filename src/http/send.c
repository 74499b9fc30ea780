#include "http/send.h"

#include "http/body_stream.h"
#include "http/events_private.h"

#include <stdlib.h>

enum {
	HELD_MAX = 1024 * 1024 * 1024, /* bytes waiting for all slow clients together */
	EVENT_BLOCK = 2048,            /* an event or two */
	STREAM_BLOCK = 16 * 1024,
	STREAM_HOLDS = 4 * 1024 * 1024, /* counted for a body that is made while it is sent: 256 of them */
	HELD_SMALL = 64 * 1024          /* answers below it are not counted: 8192 of them are 512 MiB */
};

bool mm_held_take(struct mm_server *s, size_t n)
{
	size_t before = atomic_fetch_add(&s->held_bytes, n);

	if (before <= HELD_MAX && n <= HELD_MAX - before)
		return true;
	mm_held_return(s, n);
	return false;
}

void mm_held_return(struct mm_server *s, size_t n)
{
	(void)atomic_fetch_sub(&s->held_bytes, n);
}

struct held {
	struct mm_server *server;
	unsigned char *bytes;
	size_t n;
};

static void free_held(void *cls)
{
	struct held *h = cls;

	mm_held_return(h->server, h->n);
	free(h->bytes);
	free(h);
}

static void free_shared(void *cls)
{
	(void)mm_shared_unref(cls);
}

static struct MHD_Response *from_shared(struct mm_reply *p)
{
	/* the library's prototype is not const, it only reads */
	void *bytes = (void *)(uintptr_t)p->shared->data;
	struct MHD_Response *m = MHD_create_response_from_buffer_with_free_callback_cls(
	    p->shared->len, bytes, free_shared, p->shared);

	if (m)
		p->shared = NULL;
	return m;
}

static struct MHD_Response *from_large(struct mm_server *s, struct mm_reply *p)
{
	struct held *h = mm_held_take(s, p->body.len) ? malloc(sizeof(*h)) : NULL;
	struct MHD_Response *m;

	if (!h)
		return NULL;
	*h = (struct held){.server = s, .n = p->body.len, .bytes = p->body.data};
	m = MHD_create_response_from_buffer_with_free_callback_cls(h->n, h->bytes, free_held, h);
	mm_buf_init(&p->body, 0);
	if (!m)
		free_held(h);
	return m;
}

static struct MHD_Response *from_small(struct mm_reply *p)
{
	size_t n;
	unsigned char *bytes;
	struct MHD_Response *m;

	if (p->body.len == 0)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	bytes = mm_buf_take(&p->body, &n);
	m = MHD_create_response_from_buffer(n, bytes, MHD_RESPMEM_MUST_FREE);
	if (!m)
		free(bytes);
	return m;
}

/* Hands over what was made, with its headers. The reply is released. */
static bool queue(struct MHD_Connection *connection, struct MHD_Response *m, struct mm_reply *p, bool close)
{
	bool fine = m != NULL;

	for (size_t i = 0; fine && i < p->header_count; i++)
		fine = MHD_add_response_header(m, p->header[i].name, p->header[i].value) == MHD_YES;
	if (fine && close)
		fine = MHD_add_response_header(m, "Connection", "close") == MHD_YES;
	if (fine)
		fine = MHD_queue_response(connection, (unsigned)p->status, m) == MHD_YES;
	if (m && !(fine && !close && p->kept && mm_kept_put(p->kept, p->kept_as, m)))
		MHD_destroy_response(m); /* the connection has its own reference */
	mm_reply_release(p);
	return fine;
}

bool mm_send_kept(struct MHD_Connection *connection, const struct mm_response *rs, const struct mm_request *r,
		  int *ret_status, uint64_t *ret_bytes)
{
	enum mm_kept_as as = MM_KEPT_CONTENT;
	struct MHD_Response *m = mm_kept_is_for(rs, r, &as) ? mm_kept_find(rs->kept, as) : NULL;
	const bool is_content = as == MM_KEPT_CONTENT;
	const int status = is_content ? rs->status : 304;

	if (!m || MHD_queue_response(connection, (unsigned)status, m) != MHD_YES)
		return false;
	*ret_status = status;
	*ret_bytes = is_content && rs->shared ? rs->shared->len : 0;
	return true;
}

bool mm_send_events(struct MHD_Connection *connection, struct mm_reply *p, struct mm_event_stream *stream)
{
	struct MHD_Response *m = MHD_create_response_from_callback(
	    MHD_SIZE_UNKNOWN, EVENT_BLOCK, mm_event_stream_read, stream, mm_event_stream_close);

	if (!m)
		mm_event_stream_close(stream);
	return queue(connection, m, p, false);
}

/* A stream and what is counted for it. */
struct streamed {
	struct mm_server *server;
	struct mm_body_stream *stream;
};

static ssize_t read_streamed(void *cls, uint64_t pos, char *to, size_t max)
{
	const struct streamed *t = cls;

	return mm_body_stream_read(t->stream, pos, to, max);
}

static void free_streamed(void *cls)
{
	struct streamed *t = cls;

	mm_body_stream_close(t->stream);
	mm_held_return(t->server, STREAM_HOLDS);
	free(t);
}

bool mm_send_stream(struct mm_server *s, struct MHD_Connection *connection, struct mm_reply *p, bool is_head,
		    bool close)
{
	struct streamed *t = mm_held_take(s, STREAM_HOLDS) ? malloc(sizeof(*t)) : NULL;
	struct MHD_Response *m;

	if (!t)
		return queue(connection, NULL, p, close);
	*t = (struct streamed){s, p->stream};
	p->stream = NULL;
	m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_streamed, t,
					      free_streamed);
	if (!m)
		free_streamed(t);
	else if (is_head) /* the library would end even a body that it does not send with a last chunk */
		(void)MHD_set_response_options(m, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
	return queue(connection, m, p, close);
}

static struct MHD_Response *from_file(struct mm_reply *p)
{
	struct MHD_Response *m = MHD_create_response_from_fd64(p->file_size, p->fd);

	if (m)
		p->fd = -1; /* the library closes it */
	return m;
}

bool mm_send(struct mm_server *s, struct MHD_Connection *connection, struct mm_reply *p, bool close)
{
	struct MHD_Response *m = p->fd >= 0                  ? from_file(p)
				 : p->shared                 ? from_shared(p)
				 : p->body.len >= HELD_SMALL ? from_large(s, p)
							     : from_small(p);

	return queue(connection, m, p, close);
}
