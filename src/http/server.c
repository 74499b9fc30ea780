#include "http/server.h"

#include "base/clock.h"
#include "http/exchange.h"
#include "http/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONNECTIONS = 8192, /* the library's own default is 1020, and the next one just hangs */
	CONNECTIONS_MOST = 1000000,
	PER_ADDRESS = 256,  /* a school behind one address; the proxy is excepted */
	BODY = 1024 * 1024, /* one feature, one filter */
	REQUEST_MEMORY = 64 << 20,
	HEADER_TIMEOUT_S = 10,
	IDLE_TIMEOUT_S = 30,
	SLOW_THREADS = 2,
	SLOW_THREADS_MOST = 64,
	SLOW_QUEUE = 8,
	SLOW_QUEUE_MOST = 10000,
	TIMEOUT_MOST_S = 3600,
	THREADS_MOST = 256,
	POOL_BYTES = 24 * 1024, /* target 8 kB, as much of headers, 64 entries, the answer's head */
	FILES_BESIDE = 512,     /* descriptors for snapshots, logs and the library's own */
	QUERY_QUEUE = 1024,
	LONG_NICENESS = 10,
	EDIT_THREADS = 4, /* of one source one edit is made at a time */
	EDIT_QUEUE = 64,
	BACKLOG = 4096
};

static void fill_defaults(struct mm_server_options *o)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	o->bind = o->bind ? o->bind : "127.0.0.1";
	o->threads = o->threads ? o->threads : cores > 0 && cores < THREADS_MOST ? (unsigned)cores : 1;
	o->max_connections = o->max_connections ? o->max_connections : CONNECTIONS;
	o->query_threads = o->query_threads ? o->query_threads : o->threads;
	o->slow_threads = o->slow_threads ? o->slow_threads : SLOW_THREADS;
	o->slow_queue = o->slow_queue ? o->slow_queue : SLOW_QUEUE;
	o->long_threads = o->long_threads ? o->long_threads : SLOW_THREADS;
	o->long_queue = o->long_queue ? o->long_queue : SLOW_QUEUE;
	o->max_body_bytes = o->max_body_bytes ? o->max_body_bytes : BODY;
	o->request_memory_bytes = o->request_memory_bytes ? o->request_memory_bytes : REQUEST_MEMORY;
	o->header_timeout_s = o->header_timeout_s ? o->header_timeout_s : HEADER_TIMEOUT_S;
	o->idle_timeout_s = o->idle_timeout_s ? o->idle_timeout_s : IDLE_TIMEOUT_S;
}

static enum mm_code check_options(const struct mm_server_options *o, struct mm_err *reterr)
{
	if (o->threads > THREADS_MOST)
		return mm_fail(reterr, MM_E_INVALID, "threads", "at most %d", THREADS_MOST);
	if (o->max_connections < o->threads || o->max_connections > CONNECTIONS_MOST)
		return mm_fail(reterr, MM_E_INVALID, "max_connections", "from the number of threads to %d",
			       CONNECTIONS_MOST);
	if (o->header_timeout_s > TIMEOUT_MOST_S || o->idle_timeout_s > TIMEOUT_MOST_S)
		return mm_fail(reterr, MM_E_INVALID, "timeout", "at most %d s", TIMEOUT_MOST_S);
	if (o->query_threads > THREADS_MOST || o->slow_threads > SLOW_THREADS_MOST ||
	    o->slow_queue > SLOW_QUEUE_MOST || o->long_threads > SLOW_THREADS_MOST ||
	    o->long_queue > SLOW_QUEUE_MOST)
		return mm_fail(reterr, MM_E_INVALID, "slow_threads", "at most %d, and %d that wait",
			       SLOW_THREADS_MOST, SLOW_QUEUE_MOST);
	if (o->max_body_bytes > SIZE_MAX / 4)
		return mm_fail(reterr, MM_E_INVALID, "max_body_bytes", "too large");
	return o->public_url ? mm_public_url_check(o->public_url, reterr) : MM_OK;
}

/* Raises the soft limit on open files; returns how many connections fit. */
static unsigned make_room(unsigned wanted)
{
	rlim_t need = (rlim_t)wanted + FILES_BESIDE;
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) != 0)
		return wanted;
	if (lim.rlim_cur < need) {
		lim.rlim_cur = lim.rlim_max == RLIM_INFINITY || lim.rlim_max > need ? need : lim.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &lim);
		(void)getrlimit(RLIMIT_NOFILE, &lim);
	}
	if (lim.rlim_cur >= need)
		return wanted;
	return lim.rlim_cur > (rlim_t)2 * FILES_BESIDE ? (unsigned)(lim.rlim_cur - FILES_BESIDE)
						       : (unsigned)(lim.rlim_cur / 2);
}

static int open_address(const struct addrinfo *a)
{
	int on = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), kept;

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	kept = errno;
	(void)close(fd);
	errno = kept;
	return -1;
}

static enum mm_code open_listener(const struct mm_server_options *o, int *ret, struct mm_err *reterr)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
	char port[8];
	int fd;

	(void)snprintf(port, sizeof(port), "%u", (unsigned)o->port);
	if (getaddrinfo(o->bind, port, &hints, &found) != 0 || !found)
		return mm_fail(reterr, MM_E_INVALID, "bind", "\"%.100s\" is not an address of this machine",
			       o->bind);
	fd = open_address(found);
	freeaddrinfo(found);
	if (fd >= 0) {
		*ret = fd;
		return MM_OK;
	}
	if (errno == EADDRINUSE)
		return mm_fail(reterr, MM_E_BUSY, "port", "port %s of %.100s is taken by another program",
			       port, o->bind);
	return mm_fail(reterr, MM_E_IO, "bind", "cannot listen on %.100s port %s: %s", o->bind, port,
		       strerrordesc_np(errno));
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage a = {0};
	socklen_t n = sizeof(a);
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	(void)getsockname(fd, (struct sockaddr *)&a, &n);
	memcpy(&in, &a, sizeof(in));
	memcpy(&in6, &a, sizeof(in6));
	return ntohs(a.ss_family == AF_INET6 ? in6.sin6_port : in.sin_port);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	struct mm_server *s = cls;
	const union MHD_ConnectionInfo *info;
	struct mm_address a;
	int fd;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*context)
			mm_connection_close(s->connections, *context);
		*context = NULL;
		return;
	}
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	a = mm_address_of(info ? info->client_addr : NULL);
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	fd = info ? info->connect_fd : -1;
	*context = mm_connection_open(s->connections, fd, &a,
				      mm_clock_mono_ns() + (int64_t)s->options.header_timeout_s * 1000000000);
}

/* We decode by ourselves, after splitting. */
static size_t leave_escaped(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls;
	(void)connection;
	return strlen(text);
}

static struct MHD_Daemon *start_daemon(struct mm_server *s)
{
	const struct mm_server_options *o = &s->options;
	/* a pool of one is no pool for the library */
	struct MHD_OptionItem pool[] = {
	    {o->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)o->threads, NULL},
	    {MHD_OPTION_END, 0, NULL},
	};

	/* The library's own strict switch stays off: it answers nothing where the gate answers in words, and
	 * the gate refuses all that it does and more. */
	return MHD_start_daemon(
	    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL,
	    NULL, mm_exchange_handle, s, MHD_OPTION_CONNECTION_LIMIT, (unsigned)o->max_connections,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
	    o->idle_timeout_s, MHD_OPTION_URI_LOG_CALLBACK, mm_exchange_log, s, MHD_OPTION_NOTIFY_COMPLETED,
	    mm_exchange_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
	    MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, s, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

static void *make_arena(void)
{
	return calloc(1, sizeof(struct mm_arena));
}

static void free_arena(void *arena)
{
	mm_arena_release(arena);
	free(arena);
}

static struct mm_server *server_free(struct mm_server *s)
{
	if (!s)
		return NULL;
	s->connections = mm_connections_free(s->connections);
	s->metrics = mm_metrics_free(s->metrics);
	s->routes = mm_routes_free(s->routes);
	s->arenas = mm_pool_free(s->arenas);
	s->exchanges = mm_pool_free(s->exchanges);
	s->queries = mm_slow_free(s->queries);
	s->slow = mm_slow_free(s->slow);
	s->works = mm_slow_free(s->works);
	s->edits = mm_slow_free(s->edits);
	if (s->listen_fd >= 0)
		(void)close(s->listen_fd);
	free(s->public_url);
	free(s);
	return NULL;
}

static enum mm_code server_new(const struct mm_server_options *options, struct mm_server **ret,
			       struct mm_err *reterr)
{
	struct mm_server *s = aligned_alloc(MM_CACHE_LINE, sizeof(*s));
	enum mm_code rc;

	if (!s)
		return mm_fail_nomem(reterr);
	*s = (struct mm_server){0};
	s->listen_fd = -1;
	s->options = *options;
	fill_defaults(&s->options);
	rc = check_options(&s->options, reterr);
	if (!rc)
		rc = mm_proxies_parse(options->trusted_proxies, options->trusted_proxy_count, &s->proxies,
				      reterr);
	if (rc)
		goto failed;
	s->metrics = mm_metrics_new(options->routes, options->route_count);
	s->routes = mm_routes_new(options->routes, options->route_count);
	if (options->public_url)
		s->public_url = strdup(options->public_url);
	s->arenas = mm_pool_new(make_arena, free_arena);
	s->exchanges = mm_pool_new(mm_exchange_new, mm_exchange_free);
	if (!s->metrics || !s->routes || !s->arenas || !s->exchanges ||
	    (options->public_url && !s->public_url)) {
		rc = mm_fail_nomem(reterr);
		goto failed;
	}
	s->options.max_connections = make_room(s->options.max_connections);
	s->knows_layout = !strncmp(MHD_get_version(), "0.9.", 4);
	*ret = s;
	return MM_OK;
failed:
	(void)server_free(s);
	return rc;
}

/* The threads of the server and of the library take no signals: those are for main. */
static enum mm_code start_threads(struct mm_server *s, struct mm_err *reterr)
{
	unsigned per_address = s->options.max_per_address ? s->options.max_per_address : PER_ADDRESS;
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
	sigset_t all, before;
	enum mm_code rc;

	(void)sigfillset(&all);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		(void)sigdelset(&all, crashes[i]);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = mm_connections_new(per_address, s->options.max_connections / 4 * 3, &s->connections, reterr);
	if (!rc)
		rc = mm_slow_new(s->options.slow_threads, s->options.slow_queue, 0, &s->slow, reterr);
	if (!rc)
		rc = mm_slow_new(EDIT_THREADS, EDIT_QUEUE, 0, &s->edits, reterr);
	if (!rc)
		rc = mm_slow_new(s->options.query_threads, QUERY_QUEUE, 0, &s->queries, reterr);
	if (!rc)
		rc = mm_slow_new(s->options.long_threads, s->options.long_queue, LONG_NICENESS, &s->works,
				 reterr);
	if (!rc) {
		s->daemon = start_daemon(s);
		if (!s->daemon)
			rc = mm_fail(reterr, MM_E_IO, "", "libmicrohttpd does not start");
	}
	if (!rc) {
		rc = mm_listener_start(s, s->listen_fd, &s->listener, reterr);
		if (rc)
			MHD_stop_daemon(s->daemon);
	}
	if (rc && s->slow)
		mm_slow_close(s->slow);
	if (rc && s->edits)
		mm_slow_close(s->edits);
	if (rc && s->queries)
		mm_slow_close(s->queries);
	if (rc && s->works)
		mm_slow_close(s->works);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

enum mm_code mm_server_start(const struct mm_server_options *options, struct mm_server **ret,
			     struct mm_err *reterr)
{
	struct mm_server *s = NULL, *before = *ret;
	enum mm_code rc = server_new(options, &s, reterr);

	if (rc || !s)
		return rc;
	rc = open_listener(&s->options, &s->listen_fd, reterr);
	if (rc)
		goto failed;
	s->port = port_of(s->listen_fd);
	*ret = s; /* before the threads: a handler may look for the server in its context */
	rc = start_threads(s, reterr);
	if (!rc)
		return MM_OK;
	*ret = before;
failed:
	(void)server_free(s);
	return rc;
}

uint16_t mm_server_port(const struct mm_server *s)
{
	return s->port;
}

struct mm_server *mm_server_stop(struct mm_server *s, unsigned grace_ms)
{
	if (!s)
		return NULL;
	atomic_store(&s->draining, true);
	if (s->options.events)
		mm_events_close(s->options.events); /* the library must not be stopped while one waits */
	mm_slow_close(s->slow);                     /* the same */
	mm_slow_close(s->edits);
	mm_slow_close(s->queries);
	mm_slow_close(s->works);
	s->listener = mm_listener_stop(s->listener);
	mm_connections_drain(s->connections, grace_ms);
	MHD_stop_daemon(s->daemon);
	return server_free(s);
}

void mm_server_metrics(const struct mm_server *s, struct mm_buf *out)
{
	struct mm_connection_counts counts = mm_connections_count(s->connections);

	mm_metrics_write(s->metrics, &counts, out);
	mm_slow_metrics(s->slow, "slow", out);
	mm_slow_metrics(s->edits, "edit", out);
	mm_slow_metrics(s->queries, "query", out);
	mm_slow_metrics(s->works, "long", out);
}
