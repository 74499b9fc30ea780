#ifndef MM_FEED_READY_TILES_H
#define MM_FEED_READY_TILES_H

#include "feed/vet.h"
#include "store/tile_archive.h"

/* Opens the archive that `tiles:` of a definition names, by the real path that was vetted.
 *
 * MM_E_INVALID, MM_E_DATA  the definition or the archive is at fault: where = "layers/x.yaml:3"
 * MM_E_BUSY                it changed while it was opened
 * else                     as mm_archive_reader_new */
MM_MUST_USE enum mm_code mm_ready_tiles_open(const struct mm_layer_def *def, const struct mm_vetted *vetted,
					     struct mm_tile_archive **ret, struct mm_err *reterr);

#endif
