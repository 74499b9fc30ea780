#include "query/like.h"

#include <string.h>

/* Splits in place: what a \ takes for itself is written without it. False: it has _. */
static bool split(struct mm_like *l, char *out, const char *pattern, size_t n)
{
	struct mm_like_piece *p = l->piece;

	p->text = out;
	for (size_t i = 0; i < n; i++) {
		const bool is_taken = i + 1 < n && pattern[i] == '\\';

		if (!is_taken && pattern[i] == '_')
			return false;
		if (is_taken || pattern[i] != '%') {
			i += is_taken;
			*out++ = pattern[i];
			p->len++;
			continue;
		}
		l->is_from_start &= i > 0;
		l->is_to_end = i + 1 < n;
		if (!p->len)
			continue;
		p++;
		p->text = out;
	}
	l->count = (size_t)(p - l->piece) + (p->len > 0);
	return true;
}

bool mm_like_read(const char *pattern, size_t n, struct mm_arena *mem, struct mm_like *ret)
{
	struct mm_like l = {.is_from_start = true, .is_to_end = true};
	char *out = mm_arena_alloc(mem, n + 1);

	l.piece = mm_arena_array(mem, n + 1, sizeof(*l.piece));
	if (!out || !l.piece || !split(&l, out, pattern, n))
		return false;
	for (size_t i = 0; i < l.count; i++) {
		if ((l.piece[i].text[0] & 0xc0) == 0x80) /* would be found within a character */
			return false;
		l.least += l.piece[i].len;
	}
	*ret = l;
	return true;
}

bool mm_like_matches(const struct mm_like *l, const char *text, size_t n)
{
	const char *at = text, *end = text + n;
	size_t first = 0, count = l->count;

	if (n < l->least)
		return false;
	if (!count) /* nothing but %, or nothing at all */
		return !l->is_from_start || !l->is_to_end || !n;
	if (count == 1 && l->is_from_start && l->is_to_end)
		return n == l->least && memcmp(text, l->piece[0].text, n) == 0;
	if (l->is_from_start) {
		if (memcmp(at, l->piece[0].text, l->piece[0].len) != 0)
			return false;
		at += l->piece[0].len;
		first = 1;
	}
	if (l->is_to_end) {
		const struct mm_like_piece *last = &l->piece[--count];

		end -= last->len;
		if (end < at || memcmp(end, last->text, last->len) != 0)
			return false;
	}
	for (size_t i = first; i < count; i++) {
		at = memmem(at, (size_t)(end - at), l->piece[i].text, l->piece[i].len);
		if (!at)
			return false;
		at += l->piece[i].len;
	}
	return true;
}
