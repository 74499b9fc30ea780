#ifndef MM_FEED_EXPORT_H
#define MM_FEED_EXPORT_H

#include "base/buf.h"
#include "base/err.h"
#include "feed/cache.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Files for other programs, written by GDAL: in a walled-in child, as sources are read (freeze.h). The child
 * is handed the snapshot and the rows, and writes in a folder of its own; what is given back is an open file
 * without a name, so that nothing stays behind whatever happens.
 */
enum mm_export_format {
	MM_EXPORT_FGB,  /* FlatGeobuf */
	MM_EXPORT_GPKG, /* GeoPackage */
	MM_EXPORT_SHP,  /* Shapefiles in a zip, one for each kind of geometry that occurs */
	MM_EXPORT_TAB,  /* MapInfo TAB, the same */
	MM_EXPORT_DXF,  /* lines, points and outlines, no attributes; a system in metres */
	MM_EXPORT_XLSX, /* a sheet; columns X and Y of points, else WKT */
	MM_EXPORT_FORMAT_COUNT
};

struct mm_export {
	const struct mm_layer *layer;
	const uint32_t *row; /* in the order of the file */
	uint32_t count;
	const bool *leaves_out; /* of each field; NULL: none. Hidden ones are left out anyway */
	enum mm_export_format format;
	const char *crs;      /* definition of the system to give (geo/crs.h); x is east in all files */
	const char *encoding; /* of Shapefile and TAB: "UTF-8" or "CP1251" */
	const char *lang;     /* of titles: "ru" or "en" */
	bool keeps_order;     /* no index in FlatGeobuf, which has an order of its own */
	uint64_t max_bytes;   /* of one file; 0: 8 GiB */
	unsigned max_s;       /* 0: 1200 */
};

/* An open file that has no name. */
struct mm_export_file {
	int fd; /* the caller's, at its beginning */
	uint64_t size;
	uint32_t left_out; /* rows without geometry, of formats that have no place for them */
};

/*
 * Writes the rows.
 *
 * cache    where the folder for it is made
 * stop_fd  the child is killed when this becomes readable; -1: none
 *
 * MM_E_INVALID  the format cannot hold it (too many rows or columns, a system in degrees)
 * MM_E_LIMIT    the file is larger, or takes longer or more memory, than allowed
 * MM_E_BUSY     stopped by stop_fd
 * MM_E_IO       the folder or the child cannot be made, the disk is full
 * MM_E_INTERNAL GDAL failed or crashed
 *
 * Cost: 0.1 s for the child; a million polygons as FlatGeobuf 1 s, as GeoPackage 8 s,
 * as a sheet 30 s.
 */
MM_MUST_USE enum mm_code mm_export_run(const struct mm_export *e, const struct mm_cache *cache, int stop_fd,
				       struct mm_export_file *ret, struct mm_err *reterr);

#endif
