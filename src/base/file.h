#ifndef MM_BASE_FILE_H
#define MM_BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads a whole file of at most out->max bytes into `out` (cleared first).
 *
 * MM_E_NOT_FOUND  no such file
 * MM_E_LIMIT      larger than out->max
 * MM_E_IO         not a regular file, or cannot be read */
MM_MUST_USE enum mm_code mm_file_read(const char *path, struct mm_buf *out, struct mm_err *reterr);

/* Writes under a temporary name beside `path`, syncs, renames: the old content or the new one, never half. */
MM_MUST_USE enum mm_code mm_file_write(const char *path, const void *bytes, size_t n, struct mm_err *reterr);

/* Makes a folder and its parents (mode 0755); one that is there already is fine. */
MM_MUST_USE enum mm_code mm_file_make_dir(const char *path, struct mm_err *reterr);

bool mm_file_exists(const char *path);

/* Writes all bytes where the descriptor stands; false: errno says why. */
bool mm_file_put(int fd, const void *bytes, size_t n);

/* What stands behind the last slash of a path; points into it. */
const char *mm_file_base_name(const char *path);

#endif
