#include "feed/cache.h"

#include "base/file.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX = 16, ID_MAX = 64, TREE_FDS = 8 };
static const char suffix[] = ".mms";

/* Splits "<id>-<16 hex digits>.mms"; false for any other name. */
static bool read_name(const char *name, char ret_id[ID_MAX + 1])
{
	size_t n = strlen(name), tail = 1 + HEX + sizeof(suffix) - 1;

	if (n <= tail || n - tail > ID_MAX || !mm_text_ends(name, suffix) || name[n - tail] != '-')
		return false;
	if (strspn(name + n - tail + 1, "0123456789abcdef") != HEX)
		return false;
	memcpy(ret_id, name, n - tail);
	ret_id[n - tail] = '\0';
	return true;
}

static bool put_name(char ret[PATH_MAX], const char *dir, const char *id, uint64_t identity)
{
	int n = snprintf(ret, PATH_MAX, "%s/%s-%016" PRIx64 "%s", dir, id, identity, suffix);

	return n > 0 && n < PATH_MAX;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	(void)remove(path);
	return 0;
}

void mm_cache_remove_temp(const char *path)
{
	(void)nftw(path, remove_one, TREE_FDS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Calls `each` with the path and the id ("" for a temporary folder) of everything that is ours. */
static void for_each(const char *dir, void (*each)(void *ctx, const char *path, const char *id), void *ctx)
{
	DIR *d = *dir ? opendir(dir) : NULL;
	const struct dirent *e;
	char path[PATH_MAX], id[ID_MAX + 1];

	while (d && (e = readdir(d)) != NULL) {
		bool is_temp = mm_text_starts(e->d_name, "tmp-");
		int n = snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);

		if (n <= 0 || n >= PATH_MAX)
			continue;
		if (is_temp)
			each(ctx, path, "");
		else if (read_name(e->d_name, id))
			each(ctx, path, id);
	}
	if (d)
		(void)closedir(d);
}

static void remove_if_temp(void *ctx, const char *path, const char *id)
{
	(void)ctx;
	if (!*id)
		mm_cache_remove_temp(path);
}

enum mm_code mm_cache_open(const char *dir, struct mm_cache *ret, struct mm_err *reterr)
{
	struct mm_cache c = {.lock_fd = -1};
	enum mm_code rc = mm_file_make_dir(dir, reterr);

	if (rc)
		return rc;
	if (access(dir, W_OK) != 0)
		return mm_fail(reterr, MM_E_IO, dir,
			       "cannot be written: name another folder with cache: in map.yaml");
	if (snprintf(c.dir, sizeof(c.dir), "%s", dir) >= PATH_MAX)
		return mm_fail(reterr, MM_E_IO, "", "the path of the cache folder is too long");
	*ret = c;
	return MM_OK;
}

static enum mm_code use_private(struct mm_cache *c, struct mm_err *reterr)
{
	const char *temp = getenv("TMPDIR");
	char own[PATH_MAX];

	(void)snprintf(own, sizeof(own), "%s/munimap-XXXXXX", temp && *temp ? temp : "/tmp");
	if (!mkdtemp(own))
		return mm_fail(reterr, MM_E_IO, own, "cannot be made: %s", strerror(errno));
	memcpy(c->shared, c->dir, sizeof(c->shared));
	memcpy(c->dir, own, sizeof(c->dir));
	return MM_OK;
}

enum mm_code mm_cache_open_locked(const char *dir, struct mm_cache *ret, struct mm_err *reterr)
{
	struct mm_cache c;
	char path[PATH_MAX + 8];
	enum mm_code rc = mm_cache_open(dir, &c, reterr);

	if (rc)
		return rc;
	(void)snprintf(path, sizeof(path), "%s/lock", c.dir);
	c.lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (c.lock_fd < 0)
		return mm_fail(reterr, MM_E_IO, path, "cannot be made: %s", strerror(errno));
	if (flock(c.lock_fd, LOCK_EX | LOCK_NB) == 0) {
		for_each(c.dir, remove_if_temp, NULL);
	} else {
		(void)close(c.lock_fd);
		c.lock_fd = -1;
		rc = use_private(&c, reterr);
	}
	if (!rc)
		*ret = c;
	return rc;
}

void mm_cache_close(struct mm_cache *c)
{
	if (*c->shared)
		mm_cache_remove_temp(c->dir);
	if (c->lock_fd >= 0)
		(void)close(c->lock_fd);
	*c = (struct mm_cache){.lock_fd = -1};
}

static struct mm_layer *find_in(const char *dir, bool may_remove, const char *id, uint64_t identity)
{
	struct mm_layer *layer = NULL;
	char path[PATH_MAX];
	enum mm_code rc;

	if (!*dir || !put_name(path, dir, id, identity))
		return NULL;
	rc = mm_layer_open(path, &layer, NULL);
	if (rc == MM_E_DATA && may_remove)
		(void)unlink(path);
	if (rc)
		return NULL;
	if (mm_layer_identity(layer) == identity && strcmp(mm_layer_schema(layer)->id, id) == 0)
		return layer;
	return mm_layer_unref(layer);
}

struct mm_layer *mm_cache_find(const struct mm_cache *c, const char *id, uint64_t identity)
{
	struct mm_layer *layer = find_in(c->dir, true, id, identity);

	return layer ? layer : find_in(c->shared, false, id, identity);
}

bool mm_cache_has(const struct mm_cache *c, const char *id, uint64_t identity)
{
	char path[PATH_MAX];

	return (put_name(path, c->dir, id, identity) && access(path, R_OK) == 0) ||
	       (*c->shared && put_name(path, c->shared, id, identity) && access(path, R_OK) == 0);
}

struct newest {
	const char *id;
	struct timespec when;
	struct mm_layer *layer;
};

static void take_newer(void *ctx, const char *path, const char *id)
{
	struct newest *n = ctx;
	struct mm_layer *layer = NULL;
	struct stat st;

	if (strcmp(id, n->id) != 0 || stat(path, &st) != 0)
		return;
	if (n->layer && (st.st_mtim.tv_sec < n->when.tv_sec ||
			 (st.st_mtim.tv_sec == n->when.tv_sec && st.st_mtim.tv_nsec <= n->when.tv_nsec)))
		return;
	if (mm_layer_open(path, &layer, NULL))
		return;
	(void)mm_layer_unref(n->layer);
	n->layer = layer;
	n->when = st.st_mtim;
}

struct mm_layer *mm_cache_find_last(const struct mm_cache *c, const char *id)
{
	struct newest n = {.id = id};

	for_each(c->dir, take_newer, &n);
	if (!n.layer)
		for_each(c->shared, take_newer, &n);
	return n.layer;
}

enum mm_code mm_cache_make_temp(const struct mm_cache *c, char ret[PATH_MAX], struct mm_err *reterr)
{
	for (bool again = true;; again = false) {
		int n = snprintf(ret, PATH_MAX, "%s/tmp-XXXXXX", c->dir);

		if (n > 0 && n < PATH_MAX && mkdtemp(ret))
			return MM_OK;
		/* who removes the cache does not mean that nothing loads any more */
		if (!again || errno != ENOENT || mm_file_make_dir(c->dir, NULL))
			return mm_fail(reterr, MM_E_IO, c->dir, "cannot be written: %s", strerror(errno));
	}
}

struct keep {
	const char *id, *path;
};

static void remove_other(void *ctx, const char *path, const char *id)
{
	const struct keep *k = ctx;

	if (strcmp(id, k->id) == 0 && strcmp(path, k->path) != 0)
		(void)unlink(path);
}

enum mm_code mm_cache_keep(const struct mm_cache *c, const char *path, const char *id, uint64_t identity,
			   struct mm_err *reterr)
{
	char to[PATH_MAX];

	if (!put_name(to, c->dir, id, identity) || rename(path, to) != 0)
		return mm_fail(reterr, MM_E_IO, c->dir, "the snapshot cannot be put in place: %s",
			       strerror(errno));
	for_each(c->dir, remove_other, &(struct keep){.id = id, .path = to});
	return MM_OK;
}

struct sweep {
	bool (*is_used)(void *ctx, const char *id);
	void *ctx;
};

static void remove_unused(void *ctx, const char *path, const char *id)
{
	const struct sweep *s = ctx;

	if (*id && !s->is_used(s->ctx, id))
		(void)unlink(path);
}

void mm_cache_sweep(const struct mm_cache *c, bool (*is_used)(void *ctx, const char *id), void *ctx)
{
	for_each(c->dir, remove_unused, &(struct sweep){.is_used = is_used, .ctx = ctx});
}
