#ifndef MM_API_RASTERS_PIXELS_H
#define MM_API_RASTERS_PIXELS_H

#include "feed/cache.h"
#include "print/plot/plot.h"

#include <stdint.h>

/* Where the renderer of plans has the pixels of rasters from, for one request or job. Borrowed. */
struct mm_pixels {
	const struct mm_cache *cache; /* NULL: not yet there, which is an error of the first read */
	int stop_fd;                  /* reading ends when this is readable; -1: none */
	int64_t deadline_ns;          /* monotonic clock; 0: none */
};

/* The reader itself: a child for each window (feed/raster.h). Lives as long as `p`. */
struct mm_plot_pixels mm_pixels_reader(struct mm_pixels *p);

#endif
