#ifndef MM_API_TILE_ANSWER_H
#define MM_API_TILE_ANSWER_H

#include "api/tiles/tile_filter.h"

/* A tile that was asked for, whatever the route. All is borrowed. */
struct mm_tile_question {
	const struct mm_tile_set *set;
	struct mm_tile_id id;
	struct mm_grid_tile
	    *grid; /* a tile of another grid; NULL: of the world square. Its `proj` is filled in */
	enum mm_tile_encoding encoding;
	uint64_t turn; /* of the catalog, read before the set was found: a path without parameters is
			  remembered for it (tile_paths.h); 0: it is not */
};

/*
 * Answers with the tile, from the cache where it is there: entity tag from its content, 304 where the client
 * has it, 204 when it is empty, packed as the client takes it. Tiles of an archive alone go out as they are
 * stored, to a client that takes gzip; joined with others, archives are unpacked and put behind them. Reads
 * the parameters that all tiles have:
 *
 * properties=a,b  only these fields
 * filter=...      only the features for which it is true; so with bbox= and datetime= (tile_filter.h)
 * explain=1       JSON that says what the tile took instead of the tile
 *
 * MM_E_INVALID    properties= names a field that no layer has, or is asked of an archive, as explain= is; a
 *                 condition does not fit
 * MM_E_NOT_FOUND  an archive has tiles in another encoding or grid
 * MM_E_DATA       an archive is damaged
 * MM_E_BUSY       an archive is being written to, or the deadline has passed
 */
MM_MUST_USE enum mm_code mm_tile_answer(const struct mm_api *api, const struct mm_tile_question *q,
					const struct mm_request *r, struct mm_response *rs,
					struct mm_err *reterr);

/* What would be wrong in each tile of a set, but for conditions (tile_filter.h): for what gives out their
 * addresses. */
MM_MUST_USE enum mm_code mm_tile_check(const struct mm_tile_question *q, const struct mm_request *r,
				       struct mm_err *reterr);

/* Media types of tiles by enum mm_tile_encoding, for mm_negotiate. */
extern const struct mm_offer mm_tile_offers[];
enum { MM_TILE_OFFERS = 2 };

/* The parameters that mm_tile_answer reads, for mm_request_only. */
#define MM_TILE_PARAMS "properties", "explain", MM_TILE_FILTER_PARAMS
enum { MM_TILE_PARAM_COUNT = 8 };

/* Makes a tile with a maker of the pool, and with a kit of PROJ when it is one of another grid: `grid` is
 * that of `ask`. */
MM_MUST_USE enum mm_code mm_tile_make_by(const struct mm_api *api, const struct mm_tile_ask *ask,
					 struct mm_grid_tile *grid, struct mm_buf *out,
					 struct mm_tile_count *count, struct mm_err *reterr);

/* explain=1 (tile_explain.c): makes the tile that was asked for, and says what it took and what became of
 * every row whose box meets it. `ask` has the layers of the question's set. */
MM_MUST_USE enum mm_code mm_tile_explain(const struct mm_api *api, const struct mm_tile_question *q,
					 const struct mm_tile_ask *ask, struct mm_arena *mem,
					 struct mm_response *rs, struct mm_err *reterr);

#endif
