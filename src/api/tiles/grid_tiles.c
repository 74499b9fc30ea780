#include "api/tiles/tile_answer.h"
#include "api/tiles/tileset.h"

#include <string.h>

/*
 * "/tiles/{tms}/{tileMatrix}/{tileRow}/{tileCol}" and the same below "/collections/{id}" (OGC 20-057, clause
 * 7): row before column, and no suffix: that is how the route table tells them from XYZ tiles.
 */

/* The address; Web Mercator tiles end where the map's own zooms do. */
static enum mm_code parse(const struct mm_tileset *t, const struct mm_request *r, struct mm_grid_tile *ret,
			  struct mm_err *reterr)
{
	enum mm_code rc =
	    mm_grid_tile_parse(t->grid, mm_request_arg(r, "tileMatrix"), mm_request_arg(r, "tileRow"),
			       mm_request_arg(r, "tileCol"), ret, reterr);

	if (!rc && t->grid->kind == MM_TMS_MERCATOR && ret->matrix - t->grid->matrix > MM_TILE_MAX_ZOOM)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "tileMatrix", "there are no tiles beyond zoom %d",
			     MM_TILE_MAX_ZOOM);
	return rc;
}

static enum mm_code answer(const struct mm_api *api, const struct mm_tileset *t, struct mm_grid_tile *tile,
			   enum mm_tile_encoding encoding, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	bool is_world = t->grid->kind == MM_TMS_MERCATOR;
	const struct mm_tile_question q = {
	    .set = &t->set,
	    .id = {.z = tile->matrix->zoom, .x = is_world ? tile->col : 0, .y = is_world ? tile->row : 0},
	    .grid = is_world ? NULL : tile,
	    .encoding = encoding,
	};

	return mm_tile_answer(api, &q, r, rs, reterr);
}

/* "/tiles/a,b/3/4/2" without an ending has the form of these addresses: what names no tile matrix set is a
 * list of layers. */
static enum mm_code is_layers(const struct mm_api *api, const struct mm_request *r, bool *ret,
			      struct mm_err *reterr)
{
	const struct mm_catalog *c = NULL;
	enum mm_code rc = mm_out_catalog(api, &c, reterr);

	if (rc)
		return rc;
	*ret = !mm_request_arg(r, "id") && !mm_catalog_find_grid(c, mm_request_arg(r, "tms"));
	(void)mm_catalog_unref(c);
	return MM_OK;
}

enum mm_code mm_api_grid_tile(void *ctx, const struct mm_request *r, struct mm_response *rs,
			      struct mm_err *reterr)
{
	static const char *const known[] = {MM_TILE_PARAMS, "f", "collections"};
	static const struct mm_offer offers[] = {
	    {MM_TYPE_MVT_MEDIA, "mvt"}, {MM_TYPE_MLT_MEDIA, "mlt"}, {"application/x-protobuf", "mvt"}};
	struct mm_tileset t = {0};
	struct mm_grid_tile tile = {0};
	bool is_xyz = false;
	size_t chosen;
	enum mm_code rc = is_layers(ctx, r, &is_xyz, reterr);

	if (!rc && is_xyz)
		return mm_api_tile(ctx, r, rs, reterr);
	if (!rc)
		rc = mm_request_only(r, known, MM_TILE_PARAM_COUNT + (mm_request_arg(r, "id") ? 1 : 2),
				     reterr);

	if (!rc)
		rc = mm_negotiate(r, offers, 3, &chosen, reterr);
	if (!rc)
		rc = mm_tileset_open(&t, ctx, r, reterr);
	if (!rc)
		rc = parse(&t, r, &tile, reterr);
	if (!rc)
		rc = answer(ctx, &t, &tile, chosen == 1 ? MM_TILE_MLT : MM_TILE_MVT, r, rs, reterr);
	mm_tileset_close(&t);
	return rc;
}
