#ifndef MM_BASE_LOCK_H
#define MM_BASE_LOCK_H

#include <pthread.h>
#include <stdbool.h>

/* A mutex that is held for some instructions only: who finds it taken looks again for a moment, and only then
 * goes to sleep, which takes a hundred times as long. False: the system has no more of them. */
bool mm_lock_init_short(pthread_mutex_t *mu);

/* The same for one that is there from the start. */
#define MM_LOCK_SHORT PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP

enum { MM_CACHE_LINE = 64 }; /* bytes: what one core writes within one, others have to fetch anew */

#endif
