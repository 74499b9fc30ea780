#include "archive/content_map.h"

#include <stdlib.h>

enum { FIRST_CAP = 1024 };

void mm_content_map_release(struct mm_content_map *m)
{
	free(m->slot);
	*m = (struct mm_content_map){0};
}

static struct mm_content *probe(struct mm_content *slot, size_t cap, struct mm_hash128 hash, uint32_t length)
{
	size_t i = hash.low & (cap - 1);

	while (slot[i].length &&
	       (slot[i].hash.low != hash.low || slot[i].hash.high != hash.high || slot[i].length != length))
		i = (i + 1) & (cap - 1);
	return &slot[i];
}

static bool grow(struct mm_content_map *m)
{
	const size_t cap = m->cap ? m->cap * 2 : FIRST_CAP;
	struct mm_content *wide = calloc(cap, sizeof(*wide));

	if (!wide)
		return false;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slot[i].length)
			*probe(wide, cap, m->slot[i].hash, m->slot[i].length) = m->slot[i];
	free(m->slot);
	m->slot = wide;
	m->cap = cap;
	return true;
}

struct mm_content *mm_content_map_find(struct mm_content_map *m, struct mm_hash128 hash, uint32_t length)
{
	if (m->count * 3 >= m->cap * 2 && !grow(m))
		return NULL;
	return probe(m->slot, m->cap, hash, length);
}
