#include "api/prints/jobs.h"

#include "api/prints/jobs_private.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "http/events.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	QUEUE_MAX = 16,
	PER_CLIENT = 4,
	KEPT_MAX = 64,
	NICENESS = 10,
	SWEEP_S = 60, /* results are let go of although nobody asks */
	STREAMS_MAX = 256,
	EVENT_BYTES = 2048
};
static const size_t BYTES_MAX = (size_t)512 << 20;
static const int64_t SECOND_NS = 1000000000, TELL_NS = 100000000;

/* ---- news ---- */

/* Tells listeners how a job stands. Without the lock: the state is a copy. */
static void tell(const struct mm_jobs *j, const struct mm_job_state *s)
{
	const bool is_end = s->status >= MM_JOB_DONE;
	struct mm_buf b;
	struct mm_json json;

	mm_buf_init(&b, EVENT_BYTES);
	json = mm_json_on(&b);
	mm_json_open(&json, NULL, '{');
	mm_job_put(s, &json);
	mm_json_close(&json, '}');
	if (!b.failed && is_end)
		(void)!mm_events_publish_last(j->events, mm_job_status_name(s->status), s->id,
					      (const char *)b.data, b.len, NULL);
	else if (!b.failed)
		(void)!mm_events_publish(j->events, "progress", s->id, NULL, (const char *)b.data, b.len,
					 NULL);
	mm_buf_release(&b);
}

bool mm_job_is_unwanted(const struct mm_job *job)
{
	return atomic_load(&job->is_unwanted);
}

int64_t mm_job_deadline_ns(const struct mm_job *job)
{
	return job->began_ns + job->jobs->options.deadline_ns;
}

void mm_job_progress(struct mm_job *job, unsigned done, unsigned sheets)
{
	struct mm_jobs *j = job->jobs;
	const int64_t now = mm_clock_mono_ns();
	struct mm_job_state state;
	bool tells;

	(void)pthread_mutex_lock(&j->mu);
	tells = job->state.status == MM_JOB_RUNNING &&
		(now - job->told_ns >= TELL_NS || job->state.sheets != sheets);
	job->state.done = done < sheets ? done : sheets;
	job->state.sheets = sheets;
	if (tells)
		job->told_ns = now;
	state = job->state;
	(void)pthread_mutex_unlock(&j->mu);
	if (tells)
		tell(j, &state);
}

/* ---- the threads ---- */

static void log_end(const struct mm_job_state *s, size_t bytes, double seconds)
{
	char sheets[MM_NUM_MAX], size[MM_NUM_MAX], took[MM_NUM_MAX];

	(void)mm_num_format_int(s->sheets, sheets);
	(void)mm_num_format_int((int64_t)bytes, size);
	(void)snprintf(took, sizeof(took), "%.2f", seconds);
	mm_log(s->err.code == MM_E_INTERNAL || s->err.code == MM_E_IO ? MM_LOG_ERROR : MM_LOG_INFO, "print",
	       "status", mm_job_status_name(s->status), "sheets", sheets, "bytes", size, "seconds", took,
	       "where", *s->err.where ? s->err.where : NULL, "error", *s->err.msg ? s->err.msg : NULL,
	       (const char *)NULL);
}

/* What became of a job. The lock is held. */
static void settle(struct mm_jobs *j, struct mm_job *job, enum mm_code rc, const struct mm_err *err)
{
	job->ended_ns = j->options.now(j->options.ctx);
	job->is_on_thread = false;
	j->running--;
	j->seconds += (double)(mm_clock_mono_ns() - job->began_ns) / 1e9;
	if (job->state.status == MM_JOB_CANCELLED || atomic_load(&job->is_unwanted)) {
		job->state.status = MM_JOB_CANCELLED;
		job->result.bytes = mm_shared_unref(job->result.bytes);
		j->cancelled++;
	} else if (rc) {
		job->state.status = MM_JOB_FAILED;
		job->state.err = *err;
		job->state.err.code = rc;
		j->failed++;
	} else {
		job->state.status = MM_JOB_DONE;
		job->state.done = job->state.sheets = job->result.sheets;
		j->bytes += job->result.bytes->len;
		j->done++;
	}
}

/* Does what a job says. The lock is held at both ends, not between. */
static void run(struct mm_jobs *j, struct mm_job *job)
{
	struct mm_job_result result = {0};
	struct mm_job_state state;
	struct mm_err err = {0};
	const int64_t began_ns = mm_clock_mono_ns();
	size_t bytes;
	enum mm_code rc;

	job->state.status = MM_JOB_RUNNING;
	job->is_on_thread = true;
	job->began_ns = began_ns;
	j->waiting--;
	j->running++;
	state = job->state;
	(void)pthread_mutex_unlock(&j->mu);
	tell(j, &state);
	rc = job->work->run(job->work, job, &result, &err);
	job->work->release(job->work);
	(void)pthread_mutex_lock(&j->mu);
	job->work = NULL;
	job->result = result;
	settle(j, job, rc, &err);
	state = job->state;
	bytes = result.bytes && job->result.bytes ? result.bytes->len : 0;
	mm_jobs_sweep(j, 0);
	(void)pthread_mutex_unlock(&j->mu); /* from here on the job is anybody's to let go of */
	tell(j, &state);
	log_end(&state, bytes, (double)(mm_clock_mono_ns() - began_ns) / 1e9);
	(void)pthread_mutex_lock(&j->mu);
}

static struct mm_job *first_waiting(struct mm_jobs *j)
{
	struct mm_job *job = j->first;

	while (job && job->state.status != MM_JOB_QUEUED)
		job = job->next;
	return job;
}

static void *work(void *ctx)
{
	struct mm_jobs *j = ctx;

	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS); /* on Linux of this thread alone */
	(void)pthread_mutex_lock(&j->mu);
	while (!j->is_closed) {
		struct mm_job *job = first_waiting(j);
		struct timespec until;

		if (job) {
			run(j, job);
			continue;
		}
		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += SWEEP_S;
		if (pthread_cond_timedwait(&j->news, &j->mu, &until) == ETIMEDOUT)
			mm_jobs_sweep(j, 0);
	}
	(void)pthread_mutex_unlock(&j->mu);
	return NULL;
}

/* ---- beginning and end ---- */

static int64_t real_now(void *ctx)
{
	(void)ctx;
	return mm_clock_mono_ns();
}

static void fill_defaults(struct mm_jobs_options *o)
{
	o->threads = o->threads ? o->threads : 1;
	o->queue_max = o->queue_max ? o->queue_max : QUEUE_MAX;
	o->per_client = o->per_client ? o->per_client : PER_CLIENT;
	o->kept_max = o->kept_max ? o->kept_max : KEPT_MAX;
	o->bytes_max = o->bytes_max ? o->bytes_max : BYTES_MAX;
	o->keep_ns = o->keep_ns ? o->keep_ns : 3600 * SECOND_NS;
	o->deadline_ns = o->deadline_ns ? o->deadline_ns : 600 * SECOND_NS;
	o->now = o->now ? o->now : real_now;
}

static void init_sync(struct mm_jobs *j)
{
	pthread_condattr_t attr;

	(void)pthread_mutex_init(&j->mu, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&j->news, &attr);
	(void)pthread_condattr_destroy(&attr);
}

enum mm_code mm_jobs_new(const struct mm_jobs_options *options, struct mm_jobs **ret, struct mm_err *reterr)
{
	struct mm_jobs *j = calloc(1, sizeof(*j));
	enum mm_code rc;

	if (!j)
		return mm_fail_nomem(reterr);
	j->options = *options;
	fill_defaults(&j->options);
	init_sync(j);
	rc = mm_events_new(&(struct mm_events_options){.streams_max = STREAMS_MAX}, &j->events, reterr);
	j->thread = calloc(j->options.threads, sizeof(*j->thread));
	if (!rc && !j->thread)
		rc = mm_fail_nomem(reterr);
	while (!rc && j->thread_count < j->options.threads) {
		const int error = pthread_create(&j->thread[j->thread_count], NULL, work, j);

		if (error)
			rc = mm_fail(reterr, MM_E_IO, "", "threads for prints cannot be started: %s",
				     strerrordesc_np(error));
		else
			j->thread_count++;
	}
	if (rc)
		(void)mm_jobs_free(j);
	else
		*ret = j;
	return rc;
}

/* Ends a job that waits; returns its work, which the caller releases. The lock is held. */
static struct mm_job_work *cancel_waiting(struct mm_jobs *j, struct mm_job *job)
{
	struct mm_job_work *w = job->work;

	job->work = NULL;
	job->state.status = MM_JOB_CANCELLED;
	job->ended_ns = j->options.now(j->options.ctx);
	j->waiting--;
	j->cancelled++;
	return w;
}

void mm_jobs_close(struct mm_jobs *j)
{
	struct mm_job *job;
	unsigned threads;

	(void)pthread_mutex_lock(&j->mu);
	j->is_closed = true;
	threads = j->thread_count;
	j->thread_count = 0;
	for (job = j->first; job; job = job->next)
		atomic_store(&job->is_unwanted, true);
	(void)pthread_cond_broadcast(&j->news);
	(void)pthread_mutex_unlock(&j->mu);
	for (unsigned i = 0; i < threads; i++)
		(void)pthread_join(j->thread[i], NULL);
	(void)pthread_mutex_lock(&j->mu);
	while ((job = first_waiting(j))) {
		struct mm_job_work *w = cancel_waiting(j, job);

		(void)pthread_mutex_unlock(&j->mu);
		w->release(w);
		(void)pthread_mutex_lock(&j->mu);
	}
	(void)pthread_mutex_unlock(&j->mu);
	if (j->events)
		mm_events_close(j->events);
}

struct mm_jobs *mm_jobs_free(struct mm_jobs *j)
{
	if (!j)
		return NULL;
	mm_jobs_close(j);
	while (j->first)
		mm_jobs_drop(j, j->first);
	j->events = mm_events_free(j->events);
	(void)pthread_cond_destroy(&j->news);
	(void)pthread_mutex_destroy(&j->mu);
	free(j->thread);
	free(j);
	return NULL;
}

/* ---- taking in ---- */

static unsigned unfinished_of(const struct mm_jobs *j, const char *client)
{
	unsigned n = 0;

	for (const struct mm_job *job = j->first; job && *client; job = job->next)
		n += job->state.status < MM_JOB_DONE && strcmp(job->client, client) == 0;
	return n;
}

/* May it come in? The lock is held. */
static enum mm_code check_place(struct mm_jobs *j, const char *client, struct mm_err *reterr)
{
	if (j->is_closed)
		return mm_fail(reterr, MM_E_BUSY, "", "the server is stopping: try again");
	if (unfinished_of(j, client) >= j->options.per_client)
		return mm_fail(
		    reterr, MM_E_LIMIT, "",
		    "%u prints of yours are being made already: wait for one of them, or cancel it",
		    j->options.per_client);
	if (j->waiting >= j->options.queue_max)
		return mm_fail(reterr, MM_E_BUSY, "", "%u prints wait already: try again in a minute",
			       j->waiting);
	mm_jobs_sweep(j, 1);
	return MM_OK;
}

static bool make_id(char *ret)
{
	unsigned char b[(MM_JOB_ID_MAX - 1) / 2];

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return false;
	for (size_t i = 0; i < sizeof(b); i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", b[i]);
	return true;
}

enum mm_code mm_jobs_add(struct mm_jobs *j, struct mm_job_work *w, const char *client, char *ret_id,
			 struct mm_err *reterr)
{
	struct mm_job *job = calloc(1, sizeof(*job)), **last;
	char id[MM_JOB_ID_MAX];
	enum mm_code rc;

	if (!job || !make_id(id)) {
		free(job);
		return mm_fail_nomem(reterr);
	}
	job->jobs = j;
	job->work = w;
	memcpy(job->state.id, id, sizeof(id));
	(void)snprintf(job->client, sizeof(job->client), "%s", client);
	(void)pthread_mutex_lock(&j->mu);
	rc = check_place(j, job->client, reterr);
	if (!rc) {
		last = &j->first;
		while (*last)
			last = &(*last)->next;
		*last = job;
		j->count++;
		j->waiting++;
		(void)pthread_cond_signal(&j->news);
	} else {
		j->refused++;
	}
	(void)pthread_mutex_unlock(&j->mu);
	if (rc)
		free(job);
	else
		memcpy(ret_id, id, sizeof(id));
	return rc;
}

enum mm_code mm_jobs_cancel(struct mm_jobs *j, const char *id, struct mm_err *reterr)
{
	struct mm_job_work *w = NULL;
	struct mm_job_state state = {0};
	struct mm_job *job;
	bool is_news = false;
	enum mm_code rc = MM_OK;

	(void)pthread_mutex_lock(&j->mu);
	mm_jobs_sweep(j, 0);
	job = mm_jobs_find(j, id);
	if (!job) {
		rc = mm_jobs_was_there(j, id) ? mm_fail(reterr, MM_E_GONE, "", "this print is gone already")
					      : mm_fail(reterr, MM_E_NOT_FOUND, "", "there is no such print");
	} else if (job->state.status == MM_JOB_QUEUED) {
		w = cancel_waiting(j, job);
		is_news = true;
	} else if (job->state.status == MM_JOB_RUNNING) {
		atomic_store(&job->is_unwanted, true);
		job->state.status = MM_JOB_CANCELLED; /* its thread sees to the rest */
	} else if (!job->is_on_thread) {
		mm_jobs_drop(j, job);
		job = NULL;
	}
	if (job)
		state = job->state;
	(void)pthread_mutex_unlock(&j->mu);
	if (w)
		w->release(w);
	if (is_news)
		tell(j, &state);
	return rc;
}

struct mm_events *mm_jobs_events(struct mm_jobs *j)
{
	return j->events;
}

static void put_metric(struct mm_buf *out, const char *name, const char *type, const char *help)
{
	mm_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void mm_jobs_metrics(struct mm_jobs *j, struct mm_buf *out)
{
	static const char ended[] = "munimap_print_jobs_total";
	uint64_t done, failed, cancelled, refused;
	unsigned waiting, running, count;
	double seconds;
	size_t bytes;

	(void)pthread_mutex_lock(&j->mu);
	mm_jobs_sweep(j, 0);
	done = j->done, failed = j->failed, cancelled = j->cancelled, refused = j->refused;
	waiting = j->waiting, running = j->running, count = j->count;
	seconds = j->seconds, bytes = j->bytes;
	(void)pthread_mutex_unlock(&j->mu);
	put_metric(out, "munimap_print_jobs", "gauge", "Prints in the background.");
	mm_buf_printf(out,
		      "munimap_print_jobs{status=\"queued\"} %u\nmunimap_print_jobs{status=\"running\"} %u\n"
		      "munimap_print_jobs{status=\"ended\"} %u\n",
		      waiting, running, count - waiting - running);
	put_metric(out, "munimap_print_results_bytes", "gauge", "Bytes of results that are kept.");
	mm_buf_printf(out, "munimap_print_results_bytes %zu\n", bytes);
	put_metric(out, ended, "counter",
		   "Prints in the background that came to an end, or were turned away.");
	mm_buf_printf(out,
		      "%s{status=\"done\"} %" PRIu64 "\n%s{status=\"failed\"} %" PRIu64
		      "\n%s{status=\"cancelled\"} %" PRIu64 "\n%s{status=\"refused\"} %" PRIu64 "\n",
		      ended, done, ended, failed, ended, cancelled, ended, refused);
	put_metric(out, "munimap_print_seconds_total", "counter",
		   "Seconds that prints in the background took.");
	mm_buf_printf(out, "munimap_print_seconds_total %.3f\n", seconds);
}
