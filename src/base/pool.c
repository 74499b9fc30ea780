#include "base/pool.h"

#include "base/lock.h"

#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	PLACES = 64,   /* more threads than this at once make their own */
	GIVES = 100000 /* of so many that come back on one core, one is let go */
};

struct place {
	alignas(MM_CACHE_LINE) _Atomic(void *) thing; /* NULL: empty */
	atomic_uint gives;
};

struct mm_pool {
	struct place place[PLACES];
	void *(*make)(void);
	void (*unmake)(void *thing);
};

struct mm_pool *mm_pool_new(void *(*make)(void), void (*unmake)(void *thing))
{
	struct mm_pool *p = aligned_alloc(MM_CACHE_LINE, sizeof(*p));

	if (!p)
		return NULL;
	*p = (struct mm_pool){.make = make, .unmake = unmake};
	return p;
}

struct mm_pool *mm_pool_free(struct mm_pool *p)
{
	if (!p)
		return NULL;
	for (int i = 0; i < PLACES; i++) {
		void *thing = atomic_load(&p->place[i].thing);

		if (thing)
			p->unmake(thing);
	}
	free(p);
	return NULL;
}

/* Where the core that we are on looks first: mostly it finds what it gave last, in its own cache. */
static unsigned own_place(void)
{
	const int core = sched_getcpu();

	return core < 0 ? 0 : (unsigned)core;
}

void *mm_pool_take(struct mm_pool *p)
{
	const unsigned own = own_place();

	for (unsigned i = 0; i < PLACES; i++) {
		struct place *at = &p->place[(own + i) % PLACES];
		void *thing = atomic_load_explicit(&at->thing, memory_order_relaxed);

		if (thing &&
		    (thing = atomic_exchange_explicit(&at->thing, NULL, memory_order_acquire)) != NULL)
			return thing;
	}
	return p->make();
}

/* In the first place that is empty, if there is one. */
static bool keep(struct mm_pool *p, unsigned own, void *thing)
{
	for (unsigned i = 0; i < PLACES; i++) {
		_Atomic(void *) *at = &p->place[(own + i) % PLACES].thing;
		void *empty = NULL;

		if (!atomic_load_explicit(at, memory_order_relaxed) &&
		    atomic_compare_exchange_strong_explicit(at, &empty, thing, memory_order_release,
							    memory_order_relaxed))
			return true;
	}
	return false;
}

void mm_pool_give(struct mm_pool *p, void *thing)
{
	const unsigned own = own_place();
	atomic_uint *gives = &p->place[own % PLACES].gives;

	if (!thing)
		return;
	if ((atomic_fetch_add_explicit(gives, 1, memory_order_relaxed) + 1) % GIVES == 0 ||
	    !keep(p, own, thing))
		p->unmake(thing);
}
