#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum mm_code read_all(int fd, const char *path, struct mm_buf *out, struct mm_err *reterr)
{
	for (;;) {
		unsigned char *p;
		ssize_t got;

		p = mm_buf_reserve(out, out->max - out->len < 65536 ? out->max - out->len : 65536);
		if (!p)
			return mm_fail_nomem(reterr);
		got = read(fd, p, out->max - out->len < 65536 ? out->max - out->len : 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return mm_fail(reterr, MM_E_IO, path, "cannot be read: %s", strerror(errno));
		if (got == 0)
			return MM_OK;
		out->len += (size_t)got;
	}
}

enum mm_code mm_file_read(const char *path, struct mm_buf *out, struct mm_err *reterr)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	enum mm_code rc;

	mm_buf_clear(out);
	if (fd < 0)
		return mm_fail(reterr, errno == ENOENT ? MM_E_NOT_FOUND : MM_E_IO, path,
			       "cannot be opened: %s", strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		rc = mm_fail(reterr, MM_E_IO, path, "is not a regular file");
	else if ((size_t)st.st_size > out->max)
		rc = mm_fail(reterr, MM_E_LIMIT, path, "larger than %zu bytes", out->max);
	else
		rc = read_all(fd, path, out, reterr);
	(void)close(fd);
	return rc;
}

bool mm_file_put(int fd, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n) {
		const ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

const char *mm_file_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

enum mm_code mm_file_write(const char *path, const void *bytes, size_t n, struct mm_err *reterr)
{
	char temp[PATH_MAX];
	int fd, bad;

	if (snprintf(temp, sizeof(temp), "%s.%ld.tmp", path, (long)getpid()) >= (int)sizeof(temp))
		return mm_fail(reterr, MM_E_INVALID, path, "path is too long");
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return mm_fail(reterr, MM_E_IO, path, "cannot be written: %s", strerror(errno));
	bad = !mm_file_put(fd, bytes, n) || fsync(fd) != 0;
	bad |= close(fd);
	if (bad || rename(temp, path) != 0) {
		enum mm_code rc = mm_fail(reterr, MM_E_IO, path, "cannot be written: %s", strerror(errno));

		(void)unlink(temp);
		return rc;
	}
	return MM_OK;
}

enum mm_code mm_file_make_dir(const char *path, struct mm_err *reterr)
{
	char part[PATH_MAX];
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof(part))
		return mm_fail(reterr, MM_E_INVALID, path, "path is empty or too long");
	memcpy(part, path, n + 1);
	for (size_t i = 1; i <= n; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0755) != 0 && errno != EEXIST)
			return mm_fail(reterr, MM_E_IO, path, "folder cannot be made: %s", strerror(errno));
		part[i] = path[i];
	}
	return MM_OK;
}

bool mm_file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}
