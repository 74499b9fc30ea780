#include "base/lock.h"

bool mm_lock_init_short(pthread_mutex_t *mu)
{
	pthread_mutexattr_t attr;
	bool fine = pthread_mutexattr_init(&attr) == 0;

	fine = fine && pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP) == 0 &&
	       pthread_mutex_init(mu, &attr) == 0;
	(void)pthread_mutexattr_destroy(&attr);
	return fine;
}
