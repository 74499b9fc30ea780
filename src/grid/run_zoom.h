#ifndef MM_GRID_RUN_ZOOM_H
#define MM_GRID_RUN_ZOOM_H

#include "geo/geom.h"

#include <stdint.h>

enum { MM_ZOOM_NEVER = 31 };

/*
 * From which zoom the vertices of a run (world_run.h) are drawn, each.
 *
 * line   what Douglas and Peucker would keep at the tolerance of the zoom (shape.h), all of it from
 *        MM_TILE_WHOLE_ZOOM on
 * ring   all at once, and so said of the first vertex alone: from there on every one of them may be drawn,
 * rounded to the grid. Its sides keep so far from each other that rounding cannot make them meet, and no
 * corner is so flat that simplifying would leave it out. MM_ZOOM_NEVER: there is no such zoom, or the ring
 * has too many vertices to know at little cost point  0
 *
 * p      with the closing point of a ring, if it has one. A ring is simple, or was before it was rounded to
 * the world square: of one that crosses itself nothing is known count  1 to MM_WORLD_RUN_MAX ret    one a
 * vertex
 *
 * Cost: 0.1 us for a house; for a ring as the square of its vertices, of which there are few.
 */
void mm_run_zooms(enum mm_part_kind kind, const struct mm_world *p, uint32_t count, uint8_t *ret);

#endif
