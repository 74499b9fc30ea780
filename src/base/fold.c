#include "base/fold.h"

#include <string.h>

#include <glib.h>

static const char *keep(char *made, struct mm_arena *mem, size_t *ret_len)
{
	const char *kept = made ? mm_arena_text(mem, made, strlen(made)) : NULL;

	if (kept)
		*ret_len = strlen(kept);
	g_free(made);
	return kept;
}

const char *mm_fold_case(const char *text, size_t n, struct mm_arena *mem, size_t *ret_len)
{
	return keep(g_utf8_casefold(text, (gssize)n), mem, ret_len);
}

/* Drops the marks of a decomposed text, in place. */
static void drop_marks(char *text)
{
	char *to = text;

	for (char *at = text; *at;) {
		char *next = g_utf8_next_char(at);

		if (!g_unichar_ismark(g_utf8_get_char(at))) {
			memmove(to, at, (size_t)(next - at));
			to += next - at;
		}
		at = next;
	}
	*to = '\0';
}

const char *mm_fold_accents(const char *text, size_t n, struct mm_arena *mem, size_t *ret_len)
{
	char *made = g_utf8_normalize(text, (gssize)n, G_NORMALIZE_NFD);

	if (made)
		drop_marks(made);
	return keep(made, mem, ret_len);
}

const char *mm_text_upper(const char *text, size_t n, struct mm_arena *mem, size_t *ret_len)
{
	return keep(g_utf8_strup(text, (gssize)n), mem, ret_len);
}

const char *mm_text_lower(const char *text, size_t n, struct mm_arena *mem, size_t *ret_len)
{
	return keep(g_utf8_strdown(text, (gssize)n), mem, ret_len);
}
