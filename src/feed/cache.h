#ifndef MM_FEED_CACHE_H
#define MM_FEED_CACHE_H

#include "base/err.h"
#include "store/layer.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The folder of snapshots: <id>-<identity, 16 hex digits>.mms, and tmp-XXXXXX/ folders of freezes under way.
 * One process may own it (a lock on <folder>/lock); another one that comes meanwhile reads its snapshots and
 * writes its own into a folder of its own, gone at the end.
 */
struct mm_cache {
	char dir[PATH_MAX];    /* where snapshots are written */
	char shared[PATH_MAX]; /* another process's folder, read only; "" none */
	int lock_fd;           /* -1: not locked */
};

/* Without a lock, for one freeze. MM_E_IO: the folder cannot be made or written. */
MM_MUST_USE enum mm_code mm_cache_open(const char *dir, struct mm_cache *ret, struct mm_err *reterr);

/* With the lock, or with a private folder when it is taken. Removes what an interrupted freeze left. */
MM_MUST_USE enum mm_code mm_cache_open_locked(const char *dir, struct mm_cache *ret, struct mm_err *reterr);
void mm_cache_close(struct mm_cache *c);

/* A good snapshot of this id and identity; NULL: none. A damaged one or one of an older format is removed. */
struct mm_layer *mm_cache_find(const struct mm_cache *c, const char *id, uint64_t identity);

/* True when there is a file of this name, good or not. */
bool mm_cache_has(const struct mm_cache *c, const char *id, uint64_t identity);

/* The newest good snapshot of this id, whatever its identity; NULL: none. */
struct mm_layer *mm_cache_find_last(const struct mm_cache *c, const char *id);

/* Makes a private folder for a freeze. Remove it with mm_cache_remove_temp. */
MM_MUST_USE enum mm_code mm_cache_make_temp(const struct mm_cache *c, char ret[PATH_MAX],
					    struct mm_err *reterr);
void mm_cache_remove_temp(const char *path);

/* Puts a snapshot in its place and removes the older ones of this id. */
MM_MUST_USE enum mm_code mm_cache_keep(const struct mm_cache *c, const char *path, const char *id,
				       uint64_t identity, struct mm_err *reterr);

/* Removes the snapshots of ids that `is_used` does not know. */
void mm_cache_sweep(const struct mm_cache *c, bool (*is_used)(void *ctx, const char *id), void *ctx);

#endif
