#ifndef MM_ANALYSIS_METRIC_H
#define MM_ANALYSIS_METRIC_H

#include "geo/crs.h"
#include "store/layer.h"

/* The rows of a layer in the map's own metric system, in which lengths and areas are measured. */
struct mm_metric {
	const struct mm_layer *layer;
	const struct mm_transform *to_deg, *to_map; /* both NULL: the layer is in that system */
	double *xy;                                 /* of one row */
	size_t cap;
};

/*
 * layer       borrowed
 * definition  of the map's system
 *
 * MM_E_INVALID  PROJ knows no way
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_metric_init(struct mm_metric *m, const struct mm_layer *layer,
					const char *definition, struct mm_proj *proj, struct mm_err *reterr);
void mm_metric_release(struct mm_metric *m); /* also of one that is {0} */

/* True when coordinates pass unchanged. */
bool mm_metric_is_own(const struct mm_metric *m);

/*
 * The valid geometry of a row, vertex by vertex in the map's system; good until the next call.
 *
 * MM_E_NOT_FOUND  the row has no geometry, or it has no place in that system; not recorded in words
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_metric_geom(struct mm_metric *m, uint32_t row, struct mm_geom *ret);

#endif
