#ifndef MM_ARCHIVE_WRITER_H
#define MM_ARCHIVE_WRITER_H

#include "archive/info.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An archive of the kind that its name says: .pmtiles (pmtiles_writer.h) or .mbtiles (mbtiles_writer.h). */
struct mm_archive_writer {
	struct mm_pmtiles_writer *pmtiles; /* one of these, or none when it is not open */
	struct mm_mbtiles_writer *mbtiles;
};

/* True when a path ends as an archive that can be written. */
bool mm_archive_is_known(const char *path);

/* The path is of a known kind. Fails as the writers' own. */
MM_MUST_USE enum mm_code mm_archive_writer_open(struct mm_archive_writer *w, const char *path,
						struct mm_err *reterr);

/* Adds one gzipped tile, in ascending order of numbers (tile_number.h). */
MM_MUST_USE enum mm_code mm_archive_writer_put(struct mm_archive_writer *w, uint64_t number, const void *gzip,
					       size_t n, struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_archive_writer_finish(struct mm_archive_writer *w,
						  const struct mm_archive_info *info,
						  struct mm_archive_count *ret, struct mm_err *reterr);

/* Closes; removes what is not finished. */
void mm_archive_writer_close(struct mm_archive_writer *w);

#endif
