#ifndef MM_GEO_RTREE_H
#define MM_GEO_RTREE_H

#include "geo/box.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Packed static R-tree over boxes on the world square: items sorted along a Hilbert curve, 16 children a
 * node, in one flat array that can lie in a mapped file. Layout, lowest level first: `count` item boxes in
 * Hilbert order, then each level of parents, the root last; beside it `index`, one uint32 an item: the number
 * the caller gave it.
 */
enum { MM_RTREE_NODE = 16, MM_RTREE_BESIDE = 3 };

struct mm_rtree {
	const struct mm_world_box *box; /* mm_rtree_box_count(count) boxes */
	const uint32_t *index;          /* count entries: item numbers in Hilbert order; NULL: 0, 1, 2 ... */
	uint32_t count;
	/* What whoever searches reads next of the items met, 4 bytes an item in their order: memory fetches
	 * it with their boxes. Up to the first NULL. */
	const uint32_t *beside[MM_RTREE_BESIDE];
};

/* Boxes a tree of `count` items has in all. 0 for none. */
size_t mm_rtree_box_count(uint32_t count);

/* Fills ret_box (mm_rtree_box_count(count)) and ret_index (count) for items number[i] with boxes item[i];
 * number NULL: item i is number i. Neither may overlap what is filled.
 * A box with min > max (an item without a place) may be among them; no search meets it. One item is its own
 * root. Takes no other memory.
 *
 * Cost: 0.07 s for a million. */
void mm_rtree_build(const struct mm_world_box *item, const uint32_t *number, uint32_t count,
		    struct mm_world_box *ret_box, uint32_t *ret_index);

/* Calls `visit` with the number of each item whose box meets the window, in Hilbert order, until it returns
 * false. */
void mm_rtree_search(const struct mm_rtree *t, const struct mm_world_box *window,
		     bool (*visit)(void *ctx, uint32_t number), void *ctx);

/* True when index entries are below `limit` and each parent holds its children: for trees from a file. */
bool mm_rtree_verify(const struct mm_rtree *t, uint32_t limit);

#endif
