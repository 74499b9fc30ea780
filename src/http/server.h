#ifndef MM_HTTP_SERVER_H
#define MM_HTTP_SERVER_H

#include "base/buf.h"
#include "base/err.h"
#include "http/events.h"
#include "http/route.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mm_server;

/* What happened to one request; given to the access log after the answer has been sent. */
struct mm_access {
	const char *method, *path, *query, *client, *route, *user_agent;
	int status;     /* 408: the client was cut off or went away before there was an answer */
	uint64_t bytes; /* of the body, as sent: packed */
	uint64_t id;
	double seconds;    /* from the end of the request to the finished answer */
	const char *error; /* words of a failure, also those that the client does not see; NULL: none */
	bool was_draining; /* the server was stopping: 503 is what it then says to those who wait */
};

struct mm_server_options {
	const char *bind;                   /* address, default 127.0.0.1 */
	uint16_t port;                      /* 0: any free one */
	unsigned threads;                   /* 0: number of cores */
	unsigned max_connections;           /* 0: 8192; fewer when the limit on open files is lower */
	unsigned max_per_address;           /* connections from one address; 0: 256, none for loopback.
					       Trusted proxies are never limited */
	const char *public_url;             /* NULL: from Host */
	const char *const *trusted_proxies; /* addresses or CIDR blocks */
	size_t trusted_proxy_count;
	unsigned query_threads;      /* for what takes MM_PACE_QUERY; 0: number of cores */
	unsigned slow_threads;       /* for what takes MM_PACE_SLOW; 0: 2 */
	unsigned slow_queue;         /* requests that wait for one of them; 0: 8 */
	unsigned long_threads;       /* for what takes MM_PACE_LONG, niced; 0: 2 */
	unsigned long_queue;         /* the same of these; 0: 8 */
	size_t max_body_bytes;       /* 0: 1 MiB */
	size_t request_memory_bytes; /* arena of a request, and the largest body of an answer; 0: 64 MiB */
	unsigned header_timeout_s;   /* the head must be complete this long after its beginning; 0: 10 */
	unsigned idle_timeout_s;     /* no byte moved either way; 0: 30 */
	/* The methods of a path that a request may use, of those that its routes have, for OPTIONS and Allow;
	 * NULL: all of them. Gets `ctx` */
	unsigned (*allow)(void *ctx, const struct mm_request *r, unsigned methods);
	/* How refusals are written that no handler makes (404, 405, 413 ...): `rs` is filled in, and true;
	 * false: as problem+json. r->path may be NULL. NULL: all are. Gets `ctx`; any thread */
	bool (*refuse)(void *ctx, const struct mm_request *r, int status, const char *why,
		       struct mm_response *rs);
	const struct mm_route *routes; /* borrowed for the life of the server */
	size_t route_count;
	/* Answers that are ready, of a GET or HEAD without a body whose head has passed: found by the n bytes
	 * of the target as it came, of which nothing in `r` is filled in but the headers. True: `rs` is as
	 * the handler of *ret_route would have filled it in. NULL: none are. Gets `ctx`; any thread */
	bool (*recall)(void *ctx, const struct mm_request *r, const char *target, size_t n,
		       struct mm_response *rs, const struct mm_route **ret_route);
	/* How long the answer takes; itself quick. Edits (MM_PACE_EDIT) have threads of their own, too: four.
	 * What is not quick has its handler run on a thread of its own, the connection is suspended
	 * meanwhile, and r->stop_fd tells when to give up; 503 where as many wait as may. NULL: all is quick.
	 */
	enum mm_pace (*pace)(const struct mm_route *route, const struct mm_request *r);
	struct mm_events *events;                                /* closed when the server stops, borrowed;
								    NULL: none */
	void *ctx;                                               /* for the handlers */
	void (*on_access)(void *ctx, const struct mm_access *a); /* NULL allowed; any thread */
};

/*
 * Listens and serves until mm_server_stop. Raises the limit on open files as far as it may.
 *
 * ret           written before the first request is served: point it at the place where the handlers read it
 *
 * MM_E_BUSY     the port is taken
 * MM_E_INVALID  an option is out of range
 * MM_E_IO       the system said no
 */
MM_MUST_USE enum mm_code mm_server_start(const struct mm_server_options *options, struct mm_server **ret,
					 struct mm_err *reterr);

uint16_t mm_server_port(const struct mm_server *s);

/* Stops accepting, lets answers in flight finish for at most `grace_ms`, closes, frees. Returns NULL. */
struct mm_server *mm_server_stop(struct mm_server *s, unsigned grace_ms);

/* Prometheus text of the server's own counters (text/plain; version=0.0.4): requests by route and status,
 * duration histogram by route, bytes, open connections, connections cut, slow answers. */
void mm_server_metrics(const struct mm_server *s, struct mm_buf *out);

#endif
