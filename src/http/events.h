#ifndef MM_HTTP_EVENTS_H
#define MM_HTTP_EVENTS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * News for many listeners (Server-Sent Events). The last events lie in one ring that all share; a stream has
 * only its place in it, so a listener takes the same memory however slow it is: one that is overtaken by the
 * ring is told "reset", one that takes nothing at all for the server's idle timeout is cut. A stream waits
 * without a thread; one thread wakes those that have something to send, and all of them now and then with a
 * comment, by which dead connections are found.
 *
 * Source: WHATWG HTML, 9.2 (text/event-stream).
 */
struct mm_events;

struct mm_events_options {
	unsigned streams_max;  /* 0: 4096 */
	unsigned heartbeat_ms; /* 0: 20 000 */
	unsigned retry_ms;     /* after which clients come again; 0: 2 000 */
};

enum { MM_EVENTS_AREAS_MAX = 2 };
enum { MM_EVENTS_RING = 256, MM_EVENT_DATA_MAX = 64 * 1024, MM_EVENT_TOPIC_MAX = 64 };

/*
 * Starts the thread.
 *
 * MM_E_NOMEM
 * MM_E_IO     the thread could not be started
 */
MM_MUST_USE enum mm_code mm_events_new(const struct mm_events_options *options, struct mm_events **ret,
				       struct mm_err *reterr);

/* Ends all streams, now and for ever; what is published later goes nowhere. Any thread, any number of times;
 * returns when no stream waits any more. Before the server stops. */
void mm_events_close(struct mm_events *e);
struct mm_events *
mm_events_free(struct mm_events *e); /* closes; after the server. NULL allowed; returns NULL */

enum {
	MM_EVENTS_TOPICS_MAX = 128,
	MM_EVENTS_HELLO_MAX = 200,
	MM_EVENTS_CONDITIONS_MAX = 16,    /* different ones at a time */
	MM_EVENTS_CONDITIONS_OWN = 4,     /* of them, those of one client */
	MM_EVENTS_CONDITION_BYTES = 10240 /* of one */
};

/* Where something is, in whatever units both sides mean. */
struct mm_event_area {
	double min_x, min_y, max_x, max_y;
};

/*
 * Sends an event to all streams that listen to its topic, and keeps it for those that come again. Does not
 * wait for any of them. Any thread.
 *
 * name   of the event, static; letters
 * topic  what it is about, at most MM_EVENT_TOPIC_MAX bytes
 * where  what it is about lies within; NULL: may be anywhere
 * data   one line of text, at most MM_EVENT_DATA_MAX bytes
 *
 * MM_E_LIMIT  the topic or the data is longer
 * MM_E_NOMEM
 *
 * Cost: figures of tests/bench/README.md.
 */
MM_MUST_USE enum mm_code mm_events_publish(struct mm_events *e, const char *name, const char *topic,
					   const struct mm_event_area *where, const char *data, size_t n,
					   struct mm_err *reterr);

/* The same; for listeners to whom that matters nothing comes behind it. */
MM_MUST_USE enum mm_code mm_events_publish_last(struct mm_events *e, const char *name, const char *topic,
						const char *data, size_t n, struct mm_err *reterr);

/*
 * The same, but not to those who listen with one of these conditions (mm_events_ask): their publisher knows
 * that it is nothing to them.
 *
 * spared  at most MM_EVENTS_CONDITIONS_MAX
 */
MM_MUST_USE enum mm_code mm_events_publish_but(struct mm_events *e, const char *name, const char *topic,
					       const struct mm_event_area *where, const char *data, size_t n,
					       const char *const *spared, size_t spared_count,
					       struct mm_err *reterr);

/* The conditions, each once, of all who listen to a topic now; returns how many. The caller frees each.
 * Memory being short, some may be missing: who has such is told of everything. */
size_t mm_events_conditions(struct mm_events *e, const char *topic, char **ret);

/* The number of the next event. */
uint64_t mm_events_position(struct mm_events *e);

/* What a listener asks for; a handler puts it in its response (response.h), with the request's memory. */
struct mm_events_ask {
	struct mm_events *events;
	const char *const *topic; /* only events of these; NULL: all */
	size_t topic_count;
	struct mm_event_area area[MM_EVENTS_AREAS_MAX]; /* only events that meet one of these; none: all */
	size_t area_count;
	const char *condition; /* in words of the publisher's, who decides; NULL: none. What was published
				  before anybody had it is told in any case */
	const char *client;    /* who asks (mm_request_client_name); "" or NULL: nobody in particular, to whom
				  no limit of their own holds */
	uint64_t from;         /* where a listener without a place of its own begins: mm_events_position */
	const char *last_id;   /* Last-Event-ID: goes on behind it. NULL: from now on */
	const char *hello; /* data of the event "hello" that a new listener gets first, or of "reset", which
			      says that events were missed; one line of at most 200 bytes */
	const char *hello_name; /* static; NULL: "hello" */
	bool ends;              /* the stream ends behind an event that was published as the last one, and
				   where events were missed: whoever comes again gets a new hello */
};

/* Counters for /metrics, Prometheus text. */
void mm_events_metrics(struct mm_events *e, struct mm_buf *out);

#endif
