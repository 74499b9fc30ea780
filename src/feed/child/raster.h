#ifndef MM_FEED_CHILD_RASTER_H
#define MM_FEED_CHILD_RASTER_H

#include "base/buf.h"
#include "feed/child/gdal.h"
#include "feed/raster_job.h"
#include "geo/crs.h"

#include <gdal.h>

/*
 * Does the job of a raster: what a look finds goes into `found`, the pixels of a window into job->out.
 *
 * MM_E_DATA     it cannot be opened or read
 * MM_E_INVALID  it has no place, no system, or values that are no picture; where is "" or a line of the YAML
 * MM_E_LIMIT    too large, or too much of it must be read
 * MM_E_IO       the pixels cannot be written
 */
MM_MUST_USE enum mm_code mm_child_raster(const struct mm_job *job, const struct mm_gdal_log *log,
					 struct mm_buf *found, struct mm_err *reterr);

/* ---- private to raster*.c ---- */

enum { MM_RASTER_BANDS = 3 };

/* An opened raster. */
struct mm_raster_file {
	const struct mm_job *job;
	const struct mm_gdal_log *log;
	GDALDatasetH dataset;
	int width, height;
	double place[6], inverse[6]; /* pixels to its system, and back (GDAL's geotransform) */
	int band[MM_RASTER_BANDS];   /* numbers of red, green, blue; of grey the first alone */
	int band_count;              /* 1 or 3 */
	GDALColorTableH palette;     /* NULL: none */
	bool is_opaque;
	bool is_bytes; /* values are drawn as they are; else by the range */
	double range[2];
};

/* Pixels of a part of the raster, as colours times alpha, 0..255 each. */
struct mm_raster_part {
	int x, y, width, height;         /* of the raster */
	int buffer_width, buffer_height; /* what it was brought to */
	unsigned char *rgba;             /* owned: free() */
};

/* Reads a part at the size that buffer_* ask for; rgba is set when it succeeds. raster_read.c
 *
 * MM_E_LIMIT  more of the file than is sane, for want of overviews */
MM_MUST_USE enum mm_code mm_raster_file_read(const struct mm_raster_file *f, struct mm_raster_part *part,
					     struct mm_err *reterr);

/* Writes the window. raster_warp.c */
MM_MUST_USE enum mm_code mm_raster_file_warp(const struct mm_raster_file *f, const struct mm_raster_job *x,
					     struct mm_err *reterr);

#endif
