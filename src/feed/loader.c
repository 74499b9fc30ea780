#include "feed/loader.h"

#include "base/clock.h"
#include "feed/loader_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A loader is turned: by the caller of mm_loader_new until all is loaded, after that by its own thread. */

enum { RESTLESS_MS = 20, LOOK_MS = 2000 };
static const int64_t MS = 1000000;

static bool open_fds(struct mm_loader *l)
{
	l->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return l->stop_fd >= 0 && l->wake_fd >= 0 && pipe2(l->done_fd, O_CLOEXEC) == 0 &&
	       fcntl(l->done_fd[0], F_SETFL, O_NONBLOCK) == 0;
}

static void tell_error(const struct mm_loader *l, const struct mm_err *err)
{
	if (l->events.on_error)
		l->events.on_error(l->events.ctx, err);
}

/* Reads the YAML again when it has changed and come to rest. True: it is not at rest yet. */
static bool look_at_yaml(struct mm_loader *l, int64_t now)
{
	int64_t still = (l->yaml_is_whole ? MM_STILL_WHOLE_MS : MM_STILL_MS) * MS;
	struct mm_err err = {0};
	uint64_t look;

	if (!l->yaml_is_dirty && !l->yaml_is_wanted)
		return false;
	look = mm_loader_look_at_yaml(l->reading->map.dir);
	if (!l->yaml_is_wanted && look == l->yaml_tried) {
		l->yaml_is_dirty = false;
		l->yaml_seen_ns = 0;
		return false;
	}
	if (!l->yaml_seen_ns || look != l->yaml_seen) {
		l->yaml_seen = look;
		l->yaml_seen_ns = now;
	}
	if (!l->yaml_is_wanted && now - l->yaml_seen_ns < still)
		return true;
	l->yaml_tried = look;
	l->yaml_seen_ns = 0;
	l->yaml_is_wanted = l->yaml_is_dirty = l->yaml_is_whole = false;
	if (mm_loader_read_yaml(l, &err))
		tell_error(l, &err);
	mm_loader_watch_all(l);
	return false;
}

/* The slow look: file systems without inotify, folders that came or went. */
static void look_at_everything(struct mm_loader *l, int64_t now)
{
	l->look_ns = now;
	l->yaml_is_dirty = true;
	for (size_t i = 0; i < l->slot_count; i++)
		l->slot[i]->is_dirty = true;
	mm_loader_watch_all(l);
}

/* SIGHUP: read the YAML whatever it looks like, try what failed, and ask databases again. */
static void begin_reload(struct mm_loader *l)
{
	l->yaml_is_wanted = true;
	for (size_t i = 0; i < l->slot_count; i++) {
		struct mm_slot *s = l->slot[i];

		s->is_dirty = true;
		if (*s->source_error || (s->def && !s->def->source_is_path))
			s->has_tried = false;
	}
}

static void drain(int fd)
{
	uint64_t n;

	while (read(fd, &n, sizeof(n)) > 0)
		;
}

static void wait_for_something(struct mm_loader *l, int timeout_ms)
{
	struct pollfd p[] = {{.fd = l->wake_fd, .events = POLLIN},
			     {.fd = l->done_fd[0], .events = POLLIN},
			     {.fd = l->stop_fd, .events = POLLIN},
			     {.fd = l->watch ? mm_watch_fd(l->watch) : -1, .events = POLLIN}};

	if (poll(p, 4, timeout_ms) <= 0)
		return;
	if (p[0].revents)
		drain(l->wake_fd);
	if (p[3].revents)
		mm_watch_read(l->watch, mm_loader_on_event, l);
}

/* Drops slots that a freeze was running for when their YAML went. */
static void drop_orphans(struct mm_loader *l)
{
	for (size_t i = 0; i < l->slot_count; i++)
		if (l->slot[i]->is_gone && !l->slot[i]->is_running) {
			mm_loader_drop_gone(l);
			return;
		}
}

/* One turn. True: work is under way or due soon. */
static bool turn(struct mm_loader *l)
{
	int64_t now = mm_clock_mono_ns();
	bool restless;

	if (atomic_exchange(&l->reload, false))
		begin_reload(l);
	mm_loader_take_refreshes(l);
	if (!l->is_first && now - l->look_ns > LOOK_MS * MS)
		look_at_everything(l, now);
	while (mm_loader_take_done(l))
		;
	drop_orphans(l);
	restless = look_at_yaml(l, now);
	restless = mm_loader_look_at_sources(l, now) || restless;
	mm_loader_start_wanted(l);
	if (l->must_publish && !l->is_first)
		mm_loader_publish(l);
	if (!l->must_publish)
		mm_loader_tell_refreshed(l);
	if (restless || l->running || !l->is_first)
		wait_for_something(l, restless ? RESTLESS_MS : LOOK_MS);
	return restless || l->running;
}

static enum mm_code load(struct mm_loader *l, struct mm_err *reterr)
{
	enum mm_code rc;

	l->is_first = true;
	l->yaml_tried = mm_loader_look_at_yaml(l->dir);
	rc = mm_loader_read_yaml(l, reterr);
	if (rc)
		return rc;
	while (turn(l))
		;
	mm_loader_publish(l);
	l->is_first = false;
	return MM_OK;
}

enum mm_code mm_loader_new(const char *dir, struct mm_catalog_slot *slot,
			   const struct mm_loader_events *events, struct mm_loader **ret,
			   struct mm_err *reterr)
{
	struct mm_loader *l = calloc(1, sizeof(*l));
	struct mm_err err = {0};
	enum mm_code rc;

	if (!l)
		return mm_fail_nomem(reterr);
	l->cache.lock_fd = l->stop_fd = l->wake_fd = l->done_fd[0] = l->done_fd[1] = -1;
	l->catalog = slot;
	(void)pthread_mutex_init(&l->lock, NULL);
	(void)pthread_cond_init(&l->refreshed, NULL);
	if (events)
		l->events = *events;
	l->dir = realpath(dir, NULL);
	l->proj = mm_proj_new();
	if (!l->dir)
		rc = mm_fail(&err, MM_E_NOT_FOUND, dir,
			     "there is no such folder: name the folder of the layers' YAML");
	else if (!l->proj)
		rc = mm_fail_nomem(&err);
	else if (!open_fds(l))
		rc = mm_fail(&err, MM_E_IO, "", "no descriptors left: %s", strerror(errno));
	else
		rc = load(l, &err);
	if (rc) {
		(void)mm_loader_free(l);
		return mm_fail(reterr, rc, err.where, "%s", err.msg);
	}
	*ret = l;
	return MM_OK;
}

const struct mm_cache *mm_loader_cache(const struct mm_loader *l)
{
	return &l->cache;
}

const struct mm_map_def *mm_loader_map(const struct mm_loader *l)
{
	return &l->reading->map;
}

static void *keep_turning(void *ctx)
{
	struct mm_loader *l = ctx;

	while (!atomic_load(&l->is_stopping))
		(void)turn(l);
	return NULL;
}

enum mm_code mm_loader_watch(struct mm_loader *l, struct mm_err *reterr)
{
	struct mm_err ignored = {0};
	int failed;

	if (l->has_thread)
		return MM_OK;
	(void)!mm_watch_new(&l->watch, &ignored); /* without it the slow look remains */
	look_at_everything(l, mm_clock_mono_ns());
	failed = pthread_create(&l->thread, NULL, keep_turning, l);
	if (failed)
		return mm_fail(reterr, MM_E_IO, "", "no thread to watch with: %s", strerror(failed));
	l->has_thread = true;
	return MM_OK;
}

static void signal_fd(int fd)
{
	uint64_t one = 1;

	if (fd >= 0)
		(void)!write(fd, &one, sizeof(one));
}

void mm_loader_reload(struct mm_loader *l)
{
	atomic_store(&l->reload, true);
	signal_fd(l->wake_fd);
}

struct mm_loader *mm_loader_free(struct mm_loader *l)
{
	if (!l)
		return NULL;
	atomic_store(&l->is_stopping, true);
	signal_fd(l->stop_fd);
	signal_fd(l->wake_fd);
	if (l->has_thread)
		(void)pthread_join(l->thread, NULL);
	while (l->running) {
		struct pollfd p = {.fd = l->done_fd[0], .events = POLLIN};

		(void)poll(&p, 1, -1);
		(void)mm_loader_take_done(l);
	}
	for (size_t i = 0; i < l->slot_count; i++)
		(void)mm_slot_free(l->slot[i]);
	free(l->slot);
	(void)mm_reading_unref(l->reading);
	l->watch = mm_watch_free(l->watch);
	mm_cache_close(&l->cache);
	l->proj = mm_proj_free(l->proj);
	for (int i = 0; i < 2; i++)
		if (l->done_fd[i] >= 0)
			(void)close(l->done_fd[i]);
	if (l->stop_fd >= 0)
		(void)close(l->stop_fd);
	if (l->wake_fd >= 0)
		(void)close(l->wake_fd);
	(void)pthread_cond_destroy(&l->refreshed);
	(void)pthread_mutex_destroy(&l->lock);
	free(l->dir);
	free(l);
	return NULL;
}
