#include "http/exchange_private.h"

#include "base/clock.h"
#include "http/gate.h"

#include <string.h>

/* What the access log will say of an exchange. */

static const char *keep(struct exchange *x, const char *text)
{
	/* the buffer was reserved for all texts at once: pointers into it stay */
	const char *at = (const char *)x->kept.data + x->kept.len;

	mm_buf_put(&x->kept, text, strlen(text) + 1);
	return at;
}

void mm_exchange_keep_access(struct exchange *x, int status, uint64_t bytes, const char *error)
{
	const struct mm_request *r = x->r;
	const char *agent = mm_request_header(r, "User-Agent");
	const char *path = r->path ? r->path : x->target.len ? (const char *)x->target.data : "";
	size_t n = strlen(path) + strlen(r->query) + strlen(r->client) + (agent ? strlen(agent) : 0) +
		   (error ? strlen(error) : 0) + 5;

	x->access.status = status;
	x->access.bytes = bytes;
	x->access.id = r->id;
	x->access.method = mm_method_name(r->method);
	x->access.route = x->route ? x->route->name : NULL;
	x->access.was_draining = atomic_load(&x->server->draining);
	x->access.seconds = (double)(mm_clock_mono_ns() - x->answer_begin_ns) / 1e9;
	x->kept.max = n > x->kept.cap ? n : x->kept.cap;
	if (!mm_buf_reserve(&x->kept, n))
		return;
	x->access.path = keep(x, path);
	x->access.query = keep(x, r->query);
	x->access.client = keep(x, r->client);
	x->access.user_agent = agent ? keep(x, agent) : NULL;
	x->access.error = error ? keep(x, error) : NULL;
}

void mm_exchange_account_unanswered(struct exchange *x)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_HTTP_STATUS);

	x->access.status = info && info->http_status ? (int)info->http_status : 408;
	x->access.method = "?";
	x->access.client = mm_connection_client(x->connection);
	x->access.path = x->target.len ? (const char *)x->target.data : "";
}
