#include "api/tiles/tile_paths.h"

#include "base/hash.h"
#include "base/lock.h"

#include <stdlib.h>
#include <string.h>

enum { SHARDS = 64, ROWS = 64, PATH_MAX_BYTES = 96 };

struct row {
	uint64_t turn; /* 0: empty */
	size_t len;
	char path[PATH_MAX_BYTES];
	struct mm_known_tile known;
};

struct shard {
	pthread_mutex_t mu; /* guards the rows */
	struct row row[ROWS];
};

struct mm_tile_paths {
	struct shard shard[SHARDS];
};

struct mm_tile_paths *mm_tile_paths_new(void)
{
	struct mm_tile_paths *p = calloc(1, sizeof(*p));

	for (int i = 0; p && i < SHARDS; i++)
		if (!mm_lock_init_short(&p->shard[i].mu)) {
			free(p);
			return NULL;
		}
	return p;
}

struct mm_tile_paths *mm_tile_paths_free(struct mm_tile_paths *p)
{
	for (int i = 0; p && i < SHARDS; i++)
		(void)pthread_mutex_destroy(&p->shard[i].mu);
	free(p);
	return NULL;
}

/* The place of a path, its shard locked. */
static struct row *lock_row(struct mm_tile_paths *p, const char *path, size_t n, struct shard **ret)
{
	const uint64_t hash = mm_hash64(path, n, 0);

	*ret = &p->shard[hash % SHARDS];
	(void)pthread_mutex_lock(&(*ret)->mu);
	return &(*ret)->row[hash / SHARDS % ROWS];
}

/* Escapes, and what stands for something else in a target, are not in it: it came as it is. */
static bool is_literal(const char *path, size_t n)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._,/";

	return n <= PATH_MAX_BYTES && strspn(path, plain) == n;
}

void mm_tile_paths_put(struct mm_tile_paths *p, uint64_t turn, const char *path,
		       const struct mm_known_tile *known)
{
	const size_t n = strlen(path);
	struct shard *s;
	struct row *row;

	if (!is_literal(path, n))
		return;
	row = lock_row(p, path, n, &s);
	row->turn = turn;
	row->len = n;
	memcpy(row->path, path, n);
	row->known = *known;
	(void)pthread_mutex_unlock(&s->mu);
}

bool mm_tile_paths_find(struct mm_tile_paths *p, uint64_t turn, const char *target, size_t n,
			struct mm_known_tile *ret)
{
	const struct row *row;
	struct shard *s;
	bool found;

	if (n > PATH_MAX_BYTES)
		return false;
	row = lock_row(p, target, n, &s);
	found = turn && row->turn == turn && row->len == n && !memcmp(row->path, target, n);
	if (found)
		*ret = row->known;
	(void)pthread_mutex_unlock(&s->mu);
	return found;
}
