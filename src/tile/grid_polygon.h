#ifndef MM_TILE_GRID_POLYGON_H
#define MM_TILE_GRID_POLYGON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mm_shape;

/* One polygon on the tile grid, while it is made to keep the rules: shell first, then holes, without closing
 * points. */
struct mm_grid_polygon {
	int32_t *xy;
	size_t xy_count, xy_cap;
	uint32_t ring[1024]; /* points of each */
	size_t ring_count;
	bool failed;
};

/* Adds a closed ring without repeats: spikes are cut off, one without area is left out, the direction is set
 * (shell clockwise as seen with y to the south, hole the other way). At most 1 024 rings: more holes are left
 * out. */
void mm_grid_polygon_add(struct mm_grid_polygon *p, const int32_t *xy, size_t count, bool is_shell);

/*
 * Adds the polygon to the shape's result: as it is when no two of its segments touch and its holes lie
 * inside, else as GEOS repairs it, rounded again, until it is right (three times at most; what is still wrong
 * then is left out).
 */
void mm_grid_polygon_put(struct mm_grid_polygon *p, struct mm_shape *s);

void mm_grid_polygon_release(struct mm_grid_polygon *p);

/* Twice the signed area by the shoelace formula; positive: clockwise as seen with y to the south. */
int64_t mm_grid_area2(const int32_t *xy, size_t count);

#endif
