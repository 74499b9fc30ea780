#include "encode/seen.h"

#include <stdlib.h>

/* Four of them in a line of the cache. */
struct mm_seen_slot {
	uint64_t value;
	uint32_t key; /* class and epoch; of another epoch: free */
	uint32_t number;
};

enum { EPOCHS = 1 << 14 };
enum { SLOTS_FIRST = 1 << 10 };

void mm_seen_release(struct mm_seen *s)
{
	free(s->slot);
	*s = (struct mm_seen){0};
}

void mm_seen_clear(struct mm_seen *s)
{
	s->count = 0;
	if (++s->epoch < EPOCHS)
		return;
	for (uint32_t i = 0; s->slot && i <= s->mask; i++)
		s->slot[i].key = 0;
	s->epoch = 1;
}

static uint32_t key_of(const struct mm_seen *s, uint32_t class)
{
	return s->epoch * MM_SEEN_CLASSES + class;
}

static bool is_free(const struct mm_seen *s, const struct mm_seen_slot *slot)
{
	return slot->key / MM_SEEN_CLASSES != s->epoch;
}

static struct mm_seen_slot *slot_of(const struct mm_seen *s, uint32_t key, uint64_t value)
{
	uint64_t hash = (value ^ (uint64_t)key << 46) * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t i = (uint32_t)(hash >> 32) & s->mask;

	while ((s->slot[i].value != value || s->slot[i].key != key) && !is_free(s, &s->slot[i]))
		i = (i + 1) & s->mask;
	return &s->slot[i];
}

static bool grow(struct mm_seen *s)
{
	struct mm_seen wide = {.mask = s->slot ? s->mask * 2 + 1 : SLOTS_FIRST - 1,
			       .epoch = s->epoch ? s->epoch : 1,
			       .count = s->count};

	wide.slot = calloc((size_t)wide.mask + 1, sizeof(*wide.slot));
	if (!wide.slot)
		return false;
	for (uint32_t i = 0; s->slot && i <= s->mask; i++)
		if (!is_free(s, &s->slot[i]))
			*slot_of(&wide, s->slot[i].key, s->slot[i].value) = s->slot[i];
	free(s->slot);
	*s = wide;
	return true;
}

uint32_t *mm_seen_find(struct mm_seen *s, uint32_t class, uint64_t value)
{
	struct mm_seen_slot *slot;
	uint32_t key;

	if ((!s->slot || s->count > s->mask / 2) && !grow(s))
		return NULL;
	key = key_of(s, class);
	slot = slot_of(s, key, value);
	if (slot->key != key) { /* slots in use are only given for their own value */
		*slot = (struct mm_seen_slot){value, key, MM_SEEN_NEW};
		s->count++;
	}
	return &slot->number;
}
