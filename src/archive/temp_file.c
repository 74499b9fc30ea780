#include "archive/temp_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PENDING_MAX = 1 << 20, TRIES_MAX = 10 };

static enum mm_code fail(const struct mm_temp_file *f, struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_IO, f->path, "cannot be written: %s", strerror(errno));
}

/* True for "NAME.123.tmp", a temporary file of that name. */
static bool is_temp_of(const char *name, const char *entry)
{
	const size_t n = strlen(name), digits = strncmp(entry, name, n) == 0 && entry[n] == '.'
						    ? strspn(entry + n + 1, "0123456789")
						    : 0;

	return digits && strcmp(entry + n + 1 + digits, ".tmp") == 0;
}

/* Removes a temporary file that nobody holds: who wrote it was killed. */
static void remove_if_left(const char *path)
{
	const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat held, named;

	if (fd < 0)
		return;
	if (fstat(fd, &held) == 0 && S_ISREG(held.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    lstat(path, &named) == 0 && named.st_dev == held.st_dev && named.st_ino == held.st_ino)
		(void)unlink(path);
	(void)close(fd);
}

static void remove_left_behind(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char folder[PATH_MAX], entry[PATH_MAX];
	const struct dirent *e;
	DIR *d;

	if (snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 2,
		     slash ? path : "./") >= (int)sizeof(folder))
		return;
	d = opendir(folder);
	while (d && (e = readdir(d)) != NULL)
		if (is_temp_of(name, e->d_name) &&
		    snprintf(entry, sizeof(entry), "%s%s", folder, e->d_name) < (int)sizeof(entry))
			remove_if_left(entry);
	if (d)
		(void)closedir(d);
}

/* Opens the temporary file and holds it, so that no other process takes it for left behind. Where the file
 * system knows no locks nobody can remove it either. */
static int open_held(const char *path)
{
	for (int i = 0; i < TRIES_MAX; i++) {
		const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
		struct stat st;

		if (fd < 0)
			return fd;
		if ((flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) && fstat(fd, &st) == 0 &&
		    st.st_nlink > 0 && ftruncate(fd, 0) == 0)
			return fd;
		(void)close(fd); /* another one has just removed it */
	}
	errno = EBUSY;
	return -1;
}

enum mm_code mm_temp_file_open(struct mm_temp_file *f, const char *path, struct mm_err *reterr)
{
	struct stat st;

	*f = (struct mm_temp_file){.fd = -1};
	if (snprintf(f->path, sizeof(f->path), "%s", path) >= (int)sizeof(f->path) ||
	    snprintf(f->temp, sizeof(f->temp), "%s.%ld.tmp", path, (long)getpid()) >= (int)sizeof(f->temp))
		return mm_fail(reterr, MM_E_INVALID, path, "path is too long");
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return mm_fail(reterr, MM_E_INVALID, path, "is a folder: name a file in it");
	f->pending = malloc(PENDING_MAX);
	if (!f->pending)
		return mm_fail_nomem(reterr);
	remove_left_behind(path);
	f->fd = open_held(f->temp);
	if (f->fd < 0) {
		free(f->pending);
		f->pending = NULL;
		return fail(f, reterr);
	}
	f->is_open = true;
	return MM_OK;
}

static enum mm_code write_at(const struct mm_temp_file *f, uint64_t offset, const unsigned char *p, size_t n,
			     struct mm_err *reterr)
{
	while (n) {
		ssize_t put = pwrite(f->fd, p, n, (off_t)offset);

		if (put < 0 && errno != EINTR)
			return fail(f, reterr);
		if (put > 0) {
			p += put;
			offset += (size_t)put;
			n -= (size_t)put;
		}
	}
	return MM_OK;
}

static enum mm_code flush(struct mm_temp_file *f, struct mm_err *reterr)
{
	enum mm_code rc = write_at(f, f->len - f->pending_len, f->pending, f->pending_len, reterr);

	if (!rc)
		f->pending_len = 0;
	return rc;
}

enum mm_code mm_temp_file_put(struct mm_temp_file *f, const void *bytes, size_t n, struct mm_err *reterr)
{
	enum mm_code rc = f->pending_len + n > PENDING_MAX ? flush(f, reterr) : MM_OK;

	if (!rc && n > PENDING_MAX) {
		rc = write_at(f, f->len, bytes, n, reterr);
	} else if (!rc && n) {
		memcpy(f->pending + f->pending_len, bytes, n);
		f->pending_len += n;
	}
	if (!rc)
		f->len += n;
	return rc;
}

enum mm_code mm_temp_file_put_at(struct mm_temp_file *f, uint64_t offset, const void *bytes, size_t n,
				 struct mm_err *reterr)
{
	enum mm_code rc = flush(f, reterr);

	MM_CHECK(offset + n <= f->len);
	return rc ? rc : write_at(f, offset, bytes, n, reterr);
}

/* The new name survives a power cut only when its folder is synced too. */
static void sync_folder(const struct mm_temp_file *f)
{
	char path[PATH_MAX];
	int fd;

	memcpy(path, f->path, sizeof(path));
	fd = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

enum mm_code mm_temp_file_commit(struct mm_temp_file *f, struct mm_err *reterr)
{
	enum mm_code rc = flush(f, reterr);

	if (!rc && (fsync(f->fd) != 0 || rename(f->temp, f->path) != 0))
		rc = fail(f, reterr);
	if (!rc) {
		sync_folder(f);
		f->temp[0] = '\0';
	}
	mm_temp_file_discard(f);
	return rc;
}

void mm_temp_file_discard(struct mm_temp_file *f)
{
	if (!f->is_open)
		return;
	(void)close(f->fd);
	if (f->temp[0])
		(void)unlink(f->temp);
	free(f->pending);
	*f = (struct mm_temp_file){.fd = -1};
}
