#include "feed/freeze_in.h"
#include "feed/loader_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One freeze on a thread of its own, which waits for the child. */
struct run {
	struct mm_loader *l; /* the thread reads cache, stop_fd and done_fd only */
	struct mm_slot *slot;
	struct mm_reading *reading;
	const struct mm_layer_def *def;
	struct mm_freeze_result result;
	struct mm_err err;
	enum mm_code rc;
	pthread_t thread;
};

static void *run_freeze(void *ctx)
{
	struct run *r = ctx;

	r->rc = mm_freeze_in(&r->l->cache, &r->reading->map, r->def, r->l->stop_fd, &r->result, &r->err);
	while (write(r->l->done_fd[1], &r, sizeof(void *)) < 0 && errno == EINTR)
		;
	return NULL;
}

static bool start(struct mm_loader *l, struct mm_slot *s)
{
	struct run *r = calloc(1, sizeof(*r));

	if (!r)
		return false;
	*r = (struct run){.l = l, .slot = s, .reading = mm_reading_ref(s->reading), .def = s->def};
	s->is_wanted = false;
	s->is_running = true;
	s->has_tried = true;
	s->tried = s->seen;
	s->refresh_begun = s->refresh_asked;
	if (l->events.on_begin && !mm_cache_has(&l->cache, s->id, s->seen))
		l->events.on_begin(l->events.ctx, s->id);
	if (pthread_create(&r->thread, NULL, run_freeze, r) == 0) {
		l->running++;
		return true;
	}
	s->is_running = false;
	s->is_wanted = true;
	(void)mm_reading_unref(r->reading);
	free(r);
	return false;
}

void mm_loader_start_wanted(struct mm_loader *l)
{
	for (size_t i = 0; i < l->slot_count && l->running < MM_LOADER_CHILDREN; i++)
		if (l->slot[i]->is_wanted && !start(l, l->slot[i]))
			return; /* no memory or no threads now: later */
}

/* The history with what came; without memory it begins anew, and with it every tile. */
static struct mm_history *history_with(const struct mm_slot *s, const struct mm_layer *layer)
{
	struct mm_history *next = NULL;
	struct mm_change *change = NULL;

	if (!s->layer || !s->history || mm_change_find(s->layer, layer, &change, NULL))
		return mm_history_begin(mm_layer_version(layer));
	if (mm_change_is_nothing(change) && mm_layer_version(layer) == mm_layer_version(s->layer))
		next = mm_history_ref(s->history);
	else
		next = mm_history_extend(s->history, mm_layer_version(layer), change);
	(void)mm_change_unref(change);
	return next;
}

void mm_slot_take_layer(struct mm_slot *s, struct mm_layer *layer)
{
	struct mm_history *next = layer ? history_with(s, layer) : NULL;

	(void)mm_history_unref(s->history);
	(void)mm_layer_unref(s->layer);
	s->history = next;
	s->layer = layer;
}

static void take_layer(struct mm_slot *s, struct run *r)
{
	(void)mm_tile_archive_unref(s->archive);
	s->archive = r->result.archive;
	(void)mm_raster_unref(s->raster);
	s->raster = r->result.raster;
	mm_slot_take_layer(s, r->result.layer);
	s->seconds = r->result.seconds;
	s->from_cache = r->result.from_cache;
	s->source_error[0] = '\0';
	s->busy = 0;
	s->tried = s->layer    ? mm_layer_identity(s->layer)
		   : s->raster ? mm_raster_info(s->raster)->identity
			       : mm_tile_archive_info(s->archive)->identity;
}

/* True when there is something new to tell. */
static bool take_failure(struct mm_loader *l, struct mm_slot *s, const struct run *r)
{
	char *text;
	bool changed;

	if (r->rc ==
	    MM_E_BUSY) { /* the source is still being written: goes on trying, after a while says so */
		s->has_tried = false;
		if (s->busy < MM_LOADER_BUSY_MAX)
			s->busy++;
		if (s->busy < MM_LOADER_BUSY_MAX)
			return false;
	} else {
		s->busy = 0;
	}
	if (!s->layer && !s->archive && !s->raster && !r->def->is_tiles && !r->def->is_raster) {
		mm_slot_take_layer(s, mm_cache_find_last(&l->cache, s->id));
		s->from_cache = s->layer != NULL;
	}
	text = mm_slot_error(&r->err);
	changed = text && strcmp(text, s->source_error) != 0;
	if (!text)
		return false;
	free(s->source_error);
	s->source_error = text;
	return changed;
}

bool mm_loader_take_done(struct mm_loader *l)
{
	struct run *r;
	struct mm_slot *s;
	bool is_news;

	if (read(l->done_fd[0], &r, sizeof(void *)) != (ssize_t)sizeof(void *))
		return false;
	(void)pthread_join(r->thread, NULL);
	s = r->slot;
	s->is_running = false;
	l->running--;
	s->is_dirty = true;     /* it may have changed meanwhile */
	if (r->rc != MM_E_BUSY) /* else it is read once more */
		s->refresh_done = s->refresh_begun;
	else
		s->refresh_begun = s->refresh_done;
	is_news = r->rc ? take_failure(l, s, r) : (take_layer(s, r), true);
	if (is_news) {
		char error[MM_LOADER_ERROR_MAX];
		struct mm_entry e = mm_slot_entry(s, error);

		l->must_publish = true;
		if (l->events.on_layer && !atomic_load(&l->is_stopping))
			l->events.on_layer(l->events.ctx, &e);
	}
	(void)mm_reading_unref(r->reading);
	free(r);
	return true;
}
