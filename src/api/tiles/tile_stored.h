#ifndef MM_API_TILE_STORED_H
#define MM_API_TILE_STORED_H

#include "api/tiles/tile_answer.h"

/* Tiles as archives have them. One that is no vector tile is never sent: MM_E_DATA names archive and tile. */

/* Puts the tiles of the set's archives behind what was made: one behind the other they are one tile. */
MM_MUST_USE enum mm_code mm_tile_stored_join(const struct mm_tile_question *q, struct mm_buf *tile,
					     struct mm_err *reterr);

/* The tile of the one archive of the set: packed by gzip or plain, as it is stored where that is the same.
 *
 * stored, other  empty buffers
 * ret            which of them has the tile; empty: there is none */
MM_MUST_USE enum mm_code mm_tile_stored_fetch(const struct mm_tile_question *q, bool as_gzip,
					      struct mm_buf *stored, struct mm_buf *other,
					      struct mm_buf **ret, struct mm_err *reterr);

#endif
