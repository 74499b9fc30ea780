#include "api/tile_set.h"
#include "base/clock.h"
#include "base/pool.h"

#include <string.h>

/* "/tiles/{layers}/{z}/{x}/{y}" in the encoding that its ending, f= or Accept names. */

enum { TILE_DEADLINE_MS = 5000 };

static const struct mm_offer offers[] = {
    [MM_TILE_MVT] = {"application/vnd.mapbox-vector-tile", "mvt"},
    [MM_TILE_MLT] = {"application/vnd.maplibre-tile", "mlt"},
};

enum { OFFERS = sizeof(offers) / sizeof(offers[0]) };

static enum mm_code make(const struct mm_api *api, const struct mm_tile_set *set, struct mm_tile_id id,
			 enum mm_tile_encoding encoding, const struct mm_request *r, struct mm_response *rs,
			 struct mm_err *reterr)
{
	struct mm_tile_maker *maker = mm_pool_take(api->makers);
	struct mm_tile_count count = {0};
	const struct mm_tile_ask ask = {
	    .layer = set->layer,
	    .is_label = set->is_label,
	    .layer_count = set->count,
	    .id = id,
	    .encoding = encoding,
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
	return mm_out_done(rs, offers[encoding].media_type, reterr);
}

/* The encoding; *ret_y is the last segment without its ending. */
static enum mm_code read_encoding(const struct mm_request *r, enum mm_tile_encoding *ret, const char **ret_y,
				  struct mm_err *reterr)
{
	static const char *const known[] = {"f"};
	const char *last = mm_out_segment(r, 4), *dot = strrchr(last, '.');
	size_t chosen = 0;
	enum mm_code rc = mm_request_only(r, known, dot ? 0 : 1, reterr);

	if (rc)
		return rc;
	while (dot && chosen < OFFERS && strcmp(dot + 1, offers[chosen].f) != 0)
		chosen++;
	if (chosen == OFFERS)
		return mm_fail(reterr, MM_E_NOT_FOUND, "y", "tiles end in .mvt or .mlt");
	if (!dot)
		rc = mm_negotiate(r, offers, OFFERS, &chosen, reterr);
	if (rc)
		return rc;
	*ret_y = dot ? mm_arena_text(r->mem, last, (size_t)(dot - last)) : last;
	*ret = (enum mm_tile_encoding)chosen;
	return *ret_y ? MM_OK : mm_fail_nomem(reterr);
}

static const char *etag_of(const struct mm_request *r, const struct mm_tile_set *set,
			   enum mm_tile_encoding encoding)
{
	const char *more = mm_arena_printf(r->mem, "%s %s", r->path, offers[encoding].f);

	return more ? mm_out_etag(r, mm_tile_set_version(set), more) : NULL;
}

enum mm_code mm_api_tile(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	enum mm_tile_encoding encoding = MM_TILE_MVT;
	struct mm_tile_set set = {0};
	struct mm_tile_id id = {0};
	const char *y = "";
	enum mm_code rc = read_encoding(r, &encoding, &y, reterr);

	if (!rc)
		rc = mm_tile_id_parse(mm_out_segment(r, 2), mm_out_segment(r, 3), y, &id, reterr);
	if (!rc)
		rc = mm_out_catalog(ctx, &set.catalog, reterr);
	if (rc)
		return rc;
	rc = mm_tile_set_find(&set, r, mm_out_segment(r, 1), reterr);
	if (!rc) {
		rs->etag = etag_of(r, &set, encoding);
		if (!rs->etag)
			rc = mm_fail_nomem(reterr);
		else if (!mm_request_is_fresh(r, rs->etag))
			rc = make(ctx, &set, id, encoding, r, rs, reterr);
	}
	(void)mm_catalog_unref(set.catalog);
	return rc;
}
