#include "feed/raster.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "feed/child.h"
#include "feed/freeze.h"
#include "feed/job.h"
#include "feed/raster_job.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_BYTES = 1 << 20, LOOK_S = 60, TILE_PX = 256 };

static const uint64_t LEAST_BYTES = (uint64_t)16 << 20; /* what a small file may take of time and memory */

/* ---- looking into it ---- */

/* The zoom of tiles whose pixels are as small as the raster's. */
static unsigned tile_zoom(const struct mm_raster_look *l)
{
	const double lat = (l->box_deg.min_y + l->box_deg.max_y) / 2 * M_PI / 180;
	const double whole_m = 2 * M_PI * 6378137 * fmax(cos(lat), 0.01);
	const double zoom = ceil(log2(whole_m / TILE_PX / l->resolution_m) - 0.25);

	return (unsigned)fmin(fmax(zoom, 0), 22);
}

static struct mm_raster *make(const struct mm_layer_def *def, const struct mm_vetted *v,
			      const struct mm_raster_look *l)
{
	char stamp[MM_CLOCK_TEXT_MAX] = "";
	const struct mm_raster_info info = {.id = def->id,
					    .title = def->title,
					    .description = def->description,
					    .owner = def->owner,
					    .license = def->license,
					    .theme = def->theme,
					    .crs_code = l->crs_code,
					    .crs_name = l->crs_name,
					    .stamp = stamp,
					    .min_zoom = def->min_zoom,
					    .max_zoom = def->max_zoom,
					    .tile_zoom = tile_zoom(l),
					    .opacity = def->opacity,
					    .is_visible = def->is_visible,
					    .is_opaque = l->is_opaque,
					    .width_px = l->width_px,
					    .height_px = l->height_px,
					    .resolution_m = l->resolution_m,
					    .box_deg = l->box_deg,
					    .identity = v->identity,
					    .source = {.file = def->file,
						       .line = def->source_line,
						       .path = def->source,
						       .driver = v->driver[0]->name,
						       .readable = v->readable,
						       .readable_count = v->readable_count,
						       .list_dir = v->list_dir,
						       .bytes = v->bytes,
						       .definition_hash = def->hash,
						       .crs = l->crs,
						       .range = {l->range[0], l->range[1]}}};

	if (v->changed_ms)
		(void)mm_clock_format(v->changed_ms, 0, stamp);
	return mm_raster_new(&info);
}

static enum mm_code look(const struct mm_layer_def *def, const struct mm_vetted *v, const char *temp,
			 int stop_fd, struct mm_arena *mem, struct mm_raster_look *ret, struct mm_err *reterr)
{
	const struct mm_raster_job x = {
	    .is_look = true, .has_range = def->has_range, .range = {def->range[0], def->range[1]}};
	const char *driver = v->driver[0]->name;
	struct mm_buf found;
	struct mm_report report = {.probe = &found};
	const struct mm_job job = {.def = *def,
				   .driver = &driver,
				   .driver_count = 1,
				   .open = v->open,
				   .readable = v->readable,
				   .readable_count = v->readable_count,
				   .list_dir = v->list_dir,
				   .temp = temp,
				   .out = "",
				   .stamp = "",
				   .bytes = v->bytes + LEAST_BYTES,
				   .raster = &x,
				   .wall_s = LOOK_S};
	enum mm_code rc;

	mm_buf_init(&found, LOOK_BYTES);
	rc = mm_child_run(&job, stop_fd, &report, reterr);
	if (!rc && found.failed)
		rc = mm_fail_nomem(reterr);
	if (!rc)
		rc = mm_raster_look_take((const char *)found.data, found.len, mem, ret, reterr);
	mm_buf_release(&found);
	return rc;
}

enum mm_code mm_raster_open(const struct mm_cache *cache, const struct mm_layer_def *def,
			    const struct mm_vetted *vetted, int stop_fd, struct mm_raster **ret,
			    struct mm_err *reterr)
{
	struct mm_raster_look found = {0};
	char temp[PATH_MAX], where[sizeof(reterr->where)];
	struct mm_raster *r = NULL;
	struct mm_err err = {0};
	enum mm_code rc = mm_cache_make_temp(cache, temp, reterr);
	MM_ARENA_SCOPE(mem, LOOK_BYTES);

	if (rc)
		return rc;
	rc = look(def, vetted, temp, stop_fd, &mem, &found, &err);
	mm_cache_remove_temp(temp);
	/* what was looked into is what the identity stands for */
	if (mm_source_identity(def) != vetted->identity)
		return mm_fail(reterr, MM_E_BUSY, "",
			       "it changes while it is read: it is read again when it is still");
	if (!rc && !(r = make(def, vetted, &found)))
		rc = mm_fail_nomem(&err);
	if (!rc) {
		*ret = r;
		return MM_OK;
	}
	mm_vet_where(def, def->source_line, where, sizeof(where));
	if (*err.where)
		return mm_fail(reterr, rc, err.where, "%s", err.msg);
	return mm_fail(reterr, rc, where, "raster \"%.120s\": %s", mm_file_base_name(def->source), err.msg);
}

/* ---- a window ---- */

static bool is_small_enough(const struct mm_raster_window *w)
{
	const double *p = w->place;

	for (int i = 0; i < 6; i++)
		if (!isfinite(p[i]))
			return false;
	return w->width_px && w->height_px && w->width_px <= MM_RASTER_SIDE_MAX_PX &&
	       w->height_px <= MM_RASTER_SIDE_MAX_PX &&
	       (uint64_t)w->width_px * w->height_px <= MM_RASTER_PIXELS_MAX &&
	       fabs(p[1] * p[5] - p[2] * p[4]) > 0;
}

static enum mm_code take_pixels(const char *path, size_t bytes, unsigned char *rgba, struct mm_err *reterr)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	size_t at = 0;

	while (fd >= 0 && at < bytes) {
		const ssize_t got = read(fd, rgba + at, bytes - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		at += (size_t)got;
	}
	if (fd >= 0)
		(void)close(fd);
	return at == bytes ? MM_OK
			   : mm_fail(reterr, MM_E_INTERNAL, "", "the child left no pixels of the window");
}

/* Tells which layer it is; the words of mm_child_run are of whole sources. */
static enum mm_code retell(const struct mm_raster *r, enum mm_code rc, const struct mm_err *err,
			   struct mm_err *reterr)
{
	const struct mm_raster_info *info = mm_raster_info(r);
	const bool is_slow = rc == MM_E_LIMIT && strstr(err->msg, "takes too long");

	if (rc == MM_E_BUSY)
		return mm_fail(reterr, rc, "", "%s", err->msg);
	return mm_fail(reterr, rc, "layers", "raster \"%.64s\": %s", info->id,
		       is_slow ? "reading it takes too long: give it overviews with gdaladdo, or ask for a "
				 "smaller extent"
			       : err->msg);
}

static enum mm_code run(const struct mm_raster *r, const char *temp, const struct mm_raster_window *window,
			int stop_fd, unsigned max_s, unsigned char *rgba, struct mm_err *reterr)
{
	const struct mm_raster_source *s = &mm_raster_info(r)->source;
	const struct mm_raster_job x = {.has_range = s->range[0] < s->range[1],
					.range = {s->range[0], s->range[1]},
					.source_crs = s->crs,
					.window = *window};
	const size_t bytes = (size_t)4 * window->width_px * window->height_px;
	struct mm_report report = {.inode = 0};
	char out[PATH_MAX + 16];
	const struct mm_job job = {.driver = &s->driver,
				   .driver_count = 1,
				   .open = s->path,
				   .readable = s->readable,
				   .readable_count = s->readable_count,
				   .list_dir = s->list_dir,
				   .temp = temp,
				   .out = out,
				   .stamp = "",
				   .bytes = s->bytes + LEAST_BYTES,
				   .raster = &x,
				   .wall_s = max_s};
	enum mm_code rc;

	(void)snprintf(out, sizeof(out), "%s/out.rgba", temp);
	rc = mm_child_run(&job, stop_fd, &report, reterr);
	return rc ? rc : take_pixels(out, bytes, rgba, reterr);
}

/* The file is the one that was looked into. */
static bool is_same(const struct mm_raster *r)
{
	const struct mm_raster_info *info = mm_raster_info(r);
	const struct mm_layer_def def = {
	    .source = info->source.path, .source_is_path = true, .hash = info->source.definition_hash};

	return mm_source_identity(&def) == info->identity;
}

enum mm_code mm_raster_read(const struct mm_raster *r, const struct mm_cache *cache,
			    const struct mm_raster_window *window, int stop_fd, unsigned max_s,
			    unsigned char *rgba, struct mm_err *reterr)
{
	struct mm_err err = {0};
	char temp[PATH_MAX];
	enum mm_code rc;

	if (!is_small_enough(window))
		return mm_fail(reterr, MM_E_INVALID, "layers",
			       "raster \"%.64s\": the window has no area, or more than %d million pixels",
			       mm_raster_info(r)->id, MM_RASTER_PIXELS_MAX / 1000000);
	rc = mm_cache_make_temp(cache, temp, reterr);
	if (rc)
		return rc;
	rc = run(r, temp, window, stop_fd, max_s, rgba, &err);
	mm_cache_remove_temp(temp);
	if (rc != MM_E_BUSY && !is_same(r)) {
		err = (struct mm_err){0};
		rc = mm_fail(&err, MM_E_BUSY, "", "raster \"%.64s\" has just changed: ask again in a moment",
			     mm_raster_info(r)->id);
	}
	return rc ? retell(r, rc, &err, reterr) : MM_OK;
}
