#ifndef MM_ENCODE_SEEN_H
#define MM_ENCODE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Numbers under which values of 64 bits were seen first, each within a class (below MM_SEEN_CLASSES) of its
 * own. Cleared at no cost, for one tile after another. Zeroed: ready.
 */
struct mm_seen {
	struct mm_seen_slot *slot;
	uint32_t mask, count, epoch; /* epochs come round after some ten thousand tiles */
};

#define MM_SEEN_NEW UINT32_MAX

void mm_seen_release(struct mm_seen *s);
void mm_seen_clear(struct mm_seen *s);

enum { MM_SEEN_CLASSES = 1 << 18 };

/* The number of the value, MM_SEEN_NEW when it was not met before: the caller puts its number there. Good
 * until the next call; NULL: out of memory. */
uint32_t *mm_seen_find(struct mm_seen *s, uint32_t class, uint64_t value);

#endif
