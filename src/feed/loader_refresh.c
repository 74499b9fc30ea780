#include "feed/loader_private.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/* What other threads ask of the loader: a definition, and a source read again. */

enum mm_code mm_loader_hold(struct mm_loader *l, const char *id, struct mm_reading **ret_hold,
			    const struct mm_map_def **ret_map, const struct mm_layer_def **ret,
			    struct mm_err *reterr)
{
	struct mm_reading *r;

	(void)pthread_mutex_lock(&l->lock);
	r = mm_reading_ref(l->reading);
	(void)pthread_mutex_unlock(&l->lock);
	for (size_t i = 0; i < r->count; i++) {
		if (r->file[i].err.code || strcmp(r->file[i].id, id) != 0)
			continue;
		*ret_hold = r;
		*ret_map = &r->map;
		*ret = &r->file[i].def;
		return MM_OK;
	}
	(void)mm_reading_unref(r);
	return mm_fail(reterr, MM_E_NOT_FOUND, id,
		       "the layer has no definition now, or one that is in error");
}

void mm_loader_let_go(struct mm_reading *hold)
{
	(void)mm_reading_unref(hold);
}

static void add(struct mm_loader *l, struct mm_refresh *w)
{
	uint64_t one = 1;

	w->number = ++l->refresh_count;
	w->next = l->refresh;
	l->refresh = w;
	(void)!write(l->wake_fd, &one, sizeof(one));
}

static void drop(struct mm_loader *l, const struct mm_refresh *w)
{
	struct mm_refresh **at = &l->refresh;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
}

bool mm_loader_refresh(struct mm_loader *l, const char *id, unsigned wait_ms)
{
	struct mm_refresh w = {.id = id};
	struct timespec end;
	bool is_done;
	int failed = 0;

	(void)clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += (time_t)(wait_ms / 1000);
	end.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	(void)pthread_mutex_lock(&l->lock);
	add(l, &w);
	while (!w.is_done && !failed)
		failed = pthread_cond_timedwait(&l->refreshed, &l->lock, &end);
	is_done = w.is_done;
	drop(l, &w);
	(void)pthread_mutex_unlock(&l->lock);
	return is_done;
}

static struct mm_slot *slot_of(const struct mm_loader *l, const char *id)
{
	for (size_t i = 0; i < l->slot_count; i++)
		if (strcmp(l->slot[i]->id, id) == 0)
			return l->slot[i];
	return NULL;
}

/* Other layers of the same table of a database: nothing else tells that it has changed. */
static void mark_siblings(struct mm_loader *l, const struct mm_layer_def *def)
{
	for (size_t i = 0; def && !def->source_is_path && i < l->slot_count; i++) {
		struct mm_slot *s = l->slot[i];

		if (!s->def || s->def == def || strcmp(s->def->source, def->source) != 0 ||
		    strcmp(s->def->table, def->table) != 0)
			continue;
		s->has_tried = false;
		s->is_dirty = true;
	}
}

void mm_loader_take_refreshes(struct mm_loader *l)
{
	(void)pthread_mutex_lock(&l->lock);
	for (struct mm_refresh *w = l->refresh; w; w = w->next) {
		struct mm_slot *s = slot_of(l, w->id);

		if (w->is_taken || !s)
			continue;
		w->is_taken = true;
		s->refresh_asked = w->number > s->refresh_asked ? w->number : s->refresh_asked;
		s->has_tried = false;
		s->is_dirty = true;
		mark_siblings(l, s->def);
	}
	(void)pthread_mutex_unlock(&l->lock);
}

void mm_loader_tell_refreshed(struct mm_loader *l)
{
	bool is_news = false;

	(void)pthread_mutex_lock(&l->lock);
	for (struct mm_refresh *w = l->refresh; w; w = w->next) {
		const struct mm_slot *s = slot_of(l, w->id);

		if (w->is_done || (s && (!w->is_taken || s->refresh_done < w->number)))
			continue;
		w->is_done = is_news = true;
	}
	if (is_news)
		(void)pthread_cond_broadcast(&l->refreshed);
	(void)pthread_mutex_unlock(&l->lock);
}
