#ifndef MM_STORE_BOX_SET_H
#define MM_STORE_BOX_SET_H

#include "geo/box.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Where something has changed, as boxes on the world square: a bounded list. When it is full, boxes that are
 * near to each other become one, so that the set only ever grows: whatever met it still does. Zeroed: empty
 * and ready.
 */
struct mm_box_set {
	struct mm_world_box *box;
	size_t count, cap;
	struct mm_world_box around; /* of all; meaningless while count is 0 */
	bool is_everything;         /* also when memory ran out: then the boxes do not count */
};

enum { MM_BOX_SET_MAX = 256 }; /* boxes after mm_box_set_settle */

void mm_box_set_release(struct mm_box_set *s);

/* Adds a box; one with min > max is no box. Memory is bounded by 64 kB a set. */
void mm_box_set_add(struct mm_box_set *s, const struct mm_world_box *box);
void mm_box_set_add_all(struct mm_box_set *s, const struct mm_box_set *other);
void mm_box_set_add_everything(struct mm_box_set *s);

/* Joins what is near until at most `most` boxes (at least 1) are left; equal boxes are there once. */
void mm_box_set_settle(struct mm_box_set *s, size_t most);

/* True when a box of the set meets the window, edges included. */
bool mm_box_set_meets(const struct mm_box_set *s, const struct mm_world_box *window);

#endif
