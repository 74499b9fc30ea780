#ifndef MM_FEED_DEFINITION_PRIVATE_H
#define MM_FEED_DEFINITION_PRIVATE_H

#include "base/arena.h"

#include <stdbool.h>

/* Shared by definition.c and definition_map.c. */

/* 1 to 64 small Latin letters, digits, _ or -. */
bool mm_def_id_is_good(const char *id);

/* A path relative to the folder of `file`; NULL: out of memory. */
const char *mm_def_path(const char *file, const char *relative, struct mm_arena *mem);

#endif
