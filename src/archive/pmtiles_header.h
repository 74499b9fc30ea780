#ifndef MM_ARCHIVE_PMTILES_HEADER_H
#define MM_ARCHIVE_PMTILES_HEADER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MM_PMTILES_HEADER_BYTES = 127 };

/* How bytes are packed (PMTiles specification v3, clause 3.3). */
enum mm_pmtiles_packing {
	MM_PMTILES_PACKING_UNKNOWN,
	MM_PMTILES_PLAIN,
	MM_PMTILES_GZIP,
	MM_PMTILES_BROTLI,
	MM_PMTILES_ZSTD
};
enum { MM_PMTILES_TYPE_MVT = 1, MM_PMTILES_TYPE_MLT = 6 };

struct mm_pmtiles_section {
	uint64_t offset, length;
};

/* The header of an archive (PMTiles specification v3, clause 3). */
struct mm_pmtiles_header {
	struct mm_pmtiles_section root, metadata, leaves, tiles;
	uint64_t tile_count, entry_count, content_count; /* 0: not known */
	bool clustered;
	uint8_t packing, tile_packing, tile_type; /* of directories and metadata; of tiles */
	uint8_t min_zoom, max_zoom, center_zoom;
	int32_t min_lon_e7, min_lat_e7, max_lon_e7, max_lat_e7, center_lon_e7, center_lat_e7;
};

void mm_pmtiles_header_write(const struct mm_pmtiles_header *h, unsigned char ret[MM_PMTILES_HEADER_BYTES]);

/*
 * Reads the first n bytes of a file of `file_bytes` and verifies them as untrusted input: magic, version,
 * that all sections lie inside the file and the root directory in its first 16 KiB, zooms, coordinates, and
 * that directories are packed in a way we can read.
 *
 * MM_E_DATA  not an archive, another version, cut off or damaged; where stays ""
 */
MM_MUST_USE enum mm_code mm_pmtiles_header_read(const unsigned char *bytes, size_t n, uint64_t file_bytes,
						struct mm_pmtiles_header *ret, struct mm_err *reterr);

#endif
