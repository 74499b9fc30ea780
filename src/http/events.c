#include "http/events.h"

#include "base/clock.h"
#include "base/hash.h"
#include "http/events_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STREAMS_MAX = 4096, HEARTBEAT_MS = 20000, RETRY_MS = 2000, FRAME_MORE = 512 };

/* ---- waking ---- */

static bool is_near(const struct mm_event_stream *s, const struct mm_event *event)
{
	const struct mm_event_area *w = &event->where;

	for (size_t i = 0; i < s->area_count && !event->is_anywhere; i++) {
		const struct mm_event_area *a = &s->area[i];

		if (a->min_x <= w->max_x && a->max_x >= w->min_x && a->min_y <= w->max_y &&
		    a->max_y >= w->min_y)
			return true;
	}
	return s->area_count == 0 || event->is_anywhere;
}

static bool has_topic(const struct mm_event_stream *s, const char *topic)
{
	const char *own = s->topics;

	for (size_t i = 0; own && i < s->topic_count; i++, own += strlen(own) + 1)
		if (strcmp(own, topic) == 0)
			return true;
	return !own;
}

static bool is_spared(const struct mm_event_stream *s, const struct mm_event *event)
{
	for (size_t i = 0; s->condition && i < event->spared_count; i++)
		if (event->spared[i] == s->condition_hash)
			return true;
	return false;
}

bool mm_event_stream_wants(const struct mm_event_stream *s, const struct mm_event *event)
{
	return has_topic(s, event->topic) && is_near(s, event) && !is_spared(s, event);
}

/* Passes over what the stream does not listen to; true when it then has something to send. */
static bool has_something(struct mm_events *e, struct mm_event_stream *s)
{
	if (s->at < e->first)
		return true;
	while (s->at < e->next && !mm_event_stream_wants(s, &e->ring[s->at % MM_EVENTS_RING]))
		s->at++;
	return s->at < e->next;
}

/* Takes out those that are to be resumed. The hub is locked. */
static struct mm_event_stream *take_waiting(struct mm_events *e, bool is_beat)
{
	struct mm_event_stream *list = NULL;

	for (struct mm_event_stream *s = e->stream; s; s = s->next) {
		if (!s->is_waiting)
			continue;
		s->is_late = is_beat;
		if (!has_something(e, s) && !is_beat && !e->is_closed)
			continue;
		s->is_waiting = false;
		s->next_woken = list;
		list = s;
	}
	return list;
}

static void resume_all(struct mm_event_stream *list)
{
	while (list) {
		struct mm_event_stream *s = list;

		list = s->next_woken; /* once it is resumed it may be gone */
		MHD_resume_connection(s->mhd);
	}
}

/* Waits until there is something to do; true: the heartbeat is due. The hub is locked. */
static bool wait_for_news(struct mm_events *e, int64_t beat_ns)
{
	const struct timespec until = {beat_ns / 1000000000, beat_ns % 1000000000};
	int rc = 0;

	while (!e->has_news && !e->is_closed && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&e->news, &e->mu, &until);
	e->has_news = false;
	return rc == ETIMEDOUT;
}

static void *wake_streams(void *ctx)
{
	struct mm_events *e = ctx;
	const int64_t period_ns = (int64_t)e->options.heartbeat_ms * 1000000;
	int64_t beat_ns = mm_clock_mono_ns() + period_ns;
	bool is_last = false;

	while (!is_last) {
		struct mm_event_stream *list;
		bool is_beat;

		(void)pthread_mutex_lock(&e->mu);
		is_beat = wait_for_news(e, beat_ns);
		is_last = e->is_closed; /* who reads from now on sees it, and does not wait */
		list = take_waiting(e, is_beat);
		(void)pthread_mutex_unlock(&e->mu);
		resume_all(list);
		if (is_beat)
			beat_ns = mm_clock_mono_ns() + period_ns;
	}
	return NULL;
}

/* ---- publishing ---- */

static struct mm_shared *make_frame(const struct mm_events *e, const char *name, const char *data, size_t n)
{
	struct mm_shared *frame;
	struct mm_buf b;

	mm_buf_init(&b, MM_EVENT_DATA_MAX + FRAME_MORE);
	mm_buf_printf(&b, "id: %016" PRIx64 "-%" PRIu64 "\nevent: %s\ndata: ", e->boot, e->next, name);
	mm_buf_put(&b, data, n);
	mm_buf_text(&b, "\n\n");
	frame = mm_shared_from_buf(&b);
	mm_buf_release(&b);
	return frame;
}

static void append(struct mm_events *e, const char *topic, const struct mm_event_area *where, bool is_last,
		   const uint64_t *spared, size_t spared_count, struct mm_shared *frame)
{
	struct mm_event *event = &e->ring[e->next % MM_EVENTS_RING];

	(void)mm_shared_unref(event->frame);
	event->frame = frame;
	memcpy(event->topic, topic, strlen(topic) + 1);
	event->is_anywhere = !where;
	event->is_last = is_last;
	if (where)
		event->where = *where;
	memcpy(event->spared, spared, spared_count * sizeof(*spared));
	event->spared_count = spared_count;
	e->next++;
	e->first = e->next > MM_EVENTS_RING ? e->next - MM_EVENTS_RING : 1;
	e->published++;
	e->has_news = true;
	(void)pthread_cond_signal(&e->news);
}

static enum mm_code publish(struct mm_events *e, const char *name, const char *topic,
			    const struct mm_event_area *where, bool is_last, const char *data, size_t n,
			    const char *const *spared, size_t spared_count, struct mm_err *reterr)
{
	uint64_t hash[MM_EVENTS_CONDITIONS_MAX] = {0};
	struct mm_shared *frame = NULL;
	bool is_closed;

	MM_CHECK(spared_count <= MM_EVENTS_CONDITIONS_MAX);
	for (size_t i = 0; i < spared_count; i++)
		hash[i] = mm_hash64(spared[i], strlen(spared[i]), 0);
	if (strlen(topic) > MM_EVENT_TOPIC_MAX || n > MM_EVENT_DATA_MAX || memchr(data, '\n', n))
		return mm_fail(reterr, MM_E_LIMIT, "", "an event is one line of at most %d bytes",
			       MM_EVENT_DATA_MAX);
	(void)pthread_mutex_lock(&e->mu);
	is_closed = e->is_closed;
	if (!is_closed)
		frame = make_frame(e, name, data, n);
	if (frame)
		append(e, topic, where, is_last, hash, spared_count, frame);
	(void)pthread_mutex_unlock(&e->mu);
	return frame || is_closed ? MM_OK : mm_fail_nomem(reterr);
}

enum mm_code mm_events_publish(struct mm_events *e, const char *name, const char *topic,
			       const struct mm_event_area *where, const char *data, size_t n,
			       struct mm_err *reterr)
{
	return publish(e, name, topic, where, false, data, n, NULL, 0, reterr);
}

enum mm_code mm_events_publish_last(struct mm_events *e, const char *name, const char *topic,
				    const char *data, size_t n, struct mm_err *reterr)
{
	return publish(e, name, topic, NULL, true, data, n, NULL, 0, reterr);
}

enum mm_code mm_events_publish_but(struct mm_events *e, const char *name, const char *topic,
				   const struct mm_event_area *where, const char *data, size_t n,
				   const char *const *spared, size_t spared_count, struct mm_err *reterr)
{
	return publish(e, name, topic, where, false, data, n, spared, spared_count, reterr);
}

/* ---- conditions ---- */

/* With the lock: where a condition is among those there are; count: it is not there. */
static size_t find_condition(const struct mm_event_stream *const *of, size_t count, uint64_t hash)
{
	size_t i = 0;

	while (i < count && of[i]->condition_hash != hash)
		i++;
	return i;
}

/* With the lock: one stream of each condition; topic NULL: any; client 0: anybody's. Those who have hung up
 * hold no place until the heartbeat finds them: pages are loaded again, each time with another filter. */
static size_t list_conditions(const struct mm_events *e, const char *topic, uint64_t client,
			      const struct mm_event_stream *ret[MM_EVENTS_CONDITIONS_MAX])
{
	size_t count = 0;

	for (const struct mm_event_stream *s = e->stream; s && count < MM_EVENTS_CONDITIONS_MAX; s = s->next)
		if (s->condition && (!topic || has_topic(s, topic)) && (!client || s->client == client) &&
		    find_condition(ret, count, s->condition_hash) == count &&
		    !mm_connection_has_left(s->connection))
			ret[count++] = s;
	return count;
}

enum mm_code mm_events_check_condition(const struct mm_events *e, const struct mm_event_stream *s,
				       struct mm_err *reterr)
{
	const struct mm_event_stream *of[MM_EVENTS_CONDITIONS_MAX];
	size_t count = s->condition && s->client ? list_conditions(e, NULL, s->client, of) : 0;

	if (count >= MM_EVENTS_CONDITIONS_OWN && find_condition(of, count, s->condition_hash) == count)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "%d different filters are listened to from your address already, which is as "
			       "many as one may have: stop one of them, or listen without a filter",
			       MM_EVENTS_CONDITIONS_OWN);
	count = s->condition ? list_conditions(e, NULL, 0, of) : 0;
	if (count >= MM_EVENTS_CONDITIONS_MAX && find_condition(of, count, s->condition_hash) == count)
		return mm_fail(
		    reterr, MM_E_BUSY, "",
		    "%d different filters are listened to already, which is as many as there may be: "
		    "try again later, or listen without a filter",
		    MM_EVENTS_CONDITIONS_MAX);
	return MM_OK;
}

size_t mm_events_conditions(struct mm_events *e, const char *topic, char **ret)
{
	const struct mm_event_stream *of[MM_EVENTS_CONDITIONS_MAX];
	size_t count, kept = 0;

	(void)pthread_mutex_lock(&e->mu);
	count = list_conditions(e, topic, 0, of);
	for (size_t i = 0; i < count; i++) {
		ret[kept] = strdup(of[i]->condition);
		kept += ret[kept] != NULL;
	}
	(void)pthread_mutex_unlock(&e->mu);
	return kept;
}

/* ---- beginning and end ---- */

static void init_sync(struct mm_events *e)
{
	pthread_condattr_t attr;

	(void)pthread_mutex_init(&e->mu, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&e->news, &attr);
	(void)pthread_condattr_destroy(&attr);
}

enum mm_code mm_events_new(const struct mm_events_options *options, struct mm_events **ret,
			   struct mm_err *reterr)
{
	struct mm_events *e = calloc(1, sizeof(*e));
	const int64_t salt[] = {mm_clock_utc_ms(), mm_clock_mono_ns(), getpid()};

	if (!e)
		return mm_fail_nomem(reterr);
	e->options = *options;
	e->options.streams_max = options->streams_max ? options->streams_max : STREAMS_MAX;
	e->options.heartbeat_ms = options->heartbeat_ms ? options->heartbeat_ms : HEARTBEAT_MS;
	e->options.retry_ms = options->retry_ms ? options->retry_ms : RETRY_MS;
	e->boot = mm_hash64(salt, sizeof(salt), 0);
	e->next = e->first = 1;
	init_sync(e);
	e->has_thread = pthread_create(&e->thread, NULL, wake_streams, e) == 0;
	if (!e->has_thread) {
		(void)mm_events_free(e);
		return mm_fail(reterr, MM_E_IO, "", "cannot start a thread");
	}
	*ret = e;
	return MM_OK;
}

uint64_t mm_events_position(struct mm_events *e)
{
	uint64_t next;

	(void)pthread_mutex_lock(&e->mu);
	next = e->next;
	(void)pthread_mutex_unlock(&e->mu);
	return next;
}

void mm_events_close(struct mm_events *e)
{
	bool has_thread;

	(void)pthread_mutex_lock(&e->mu);
	has_thread = e->has_thread;
	e->has_thread = false;
	e->is_closed = true;
	(void)pthread_cond_signal(&e->news);
	(void)pthread_mutex_unlock(&e->mu);
	if (has_thread)
		(void)pthread_join(e->thread, NULL);
}

struct mm_events *mm_events_free(struct mm_events *e)
{
	if (!e)
		return NULL;
	mm_events_close(e);
	MM_CHECK(e->count == 0);
	for (size_t i = 0; i < MM_EVENTS_RING; i++)
		(void)mm_shared_unref(e->ring[i].frame);
	(void)pthread_cond_destroy(&e->news);
	(void)pthread_mutex_destroy(&e->mu);
	free(e);
	return NULL;
}

void mm_events_metrics(struct mm_events *e, struct mm_buf *out)
{
	uint64_t published, resets, refused;
	size_t count;

	(void)pthread_mutex_lock(&e->mu);
	published = e->published;
	resets = e->resets;
	refused = e->refused;
	count = e->count;
	(void)pthread_mutex_unlock(&e->mu);
	mm_buf_printf(out,
		      "# HELP munimap_events_listeners Clients that listen to /events.\n"
		      "# TYPE munimap_events_listeners gauge\n"
		      "munimap_events_listeners %zu\n"
		      "# HELP munimap_events_total Events published.\n"
		      "# TYPE munimap_events_total counter\n"
		      "munimap_events_total %" PRIu64 "\n"
		      "# HELP munimap_events_resets_total Listeners that had missed events.\n"
		      "# TYPE munimap_events_resets_total counter\n"
		      "munimap_events_resets_total %" PRIu64 "\n"
		      "# HELP munimap_events_refused_total Listeners for whom there was no place.\n"
		      "# TYPE munimap_events_refused_total counter\n"
		      "munimap_events_refused_total %" PRIu64 "\n",
		      count, published, resets, refused);
}
