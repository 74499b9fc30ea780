#ifndef MM_FEED_GRID_FILE_H
#define MM_FEED_GRID_FILE_H

#include "base/arena.h"
#include "base/err.h"
#include "geo/crs.h"
#include "geo/tile_matrix_set.h"

#include <stddef.h>

enum { MM_GRID_FILE_MAX = 1 << 20 };

/*
 * Reads a tile matrix set as JSON (OGC 17-083r4, clause 8.2), as the registry of OGC gives them out. Taken
 * are sets of square tiles with the corner of origin top left and as many tiles in every row; numbers must
 * agree with each other.
 *
 * crs  "": as the document says, by its URI; else the system in any form of mm_crs_parse
 * mem  holds the set
 *
 * MM_E_INVALID  not JSON, a member is missing or wrong, or a kind of set that is not taken; the message says
 *               which matrix and why
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_grid_file_parse(const char *json, size_t n, const char *crs, struct mm_proj *p,
					    struct mm_arena *mem, struct mm_tile_matrix_set *ret,
					    struct mm_err *reterr);

#endif
