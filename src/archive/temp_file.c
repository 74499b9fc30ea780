#include "archive/temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PENDING_MAX = 1 << 20 };

static enum mm_code fail(const struct mm_temp_file *f, struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_IO, f->path, "cannot be written: %s", strerror(errno));
}

enum mm_code mm_temp_file_open(struct mm_temp_file *f, const char *path, struct mm_err *reterr)
{
	*f = (struct mm_temp_file){.fd = -1};
	if (snprintf(f->path, sizeof(f->path), "%s", path) >= (int)sizeof(f->path) ||
	    snprintf(f->temp, sizeof(f->temp), "%s.%ld.tmp", path, (long)getpid()) >= (int)sizeof(f->temp))
		return mm_fail(reterr, MM_E_INVALID, path, "path is too long");
	f->pending = malloc(PENDING_MAX);
	if (!f->pending)
		return mm_fail_nomem(reterr);
	f->fd = open(f->temp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
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
