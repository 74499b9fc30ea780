#include "geo/kit.h"

#include "base/pool.h"

#include <stdlib.h>

static void free_kit(void *thing)
{
	struct mm_kit *kit = thing;

	(void)mm_proj_free(kit->proj);
	(void)mm_topo_free(kit->topo);
	free(kit);
}

static void *make_kit(void)
{
	struct mm_kit *kit = calloc(1, sizeof(*kit));

	if (!kit)
		return NULL;
	kit->proj = mm_proj_new();
	kit->topo = mm_topo_new();
	if (kit->proj && kit->topo)
		return kit;
	free_kit(kit);
	return NULL;
}

struct mm_kits *mm_kits_new(void)
{
	return (struct mm_kits *)mm_pool_new(make_kit, free_kit);
}

struct mm_kits *mm_kits_free(struct mm_kits *k)
{
	(void)mm_pool_free((struct mm_pool *)k);
	return NULL;
}

enum mm_code mm_kits_take(struct mm_kits *k, struct mm_kit **ret, struct mm_err *reterr)
{
	struct mm_kit *kit = mm_pool_take((struct mm_pool *)k);

	if (!kit)
		return mm_fail_nomem(reterr);
	*ret = kit;
	return MM_OK;
}

void mm_kits_give(struct mm_kits *k, struct mm_kit *kit)
{
	mm_pool_give((struct mm_pool *)k, kit);
}
