#include "archive/mbtiles_pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEPT_MAX = 32 };

struct mm_mbtiles_pool {
	char *path;
	struct stat opened;
	pthread_mutex_t mu; /* guards the list below; never held while one is opened or asked */
	struct mm_mbtiles_reader *kept[KEPT_MAX];
	size_t count;
};

/* SQLite opens by name: one that was opened is ours only if the name is still our file's. */
static bool is_ours(const struct mm_mbtiles_pool *p)
{
	struct stat st;

	return stat(p->path, &st) == 0 && st.st_dev == p->opened.st_dev && st.st_ino == p->opened.st_ino;
}

bool mm_mbtiles_pool_is_unchanged(const struct mm_mbtiles_pool *p)
{
	struct stat now;

	return !is_ours(p) || (stat(p->path, &now) == 0 && now.st_size == p->opened.st_size &&
			       now.st_mtim.tv_sec == p->opened.st_mtim.tv_sec &&
			       now.st_mtim.tv_nsec == p->opened.st_mtim.tv_nsec);
}

static enum mm_code open_one(const struct mm_mbtiles_pool *p, struct mm_mbtiles_reader **ret,
			     struct mm_err *reterr)
{
	struct mm_mbtiles_reader *r = NULL;
	struct mm_err err = {0};
	enum mm_code rc = mm_mbtiles_reader_new(p->path, &r, &err);

	if (!is_ours(p)) {
		(void)mm_mbtiles_reader_free(r);
		return mm_fail(reterr, MM_E_BUSY, p->path, "the archive has just been replaced");
	}
	if (rc)
		return mm_fail(reterr, rc, err.where, "%s", err.msg);
	*ret = r;
	return MM_OK;
}

static enum mm_code fill(struct mm_mbtiles_pool *p, struct mm_err *reterr)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	const size_t wanted = processors < 1 ? 1 : processors > KEPT_MAX ? KEPT_MAX : (size_t)processors;
	enum mm_code rc = MM_OK;

	while (!rc && p->count < wanted) {
		rc = open_one(p, &p->kept[p->count], reterr);
		p->count += rc == MM_OK;
	}
	return rc;
}

enum mm_code mm_mbtiles_pool_new(const char *path, struct mm_mbtiles_pool **ret, struct mm_err *reterr)
{
	struct mm_mbtiles_pool *p = calloc(1, sizeof(*p));
	enum mm_code rc;

	if (!p)
		return mm_fail_nomem(reterr);
	p->path = strdup(path);
	if (!p->path || pthread_mutex_init(&p->mu, NULL) != 0) {
		free(p->path);
		free(p);
		return mm_fail_nomem(reterr);
	}
	if (stat(path, &p->opened) == 0) { /* when there is none, opening says so */
		rc = fill(p, reterr);
	} else {
		rc = mm_mbtiles_reader_new(path, &p->kept[0], reterr);
		p->count = rc == MM_OK;
		if (!rc)
			rc = mm_fail(reterr, MM_E_BUSY, path, "the archive has just been replaced");
	}
	if (rc)
		(void)mm_mbtiles_pool_free(p);
	else
		*ret = p;
	return rc;
}

struct mm_mbtiles_pool *mm_mbtiles_pool_free(struct mm_mbtiles_pool *p)
{
	if (!p)
		return NULL;
	while (p->count)
		(void)mm_mbtiles_reader_free(p->kept[--p->count]);
	(void)pthread_mutex_destroy(&p->mu);
	free(p->path);
	free(p);
	return NULL;
}

enum mm_code mm_mbtiles_pool_take(struct mm_mbtiles_pool *p, struct mm_mbtiles_reader **ret,
				  struct mm_err *reterr)
{
	struct mm_mbtiles_reader *r = NULL;

	(void)pthread_mutex_lock(&p->mu);
	if (p->count)
		r = p->kept[--p->count];
	(void)pthread_mutex_unlock(&p->mu);
	if (!r)
		return open_one(p, ret, reterr);
	*ret = r;
	return MM_OK;
}

void mm_mbtiles_pool_give(struct mm_mbtiles_pool *p, struct mm_mbtiles_reader *r)
{
	if (!r)
		return;
	(void)pthread_mutex_lock(&p->mu);
	if (p->count < KEPT_MAX) {
		p->kept[p->count++] = r;
		r = NULL;
	}
	(void)pthread_mutex_unlock(&p->mu);
	(void)mm_mbtiles_reader_free(r);
}
