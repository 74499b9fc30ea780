#include "base/sort.h"

#include <string.h>

/*
 * Three sorts of one form: few by insertion, else eight bits at a time from the least; digits that are the
 * same in all are passed over.
 */

enum { FEW = 24, DIGITS = 256 };

/* Turns counts of digits (place[d + 1] of digit d) into where each digit's run begins. */
static void sum_up(size_t place[DIGITS + 1])
{
	for (int d = 1; d < DIGITS; d++)
		place[d] += place[d - 1];
}

void mm_sort_u32(uint32_t *v, uint32_t *spare, size_t count)
{
	uint32_t *from = v, *to = spare, differ = 0;

	for (size_t i = 1; i < count && count <= FEW; i++) {
		uint32_t x = v[i];
		size_t k = i;

		for (; k && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
	for (size_t i = 1; i < count && count > FEW; i++)
		differ |= v[i] ^ v[0];
	for (unsigned shift = 0; shift < 32 && count > FEW; shift += 8) {
		size_t place[DIGITS + 1];
		uint32_t *was = from;

		if (!(differ >> shift & 255))
			continue;
		memset(place, 0, sizeof(place));
		for (size_t i = 0; i < count; i++)
			place[(from[i] >> shift & 255) + 1]++;
		sum_up(place);
		for (size_t i = 0; i < count; i++)
			to[place[from[i] >> shift & 255]++] = from[i];
		from = to;
		to = was;
	}
	if (from != v)
		memcpy(v, from, count * sizeof(*v));
}

/* By the digits from `first`, a shift, on. */
static void sort_u64(uint64_t *v, uint64_t *spare, size_t count, unsigned first)
{
	uint64_t *from = v, *to = spare, differ = 0;

	for (size_t i = 1; i < count && count <= FEW; i++) {
		uint64_t x = v[i];
		size_t k = i;

		for (; k && v[k - 1] >> first > x >> first; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
	for (size_t i = 1; i < count && count > FEW; i++)
		differ |= v[i] ^ v[0];
	for (unsigned shift = first; shift < 64 && count > FEW; shift += 8) {
		size_t place[DIGITS + 1];
		uint64_t *was = from;

		if (!(differ >> shift & 255))
			continue;
		memset(place, 0, sizeof(place));
		for (size_t i = 0; i < count; i++)
			place[(from[i] >> shift & 255) + 1]++;
		sum_up(place);
		for (size_t i = 0; i < count; i++)
			to[place[from[i] >> shift & 255]++] = from[i];
		from = to;
		to = was;
	}
	if (from != v)
		memcpy(v, from, count * sizeof(*v));
}

void mm_sort_u64(uint64_t *v, uint64_t *spare, size_t count)
{
	sort_u64(v, spare, count, 0);
}

void mm_sort_u64_high(uint64_t *v, uint64_t *spare, size_t count)
{
	sort_u64(v, spare, count, 32);
}

void mm_sort_keyed(struct mm_keyed *v, struct mm_keyed *spare, size_t count)
{
	struct mm_keyed *from = v, *to = spare;

	for (size_t i = 1; i < count && count <= FEW; i++) {
		struct mm_keyed x = v[i];
		size_t k = i;

		for (; k && v[k - 1].key > x.key; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
	for (unsigned shift = 0; shift < 64 && count > FEW; shift += 8) {
		size_t place[DIGITS + 1] = {0};
		struct mm_keyed *was = from;

		for (size_t i = 0; i < count; i++)
			place[(from[i].key >> shift & 255) + 1]++;
		if (place[(from[0].key >> shift & 255) + 1] == count)
			continue;
		sum_up(place);
		for (size_t i = 0; i < count; i++)
			to[place[from[i].key >> shift & 255]++] = from[i];
		from = to;
		to = was;
	}
	if (from != v)
		memcpy(v, from, count * sizeof(*v));
}
