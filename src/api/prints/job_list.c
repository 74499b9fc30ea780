#include "api/prints/jobs_private.h"

#include <stdlib.h>
#include <string.h>

/* What is known of jobs: those that are there, how they stand, and the ids of those that were. */

struct mm_job *mm_jobs_find(struct mm_jobs *j, const char *id)
{
	struct mm_job *job = j->first;

	while (job && strcmp(job->state.id, id) != 0)
		job = job->next;
	return job;
}

bool mm_jobs_was_there(const struct mm_jobs *j, const char *id)
{
	for (size_t i = 0; i < MM_JOBS_GONE_MAX && *id; i++)
		if (strcmp(j->gone[i], id) == 0)
			return true;
	return false;
}

void mm_jobs_drop(struct mm_jobs *j, struct mm_job *job)
{
	struct mm_job **at = &j->first;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	j->count--;
	memcpy(j->gone[j->gone_at++ % MM_JOBS_GONE_MAX], job->state.id, MM_JOB_ID_MAX);
	if (job->result.bytes)
		j->bytes -= job->result.bytes->len;
	(void)mm_shared_unref(job->result.bytes);
	free(job);
}

static bool has_ended(const struct mm_job *job)
{
	return job->state.status >= MM_JOB_DONE && !job->is_on_thread;
}

static struct mm_job *oldest_ended(struct mm_jobs *j)
{
	struct mm_job *oldest = NULL;

	for (struct mm_job *job = j->first; job; job = job->next)
		if (has_ended(job) && (!oldest || job->ended_ns < oldest->ended_ns))
			oldest = job;
	return oldest;
}

void mm_jobs_sweep(struct mm_jobs *j, unsigned more)
{
	const int64_t now = j->options.now(j->options.ctx);
	struct mm_job *oldest = oldest_ended(j);

	while (oldest && (now - oldest->ended_ns >= j->options.keep_ns ||
			  j->count + more > j->options.kept_max || j->bytes > j->options.bytes_max)) {
		mm_jobs_drop(j, oldest);
		oldest = oldest_ended(j);
	}
}

/* The job; or in `rc` why not. The lock is held. */
static struct mm_job *look_up(struct mm_jobs *j, const char *id, enum mm_code *rc, struct mm_err *reterr)
{
	struct mm_job *job;

	mm_jobs_sweep(j, 0);
	job = mm_jobs_find(j, id);
	*rc = job ? MM_OK
	      : mm_jobs_was_there(j, id)
		  ? mm_fail(reterr, MM_E_GONE, "", "this print is kept no more: ask for it anew")
		  : mm_fail(reterr, MM_E_NOT_FOUND, "", "there is no such print");
	return job;
}

static unsigned waiting_before(const struct mm_jobs *j, const struct mm_job *job)
{
	unsigned n = 0;

	for (const struct mm_job *at = j->first; at != job; at = at->next)
		n += at->state.status == MM_JOB_QUEUED;
	return n;
}

enum mm_code mm_jobs_state(struct mm_jobs *j, const char *id, struct mm_job_state *ret, struct mm_err *reterr)
{
	const struct mm_job *job;
	enum mm_code rc;

	(void)pthread_mutex_lock(&j->mu);
	job = look_up(j, id, &rc, reterr);
	if (job) {
		*ret = job->state;
		ret->before = job->state.status == MM_JOB_QUEUED ? waiting_before(j, job) : 0;
	}
	(void)pthread_mutex_unlock(&j->mu);
	return rc;
}

enum mm_code mm_jobs_result(struct mm_jobs *j, const char *id, struct mm_job_result *ret,
			    struct mm_err *reterr)
{
	const struct mm_job *job;
	enum mm_code rc;

	(void)pthread_mutex_lock(&j->mu);
	job = look_up(j, id, &rc, reterr);
	if (job && job->state.status == MM_JOB_DONE) {
		*ret = job->result;
		ret->bytes = mm_shared_ref(job->result.bytes);
	} else if (job) {
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "",
			     job->state.status < MM_JOB_DONE ? "the print is not ready yet: it is %s"
							     : "the print has no result: it was %s",
			     mm_job_status_name(job->state.status));
	}
	(void)pthread_mutex_unlock(&j->mu);
	return rc;
}

/* ---- as JSON ---- */

const char *mm_job_status_name(enum mm_job_status s)
{
	static const char *const name[] = {"queued", "running", "done", "failed", "cancelled"};

	return name[s];
}

static void put_error(const struct mm_err *err, struct mm_json *j)
{
	const bool is_ours = err->code == MM_E_INTERNAL || err->code == MM_E_IO;

	mm_json_open(j, "error", '{');
	mm_json_text(j, "code", mm_code_name(err->code));
	if (*err->where && !is_ours)
		mm_json_text(j, "where", err->where);
	mm_json_text(j, "detail",
		     is_ours ? "the print could not be made: the log of the server says why" : err->msg);
	mm_json_close(j, '}');
}

void mm_job_put(const struct mm_job_state *s, struct mm_json *j)
{
	const bool is_done = s->status == MM_JOB_DONE;
	const unsigned thousandths = is_done ? 1000 : s->sheets ? 1000 * s->done / s->sheets : 0;

	mm_json_text(j, "id", s->id);
	mm_json_text(j, "status", mm_job_status_name(s->status));
	if (s->status == MM_JOB_QUEUED)
		mm_json_int(j, "before", s->before);
	mm_json_int(j, "done", s->done);
	if (s->sheets)
		mm_json_int(j, "sheets", s->sheets);
	mm_json_double(j, "progress", thousandths / 1000.0);
	if (s->status == MM_JOB_FAILED)
		put_error(&s->err, j);
}
