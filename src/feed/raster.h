#ifndef MM_FEED_RASTER_H
#define MM_FEED_RASTER_H

#include "feed/cache.h"
#include "feed/definition.h"
#include "feed/vet.h"
#include "store/raster.h"

/*
 * Looks into the file that `raster:` of a definition names, in a walled-in child: size, place, system, and
 * which values are black and white. No pixel is kept.
 *
 * ret                      one reference, the caller's
 * MM_E_INVALID, MM_E_DATA  the definition or the file is at fault: where = "layers/x.yaml:3"
 * MM_E_LIMIT               it took too long or too much memory
 * MM_E_BUSY                stopped by stop_fd, or it changed while it was looked at
 * MM_E_IO                  the child cannot be started
 *
 * Cost: 0.1 s.
 */
MM_MUST_USE enum mm_code mm_raster_open(const struct mm_cache *cache, const struct mm_layer_def *def,
					const struct mm_vetted *vetted, int stop_fd, struct mm_raster **ret,
					struct mm_err *reterr);

/*
 * Reads a window of it, in a child of its own: bent into the plane of the window, by the nearest overview and
 * then bilinear. Where the raster has nothing, alpha is 0.
 *
 * cache    where the folder for it is made
 * stop_fd  the child is killed when this becomes readable; -1: none
 * max_s    wall clock, at least 1
 * rgba     room for 4 * width * height bytes: red, green, blue, alpha, row by row; colours not multiplied
 *
 * MM_E_INVALID  the window is too large, has no area, or its system has no way from the raster's
 * MM_E_LIMIT    too much of the file must be read for it, or it took too long or too much memory
 * MM_E_DATA     the file is broken; all of these name the layer
 * MM_E_BUSY     stopped by stop_fd, or the file has changed since it was looked into: soon it is again
 * MM_E_IO       the folder or the child cannot be made
 *
 * Cost: 0.06 s for the child; 1024 x 1024 pixels of an uncompressed file 0.05 s.
 */
MM_MUST_USE enum mm_code mm_raster_read(const struct mm_raster *r, const struct mm_cache *cache,
					const struct mm_raster_window *window, int stop_fd, unsigned max_s,
					unsigned char *rgba, struct mm_err *reterr);

#endif
