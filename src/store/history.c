#include "store/history.h"

#include <stdatomic.h>
#include <stdlib.h>

struct step {
	uint64_t version;
	struct mm_change *change; /* that led to it */
};

struct mm_history {
	atomic_uint refs;
	uint64_t first; /* the version before the first step */
	size_t count;
	struct step step[MM_HISTORY_MAX]; /* the oldest first */
};

struct mm_history *mm_history_begin(uint64_t version)
{
	struct mm_history *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	atomic_init(&h->refs, 1);
	h->first = version;
	return h;
}

static void add(struct mm_history *h, uint64_t version, struct mm_change *change)
{
	h->step[h->count++] = (struct step){version, mm_change_ref(change)};
}

/* What two steps did, as one step to the later version. */
static bool add_both(struct mm_history *h, const struct step *a, const struct step *b)
{
	struct mm_change *both = mm_change_join(a->change, b->change);

	if (!both)
		return false;
	add(h, b->version, both);
	(void)mm_change_unref(both);
	return true;
}

struct mm_history *mm_history_extend(const struct mm_history *h, uint64_t version, struct mm_change *change)
{
	struct mm_history *next = mm_history_begin(h->first);
	size_t from = 0;

	if (!next)
		return NULL;
	if (h->count == MM_HISTORY_MAX) {
		if (!add_both(next, &h->step[0], &h->step[1]))
			return mm_history_unref(next);
		from = 2;
	}
	for (size_t i = from; i < h->count; i++)
		add(next, h->step[i].version, h->step[i].change);
	add(next, version, change);
	return next;
}

struct mm_history *mm_history_ref(struct mm_history *h)
{
	(void)atomic_fetch_add_explicit(&h->refs, 1, memory_order_relaxed);
	return h;
}

struct mm_history *mm_history_unref(struct mm_history *h)
{
	if (!h || atomic_fetch_sub_explicit(&h->refs, 1, memory_order_acq_rel) != 1)
		return NULL;
	for (size_t i = 0; i < h->count; i++)
		(void)mm_change_unref(h->step[i].change);
	free(h);
	return NULL;
}

uint64_t mm_history_version_at(const struct mm_history *h, unsigned zoom, const struct mm_world_box *window)
{
	for (size_t i = h->count; i-- > 0;)
		if (mm_change_meets(h->step[i].change, zoom, window))
			return h->step[i].version;
	return h->first;
}

void mm_history_since(const struct mm_history *h, uint64_t version, size_t most, struct mm_box_set *ret)
{
	size_t i = h->count;

	while (i > 0 && h->step[i - 1].version != version)
		i--;
	if (i == 0 && h->first != version) {
		mm_box_set_add_everything(ret);
		return;
	}
	for (; i < h->count; i++)
		mm_change_boxes(h->step[i].change, most, ret);
}
