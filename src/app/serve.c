#include "app/command.h"

#include "api/api.h"
#include "api/edits/edits.h"
#include "api/events/events.h"
#include "api/features/pages.h"
#include "api/prints/jobs.h"
#include "api/tiles/tile_cache.h"
#include "api/tiles/tile_packs.h"
#include "api/tiles/tile_paths.h"
#include "app/args.h"
#include "app/report.h"
#include "app/say.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "base/pool.h"
#include "feed/edit.h"
#include "feed/loader.h"
#include "geo/kit.h"
#include "http/server.h"
#include "search/search.h"
#include "style/glyph.h"
#include "style/sprite.h"
#include "tile/tile.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BODY_BYTES_MAX = 4 << 20, /* an area of 100 000 vertices, some thousand features */
	DEFAULT_PORT = 8080,
	PORT_TRIES = 20,
	STOP_GRACE_MS = 10000,
	TOKEN_LEAST = 24,
	MS_MAX = MM_NUM_MAX + 4
};

struct serve {
	const char *dir;
	struct mm_map_def map;
	struct mm_arena mem; /* of map */
	struct mm_server_options options;
	struct mm_api api;
	struct mm_loader *loader;
	const struct mm_catalog *told; /* what listeners know of; the loader's thread */
	bool port_is_fixed;
	pthread_t main_thread;
	atomic_int loading; /* 1 loading, 0 loaded, -1 failed */
};

/* Milliseconds to a hundredth, without zeros at the end: "12", "0.5", "0.05". */
static void format_ms(double seconds, char ret[MS_MAX])
{
	const int64_t hundredths = llround(seconds * 1e5);
	const int rest = (int)(hundredths % 100);
	size_t n = mm_num_format_int(hundredths / 100, ret);

	if (rest) {
		ret[n++] = '.';
		ret[n++] = (char)('0' + rest / 10);
		if (rest % 10)
			ret[n++] = (char)('0' + rest % 10);
	}
	ret[n] = '\0';
}

static void on_access(void *ctx, const struct mm_access *a)
{
	const struct mm_api *api = ctx;
	const enum mm_log_level level = a->status >= 500 && !(a->status == 503 && a->was_draining)
					    ? MM_LOG_WARN
					: api->quiet ? MM_LOG_DEBUG
						     : MM_LOG_INFO;
	struct mm_log_line l;
	char ms[MS_MAX];

	if (!mm_log_begin(&l, level, "request"))
		return;
	format_ms(a->seconds, ms);
	mm_log_put_int(&l, "id", (int64_t)a->id);
	mm_log_put(&l, "method", a->method);
	mm_log_put(&l, "path", a->path);
	mm_log_put(&l, "query", a->query && *a->query ? a->query : NULL);
	mm_log_put_int(&l, "status", a->status);
	mm_log_put(&l, "ms", ms);
	mm_log_put_int(&l, "bytes", (int64_t)a->bytes);
	mm_log_put(&l, "route", a->route);
	mm_log_put(&l, "client", a->client);
	mm_log_put(&l, "agent", a->user_agent);
	mm_log_put(&l, "error", a->error);
	mm_log_end(&l);
}

static void on_layer(void *ctx, const struct mm_entry *e)
{
	struct serve *s = ctx;
	char seconds[32], features[32];

	if (atomic_load(&s->loading) == 1) {
		mm_report_line(stderr, e);
		return;
	}
	if (*e->error) {
		mm_log(MM_LOG_ERROR, "layer not loaded", "layer", e->id, "error", e->error, "serving",
		       mm_entry_serves(e) ? "last good version" : "nothing", (const char *)NULL);
		return;
	}
	(void)snprintf(seconds, sizeof(seconds), "%.2f", e->load_seconds);
	(void)snprintf(features, sizeof(features), "%u", e->layer ? mm_layer_count(e->layer) : 0);
	mm_log(MM_LOG_INFO, "layer loaded", "layer", e->id, "features", e->layer ? features : "tiles",
	       "seconds", seconds, (const char *)NULL);
}

/* On the only thread that publishes: what is current is what was just published. */
static void on_publish(void *ctx, const struct mm_catalog *catalog)
{
	struct serve *s = ctx;

	mm_api_tell(&s->api, s->told, catalog);
	mm_pages_sweep(s->api.pages);
	(void)mm_catalog_unref(s->told);
	s->told = mm_catalog_acquire(s->api.catalog);
	mm_search_update(s->api.search, mm_catalog_acquire(s->api.catalog));
}

static void on_error(void *ctx, const struct mm_err *err)
{
	(void)ctx;
	mm_log(MM_LOG_ERROR, "map not reloaded", "where", err->where, "error", err->msg, (const char *)NULL);
}

static void on_cache_taken(void *ctx, const char *dir)
{
	(void)ctx;
	mm_log(MM_LOG_WARN,
	       "another munimap owns the cache: this one reads it and keeps what it loads for itself",
	       "cache", dir, (const char *)NULL);
}

/* Command line over map.yaml over defaults. */
static bool set_options(struct serve *s, const char *port, const char *bind, const char *threads)
{
	const struct mm_server_def *d = &s->map.server;
	unsigned port_n = d->port, threads_n = d->threads;

	if (!mm_args_number("--port", port, 0, 65535, &port_n) ||
	    !mm_args_number("--threads", threads, 1, 256, &threads_n))
		return false;
	s->port_is_fixed = port || d->port;
	s->options = (struct mm_server_options){
	    .bind = bind       ? bind
		    : *d->bind ? d->bind
			       : "127.0.0.1",
	    .port = (uint16_t)(s->port_is_fixed ? port_n : DEFAULT_PORT),
	    .threads = threads_n,
	    .max_connections = d->max_connections,
	    .max_body_bytes = BODY_BYTES_MAX,
	    .public_url = *d->public_url ? d->public_url : NULL,
	    .trusted_proxies = d->trusted_proxies,
	    .trusted_proxy_count = d->trusted_proxy_count,
	    .allow = mm_api_allow,
	    .refuse = mm_api_refuse,
	    .routes = mm_api_routes,
	    .route_count = mm_api_route_count,
	    .events = s->api.events,
	    .recall = mm_api_tile_recall,
	    .pace = mm_api_pace,
	    .ctx = &s->api,
	    .on_access = on_access,
	};
	return true;
}

/* Listens; when the usual port is taken and nobody asked for it by number, takes the next free one and says
 * so. */
static enum mm_code listen_somewhere(struct serve *s, struct mm_err *reterr)
{
	uint16_t first = s->options.port;

	for (int i = 0; i < PORT_TRIES; i++) {
		struct mm_err err = {0};
		enum mm_code rc = mm_server_start(&s->options, &s->api.server, &err);

		if (!rc) {
			if (i)
				(void)fprintf(stderr,
					      mm_say("Порт %u занят, вместо него %u.\n",
						     "Port %u is taken, using %u instead.\n"),
					      first, s->options.port);
			return MM_OK;
		}
		if (rc != MM_E_BUSY)
			return mm_fail(reterr, rc, err.where, "%s", err.msg);
		if (s->port_is_fixed)
			return mm_fail(reterr, rc, "",
				       "port %u is taken: stop what uses it, or try --port %u", first,
				       first + 1u);
		s->options.port++;
	}
	return mm_fail(reterr, MM_E_BUSY, "", "ports %u to %u are all taken: name a free one with --port",
		       first, first + PORT_TRIES - 1u);
}

static void *load(void *ctx)
{
	struct serve *s = ctx;
	const struct mm_loader_events events = {.ctx = s,
						.on_layer = on_layer,
						.on_publish = on_publish,
						.on_cache_taken = on_cache_taken,
						.on_error = on_error};
	struct mm_err err = {0};
	struct mm_loader *loader = NULL;
	enum mm_code rc = mm_loader_new(s->dir, s->api.catalog, &events, &loader, &err);

	if (rc) {
		mm_say_error(&err);
		atomic_store(&s->loading, -1);
		/* NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread): blocked everywhere, sigwait takes it */
		(void)pthread_kill(s->main_thread, SIGTERM);
		return NULL;
	}
	s->loader = loader;
	atomic_store(&s->api.exports, mm_loader_cache(loader));
	mm_editor_open(s->api.editor, loader);
	atomic_store(&s->loading, 0);
	mm_report_summary(stderr, s->api.catalog);
	(void)fprintf(stderr, "\n  http://%s:%u/\n\n",
		      strcmp(s->options.bind, "127.0.0.1") == 0 ? "localhost" : s->options.bind,
		      mm_server_port(s->api.server));
	if (mm_loader_watch(loader, &err))
		mm_log(MM_LOG_WARN, "changes are not watched: send SIGHUP after a change", "error", err.msg,
		       (const char *)NULL);
	mm_log(MM_LOG_INFO, "ready", (const char *)NULL);
	return NULL;
}

/* Waits for signals until one says stop. A second one, or one while loading, ends at once. */
static int wait_for_stop(struct serve *s, const sigset_t *signals)
{
	for (;;) {
		int sig = 0;

		if (sigwait(signals, &sig) != 0)
			continue;
		if (atomic_load(&s->loading) == 1) {
			mm_log_stop();
			_exit(128 + sig);
		}
		if (atomic_load(&s->loading) < 0)
			return 1;
		if (sig != SIGHUP)
			return 0;
		mm_log(MM_LOG_INFO, "reload asked for", (const char *)NULL);
		mm_loader_reload(s->loader);
	}
}

/* In every thread from here on: one that is not blocked would be ended by what sigwait is to take. */
static void block_signals(sigset_t *ret)
{
	(void)sigemptyset(ret);
	(void)sigaddset(ret, SIGTERM);
	(void)sigaddset(ret, SIGINT);
	(void)sigaddset(ret, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, ret, NULL);
}

static int run(struct serve *s, const sigset_t *signals)
{
	struct mm_err err = {0};
	pthread_t loading;
	int code = 1;

	s->main_thread = pthread_self();
	if (listen_somewhere(s, &err)) {
		mm_say_error(&err);
		return 1;
	}
	mm_log_start();
	atomic_store(&s->loading, 1);
	if (pthread_create(&loading, NULL, load, s) == 0) {
		code = wait_for_stop(s, signals);
		(void)pthread_join(loading, NULL);
	}
	atomic_store(&s->api.stopping, true);
	mm_log(MM_LOG_INFO, "stopping", (const char *)NULL);
	mm_jobs_close(s->api.prints); /* whoever listens to one is let go, as the server waits for them */
	s->api.server = mm_server_stop(s->api.server, STOP_GRACE_MS);
	s->loader = mm_loader_free(s->loader);
	mm_log_stop();
	return code;
}

/* A token that can be guessed would open the layers to everybody. */
static bool take_token(struct serve *s, struct mm_err *reterr)
{
	const char *token = getenv("MUNIMAP_EDIT_TOKEN");

	if (!token || !*token)
		return true;
	s->api.edit_token = token;
	if (strlen(token) >= TOKEN_LEAST)
		return true;
	(void)mm_fail(reterr, MM_E_INVALID, "MUNIMAP_EDIT_TOKEN",
		      "write at least %d characters: openssl rand -hex 24 makes some", TOKEN_LEAST);
	return false;
}

/* A plan needs some hundred megabytes while it is made, and a core. */
static unsigned print_threads(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) > 2 ? 2 : 1;
}

static bool open_house(struct serve *s, struct mm_err *reterr)
{
	if (mm_map_def_read(s->dir, &s->mem, &s->map, reterr))
		return false;
	s->api.catalog = mm_catalog_slot_new();
	s->api.started_s = (double)mm_clock_mono_ns() / 1e9;
	s->api.kits = mm_kits_new();
	s->api.makers = mm_tile_makers_new();
	s->api.pages = mm_pages_new();
	s->api.tiles = mm_tile_cache_new((size_t)s->map.server.tile_cache_mb << 20);
	s->api.packs = mm_tile_packs_new();
	s->api.paths = mm_tile_paths_new();
	s->api.tile_budget_bytes = (size_t)s->map.server.tile_kb * 1000;
	s->api.editor = mm_editor_new(s->api.catalog);
	if (!s->api.catalog || !s->api.editor || !s->api.kits || !s->api.makers || !s->api.pages ||
	    !s->api.tiles || !s->api.packs || !s->api.paths) {
		(void)mm_fail_nomem(reterr);
		return false;
	}
	if (mm_search_new(&s->api.search, reterr))
		return false;
	/* a listener keeps its connection: half of them are for those who ask for tiles */
	if (mm_events_new(&(struct mm_events_options){.streams_max = s->map.server.max_connections / 2},
			  &s->api.events, reterr))
		return false;
	if (mm_jobs_new(&(struct mm_jobs_options){.threads = print_threads()}, &s->api.prints, reterr))
		return false;
	if (mm_glyphs_new(&s->api.glyphs, reterr) || mm_sprites_new(&s->api.sprites, reterr))
		return false;
	return true;
}

static void close_house(struct serve *s)
{
	s->told = mm_catalog_unref(s->told);
	s->api.prints = mm_jobs_free(s->api.prints);
	s->api.editor = mm_editor_free(s->api.editor);
	s->api.search = mm_search_free(s->api.search);
	s->api.catalog = mm_catalog_slot_free(s->api.catalog);
	s->api.events = mm_events_free(s->api.events);
	s->api.kits = mm_kits_free(s->api.kits);
	s->api.makers = mm_pool_free(s->api.makers);
	s->api.pages = mm_pages_free(s->api.pages);
	s->api.tiles = mm_tile_cache_free(s->api.tiles);
	s->api.paths = mm_tile_paths_free(s->api.paths);
	s->api.packs = mm_tile_packs_free(s->api.packs);
	s->api.sprites = mm_sprites_free(s->api.sprites);
	s->api.glyphs = mm_glyphs_free(s->api.glyphs);
	mm_arena_release(&s->mem);
}

int mm_command_serve(int argc, char **argv)
{
	const char *port = NULL, *bind = NULL, *threads = NULL, *edit = NULL, *verbose = NULL;
	const struct mm_option options[] = {
	    {"--port", "N", "порт (иначе из map.yaml, иначе 8080 или следующий свободный; 0 - любой)",
	     "port (else from map.yaml, else 8080 or the next free one; 0: any)", &port},
	    {"--bind", "ADDR", "адрес, по умолчанию 127.0.0.1", "address, default 127.0.0.1", &bind},
	    {"--threads", "N", "число потоков, по умолчанию по числу ядер", "threads, default: one a core",
	     &threads},
	    {"--edit", NULL, "принимать правки слоёв с editable: true от программ на этой машине",
	     "take edits of layers with editable: true from programs on this machine", &edit},
	    {"--verbose", NULL, "писать в журнал каждый запрос и на терминале",
	     "log every request on a terminal too", &verbose},
	};
	const char **operand = calloc((size_t)argc + 1, sizeof(*operand));
	struct serve s = {0};
	struct mm_err err = {0};
	sigset_t signals;
	size_t count = 0;
	enum mm_args args = MM_ARGS_WRONG;
	int code = 2;

	if (operand)
		args = mm_args_read(
		    argc, argv, options, sizeof(options) / sizeof(options[0]), "munimap serve DIR",
		    mm_say("Показывает слои папки DIR (один YAML на слой, map.yaml необязателен).",
			   "Serves the layers of folder DIR (one YAML a layer, map.yaml optional)."),
		    operand, &count);
	if (args == MM_ARGS_GO && count == 1) {
		s.dir = operand[0];
		s.api.edit_is_local = edit != NULL;
		s.api.quiet = !verbose && isatty(STDERR_FILENO);
		block_signals(&signals);
		if (!take_token(&s, &err) || !open_house(&s, &err)) {
			mm_say_error(&err);
			code = 1;
		} else if (set_options(&s, port, bind, threads)) {
			code = run(&s, &signals);
		}
		close_house(&s);
	} else if (args == MM_ARGS_GO) {
		(void)fprintf(stderr, "%s\n",
			      mm_say("munimap: назовите одну папку: munimap serve DIR",
				     "munimap: name one folder: munimap serve DIR"));
	}
	free(operand);
	return args == MM_ARGS_HELP_GIVEN ? 0 : code;
}
