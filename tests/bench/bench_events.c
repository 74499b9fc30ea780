#include "base/clock.h"
#include "base/sort.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * News for many listeners: how long it takes until each has an event, and what a listener costs.
 *
 *     bench_events LISTENERS EVENTS
 *
 * The server is this process, with the two threads of a small machine; the listeners are another one on the
 * same machine. One event at a time, published when all have had the last. Prints "p50 MS p99 MS max MS
 * bytes N": from publishing to the listener's read, over all listeners and events; resident bytes of the
 * server for each listener, without what the kernel holds for its socket.
 */

enum { EVENTS_MOST = 10000, LISTENERS_MOST = 20000, DATA = 400, KEEP = 1024, AT_ONCE = 256 };

static const char stamp[] = "data: ";

/* ---- listeners: a process of their own ---- */

struct listener {
	int fd;
	size_t have;
	char text[KEEP];
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void open_listener(struct listener *l, uint16_t port)
{
	static const char ask[] = "GET /events HTTP/1.1\r\nHost: h\r\n\r\n";
	const struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	l->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (l->fd < 0 || connect(l->fd, (const struct sockaddr *)&a, sizeof(a)) != 0 ||
	    write(l->fd, ask, sizeof(ask) - 1) != (ssize_t)sizeof(ask) - 1 ||
	    fcntl(l->fd, F_SETFL, O_NONBLOCK) != 0)
		fail("listener");
}

/* The time in an event that is there as a whole, 0 in the greeting; -1: none is. */
static int64_t take_event(struct listener *l)
{
	char *data = strstr(l->text, stamp), *end = data ? strstr(data, "\n\n") : NULL;
	int64_t at_ns;

	if (!end)
		return -1;
	at_ns = strtoll(data + sizeof(stamp) - 1, NULL, 10);
	l->have -= (size_t)(end + 2 - l->text);
	memmove(l->text, end + 2, l->have + 1);
	return at_ns;
}

/* Reads what is there; true when an event is complete, *ret_ns is how long it took. */
static bool read_event(struct listener *l, int64_t *ret_ns)
{
	ssize_t n = read(l->fd, l->text + l->have, sizeof(l->text) - 1 - l->have);
	int64_t at_ns;

	if (n <= 0)
		fail("read");
	l->have += (size_t)n;
	l->text[l->have] = '\0';
	at_ns = take_event(l);
	*ret_ns = mm_clock_mono_ns() - at_ns;
	return at_ns >= 0;
}

/* Waits until each has an event; how long each took goes to `took`, unless that is NULL. */
static void hear(int poll, struct listener *l, size_t count, uint64_t *took)
{
	struct epoll_event ready[AT_ONCE];

	for (size_t heard = 0; heard < count;) {
		int n = epoll_wait(poll, ready, AT_ONCE, -1);

		for (int i = 0; i < n; i++) {
			int64_t ns;

			if (!read_event(&l[ready[i].data.u64], &ns))
				continue;
			if (took)
				took[heard] = (uint64_t)ns;
			heard++;
		}
	}
}

static void print_times(uint64_t *took, size_t n)
{
	uint64_t *spare = calloc(n, sizeof(*spare));

	if (!spare)
		fail("memory");
	mm_sort_u64(took, spare, n);
	printf("p50 %.2f p99 %.2f max %.2f\n", (double)took[n / 2] / 1e6, (double)took[n / 100 * 99] / 1e6,
	       (double)took[n - 1] / 1e6);
	(void)fflush(stdout);
	free(spare);
}

static void be_listeners(int told, int tell, size_t count, size_t events)
{
	struct listener *l = calloc(count, sizeof(*l));
	uint64_t *took = calloc(count * events, sizeof(*took));
	int poll = epoll_create1(0);
	uint16_t port;

	if (!l || !took || poll < 0 || read(told, &port, sizeof(port)) != (ssize_t)sizeof(port))
		fail("listeners");
	for (size_t i = 0; i < count; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.u64 = i};

		open_listener(&l[i], port);
		if (epoll_ctl(poll, EPOLL_CTL_ADD, l[i].fd, &e) != 0)
			fail("epoll");
	}
	hear(poll, l, count, NULL);
	for (size_t i = 0; i < events; i++) {
		if (write(tell, "", 1) != 1)
			fail("pipe");
		hear(poll, l, count, took + i * count);
	}
	print_times(took, count * events);
	exit(0);
}

/* ---- the server ---- */

static enum mm_code listen_here(void *ctx, const struct mm_request *r, struct mm_response *rs,
				struct mm_err *reterr)
{
	struct mm_events_ask *ask = mm_arena_alloc(r->mem, sizeof(*ask));

	if (!ask)
		return mm_fail_nomem(reterr);
	*ask = (struct mm_events_ask){.events = ctx, .hello = "0"};
	rs->events = ask;
	rs->content_type = "text/event-stream";
	rs->no_compress = true;
	return MM_OK;
}

static long resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long pages = 0;

	if (!f || fscanf(f, "%*d %ld", &pages) != 1)
		fail("statm");
	(void)fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

static void publish_one(struct mm_events *e)
{
	char data[DATA + 1];
	int n = snprintf(data, sizeof(data), "%" PRId64, mm_clock_mono_ns());

	memset(data + n, ' ', sizeof(data) - (size_t)n);
	if (mm_events_publish(e, "layer", "buildings", NULL, data, DATA, NULL))
		fail("publish");
}

static void serve(int tell, int told, size_t count, size_t events)
{
	static const struct mm_route routes[] = {{"/events", 1u << MM_GET, "events", listen_here}};
	struct mm_events *e = NULL;
	struct mm_server *s = NULL;
	struct mm_server_options o = {
	    .routes = routes, .route_count = 1, .threads = 2, .max_connections = LISTENERS_MOST};
	const struct mm_events_options eo = {.streams_max = LISTENERS_MOST};
	long before;
	uint16_t port;
	char byte;

	if (mm_events_new(&eo, &e, NULL))
		fail("events");
	o.ctx = o.events = e;
	if (mm_server_start(&o, &s, NULL))
		fail("server");
	before = resident_bytes();
	port = mm_server_port(s);
	if (write(tell, &port, sizeof(port)) != (ssize_t)sizeof(port))
		fail("pipe");
	for (size_t i = 0; i < events; i++) {
		if (read(told, &byte, 1) != 1)
			fail("pipe");
		publish_one(e);
	}
	(void)wait(NULL);
	printf("bytes %ld\n", (resident_bytes() - before) / (long)count);
	s = mm_server_stop(s, 1000);
	e = mm_events_free(e);
}

int main(int argc, char **argv)
{
	const size_t count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0,
		     events = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	const struct rlimit files = {LISTENERS_MOST + 100, LISTENERS_MOST + 100};
	int down[2], up[2];
	pid_t child;

	if (!count || count > LISTENERS_MOST || !events || events > EVENTS_MOST) {
		(void)fprintf(stderr, "bench_events LISTENERS EVENTS\n");
		return 2;
	}
	(void)setrlimit(RLIMIT_NOFILE, &files);
	if (pipe(down) != 0 || pipe(up) != 0)
		fail("pipe");
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		be_listeners(down[0], up[1], count, events);
	serve(down[1], up[0], count, events);
	return 0;
}
