#ifndef MM_GEO_TOPO_SHARE_H
#define MM_GEO_TOPO_SHARE_H

#include "geo/topo_relate.h"

/* How a geometry is divided among polygons. */
struct mm_topo_share {
	double whole;      /* the sum of the parts and of what is outside, but for rounding */
	double outside;    /* what lies in none of the polygons; 0 where it is not more than rounding */
	bool is_contested; /* a part of it lies in several polygons, or on the border of several */
};

/*
 * Measures what part of a geometry lies in each of some polygons: of polygons the area, of lines the length,
 * of points the number; of a collection only what has its highest dimension counts, and what has neither
 * length nor area is one point. What lies in several polygons, or on their common border, is the first one's
 * alone; a line that runs over itself counts as often as it does. Parts of less than a ten-millionth of the
 * whole are taken for rounding, and are 0.
 *
 * g         valid, not EMPTY
 * in        polygons made ready with the same context
 * ret_part  `count` entries
 *
 * MM_E_INVALID  a coordinate is not a number below 1e9 in size, or GEOS gave up
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_topo_share(struct mm_topo *t, const struct mm_geom *g,
				       const struct mm_topo_shape *const *in, size_t count, double *ret_part,
				       struct mm_topo_share *ret, struct mm_err *reterr);

#endif
