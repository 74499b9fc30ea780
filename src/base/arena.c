#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MM_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define MM_ASAN 1
#endif
#ifdef MM_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

enum { ARENA_ALIGN = 16, ARENA_FIRST = 16 * 1024, ARENA_CHUNK = 64 * 1024 };

struct mm_arena_chunk {
	struct mm_arena_chunk *next;
	size_t size, pos;
	alignas(ARENA_ALIGN) unsigned char mem[];
};

void mm_arena_init(struct mm_arena *a, size_t cap)
{
	*a = (struct mm_arena){.cap = cap};
}

void mm_arena_release(struct mm_arena *a)
{
	struct mm_arena_chunk *c = a->chunks;

	while (c) {
		struct mm_arena_chunk *next = c->next;

		ASAN_UNPOISON_MEMORY_REGION(c->mem, c->size);
		free(c);
		c = next;
	}
	mm_arena_init(a, a->cap);
}

void mm_arena_clear(struct mm_arena *a)
{
	struct mm_arena_chunk *first = a->chunks;

	while (first && first->next) {
		struct mm_arena_chunk *next = first->next;

		ASAN_UNPOISON_MEMORY_REGION(first->mem, first->size);
		free(first);
		first = next;
	}
	if (first) {
		first->pos = 0;
		ASAN_POISON_MEMORY_REGION(first->mem, first->size);
	}
	*a = (struct mm_arena){.chunks = first, .cap = a->cap};
}

/* Not zeroed: most requests use little of the first one. */
static struct mm_arena_chunk *add_chunk(struct mm_arena *a, size_t need)
{
	size_t usual = a->chunks ? ARENA_CHUNK : ARENA_FIRST, size = need > usual ? need : usual;
	struct mm_arena_chunk *c = malloc(sizeof(*c) + size);

	if (!c)
		return NULL;
	*c = (struct mm_arena_chunk){.next = a->chunks, .size = size};
	a->chunks = c;
	ASAN_POISON_MEMORY_REGION(c->mem, size);
	return c;
}

void *mm_arena_room(struct mm_arena *a, size_t n)
{
	struct mm_arena_chunk *c = a->chunks;
	size_t need;
	void *p;

	if (n == 0)
		return NULL;
	if (n > SIZE_MAX - ARENA_ALIGN)
		goto refused;
	need = (n + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (a->cap && (need > a->cap || a->used > a->cap - need))
		goto refused;
	if (!c || c->size - c->pos < need)
		c = add_chunk(a, need);
	if (!c)
		goto refused;
	p = c->mem + c->pos;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	c->pos += need;
	a->used += need;
	return p;
refused:
	a->exhausted = 1;
	return NULL;
}

void *mm_arena_alloc(struct mm_arena *a, size_t n)
{
	void *p = mm_arena_room(a, n);

	if (p)
		memset(p, 0, n);
	return p;
}

void *mm_arena_array(struct mm_arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n)) {
		a->exhausted = 1;
		return NULL;
	}
	return mm_arena_alloc(a, n);
}

char *mm_arena_text(struct mm_arena *a, const char *text, size_t n)
{
	char *p = n < SIZE_MAX ? mm_arena_room(a, n + 1) : NULL;

	if (!p)
		return NULL;
	if (n)
		memcpy(p, text, n);
	p[n] = '\0';
	return p;
}

char *mm_arena_printf(struct mm_arena *a, const char *fmt, ...)
{
	va_list ap;
	int n;
	char *p;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	p = mm_arena_room(a, (size_t)n + 1);
	if (!p)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
