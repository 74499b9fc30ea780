#ifndef MM_ARCHIVE_INFO_H
#define MM_ARCHIVE_INFO_H

#include "geo/box.h"

#include <stddef.h>
#include <stdint.h>

/* What an archive of vector tiles says of itself. */
struct mm_archive_info {
	const char *name, *description, *attribution; /* UTF-8; "" when there is none */
	const char *vector_layers;                    /* JSON array as in TileJSON 3.0.0 */
	size_t vector_layers_len;
	struct mm_box box_deg; /* within -180..180 and the square's latitudes; never empty */
	double center_lon_deg, center_lat_deg;
	unsigned center_zoom, min_zoom, max_zoom;
};

/* What became of the tiles that were put. */
struct mm_archive_count {
	uint64_t tiles, entries, contents; /* entries: after joining runs; contents: different ones */
	uint64_t bytes;                    /* of the whole file */
};

#endif
