#ifndef MM_FEED_SLUG_H
#define MM_FEED_SLUG_H

#include <stddef.h>

enum { MM_SLUG_MAX = 65 }; /* bytes of an id, NUL included */

/* An id from a name: Cyrillic transliterated, everything else that an id may not have becomes "_"; "layer"
 * for a name of which nothing remains. */
void mm_slug(const char *name, char ret[MM_SLUG_MAX]);

#endif
