#ifndef MM_STYLE_SPRITE_H
#define MM_STYLE_SPRITE_H

#include "base/err.h"
#include "base/shared.h"

/* Icons for the map: the embedded SVG files on one sheet a style, in its colours (style/palette.h), as
 * MapLibre wants sprites: a PNG and a JSON index, for one and for two pixels a unit. Drawn once, at the first
 * request. Any thread. */
struct mm_sprites;

MM_MUST_USE enum mm_code mm_sprites_new(struct mm_sprites **ret, struct mm_err *reterr);
struct mm_sprites *mm_sprites_free(struct mm_sprites *s); /* NULL allowed; returns NULL */

/*
 * One of a style's four files: "day.json", "day.png", "day@2x.json", "day@2x.png". The caller unrefs *ret.
 *
 * ret_type        media type, static
 * MM_E_NOT_FOUND  no such file
 */
MM_MUST_USE enum mm_code mm_sprites_file(struct mm_sprites *s, const char *name, struct mm_shared **ret,
					 const char **ret_type, struct mm_err *reterr);

#endif
