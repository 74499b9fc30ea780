#ifndef MM_STYLE_ICON_H
#define MM_STYLE_ICON_H

#include "base/err.h"

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The built-in icons of one style as vectors, for paper: the same that style/sprite.h puts on a sheet for
 * screens. Each is read when it is first asked for, and recorded once: a PDF holds it once, however often it
 * is drawn. One thread at a time.
 */
struct mm_icons;

/* style: an id of the palette, "print". MM_E_NOT_FOUND: there is no such style. MM_E_NOMEM. */
MM_MUST_USE enum mm_code mm_icons_new(const char *style, struct mm_icons **ret, struct mm_err *reterr);

/* After all surfaces that they were drawn on. NULL allowed; returns NULL. */
struct mm_icons *mm_icons_free(struct mm_icons *i);

/* Its size in pixels of the style; false: there is none of that name. */
bool mm_icons_size(struct mm_icons *i, const char *name, double ret_px[2]);

/* Draws it with its upper left corner at the origin, a unit of the context a pixel. Nothing when there is
 * none. */
void mm_icons_draw(struct mm_icons *i, cairo_t *cr, const char *name, double opacity);

/* It as a pattern that repeats, from the origin, a unit of the context a pixel; NULL: there is none.
 * Borrowed.
 */
cairo_pattern_t *mm_icons_pattern(struct mm_icons *i, const char *name);

#endif
