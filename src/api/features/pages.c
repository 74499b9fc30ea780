#include "api/features/pages.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct kept {
	struct mm_layer *layer; /* NULL: free */
	int64_t asked_ns;
};

struct mm_pages {
	pthread_mutex_t mu; /* guards `kept`; held for MM_PAGES_MAX comparisons */
	struct kept kept[MM_PAGES_MAX];
};

struct mm_pages *mm_pages_new(void)
{
	struct mm_pages *p = calloc(1, sizeof(*p));

	if (p)
		(void)pthread_mutex_init(&p->mu, NULL);
	return p;
}

struct mm_pages *mm_pages_free(struct mm_pages *p)
{
	if (!p)
		return NULL;
	for (size_t i = 0; i < MM_PAGES_MAX; i++)
		(void)mm_layer_unref(p->kept[i].layer);
	(void)pthread_mutex_destroy(&p->mu);
	free(p);
	return NULL;
}

static bool is_of(const struct mm_layer *l, const char *id, uint64_t version)
{
	return l && mm_layer_version(l) == version && strcmp(mm_layer_schema(l)->id, id) == 0;
}

/* The place of a version; NULL: it is not kept. Locked. */
static struct kept *find(struct mm_pages *p, const char *id, uint64_t version)
{
	for (size_t i = 0; i < MM_PAGES_MAX; i++)
		if (is_of(p->kept[i].layer, id, version))
			return &p->kept[i];
	return NULL;
}

/* A free place, or that of what was asked for longest ago. Locked. */
static struct kept *oldest(struct mm_pages *p)
{
	struct kept *found = &p->kept[0];

	for (size_t i = 0; i < MM_PAGES_MAX; i++) {
		if (!p->kept[i].layer)
			return &p->kept[i];
		if (p->kept[i].asked_ns < found->asked_ns)
			found = &p->kept[i];
	}
	return found;
}

void mm_pages_sweep(struct mm_pages *p)
{
	const int64_t before_ns = mm_clock_mono_ns() - (int64_t)MM_PAGES_KEEP_S * 1000000000;
	struct mm_layer *gone[MM_PAGES_MAX] = {0};

	(void)pthread_mutex_lock(&p->mu);
	for (size_t i = 0; i < MM_PAGES_MAX; i++) {
		if (!p->kept[i].layer || p->kept[i].asked_ns > before_ns)
			continue;
		gone[i] = p->kept[i].layer;
		p->kept[i].layer = NULL;
	}
	(void)pthread_mutex_unlock(&p->mu);
	for (size_t i = 0; i < MM_PAGES_MAX; i++)
		(void)mm_layer_unref(gone[i]);
}

void mm_pages_keep(struct mm_pages *p, const struct mm_entry *entry)
{
	struct mm_layer *gone = NULL;
	struct kept *k;

	mm_pages_sweep(p);
	(void)pthread_mutex_lock(&p->mu);
	k = find(p, entry->id, mm_layer_version(entry->layer));
	if (!k) {
		k = oldest(p);
		gone = k->layer;
		k->layer = mm_layer_ref(entry->layer);
	}
	k->asked_ns = mm_clock_mono_ns();
	(void)pthread_mutex_unlock(&p->mu);
	(void)mm_layer_unref(gone); /* may unmap a file: not under the lock */
}

enum mm_code mm_pages_find(struct mm_pages *p, const struct mm_entry *current, uint64_t version,
			   struct mm_layer **ret, struct mm_err *reterr)
{
	struct mm_layer *found = NULL;
	struct kept *k;

	if (is_of(current->layer, current->id, version)) {
		*ret = mm_layer_ref(current->layer);
		return MM_OK;
	}
	(void)pthread_mutex_lock(&p->mu);
	k = find(p, current->id, version);
	if (k) {
		found = mm_layer_ref(k->layer);
		k->asked_ns = mm_clock_mono_ns();
	}
	(void)pthread_mutex_unlock(&p->mu);
	if (!found)
		return mm_fail(reterr, MM_E_GONE, "page",
			       "the data have changed, and the version that this page belongs to is no "
			       "longer kept: begin "
			       "again with the first page, without the parameter page");
	*ret = found;
	return MM_OK;
}
