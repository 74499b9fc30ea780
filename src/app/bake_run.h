#ifndef MM_APP_BAKE_RUN_H
#define MM_APP_BAKE_RUN_H

#include "app/bake_walk.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* What has been written so far, of one zoom. */
struct mm_bake_count {
	uint64_t tiles, bytes; /* gzipped */
	uint64_t dropped;      /* tiles that had to leave features out */
	size_t largest;        /* bytes of the largest tile */
	struct mm_tile_id largest_id;
};

struct mm_bake_progress {
	uint64_t units, unit_count; /* done and in all; unit_count 0: too many to count first */
	unsigned zoom;              /* of the tile written last */
	struct mm_bake_count zooms[MM_TILE_MAX_ZOOM + 1];
};

/* Where tiles go. `put` is called in ascending order of tile numbers, by one thread at a time, not always the
 * same. */
struct mm_bake_sink {
	void *ctx;
	enum mm_code (*put)(void *ctx, uint64_t number, const void *gzip, size_t n, struct mm_err *reterr);
};

/* Makes all tiles on some threads. */
struct mm_bake_run;

/*
 * Begins. When the last thread has ended, signal `done_signal`, which must be blocked, is sent to the calling
 * thread. Everything is borrowed until mm_bake_run_end.
 *
 * Memory: what a tile takes to make, for each thread, and at most 100 MB of tiles that wait for their turn.
 * Of the layers what one zoom reads of them; it lets them go when the next begins.
 *
 * MM_E_NOMEM  also when a thread cannot be started
 */
MM_MUST_USE enum mm_code mm_bake_run_new(const struct mm_bake *b, unsigned threads,
					 const struct mm_bake_sink *sink, int done_signal,
					 struct mm_bake_run **ret, struct mm_err *reterr);

/* Where it stands. Any thread. */
void mm_bake_run_progress(struct mm_bake_run *r, struct mm_bake_progress *ret);

/* Asks it to stop soon. Any thread. */
void mm_bake_run_stop(struct mm_bake_run *r);

/* Waits for the threads and frees the run. *ret is what was written, also on failure.
 *
 * MM_E_BUSY  it was stopped
 * else       what the first thread to fail met */
MM_MUST_USE enum mm_code mm_bake_run_end(struct mm_bake_run *r, struct mm_bake_progress *ret,
					 struct mm_err *reterr);

#endif
