#include "search/search_private.h"

#include "search/index.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The index of one layer of the map. */
struct slot {
	char id[80];
	struct mm_search_index *index;
};

struct mm_search {
	pthread_mutex_t mu; /* guards all but `stop` */
	pthread_cond_t changed;
	pthread_t thread;
	bool has_thread;
	atomic_bool stop;
	const struct mm_catalog *wanted; /* not looked at yet; a reference */
	bool is_at_work;
	bool has_failed; /* a layer of the newest map could not be indexed */
	struct slot *slot;
	size_t count;
};

/* ---- making indexes ---- */

static struct slot *find_slot(struct mm_search *s, const char *id)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->slot[i].id, id) == 0)
			return &s->slot[i];
	return NULL;
}

static bool is_fresh(struct mm_search *s, const struct mm_layer *l)
{
	const struct slot *slot;
	bool is;

	(void)pthread_mutex_lock(&s->mu);
	slot = find_slot(s, mm_layer_schema(l)->id);
	is = slot && mm_layer_version(mm_search_index_layer(slot->index)) == mm_layer_version(l) &&
	     mm_layer_identity(mm_search_index_layer(slot->index)) == mm_layer_identity(l);
	(void)pthread_mutex_unlock(&s->mu);
	return is;
}

/* Puts an index in the place of the one before; takes it over. */
static void put_index(struct mm_search *s, const char *id, struct mm_search_index *index)
{
	struct mm_search_index *old = index;
	struct slot *slot, *more;

	(void)pthread_mutex_lock(&s->mu);
	slot = find_slot(s, id);
	if (!slot) {
		more = realloc(s->slot, (s->count + 1) * sizeof(*more));
		if (more) {
			s->slot = more;
			slot = &s->slot[s->count++];
			*slot = (struct slot){0};
			(void)strncpy(slot->id, id, sizeof(slot->id) - 1);
		}
	}
	if (slot) {
		old = slot->index;
		slot->index = index;
	}
	(void)pthread_mutex_unlock(&s->mu);
	(void)mm_search_index_unref(old);
}

/* The index of a layer that the map has no more, taken out; NULL: there is none. */
static struct mm_search_index *take_gone(struct mm_search *s, const struct mm_catalog *c)
{
	struct mm_search_index *gone = NULL;

	(void)pthread_mutex_lock(&s->mu);
	for (size_t i = 0; i < s->count && !gone; i++)
		if (!mm_catalog_find(c, s->slot[i].id)) {
			gone = s->slot[i].index;
			s->slot[i] = s->slot[--s->count];
		}
	(void)pthread_mutex_unlock(&s->mu);
	return gone;
}

/* Databases are closed without the lock. */
static void drop_others(struct mm_search *s, const struct mm_catalog *c)
{
	struct mm_search_index *gone;

	while ((gone = take_gone(s, c)))
		(void)mm_search_index_unref(gone);
}

static bool is_overtaken(struct mm_search *s)
{
	bool is;

	(void)pthread_mutex_lock(&s->mu);
	is = s->wanted != NULL;
	(void)pthread_mutex_unlock(&s->mu);
	return is || atomic_load(&s->stop);
}

static void note_failure(struct mm_search *s)
{
	(void)pthread_mutex_lock(&s->mu);
	s->has_failed = true;
	(void)pthread_mutex_unlock(&s->mu);
}

/* A layer that cannot be indexed is not found by name; its old index, if there is one, goes on. */
static void make_all(struct mm_search *s, const struct mm_catalog *c)
{
	drop_others(s, c);
	for (size_t i = 0; i < mm_catalog_count(c) && !is_overtaken(s); i++) {
		struct mm_layer *l = mm_catalog_entry(c, i)->layer;
		struct mm_search_index *index = NULL;
		struct mm_err err = {0};

		if (!l || is_fresh(s, l))
			continue;
		if (mm_search_index_new(l, &s->stop, &index, &err) == MM_OK)
			put_index(s, mm_layer_schema(l)->id, index);
		else
			note_failure(s);
	}
}

static void *work(void *ctx)
{
	struct mm_search *s = ctx;

	(void)pthread_mutex_lock(&s->mu);
	while (!atomic_load(&s->stop)) {
		const struct mm_catalog *c = s->wanted;

		if (!c) {
			(void)pthread_cond_wait(&s->changed, &s->mu);
			continue;
		}
		s->wanted = NULL;
		s->is_at_work = true;
		s->has_failed = false;
		(void)pthread_mutex_unlock(&s->mu);
		make_all(s, c);
		(void)mm_catalog_unref(c);
		(void)pthread_mutex_lock(&s->mu);
		s->is_at_work = false;
	}
	(void)pthread_mutex_unlock(&s->mu);
	return NULL;
}

enum mm_code mm_search_new(struct mm_search **ret, struct mm_err *reterr)
{
	struct mm_search *s = calloc(1, sizeof(*s));

	if (!s)
		return mm_fail_nomem(reterr);
	(void)pthread_mutex_init(&s->mu, NULL);
	(void)pthread_cond_init(&s->changed, NULL);
	atomic_init(&s->stop, false);
	s->has_thread = pthread_create(&s->thread, NULL, work, s) == 0;
	if (!s->has_thread) {
		(void)mm_search_free(s);
		return mm_fail_nomem(reterr);
	}
	*ret = s;
	return MM_OK;
}

struct mm_search *mm_search_free(struct mm_search *s)
{
	if (!s)
		return NULL;
	(void)pthread_mutex_lock(&s->mu);
	atomic_store(&s->stop, true);
	(void)pthread_cond_signal(&s->changed);
	(void)pthread_mutex_unlock(&s->mu);
	if (s->has_thread)
		(void)pthread_join(s->thread, NULL);
	(void)mm_catalog_unref(s->wanted);
	for (size_t i = 0; i < s->count; i++)
		(void)mm_search_index_unref(s->slot[i].index);
	free(s->slot);
	(void)pthread_cond_destroy(&s->changed);
	(void)pthread_mutex_destroy(&s->mu);
	free(s);
	return NULL;
}

void mm_search_update(struct mm_search *s, const struct mm_catalog *catalog)
{
	const struct mm_catalog *old;

	(void)pthread_mutex_lock(&s->mu);
	old = s->wanted;
	s->wanted = catalog;
	(void)pthread_cond_signal(&s->changed);
	(void)pthread_mutex_unlock(&s->mu);
	(void)mm_catalog_unref(old);
}

bool mm_search_is_ready(struct mm_search *s)
{
	bool is;

	(void)pthread_mutex_lock(&s->mu);
	is = !s->wanted && !s->is_at_work;
	(void)pthread_mutex_unlock(&s->mu);
	return is;
}

/* ---- for search_run.c ---- */

enum mm_code mm_search_hold(struct mm_search *s, struct mm_arena *mem, struct mm_search_answer *a,
			    struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	(void)pthread_mutex_lock(&s->mu);
	a->hold = mm_arena_array(mem, s->count + 1, sizeof(struct mm_search_index *));
	if (!a->hold)
		rc = mm_fail_nomem(reterr);
	for (size_t i = 0; i < s->count && !rc; i++)
		a->hold[a->hold_count++] = mm_search_index_ref(s->slot[i].index);
	a->is_complete = !s->wanted && !s->is_at_work && !s->has_failed;
	(void)pthread_mutex_unlock(&s->mu);
	return rc;
}
