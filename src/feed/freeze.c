#include "feed/freeze.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "feed/cache.h"
#include "feed/child.h"
#include "feed/freeze_in.h"
#include "feed/raster.h"
#include "feed/ready_tiles.h"
#include "feed/vet.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 5, MEM_MAX = 16 << 20 };

/* One freeze. */
struct freeze {
	const struct mm_cache *cache;
	const struct mm_layer_def *def;
	struct mm_arena *mem;
	struct mm_vetted vetted;
	char temp[PATH_MAX], out[PATH_MAX + 16];
	int source_fd; /* of a source that is one file, to see whether what was read has changed; -1 */
	struct stat source_stat;
	uint64_t inode; /* of the file the child read, 0 unknown */
};

static void watch_source(struct freeze *f)
{
	f->source_fd = -1;
	if (!f->def->source_is_path || f->vetted.readable_count != 1 || !f->vetted.driver[0]->opens_once)
		return;
	f->source_fd = open(f->vetted.open, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (f->source_fd >= 0 && fstat(f->source_fd, &f->source_stat) != 0) {
		(void)close(f->source_fd);
		f->source_fd = -1;
	}
}

/* True when the child cannot have read two states of the source: nothing changed, or the one file it opened
 * was not written to (another may have taken its name meanwhile, which the next look will find). */
static bool is_of_one_moment(const struct freeze *f)
{
	struct stat now;

	if (!f->def->source_is_path || mm_source_identity(f->def) == f->vetted.identity)
		return true;
	return f->source_fd >= 0 && fstat(f->source_fd, &now) == 0 && f->inode == now.st_ino &&
	       now.st_size == f->source_stat.st_size && now.st_mtim.tv_sec == f->source_stat.st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == f->source_stat.st_mtim.tv_nsec;
}

static enum mm_code run(struct freeze *f, size_t first_driver, int stop_fd, struct mm_err *reterr)
{
	const char *driver[MM_DRIVER_CANDIDATES];
	char stamp[MM_CLOCK_TEXT_MAX] = "";
	struct mm_report report = {.inode = 0};
	enum mm_code rc;
	struct mm_job job = {.def = *f->def,
			     .driver = driver,
			     .open = f->vetted.open,
			     .readable = f->vetted.readable,
			     .readable_count = f->vetted.readable_count,
			     .list_dir = f->vetted.list_dir,
			     .temp = f->temp,
			     .out = f->out,
			     .stamp = stamp,
			     .identity = f->vetted.identity,
			     .bytes = f->vetted.bytes,
			     .has_network = f->vetted.driver[0]->needs_network};

	for (size_t i = first_driver; i < f->vetted.driver_count; i++)
		driver[job.driver_count++] = f->vetted.driver[i]->name;
	if (f->vetted.changed_ms)
		(void)mm_clock_format(f->vetted.changed_ms, 0, stamp);
	rc = mm_child_run(&job, stop_fd, &report, reterr);
	f->inode = report.inode;
	return rc;
}

/* The child's snapshot, looked at as something a stranger sent. */
static enum mm_code accept_snapshot(const struct freeze *f, struct mm_layer **ret, struct mm_err *reterr)
{
	struct mm_layer *layer = NULL;
	struct mm_err err = {0};
	enum mm_code rc = mm_layer_open(f->out, &layer, &err);

	if (rc)
		return mm_fail(reterr, MM_E_DATA, "", "the snapshot made of it is not sound: %s", err.msg);
	if (mm_layer_identity(layer) != f->vetted.identity ||
	    strcmp(mm_layer_schema(layer)->id, f->def->id) != 0)
		rc = mm_fail(reterr, MM_E_DATA, "", "the snapshot made of it is another layer's");
	if (!rc && !is_of_one_moment(f))
		rc = mm_fail(reterr, MM_E_BUSY, "",
			     "the source changes while it is read: it is read again when it is still");
	if (!rc)
		rc = mm_cache_keep(f->cache, f->out, f->def->id, f->vetted.identity, reterr);
	if (rc)
		(void)mm_layer_unref(layer);
	else
		*ret = layer;
	return rc;
}

/* Says where, and which source, when the child said only what. */
static enum mm_code retell(const struct freeze *f, enum mm_code rc, const struct mm_err *err,
			   struct mm_err *reterr)
{
	char where[sizeof(err->where)];

	if (*err->where)
		return mm_fail(reterr, rc, err->where, "%s", err->msg);
	mm_vet_where(f->def, f->def->source_line, where, sizeof(where));
	if (!f->def->source_is_path) /* it may hold a password */
		return mm_fail(reterr, rc, where, "source: %s", err->msg);
	return mm_fail(reterr, rc, where, "source \"%s\": %s", mm_file_base_name(f->def->source), err->msg);
}

static enum mm_code freeze(struct freeze *f, int stop_fd, struct mm_layer **ret, struct mm_err *reterr)
{
	enum mm_code rc = mm_cache_make_temp(f->cache, f->temp, reterr);
	struct mm_err err = {0};

	if (rc)
		return rc;
	(void)snprintf(f->out, sizeof(f->out), "%s/out.mms", f->temp);
	watch_source(f);
	for (size_t i = 0; i < f->vetted.driver_count; i++) {
		err = (struct mm_err){0};
		rc = run(f, i, stop_fd, &err);
		if (rc != MM_E_DATA ||
		    !strstr(err.msg, "crashed")) /* where one driver crashes another may not */
			break;
	}
	if (!rc)
		rc = accept_snapshot(f, ret, &err);
	else if (rc != MM_E_BUSY && !is_of_one_moment(f))
		rc = mm_fail(NULL, MM_E_BUSY, "", "changing");
	if (rc)
		rc = retell(f, rc, &err, reterr);
	if (f->source_fd >= 0)
		(void)close(f->source_fd);
	mm_cache_remove_temp(f->temp);
	return rc;
}

enum mm_code mm_freeze_in(const struct mm_cache *cache, const struct mm_map_def *map,
			  const struct mm_layer_def *def, int stop_fd, struct mm_freeze_result *ret,
			  struct mm_err *reterr)
{
	struct freeze f = {.cache = cache, .def = def, .source_fd = -1};
	int64_t start = mm_clock_mono_ns();
	struct mm_tile_archive *archive = NULL;
	struct mm_raster *raster = NULL;
	struct mm_layer *layer = NULL;
	struct mm_arena mem;
	bool from_cache;
	enum mm_code rc;

	mm_arena_init(&mem, MEM_MAX);
	f.mem = &mem;
	rc = mm_vet(map, def, &mem, &f.vetted, reterr);
	if (!rc && def->is_tiles)
		rc = mm_ready_tiles_open(def, &f.vetted, &archive, reterr);
	else if (!rc && def->is_raster)
		rc = mm_raster_open(cache, def, &f.vetted, stop_fd, &raster, reterr);
	else if (!rc && def->source_is_path &&
		 !f.vetted.driver[0]->only_by_name) /* no telling whether others changed */
		layer = mm_cache_find(cache, def->id, f.vetted.identity);
	from_cache = layer != NULL;
	if (!rc && !layer && !archive && !raster)
		rc = freeze(&f, stop_fd, &layer, reterr);
	mm_arena_release(&mem);
	if (!rc)
		*ret = (struct mm_freeze_result){.layer = layer,
						 .archive = archive,
						 .raster = raster,
						 .from_cache = from_cache,
						 .seconds = (double)(mm_clock_mono_ns() - start) / 1e9};
	return rc;
}

enum mm_code mm_freeze(const struct mm_map_def *map, const struct mm_layer_def *def,
		       struct mm_freeze_result *ret, struct mm_err *reterr)
{
	struct mm_cache cache;
	struct mm_err err = {0};
	enum mm_code rc = mm_cache_open(map->cache, &cache, reterr);

	if (rc)
		return rc;
	for (int i = 0; i < TRIES; i++) {
		err = (struct mm_err){0};
		rc = mm_freeze_in(&cache, map, def, -1, ret, &err);
		if (rc != MM_E_BUSY)
			break;
	}
	mm_cache_close(&cache);
	return rc ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}
