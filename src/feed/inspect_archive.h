#ifndef MM_FEED_INSPECT_ARCHIVE_H
#define MM_FEED_INSPECT_ARCHIVE_H

#include "base/buf.h"
#include "base/err.h"

/* The YAML of a layer that is an archive of tiles; comments say what is in it.
 *
 * path    of the archive
 * source  how it stands in the file
 * name    a title
 *
 * Errors as mm_archive_reader_new. */
MM_MUST_USE enum mm_code mm_inspect_archive(const char *path, const char *source, const char *name,
					    struct mm_buf *out, struct mm_err *reterr);

#endif
