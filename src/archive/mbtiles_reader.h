#ifndef MM_ARCHIVE_MBTILES_READER_H
#define MM_ARCHIVE_MBTILES_READER_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

/*
 * Reads an MBTiles database from anywhere. Its schema is not trusted: it may call no function with side
 * effects, and a query that works for too long (a view can be any question) is given up. One thread at a
 * time.
 *
 * Source: MBTiles specification 1.3; https://www.sqlite.org/security.html
 */
struct mm_mbtiles_reader;

/*
 * MM_E_NOT_FOUND  no such file
 * MM_E_IO         not a regular file, or it cannot be read
 * MM_E_DATA       not an SQLite database, damaged, or without `tiles` and `metadata`
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_mbtiles_reader_new(const char *path, struct mm_mbtiles_reader **ret,
					       struct mm_err *reterr);
struct mm_mbtiles_reader *
mm_mbtiles_reader_free(struct mm_mbtiles_reader *r); /* NULL allowed; returns NULL */

/* Appends the value of a name ("format", "json"), whatever bytes it is.
 *
 * MM_E_NOT_FOUND  there is none
 * MM_E_DATA       damaged
 * MM_E_LIMIT      more than `out` may take, or too much work to find */
MM_MUST_USE enum mm_code mm_mbtiles_reader_metadata(struct mm_mbtiles_reader *r, const char *name,
						    struct mm_buf *out, struct mm_err *reterr);

/* Appends a tile as it is stored, by its number (tile_number.h). Errors as above. */
MM_MUST_USE enum mm_code mm_mbtiles_reader_tile(struct mm_mbtiles_reader *r, uint64_t number,
						struct mm_buf *out, struct mm_err *reterr);

/* The lowest and the highest zoom that has tiles, and the number of one of the lowest.
 *
 * MM_E_NOT_FOUND  it has no tiles
 * MM_E_DATA       damaged, or tiles beyond zoom 31
 * MM_E_LIMIT      too much work to find */
MM_MUST_USE enum mm_code mm_mbtiles_reader_zooms(struct mm_mbtiles_reader *r, unsigned *ret_min,
						 unsigned *ret_max, uint64_t *ret_first,
						 struct mm_err *reterr);

#endif
