#ifndef MM_GRID_GRID_REPAIR_H
#define MM_GRID_GRID_REPAIR_H

#include "grid/grid_polygon.h"

struct mm_shape;

/*
 * Adds a polygon to the shape's result: as it is when it is valid, else as GEOS repairs it, rounded again,
 * until it is right (three times at most; what is still wrong then is left out and counted in shape.lost).
 */
void mm_grid_repair_put(struct mm_grid_polygon *p, struct mm_shape *s);

#endif
