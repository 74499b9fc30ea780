#ifndef MM_GRID_GRID_GEOM_H
#define MM_GRID_GRID_GEOM_H

#include <stddef.h>
#include <stdint.h>

enum { MM_GRID_EXTENT = 4096 }; /* units a tile side */

enum mm_grid_kind { MM_GRID_POINT = 1, MM_GRID_LINE = 2, MM_GRID_POLYGON = 3 }; /* as MVT numbers them */

/*
 * A geometry on the grid of a zoom, in units of a tile's 4096th, y to the south: `ring_count` runs of points.
 * Points: one run. Polygons: rings without the closing point, shells clockwise as seen (positive area), each
 * followed by its holes the other way round.
 */
struct mm_grid_geom {
	enum mm_grid_kind kind;
	const int32_t *xy;
	const uint32_t *ring; /* points of each */
	size_t ring_count;
};

#endif
