#include "feed/watch.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { WATCHES_MAX = 4096 };

static const uint32_t events = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE |
			       IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

struct mm_watch {
	int fd;
	struct {
		int wd;
		char *dir;
	} at[WATCHES_MAX];
	size_t count;
};

enum mm_code mm_watch_new(struct mm_watch **ret, struct mm_err *reterr)
{
	struct mm_watch *w = calloc(1, sizeof(*w));

	if (!w)
		return mm_fail_nomem(reterr);
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd < 0) {
		free(w);
		return mm_fail(reterr, MM_E_IO, "", "inotify cannot be used: %s", strerror(errno));
	}
	*ret = w;
	return MM_OK;
}

struct mm_watch *mm_watch_free(struct mm_watch *w)
{
	for (size_t i = 0; w && i < w->count; i++)
		free(w->at[i].dir);
	if (w)
		(void)close(w->fd);
	free(w);
	return NULL;
}

int mm_watch_fd(const struct mm_watch *w)
{
	return w->fd;
}

void mm_watch_add(struct mm_watch *w, const char *dir)
{
	int wd = inotify_add_watch(w->fd, *dir ? dir : "/", events);

	if (wd < 0)
		return;
	/* one folder under two names has one number: both names are kept */
	for (size_t i = 0; i < w->count; i++)
		if (strcmp(w->at[i].dir, dir) == 0) {
			w->at[i].wd = wd;
			return;
		}
	if (w->count == WATCHES_MAX)
		return; /* the slow look sees to the rest */
	w->at[w->count].dir = strdup(dir);
	w->at[w->count].wd = wd;
	w->count += w->at[w->count].dir != NULL;
}

static void tell(struct mm_watch *w, const struct inotify_event *e,
		 void (*on_event)(void *ctx, const struct mm_watch_event *e), void *ctx)
{
	struct mm_watch_event out = {.dir = "",
				     .name = e->len ? e->name : "",
				     .is_whole = (e->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0};

	if (e->mask & IN_Q_OVERFLOW)
		on_event(ctx, &out);
	for (size_t i = 0; i < w->count; i++) {
		if (w->at[i].wd != e->wd)
			continue;
		out.dir = w->at[i].dir;
		if (e->mask & IN_IGNORED) /* gone; mm_watch_add finds what comes in its place */
			w->at[i].wd = -1;
		on_event(ctx, &out);
	}
}

void mm_watch_read(struct mm_watch *w, void (*on_event)(void *ctx, const struct mm_watch_event *e), void *ctx)
{
	union {
		struct inotify_event first;
		char bytes[64 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
	} buf;
	ssize_t got;

	while ((got = read(w->fd, &buf, sizeof(buf))) > 0) {
		for (size_t at = 0; at < (size_t)got;) {
			const struct inotify_event *e = (const void *)(buf.bytes + at);

			tell(w, e, on_event, ctx);
			at += sizeof(*e) + e->len;
		}
	}
}
