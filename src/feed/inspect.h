#ifndef MM_FEED_INSPECT_H
#define MM_FEED_INSPECT_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>

/*
 * Writes the YAML of a layer for every table of some sources (files, or folders of files), with what was
 * guessed said in comments.
 *
 * write_dir  NULL: all of it goes to `out`; else one file a table goes into this folder, made when missing,
 * together with a map.yaml that allows the sources' folders when they lie outside; `out` lists what was
 * written.
 *
 * MM_E_INVALID    a source that no driver reads, or a file that is there already (nothing is written over)
 * MM_E_NOT_FOUND  no such file
 */
MM_MUST_USE enum mm_code mm_inspect(const char *const *path, size_t count, const char *write_dir,
				    struct mm_buf *out, struct mm_err *reterr);

#endif
