#include "base/buf.h"

#include "base/num.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST = 256 };

void mm_buf_init(struct mm_buf *b, size_t max)
{
	*b = (struct mm_buf){.max = max};
}

void mm_buf_release(struct mm_buf *b)
{
	free(b->data);
	mm_buf_init(b, b->max);
}

void mm_buf_clear(struct mm_buf *b)
{
	b->len = 0;
	b->failed = false;
}

static bool grow(struct mm_buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : BUF_FIRST < b->max ? BUF_FIRST : b->max;
	unsigned char *data;

	if (b->failed || need > b->max)
		goto failed;
	while (cap < need)
		cap = cap > b->max / 2 ? b->max : cap * 2;
	data = realloc(b->data, cap);
	if (!data)
		goto failed;
	b->data = data;
	b->cap = cap;
	return true;
failed:
	b->failed = true;
	return false;
}

unsigned char *mm_buf_grow(struct mm_buf *b, size_t n)
{
	size_t need;

	if (b->failed)
		return NULL;
	if (__builtin_add_overflow(b->len, n, &need)) {
		b->failed = true;
		return NULL;
	}
	if (need > b->cap && !grow(b, need))
		return NULL;
	return b->data + b->len;
}

void mm_buf_printf(struct mm_buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;
	unsigned char *p;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	p = mm_buf_reserve(b, (size_t)n + 1);
	if (!p)
		return;
	va_start(ap, fmt);
	(void)vsnprintf((char *)p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void mm_buf_int(struct mm_buf *b, int64_t v)
{
	char text[MM_NUM_MAX];
	const size_t n = mm_num_format_int(v, text);

	mm_buf_put(b, text, n);
}

void mm_buf_double(struct mm_buf *b, double v)
{
	char text[MM_NUM_MAX];
	const size_t n = mm_num_format(v, text);

	mm_buf_put(b, text, n);
}

void mm_buf_trim(struct mm_buf *b)
{
	unsigned char *data = b->len && b->cap - b->len > b->len / 8 ? realloc(b->data, b->len) : NULL;

	if (!data)
		return;
	b->data = data;
	b->cap = b->len;
}

unsigned char *mm_buf_take(struct mm_buf *b, size_t *ret_len)
{
	unsigned char *data = b->data;

	*ret_len = 0;
	if (b->failed) {
		mm_buf_release(b);
		return NULL;
	}
	*ret_len = b->len;
	mm_buf_init(b, b->max);
	return data;
}
