#ifndef MM_STYLE_PALETTE_H
#define MM_STYLE_PALETTE_H

#include "base/buf.h"
#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * "styles/tokens.json", the table that makes several styles of one design: which styles there are, and for
 * each token (a name for a colour, a width, an opacity, a size) its value in each of them. The template of
 * the style says
 * "@water" where a style has its colour of water; icons say so by a class, "fill-water" or "stroke-water".
 *
 * One thread at a time.
 */
struct mm_palette;

MM_MUST_USE enum mm_code mm_palette_new(struct mm_palette **ret, struct mm_err *reterr);
struct mm_palette *mm_palette_free(struct mm_palette *p); /* NULL allowed; returns NULL */

size_t mm_palette_count(const struct mm_palette *p);

/* The number of a style by its id; the first one is also called "munimap". SIZE_MAX when there is none. */
size_t mm_palette_find(const struct mm_palette *p, const char *id);

/* {"id", "title": {"ru", "en"}, "description": {"ru", "en"}, "least_contrast"}; borrowed. */
const json_t *mm_palette_style(const struct mm_palette *p, size_t style);
const char *mm_palette_id(const struct mm_palette *p, size_t style);

/* What a token stands for in a style: borrowed, NULL when there is no such token. */
json_t *mm_palette_value(const struct mm_palette *p, size_t style, const char *token);

/* The same, of a token that is a colour; "" when it is none. */
const char *mm_palette_color(const struct mm_palette *p, size_t style, const char *token);

/* Gives a token one value in all styles; takes over `value`. */
void mm_palette_set(struct mm_palette *p, const char *token, json_t *value);

/* Puts values in the place of "@token" everywhere in a document, which then shares them with the table.
 *
 * MM_E_INTERNAL  no such token */
MM_MUST_USE enum mm_code mm_palette_fill(const struct mm_palette *p, size_t style, json_t *document,
					 struct mm_err *reterr);

/* Writes CSS rules for icons: ".fill-water{fill:#a8cfe1}.stroke-water{stroke:#a8cfe1}" for every colour. */
void mm_palette_css(const struct mm_palette *p, size_t style, struct mm_buf *css);

/* The colour of a hint, made to stand out from the ground of a style as much as the style asks for. `out`
 * holds it when it had to be changed; names of colours stay as they are. */
const char *mm_palette_legible(const struct mm_palette *p, size_t style, const char *color, char *out);

#endif
