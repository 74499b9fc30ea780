#ifndef MM_HTTP_LISTENER_H
#define MM_HTTP_LISTENER_H

#include "http/exchange.h"

/*
 * A thread that takes connections and deals them out to the threads of the library in turn. Those would do so
 * themselves, but the first to wake takes all that wait: the six connections of a browser, and then all its
 * tiles are made on one core while the others idle.
 */
struct mm_listener;

/* Begins to take connections from `fd`, which listens, does not block, and stays the caller's; `s`, with its
 * daemon and its connections, is borrowed until the stop.
 *
 * MM_E_NOMEM, MM_E_IO (no thread) */
MM_MUST_USE enum mm_code mm_listener_start(struct mm_server *s, int fd, struct mm_listener **ret,
					   struct mm_err *reterr);
struct mm_listener *mm_listener_stop(struct mm_listener *l); /* NULL allowed; returns NULL */

#endif
