#ifndef MM_HTTP_BODY_SOURCE_H
#define MM_HTTP_BODY_SOURCE_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * A body that is made while it is sent: for answers of any length that take a little memory and begin at
 * once. It is asked for pieces on the thread of its connection, one after the other, when the client has
 * taken what was there; a slow client makes it wait and holds what `state` holds.
 */
struct mm_body_source {
	/*
	 * Appends the next piece to `out`, some ten kilobytes: enough to be worth a packet, few enough to be
	 * made in a millisecond or two. False: it cannot go on, and the connection is cut, so that the client
	 * sees that the answer is not whole.
	 */
	bool (*read)(void *state, struct mm_buf *out, bool *ret_is_done);
	void (*close)(void *state); /* once, whatever happened */
	void *state;                /* NULL: there is no source */
};

enum { MM_BODY_PIECE = 48 * 1024 }; /* bytes after which a source should stop */

static inline void mm_body_source_close(struct mm_body_source *s)
{
	if (s->state)
		s->close(s->state);
	s->state = NULL;
}

#endif
