#include "store/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORTH_WRITING = 1 << 20 /* bytes */ };

void mm_spool_init(struct mm_spool *s)
{
	*s = (struct mm_spool){.fd = -1};
	mm_buf_init(&s->tail, UINT32_MAX);
}

void mm_spool_open_beside(struct mm_spool *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	const size_t n = slash ? (size_t)(slash - path) : 0;
	char folder[PATH_MAX] = ".";

	if (s->fd >= 0 || n >= sizeof(folder))
		return;
	if (slash) {
		memcpy(folder, n ? path : "/", n ? n : 1);
		folder[n ? n : 1] = '\0';
	}
	/* some file systems have no files without a name: then they wait in memory */
	s->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static void write_tail(struct mm_spool *s)
{
	for (size_t at = 0; at < s->tail.len && !s->failed;) {
		ssize_t n = write(s->fd, s->tail.data + at, s->tail.len - at);

		if (n > 0)
			at += (size_t)n;
		else if (n == 0 || errno != EINTR)
			s->failed = true;
	}
	s->filed += s->tail.len;
	mm_buf_clear(&s->tail);
}

void mm_spool_file(struct mm_spool *s)
{
	s->failed |= s->tail.failed;
	if (s->fd >= 0 && s->tail.len >= WORTH_WRITING)
		write_tail(s);
}

static void unmap(struct mm_spool *s)
{
	if (s->map)
		(void)munmap(s->map, s->mapped);
	s->map = NULL;
	s->mapped = 0;
}

static void map_file(struct mm_spool *s)
{
	void *map;

	unmap(s);
	mm_buf_release(&s->tail);
	map = mmap(NULL, s->filed, PROT_READ, MAP_SHARED, s->fd, 0);
	if (map == MAP_FAILED) {
		s->failed = true;
		return;
	}
	s->map = map;
	s->mapped = s->filed;
}

const unsigned char *mm_spool_bytes(struct mm_spool *s)
{
	s->failed |= s->tail.failed;
	if (s->filed && s->tail.len) /* all in one place */
		write_tail(s);
	if (s->failed)
		return NULL;
	if (!s->filed)
		return s->tail.data;
	if (s->mapped < s->filed)
		map_file(s);
	return s->map;
}

void mm_spool_let_go(const struct mm_spool *s)
{
	if (s->map)
		(void)madvise(s->map, s->mapped, MADV_DONTNEED);
}

void mm_spool_release(struct mm_spool *s)
{
	unmap(s);
	if (s->fd >= 0)
		(void)close(s->fd);
	mm_buf_release(&s->tail);
	mm_spool_init(s);
}
