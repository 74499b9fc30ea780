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

#endif
