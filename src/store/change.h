#ifndef MM_STORE_CHANGE_H
#define MM_STORE_CHANGE_H

#include "base/err.h"
#include "store/box_set.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What changed on the map between two snapshots of one layer: for each zoom, the boxes outside of which the
 * tiles of both are the same, byte by byte. Immutable, counted; any thread.
 *
 * It is found from what tiles are made of, not from the features alone: at a zoom that has a level, from the
 * items of the level - so that a cluster that lost a member, the one that stands for a block of dust, and the
 * neighbours along a border that was drawn anew are found where they stand - and else from the rows. An item
 * has changed when no item of the other snapshot has the same box, drawing, id, values, geometry and
 * importance, or when it stands in another order among those that stayed: a tile keeps the order of rows, and
 * leaves out by that of importance.
 * The boxes of both, old and new, are those by which a tile finds what it draws, so a tile of which no window
 * (with its buffer) meets a box reads the same items in the same order. Where fields, zooms or the rules of
 * drawing differ, everything has changed.
 */
struct mm_change;

/*
 * Compares two snapshots; NULL for either: everything has changed.
 *
 * ret  a reference for the caller; also where memory for comparing was short: then everything has changed
 *
 * MM_E_NOMEM
 *
 * Cost: 0.6 s and 100 MB for two of a million polygons with ten fields; see tests/bench.
 */
MM_MUST_USE enum mm_code mm_change_find(const struct mm_layer *before, const struct mm_layer *after,
					struct mm_change **ret, struct mm_err *reterr);
struct mm_change *mm_change_ref(struct mm_change *c);
struct mm_change *mm_change_unref(struct mm_change *c); /* NULL allowed; returns NULL */

/* Both changes, one after the other, as one. NULL: out of memory. */
struct mm_change *mm_change_join(const struct mm_change *a, const struct mm_change *b);

/* True when a tile of this zoom, whose window on the world square (grid/tile_id.h) has its buffer, may have
 * changed. Cost: at most a microsecond. */
bool mm_change_meets(const struct mm_change *c, unsigned zoom, const struct mm_world_box *window);

/* No tile has changed. */
bool mm_change_is_nothing(const struct mm_change *c);

/* The boxes of all zooms together, at most `most`; ret is zeroed or a set to add to. */
void mm_change_boxes(const struct mm_change *c, size_t most, struct mm_box_set *ret);

#endif
