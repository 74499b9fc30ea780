#ifndef MM_API_EVENTS_H
#define MM_API_EVENTS_H

#include "api/api.h"

/*
 * Tells those who listen to /events what a publishing has changed: for each layer that is new, gone, or has
 * other tiles an event "layer":
 *
 *     {"layer": id, "version": hex or null, "bbox": [w, s, e, n] or null, "boxes": [[w, s, e, n], ...]}
 *
 * in degrees, rounded outwards. `version` is that of /map.json, null when the layer is gone; `bbox` is around
 * all boxes, of which there are at most 64; no boxes: no tile has changed. They are those of all zooms: some
 * may be of what stands for a feature far out only (a cluster, the dot of a block of houses). Of tiles with
 * conditions they say less: clusters of what matches may change elsewhere, too.
 *
 * Who listens with a condition (listener.h) is not told what is nothing to it.
 *
 * before  what was current; NULL: nothing, and nobody is told anything
 *
 * Threads: the one that publishes. What cannot be told for want of memory is not told.
 */
void mm_api_tell(const struct mm_api *api, const struct mm_catalog *before, const struct mm_catalog *after);

#endif
