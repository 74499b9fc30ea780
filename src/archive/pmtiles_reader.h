#ifndef MM_ARCHIVE_PMTILES_READER_H
#define MM_ARCHIVE_PMTILES_READER_H

#include "archive/pmtiles_header.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads a PMTiles archive, version 3, from anywhere: all that it says is verified before it is used. The file
 * is not mapped, so that one that shrinks meanwhile gives errors. Once open, all reads are safe on any number
 * of threads and take no lock.
 */
struct mm_pmtiles_reader;

enum {
	MM_PMTILES_DIRECTORY_MAX = 4 << 20, /* bytes of one directory after decompression */
	MM_PMTILES_LEAF_DEPTH_MAX = 3       /* leaf directories on the way to a tile */
};

/*
 * Opens an archive and reads its root directory.
 *
 * MM_E_NOT_FOUND  no such file
 * MM_E_IO         not a regular file, or it cannot be read
 * MM_E_DATA       not an archive of version 3, cut off or damaged; the message says which
 * MM_E_LIMIT      its root directory unpacks to more than MM_PMTILES_DIRECTORY_MAX
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_pmtiles_reader_new(const char *path, struct mm_pmtiles_reader **ret,
					       struct mm_err *reterr);
struct mm_pmtiles_reader *
mm_pmtiles_reader_free(struct mm_pmtiles_reader *r); /* NULL allowed; returns NULL */

const struct mm_pmtiles_header *mm_pmtiles_reader_header(const struct mm_pmtiles_reader *r);

/* True while nobody has written to the file since it was opened. One that took its name is another file. */
bool mm_pmtiles_reader_is_unchanged(const struct mm_pmtiles_reader *r);

/* The number of the first tile; false: there is none. */
bool mm_pmtiles_reader_first(const struct mm_pmtiles_reader *r, uint64_t *ret);

/* Appends the metadata, unpacked; JSON only if the archive is good.
 *
 * MM_E_DATA   damaged
 * MM_E_LIMIT  more than `out` may take */
MM_MUST_USE enum mm_code mm_pmtiles_reader_metadata(const struct mm_pmtiles_reader *r, struct mm_buf *out,
						    struct mm_err *reterr);

/* Appends a tile as it is stored, packed as header->tile_packing says.
 *
 * MM_E_NOT_FOUND  the archive has no such tile
 * MM_E_DATA       damaged
 * MM_E_LIMIT      more than `out` may take
 *
 * Cost: one read, and one read and parse for each leaf directory on the way. */
MM_MUST_USE enum mm_code mm_pmtiles_reader_tile(const struct mm_pmtiles_reader *r, uint64_t number,
						struct mm_buf *out, struct mm_err *reterr);

#endif
