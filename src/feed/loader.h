#ifndef MM_FEED_LOADER_H
#define MM_FEED_LOADER_H

#include "base/err.h"
#include "feed/cache.h"
#include "feed/definition.h"
#include "store/catalog.h"

#include <stdbool.h>

/*
 * Keeps the catalog true to the folder: reads definitions, freezes what changed (two children at a time at
 * most), publishes. The only publisher. After start, a thread watches definitions and sources (inotify, with
 * a slow poll for file systems without it) and publishes within a second of the last write; a source that is
 * being written waits until it has been still for 200 ms. What fails keeps its last good snapshot; its entry
 * carries the error.
 */
struct mm_loader;

/* Told on the loader's thread; texts live during the call. */
struct mm_loader_events {
	void *ctx;
	/* A layer begins to load (in a load that is not from the cache). */
	void (*on_begin)(void *ctx, const char *id);
	/* A layer has been loaded or has failed (error not ""). */
	void (*on_layer)(void *ctx, const struct mm_entry *entry);
	/* A catalog has been published. */
	void (*on_publish)(void *ctx, const struct mm_catalog *catalog);
	/* Another process owns the cache folder: what this one loads is kept in a folder of its own till the
	 * end. */
	void (*on_cache_taken)(void *ctx, const char *dir);
	/* Something is wrong with map.yaml or the folder itself; the last catalog stays. */
	void (*on_error)(void *ctx, const struct mm_err *err);
};

/* Loads everything once and publishes to `slot` (borrowed). Broken layers do not fail this; a broken map.yaml
 * or a folder that is not there does. */
MM_MUST_USE enum mm_code mm_loader_new(const char *dir, struct mm_catalog_slot *slot,
				       const struct mm_loader_events *events, struct mm_loader **ret,
				       struct mm_err *reterr);

/*
 * A layer's definition as last read well, kept until it is let go of. Any thread.
 *
 * ret_map, ret  live until mm_loader_let_go(*ret_hold)
 * MM_E_NOT_FOUND  no definition has this id, or it is in error now
 */
struct mm_reading;
MM_MUST_USE enum mm_code mm_loader_hold(struct mm_loader *l, const char *id, struct mm_reading **ret_hold,
					const struct mm_map_def **ret_map, const struct mm_layer_def **ret,
					struct mm_err *reterr);
void mm_loader_let_go(struct mm_reading *hold);

/*
 * Has a layer's source read again at once, whether or not it looks changed (of a database all layers of that
 * table are, a little later), and waits until what came of it is published or `wait_ms` have passed: false
 * then. Any thread but the loader's own.
 */
bool mm_loader_refresh(struct mm_loader *l, const char *id, unsigned wait_ms);

/* map.yaml as last read well. Lives as long as the loader is not reloaded: copy what you keep. */
const struct mm_map_def *mm_loader_map(const struct mm_loader *l);

/* The folder of snapshots; lives as long as the loader. */
const struct mm_cache *mm_loader_cache(const struct mm_loader *l);

/* Begins to watch. */
MM_MUST_USE enum mm_code mm_loader_watch(struct mm_loader *l, struct mm_err *reterr);

/* Looks at everything again now (SIGHUP); does not wait. Safe from any thread. */
void mm_loader_reload(struct mm_loader *l);

struct mm_loader *mm_loader_free(struct mm_loader *l); /* stops the thread and its children; returns NULL */

#endif
