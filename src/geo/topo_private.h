#ifndef MM_GEO_TOPO_PRIVATE_H
#define MM_GEO_TOPO_PRIVATE_H

#include "base/arena.h"
#include "geo/geom.h"

#include <geos_c.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Geometries to GEOS and back, shared by topo.c and topo_convert.c; nobody else includes it. */

struct mm_topo {
	GEOSContextHandle_t geos;
	char msg[256];       /* last thing GEOS said */
	int64_t deadline_ns; /* monotonic; 0: none */
	bool is_cut;         /* it has passed while GEOS worked */
};

/* Around a call that may take long: GEOS asks meanwhile whether the context's time is up. False: it is
 * already, and the call is not to be made. */
bool mm_topo_enter(struct mm_topo *t);
void mm_topo_leave(void);

/* After a call that failed: true when it did so because the time of another thread was up (GEOS has one flag
 * for all of them), so that it is to be made again. */
bool mm_topo_is_disturbed(const struct mm_topo *t);

/* topo_relate.c */
struct mm_topo_shape {
	GEOSGeometry *g;
	const GEOSPreparedGeometry *prepared;
	struct mm_box box;
	bool is_mixed;           /* of several dimensions */
	struct mm_box *part_box; /* of each member of g, where there are several; NULL: it is one */
	uint32_t part_count;
};

/* All parts as one; *ret NULL: EMPTY. False: GEOS failed, or no memory. */
bool mm_topo_to_geos(struct mm_topo *t, const struct mm_geom *g, GEOSGeometry **ret);

/* One part, in place. */
struct mm_topo_part {
	enum mm_part_kind kind;
	uint32_t ring_count;
	const uint32_t *ring;
	const double *xy;
	size_t vertices;
};

/* Walks the parts of a geometry; begin with {g, 0, g->ring, g->xy}. */
struct mm_topo_walk {
	const struct mm_geom *g;
	uint32_t part;
	const uint32_t *ring;
	const double *xy;
};

bool mm_topo_next(struct mm_topo_walk *w, struct mm_topo_part *ret);
bool mm_topo_is_closed(const double *xy, uint32_t vertex_count);

/* A polygon. Unclosed rings are closed; holes with too few points to enclose anything are left out; *ret is
 * NULL when the shell is such a ring. False: GEOS failed or no memory. */
bool mm_topo_polygon(struct mm_topo *t, const struct mm_topo_part *p, GEOSGeometry **ret);

/* All polygon parts as one multipolygon; NULL: GEOS failed or no memory. */
GEOSGeometry *mm_topo_multipolygon(struct mm_topo *t, const struct mm_geom *g);

/* A geometry being written into an arena. Begin with {.mem = arena}. */
struct mm_topo_pen {
	struct mm_arena *mem;
	uint32_t *part, *ring;
	double *xy;
	uint32_t part_count, ring_count, vertex_count;
	size_t part_cap, ring_cap, vertex_cap;
};

/* Copies a part as it is, empty rings left out; nothing when all are. False: no memory. */
bool mm_topo_write_part(struct mm_topo_pen *pen, const struct mm_topo_part *p);

/* The polygons of a GEOS geometry; lines and points it holds are left out, and what is nested deeper than
 * `depth`. False: GEOS failed or no memory. */
bool mm_topo_write_polygons(struct mm_topo *t, struct mm_topo_pen *pen, const GEOSGeometry *g, int depth);

#endif
