#ifndef MM_API_STYLES_SHOWN_H
#define MM_API_STYLES_SHOWN_H

#include "store/catalog.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The entry of the catalog whose features, or whose labels, a source layer has; SIZE_MAX: none. */
size_t mm_styling_entry_of(const struct mm_catalog *c, const char *source_layer);

/* What a style layer draws: its source layer, or the raster that is its source; NULL: the ground. Borrowed.
 */
const char *mm_styling_drawn(const json_t *style_layer);

/* Makes the layers of a style visible whose entry is on, and those of others invisible; what draws no entry
 * stays as it is. `is_on` has one for each entry of the catalog. */
void mm_styling_show(json_t *document, const struct mm_catalog *c, const bool *is_on);

/* Names the lines of an entry at every zoom from `from` on, where the style begins later: the names in an
 * index are looked for on the map. */
void mm_styling_name_lines(json_t *document, const char *id, double from);

#endif
