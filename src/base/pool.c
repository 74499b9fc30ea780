#include "base/pool.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	KEPT_MAX = 64, /* more threads than this at once make their own */
	GIVES = 100000 /* of so many that come back, one is let go */
};

struct mm_pool {
	pthread_mutex_t mu; /* guards the list below; never held while a thing is made */
	void *(*make)(void);
	void (*unmake)(void *thing);
	unsigned gives;
	void *kept[KEPT_MAX];
	size_t count;
};

struct mm_pool *mm_pool_new(void *(*make)(void), void (*unmake)(void *thing))
{
	struct mm_pool *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->make = make;
	p->unmake = unmake;
	if (pthread_mutex_init(&p->mu, NULL) != 0) {
		free(p);
		return NULL;
	}
	return p;
}

struct mm_pool *mm_pool_free(struct mm_pool *p)
{
	if (!p)
		return NULL;
	while (p->count)
		p->unmake(p->kept[--p->count]);
	(void)pthread_mutex_destroy(&p->mu);
	free(p);
	return NULL;
}

void *mm_pool_take(struct mm_pool *p)
{
	void *thing = NULL;

	(void)pthread_mutex_lock(&p->mu);
	if (p->count)
		thing = p->kept[--p->count];
	(void)pthread_mutex_unlock(&p->mu);
	return thing ? thing : p->make();
}

void mm_pool_give(struct mm_pool *p, void *thing)
{
	if (!thing)
		return;
	(void)pthread_mutex_lock(&p->mu);
	if (p->count < KEPT_MAX && ++p->gives % GIVES) {
		p->kept[p->count++] = thing;
		thing = NULL;
	}
	(void)pthread_mutex_unlock(&p->mu);
	if (thing)
		p->unmake(thing);
}
