#ifndef MM_APP_BAKE_INFO_H
#define MM_APP_BAKE_INFO_H

#include "app/bake_walk.h"
#include "archive/info.h"
#include "base/buf.h"
#include "store/catalog.h"

/* What the archive says of itself, in the language of the terminal; texts are borrowed from the map and from
 * `layers`, which takes the JSON of the layers. Check layers->failed afterwards. */
struct mm_archive_info mm_bake_info(const struct mm_bake *b, const struct mm_map_info *map,
				    struct mm_buf *layers);

#endif
