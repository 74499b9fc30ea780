#ifndef MM_FEED_LOADER_PRIVATE_H
#define MM_FEED_LOADER_PRIVATE_H

#include "base/arena.h"
#include "feed/cache.h"
#include "feed/loader.h"
#include "feed/watch.h"
#include "geo/crs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Shared by loader.c, loader_slot.c, loader_run.c and loader_publish.c; nobody else includes it. All of it
 * belongs to the thread that turns the loader, except where it says otherwise. */

enum {
	MM_LOADER_CHILDREN = 2,
	MM_STILL_MS = 200,
	MM_STILL_WHOLE_MS = 30,
	MM_LOADER_BUSY_MAX = 5,
	MM_LOADER_ERROR_MAX = 1024
};

/* The folder's YAML as read at one time; counted, since running freezes use it. */
struct mm_reading {
	struct mm_arena mem;
	struct mm_map_def map;
	struct mm_def_file *file;
	size_t count;
	atomic_uint refs;
};

/* Somebody who waits until a layer's source has been read again; on the waiter's stack, in the loader's list.
 */
struct mm_refresh {
	const char *id;
	uint64_t number; /* of all that were asked for */
	bool is_taken, is_done;
	struct mm_refresh *next;
};

/* One layer over time. */
struct mm_slot {
	char *id, *file;
	char *real;                 /* the source, symbolic links followed; NULL: as it is written */
	struct mm_reading *reading; /* holds def; NULL: the YAML never was right */
	const struct mm_layer_def *def;
	char *yaml_error, *source_error; /* "" when well */
	struct mm_layer *layer;          /* the last good one */
	struct mm_tile_archive *archive; /* the same, of `tiles:`; one of the three at most */
	struct mm_raster *raster;        /* the same, of `raster:` */
	struct mm_history *history;      /* of it; NULL: no memory for one */
	double seconds;
	bool from_cache;
	uint64_t tried; /* identity of the last freeze begun; 0 with has_tried: the source was not there */
	bool has_tried, is_running, is_wanted, is_gone;
	uint64_t seen; /* identity at the last look, and since when */
	int64_t seen_ns;
	bool is_dirty, is_whole; /* something happened to its files; the last thing completed a file */
	unsigned busy;           /* freezes in a row given up because the source kept changing */
	uint64_t refresh_asked, refresh_begun, refresh_done; /* numbers of struct mm_refresh */
};

struct mm_loader {
	char *dir;
	struct mm_catalog_slot *catalog; /* borrowed */
	struct mm_loader_events events;
	struct mm_proj *proj;
	struct mm_cache cache;
	struct mm_watch *watch; /* NULL: none, look now and then */
	struct mm_reading *reading;
	uint64_t yaml_tried, yaml_seen; /* look of the folder's YAML, as identities are of a source */
	int64_t yaml_seen_ns;
	bool yaml_is_dirty, yaml_is_whole, yaml_is_wanted;
	struct mm_slot **slot; /* sorted by id */
	size_t slot_count;
	size_t running;
	bool is_first, must_publish;
	int64_t look_ns; /* of the last look at everything */
	int stop_fd, wake_fd, done_fd[2];
	atomic_bool is_stopping, reload; /* any thread */
	pthread_t thread;
	bool has_thread;

	pthread_mutex_t lock; /* guards what follows, and the pointer `reading` for other threads */
	pthread_cond_t refreshed;
	struct mm_refresh *refresh;
	uint64_t refresh_count;
};

struct mm_reading *mm_reading_ref(struct mm_reading *r);
struct mm_reading *mm_reading_unref(struct mm_reading *r); /* NULL allowed; returns NULL */

/* loader_slot.c */

/* A hash that changes when a YAML file of the folder does. */
uint64_t mm_loader_look_at_yaml(const char *dir);
/* Reads the folder's YAML and brings the slots in line. MM_E_*: map.yaml is wrong; nothing has changed. */
MM_MUST_USE enum mm_code mm_loader_read_yaml(struct mm_loader *l, struct mm_err *reterr);
/* Drops slots without a file any more, and snapshots without a slot; a slot that a freeze is running for
 * stays until that ends. */
void mm_loader_drop_gone(struct mm_loader *l);
/* Looks whether sources have changed and come to rest; marks those slots wanted. True: some are not at rest
 * yet. */
bool mm_loader_look_at_sources(struct mm_loader *l, int64_t now_ns);
void mm_loader_on_event(void *ctx, const struct mm_watch_event *e);
/* Everything that must be watched now. */
void mm_loader_watch_all(struct mm_loader *l);
struct mm_slot *mm_slot_free(struct mm_slot *s);
/* Text for an entry: "where: message". NULL: out of memory. */
char *mm_slot_error(const struct mm_err *err);

/* loader_run.c */

/* Begins freezes of wanted slots while children are to be had. */
void mm_loader_start_wanted(struct mm_loader *l);
/* Takes in one finished freeze from done_fd; false: none there. */
bool mm_loader_take_done(struct mm_loader *l);

/* Takes a reference over: the layer that the slot has from now on, and what that changes. */
void mm_slot_take_layer(struct mm_slot *s, struct mm_layer *layer);

/* loader_refresh.c */

/* Before a turn: marks the slots that somebody waits for. */
void mm_loader_take_refreshes(struct mm_loader *l);
/* After a turn in which nothing is left to publish: wakes those whose layer has been read. */
void mm_loader_tell_refreshed(struct mm_loader *l);

/* loader_publish.c */
void mm_loader_publish(struct mm_loader *l);
/* `error` holds the entry's text. */
struct mm_entry mm_slot_entry(const struct mm_slot *s, char error[MM_LOADER_ERROR_MAX]);

#endif
