#include "api/out.h"
#include "api/rasters/block.h"
#include "base/clock.h"
#include "tile/grid_tile.h"

#include <string.h>

/* "/collections/{id}/map/tiles/{tms}/{tileMatrix}/{tileRow}/{tileCol}" (OGC 20-057 with 20-058): tiles of a
 * raster as pictures, in any of the map's grids. */

enum { READ_S = 25 };

static const struct mm_offer offers[MM_IMAGE_KINDS] = {
    [MM_IMAGE_PNG] = {"image/png", "png"},
    [MM_IMAGE_JPEG] = {"image/jpeg", "jpeg"},
};

/* The kind that is asked for; MM_BLOCK_AS_SUITS when the client takes one as gladly as the other. */
static enum mm_code read_kind(const struct mm_request *r, unsigned *ret, struct mm_err *reterr)
{
	const struct mm_offer turned[] = {offers[1], offers[0]};
	size_t first, second;
	enum mm_code rc = mm_negotiate(r, offers, MM_IMAGE_KINDS, &first, reterr);

	if (!rc)
		rc = mm_negotiate(r, turned, MM_IMAGE_KINDS, &second, reterr);
	if (!rc)
		*ret = first == 1 - second ? (unsigned)first : MM_BLOCK_AS_SUITS;
	return rc;
}

static enum mm_code find(const struct mm_catalog *c, const struct mm_request *r, struct mm_block_ask *ask,
			 struct mm_err *reterr)
{
	struct mm_grid_tile tile = {0};
	const struct mm_raster_info *info;
	enum mm_code rc;

	ask->raster = mm_catalog_find_raster(c, mm_request_arg(r, "id"));
	ask->grid = mm_catalog_find_grid(c, mm_request_arg(r, "tms"));
	if (!ask->raster)
		return mm_fail(reterr, MM_E_NOT_FOUND, "id",
			       "no raster of that id: /collections/{id}/tiles has the tiles of features");
	if (!ask->grid)
		return mm_fail(reterr, MM_E_NOT_FOUND, "tms",
			       "no tile matrix set of that id: see %s/tileMatrixSets", r->base_url);
	rc = mm_grid_tile_parse(ask->grid, mm_request_arg(r, "tileMatrix"), mm_request_arg(r, "tileRow"),
				mm_request_arg(r, "tileCol"), &tile, reterr);
	if (rc)
		return rc;
	info = mm_raster_info(ask->raster);
	if (tile.matrix->zoom < info->min_zoom || tile.matrix->zoom > info->max_zoom)
		return mm_fail(reterr, MM_E_NOT_FOUND, "tileMatrix",
			       "the raster is shown from zoom %u to %u only", info->min_zoom, info->max_zoom);
	ask->matrix = tile.matrix;
	ask->row = tile.row;
	ask->col = tile.col;
	return MM_OK;
}

static enum mm_code answer(struct mm_block_ask *ask, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	enum mm_image_kind kind = MM_IMAGE_PNG;
	enum mm_code rc;

	rs->etag = mm_out_etag(r, mm_raster_info(ask->raster)->identity,
			       mm_arena_printf(r->mem, "%s %s %u %u %u", ask->grid->id, ask->matrix->id,
					       ask->row, ask->col, ask->kind));
	if (rs->etag && mm_request_is_fresh(r, rs->etag))
		return MM_OK;
	rc = mm_block_tile(ask, &rs->body, &kind, reterr);
	rs->no_compress = true;
	return rc ? rc : mm_out_done(rs, offers[kind].media_type, reterr);
}

enum mm_code mm_api_raster_tile(void *ctx, const struct mm_request *r, struct mm_response *rs,
				struct mm_err *reterr)
{
	static const char *const known[] = {"f"};
	const struct mm_api *api = ctx;
	struct mm_block_ask ask = {
	    .api = api,
	    .pixels = {.cache = atomic_load(&api->exports),
		       .stop_fd = -1, /* others may wait for the same block */
		       .deadline_ns = mm_clock_mono_ns() + (int64_t)READ_S * 1000000000}};
	const struct mm_catalog *c = NULL;
	enum mm_code rc = mm_request_only(r, known, 1, reterr);

	if (!rc)
		rc = read_kind(r, &ask.kind, reterr);
	if (!rc)
		rc = mm_out_catalog(api, &c, reterr);
	if (!rc)
		rc = find(c, r, &ask, reterr);
	if (!rc)
		rc = answer(&ask, r, rs, reterr);
	(void)mm_catalog_unref(c);
	return rc;
}
