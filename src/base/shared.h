#ifndef MM_BASE_SHARED_H
#define MM_BASE_SHARED_H

#include "base/buf.h"

#include <stddef.h>

/* Counted immutable bytes: one cached answer sent to many clients without a copy. Any thread. */
struct mm_shared {
	const unsigned char *data;
	size_t len;
};

/* Takes over the buffer's bytes (the buffer is empty afterwards). NULL: out of memory or a failed buffer. */
struct mm_shared *mm_shared_from_buf(struct mm_buf *b);

/* Bytes that live as long as the program. NULL: out of memory. */
struct mm_shared *mm_shared_from_static(const unsigned char *data, size_t len);
struct mm_shared *mm_shared_ref(struct mm_shared *s);
struct mm_shared *mm_shared_unref(struct mm_shared *s); /* NULL allowed; returns NULL */

#endif
