#include "http/kept_private.h"

#include <stdatomic.h>
#include <stdlib.h>

struct mm_kept {
	atomic_uint refs;
	_Atomic(struct MHD_Response *) answer[MM_KEPT_COUNT]; /* set once; ours */
};

struct mm_kept *mm_kept_new(void)
{
	struct mm_kept *k = calloc(1, sizeof(*k));

	if (k)
		atomic_init(&k->refs, 1);
	return k;
}

struct mm_kept *mm_kept_ref(struct mm_kept *k)
{
	(void)atomic_fetch_add_explicit(&k->refs, 1, memory_order_relaxed);
	return k;
}

struct mm_kept *mm_kept_unref(struct mm_kept *k)
{
	if (!k || atomic_fetch_sub_explicit(&k->refs, 1, memory_order_acq_rel) != 1)
		return NULL;
	for (int i = 0; i < MM_KEPT_COUNT; i++) {
		struct MHD_Response *m = atomic_load(&k->answer[i]);

		if (m)
			MHD_destroy_response(m); /* connections that still send it have their own reference */
	}
	free(k);
	return NULL;
}

struct MHD_Response *mm_kept_find(struct mm_kept *k, enum mm_kept_as as)
{
	return atomic_load_explicit(&k->answer[as], memory_order_acquire);
}

bool mm_kept_put(struct mm_kept *k, enum mm_kept_as as, struct MHD_Response *m)
{
	struct MHD_Response *none = NULL;

	return atomic_compare_exchange_strong(&k->answer[as], &none, m);
}
