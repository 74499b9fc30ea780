#ifndef MM_HTTP_EVENTS_PRIVATE_H
#define MM_HTTP_EVENTS_PRIVATE_H

#include "base/shared.h"
#include "http/connections.h"
#include "http/events.h"

#include <pthread.h>

#include <microhttpd.h>

/* Shared by events.c and event_stream.c; send.c opens streams. */

enum { MM_EVENT_SMALL_MAX = 512 };

struct mm_event {
	struct mm_shared *frame; /* as it is sent */
	char topic[MM_EVENT_TOPIC_MAX + 1];
	struct mm_event_area where;
	bool is_anywhere, is_last;
	uint64_t spared[MM_EVENTS_CONDITIONS_MAX]; /* hashes of conditions to which it is nothing */
	size_t spared_count;
};

/* One listener. All but `connection` and `slow_ns` belongs to the lock of the hub. */
struct mm_event_stream {
	struct mm_events *events;
	struct mm_event_stream *prev, *next, *next_woken;
	struct MHD_Connection *mhd;
	struct mm_connection *connection;
	int64_t slow_ns;         /* what it may take to swallow what it was given */
	uint64_t at;             /* number of the next event to send */
	struct mm_shared *frame; /* on its way out; NULL: `small` is, or nothing */
	size_t done;             /* bytes of it that are gone */
	size_t small_count;
	bool is_waiting; /* suspended: whoever resets this must resume it */
	bool is_late;    /* a heartbeat is due */
	bool ends;       /* after a last event */
	bool is_over;    /* that has been taken */
	const char *hello_name;
	char *topics; /* each NUL-terminated; NULL: all */
	size_t topic_count;
	struct mm_event_area area[MM_EVENTS_AREAS_MAX];
	size_t area_count; /* 0: everywhere */
	char *condition;   /* NULL: none */
	uint64_t condition_hash;
	uint64_t client; /* a hash; 0: nobody in particular */
	char hello[MM_EVENTS_HELLO_MAX + 1];
	char small[MM_EVENT_SMALL_MAX];
};

struct mm_events {
	pthread_mutex_t mu; /* guards all below and the streams; never held while one is resumed */
	pthread_cond_t news;
	pthread_t thread;
	struct mm_events_options options;
	struct mm_event ring[MM_EVENTS_RING];
	uint64_t first, next; /* numbers of the events that are there: first to next - 1 */
	uint64_t boot;        /* tells this run's numbers from those of another */
	struct mm_event_stream *stream;
	size_t count;
	uint64_t published, resets, refused;
	bool has_news, is_closed, has_thread;
};

/* True when the stream listens to the event. */
bool mm_event_stream_wants(const struct mm_event_stream *s, const struct mm_event *event);

/*
 * With the lock: its condition is one that there is, or there may be one more.
 *
 * MM_E_LIMIT  the client has as many as one may have
 * MM_E_BUSY   there are as many as there may be
 */
MM_MUST_USE enum mm_code mm_events_check_condition(const struct mm_events *e, const struct mm_event_stream *s,
						   struct mm_err *reterr);

/* event_stream.c */

/*
 * Opens a stream. The caller makes the answer from mm_event_stream_read and hands it over.
 *
 * MM_E_BUSY     as many listen as may, or the server stops
 * MM_E_INVALID  too many topics, or a hello or a condition that is too long
 * MM_E_LIMIT    the client has as many conditions as one may have
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_event_stream_open(const struct mm_events_ask *ask, struct MHD_Connection *mhd,
					      struct mm_connection *connection, unsigned slow_s,
					      struct mm_event_stream **ret, struct mm_err *reterr);
void mm_event_stream_close(void *stream);                                       /* NULL allowed */
ssize_t mm_event_stream_read(void *stream, uint64_t pos, char *to, size_t max); /* for the library */

#endif
