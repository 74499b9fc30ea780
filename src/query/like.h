#ifndef MM_QUERY_LIKE_H
#define MM_QUERY_LIKE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A pattern of LIKE (OGC 21-065r2, 7.5) taken apart once, for many texts: % is any characters, \ takes the
 * next for itself. Patterns with _ are not taken: a character of UTF-8 has no fixed size.
 */
struct mm_like_piece {
	const char *text;
	size_t len;
};

struct mm_like {
	struct mm_like_piece *piece; /* what stands between the %, in order; none is empty */
	size_t count, least;         /* bytes of all of them */
	bool is_from_start, is_to_end;
};

/* False: the pattern has _ or is no UTF-8, or there is no memory. `mem` owns what *ret holds. */
bool mm_like_read(const char *pattern, size_t n, struct mm_arena *mem, struct mm_like *ret);

/* Whether a text of UTF-8 is like it. */
bool mm_like_matches(const struct mm_like *l, const char *text, size_t n);

#endif
