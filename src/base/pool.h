#ifndef MM_BASE_POOL_H
#define MM_BASE_POOL_H

#include <stddef.h>

/*
 * Things that are costly to make and serve one thread at a time, kept for the next who needs one. Any thread.
 * Now and then one is made anew, so that what it has gathered does not pile up.
 */
struct mm_pool;

/* make  gives a new thing, NULL when memory ran out; called without the lock */
struct mm_pool *mm_pool_new(void *(*make)(void), void (*unmake)(void *thing)); /* NULL: out of memory */
struct mm_pool *mm_pool_free(struct mm_pool *p); /* all things are back; NULL allowed; returns NULL */

void *mm_pool_take(struct mm_pool *p);             /* NULL: out of memory */
void mm_pool_give(struct mm_pool *p, void *thing); /* NULL thing allowed */

#endif
