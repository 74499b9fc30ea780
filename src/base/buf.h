#ifndef MM_BASE_BUF_H
#define MM_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Growing byte buffer, born with its maximum. Writing past `max` or out of memory sets `failed` for good and
 * drops what comes after, so that a writer tests once, at the end. Not thread-safe.
 */
struct mm_buf {
	unsigned char *data; /* NULL while empty; not NUL-terminated */
	size_t len, cap, max;
	bool failed;
};

void mm_buf_init(struct mm_buf *b, size_t max);
void mm_buf_release(struct mm_buf *b);
void mm_buf_clear(struct mm_buf *b); /* len = 0, failed = false; keeps the memory */

/* Room for n more bytes at data + len, or NULL (failed is set), where there is none yet. */
unsigned char *mm_buf_grow(struct mm_buf *b, size_t n);

/* The same. The caller adds to len what it used. Here, as answers are written a few bytes at a time. */
static inline unsigned char *mm_buf_reserve(struct mm_buf *b, size_t n)
{
	return !b->failed && n <= b->cap - b->len ? b->data + b->len : mm_buf_grow(b, n);
}

static inline void mm_buf_put(struct mm_buf *b, const void *bytes, size_t n)
{
	unsigned char *p = n ? mm_buf_reserve(b, n) : NULL;

	if (!p)
		return;
	memcpy(p, bytes, n);
	b->len += n;
}

static inline void mm_buf_byte(struct mm_buf *b, unsigned char byte)
{
	unsigned char *p = mm_buf_reserve(b, 1);

	if (!p)
		return;
	*p = byte;
	b->len++;
}

static inline void mm_buf_text(struct mm_buf *b, const char *text)
{
	mm_buf_put(b, text, strlen(text));
}

void mm_buf_printf(struct mm_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void mm_buf_int(struct mm_buf *b, int64_t v);

/* Shortest decimal text that reads back as the same double; integers without ".0"; NaN and infinities write
 * "null" (JSON has no word for them). */
void mm_buf_double(struct mm_buf *b, double v);

/* Gives back room that is much more than the bytes, for those that are kept long. */
void mm_buf_trim(struct mm_buf *b);

/* Hands the bytes over to the caller (free() them) and empties the buffer. NULL when empty or failed. */
unsigned char *mm_buf_take(struct mm_buf *b, size_t *ret_len);

#endif
