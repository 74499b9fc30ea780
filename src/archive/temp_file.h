#ifndef MM_ARCHIVE_TEMP_FILE_H
#define MM_ARCHIVE_TEMP_FILE_H

#include "base/err.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A file that is written under a temporary name in its own folder and takes its real name only when it is
 * whole and synced. Its writer holds a lock on it (flock): one without is what a killed writer left, and is
 * removed when a file of the same name is opened. Zeroed: not open. One thread at a time.
 */
struct mm_temp_file {
	char path[PATH_MAX], temp[PATH_MAX];
	int fd;
	bool is_open;
	unsigned char *pending; /* not written yet */
	size_t pending_len;
	uint64_t len; /* of all that has been put */
};

/* MM_E_INVALID  the path is too long, or a folder's
 * MM_E_IO       its folder is not there or cannot be written */
MM_MUST_USE enum mm_code mm_temp_file_open(struct mm_temp_file *f, const char *path, struct mm_err *reterr);

/* Appends. MM_E_IO: the disk is full or broken. */
MM_MUST_USE enum mm_code mm_temp_file_put(struct mm_temp_file *f, const void *bytes, size_t n,
					  struct mm_err *reterr);

/* Writes over what has been put before. */
MM_MUST_USE enum mm_code mm_temp_file_put_at(struct mm_temp_file *f, uint64_t offset, const void *bytes,
					     size_t n, struct mm_err *reterr);

/* Syncs and renames; the file is closed also on failure, then nothing of it is left. */
MM_MUST_USE enum mm_code mm_temp_file_commit(struct mm_temp_file *f, struct mm_err *reterr);

/* Removes what is not committed. */
void mm_temp_file_discard(struct mm_temp_file *f);

#endif
