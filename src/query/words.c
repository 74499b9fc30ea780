#include "query/words.h"

#include "base/fold.h"

#include <string.h>

enum {
	KNOWN = 1 << 15,
	REMEMBERED_MAX = 8 << 20, /* bytes, all fields together */
	FOLDED_MAX = 64 << 20
};

struct word {
	const char *text;
	size_t len;
};

struct mm_words {
	const struct mm_layer *layer;
	struct word word[MM_WORDS_MAX];
	size_t count;
	uint16_t **found; /* of each field, by the code of a text: a bit a word, and KNOWN; NULL: not kept */
};

static const char blanks[] = " \t\r\n\f\v";

static const char *folded(const char *text, size_t n, struct mm_arena *mem, size_t *ret_len)
{
	const char *one = mm_fold_case(text, n, mem, ret_len);

	return one ? mm_fold_accents(one, *ret_len, mem, ret_len) : NULL;
}

static enum mm_code read_words(const char *text, struct mm_arena *mem, struct mm_words *w,
			       struct mm_err *reterr)
{
	for (const char *at = text + strspn(text, blanks); *at; at += strspn(at, blanks)) {
		const size_t n = strcspn(at, blanks);
		struct word *word = &w->word[w->count];

		if (w->count == MM_WORDS_MAX)
			return mm_fail(reterr, MM_E_INVALID, "q", "at most %d words", MM_WORDS_MAX);
		word->text = folded(at, n, mem, &word->len);
		if (!word->text)
			return mm_fail_nomem(reterr);
		w->count += word->len > 0;
		at += n;
	}
	return w->count ? MM_OK : mm_fail(reterr, MM_E_INVALID, "q", "write the words to look for");
}

static bool is_searched(const struct mm_field *f)
{
	return f->type == MM_TYPE_TEXT && !f->hidden;
}

enum mm_code mm_words_new(const char *text, const struct mm_layer *l, struct mm_arena *mem,
			  struct mm_words **ret, struct mm_err *reterr)
{
	const struct mm_schema *s = mm_layer_schema(l);
	struct mm_words *w = mm_arena_alloc(mem, sizeof(*w));
	size_t left = REMEMBERED_MAX;
	enum mm_code rc;

	if (strlen(text) > MM_WORDS_BYTES_MAX)
		return mm_fail(reterr, MM_E_INVALID, "q", "at most %d bytes", MM_WORDS_BYTES_MAX);
	if (!w)
		return mm_fail_nomem(reterr);
	w->layer = l;
	rc = read_words(text, mem, w, reterr);
	if (rc)
		return rc;
	w->found = mm_arena_array(mem, s->field_count + 1, sizeof(*w->found));
	if (!w->found)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < s->field_count; i++) {
		const size_t texts = is_searched(&s->field[i]) ? mm_layer_text_count(l, i) : 0;

		if (!texts || texts > left / sizeof(**w->found))
			continue;
		w->found[i] = mm_arena_array(mem, texts, sizeof(**w->found));
		if (!w->found[i])
			return mm_fail_nomem(reterr);
		left -= texts * sizeof(**w->found);
	}
	*ret = w;
	return MM_OK;
}

/* The words that a text has, a bit each. */
static unsigned words_of(const struct mm_words *w, size_t field, uint32_t code)
{
	MM_ARENA_SCOPE(mem, FOLDED_MAX);
	size_t n;
	const char *text = mm_layer_text(w->layer, field, code, &n), *have = folded(text, n, &mem, &n);
	unsigned found = 0;

	for (size_t i = 0; have && i < w->count; i++)
		if (memmem(have, n, w->word[i].text, w->word[i].len))
			found |= 1u << i;
	return found;
}

bool mm_words_match(struct mm_words *w, uint32_t row)
{
	const struct mm_schema *s = mm_layer_schema(w->layer);
	const unsigned all = (1u << w->count) - 1;
	unsigned found = 0;

	for (size_t i = 0; i < s->field_count && found != all; i++) {
		const uint32_t code =
		    is_searched(&s->field[i]) ? mm_layer_text_code(w->layer, row, i) : UINT32_MAX;

		if (code == UINT32_MAX)
			continue;
		if (!w->found[i]) {
			found |= words_of(w, i, code);
			continue;
		}
		if (!w->found[i][code])
			w->found[i][code] = (uint16_t)(words_of(w, i, code) | KNOWN);
		found |= w->found[i][code] & (KNOWN - 1u);
	}
	return found == all;
}
