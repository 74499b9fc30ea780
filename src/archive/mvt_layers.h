#ifndef MM_ARCHIVE_MVT_LAYERS_H
#define MM_ARCHIVE_MVT_LAYERS_H

#include "base/err.h"

#include <stddef.h>

enum { MM_MVT_LAYERS_MAX = 1024 };

struct mm_mvt_name {
	const char *text; /* within the tile; not NUL-terminated */
	size_t len;
};

/*
 * Finds the names of the layers of a vector tile from anywhere, unpacked, and appends them to those of other
 * tiles that it is to be joined with: tiles one behind the other are one tile, as long as no name stands
 * twice. Their features are not looked at.
 *
 * name, count     names so far, at most MM_MVT_LAYERS_MAX; undefined on failure
 *
 * MM_E_DATA       not a vector tile, or a layer without a name
 * MM_E_INVALID    two layers of one name
 * MM_E_LIMIT      more than MM_MVT_LAYERS_MAX layers
 *
 * Cost: one step a layer, and one comparison for each pair of them.
 * Source: Vector Tile Specification 2.1, clause 4.1.
 */
MM_MUST_USE enum mm_code mm_mvt_layer_names(const void *tile, size_t n, struct mm_mvt_name *name,
					    size_t *count, struct mm_err *reterr);

#endif
