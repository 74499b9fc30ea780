#ifndef MM_GEO_TOPO_RELATE_H
#define MM_GEO_TOPO_RELATE_H

#include "geo/topo.h"

/* How geometries lie to each other (OGC 06-103r4, 6.1.15; DE-9IM), in the plane of their coordinates. */
enum mm_relation {
	MM_RELATION_INTERSECTS,
	MM_RELATION_EQUALS,
	MM_RELATION_DISJOINT,
	MM_RELATION_TOUCHES,
	MM_RELATION_WITHIN,
	MM_RELATION_OVERLAPS,
	MM_RELATION_CROSSES,
	MM_RELATION_CONTAINS
};

/* A geometry made ready to be compared with many others (GEOS prepared geometry). Belongs to the context. */
struct mm_topo_shape;

/*
 * ret  mm_topo_shape_free it, with the same context
 *
 * MM_E_INVALID  a coordinate is not a number below 1e9 in size, or GEOS gave up
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_topo_shape_new(struct mm_topo *t, const struct mm_geom *g,
					   struct mm_topo_shape **ret, struct mm_err *reterr);
void mm_topo_shape_free(struct mm_topo *t, struct mm_topo_shape *s); /* NULL allowed */

/*
 * Whether `g` stands in the relation to `other`: "g lies WITHIN other". `g` is valid, as mm_layer_geom_valid
 * gives it.
 *
 * Returns 1, 0, or -1 where it cannot be told: NULL and EMPTY, past the deadline (mm_topo_is_late), and for a
 * collection of several dimensions all but INTERSECTS and DISJOINT.
 */
int mm_topo_relate(struct mm_topo *t, const struct mm_geom *g, enum mm_relation r,
		   const struct mm_topo_shape *other);

/* The same of two that are ready. */
int mm_topo_relate_shapes(struct mm_topo *t, const struct mm_topo_shape *s, enum mm_relation r,
			  const struct mm_topo_shape *other);

#endif
