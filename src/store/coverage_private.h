#ifndef MM_STORE_COVERAGE_PRIVATE_H
#define MM_STORE_COVERAGE_PRIVATE_H

#include "base/err.h"
#include "geo/mercator.h"
#include "geo/rtree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the parts of a coverage share. Vertices are numbers from 0; who has them knows their places. */

enum { MM_COVERAGE_VERTICES_MAX = 1 << 30 };

/* A growing list; `failed` is set for good when memory runs out. Zeroed: empty. */
struct mm_ids {
	uint32_t *v;
	size_t count, cap;
	bool failed;
};
void mm_ids_add(struct mm_ids *l, uint32_t id);
void mm_ids_release(struct mm_ids *l);

/* Takes repeats and spikes (a-b-a) out of a ring without its closing point, in place; the new count, 0 when
 * fewer than three are left. */
size_t mm_ring_tidy(uint32_t *v, size_t n);

/* Rings as walks over vertices: ring i is vertex.v[start[i]] to start[i + 1]; one may be empty. */
struct mm_walks {
	struct mm_ids vertex;
	size_t *start, ring_count;
};
void mm_walks_release(struct mm_walks *w);

/*
 * The arcs of a net: between vertices that have not exactly two neighbours, each once, in a direction that
 * does not depend on the rings' order; a ring without such vertices is an arc whose first vertex is its last.
 * Arc i is vertex.v[start[i]] to start[i + 1], both ends with it. use: arc << 1 | 1 when the ring goes it
 * backwards; those of ring r are use[use_start[r]] to use_start[r + 1].
 */
struct mm_arcs {
	struct mm_ids vertex, use;
	size_t *start, count;
	size_t *use_start;
};

/* Rings must be tidy. MM_E_NOMEM: *ret is to be released all the same. */
MM_MUST_USE enum mm_code mm_arcs_build(const struct mm_walks *w, uint32_t vertex_count, struct mm_arcs *ret,
				       struct mm_err *reterr);
void mm_arcs_release(struct mm_arcs *a);

/* Appends a ring, put together from its arcs; not tidy. */
void mm_arcs_walk(const struct mm_arcs *a, size_t ring, struct mm_ids *ret);

struct mm_coverage {
	uint32_t rows;
	uint32_t *row_part;  /* first part of each row; one more than rows */
	uint32_t *part_ring; /* first ring of each part; one more than parts */
	uint32_t part_count, ring_count;
	struct mm_world *at; /* of vertices */
	uint32_t vertex_count;
	struct mm_arcs arcs;
};

static inline uint32_t mm_in_world(double v)
{
	return v <= 0 ? 0 : v >= UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

/* A tree over places, in units of the world. */
struct mm_places {
	struct mm_world_box *box;
	uint32_t *index;
	struct mm_rtree tree;
	double step; /* how far apart they stand, were they spread evenly, some times over */
};
/* Numbers are those of `number`, or 0, 1, 2 ... when it is NULL. MM_E_NOMEM: nothing to release. */
MM_MUST_USE enum mm_code mm_places_build(const struct mm_world_box *box, const uint32_t *number,
					 uint32_t count, struct mm_places *ret, struct mm_err *reterr);
void mm_places_release(struct mm_places *p);

/* Calls `visit` for what may lie within `margin` units of a segment, some of it more than once, until it
 * returns false. */
void mm_places_along(const struct mm_places *p, struct mm_world a, struct mm_world b, double margin,
		     bool (*visit)(void *ctx, uint32_t number), void *ctx);

/* Gives sides the vertices that lie on them within a unit. Rings must be tidy, and may not be afterwards. */
MM_MUST_USE enum mm_code mm_coverage_join(struct mm_walks *w, const struct mm_world *at,
					  uint32_t vertex_count, struct mm_err *reterr);

/* The net on the grid of a zoom. */
struct mm_coverage_zoom {
	const struct mm_coverage *c;
	int shift;           /* units of the world to the grid */
	int32_t (*at)[2];    /* of vertices, no two alike */
	struct mm_world *on; /* the same, in units of the world */
	uint32_t vertex_count;
	struct mm_arcs arcs;
	struct mm_ids ring; /* room */
};

/* Snap rounding: fills at, on, vertex_count, and arcs, which are not simplified yet. */
MM_MUST_USE enum mm_code mm_coverage_round(struct mm_coverage_zoom *z, struct mm_err *reterr);

/* Simplifies the arcs. */
MM_MUST_USE enum mm_code mm_coverage_thin(struct mm_coverage_zoom *z, struct mm_err *reterr);

#endif
