#include "feed/edit_private.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Who may edit which source now. A source that nobody edits keeps its place, for what is known of it: there
 * are no more of them than layers. */

enum { WAITING_MAX = 32, WAIT_S = 10, SOURCES_MAX = 1000 };

struct mm_edit_turn {
	char *source;
	bool is_taken, is_behind;
	unsigned waiting;
	struct mm_edit_turn *next;
};

struct mm_edit_queue {
	pthread_mutex_t lock;
	pthread_cond_t ended;
	struct mm_edit_turn *turn;
	size_t count;
};

struct mm_edit_queue *mm_edit_queue_new(void)
{
	struct mm_edit_queue *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	(void)pthread_mutex_init(&q->lock, NULL);
	(void)pthread_cond_init(&q->ended, NULL);
	return q;
}

struct mm_edit_queue *mm_edit_queue_free(struct mm_edit_queue *q)
{
	while (q && q->turn) {
		struct mm_edit_turn *t = q->turn;

		q->turn = t->next;
		free(t->source);
		free(t);
	}
	if (q) {
		(void)pthread_cond_destroy(&q->ended);
		(void)pthread_mutex_destroy(&q->lock);
	}
	free(q);
	return NULL;
}

static struct mm_edit_turn *find(struct mm_edit_queue *q, const char *source)
{
	struct mm_edit_turn *t = q->turn;

	while (t && strcmp(t->source, source) != 0)
		t = t->next;
	if (t || q->count == SOURCES_MAX)
		return t;
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->source = strdup(source);
	if (!t->source) {
		free(t);
		return NULL;
	}
	t->next = q->turn;
	q->turn = t;
	q->count++;
	return t;
}

/* With the lock held. */
static enum mm_code wait_for(struct mm_edit_queue *q, struct mm_edit_turn *t, struct mm_err *reterr)
{
	struct timespec end;
	int failed = 0;

	if (t->is_taken && t->waiting == WAITING_MAX)
		return mm_fail(reterr, MM_E_BUSY, "", "too many edits of this source wait: try again");
	(void)clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += WAIT_S;
	t->waiting++;
	while (t->is_taken && !failed)
		failed = pthread_cond_timedwait(&q->ended, &q->lock, &end);
	t->waiting--;
	if (t->is_taken)
		return mm_fail(reterr, MM_E_BUSY, "", "other edits of this source take long: try again");
	t->is_taken = true;
	return MM_OK;
}

enum mm_code mm_edit_queue_begin(struct mm_edit_queue *q, const char *source, struct mm_edit_turn **ret,
				 struct mm_err *reterr)
{
	enum mm_code rc;

	(void)pthread_mutex_lock(&q->lock);
	*ret = find(q, source);
	rc = *ret ? wait_for(q, *ret, reterr) : mm_fail_nomem(reterr);
	(void)pthread_mutex_unlock(&q->lock);
	return rc;
}

void mm_edit_queue_end(struct mm_edit_queue *q, struct mm_edit_turn *turn)
{
	(void)pthread_mutex_lock(&q->lock);
	turn->is_taken = false;
	(void)pthread_cond_broadcast(&q->ended);
	(void)pthread_mutex_unlock(&q->lock);
}

bool mm_edit_turn_is_behind(const struct mm_edit_turn *t)
{
	return t->is_behind;
}

void mm_edit_turn_set_behind(struct mm_edit_turn *t, bool is_behind)
{
	t->is_behind = is_behind;
}
