#include "http/slow.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

struct mm_slow {
	pthread_mutex_t mu; /* guards the queue and `is_closed`; not held while a task runs */
	pthread_cond_t news;
	struct mm_slow_task *first, **last;
	unsigned queued, queue_max; /* places taken, of tasks that do not run yet */
	unsigned idle;              /* threads that wait for a task */
	uint64_t refused;
	bool is_closed;
	int stop_fd; /* readable when the server stops */
	pthread_t *thread;
	unsigned thread_count;
	int niceness;
};

static struct mm_slow_task *take_first(struct mm_slow *s)
{
	struct mm_slow_task *t = s->first;

	s->first = t->next;
	if (!s->first)
		s->last = &s->first;
	s->queued--;
	t->next = NULL;
	return t;
}

static void *work(void *ctx)
{
	struct mm_slow *s = ctx;

	if (s->niceness) /* of this thread alone: Linux takes a thread for a process here */
		(void)setpriority(PRIO_PROCESS, (id_t)gettid(), s->niceness);
	(void)pthread_mutex_lock(&s->mu);
	for (;;) {
		s->idle++;
		while (!s->first && !s->is_closed)
			(void)pthread_cond_wait(&s->news, &s->mu);
		s->idle--;
		if (!s->first)
			break;
		struct mm_slow_task *t = take_first(s);

		(void)pthread_mutex_unlock(&s->mu);
		t->run(t);
		(void)pthread_mutex_lock(&s->mu);
	}
	(void)pthread_mutex_unlock(&s->mu);
	return NULL;
}

enum mm_code mm_slow_new(unsigned threads, unsigned queue_max, int niceness, struct mm_slow **ret,
			 struct mm_err *reterr)
{
	struct mm_slow *s = calloc(1, sizeof(*s));

	if (!s)
		return mm_fail_nomem(reterr);
	s->queue_max = queue_max;
	s->niceness = niceness;
	s->last = &s->first;
	(void)pthread_mutex_init(&s->mu, NULL);
	(void)pthread_cond_init(&s->news, NULL);
	s->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->thread = calloc(threads, sizeof(*s->thread));
	while (s->thread && s->stop_fd >= 0 && s->thread_count < threads &&
	       pthread_create(&s->thread[s->thread_count], NULL, work, s) == 0)
		s->thread_count++;
	if (s->thread_count == threads) {
		*ret = s;
		return MM_OK;
	}
	mm_slow_close(s);
	(void)mm_slow_free(s);
	return mm_fail(reterr, MM_E_IO, "", "threads for slow answers cannot be started: %s",
		       strerrordesc_np(errno));
}

/* An epoll instance is itself readable when what it watches has news: no thread has to look. */
static int open_stop(const struct mm_slow *s, int socket)
{
	struct epoll_event stop = {.events = EPOLLIN}, gone = {.events = EPOLLRDHUP};
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		return -1;
	if (epoll_ctl(fd, EPOLL_CTL_ADD, s->stop_fd, &stop) == 0 &&
	    epoll_ctl(fd, EPOLL_CTL_ADD, socket, &gone) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

bool mm_slow_is_unwanted(int stop_fd)
{
	struct pollfd p = {.fd = stop_fd, .events = POLLIN};

	return stop_fd >= 0 && poll(&p, 1, 0) > 0;
}

/* Takes those out of the queue whose clients have left: their places are for others. The lock is held. */
static struct mm_slow_task *take_unwanted(struct mm_slow *s)
{
	struct mm_slow_task *gone = NULL;

	for (struct mm_slow_task **at = &s->first; *at;) {
		struct mm_slow_task *t = *at;

		if (!mm_slow_is_unwanted(t->stop_fd)) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		s->queued--;
		t->next = gone;
		gone = t;
	}
	s->last = &s->first;
	while (*s->last)
		s->last = &(*s->last)->next;
	return gone;
}

bool mm_slow_enter(struct mm_slow *s, struct mm_slow_task *t, int socket)
{
	int fd = open_stop(s, socket);
	struct mm_slow_task *gone = NULL;
	bool fits;

	if (fd < 0)
		return false;
	(void)pthread_mutex_lock(&s->mu);
	if (s->queued >= s->queue_max)
		gone = take_unwanted(s);
	fits = !s->is_closed && s->queued < s->queue_max + s->idle;
	s->queued += fits;
	s->refused += !fits;
	(void)pthread_mutex_unlock(&s->mu);
	while (gone) {
		struct mm_slow_task *next = gone->next;

		gone->run(gone);
		gone = next;
	}
	if (fits)
		t->stop_fd = fd;
	else
		(void)close(fd);
	return fits;
}

void mm_slow_add(struct mm_slow *s, struct mm_slow_task *t)
{
	bool is_late;

	t->next = NULL;
	(void)pthread_mutex_lock(&s->mu);
	is_late = s->is_closed; /* no thread may be left */
	if (is_late) {
		s->queued--;
	} else {
		*s->last = t;
		s->last = &t->next;
		(void)pthread_cond_signal(&s->news);
	}
	(void)pthread_mutex_unlock(&s->mu);
	if (is_late)
		t->run(t);
}

void mm_slow_done(struct mm_slow_task *t)
{
	(void)close(t->stop_fd);
	t->stop_fd = -1;
}

void mm_slow_close(struct mm_slow *s)
{
	(void)pthread_mutex_lock(&s->mu);
	s->is_closed = true;
	if (s->stop_fd >= 0)
		(void)eventfd_write(s->stop_fd, 1);
	(void)pthread_cond_broadcast(&s->news);
	(void)pthread_mutex_unlock(&s->mu);
	for (unsigned i = 0; i < s->thread_count; i++)
		(void)pthread_join(s->thread[i], NULL);
	(void)pthread_mutex_lock(&s->mu);
	s->thread_count = s->idle = 0;
	(void)pthread_mutex_unlock(&s->mu);
}

void mm_slow_metrics(struct mm_slow *s, const char *name, struct mm_buf *out)
{
	unsigned running, queued;
	uint64_t refused;

	(void)pthread_mutex_lock(&s->mu);
	running = s->thread_count - s->idle;
	queued = s->queued;
	refused = s->refused;
	(void)pthread_mutex_unlock(&s->mu);
	mm_buf_printf(out,
		      "# HELP munimap_http_%s_running Answers that take long and are being made.\n"
		      "# TYPE munimap_http_%s_running gauge\n"
		      "munimap_http_%s_running %u\n",
		      name, name, name, running);
	mm_buf_printf(out,
		      "# HELP munimap_http_%s_waiting Requests that wait for one of those to end.\n"
		      "# TYPE munimap_http_%s_waiting gauge\n"
		      "munimap_http_%s_waiting %u\n",
		      name, name, name, queued);
	mm_buf_printf(out,
		      "# HELP munimap_http_%s_refused_total Requests for whom there was no place to wait.\n"
		      "# TYPE munimap_http_%s_refused_total counter\n"
		      "munimap_http_%s_refused_total %" PRIu64 "\n",
		      name, name, name, refused);
}

struct mm_slow *mm_slow_free(struct mm_slow *s)
{
	if (!s)
		return NULL;
	if (s->stop_fd >= 0)
		(void)close(s->stop_fd);
	(void)pthread_cond_destroy(&s->news);
	(void)pthread_mutex_destroy(&s->mu);
	free(s->thread);
	free(s);
	return NULL;
}
