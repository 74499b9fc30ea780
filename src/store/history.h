#ifndef MM_STORE_HISTORY_H
#define MM_STORE_HISTORY_H

#include "store/change.h"

#include <stdint.h>

/*
 * The last changes of one layer, each with the version (mm_layer_version) that it led to: which version a
 * tile comes from, and what is new since a version. Immutable, counted; any thread. When it is full, the two
 * oldest changes become one.
 */
struct mm_history;

enum { MM_HISTORY_MAX = 16 };

/* A layer seen for the first time. NULL: out of memory. */
struct mm_history *mm_history_begin(uint64_t version);

/* The history with one more change, which takes a reference; `h` stays as it is. NULL: out of memory. */
struct mm_history *mm_history_extend(const struct mm_history *h, uint64_t version, struct mm_change *change);
struct mm_history *mm_history_ref(struct mm_history *h);
struct mm_history *mm_history_unref(struct mm_history *h); /* NULL allowed; returns NULL */

/*
 * The version of the layer at which a tile was last touched (or an earlier one, when it was the same then):
 * as long as it stays the same, so do the tile's bytes.
 *
 * window  of the tile with its buffer, as in mm_change_meets
 *
 * Cost: some microseconds at most.
 */
uint64_t mm_history_version_at(const struct mm_history *h, unsigned zoom, const struct mm_world_box *window);

/* Adds the boxes of all that changed since a version, at most `most`; everything, when the version is not
 * known any more. */
void mm_history_since(const struct mm_history *h, uint64_t version, size_t most, struct mm_box_set *ret);

#endif
