#ifndef MM_SEARCH_WORDS_H
#define MM_SEARCH_WORDS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A text as search sees it: words of letters and words of digits, without case, accents and "ё",
 * abbreviations of addresses written out ("ул. Ленина, д. 12к2" is "улица ленина 12 к 2"), Latin letters
 * within Cyrillic words, and such that stand alone, taken for those that look like them ("P-0001"). Names and
 * queries go the same way, so that they meet.
 */

enum { MM_SEARCH_WORDS_MAX = 32, MM_SEARCH_WORD_BYTES_MAX = 64 };

struct mm_search_word {
	char text[MM_SEARCH_WORD_BYTES_MAX + 1]; /* of letters and digits only: safe in any query */
	size_t from, to;                         /* bytes of the text it comes from */
	bool is_number;
	bool is_kind; /* "улица", "проспект": people mix them up */
};

/* The words of a text, of which the first MM_SEARCH_WORDS_MAX are read; returns how many. `mem` is scratch.
 */
size_t mm_search_words(const char *text, size_t n, struct mm_arena *mem, struct mm_search_word *ret);

/* What somebody meant who forgot to change the keyboard: "kbgjdfz" is "липовая". False: nothing in it is
 * Latin. The result has at most 2 * n bytes and a NUL. */
bool mm_search_relayout(const char *text, size_t n, char *ret);

/*
 * Slips of the pen (insertions, deletions, replacements, swaps of neighbours) between a word and the
 * beginning of another, which may be longer; past `most` some larger number. Both are UTF-8 of at most
 * MM_SEARCH_WORD_BYTES_MAX bytes.
 */
unsigned mm_search_slips(const char *word, const char *other, unsigned most);

#endif
