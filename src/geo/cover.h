#ifndef MM_GEO_COVER_H
#define MM_GEO_COVER_H

#include "base/arena.h"
#include "geo/box.h"
#include "geo/geom.h"

/*
 * A geometry drawn on a grid in the plane of its coordinates: cells that it fills, cells that it stays clear
 * of, and those in which its edge runs. Of what lies in cells of the first two kinds all is known without a
 * look at its vertices. Read-only once made; for any number of threads.
 */
struct mm_cover;

enum mm_cover_where {
	MM_COVER_EDGE,    /* it cannot be told */
	MM_COVER_OUTSIDE, /* no point of the box touches the geometry */
	MM_COVER_INSIDE   /* every point of the box lies in the interior of the geometry */
};

enum { MM_COVER_SIDE_MAX = 1024 };

/*
 * g     valid, all its parts of one kind: only polygons fill cells
 * side  cells along each side of its box, 1 to MM_COVER_SIDE_MAX; fewer where coordinates are too coarse
 * mem   owns it: a byte a cell
 *
 * NULL: no memory, or the geometry is empty or of several kinds. Cost: a pass over the cells, and over those
 * that each edge meets: 2 ms for 1024 and a thousand vertices.
 */
struct mm_cover *mm_cover_new(const struct mm_geom *g, unsigned side, struct mm_arena *mem);

/* Where a box lies. Cost: O(1); of a box over more than some 100 cells it says MM_COVER_EDGE. */
enum mm_cover_where mm_cover_find(const struct mm_cover *c, const struct mm_box *b);

#endif
