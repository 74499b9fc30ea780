#ifndef MM_BASE_FOLD_H
#define MM_BASE_FOLD_H

#include "base/arena.h"

#include <stddef.h>

/*
 * Texts made alike that differ only in case or in accents, by the Unicode tables of GLib: full case folding
 * ("ß" is "ss"), and canonical decomposition without combining marks ("ё" is "е", "й" is "и").
 *
 * text     valid UTF-8 of n bytes
 * ret_len  bytes of the result, which is in `mem`; NULL: out of memory
 */
const char *mm_fold_case(const char *text, size_t n, struct mm_arena *mem, size_t *ret_len);
const char *mm_fold_accents(const char *text, size_t n, struct mm_arena *mem, size_t *ret_len);

/* Capital and small letters, likewise. */
const char *mm_text_upper(const char *text, size_t n, struct mm_arena *mem, size_t *ret_len);
const char *mm_text_lower(const char *text, size_t n, struct mm_arena *mem, size_t *ret_len);

#endif
