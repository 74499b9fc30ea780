#ifndef MM_ARCHIVE_PMTILES_WRITER_H
#define MM_ARCHIVE_PMTILES_WRITER_H

#include "archive/info.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Writes a PMTiles archive, version 3, of gzipped vector tiles: clustered, equal tiles kept once. Tile data
 * go to the disk at once, behind room for header and root directory; metadata and leaf directories follow
 * them, which the specification allows (clause 2). The same tiles and info always give the same bytes.
 *
 * Memory: 24 bytes for each run of tiles and up to 96 for each different one. One thread at a time.
 *
 * Source: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
 */
struct mm_pmtiles_writer;

enum { MM_PMTILES_ROOT_MAX = 16384 - 127 }; /* bytes of the root directory */

/* Opens a temporary file beside `path`. MM_E_INVALID, MM_E_IO: it cannot be written there; MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_pmtiles_writer_new(const char *path, struct mm_pmtiles_writer **ret,
					       struct mm_err *reterr);

/* Adds one tile, already gzipped, in ascending order of numbers (tile_number.h); n > 0.
 *
 * MM_E_IO     the disk is full or broken
 * MM_E_LIMIT  a tile of 4 GiB
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_pmtiles_writer_put(struct mm_pmtiles_writer *w, uint64_t number, const void *gzip,
					       size_t n, struct mm_err *reterr);

/* Writes the rest, syncs and renames: the archive is there now. Nothing may be put afterwards.
 *
 * MM_E_IO, MM_E_NOMEM  as above; `path` is untouched */
MM_MUST_USE enum mm_code mm_pmtiles_writer_finish(struct mm_pmtiles_writer *w,
						  const struct mm_archive_info *info,
						  struct mm_archive_count *ret, struct mm_err *reterr);

/* Removes the temporary file of an archive that was not finished. NULL allowed; returns NULL */
struct mm_pmtiles_writer *mm_pmtiles_writer_free(struct mm_pmtiles_writer *w);

#endif
