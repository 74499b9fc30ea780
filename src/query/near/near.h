#ifndef MM_QUERY_NEAR_H
#define MM_QUERY_NEAR_H

#include "base/err.h"
#include "geo/crs.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether geometries lie within some distance of any feature of a layer, in a plane of metres: what joins two
 * layers by nearness. Vertices of both are brought to the plane; edges between them are straight there.
 *
 * Features of the layer are kept tile by tile, as pieces in the cells of a grid, so that a geometry is held
 * against the few that may be near to it; a tile is made when something in it is first asked for, and few are
 * kept: ask in the order of an index. Coordinates are those of polynomials (geo/smooth.h), good to a
 * millimetre; what that leaves open is measured again with PROJ's own. For one thread.
 */
struct mm_near;

struct mm_near_ask {
	const struct mm_layer *layer; /* borrowed, as are the ways */
	/* Ways to degrees and from there; NULL: these are degrees. */
	const struct mm_transform *own_to_deg, *layer_to_deg, *plane_to_deg, *deg_to_plane;
	bool own_is_plane, layer_is_plane; /* the same system: nothing is transformed */
	double own_side, layer_side;       /* of squares for polynomials: mm_smooth_new */
	double metres_per_unit;            /* of the plane */
	double reach_m;
	double own_bulge_m;  /* by which edges of geometries may leave the boxes of their ends, in metres */
	int64_t deadline_ns; /* monotonic; 0: none */
};

/* MM_E_NOMEM. */
MM_MUST_USE enum mm_code mm_near_new(const struct mm_near_ask *ask, struct mm_near **ret,
				     struct mm_err *reterr);
struct mm_near *mm_near_free(struct mm_near *n); /* NULL allowed; returns NULL */

/*
 * Whether a geometry in the own system is no farther than the reach: 1, 0, or -1 where it cannot be told:
 * NULL, EMPTY, no place in the plane, time or memory is up.
 */
int mm_near_test(struct mm_near *n, const struct mm_geom *g);

/* The same without tiles and polynomials: every feature about is measured by PROJ's coordinates. */
int mm_near_test_plainly(struct mm_near *n, const struct mm_geom *g);

const struct mm_layer *mm_near_layer(const struct mm_near *n);

/* True from when the deadline, or want of memory, has cut a test off. */
bool mm_near_is_cut(const struct mm_near *n);

/* In degrees, around all that is near to anything of the layer; false: it may be anywhere. Empty: nothing is.
 */
bool mm_near_box(const struct mm_near *n, struct mm_box *ret);
/* Likewise of one feature; empty when it has no place. */
struct mm_box mm_near_feature_box(const struct mm_near *n, uint32_t row);

#endif
