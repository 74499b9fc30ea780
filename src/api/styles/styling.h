#ifndef MM_API_STYLES_STYLING_H
#define MM_API_STYLES_STYLING_H

#include "base/arena.h"
#include "store/catalog.h"
#include "style/palette.h"

#include <jansson.h>

/* One style in the making. All borrowed. */
struct mm_styling {
	struct mm_arena *mem;
	const char *base_url, *lang; /* of the addresses in it, without a slash behind; "ru" or "en" */
	bool wants_mlt;              /* sources are MapLibre Tiles */
	const struct mm_catalog *catalog;
	struct mm_palette *palette; /* whose "metre" is set: how many pixels one is at zoom 0, on this map */
	size_t style;               /* of the palette */
	json_t *document;           /* the template, which becomes the style */
};

/*
 * The template made to fit the map that is served, *ret a new reference: colours and sizes of the style, only
 * sources and style layers whose data is there, plain symbols for layers of the map that the design does not
 * know.
 *
 * id              of the style, as in "/styles/{id}"
 * MM_E_NOT_FOUND  no such style
 * MM_E_INTERNAL   the template names a token that is not in the table
 */
MM_MUST_USE enum mm_code mm_styling_make(struct mm_arena *mem, const struct mm_catalog *c, const char *id,
					 const char *base_url, const char *lang, bool wants_mlt, json_t **ret,
					 struct mm_err *reterr);

/* The TileJSON of some layers, a new string. */
json_t *mm_styling_tilejson(const struct mm_styling *m, const char *list);

/* Says in a style layer's metadata of which layer it draws the labels. */
void mm_styling_name_layer(json_t *style_layer, const char *id);

#endif
