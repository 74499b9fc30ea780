#ifndef MM_PRINT_SHEET_HYPHENS_H
#define MM_PRINT_SHEET_HYPHENS_H

#include <stddef.h>

/*
 * Where words may break: copies UTF-8 text, with a soft hyphen (U+00AD) between the syllables of words of at
 * least `least` letters, as Russian is broken; English words too, by the same rule. Two letters at least stay
 * on each side, each with a vowel, and no line begins with a sign (ь, ъ) or й.
 *
 * ret  room of `size` bytes; what does not fit is left out; not terminated
 *
 * Returns how many bytes were written.
 */
size_t mm_hyphens_put(const char *text, size_t least, char *ret, size_t size);

#endif
