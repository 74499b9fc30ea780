#include "http/connections.h"

#include "base/clock.h"
#include "base/hash.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	BUCKETS = 1024,          /* by address: 8 connections each at the default limit */
	TICK_NS = 200 * 1000000, /* a deadline is kept to a fifth of a second; a scan of 8192 takes 50 us */
	CROWDED_IDLE_NS = 1000000000 /* a browser asks its next tiles within it */
};

struct mm_connection {
	struct mm_connection *prev, *next;
	int fd;
	struct mm_address address;
	char client[MM_ADDRESS_TEXT_MAX]; /* the address as text */
	_Atomic int64_t deadline_ns;
	_Atomic int64_t idle_since_ns; /* 0: in a request, or before the first */
	atomic_bool busy;
};

/* One that was let in and is on its way to its thread. */
struct expected {
	struct expected *next;
	struct mm_address address;
};

/* `mu` guards the lists, `counts` and `stop`. shutdown(2) is called under it: it does not block, and the
 * descriptor cannot be closed and used anew meanwhile. */
struct mm_connections {
	pthread_mutex_t mu;
	pthread_cond_t changed; /* monotonic clock */
	pthread_t reaper;
	bool stop;
	atomic_bool draining;
	unsigned per_address, crowded;
	struct mm_connection_counts counts;
	struct mm_connection *bucket[BUCKETS];
	struct expected *expected;
};

static struct mm_connection **bucket_of(struct mm_connections *s, const struct mm_address *a)
{
	return &s->bucket[mm_hash64(a->byte, sizeof(a->byte), 0) % BUCKETS];
}

static struct timespec time_of(int64_t mono_ns)
{
	return (struct timespec){.tv_sec = mono_ns / 1000000000, .tv_nsec = mono_ns % 1000000000};
}

static void cut(const struct mm_connection *c)
{
	(void)shutdown(c->fd, SHUT_RDWR);
}

static bool is_late(const struct mm_connection *c, int64_t now_ns)
{
	int64_t deadline = atomic_load_explicit(&c->deadline_ns, memory_order_relaxed);

	return deadline && deadline <= now_ns;
}

static bool is_long_idle(const struct mm_connection *c, int64_t now_ns)
{
	int64_t since = atomic_load_explicit(&c->idle_since_ns, memory_order_relaxed);

	return since && now_ns - since > CROWDED_IDLE_NS;
}

static void reap(struct mm_connections *s, int64_t now_ns)
{
	bool crowded = s->counts.open > s->crowded;

	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct mm_connection *c = s->bucket[i]; c; c = c->next) {
			bool late = is_late(c, now_ns);

			if (!late && !(crowded && is_long_idle(c, now_ns)))
				continue;
			cut(c);
			atomic_store_explicit(&c->deadline_ns, 0, memory_order_relaxed);
			atomic_store_explicit(&c->idle_since_ns, 0, memory_order_relaxed);
			s->counts.cut_slow += late;
			s->counts.cut_crowded += !late;
		}
	}
}

static void *reaper_main(void *arg)
{
	struct mm_connections *s = arg;

	(void)pthread_mutex_lock(&s->mu);
	while (!s->stop) {
		int64_t now = mm_clock_mono_ns();
		struct timespec next = time_of(now + TICK_NS);

		reap(s, now);
		(void)pthread_cond_timedwait(&s->changed, &s->mu, &next);
	}
	(void)pthread_mutex_unlock(&s->mu);
	return NULL;
}

static void init_sync(struct mm_connections *s)
{
	pthread_condattr_t attr;

	(void)pthread_mutex_init(&s->mu, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&s->changed, &attr);
	(void)pthread_condattr_destroy(&attr);
}

enum mm_code mm_connections_new(unsigned per_address, unsigned crowded, struct mm_connections **ret,
				struct mm_err *reterr)
{
	struct mm_connections *s = calloc(1, sizeof(*s));

	if (!s)
		return mm_fail_nomem(reterr);
	s->per_address = per_address;
	s->crowded = crowded;
	init_sync(s);
	if (pthread_create(&s->reaper, NULL, reaper_main, s) != 0) {
		(void)pthread_cond_destroy(&s->changed);
		(void)pthread_mutex_destroy(&s->mu);
		free(s);
		return mm_fail(reterr, MM_E_IO, "", "cannot start a thread");
	}
	*ret = s;
	return MM_OK;
}

static bool is_same(const struct mm_address *a, const struct mm_address *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* Under the mutex. */
static void forget(struct mm_connections *s, const struct mm_address *address)
{
	for (struct expected **at = &s->expected, *e; (e = *at) != NULL; at = &e->next)
		if (is_same(&e->address, address)) {
			*at = e->next;
			free(e);
			return;
		}
}

struct mm_connections *mm_connections_free(struct mm_connections *s)
{
	if (!s)
		return NULL;
	(void)pthread_mutex_lock(&s->mu);
	s->stop = true;
	(void)pthread_cond_broadcast(&s->changed);
	(void)pthread_mutex_unlock(&s->mu);
	(void)pthread_join(s->reaper, NULL);
	MM_CHECK(s->counts.open == 0);
	while (s->expected) /* which the library had no memory for */
		forget(s, &s->expected->address);
	(void)pthread_cond_destroy(&s->changed);
	(void)pthread_mutex_destroy(&s->mu);
	free(s);
	return NULL;
}

static unsigned count_of(struct mm_connections *s, const struct mm_address *address)
{
	unsigned count = 0;

	for (const struct mm_connection *c = *bucket_of(s, address); c; c = c->next)
		count += is_same(&c->address, address);
	for (const struct expected *e = s->expected; e; e = e->next)
		count += is_same(&e->address, address);
	return count;
}

bool mm_connections_expect(struct mm_connections *s, const struct mm_address *address)
{
	struct expected *e = malloc(sizeof(*e));
	bool may;

	if (!e)
		return false;
	(void)pthread_mutex_lock(&s->mu);
	may = !s->per_address || count_of(s, address) < s->per_address;
	if (may) {
		*e = (struct expected){s->expected, *address};
		s->expected = e;
	}
	s->counts.refused += !may;
	(void)pthread_mutex_unlock(&s->mu);
	if (!may)
		free(e);
	return may;
}

void mm_connections_forget(struct mm_connections *s, const struct mm_address *address)
{
	(void)pthread_mutex_lock(&s->mu);
	forget(s, address);
	(void)pthread_mutex_unlock(&s->mu);
}

struct mm_connection *mm_connection_open(struct mm_connections *s, int fd, const struct mm_address *address,
					 int64_t deadline_ns)
{
	struct mm_connection *c = calloc(1, sizeof(*c)), **head = bucket_of(s, address);

	if (!c) {
		mm_connections_forget(s, address);
		return NULL;
	}
	c->fd = fd;
	c->address = *address;
	mm_address_format(address, c->client);
	atomic_init(&c->deadline_ns, deadline_ns);
	(void)pthread_mutex_lock(&s->mu);
	forget(s, address);
	c->next = *head;
	if (*head)
		(*head)->prev = c;
	*head = c;
	s->counts.open++;
	s->counts.accepted++;
	(void)pthread_mutex_unlock(&s->mu);
	return c;
}

void mm_connection_close(struct mm_connections *s, struct mm_connection *c)
{
	(void)pthread_mutex_lock(&s->mu);
	if (c->prev)
		c->prev->next = c->next;
	else
		*bucket_of(s, &c->address) = c->next;
	if (c->next)
		c->next->prev = c->prev;
	if (--s->counts.open == 0)
		(void)pthread_cond_broadcast(&s->changed);
	(void)pthread_mutex_unlock(&s->mu);
	free(c);
}

const struct mm_address *mm_connection_address(const struct mm_connection *c)
{
	return &c->address;
}

bool mm_connection_has_left(const struct mm_connection *c)
{
	struct pollfd p = {.fd = c->fd, .events = POLLRDHUP};

	return poll(&p, 1, 0) > 0;
}

const char *mm_connection_client(const struct mm_connection *c)
{
	return c->client;
}

void mm_connection_set_deadline(struct mm_connection *c, int64_t deadline_ns)
{
	atomic_store_explicit(&c->deadline_ns, deadline_ns, memory_order_relaxed);
}

void mm_connection_begin(struct mm_connection *c, int64_t deadline_ns)
{
	int64_t stands = atomic_load_explicit(&c->deadline_ns, memory_order_relaxed);

	atomic_store_explicit(&c->busy, true, memory_order_relaxed);
	atomic_store_explicit(&c->idle_since_ns, 0, memory_order_relaxed);
	if (!stands || deadline_ns < stands)
		mm_connection_set_deadline(c, deadline_ns);
}

void mm_connection_end(struct mm_connections *s, struct mm_connection *c, int64_t deadline_ns)
{
	atomic_store(&c->busy, false);
	atomic_store_explicit(&c->idle_since_ns, mm_clock_tick_ns(), memory_order_relaxed);
	mm_connection_set_deadline(c, deadline_ns);
	if (atomic_load(&s->draining))
		cut(c); /* the library's own thread: the descriptor is open */
}

static void cut_idle(struct mm_connections *s)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct mm_connection *c = s->bucket[i]; c; c = c->next) {
			if (!atomic_load(&c->busy))
				cut(c);
		}
	}
}

void mm_connections_drain(struct mm_connections *s, unsigned grace_ms)
{
	struct timespec until = time_of(mm_clock_mono_ns() + (int64_t)grace_ms * 1000000);
	int rc = 0;

	atomic_store(&s->draining, true);
	(void)pthread_mutex_lock(&s->mu);
	cut_idle(s);
	while (s->counts.open && rc == 0)
		rc = pthread_cond_timedwait(&s->changed, &s->mu, &until);
	(void)pthread_mutex_unlock(&s->mu);
}

struct mm_connection_counts mm_connections_count(struct mm_connections *s)
{
	struct mm_connection_counts counts;

	(void)pthread_mutex_lock(&s->mu);
	counts = s->counts;
	(void)pthread_mutex_unlock(&s->mu);
	return counts;
}
