#ifndef MM_API_RASTERS_BLOCK_H
#define MM_API_RASTERS_BLOCK_H

#include "api/api.h"
#include "api/rasters/pixels.h"
#include "base/shared.h"
#include "geo/tile_matrix_set.h"
#include "print/sheet/image.h"

/*
 * Tiles of a raster are made by the block, so that a child is started once for a screen and not for each
 * tile: some tiles a side of one matrix, cut and packed, kept in the cache of tiles as one.
 */
enum { MM_BLOCK_SIDE = 4, MM_BLOCK_AS_SUITS = MM_IMAGE_KINDS };

/* One tile. All borrowed. */
struct mm_block_ask {
	const struct mm_api *api;
	struct mm_raster *raster;
	const struct mm_tile_matrix_set *grid;
	const struct mm_tile_matrix *matrix;
	uint32_t row, col;
	unsigned kind; /* enum mm_image_kind, or MM_BLOCK_AS_SUITS */
	struct mm_pixels pixels;
};

/*
 * The tile as a file.
 *
 * out       it is appended here
 * ret_kind  what it is
 *
 * MM_E_BUSY  another request has been making it for too long; else as mm_raster_read (feed/raster.h)
 */
MM_MUST_USE enum mm_code mm_block_tile(struct mm_block_ask *ask, struct mm_buf *out,
				       enum mm_image_kind *ret_kind, struct mm_err *reterr);

#endif
