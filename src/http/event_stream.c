#include "base/clock.h"
#include "base/hash.h"
#include "base/num.h"
#include "http/events_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One listener: what it is sent next, and when it waits. */

/* ---- small frames of its own ---- */

static void say(struct mm_event_stream *s, const char *name)
{
	const struct mm_events *e = s->events;
	int n =
	    snprintf(s->small, sizeof(s->small), "id: %016" PRIx64 "-%" PRIu64 "\nevent: %s\ndata: %s\n\n",
		     e->boot, s->at - 1, name, s->hello);

	MM_CHECK(n > 0 && (size_t)n < sizeof(s->small));
	s->small_count = (size_t)n;
	s->done = 0;
}

static void say_text(struct mm_event_stream *s, const char *text)
{
	s->small_count = strlen(text);
	s->done = 0;
	memcpy(s->small, text, s->small_count);
}

static void say_reset(struct mm_event_stream *s, uint64_t at)
{
	s->events->resets++;
	s->at = at;
	say(s, "reset");
}

/* ---- the beginning ---- */

/* Where a listener goes on; false: that is not known any more. */
static bool find_place(const struct mm_events *e, const char *last_id, uint64_t *ret)
{
	const char *dash = strchr(last_id, '-');
	char boot[24];
	int64_t n;

	(void)snprintf(boot, sizeof(boot), "%016" PRIx64, e->boot);
	if (!dash || (size_t)(dash - last_id) != strlen(boot) || memcmp(last_id, boot, strlen(boot)) != 0 ||
	    !mm_num_parse_int(dash + 1, strlen(dash + 1), &n) || n < 0)
		return false;
	if ((uint64_t)n >= e->next || (uint64_t)n + 1 < e->first)
		return false;
	*ret = (uint64_t)n + 1;
	return true;
}

/* The first bytes: when to come again, and hello to those who are new. The hub is locked. */
static void begin(struct mm_event_stream *s, const char *last_id, uint64_t from)
{
	struct mm_events *e = s->events;
	char retry[32], rest[MM_EVENT_SMALL_MAX];
	size_t n = (size_t)snprintf(retry, sizeof(retry), "retry: %u\n\n", e->options.retry_ms);
	bool goes_on = last_id && find_place(e, last_id, &s->at);

	if (goes_on) {
		say_text(s, retry);
		return;
	}
	s->at = from >= e->first && from <= e->next ? from : e->next;
	if (last_id)
		say_reset(s, s->at);
	else
		say(s, s->hello_name);
	memcpy(rest, s->small, s->small_count);
	MM_CHECK(n + s->small_count <= sizeof(s->small));
	memcpy(s->small, retry, n);
	memcpy(s->small + n, rest, s->small_count);
	s->small_count += n;
}

static bool copy_topics(struct mm_event_stream *s, const struct mm_events_ask *ask)
{
	size_t bytes = 1, at = 0;

	if (!ask->topic)
		return true;
	for (size_t i = 0; i < ask->topic_count; i++)
		bytes += strlen(ask->topic[i]) + 1;
	s->topics = malloc(bytes);
	if (!s->topics)
		return false;
	for (size_t i = 0; i < ask->topic_count; i++) {
		size_t n = strlen(ask->topic[i]) + 1;

		memcpy(s->topics + at, ask->topic[i], n);
		at += n;
	}
	s->topic_count = ask->topic_count;
	return true;
}

static bool copy_condition(struct mm_event_stream *s, const struct mm_events_ask *ask)
{
	if (!ask->condition)
		return true;
	s->condition = strdup(ask->condition);
	s->condition_hash = mm_hash64(ask->condition, strlen(ask->condition), 0);
	return s->condition != NULL;
}

static void free_stream(struct mm_event_stream *s)
{
	free(s->condition);
	free(s->topics);
	free(s);
}

/* The hub is locked. */
static enum mm_code check_place(const struct mm_event_stream *s, struct mm_err *reterr)
{
	const struct mm_events *e = s->events;

	if (e->is_closed)
		return mm_fail(reterr, MM_E_BUSY, "", "the server is stopping: try again");
	if (e->count >= e->options.streams_max)
		return mm_fail(reterr, MM_E_BUSY, "", "too many clients listen: try again later");
	return mm_events_check_condition(e, s, reterr);
}

static enum mm_code join(struct mm_event_stream *s, const struct mm_events_ask *ask, struct mm_err *reterr)
{
	struct mm_events *e = s->events;
	enum mm_code rc;

	(void)pthread_mutex_lock(&e->mu);
	rc = check_place(s, reterr);
	if (!rc) {
		begin(s, ask->last_id, ask->from);
		s->next = e->stream;
		if (e->stream)
			e->stream->prev = s;
		e->stream = s;
		e->count++;
	} else {
		e->refused++;
	}
	(void)pthread_mutex_unlock(&e->mu);
	return rc;
}

enum mm_code mm_event_stream_open(const struct mm_events_ask *ask, struct MHD_Connection *mhd,
				  struct mm_connection *connection, unsigned slow_s,
				  struct mm_event_stream **ret, struct mm_err *reterr)
{
	struct mm_event_stream *s;
	enum mm_code rc;

	if (ask->topic_count > MM_EVENTS_TOPICS_MAX || strlen(ask->hello) > MM_EVENTS_HELLO_MAX)
		return mm_fail(reterr, MM_E_INVALID, "", "listen to at most %d topics", MM_EVENTS_TOPICS_MAX);
	if (ask->condition && strlen(ask->condition) > MM_EVENTS_CONDITION_BYTES)
		return mm_fail(reterr, MM_E_INVALID, "", "listen with a condition of at most %d bytes",
			       MM_EVENTS_CONDITION_BYTES);
	s = calloc(1, sizeof(*s));
	if (!s)
		return mm_fail_nomem(reterr);
	s->events = ask->events;
	s->mhd = mhd;
	s->connection = connection;
	s->slow_ns = (int64_t)slow_s * 1000000000;
	memcpy(s->area, ask->area, sizeof(s->area));
	s->area_count = ask->area_count;
	memcpy(s->hello, ask->hello, strlen(ask->hello) + 1);
	s->hello_name = ask->hello_name ? ask->hello_name : "hello";
	s->ends = ask->ends;
	if (ask->client && *ask->client)
		s->client = mm_hash64(ask->client, strlen(ask->client), 0) | 1;
	if (!copy_topics(s, ask) || !copy_condition(s, ask)) {
		free_stream(s);
		return mm_fail_nomem(reterr);
	}
	rc = join(s, ask, reterr);
	if (rc) {
		free_stream(s);
		return rc;
	}
	*ret = s;
	return MM_OK;
}

void mm_event_stream_close(void *stream)
{
	struct mm_event_stream *s = stream;
	struct mm_events *e;

	if (!s)
		return;
	e = s->events;
	(void)pthread_mutex_lock(&e->mu);
	if (s->prev)
		s->prev->next = s->next;
	else
		e->stream = s->next;
	if (s->next)
		s->next->prev = s->prev;
	e->count--;
	(void)pthread_mutex_unlock(&e->mu);
	(void)mm_shared_unref(s->frame);
	free_stream(s);
}

/* ---- sending ---- */

/* What goes out next; false: nothing. The hub is locked. */
static bool take_next(struct mm_event_stream *s)
{
	struct mm_events *e = s->events;

	if (s->frame || s->small_count)
		return true;
	s->is_over |= s->ends && s->at < e->first;
	if (s->is_over)
		return false;
	if (s->at < e->first) {
		say_reset(s, e->next);
		return true;
	}
	for (; s->at < e->next; s->at++) {
		const struct mm_event *event = &e->ring[s->at % MM_EVENTS_RING];

		if (!mm_event_stream_wants(s, event))
			continue;
		s->frame = mm_shared_ref(event->frame);
		s->is_over = s->ends && event->is_last;
		s->done = 0;
		s->at++;
		return true;
	}
	if (s->is_late)
		say_text(s, ":\n\n");
	s->is_late = false;
	return s->small_count > 0;
}

/* Copies of what is on its way as much as fits. */
static size_t copy_out(struct mm_event_stream *s, char *to, size_t max)
{
	const void *from = s->frame ? (const void *)s->frame->data : s->small;
	const size_t all = s->frame ? s->frame->len : s->small_count,
		     n = all - s->done < max ? all - s->done : max;

	memcpy(to, (const char *)from + s->done, n);
	s->done += n;
	if (s->done == all) {
		s->frame = mm_shared_unref(s->frame);
		s->small_count = s->done = 0;
	}
	return n;
}

ssize_t mm_event_stream_read(void *stream, uint64_t pos, char *to, size_t max)
{
	struct mm_event_stream *s = stream;
	struct mm_events *e = s->events;
	size_t n = 0;

	(void)pos;
	(void)pthread_mutex_lock(&e->mu);
	if (e->is_closed) {
		(void)pthread_mutex_unlock(&e->mu);
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	while (n < max && take_next(s))
		n += copy_out(s, to + n, max - n);
	if (n == 0 && s->is_over) {
		(void)pthread_mutex_unlock(&e->mu);
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	if (n == 0) {
		s->is_waiting = true;
		MHD_suspend_connection(s->mhd);
	}
	(void)pthread_mutex_unlock(&e->mu);
	mm_connection_set_deadline(s->connection, n ? mm_clock_mono_ns() + s->slow_ns : 0);
	return (ssize_t)n;
}
