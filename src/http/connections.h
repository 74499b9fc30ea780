#ifndef MM_HTTP_CONNECTIONS_H
#define MM_HTTP_CONNECTIONS_H

#include "base/err.h"
#include "http/forwarded.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * All open connections and their deadlines. The library's own timeout restarts with every byte, so one byte a
 * second holds a connection for ever; here a thread cuts (shutdown(2)) whatever is past its deadline.
 * Functions may be called from any thread.
 */
struct mm_connections;
struct mm_connection;

struct mm_connection_counts {
	uint64_t open, accepted, cut_slow, cut_crowded, refused;
};

/* Starts the reaper thread.
 *
 * per_address  most connections from one address, 0 = no limit
 * crowded      with more open connections than this, those that idle between two requests are cut after a
 *              second: each holds 25 kB and a place that a new client needs
 *
 * MM_E_NOMEM  out of memory
 * MM_E_IO     the thread could not be started */
MM_MUST_USE enum mm_code mm_connections_new(unsigned per_address, unsigned crowded,
					    struct mm_connections **ret, struct mm_err *reterr);
struct mm_connections *mm_connections_free(struct mm_connections *s); /* NULL allowed; returns NULL */

/* False when `address` has as many connections as it may (counted in the metrics), those that are expected
 * among them. Else one more is expected, until it is opened or forgotten. */
bool mm_connections_expect(struct mm_connections *s, const struct mm_address *address);
void mm_connections_forget(struct mm_connections *s, const struct mm_address *address);

/* NULL: out of memory. The descriptor stays the caller's; it must be open until mm_connection_close. */
struct mm_connection *mm_connection_open(struct mm_connections *s, int fd, const struct mm_address *address,
					 int64_t deadline_ns);
void mm_connection_close(struct mm_connections *s, struct mm_connection *c);

const struct mm_address *mm_connection_address(const struct mm_connection *c);

/* The same as text; lives as long as the connection. */
const char *mm_connection_client(const struct mm_connection *c);

/* True when the client has hung up, which is otherwise found only by writing to it. */
bool mm_connection_has_left(const struct mm_connection *c);

/* A request has begun: its head must be complete at `deadline_ns`, or at an earlier one that stands already.
 */
void mm_connection_begin(struct mm_connection *c, int64_t deadline_ns);

/* Monotonic time at which the connection is cut; 0 = never. */
void mm_connection_set_deadline(struct mm_connection *c, int64_t deadline_ns);

/* The answer has gone out: waits for the next request until `deadline_ns`; cut at once while draining. */
void mm_connection_end(struct mm_connections *s, struct mm_connection *c, int64_t deadline_ns);

/* Cuts the connections without a request, waits at most `grace_ms` until the others have ended. */
void mm_connections_drain(struct mm_connections *s, unsigned grace_ms);

struct mm_connection_counts mm_connections_count(struct mm_connections *s);

#endif
