#ifndef MM_BASE_STOP_H
#define MM_BASE_STOP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When work is to be given up: its deadline has passed, or nobody waits for what comes of it any more. The
 * latter is a matter of the thread that works, so that nothing in between has to hand it on.
 */

/* From now on the work of this thread is unwanted as soon as `fd` is readable; -1: it is wanted whatever
 * happens. The caller keeps the descriptor open until it says otherwise. */
void mm_stop_watch(int fd);

/* True when the work of this thread is to be given up. deadline_ns: monotonic clock; 0: none.
 *
 * Cost: a look at the clock; the descriptor is looked at ten times a second. */
bool mm_stop_is_due(int64_t deadline_ns);

#endif
