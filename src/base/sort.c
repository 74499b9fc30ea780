#include "base/sort.h"

#include <string.h>

enum { FEW = 24 };

#define SELF(x)  (x)
#define FIRST(x) ((x).key)

/* One body for both widths: few by insertion, else eight bits at a time; digits that are the same in all are
 * passed over. */
#define SORT(v, spare, count, type, KEY)                                                                     \
	do {                                                                                                 \
		type *from = (v), *to = (spare);                                                             \
                                                                                                             \
		for (size_t i = 1; i < (count) && (count) <= FEW; i++) {                                     \
			type x = (v)[i];                                                                     \
			size_t k = i;                                                                        \
                                                                                                             \
			for (; k && KEY((v)[k - 1]) > KEY(x); k--)                                           \
				(v)[k] = (v)[k - 1];                                                         \
			(v)[k] = x;                                                                          \
		}                                                                                            \
		for (unsigned shift = 0; shift < 8 * sizeof(KEY((v)[0])) && (count) > FEW; shift += 8) {     \
			size_t place[257] = {0};                                                             \
			type *was = from;                                                                    \
                                                                                                             \
			for (size_t i = 0; i < (count); i++)                                                 \
				place[(KEY(from[i]) >> shift & 255) + 1]++;                                  \
			if (place[(KEY(from[0]) >> shift & 255) + 1] == (count))                             \
				continue;                                                                    \
			for (int d = 1; d < 256; d++)                                                        \
				place[d] += place[d - 1];                                                    \
			for (size_t i = 0; i < (count); i++)                                                 \
				to[place[KEY(from[i]) >> shift & 255]++] = from[i];                          \
			from = to;                                                                           \
			to = was;                                                                            \
		}                                                                                            \
		if (from != (v))                                                                             \
			memcpy((v), from, (count) * sizeof(type));                                           \
	} while (0)

void mm_sort_u32(uint32_t *v, uint32_t *spare, size_t count)
{
	SORT(v, spare, count, uint32_t, SELF);
}

void mm_sort_u64(uint64_t *v, uint64_t *spare, size_t count)
{
	SORT(v, spare, count, uint64_t, SELF);
}

void mm_sort_keyed(struct mm_keyed *v, struct mm_keyed *spare, size_t count)
{
	SORT(v, spare, count, struct mm_keyed, FIRST);
}
