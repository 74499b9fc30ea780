#ifndef MM_API_STYLES_PLAIN_H
#define MM_API_STYLES_PLAIN_H

#include "api/styles/styling.h"

/* The colour of a layer that the design does not know, by its style hint; in the style's arena. */
const char *mm_plain_color(const struct mm_styling *m, const struct mm_layer *l);

/* Adds plain symbols for a layer that the design does not know, from its style hint: on top of the others. */
void mm_plain_add_layer(const struct mm_styling *m, const struct mm_layer *l);

/* The same for an archive of tiles: below the others, above the ground. */
void mm_plain_add_archive(const struct mm_styling *m, const struct mm_tile_archive *a);

/* The style layer of a raster, above the ground and its cover; shown at first or not, as its definition says.
 */
void mm_plain_add_raster(const struct mm_styling *m, const struct mm_raster *r);

#endif
