#include "api/tiles/tile_answer.h"

#include <string.h>

/* "/tiles/{layers}/{z}/{x}/{y}" in the encoding that its ending, f= or Accept names. */

/* The encoding; *ret_y is the last segment without its ending. */
static enum mm_code read_encoding(const struct mm_request *r, enum mm_tile_encoding *ret, const char **ret_y,
				  struct mm_err *reterr)
{
	static const char *const known[] = {MM_TILE_PARAMS, "f"};
	const char *last = mm_out_segment(r, 4), *dot = strrchr(last, '.');
	size_t chosen = 0;
	enum mm_code rc = mm_request_only(r, known, MM_TILE_PARAM_COUNT + !dot, reterr);

	if (rc)
		return rc;
	while (dot && chosen < MM_TILE_OFFERS && strcmp(dot + 1, mm_tile_offers[chosen].f) != 0)
		chosen++;
	if (chosen == MM_TILE_OFFERS)
		return mm_fail(reterr, MM_E_NOT_FOUND, "y", "tiles end in .mvt or .mlt");
	if (!dot)
		rc = mm_negotiate(r, mm_tile_offers, MM_TILE_OFFERS, &chosen, reterr);
	if (rc)
		return rc;
	*ret_y = dot ? mm_arena_text(r->mem, last, (size_t)(dot - last)) : last;
	*ret = (enum mm_tile_encoding)chosen;
	return *ret_y ? MM_OK : mm_fail_nomem(reterr);
}

enum mm_code mm_api_tile(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	enum mm_tile_encoding encoding = MM_TILE_MVT;
	struct mm_tile_set set = {0};
	struct mm_tile_id id = {0};
	const char *y = "";
	const uint64_t turn = mm_catalog_turn(api->catalog);
	enum mm_code rc = read_encoding(r, &encoding, &y, reterr);

	if (!rc)
		rc = mm_tile_id_parse(mm_out_segment(r, 2), mm_out_segment(r, 3), y, &id, reterr);
	if (!rc)
		rc = mm_out_catalog(api, &set.catalog, reterr);
	if (rc)
		return rc;
	rc = mm_tile_set_find(&set, r, mm_out_segment(r, 1), reterr);
	if (!rc)
		rc = mm_tile_answer(api,
				    &(struct mm_tile_question){
					.set = &set,
					.id = id,
					.encoding = encoding,
					/* without an ending, it is Accept that tells what the path means */
					.turn = y != mm_out_segment(r, 4) ? turn : 0,
				    },
				    r, rs, reterr);
	(void)mm_catalog_unref(set.catalog);
	return rc;
}
