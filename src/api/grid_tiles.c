#include "api/tileset.h"
#include "base/clock.h"
#include "base/pool.h"

#include <string.h>

/*
 * "/tiles/{tms}/{tileMatrix}/{tileRow}/{tileCol}" and the same below "/collections/{id}" (OGC 20-057, clause
 * 7): row before column, and no suffix: that is how the route table tells them from XYZ tiles.
 */

enum { TILE_DEADLINE_MS = 5000 };

/* The one place where these routes have a tile made. */
static enum mm_code make(const struct mm_api *api, const struct mm_tileset *t, struct mm_grid_tile *tile,
			 struct mm_buf *out, struct mm_tile_count *count, struct mm_err *reterr)
{
	bool is_world = t->grid->kind == MM_TMS_MERCATOR;
	const struct mm_tile_ask ask = {
	    .layer = t->set.layer,
	    .layer_count = t->set.count,
	    .id = {.z = tile->matrix->zoom, .x = is_world ? tile->col : 0, .y = is_world ? tile->row : 0},
	    .grid = is_world ? NULL : tile,
	    .deadline_ns = mm_clock_mono_ns() + (int64_t)TILE_DEADLINE_MS * 1000000,
	};
	struct mm_tile_maker *maker = mm_pool_take(api->makers);
	struct mm_kit *kit = NULL;
	enum mm_code rc = maker ? mm_kits_take(api->kits, &kit, reterr) : mm_fail_nomem(reterr);

	if (!rc) {
		tile->proj = kit->proj;
		rc = mm_tile_make(maker, &ask, out, count, reterr);
		tile->proj = NULL;
	}
	mm_kits_give(api->kits, kit);
	mm_pool_give(api->makers, maker);
	return rc;
}

static enum mm_code answer(const struct mm_api *api, const struct mm_tileset *t, struct mm_grid_tile *tile,
			   const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	struct mm_tile_count count = {0};
	enum mm_code rc;

	rs->etag = mm_out_etag(r, mm_tile_set_version(&t->set) ^ mm_tile_matrix_set_hash(t->grid), r->path);
	if (!rs->etag)
		return mm_fail_nomem(reterr);
	if (mm_request_is_fresh(r, rs->etag))
		return MM_OK;
	rc = make(api, t, tile, &rs->body, &count, reterr);
	if (rc)
		return rc;
	if (count.dropped)
		mm_response_header(rs, "X-Munimap-Dropped",
				   mm_arena_printf(r->mem, "%lu", (unsigned long)count.dropped));
	if (rs->body.len == 0) {
		rs->status = 204;
		return MM_OK;
	}
	return mm_out_done(rs, MM_TYPE_MVT_MEDIA, reterr);
}

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
	static const char *const known[] = {"f", "collections"};
	static const struct mm_offer offers[] = {{MM_TYPE_MVT_MEDIA, "mvt"},
						 {"application/x-protobuf", "mvt"}};
	struct mm_tileset t = {0};
	struct mm_grid_tile tile = {0};
	bool is_xyz = false;
	size_t chosen;
	enum mm_code rc = is_layers(ctx, r, &is_xyz, reterr);

	if (!rc && is_xyz)
		return mm_api_tile(ctx, r, rs, reterr);
	if (!rc)
		rc = mm_request_only(r, known, mm_request_arg(r, "id") ? 1 : 2, reterr);

	if (!rc)
		rc = mm_negotiate(r, offers, 2, &chosen, reterr);
	if (!rc)
		rc = mm_tileset_open(&t, ctx, r, reterr);
	if (!rc)
		rc = parse(&t, r, &tile, reterr);
	if (!rc)
		rc = answer(ctx, &t, &tile, r, rs, reterr);
	mm_tileset_close(&t);
	return rc;
}
