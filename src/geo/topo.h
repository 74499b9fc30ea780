#ifndef MM_GEO_TOPO_H
#define MM_GEO_TOPO_H

#include "base/arena.h"
#include "base/err.h"
#include "geo/geom.h"

#include <stdbool.h>
#include <stdint.h>

/* The only user of GEOS. Inputs are guarded: finite, |v| < 1e9, no empty parts, so that GEOS 3.11 cannot
 * crash on them; whatever fails the guard is MM_E_INVALID. */

/* GEOS context of one thread or one request; not thread-safe. */
struct mm_topo;
struct mm_topo *mm_topo_new(void);              /* NULL: out of memory */
struct mm_topo *mm_topo_free(struct mm_topo *); /* NULL allowed; returns NULL */

/*
 * Ends work that takes too long, also within one call of GEOS: from the deadline on comparing, measuring and
 * buffering fail until the next mm_topo_limit. GEOS looks at the clock while it makes buffers and overlays
 * and finds crossings; what it does in one pass over the vertices goes on to its end.
 *
 * deadline_ns  monotonic clock; 0: none, as in a new context
 */
void mm_topo_limit(struct mm_topo *t, int64_t deadline_ns);
bool mm_topo_is_late(const struct mm_topo *t); /* something has been cut off, or refused, since then */

/* Why a polygon is not valid, in words with the place ("Self-intersection at 37.1 55.6"); *ret "" when it is
 * valid. Points and lines are always valid; members of a collection are not compared with each other.
 *
 * MM_E_INVALID  the guard, or GEOS gave up (the message says why) */
MM_MUST_USE enum mm_code mm_topo_why_invalid(struct mm_topo *t, const struct mm_geom *g, char *ret,
					     size_t size, struct mm_err *reterr);

/*
 * A valid geometry of the same dimension with the same points (GEOSMakeValid, structure method;
 * lower-dimensional leftovers dropped). `ret` lives in `mem`; it may be EMPTY when nothing of that dimension
 * remains.
 *
 * Valid input comes back vertex by vertex. A polygon that falls apart becomes a multipolygon; unclosed rings
 * are closed, rings with too few points left out; members of a collection are repaired one by one; empty
 * parts and z are dropped.
 *
 * MM_E_INVALID  the guard, or GEOS gave up (the message says why)
 * MM_E_NOMEM    `mem` is at its cap
 */
MM_MUST_USE enum mm_code mm_topo_make_valid(struct mm_topo *t, const struct mm_geom *g, struct mm_arena *mem,
					    struct mm_geom *ret, struct mm_err *reterr);

/*
 * The place for the label of a geometry's polygons: in the largest of them, about where it is farthest from
 * the outline (pole of inaccessibility, geo/pole.h or GEOSMaximumInscribedCircle, to an eighth of a ribbon's
 * or square's half breadth or a 128th of the longer side, whichever is coarser); of a convex ring of up to 16
 * points the centroid. It lies inside, unless the polygon is thinner than the grid of the world square: then
 * it is one of its vertices. Without polygons it is the middle of the longest line. The same geometry always
 * gives the same place.
 *
 * GEOS is given what is too much for geo/pole.h: at most 3 000 vertices, of more those that matter, and no
 * slivers, for which it would make a cell for every breadth on their length: those, and ribbons too long for
 * the search, get a point on their surface.
 *
 * MM_E_NOT_FOUND  there is neither a polygon with an area nor a line with a length
 * MM_E_NOMEM      or more than 30 million vertices
 *
 * Cost: 0.2 us for a building of four corners, some 5 us for an L, 0.5 ms for 5 000 vertices, 2 ms for 60
 * 000; 0.4 s for the worst known, a comb of 999 teeth.
 */
MM_MUST_USE enum mm_code mm_topo_label_point(struct mm_topo *t, const struct mm_world_geom *g,
					     struct mm_world *ret);

#endif
