#ifndef MM_API_PRINTS_JOBS_H
#define MM_API_PRINTS_JOBS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/shared.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mm_events;

/*
 * Files that are made in the background: a queue with an end, a few threads that give way to all others, and
 * results that are kept for a while. What a job makes is its own business (struct mm_job_work); who knows its
 * id, which cannot be guessed, may ask how it goes, listen, take the result, and cancel it.
 */
struct mm_jobs;
struct mm_job;

enum mm_job_status { MM_JOB_QUEUED, MM_JOB_RUNNING, MM_JOB_DONE, MM_JOB_FAILED, MM_JOB_CANCELLED };
enum { MM_JOB_ID_MAX = 33, MM_JOB_NAME_MAX = 256 };

/* A file that was made. */
struct mm_job_result {
	struct mm_shared *bytes;
	const char *media_type;     /* static */
	char name[MM_JOB_NAME_MAX]; /* of the file, UTF-8 */
	unsigned sheets;
};

/* What is to be done. */
struct mm_job_work {
	/* Once, on a thread of the jobs; gives up when mm_job_is_unwanted. */
	enum mm_code (*run)(struct mm_job_work *w, struct mm_job *job, struct mm_job_result *ret,
			    struct mm_err *reterr);
	void (*release)(struct mm_job_work *w); /* once, on any thread, as soon as it is needed no more */
};

struct mm_jobs_options {
	unsigned threads;          /* 0: 1 */
	unsigned queue_max;        /* jobs that wait; 0: 16 */
	unsigned per_client;       /* unfinished ones of one client, by its name; 0: 4 */
	unsigned kept_max;         /* jobs that are known, finished ones among them; 0: 64 */
	size_t bytes_max;          /* of all results; 0: 512 MB; the oldest go first */
	int64_t keep_ns;           /* how long a result is kept; 0: an hour */
	int64_t deadline_ns;       /* what one may take, from when it begins; 0: ten minutes */
	int64_t (*now)(void *ctx); /* nanoseconds that never go back; NULL: the monotonic clock */
	void *ctx;
};

/* MM_E_NOMEM, or MM_E_IO: no thread. */
MM_MUST_USE enum mm_code mm_jobs_new(const struct mm_jobs_options *options, struct mm_jobs **ret,
				     struct mm_err *reterr);

/* Ends all that runs and waits, and all streams of its events; returns when no thread is left. Any number of
 * times; what is asked afterwards is still answered. Before the server stops. */
void mm_jobs_close(struct mm_jobs *j);
struct mm_jobs *mm_jobs_free(struct mm_jobs *j); /* closes; after the server. NULL allowed; returns NULL */

/*
 * Takes a piece of work in, and over when it says MM_OK. Any thread.
 *
 * client       who asks; "": nobody in particular, to whom no limit of their own holds
 * ret_id       room for MM_JOB_ID_MAX bytes
 * MM_E_BUSY    as many wait as may, or the server stops
 * MM_E_LIMIT   the client has as many as one may have
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_jobs_add(struct mm_jobs *j, struct mm_job_work *w, const char *client,
				     char *ret_id, struct mm_err *reterr);

/* How a job stands. */
struct mm_job_state {
	char id[MM_JOB_ID_MAX];
	enum mm_job_status status;
	unsigned done, sheets; /* sheets 0: not known yet */
	unsigned before;       /* jobs that wait before it */
	struct mm_err err;     /* of one that failed */
};

/* MM_E_NOT_FOUND: there is no such job; MM_E_GONE: there was one. */
MM_MUST_USE enum mm_code mm_jobs_state(struct mm_jobs *j, const char *id, struct mm_job_state *ret,
				       struct mm_err *reterr);

/* The result, and a reference on its bytes. MM_E_NOT_FOUND also when it is not there yet, or never will be;
 * MM_E_GONE when it is there no more. */
MM_MUST_USE enum mm_code mm_jobs_result(struct mm_jobs *j, const char *id, struct mm_job_result *ret,
					struct mm_err *reterr);

/* Cancels a job that has not finished, lets go of one that has. The same errors as of mm_jobs_state. */
MM_MUST_USE enum mm_code mm_jobs_cancel(struct mm_jobs *j, const char *id, struct mm_err *reterr);

/* News of jobs (http/events.h): the topic is the id, events are "progress", at most some ten a second, and
 * the status of the end, the last one. Borrowed. */
struct mm_events *mm_jobs_events(struct mm_jobs *j);

/* Counters for /metrics, Prometheus text. */
void mm_jobs_metrics(struct mm_jobs *j, struct mm_buf *out);

const char *mm_job_status_name(enum mm_job_status s); /* "queued" */

/* Members of a JSON object, which the caller opens and closes: id, status, done, sheets, progress, error. */
void mm_job_put(const struct mm_job_state *s, struct mm_json *j);

/* ---- for the work, while it runs ---- */

bool mm_job_is_unwanted(const struct mm_job *job); /* cancelled, or the server stops */
int64_t mm_job_deadline_ns(const struct mm_job *job);
void mm_job_progress(struct mm_job *job, unsigned done, unsigned sheets);

#endif
