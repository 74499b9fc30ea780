#include "app/args.h"
#include "app/bake_info.h"
#include "app/bake_report.h"
#include "app/bake_run.h"
#include "app/command.h"
#include "app/report.h"
#include "app/say.h"
#include "archive/writer.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "feed/definition.h"
#include "feed/loader.h"
#include "tile/tile.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_MAX_ZOOM = 14, TICK_MS = 200, THREADS_MAX = 256 };

struct job {
	const char *dir, *out, *layers; /* layers: "a,b" or NULL */
	unsigned min_zoom, max_zoom, threads;
	const struct mm_catalog *catalog;
	const struct mm_layer *layer[MM_TILE_LAYERS_MAX];
	bool is_label[MM_TILE_LAYERS_MAX];
	struct mm_bake bake;
	struct mm_archive_writer writer;
	struct mm_bake_report report;
};

static enum mm_code add_layer(struct job *job, const struct mm_entry *e, bool is_label, struct mm_err *reterr)
{
	if (*e->error)
		return mm_fail(reterr, MM_E_DATA, "", "%s", e->error);
	if (e->archive)
		return mm_fail(
		    reterr, MM_E_INVALID, "--layers",
		    "\"%s\" is an archive of tiles already: it is not put into another one, copy its "
		    "file",
		    e->id);
	if (e->raster)
		return mm_fail(reterr, MM_E_INVALID, "--layers",
			       "\"%s\" is a picture: an archive has vector tiles, name layers that have "
			       "features",
			       e->id);
	for (size_t i = 0; i < job->bake.layer_count; i++)
		if (job->layer[i] == e->layer && job->is_label[i] == is_label)
			return MM_OK;
	if (job->bake.layer_count == MM_TILE_LAYERS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "--layers",
			       "a tile has at most %d layers: name those that are wanted",
			       MM_TILE_LAYERS_MAX);
	job->is_label[job->bake.layer_count] = is_label;
	job->layer[job->bake.layer_count++] = e->layer;
	return MM_OK;
}

/* The layer whose labels a name means; NULL: none. */
static const struct mm_entry *find_labelled(const struct job *job, char *name)
{
	const struct mm_entry *e = NULL;
	size_t n = strlen(name);

	if (!mm_text_ends(name, MM_LABEL_SUFFIX))
		return NULL;
	n -= strlen(MM_LABEL_SUFFIX);
	name[n] = '\0';
	e = mm_catalog_find_entry(job->catalog, name);
	name[n] = MM_LABEL_SUFFIX[0];
	return e && e->layer && mm_layer_has_polygons(e->layer) ? e : NULL;
}

static enum mm_code add_named(struct job *job, const char *id, size_t n, struct mm_err *reterr)
{
	const char *names[1000], *near;
	const struct mm_entry *e, *labelled;
	char name[128];
	size_t count = mm_catalog_count(job->catalog);

	(void)snprintf(name, sizeof(name), "%.*s", (int)(n < sizeof(name) ? n : sizeof(name) - 1), id);
	e = mm_catalog_find_entry(job->catalog, name);
	labelled = e ? NULL : find_labelled(job, name);
	if (e || labelled)
		return add_layer(job, e ? e : labelled, !e, reterr);
	count = count < 1000 ? count : 1000;
	for (size_t i = 0; i < count; i++)
		names[i] = mm_catalog_entry(job->catalog, i)->id;
	near = mm_text_nearest(name, names, count);
	return mm_fail(reterr, MM_E_NOT_FOUND, "--layers", "there is no layer \"%s\"%s%s%s", name,
		       near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* What has no features for tiles to be made of. */
static bool is_left_out(const struct mm_entry *e)
{
	return (e->archive || e->raster) && !*e->error;
}

static void tell_left_out(const struct mm_entry *e)
{
	(void)fprintf(
	    stderr,
	    e->raster
		? mm_say("munimap: слой «%s» - растр и не складывается в архив векторных плиток: "
			 "скопируйте его файл\n",
			 "munimap: layer \"%s\" is a picture and is left out of an archive of vector tiles: "
			 "copy its file\n")
		: mm_say("munimap: слой «%s» уже хранится в архиве плиток и не складывается в новый: "
			 "скопируйте его файл\n",
			 "munimap: layer \"%s\" is an archive of tiles already and is left out: copy its "
			 "file\n"),
	    e->id);
}

/* The layer has labels, and no layer has their name. */
static bool has_labels(const struct job *job, const struct mm_entry *e)
{
	char name[128];

	(void)snprintf(name, sizeof(name), "%s" MM_LABEL_SUFFIX, e->id);
	return e->layer && mm_layer_has_polygons(e->layer) && !mm_catalog_find_entry(job->catalog, name);
}

/* The layers that are wanted, each once; all and their labels, when none is named. A layer that did not load
 * is not left out in silence. */
static enum mm_code choose_layers(struct job *job, struct mm_err *reterr)
{
	const char *at = job->layers;
	enum mm_code rc = MM_OK;

	for (size_t i = 0; !at && i < mm_catalog_count(job->catalog) && !rc; i++) {
		const struct mm_entry *e = mm_catalog_entry(job->catalog, i);

		if (is_left_out(e))
			tell_left_out(e);
		else
			rc = add_layer(job, e, false, reterr);
		if (!rc && has_labels(job, e))
			rc = add_layer(job, e, true, reterr);
	}
	while (at && !rc) {
		const size_t n = strcspn(at, ",");

		rc = add_named(job, at, n, reterr);
		at = at[n] ? at + n + 1 : NULL;
	}
	if (!rc && job->bake.layer_count == 0)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, job->dir, "the folder has no layers");
	return rc;
}

/* Zooms that are asked for and that some layer has. */
static enum mm_code choose_zooms(struct job *job, struct mm_err *reterr)
{
	unsigned min = MM_TILE_MAX_ZOOM, max = 0;

	for (size_t i = 0; i < job->bake.layer_count; i++) {
		const struct mm_schema *s = mm_layer_schema(job->layer[i]);

		min = s->min_zoom < min ? s->min_zoom : min;
		max = s->max_zoom > max ? s->max_zoom : max;
	}
	job->bake.layer = job->layer;
	job->bake.is_label = job->is_label;
	job->bake.min_zoom = job->min_zoom > min ? job->min_zoom : min;
	job->bake.max_zoom = job->max_zoom < max ? job->max_zoom : max;
	if (job->bake.min_zoom > job->bake.max_zoom)
		return mm_fail(
		    reterr, MM_E_INVALID, "--max-zoom",
		    "the layers are drawn from zoom %u to %u, nothing of that is between %u and %u", min, max,
		    job->min_zoom, job->max_zoom);
	return MM_OK;
}

static enum mm_code put(void *ctx, uint64_t number, const void *gzip, size_t n, struct mm_err *reterr)
{
	struct job *job = ctx;

	return mm_archive_writer_put(&job->writer, number, gzip, n, reterr);
}

/* Shows how it goes until the last thread has ended or a signal says stop; returns that signal or 0. */
static int wait_for_end(struct job *job, struct mm_bake_run *run, const sigset_t *signals)
{
	const struct timespec tick = {.tv_nsec = TICK_MS * 1000000L};
	int stopped = 0;

	for (;;) {
		const int sig = sigtimedwait(signals, NULL, &tick);
		struct mm_bake_progress progress;

		if (sig == SIGUSR1)
			return stopped;
		if (sig > 0) {
			stopped = sig;
			mm_bake_run_stop(run);
		}
		mm_bake_run_progress(run, &progress);
		mm_bake_report_progress(&job->report, &progress);
	}
}

/* 0, 1, or 128 and the signal that stopped it. */
static int bake(struct job *job, const sigset_t *signals, struct mm_err *reterr)
{
	const struct mm_bake_sink sink = {job, put};
	struct mm_bake_progress progress = {0};
	struct mm_archive_count count = {0};
	struct mm_bake_run *run = NULL;
	struct mm_archive_info info;
	struct mm_buf layers;
	int stopped;
	enum mm_code rc = mm_bake_run_new(&job->bake, job->threads, &sink, SIGUSR1, &run, reterr);

	if (rc)
		return 1;
	stopped = wait_for_end(job, run, signals);
	rc = mm_bake_run_end(run, &progress, reterr);
	if (rc)
		mm_bake_report_stop(&job->report);
	else
		mm_bake_report_end(&job->report, &progress);
	if (stopped)
		return 128 + stopped;
	mm_buf_init(&layers, 64 << 20);
	info = mm_bake_info(&job->bake, mm_catalog_map(job->catalog), &layers);
	if (!rc && layers.failed)
		rc = mm_fail_nomem(reterr);
	if (!rc)
		rc = mm_archive_writer_finish(&job->writer, &info, &count, reterr);
	mm_buf_release(&layers);
	if (!rc)
		mm_bake_report_summary(&job->report, stdout, job->out, &progress, &count);
	return rc ? 1 : 0;
}

/* From here on signals wait for wait_for_end: the temporary file is removed whatever comes. */
static int bake_guarded(struct job *job, struct mm_err *reterr)
{
	sigset_t signals;
	int code = 1;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigaddset(&signals, SIGUSR1);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (!mm_archive_writer_open(&job->writer, job->out, reterr))
		code = bake(job, &signals, reterr);
	mm_archive_writer_close(&job->writer);
	return code;
}

/* A tile may take what it may where the same folder is served. */
static enum mm_code read_budget(struct job *job, struct mm_err *reterr)
{
	struct mm_map_def map;
	enum mm_code rc;
	MM_ARENA_SCOPE(mem, 0);

	rc = mm_map_def_read(job->dir, &mem, &map, reterr);
	if (!rc)
		job->bake.budget_bytes = (size_t)map.server.tile_kb * 1000;
	return rc;
}

static int load_and_bake(struct job *job)
{
	struct mm_catalog_slot *slot = mm_catalog_slot_new();
	struct mm_loader *loader = NULL;
	struct mm_err err = {0};
	int code = 1;
	enum mm_code rc = slot ? mm_loader_new(job->dir, slot, NULL, &loader, &err) : mm_fail_nomem(&err);

	if (!rc) {
		job->catalog = mm_catalog_acquire(slot);
		rc = choose_layers(job, &err);
	}
	if (!rc)
		rc = choose_zooms(job, &err);
	if (!rc)
		rc = read_budget(job, &err);
	if (!rc) {
		mm_bake_report_begin(&job->report);
		code = bake_guarded(job, &err);
	}
	if (err.code && code == 1)
		mm_say_error(&err);
	else if (code > 128)
		(void)fprintf(stderr,
			      mm_say("munimap: прервано, %s не записан\n",
				     "munimap: stopped, %s has not been written\n"),
			      job->out);
	job->catalog = mm_catalog_unref(job->catalog);
	(void)mm_loader_free(loader);
	(void)mm_catalog_slot_free(slot);
	return code;
}

static bool read_options(struct job *job, const char *min, const char *max, const char *threads)
{
	const long cores = sysconf(_SC_NPROCESSORS_ONLN);

	job->max_zoom = DEFAULT_MAX_ZOOM;
	job->threads = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
	if (!mm_args_number("--min-zoom", min, 0, MM_TILE_MAX_ZOOM, &job->min_zoom) ||
	    !mm_args_number("--max-zoom", max, 0, MM_TILE_MAX_ZOOM, &job->max_zoom) ||
	    !mm_args_number("--threads", threads, 1, THREADS_MAX, &job->threads))
		return false;
	if (job->min_zoom > job->max_zoom)
		(void)fprintf(stderr,
			      mm_say("munimap: --min-zoom %u больше, чем --max-zoom %u\n",
				     "munimap: --min-zoom %u is more than --max-zoom %u\n"),
			      job->min_zoom, job->max_zoom);
	return job->min_zoom <= job->max_zoom;
}

static bool read_operands(struct job *job, const char *const *operand, size_t count)
{
	if (count == 2 && mm_archive_is_known(operand[1])) {
		job->dir = operand[0];
		job->out = operand[1];
		return true;
	}
	(void)fprintf(
	    stderr, "%s\n",
	    mm_say("munimap: назовите папку слоёв и файл: munimap bake DIR OUT.pmtiles или OUT.mbtiles",
		   "munimap: name the folder of layers and the file: munimap bake DIR OUT.pmtiles or "
		   "OUT.mbtiles"));
	return false;
}

int mm_command_bake(int argc, char **argv)
{
	struct job job = {0};
	const char *min = NULL, *max = NULL, *threads = NULL;
	const struct mm_option options[] = {
	    {"--layers", "A,B", "только эти слои, в этом порядке; A_label — подписи",
	     "only these layers, in this order; A_label: labels", &job.layers},
	    {"--min-zoom", "N", "первый масштаб, по умолчанию 0", "first zoom, default 0", &min},
	    {"--max-zoom", "N", "последний масштаб, по умолчанию 14", "last zoom, default 14", &max},
	    {"--threads", "N", "число потоков, по умолчанию по числу ядер", "threads, default: one a core",
	     &threads},
	};
	const char **operand = calloc((size_t)argc + 1, sizeof(*operand));
	size_t count = 0;
	enum mm_args args = MM_ARGS_WRONG;
	int code = 2;

	if (operand)
		args = mm_args_read(argc, argv, options, sizeof(options) / sizeof(options[0]),
				    "munimap bake DIR OUT.pmtiles",
				    mm_say("Складывает плитки слоёв папки DIR в один файл: PMTiles или "
					   "MBTiles, по окончанию имени.",
					   "Puts the tiles of the layers of folder DIR into one file: "
					   "PMTiles or MBTiles, by the ending of its name."),
				    operand, &count);
	if (args == MM_ARGS_GO && read_operands(&job, operand, count) &&
	    read_options(&job, min, max, threads))
		code = load_and_bake(&job);
	free(operand);
	return args == MM_ARGS_HELP_GIVEN ? 0 : code;
}
