#ifndef MM_API_PRINTS_JOBS_PRIVATE_H
#define MM_API_PRINTS_JOBS_PRIVATE_H

#include "api/prints/jobs.h"

#include <pthread.h>
#include <stdatomic.h>

/* Shared by jobs.c (the queue and its threads) and job_list.c (what is known of jobs). */

enum { MM_JOBS_GONE_MAX = 256, MM_JOB_CLIENT_MAX = 64 };

struct mm_job {
	struct mm_jobs *jobs;
	struct mm_job *next;       /* in the order in which they came */
	struct mm_job_state state; /* `before` is not kept */
	struct mm_job_work *work;  /* NULL: released */
	struct mm_job_result result;
	char client[MM_JOB_CLIENT_MAX];
	bool is_on_thread; /* the thread that runs it still has it: it is not freed */
	int64_t began_ns;  /* real clock */
	int64_t ended_ns;  /* clock of the options */
	int64_t told_ns;   /* when listeners were last told; real clock */
	atomic_bool is_unwanted;
};

struct mm_jobs {
	pthread_mutex_t mu; /* guards all below; not held while a job runs or is told of */
	pthread_cond_t news;
	struct mm_jobs_options options;
	struct mm_events *events;
	struct mm_job *first;
	unsigned count, waiting, running;
	size_t bytes;
	char gone[MM_JOBS_GONE_MAX][MM_JOB_ID_MAX]; /* ids of those that were let go of, a ring */
	size_t gone_at;
	uint64_t done, failed, cancelled, refused;
	double seconds; /* that jobs ran */
	bool is_closed;
	pthread_t *thread;
	unsigned thread_count;
};

/* All with the lock held. */
struct mm_job *mm_jobs_find(struct mm_jobs *j, const char *id); /* NULL: not there */
bool mm_jobs_was_there(const struct mm_jobs *j, const char *id);
void mm_jobs_drop(struct mm_jobs *j, struct mm_job *job); /* forgets it; it is on no thread */

/* Lets go of what is too old, and of the oldest finished ones where there are too many, `more` to come. */
void mm_jobs_sweep(struct mm_jobs *j, unsigned more);

#endif
