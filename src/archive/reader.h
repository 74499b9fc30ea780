#ifndef MM_ARCHIVE_READER_H
#define MM_ARCHIVE_READER_H

#include "archive/about.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * An archive of vector tiles from anywhere, of the kind that its name says: .pmtiles (pmtiles_reader.h) or
 * .mbtiles (mbtiles_reader.h). Once open, all reads are safe on any number of threads. It stays the file that
 * was opened, also when another takes its name.
 */
struct mm_archive_reader;

/*
 * Opens an archive and looks into it: what it says of itself, and whether one of its tiles is what it says.
 *
 * MM_E_NOT_FOUND  no such file
 * MM_E_IO         not a regular file, or it cannot be read
 * MM_E_DATA       no archive, damaged, or its tiles are no vector tiles or packed in a way
 * that browsers do not read; the message says which and what to do MM_E_LIMIT      a part of it is too large,
 * or it takes too long to ask MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_archive_reader_new(const char *path, struct mm_archive_reader **ret,
					       struct mm_err *reterr);
struct mm_archive_reader *
mm_archive_reader_free(struct mm_archive_reader *r); /* NULL allowed; returns NULL */

const struct mm_archive_about *mm_archive_reader_about(const struct mm_archive_reader *r);

/* Appends a tile as it is stored: gzip (mm_is_gzip) or as it is.
 *
 * MM_E_NOT_FOUND  the archive has no such tile
 * MM_E_BUSY       PMTiles: the file has been written to since it was opened. MBTiles: another file has its
 *                 name, and all that are open of this one are in use
 * MM_E_DATA       damaged
 * MM_E_LIMIT      more than `out` may take
 * MM_E_IO, MM_E_NOMEM
 *
 * Cost: as the kind's own; one short lock for MBTiles. */
MM_MUST_USE enum mm_code mm_archive_reader_tile(struct mm_archive_reader *r, uint64_t number,
						struct mm_buf *out, struct mm_err *reterr);

/* False: the file has been written to since it was opened, and gives no tiles any more. Of MBTiles nobody
 * knows: true. */
bool mm_archive_reader_is_whole(const struct mm_archive_reader *r);

/* Appends a stored tile unpacked. MM_E_DATA: damaged; MM_E_LIMIT: more than `out` may take; MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_archive_unpack(const struct mm_buf *stored, struct mm_buf *out,
					   struct mm_err *reterr);

#endif
