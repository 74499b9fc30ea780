#ifndef MM_GRID_SHAPE_H
#define MM_GRID_SHAPE_H

#include "geo/clip.h"
#include "geo/geom.h"
#include "geo/simplify.h"
#include "geo/topo.h"
#include "grid/grid_geom.h"
#include "grid/grid_points.h"
#include "grid/grid_polygon.h"
#include "grid/stream.h"
#include "grid/tile_id.h"
#include "grid/world_run.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One geometry in one tile: moved to tile coordinates, cut to the tile and its buffer, simplified, rounded to
 * the grid, and made to keep the rules of MVT 2.1: no repeated points, no lines of one point, no rings
 * without area, shells and holes the right way round, polygons valid after rounding.
 *
 * The buffer is the same for all kinds: MapLibre draws the symbol of a point in each tile that its icon
 * reaches. What crosses its edge and ends soon behind it stays whole: cutting takes longer than the bytes,
 * and makes sides of its own, which may touch (an L that is cut twice). Clients draw nothing outside the
 * tile; MapLibre takes 4096 units there. Not so in a layer whose polygons share their borders: a side that
 * one of two neighbours has cut, and so rounded, would not be the other's any more.
 */

enum {
	MM_TILE_BUFFER = 64,   /* tile units on every side: 8 pixels of a 512 pixel tile */
	MM_TILE_SPILL = 2048,  /* beyond the buffer: where what crosses its edge may end */
	MM_TILE_PIXEL = 8,     /* tile units a pixel of a 512 pixel tile */
	MM_TILE_TOLERANCE = 2, /* of simplification, tile units: a quarter of a pixel */
	MM_TILE_HOLE_MIN = 16, /* square tile units: smaller holes are left out where lines are simplified */
	MM_TILE_WHOLE_ZOOM = 16, /* from here on nothing is simplified: clients overzoom from this zoom */
	MM_SHAPE_RUN_ZOOM = 10,  /* from here on the window is less than 2^31 world units wide */
};

/* Room that is used again for every geometry of a tile. Zeroed: empty. Not thread-safe. */
struct mm_shape {
	struct mm_tile_id id;
	double origin_x, origin_y, scale; /* world units to tile units */
	struct mm_box window;             /* tile units, with the buffer */
	struct mm_world_box world_window; /* the same */
	double tolerance;                 /* of simplification, tile units; 0: none */
	struct mm_points one, two, scratch;
	struct mm_simplify simplify;
	struct mm_grid_polygon polygon;
	int32_t *grid; /* a rounded run of points */
	size_t grid_cap;
	struct mm_grid_points runs; /* the result's */
	bool is_inside;             /* the geometry stays whole: nothing to cut */
	bool is_near;               /* its box, in tile units, fits in whole numbers with room to spare */
	double spill;         /* tile units beyond the window: where what stays whole may end; the caller's */
	bool is_plain;        /* the next geometry is not to be simplified; set by the caller */
	bool failed;          /* out of memory */
	struct mm_topo *topo; /* borrowed; for polygons that cutting or rounding has broken */
	struct mm_grid_geom geom; /* the result; points into this structure */
	bool is_dot;              /* the result stands for something smaller than a pixel */
	uint64_t repaired, lost;  /* polygons since the beginning; lost: see grid_repair.h */
};

/* Ready for the geometries of a tile; keeps the room of the one before. */
void mm_shape_begin(struct mm_shape *s, struct mm_tile_id id, struct mm_topo *topo);

/* Ready for geometries on the whole grid of a zoom, at most 16: nothing is cut. */
void mm_shape_begin_whole(struct mm_shape *s, unsigned zoom, struct mm_topo *topo);
void mm_shape_release(struct mm_shape *s);

/*
 * Shapes one geometry with its box; false when nothing of it is in the tile. A polygon or line smaller than a
 * pixel, or nowhere broad enough to be drawn, comes out as a dot of its own kind (is_dot): the caller thins
 * those that share a pixel. A collection gives its parts of the highest dimension.
 *
 * Cost: one pass over the vertices and a sort of polygon sides; none is read of what is smaller than a pixel.
 */
bool mm_shape_make(struct mm_shape *s, const struct mm_world_geom *g, const struct mm_world_box *box);

/*
 * The same for what needs neither cutting nor simplifying beyond the zooms of its vertices: its box lies in
 * the window and is of a pixel's size or more, or it is a point; the zoom is MM_SHAPE_RUN_ZOOM or more, and
 * for a ring one from which it may be drawn as it is (run_zoom.h).
 */
bool mm_shape_make_run(struct mm_shape *s, enum mm_part_kind kind, const struct mm_world_run *r);

/* The same for a geometry whose points and box are in tile units already, y to the south. The zoom that the
 * shape began with says how it is simplified. */
bool mm_shape_make_placed(struct mm_shape *s, const struct mm_geom *g, const struct mm_box *box);

/*
 * The part in the tile of a geometry that was made for the whole grid of this zoom; false when nothing of it
 * is. The points are those of mm_grid_stream_read; they are moved to the tile in place.
 */
bool mm_shape_cut(struct mm_shape *s, enum mm_grid_kind kind, struct mm_grid_points *p);

#endif
