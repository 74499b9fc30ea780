#include "api/tile_set.h"
#include "base/clock.h"
#include "base/pool.h"

#include <string.h>

/* "/tiles/{layers}/{z}/{x}/{y}.mvt". */

enum { TILE_DEADLINE_MS = 5000 };

static enum mm_code make(const struct mm_api *api, const struct mm_tile_set *set, struct mm_tile_id id,
			 const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	struct mm_tile_maker *maker = mm_pool_take(api->makers);
	struct mm_tile_count count = {0};
	const struct mm_tile_ask ask = {
	    .layer = set->layer,
	    .layer_count = set->count,
	    .id = id,
	    .deadline_ns = mm_clock_mono_ns() + (int64_t)TILE_DEADLINE_MS * 1000000,
	};
	enum mm_code rc =
	    maker ? mm_tile_make(maker, &ask, &rs->body, &count, reterr) : mm_fail_nomem(reterr);

	mm_pool_give(api->makers, maker);
	if (rc)
		return rc;
	if (count.dropped)
		mm_response_header(rs, "X-Munimap-Dropped",
				   mm_arena_printf(r->mem, "%lu", (unsigned long)count.dropped));
	if (rs->body.len == 0) {
		rs->status = 204;
		return MM_OK;
	}
	return mm_out_done(rs, "application/vnd.mapbox-vector-tile", reterr);
}

enum mm_code mm_api_tile(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	static const char suffix[] = ".mvt";
	const char *last = mm_out_segment(r, 4);
	const char *y = mm_arena_text(r->mem, last, strlen(last) - (sizeof(suffix) - 1));
	struct mm_tile_set set = {0};
	struct mm_tile_id id = {0};
	enum mm_code rc = mm_request_only(r, NULL, 0, reterr);

	if (!rc)
		rc = y ? mm_tile_id_parse(mm_out_segment(r, 2), mm_out_segment(r, 3), y, &id, reterr)
		       : mm_fail_nomem(reterr);
	if (!rc)
		rc = mm_out_catalog(ctx, &set.catalog, reterr);
	if (rc)
		return rc;
	rc = mm_tile_set_find(&set, r, mm_out_segment(r, 1), reterr);
	if (!rc) {
		rs->etag = mm_out_etag(r, mm_tile_set_version(&set), r->path);
		if (!rs->etag)
			rc = mm_fail_nomem(reterr);
		else if (!mm_request_is_fresh(r, rs->etag))
			rc = make(ctx, &set, id, r, rs, reterr);
	}
	(void)mm_catalog_unref(set.catalog);
	return rc;
}
