#ifndef MM_GEO_TOPO_SHARE_PRIVATE_H
#define MM_GEO_TOPO_SHARE_PRIVATE_H

#include "geo/topo_private.h"
#include "geo/topo_share.h"

/* One geometry that is being divided, shared by topo_share.c and topo_share_line.c; nobody else includes it.
 */
struct mm_share_job {
	struct mm_topo *t;
	const struct mm_topo_shape *const *in;
	size_t count;
	double least;              /* parts up to this are rounding */
	double *part;              /* what is found, added to */
	struct mm_topo_share *sum; /* likewise */
};

/* Of a geometry whose highest dimension is that of lines. False: GEOS failed, or no memory. */
bool mm_share_lines(struct mm_share_job *j, const struct mm_geom *g);

#endif
