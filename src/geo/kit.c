#include "geo/kit.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	KEPT_MAX = 64, /* more threads than this at once make their own */
	USES_MAX =
	    100000 /* then a kit is made anew, so that transformations of layers long gone do not pile up */
};

struct mm_kits {
	pthread_mutex_t mu; /* guards all below; never held while a kit is made */
	struct mm_kit *kept[KEPT_MAX];
	size_t count;
};

struct mm_kits *mm_kits_new(void)
{
	struct mm_kits *k = calloc(1, sizeof(*k));

	if (k && pthread_mutex_init(&k->mu, NULL) != 0) {
		free(k);
		return NULL;
	}
	return k;
}

static void free_kit(struct mm_kit *kit)
{
	(void)mm_proj_free(kit->proj);
	(void)mm_topo_free(kit->topo);
	free(kit);
}

struct mm_kits *mm_kits_free(struct mm_kits *k)
{
	if (!k)
		return NULL;
	while (k->count)
		free_kit(k->kept[--k->count]);
	(void)pthread_mutex_destroy(&k->mu);
	free(k);
	return NULL;
}

static enum mm_code make_kit(struct mm_kit **ret, struct mm_err *reterr)
{
	struct mm_kit *kit = calloc(1, sizeof(*kit));

	if (!kit)
		return mm_fail_nomem(reterr);
	kit->proj = mm_proj_new();
	kit->topo = mm_topo_new();
	if (!kit->proj || !kit->topo) {
		free_kit(kit);
		return mm_fail_nomem(reterr);
	}
	*ret = kit;
	return MM_OK;
}

enum mm_code mm_kits_take(struct mm_kits *k, struct mm_kit **ret, struct mm_err *reterr)
{
	struct mm_kit *kit = NULL;

	(void)pthread_mutex_lock(&k->mu);
	if (k->count)
		kit = k->kept[--k->count];
	(void)pthread_mutex_unlock(&k->mu);
	if (!kit)
		return make_kit(ret, reterr);
	*ret = kit;
	return MM_OK;
}

void mm_kits_give(struct mm_kits *k, struct mm_kit *kit)
{
	if (!kit)
		return;
	if (++kit->uses < USES_MAX) {
		(void)pthread_mutex_lock(&k->mu);
		if (k->count < KEPT_MAX) {
			k->kept[k->count++] = kit;
			kit = NULL;
		}
		(void)pthread_mutex_unlock(&k->mu);
	}
	if (kit)
		free_kit(kit);
}
