#include "base/map.h"

#include "base/arena.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

struct slot {
	const char *key; /* NULL: free */
	uint32_t n, value;
	uint64_t hash;
};

struct mm_map {
	struct slot *slots;
	size_t cap, count; /* cap is a power of two; at most 5/8 full */
	struct mm_arena keys;
};

enum { MAP_FIRST = 64 };

struct mm_map *mm_map_new(void)
{
	struct mm_map *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->cap = MAP_FIRST;
	m->slots = calloc(m->cap, sizeof(*m->slots));
	if (!m->slots)
		return mm_map_free(m);
	mm_arena_init(&m->keys, 0);
	return m;
}

struct mm_map *mm_map_free(struct mm_map *m)
{
	if (!m)
		return NULL;
	mm_arena_release(&m->keys);
	free(m->slots);
	free(m);
	return NULL;
}

static struct slot *seek(struct slot *slots, size_t cap, const char *key, size_t n, uint64_t hash)
{
	for (size_t i = hash & (cap - 1);; i = (i + 1) & (cap - 1)) {
		struct slot *s = &slots[i];

		if (!s->key || (s->hash == hash && s->n == n && memcmp(s->key, key, n) == 0))
			return s;
	}
}

uint32_t mm_map_find(const struct mm_map *m, const char *key, size_t n)
{
	const struct slot *s = seek(m->slots, m->cap, key, n, mm_hash64(key, n, 0));

	return s->key ? s->value : MM_MAP_NONE;
}

static int grow(struct mm_map *m)
{
	struct slot *wide = calloc(m->cap * 2, sizeof(*wide));

	if (!wide)
		return -1;
	for (size_t i = 0; i < m->cap; i++) {
		const struct slot *s = &m->slots[i];

		if (s->key)
			*seek(wide, m->cap * 2, s->key, s->n, s->hash) = *s;
	}
	free(m->slots);
	m->slots = wide;
	m->cap *= 2;
	return 0;
}

uint32_t mm_map_add(struct mm_map *m, const char *key, size_t n, uint32_t value)
{
	uint64_t hash = mm_hash64(key, n, 0);
	struct slot *s = seek(m->slots, m->cap, key, n, hash);
	char *copy;

	if (s->key)
		return s->value;
	if (n > UINT32_MAX || ((m->count + 1) * 8 > m->cap * 5 && grow(m)))
		return MM_MAP_NONE;
	s = seek(m->slots, m->cap, key, n, hash);
	copy = mm_arena_text(&m->keys, key, n);
	if (!copy)
		return MM_MAP_NONE;
	*s = (struct slot){.key = copy, .n = (uint32_t)n, .value = value, .hash = hash};
	m->count++;
	return value;
}

size_t mm_map_count(const struct mm_map *m)
{
	return m->count;
}
