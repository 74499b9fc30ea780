#include "base/lang.h"

#include <stddef.h>
#include <string.h>

static _Thread_local struct {
	mm_lang_fn *wanted;
	const void *ctx;
} listener; /* whoever this thread works for */

void mm_words_for(mm_lang_fn *wanted, const void *ctx)
{
	listener.wanted = wanted;
	listener.ctx = ctx;
}

const char *mm_words(const char *english)
{
	if (!listener.wanted || listener.wanted(listener.ctx) != MM_LANG_RU)
		return english;
	for (const struct mm_words_pair *w = mm_words_ru; w->english; w++)
		if (strcmp(w->english, english) == 0)
			return w->words;
	return english;
}
