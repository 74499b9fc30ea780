#ifndef MM_STYLE_COLLATION_H
#define MM_STYLE_COLLATION_H

#include "style/value/value.h"

/* How texts are compared: with or without regard to case and accents, by the habits of a language. */
struct mm_style_collator {
	bool minds_case, minds_accents;
	const char *locale; /* "de", "ru-RU"; NULL: the default */
};

/*
 * < 0, 0, > 0, as a search would have it: first by letters alone, then by accents, then by case (small
 * letters first), where the collator minds them. Letters stand in the order of Unicode, which is that of the
 * alphabet for Latin and Cyrillic ("ё" is "е" with an accent, "й" is a letter); German searches find "ü" by
 * "ue"; Swedish and Finnish put "å", "ä", "ö" behind "z". `mem` for what is made on the way; without memory
 * all texts are the same.
 */
int mm_style_collate(const struct mm_style_collator *c, const struct mm_style_value *a,
		     const struct mm_style_value *b, struct mm_arena *mem);

/* The language that is really used: the one asked for when it is known, else "en". */
const char *mm_style_collator_locale(const struct mm_style_collator *c);

#endif
