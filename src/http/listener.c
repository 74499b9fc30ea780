#include "http/listener.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	AT_ONCE = 64, /* connections taken before a look at whether to stop */
	WAIT_MS = 20  /* when there is no room: those that come wait in the kernel */
};

struct mm_listener {
	struct mm_server *server;
	int fd, stop_fd;
	pthread_t thread;
	bool lacks_files; /* the system has no descriptor left */
};

/* Whether one more may come from there; it is expected then. Proxies speak for many; this machine is limited
 * only where someone says so. */
static bool may_come(struct mm_server *s, const struct mm_address *a, bool *ret_expected)
{
	*ret_expected = false;
	if (mm_proxies_has(&s->proxies, a) || (!s->options.max_per_address && mm_address_is_loopback(a)))
		return true;
	*ret_expected = mm_connections_expect(s->connections, a);
	return *ret_expected;
}

/* `fd` is the library's from here on, also when it does not take it. */
static void deal_out(struct mm_server *s, int fd, const struct sockaddr *from, socklen_t n)
{
	const struct mm_address a = mm_address_of(from);
	bool expected;

	if (!may_come(s, &a, &expected))
		(void)close(fd);
	else if (MHD_add_connection(s->daemon, fd, from, n) != MHD_YES && expected)
		mm_connections_forget(s->connections, &a);
}

static void take(struct mm_listener *l)
{
	for (int i = 0; i < AT_ONCE; i++) {
		struct sockaddr_storage from;
		socklen_t n = sizeof(from);
		const int fd = accept4(l->fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

		l->lacks_files =
		    fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM);
		if (fd >= 0)
			deal_out(l->server, fd, (const struct sockaddr *)&from, n);
		else if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

static bool has_room(const struct mm_listener *l)
{
	const struct mm_server *s = l->server;

	return !l->lacks_files && mm_connections_count(s->connections).open < s->options.max_connections;
}

static void *run(void *ctx)
{
	struct mm_listener *l = ctx;

	for (;;) {
		const bool takes = has_room(l);
		struct pollfd p[] = {{.fd = l->stop_fd, .events = POLLIN},
				     {.fd = takes ? l->fd : -1, .events = POLLIN}};

		l->lacks_files = false;
		(void)poll(p, 2, takes ? -1 : WAIT_MS);
		if (p[0].revents)
			return NULL;
		if (p[1].revents)
			take(l);
	}
}

enum mm_code mm_listener_start(struct mm_server *s, int fd, struct mm_listener **ret, struct mm_err *reterr)
{
	struct mm_listener *l = calloc(1, sizeof(*l));

	if (!l)
		return mm_fail_nomem(reterr);
	l->server = s;
	l->fd = fd;
	l->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->stop_fd < 0 || pthread_create(&l->thread, NULL, run, l) != 0) {
		if (l->stop_fd >= 0)
			(void)close(l->stop_fd);
		free(l);
		return mm_fail(reterr, MM_E_IO, "", "cannot start a thread");
	}
	*ret = l;
	return MM_OK;
}

struct mm_listener *mm_listener_stop(struct mm_listener *l)
{
	if (!l)
		return NULL;
	(void)eventfd_write(l->stop_fd, 1);
	(void)pthread_join(l->thread, NULL);
	(void)close(l->stop_fd);
	free(l);
	return NULL;
}
