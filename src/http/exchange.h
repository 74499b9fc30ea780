#ifndef MM_HTTP_EXCHANGE_H
#define MM_HTTP_EXCHANGE_H

#include "base/lock.h"
#include "base/pool.h"
#include "http/connections.h"
#include "http/forwarded.h"
#include "http/metrics.h"
#include "http/server.h"
#include "http/slow.h"

#include <stdalign.h>
#include <stdatomic.h>

#include <microhttpd.h>

/* The server as its exchanges see it: set once at start, then read by all threads. */
struct mm_server {
	struct mm_server_options options; /* defaults filled in */
	char *public_url;                 /* own copy, NULL: from Host */
	struct mm_proxies proxies;
	struct mm_routes *routes;
	struct mm_connections *connections;
	struct mm_metrics *metrics;
	struct mm_pool *exchanges; /* of requests */
	struct mm_pool *arenas;    /* struct mm_arena, of requests whose answers are made */
	struct mm_slow *slow, *edits, *queries, *works; /* threads for what is not quick */
	struct MHD_Daemon *daemon;
	struct mm_listener *listener;
	int listen_fd;
	uint16_t port;
	bool knows_layout; /* the library is a 0.9: see is_laid_out() */
	atomic_bool draining;
	/* what all threads write: not in the lines of what they only read */
	alignas(MM_CACHE_LINE) atomic_uint_least64_t next_id;
	atomic_size_t held_bytes; /* bodies that wait for slow clients, both ways */
};

/* For the server's pool of them. NULL: out of memory. */
void *mm_exchange_new(void);
void mm_exchange_free(void *exchange);

/*
 * One request and its answer, driven by the library's callbacks; `cls` is the server. mm_exchange_log has the
 * request line (const char *, as received), mm_exchange_handle is called once with the complete head, then
 * for each piece of the body, then at its end.
 */
void *mm_exchange_log(void *cls, const char *target, struct MHD_Connection *connection);
enum MHD_Result mm_exchange_handle(void *cls, struct MHD_Connection *connection, const char *url,
				   const char *method, const char *version, const char *upload,
				   size_t *upload_size, void **exchange);
void mm_exchange_completed(void *cls, struct MHD_Connection *connection, void **exchange,
			   enum MHD_RequestTerminationCode how);

#endif
