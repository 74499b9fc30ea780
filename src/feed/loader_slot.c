#include "base/hash.h"
#include "base/text.h"
#include "feed/drivers.h"
#include "feed/freeze.h"
#include "feed/loader_private.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct mm_reading *mm_reading_ref(struct mm_reading *r)
{
	atomic_fetch_add(&r->refs, 1);
	return r;
}

struct mm_reading *mm_reading_unref(struct mm_reading *r)
{
	if (r && atomic_fetch_sub(&r->refs, 1) == 1) {
		mm_arena_release(&r->mem);
		free(r);
	}
	return NULL;
}

struct mm_slot *mm_slot_free(struct mm_slot *s)
{
	if (!s)
		return NULL;
	(void)mm_reading_unref(s->reading);
	(void)mm_layer_unref(s->layer);
	(void)mm_tile_archive_unref(s->archive);
	(void)mm_raster_unref(s->raster);
	(void)mm_history_unref(s->history);
	free(s->id);
	free(s->file);
	free(s->real);
	free(s->yaml_error);
	free(s->source_error);
	free(s);
	return NULL;
}

char *mm_slot_error(const struct mm_err *err)
{
	char text[sizeof(err->where) + sizeof(err->msg) + 4];

	(void)snprintf(text, sizeof(text), "%s%s%s", err->where, *err->where ? ": " : "", err->msg);
	return strdup(text);
}

/* Takes `text` over; true when it is another one than before. */
static bool set_text(char **at, char *text)
{
	bool changed = text && strcmp(*at, text) != 0;

	if (!text)
		return false; /* out of memory: the old text is better than none */
	free(*at);
	*at = text;
	return changed;
}

static void take_yaml_error(struct mm_loader *l, struct mm_slot *s, const struct mm_err *err)
{
	char error[MM_LOADER_ERROR_MAX];
	bool changed = set_text(&s->yaml_error, mm_slot_error(err));
	struct mm_entry e;

	if (!s->layer && !s->archive && !s->raster) {
		mm_slot_take_layer(s, mm_cache_find_last(&l->cache, s->id));
		s->from_cache = s->layer != NULL;
	}
	e = mm_slot_entry(s, error);
	if (changed && l->events.on_layer)
		l->events.on_layer(l->events.ctx, &e);
}

uint64_t mm_loader_look_at_yaml(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	char path[PATH_MAX];
	uint64_t sum = d ? 1 : 0; /* the order of names in a folder is no order */

	while (d && (e = readdir(d)) != NULL) {
		struct stat st;
		int n = snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);

		/* .wkt and .prj: a layer's crs: may name one */
		if (e->d_name[0] == '.' || n >= PATH_MAX ||
		    !(mm_text_ends(e->d_name, ".yaml") || mm_text_ends(e->d_name, ".wkt") ||
		      mm_text_ends(e->d_name, ".prj")))
			continue;
		if (stat(path, &st) == 0) {
			int64_t look[] = {st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
					  st.st_ctim.tv_sec, st.st_ctim.tv_nsec};

			sum += mm_hash64(look, sizeof(look), mm_hash64(path, (size_t)n, 0));
		}
	}
	if (d)
		(void)closedir(d);
	return sum;
}

static struct mm_reading *read_all(const char *dir, struct mm_err *reterr)
{
	struct mm_reading *r = calloc(1, sizeof(*r));
	enum mm_code rc;

	if (!r) {
		(void)mm_fail_nomem(reterr);
		return NULL;
	}
	atomic_init(&r->refs, 1);
	mm_arena_init(&r->mem, (size_t)512 << 20);
	rc = mm_map_def_read(dir, &r->mem, &r->map, reterr);
	if (!rc)
		rc = mm_layer_defs_read(&r->map, &r->mem, &r->file, &r->count, reterr);
	return rc ? mm_reading_unref(r) : r;
}

/* By id; for a file that cannot be read, by the file it was in, since its id may be another than its name. */
static struct mm_slot *find_slot(const struct mm_loader *l, const struct mm_def_file *f)
{
	for (size_t i = 0; f->err.code && i < l->slot_count; i++)
		if (strcmp(l->slot[i]->file, f->path) == 0)
			return l->slot[i];
	for (size_t i = 0; i < l->slot_count; i++)
		if (strcmp(l->slot[i]->id, f->id) == 0)
			return l->slot[i];
	return NULL;
}

static struct mm_slot *add_slot(struct mm_loader *l, const struct mm_def_file *f)
{
	struct mm_slot **wider = realloc(l->slot, (l->slot_count + 1) * sizeof(struct mm_slot *));
	struct mm_slot *s = calloc(1, sizeof(*s));

	if (wider)
		l->slot = wider;
	if (s) {
		s->id = strdup(f->id);
		s->file = strdup(f->path);
		s->yaml_error = strdup("");
		s->source_error = strdup("");
	}
	if (!wider || !s || !s->id || !s->file || !s->yaml_error || !s->source_error)
		return mm_slot_free(s);
	l->slot[l->slot_count++] = s;
	return s;
}

static void take_file(struct mm_loader *l, const struct mm_def_file *f, bool map_changed)
{
	struct mm_slot *s = find_slot(l, f);
	struct mm_reading *old;

	if (!s)
		s = add_slot(l, f);
	if (!s)
		return; /* out of memory: the next look tries again */
	s->is_gone = false;
	s->is_dirty = true;
	l->must_publish = true;
	if (f->err.code) {
		/* also when it is a second file of one id: the layer stays the first one's */
		take_yaml_error(l, s, &f->err);
		return;
	}
	(void)set_text(&s->yaml_error, strdup(""));
	(void)set_text(&s->file, strdup(f->path));
	old = s->reading;
	s->reading = mm_reading_ref(l->reading);
	(void)mm_reading_unref(old);
	s->def = &f->def;
	if (map_changed || *s->source_error)
		s->has_tried = false;
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(struct mm_slot *const *)a)->id, (*(struct mm_slot *const *)b)->id);
}

static bool is_used(void *ctx, const char *id)
{
	const struct mm_loader *l = ctx;

	for (size_t i = 0; i < l->slot_count; i++)
		if (strcmp(l->slot[i]->id, id) == 0)
			return true;
	return false;
}

void mm_loader_drop_gone(struct mm_loader *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->slot_count; i++) {
		struct mm_slot *s = l->slot[i];

		if (s->is_gone && !s->is_running) {
			(void)mm_slot_free(s);
			l->must_publish = true;
		} else {
			l->slot[kept++] = s;
		}
	}
	l->slot_count = kept;
	mm_cache_sweep(&l->cache, is_used, l);
}

enum mm_code mm_loader_read_yaml(struct mm_loader *l, struct mm_err *reterr)
{
	struct mm_reading *r = read_all(l->dir, reterr);
	bool map_changed = r && l->reading && l->reading->map.hash != r->map.hash;

	if (!r)
		return reterr->code ? reterr->code : MM_E_NOMEM;
	if (!l->reading) {
		enum mm_code rc = mm_cache_open_locked(r->map.cache, &l->cache, reterr);

		if (rc) {
			(void)mm_reading_unref(r);
			return rc;
		}
		if (*l->cache.shared && l->events.on_cache_taken)
			l->events.on_cache_taken(l->events.ctx, l->cache.shared);
	}
	(void)pthread_mutex_lock(&l->lock);
	(void)mm_reading_unref(l->reading);
	l->reading = r;
	(void)pthread_mutex_unlock(&l->lock);
	for (size_t i = 0; i < l->slot_count; i++)
		l->slot[i]->is_gone = true;
	for (size_t i = 0; i < r->count; i++) /* the good ones first: an id is theirs */
		if (!r->file[i].err.code)
			take_file(l, &r->file[i], map_changed);
	for (size_t i = 0; i < r->count; i++)
		if (r->file[i].err.code)
			take_file(l, &r->file[i], map_changed);
	mm_loader_drop_gone(l);
	if (l->slot_count)
		qsort(l->slot, l->slot_count, sizeof(struct mm_slot *), by_id);
	l->must_publish = l->must_publish || map_changed;
	return MM_OK;
}

/* A file put in place as a whole needs no long wait, when the source is that one file. */
static int64_t still_ns(const struct mm_slot *s)
{
	const struct mm_driver *d[MM_DRIVER_CANDIDATES];
	bool one_file = s->def->is_tiles || (s->def->source_is_path && mm_driver_by_path(s->def->source, d) &&
					     !d[0]->is_many_files);

	return (s->is_whole && one_file ? MM_STILL_WHOLE_MS : MM_STILL_MS) * (int64_t)1000000;
}

/* True while the slot is not at rest. */
static bool look_at_slot(struct mm_loader *l, struct mm_slot *s, int64_t now_ns)
{
	uint64_t identity;

	if (!s->def || s->is_running || s->is_wanted || !s->is_dirty || s->is_gone)
		return false;
	identity = mm_source_identity(s->def);
	if (s->has_tried && identity == s->tried) {
		s->is_dirty = s->is_whole = false;
		s->seen_ns = 0;
		return false;
	}
	if (!s->seen_ns || identity != s->seen) {
		s->seen = identity;
		s->seen_ns = now_ns;
	}
	if ((s->refresh_asked > s->refresh_begun && !s->busy) ||
	    ((l->is_first || (!s->layer && !s->archive && !s->raster)) && !s->busy) ||
	    now_ns - s->seen_ns >= still_ns(s)) {
		s->is_wanted = true;
		s->is_whole = false;
		s->seen_ns = 0;
	}
	return !s->is_wanted && !(l->is_first && s->busy == MM_LOADER_BUSY_MAX);
}

bool mm_loader_look_at_sources(struct mm_loader *l, int64_t now_ns)
{
	bool restless = false;

	for (size_t i = 0; i < l->slot_count; i++)
		restless = look_at_slot(l, l->slot[i], now_ns) || restless;
	return restless;
}

/* True when the event is about a file of this source: same folder, same name up to the extension. */
static bool is_about(const char *source, const struct mm_watch_event *e, bool *ret_is_itself)
{
	const char *slash = strrchr(source, '/'), *base = slash ? slash + 1 : source,
		   *dot = strrchr(base, '.');
	size_t dir = slash ? (size_t)(slash - source) : 0, stem = dot ? (size_t)(dot - base) : strlen(base);

	*ret_is_itself = strcmp(e->name, base) == 0;
	if (!*e->dir || !*e->name)
		return true;
	if (strlen(e->dir) != dir || strncmp(e->dir, source, dir) != 0)
		return mm_text_starts(e->dir, source); /* within a .gdb */
	return strncmp(e->name, base, stem) == 0;
}

void mm_loader_on_event(void *ctx, const struct mm_watch_event *e)
{
	struct mm_loader *l = ctx;
	bool is_yaml = strcmp(e->dir, l->reading->map.dir) == 0 || !*e->dir;
	bool is_itself;

	if (is_yaml && (!*e->name || mm_text_ends(e->name, ".yaml") || mm_text_ends(e->name, ".wkt") ||
			mm_text_ends(e->name, ".prj"))) {
		l->yaml_is_dirty = true;
		l->yaml_is_whole = e->is_whole;
	}
	for (size_t i = 0; i < l->slot_count; i++) {
		struct mm_slot *s = l->slot[i];

		if (!s->def || !s->def->source_is_path)
			continue;
		if (!is_about(s->def->source, e, &is_itself) &&
		    !(s->real && is_about(s->real, e, &is_itself)))
			continue;
		s->is_dirty = true;
		s->is_whole = e->is_whole && is_itself;
	}
}

static void watch_dir_of(struct mm_loader *l, const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (slash && (size_t)(slash - path) < sizeof(dir)) {
		memcpy(dir, path, (size_t)(slash - path));
		dir[slash - path] = '\0';
		mm_watch_add(l->watch, dir);
	}
}

static void watch_source(struct mm_loader *l, struct mm_slot *s)
{
	const char *source = s->def->source;
	char real[PATH_MAX];
	struct stat st;

	watch_dir_of(l, source);
	if (stat(source, &st) == 0 && S_ISDIR(st.st_mode))
		mm_watch_add(l->watch, source);
	free(s->real);
	s->real = realpath(source, real) && strcmp(real, source) != 0 ? strdup(real) : NULL;
	if (s->real)
		watch_dir_of(l, s->real);
}

void mm_loader_watch_all(struct mm_loader *l)
{
	if (!l->watch)
		return;
	mm_watch_add(l->watch, l->reading->map.dir);
	for (size_t i = 0; i < l->slot_count; i++)
		if (l->slot[i]->def && l->slot[i]->def->source_is_path)
			watch_source(l, l->slot[i]);
}
