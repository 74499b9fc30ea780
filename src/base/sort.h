#ifndef MM_BASE_SORT_H
#define MM_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/* Ascending, by digits from the least significant: several times faster than qsort from a few hundred on.
 * `spare` has room for as many; the result is in `v`. */
void mm_sort_u32(uint32_t *v, uint32_t *spare, size_t count);
void mm_sort_u64(uint64_t *v, uint64_t *spare, size_t count);

/* The same by the high 32 bits alone; those with equal ones keep their order. */
void mm_sort_u64_high(uint64_t *v, uint64_t *spare, size_t count);

/* Something with a key; equal keys keep their order. */
struct mm_keyed {
	uint64_t key, value;
};
void mm_sort_keyed(struct mm_keyed *v, struct mm_keyed *spare, size_t count);

#endif
