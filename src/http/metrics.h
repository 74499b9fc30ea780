#ifndef MM_HTTP_METRICS_H
#define MM_HTTP_METRICS_H

#include "base/buf.h"
#include "http/connections.h"
#include "http/route.h"

#include <stddef.h>
#include <stdint.h>

/* Counters of requests by route, as Prometheus text (exposition format 0.0.4). Any thread. */
struct mm_metrics;

/* Borrows the names of the routes. NULL: out of memory. */
struct mm_metrics *mm_metrics_new(const struct mm_route *routes, size_t count);
struct mm_metrics *mm_metrics_free(struct mm_metrics *m); /* NULL allowed; returns NULL */

/* One request has been answered. route NULL: none was found. `seconds` is the time to make the answer,
 * without the time that a slow client takes to read it. */
void mm_metrics_add(struct mm_metrics *m, const struct mm_route *route, int status, double seconds,
		    uint64_t bytes_in, uint64_t bytes_out);

void mm_metrics_write(const struct mm_metrics *m, const struct mm_connection_counts *connections,
		      struct mm_buf *out);

#endif
