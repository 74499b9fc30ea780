#ifndef MM_FEED_FREEZE_IN_H
#define MM_FEED_FREEZE_IN_H

#include "feed/cache.h"
#include "feed/freeze.h"

/* mm_freeze with a cache that is open and a way to stop: for the loader.
 *
 * stop_fd     see mm_child_run
 * MM_E_BUSY   stopped, or the source changed while it was read: look again when it is still */
MM_MUST_USE enum mm_code mm_freeze_in(const struct mm_cache *cache, const struct mm_map_def *map,
				      const struct mm_layer_def *def, int stop_fd,
				      struct mm_freeze_result *ret, struct mm_err *reterr);

#endif
