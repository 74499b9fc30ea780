#ifndef MM_BASE_PREFETCH_H
#define MM_BASE_PREFETCH_H

/* Has memory fetch what stands there. The empty statement keeps gcc from taking a function that only fetches
 * for one without effect, whose calls it would leave out. */
static inline void mm_prefetch(const void *p)
{
	__builtin_prefetch(p);
	__asm__ volatile("");
}

#endif
