#ifndef MM_FEED_WATCH_H
#define MM_FEED_WATCH_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Folders under inotify. One thread. */
struct mm_watch;

MM_MUST_USE enum mm_code mm_watch_new(struct mm_watch **ret, struct mm_err *reterr);
struct mm_watch *mm_watch_free(struct mm_watch *w); /* NULL allowed; returns NULL */

/* Watches a folder; one that is watched already stays so, one that is not there is left out until the next
 * call. */
void mm_watch_add(struct mm_watch *w, const char *dir);

/* Readable when something happened. */
int mm_watch_fd(const struct mm_watch *w);

/* One thing that happened. */
struct mm_watch_event {
	const char *dir,
	    *name;     /* name "" for the folder itself, both "" when events were lost: look everywhere */
	bool is_whole; /* a writer closed the file, or it was moved into place */
};

/* Tells all that happened since the last call; does not wait. */
void mm_watch_read(struct mm_watch *w, void (*on_event)(void *ctx, const struct mm_watch_event *e),
		   void *ctx);

#endif
