#ifndef MM_HTTP_SLOW_H
#define MM_HTTP_SLOW_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Answers that take long: a few threads of their own and a queue with an end, so that they keep nobody
 * waiting who asks for something quick. A server has one of these for each pace that is not quick
 * (enum mm_pace). The connection is suspended meanwhile (exchange.c).
 */
struct mm_slow;

struct mm_slow_task {
	struct mm_slow_task *next;
	int stop_fd; /* readable when the answer is not wanted any more: the client went, the server stops */
	void (*run)(struct mm_slow_task *t); /* once, on any thread; at once when it is not wanted. The task
						may be gone when it returns */
};

/* `niceness` of the threads, as for nice(1): with more than 0 they give way to all others. MM_E_NOMEM, or
 * MM_E_IO: no thread or no descriptor. */
MM_MUST_USE enum mm_code mm_slow_new(unsigned threads, unsigned queue_max, int niceness, struct mm_slow **ret,
				     struct mm_err *reterr);

/*
 * Gives a task a place and opens its stop_fd, which mm_slow_done closes; `socket` is that of its client.
 * False: no place is left, the server stops, or there is no descriptor.
 */
bool mm_slow_enter(struct mm_slow *s, struct mm_slow_task *t, int socket);

/* Has a task that has a place run as soon as a thread is free. */
void mm_slow_add(struct mm_slow *s, struct mm_slow_task *t);

/* True when the answer is not wanted any more. */
bool mm_slow_is_unwanted(int stop_fd);

void mm_slow_done(struct mm_slow_task *t);

/* Tells all to stop, waits until each has run, and takes no more. */
void mm_slow_close(struct mm_slow *s);

/* Prometheus text: how many are made, wait, and have been turned away; `name` is in the names of the
 * counters.
 */
void mm_slow_metrics(struct mm_slow *s, const char *name, struct mm_buf *out);

struct mm_slow *mm_slow_free(struct mm_slow *s); /* closed before; NULL allowed; returns NULL */

#endif
