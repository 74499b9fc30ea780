#ifndef MM_GEO_TILE_MATRIX_SET_H
#define MM_GEO_TILE_MATRIX_SET_H

#include "base/arena.h"
#include "base/json.h"
#include "geo/box.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Grids of tiles in any coordinate system (OGC 17-083r4, Two Dimensional Tile Matrix Set 2.0): square tiles,
 * the corner of origin top left, as many tiles in every row. Coordinates are x east, y north in memory
 * whatever the axis order of the system is; rows count from the north.
 */

enum { MM_TILE_MATRICES_MAX = 32, MM_TILE_MATRIX_ZOOM_MAX = 22 };

#define MM_TILE_PIXEL_M 0.00028 /* the pixel that scale denominators are counted in (17-083r4, 6.2) */

struct mm_tile_matrix {
	const char *id;
	double scale_denominator, cell_size; /* as they are written */
	double origin_x, origin_y;           /* top left corner */
	double side;                         /* of a tile, in units of the system */
	uint32_t tile_size;                  /* cells a side */
	uint32_t width, height;              /* tiles */
	unsigned zoom; /* of the Web Mercator tiles of about this size on the ground: 0..22 */
};

enum mm_tile_matrix_set_kind { MM_TMS_MERCATOR, MM_TMS_CRS84, MM_TMS_OWN };

struct mm_tile_matrix_set {
	enum mm_tile_matrix_set_kind kind;
	const char *id; /* [A-Za-z0-9_-]{1,64} */
	const char *title_ru, *title_en;
	const char *uri;                     /* of a registered set, "" else */
	const char *crs_uri;                 /* "" when the system has none: crs_json then describes it */
	const char *crs_json;                /* PROJJSON, "" when not needed */
	const char *crs_definition;          /* for mm_transform_get */
	const char *axis[2];                 /* names of the axes, in the order of the system */
	bool north_first;                    /* that order is north, east */
	const char *well_known;              /* URI of the well-known scale set, "" when there is none */
	const struct mm_tile_matrix *matrix; /* from coarse to fine */
	size_t count;
};

/* WebMercatorQuad (0) and WorldCRS84Quad (1), numbers as the registry has them; NULL beyond. */
const struct mm_tile_matrix_set *mm_tile_matrix_set_builtin(size_t i);

/* Writes the set as its JSON document (17-083r4, clause 8.2). `title` "": none. */
void mm_tile_matrix_set_put(const struct mm_tile_matrix_set *s, const char *title, struct mm_json *j);

/* A copy that lives in `mem`; false: out of memory. */
bool mm_tile_matrix_set_copy(const struct mm_tile_matrix_set *s, struct mm_arena *mem,
			     struct mm_tile_matrix_set *ret);

/* Changes when the set does, but for its words. */
uint64_t mm_tile_matrix_set_hash(const struct mm_tile_matrix_set *s);

/* The matrix of that id; NULL: none. */
const struct mm_tile_matrix *mm_tile_matrix_find(const struct mm_tile_matrix_set *s, const char *id);

/* Box of a tile in the units of the system, x east, y north. */
struct mm_box mm_tile_matrix_box(const struct mm_tile_matrix *m, uint32_t row, uint32_t col);

/* Tiles that a box in the units of the system meets, both ends included. */
struct mm_tile_limits {
	uint32_t min_row, max_row, min_col, max_col;
};

/* False, ret untouched: the box is empty or lies outside the matrix. */
bool mm_tile_matrix_limits(const struct mm_tile_matrix *m, const struct mm_box *box,
			   struct mm_tile_limits *ret);

/* The Web Mercator zoom whose tiles are nearest in size on the ground at a latitude, 0..22. `metres`: side of
 * a tile. */
unsigned mm_tile_matrix_zoom(double metres, double lat_deg);

#endif
