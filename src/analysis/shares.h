#ifndef MM_ANALYSIS_SHARES_H
#define MM_ANALYSIS_SHARES_H

#include "analysis/metric.h"
#include "base/arena.h"
#include "geo/kit.h"
#include "geo/topo_share.h"

/* What of a geometry lies in each polygon of a layer, measured in the map's system. For one thread. */
struct mm_shares;

/*
 * polygons  the layer, borrowed; rows of it that have no polygon have no part in it
 * ret       mm_shares_free it
 *
 * MM_E_INVALID  PROJ knows no way to the map's system
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_shares_new(const struct mm_layer *polygons, const char *definition,
				       struct mm_kit *kit, struct mm_arena *mem, struct mm_shares **ret,
				       struct mm_err *reterr);
void mm_shares_free(struct mm_shares *s); /* NULL allowed */

/* One polygon's part. */
struct mm_share {
	uint32_t row; /* of the polygon's layer */
	double part;  /* above 0 */
};

/*
 * Divides a geometry (geo/topo_share.h) among the polygons, of which the earlier row is the first.
 *
 * g         in the map's system
 * box       on the world square, that finds the polygons
 * ret       good until the next call
 *
 * MM_E_INVALID  GEOS gave up
 * MM_E_LIMIT    too many vertices of polygons meet the box
 * MM_E_BUSY     the deadline has passed
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_shares_of(struct mm_shares *s, const struct mm_geom *g,
				      const struct mm_world_box *box, int64_t deadline_ns,
				      const struct mm_share **ret, size_t *ret_count,
				      struct mm_topo_share *ret_sum, struct mm_err *reterr);

#endif
