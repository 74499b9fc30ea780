#ifndef MM_STYLE_GLYPH_H
#define MM_STYLE_GLYPH_H

#include "base/err.h"
#include "base/shared.h"

#include <stdint.h>

/*
 * Letters for labels on the map: ranges of 256 glyphs as signed distance fields in the protocol buffer form
 * that MapLibre reads (fontnik's: 24 pixels, 3 pixels around, radius 8, edge at 0.75 of 255). Made with
 * FreeType from the fonts of the system, once each, and kept. Any thread.
 */
struct mm_glyphs;

/* Opens the fonts. MM_E_NOT_FOUND: none of them is installed; the message names the Debian package. */
MM_MUST_USE enum mm_code mm_glyphs_new(struct mm_glyphs **ret, struct mm_err *reterr);
struct mm_glyphs *mm_glyphs_free(struct mm_glyphs *g); /* NULL allowed; returns NULL */

/*
 * The glyphs from code point `first` (a multiple of 256, at most 65 280) of the first font that a comma list
 * of names has: "Noto Sans Regular,Arial". The caller unrefs *ret.
 *
 * MM_E_NOT_FOUND  no font of the list is here (the message lists those that are)
 * MM_E_INVALID    not the beginning of a range
 */
MM_MUST_USE enum mm_code mm_glyphs_range(struct mm_glyphs *g, const char *stack, uint32_t first,
					 struct mm_shared **ret, struct mm_err *reterr);

#endif
