#ifndef MM_BASE_ARENA_H
#define MM_BASE_ARENA_H

#include <stddef.h>

struct mm_arena_chunk;

/* Bump allocator with one lifetime: everything in it dies at mm_arena_release(). Not thread-safe. */
struct mm_arena {
	struct mm_arena_chunk *chunks; /* private */
	size_t used;                   /* bytes handed out, alignment included */
	size_t cap;                    /* hard ceiling in bytes, 0 = none */
	int exhausted;                 /* sticky: set by the first refused allocation */
};

void mm_arena_init(struct mm_arena *a, size_t cap);
void mm_arena_release(struct mm_arena *a);

/* Everything in it dies, but the memory of its first piece stays for what comes next. */
void mm_arena_clear(struct mm_arena *a);

/* Zeroed, 16-byte aligned memory, or NULL past the cap or out of memory. n == 0 gives NULL and no error. */
void *mm_arena_alloc(struct mm_arena *a, size_t n);

/* The same, not zeroed: for what is written at once. */
void *mm_arena_room(struct mm_arena *a, size_t n);

/* Zeroed array of `count` elements of `size` bytes; NULL also when the product overflows. */
void *mm_arena_array(struct mm_arena *a, size_t count, size_t size);

/* NUL-terminated copy of `n` bytes; NULL past the cap. */
char *mm_arena_text(struct mm_arena *a, const char *text, size_t n);

/* Text by printf format; NULL past the cap. */
char *mm_arena_printf(struct mm_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define MM_ARENA_SCOPE(name, cap_bytes)                                                                      \
	struct mm_arena name __attribute__((cleanup(mm_arena_release)));                                     \
	mm_arena_init(&(name), (cap_bytes))

#endif
