#ifndef MM_ARCHIVE_MBTILES_WRITER_H
#define MM_ARCHIVE_MBTILES_WRITER_H

#include "archive/info.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Writes an MBTiles database of gzipped vector tiles. Equal tiles are kept once: table `images`, named by
 * table `map`; `tiles` is a view of both, as the specification allows. The database is made under a temporary
 * name and renamed when it is whole. One thread at a time.
 *
 * Source: MBTiles specification 1.3.
 */
struct mm_mbtiles_writer;

/* MM_E_INVALID  the path is too long
 * MM_E_IO       it cannot be written there
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_mbtiles_writer_new(const char *path, struct mm_mbtiles_writer **ret,
					       struct mm_err *reterr);

/* Adds one tile, each number (tile_number.h) at most once.
 *
 * MM_E_IO, MM_E_NOMEM
 * MM_E_LIMIT  a tile of 1 GiB */
MM_MUST_USE enum mm_code mm_mbtiles_writer_put(struct mm_mbtiles_writer *w, uint64_t number, const void *gzip,
					       size_t n, struct mm_err *reterr);

/* Writes index and metadata, syncs and renames. MM_E_IO, MM_E_NOMEM: `path` is untouched */
MM_MUST_USE enum mm_code mm_mbtiles_writer_finish(struct mm_mbtiles_writer *w,
						  const struct mm_archive_info *info,
						  struct mm_archive_count *ret, struct mm_err *reterr);

/* Removes what is not finished. NULL allowed; returns NULL */
struct mm_mbtiles_writer *mm_mbtiles_writer_free(struct mm_mbtiles_writer *w);

#endif
