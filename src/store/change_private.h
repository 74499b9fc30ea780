#ifndef MM_STORE_CHANGE_PRIVATE_H
#define MM_STORE_CHANGE_PRIVATE_H

#include "store/change.h"

#include <stdatomic.h>
#include <stdint.h>

/* Shared by change.c and change_list.c. */

enum { MM_CHANGE_ROWS = MM_LEVEL_TOP + 1, MM_CHANGE_SETS = MM_CHANGE_ROWS + 1 };

struct mm_change {
	atomic_uint refs;
	struct mm_box_set set[MM_CHANGE_SETS]; /* of each zoom; the last: of all above */
};

/* What is drawn at a zoom, in its order: of each a hash that tells it from all others, and its box. */
struct mm_drawn {
	uint64_t *hash;
	struct mm_world_box *box;
	size_t count;
};

/* change_list.c */

/* Adds the boxes of all that is in one list only, or elsewhere in its order. False: out of memory. */
MM_MUST_USE bool mm_drawn_compare(const struct mm_drawn *a, const struct mm_drawn *b, struct mm_box_set *ret);

#endif
