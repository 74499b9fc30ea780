#ifndef MM_GRID_RUN_ZOOM_H
#define MM_GRID_RUN_ZOOM_H

#include "geo/geom.h"

#include <stdint.h>

enum { MM_ZOOM_NEVER = 31 };

/*
 * From which zoom each vertex of a run (world_run.h) is drawn.
 *
 * A line has what Douglas and Peucker would keep at the tolerance of the zoom (shape.h), and all of it from
 * MM_TILE_WHOLE_ZOOM on. A ring has all at once, which is said of its first vertex alone: from there on its
 * sides keep so far from each other that rounding them to the grid cannot make them meet, and no corner is so
 * flat that simplifying would leave it out; MM_ZOOM_NEVER when there is no such zoom, or too many vertices to
 * know at little cost. A point has 0.
 *
 * p      1 to MM_WORLD_RUN_MAX vertices, with the closing point of a ring if it has one. A ring is simple, or
 *        was before it was rounded to the world square: of one that crosses itself nothing is known
 * ret    one a vertex
 *
 * Cost: 0.1 us for a house; for a ring as the square of its vertices, of which there are few.
 */
void mm_run_zooms(enum mm_part_kind kind, const struct mm_world *p, uint32_t count, uint8_t *ret);

#endif
