/*
 * A server with a few routes and nothing behind them, for tests of the wire. Options are name=value words:
 * port, header_timeout, idle_timeout, connections, per_address, max_body, public_url, proxy, heartbeat (ms)
 * and streams of /events, slow_threads and slow_queue for /slow, and grace (ms) of the stop. Prints
 * "listening PORT"; access lines go to stderr; SIGTERM stops it.
 */
#include "base/log.h"
#include "base/num.h"
#include "base/shared.h"
#include "http/compress.h"
#include "http/server.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct world {
	struct mm_server *server;
	struct mm_events *events;
	struct mm_shared *plain, *gzip;
	int release_fd;           /* /release lets as many of /slow end as it says */
	atomic_int running, gone; /* of /slow */
};

static enum mm_code done(struct mm_response *rs, const char *type)
{
	rs->content_type = type;
	return rs->body.failed ? MM_E_LIMIT : MM_OK;
}

static enum mm_code hello(void *ctx, const struct mm_request *r, struct mm_response *rs,
			  struct mm_err *reterr)
{
	static const struct mm_offer offers[] = {{"application/json", "json"}, {"text/html", "html"}};
	static const char *const known[] = {"f", "lang", "q"};
	size_t chosen = 0;
	enum mm_code rc = mm_request_only(r, known, 3, reterr);

	(void)ctx;
	if (!rc)
		rc = mm_negotiate(r, offers, 2, &chosen, reterr);
	if (rc)
		return rc;
	rs->etag = "v1";
	mm_buf_printf(&rs->body, "{\"base\":\"%s\",\"client\":\"%s\",\"lang\":\"%s\",\"path\":\"%s\"}",
		      r->base_url, r->client, mm_request_lang(r, "ru"), r->path);
	return done(rs, offers[chosen].media_type);
}

static enum mm_code big(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	int64_t lines = 2000;
	const char *n = mm_request_param(r, "lines");

	(void)ctx;
	if (n && !mm_num_parse_int(n, strlen(n), &lines))
		return mm_fail(reterr, MM_E_INVALID, "lines", "not a number");
	rs->etag = "big-7";
	for (int64_t i = 0; i < lines; i++)
		mm_buf_printf(&rs->body, "line %d of a text that repeats itself\n", (int)i);
	return done(rs, "text/plain; charset=utf-8");
}

/* Lines one after the other, made while they are sent; with break=N it fails at that line. */
struct lines {
	int64_t at, end, break_at;
};

static bool read_lines(void *state, struct mm_buf *out, bool *ret_is_done)
{
	struct lines *l = state;

	while (l->at < l->end && out->len < MM_BODY_PIECE) {
		if (l->at == l->break_at)
			return false;
		mm_buf_printf(out, "line %d of a text that repeats itself\n", (int)l->at++);
	}
	*ret_is_done = l->at == l->end;
	return true;
}

static enum mm_code lines(void *ctx, const struct mm_request *r, struct mm_response *rs,
			  struct mm_err *reterr)
{
	struct lines l = {.end = 2000, .break_at = -1}, *state;
	const char *n = mm_request_param(r, "lines"), *at = mm_request_param(r, "break");

	(void)ctx;
	if ((n && !mm_num_parse_int(n, strlen(n), &l.end)) ||
	    (at && !mm_num_parse_int(at, strlen(at), &l.break_at)))
		return mm_fail(reterr, MM_E_INVALID, "lines", "not a number");
	state = malloc(sizeof(*state));
	if (!state)
		return mm_fail_nomem(reterr);
	*state = l;
	mm_buf_text(&rs->body, "first\n");
	rs->source = (struct mm_body_source){read_lines, free, state};
	rs->etag = "lines-1";
	return done(rs, "text/plain; charset=utf-8");
}

static enum mm_code item(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	(void)ctx;
	(void)reterr;
	mm_buf_printf(&rs->body, "[%s][%s]", r->segment[1], r->segment[3]);
	return done(rs, "text/plain");
}

static enum mm_code tile(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	const struct world *w = ctx;
	bool packed = mm_request_encoding(r, 1u << MM_ENCODING_GZIP) == MM_ENCODING_GZIP;

	(void)reterr;
	if (mm_request_param(r, "packed")) /* as if the cache had nothing else */
		packed = true;
	rs->etag = "tile-3";
	mm_response_header(rs, "X-Row", mm_request_arg(r, "y"));
	rs->shared = mm_shared_ref(packed ? w->gzip : w->plain);
	rs->shared_encoding = packed ? "gzip" : NULL;
	rs->content_type = "application/vnd.mapbox-vector-tile";
	return MM_OK;
}

static enum mm_code echo(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	(void)ctx;
	(void)reterr;
	mm_buf_printf(&rs->body, "%zu:", r->body_len);
	mm_buf_put(&rs->body, r->body, r->body_len);
	return done(rs, "text/plain");
}

static enum mm_code fail(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	static const char *const names[] = {"ok", "invalid", "missing", "limit",    "data",
					    "io", "nomem",   "busy",    "internal", "gone"};

	(void)ctx;
	(void)rs;
	for (size_t i = 1; i < MM_CODE_COUNT; i++) {
		if (!strcmp(r->segment[1], names[i]))
			return mm_fail(reterr, (enum mm_code)i, "secret-place", "secret words of %s",
				       names[i]);
	}
	return MM_E_NOT_FOUND;
}

static enum mm_code evil(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	const char *to = mm_request_param(r, "to");

	(void)ctx;
	(void)reterr;
	mm_response_header(rs, "X-Echo", to ? to : "");
	mm_response_header(rs, "X-Broken", "a\r\nX-Second: 1");
	mm_buf_text(&rs->body, "ok");
	return done(rs, "text/plain");
}

static enum mm_code nap(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	struct timespec t = {.tv_nsec = 700 * 1000000};

	(void)ctx;
	(void)r;
	(void)reterr;
	mm_log(MM_LOG_INFO, "napping", NULL);
	(void)nanosleep(&t, NULL);
	mm_buf_text(&rs->body, "awake");
	return done(rs, "text/plain");
}

static size_t number(const struct mm_request *r, const char *name, int64_t usual)
{
	const char *text = mm_request_param(r, name);

	if (text)
		(void)mm_num_parse_int(text, strlen(text), &usual);
	return (size_t)usual;
}

static enum mm_pace pace(const struct mm_route *route, const struct mm_request *r)
{
	return strcmp(route->name, "slow") != 0 || mm_request_param(r, "quick") ? MM_PACE_QUICK
	       : mm_request_param(r, "query")                                   ? MM_PACE_QUERY
	       : mm_request_param(r, "long")                                    ? MM_PACE_LONG
	       : mm_request_param(r, "edit")                                    ? MM_PACE_EDIT
										: MM_PACE_SLOW;
}

/* A body of so many bytes that lies in a file. */
static enum mm_code put_file(const struct mm_request *r, size_t bytes, struct mm_response *rs,
			     struct mm_err *reterr)
{
	struct mm_response_file *file = mm_arena_alloc(r->mem, sizeof(*file));
	int fd = memfd_create("body", MFD_CLOEXEC);
	char block[10000];

	if (!file || fd < 0)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (char)('0' + i % 10);
	for (size_t i = 0; i < bytes; i += sizeof(block))
		(void)!write(fd, block, bytes - i < sizeof(block) ? bytes - i : sizeof(block));
	*file = (struct mm_response_file){fd, bytes};
	rs->file = file;
	rs->etag = "file-1";
	return done(rs, "text/plain");
}

/* Waits until /release lets it end, or nobody wants its answer any more. ?file=: bytes from a file. */
static enum mm_code slow(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	struct world *w = ctx;
	const size_t bytes = number(r, "file", 0);
	struct pollfd p[2] = {{.fd = w->release_fd, .events = POLLIN}, {.fd = r->stop_fd, .events = POLLIN}};
	eventfd_t n;

	if (bytes)
		return put_file(r, bytes, rs, reterr);
	atomic_fetch_add(&w->running, 1);
	do
		(void)poll(p, 2, -1);
	while (!p[1].revents && eventfd_read(w->release_fd, &n) != 0);
	atomic_fetch_sub(&w->running, 1);
	if (p[1].revents) {
		atomic_fetch_add(&w->gone, 1);
		return mm_fail(reterr, MM_E_BUSY, "", "told to stop");
	}
	mm_buf_text(&rs->body, "at last");
	return done(rs, "text/plain");
}

static enum mm_code release(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	struct world *w = ctx;

	(void)reterr;
	if (number(r, "count", 0))
		(void)eventfd_write(w->release_fd, number(r, "count", 0));
	mm_buf_printf(&rs->body, "%d %d", atomic_load(&w->running), atomic_load(&w->gone));
	return done(rs, "text/plain");
}

/* Listens to the topics a and b, or to that of ?topic=; ?ends=1: until its last event. */
static enum mm_code events(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	const struct world *w = ctx;
	struct mm_events_ask *ask = mm_arena_alloc(r->mem, sizeof(*ask));
	const char **topic = mm_arena_array(r->mem, 1, sizeof(*topic));

	if (!ask || !topic)
		return mm_fail_nomem(reterr);
	topic[0] = mm_request_param(r, "topic");
	*ask = (struct mm_events_ask){.events = w->events,
				      .topic = topic[0] ? topic : NULL,
				      .topic_count = 1,
				      .last_id = mm_request_header(r, "Last-Event-ID"),
				      .hello = "{}",
				      .hello_name = number(r, "ends", 0) ? "state" : NULL,
				      .ends = number(r, "ends", 0) != 0};
	rs->events = ask;
	rs->content_type = "text/event-stream";
	rs->no_compress = true;
	return MM_OK;
}

/* ?topic=&count=&bytes=: so many events, the last characters of each its number; ?last=1: the last ones. */
static enum mm_code publish(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	const struct world *w = ctx;
	const char *topic = mm_request_param(r, "topic");
	const size_t bytes = number(r, "bytes", 0), count = number(r, "count", 1);
	char *data = mm_arena_alloc(r->mem, bytes + MM_NUM_MAX);

	if (!data)
		return mm_fail_nomem(reterr);
	memset(data, '.', bytes);
	for (size_t i = 0; i < count; i++) {
		const size_t n = bytes + (size_t)snprintf(data + bytes, MM_NUM_MAX, "%zu", i);
		const char *of = topic ? topic : "a";
		enum mm_code rc = number(r, "last", 0)
				      ? mm_events_publish_last(w->events, "end", of, data, n, reterr)
				      : mm_events_publish(w->events, "news", of, NULL, data, n, reterr);

		if (rc)
			return rc;
	}
	mm_buf_text(&rs->body, "told");
	return done(rs, "text/plain");
}

static enum mm_code metrics(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	const struct world *w = ctx;

	(void)r;
	(void)reterr;
	mm_server_metrics(w->server, &rs->body);
	mm_events_metrics(w->events, &rs->body);
	return done(rs, "text/plain; version=0.0.4");
}

/* Which thread answers. */
static enum mm_code thread(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	(void)ctx;
	(void)r;
	(void)reterr;
	mm_buf_printf(&rs->body, "%d", (int)gettid());
	return done(rs, "text/plain");
}

static const struct mm_route routes[] = {
    {"/", 1u << MM_GET, "landing", hello},
    {"/a", 1u << MM_GET, "hello", hello},
    {"/big", 1u << MM_GET, "big", big},
    {"/lines", 1u << MM_GET, "lines", lines},
    {"/collections/{id}/items/{feature*}", 1u << MM_GET, "item", item},
    {"/tiles/{layers}/{z}/{x}/{y}.mvt", 1u << MM_GET, "tile", tile},
    {"/echo", 1u << MM_POST | 1u << MM_PUT, "echo", echo},
    {"/fail/{code}", 1u << MM_GET, "fail", fail},
    {"/evil", 1u << MM_GET, "evil", evil},
    {"/nap", 1u << MM_GET, "nap", nap},
    {"/slow", 1u << MM_GET, "slow", slow},
    {"/release", 1u << MM_GET, "release", release},
    {"/events", 1u << MM_GET, "events", events},
    {"/publish", 1u << MM_GET, "publish", publish},
    {"/metrics", 1u << MM_GET, "metrics", metrics},
    {"/thread", 1u << MM_GET, "thread", thread},
};

static void on_access(void *ctx, const struct mm_access *a)
{
	char status[MM_NUM_MAX], bytes[MM_NUM_MAX];

	(void)ctx;
	(void)mm_num_format_int(a->status, status);
	(void)mm_num_format_int((int64_t)a->bytes, bytes);
	mm_log(MM_LOG_INFO, "request", "method", a->method, "path", a->path, "query", a->query, "client",
	       a->client, "route", a->route, "agent", a->user_agent, "status", status, "bytes", bytes,
	       "error", a->error, NULL);
}

static struct mm_shared *make_tile(bool packed)
{
	static unsigned char text[6000];
	struct mm_buf b;

	mm_buf_init(&b, 16384);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (unsigned char)(i % 50 + 'A');
	if (packed)
		MM_CHECK(mm_compress(MM_ENCODING_GZIP, text, sizeof(text), &b, NULL) == MM_OK);
	else
		mm_buf_put(&b, text, sizeof(text));
	return mm_shared_from_buf(&b);
}

static unsigned grace_ms = 3000;

static void read_option(struct mm_server_options *o, struct mm_events_options *events, const char *word)
{
	static const char *proxies[1];
	const char *value = strchr(word, '=');
	int64_t n = 0;

	MM_CHECK(value != NULL);
	value++;
	(void)mm_num_parse_int(value, strlen(value), &n);
	if (!strncmp(word, "header_timeout=", 15))
		o->header_timeout_s = (unsigned)n;
	if (!strncmp(word, "idle_timeout=", 13))
		o->idle_timeout_s = (unsigned)n;
	if (!strncmp(word, "per_address=", 12))
		o->max_per_address = (unsigned)n;
	if (!strncmp(word, "connections=", 12))
		o->max_connections = (unsigned)n;
	if (!strncmp(word, "max_body=", 9))
		o->max_body_bytes = (size_t)n;
	if (!strncmp(word, "heartbeat=", 10))
		events->heartbeat_ms = (unsigned)n;
	if (!strncmp(word, "streams=", 8))
		events->streams_max = (unsigned)n;
	if (!strncmp(word, "slow_threads=", 13))
		o->slow_threads = (unsigned)n;
	if (!strncmp(word, "slow_queue=", 11))
		o->slow_queue = (unsigned)n;
	if (!strncmp(word, "grace=", 6))
		grace_ms = (unsigned)n;
	if (!strncmp(word, "port=", 5))
		o->port = (uint16_t)n;
	if (!strncmp(word, "public_url=", 11))
		o->public_url = value;
	if (!strncmp(word, "proxy=", 6)) {
		proxies[0] = value;
		o->trusted_proxies = proxies;
		o->trusted_proxy_count = 1;
	}
}

int main(int argc, char **argv)
{
	struct world w = {.plain = make_tile(false), .gzip = make_tile(true)};
	struct mm_server_options o = {
	    .routes = routes,
	    .route_count = sizeof(routes) / sizeof(routes[0]),
	    .pace = pace,
	    .ctx = &w,
	    .threads = 2,
	    .on_access = on_access,
	};
	struct mm_events_options events_options = {0};
	struct mm_err err = {0};
	sigset_t stop;
	int which = 0;

	w.release_fd = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE | EFD_NONBLOCK);
	for (int i = 1; i < argc; i++)
		read_option(&o, &events_options, argv[i]);
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTERM);
	(void)sigaddset(&stop, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
	if (mm_events_new(&events_options, &w.events, &err) == MM_OK)
		o.events = w.events;
	if (!w.events || mm_server_start(&o, &w.server, &err) != MM_OK) {
		(void)fprintf(stderr, "%s: %s: %s\n", mm_code_name(err.code), err.where, err.msg);
		return 1;
	}
	(void)fprintf(stdout, "listening %d\n", mm_server_port(w.server));
	(void)fflush(stdout);
	(void)sigwait(&stop, &which);
	w.server = mm_server_stop(w.server, grace_ms);
	w.events = mm_events_free(w.events);
	(void)close(w.release_fd);
	w.plain = mm_shared_unref(w.plain);
	w.gzip = mm_shared_unref(w.gzip);
	return 0;
}
