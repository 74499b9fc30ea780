#ifndef MM_API_COLLECTIONS_H
#define MM_API_COLLECTIONS_H

#include "api/html.h"
#include "store/layer.h"

/* The small map of a page: the collection, or one feature of it (its path below the base URL). The page's
 * script draws it; without script it is an empty box. */
void mm_collection_mini_map(struct mm_html *h, const struct mm_layer *l, const char *feature_path);

#endif
