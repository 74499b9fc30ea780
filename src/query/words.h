#ifndef MM_QUERY_WORDS_H
#define MM_QUERY_WORDS_H

#include "base/arena.h"
#include "base/err.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A search for words (`q=`): every word occurs somewhere in the texts of a row, in whatever visible field,
 * without regard to case and accents (ё is е, й is и). For one thread.
 */
struct mm_words;

enum { MM_WORDS_MAX = 10, MM_WORDS_BYTES_MAX = 1000 };

/*
 * text  words with blanks between them
 * mem   owns *ret, and what is remembered of each text of the layer: 2 bytes
 *
 * MM_E_INVALID  no word, more than MM_WORDS_MAX, or a longer text than MM_WORDS_BYTES_MAX
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_words_new(const char *text, const struct mm_layer *l, struct mm_arena *mem,
				      struct mm_words **ret, struct mm_err *reterr);

/* Cost: a text is looked at once, however many rows have it. */
bool mm_words_match(struct mm_words *w, uint32_t row);

#endif
