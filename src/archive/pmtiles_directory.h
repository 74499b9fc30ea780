#ifndef MM_ARCHIVE_PMTILES_DIRECTORY_H
#define MM_ARCHIVE_PMTILES_DIRECTORY_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* One entry of a directory: tiles `id` to id + run - 1 are all the same bytes; run 0: a leaf directory, which
 * begins with tile `id`. */
struct mm_pmtiles_entry {
	uint64_t id, offset; /* offset within the tile data, or within the leaf directories */
	uint32_t length, run;
};

/* Appends a directory before compression (PMTiles specification v3, clause 4.2). Entries in the order of
 * their ids. */
void mm_pmtiles_directory_put(const struct mm_pmtiles_entry *entry, size_t count, struct mm_buf *out);

/* What entries may name. */
struct mm_pmtiles_limits {
	uint64_t tiles, leaves; /* bytes of the two sections */
	uint64_t first, end;    /* ids from first to end - 1 */
};

/*
 * Reads a directory after decompression, as untrusted input: ids ascend and runs do not overlap, all is
 * within the limits, no length is 0, and nothing follows.
 *
 * ret  ret_count entries; the caller frees them. NULL when there are none
 *
 * MM_E_DATA   damaged
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_pmtiles_directory_parse(const unsigned char *bytes, size_t n,
						    const struct mm_pmtiles_limits *limits,
						    struct mm_pmtiles_entry **ret, size_t *ret_count,
						    struct mm_err *reterr);

/* The entry whose run holds an id, or the leaf directory that may; NULL: there is none. */
const struct mm_pmtiles_entry *mm_pmtiles_directory_find(const struct mm_pmtiles_entry *entry, size_t count,
							 uint64_t id);

#endif
