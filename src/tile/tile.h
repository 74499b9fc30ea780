#ifndef MM_TILE_TILE_H
#define MM_TILE_TILE_H

#include "base/buf.h"
#include "base/err.h"
#include "grid/tile_id.h"
#include "store/layer.h"
#include "tile/grid_tile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mm_tile_report;

enum {
	MM_TILE_FORMAT = 7, /* raised when the same rows give other bytes: part of every tile's entity tag */
	MM_TILE_LAYERS_MAX = 128,
	MM_TILE_LABEL_PIXELS = 16,      /* a feature whose box is less both ways has no label below zoom 16 */
	MM_TILE_FEATURES_MAX = 200000,  /* of one layer in one tile */
	MM_TILE_VERTICES_MAX = 2000000, /* the same; what begins below it is drawn whole */
	MM_TILE_BYTES_MAX = 32 << 20,   /* of one tile before compression */
	MM_TILE_BUDGET_BYTES = 500000   /* of one tile as gzip makes it, unless the ask says otherwise */
};

/* What became of the items of a level, or of rows where there is none, whose box meets the tile; what is none
 * of the three lies outside. A cluster is one item. */
struct mm_tile_count {
	uint64_t read, kept;
	uint64_t thinned; /* smaller than a pixel where another stands for them, or points in one quarter of a
			     pixel */
	uint64_t
	    dropped; /* beyond the limits above, the least important first; outside the domain of the grid */
	uint64_t repaired; /* polygons that cutting or rounding had broken */
	uint64_t lost;     /* of those, pieces that could not be repaired */
};

/* What became of the rows of a layer whose box meets the tile with its buffer, before any is dropped for the
 * limits above. Each is one of those that follow `rows`. */
struct mm_tile_rows {
	uint64_t rows;
	uint64_t items;    /* drawn for itself, or as what stands for others; without a level all are */
	uint64_t unwanted; /* not among those that were asked for */
	uint64_t
	    merged; /* smaller than a pixel, or a point in the cell of another: something else stands there */
	uint64_t clustered;             /* in a cluster that has another's row */
	uint64_t crowded_out_or_joined; /* a line that others cover, or that is one with others */
	uint64_t vanished;              /* a polygon of a coverage, too thin for the zoom */
	uint64_t off_square;            /* a point beyond 85.05 degrees of latitude */
};

enum mm_tile_encoding { MM_TILE_MVT, MM_TILE_MLT };

/* What one tile is to be. All pointers are borrowed. */
struct mm_tile_ask {
	const struct mm_layer *const *layer; /* one layer of the tile each, in this order */
	const bool *is_label; /* entry i is the labels of its layer and not the layer; NULL: none is */
	const unsigned char *const *only; /* entry i: bit set by row of the rows of its layer that are drawn.
					     NULL: all are; so is a NULL for all layers */
	const struct mm_level *const *clusters; /* entry i: of these rows alone, at the zoom
						   (store/cluster_level.h). NULL: none, points are drawn
						   themselves; so is a NULL for all layers */
	size_t layer_count;
	struct mm_tile_id id;            /* with `grid`: only the zoom counts, grid->matrix->zoom */
	const struct mm_grid_tile *grid; /* a tile of another grid; NULL: tile `id` of the world square */
	enum mm_tile_encoding encoding;
	const char *const *field; /* names of the fields that are wanted; NULL: all */
	size_t field_count;
	size_t budget_bytes;           /* 0: MM_TILE_BUDGET_BYTES; SIZE_MAX: none */
	int64_t deadline_ns;           /* monotonic clock, 0: none */
	struct mm_tile_report *report; /* filled in when it is not NULL */
};

/* What a tile took, layer by layer. */
struct mm_tile_report {
	size_t layer_count;
	struct {
		const struct mm_layer *layer;
		bool is_label;
		struct mm_tile_count count;
		struct mm_tile_rows rows;
		size_t bytes; /* before compression */
		int64_t find_ns,
		    make_ns; /* looking for rows; shaping and writing them, each time it was done */
	} layer[MM_TILE_LAYERS_MAX];
	size_t bytes, weight; /* before and after compression; weight 0: there was no need to look */
	int64_t weigh_ns;
	unsigned rounds; /* how often the tile was made to fit its budget */
};

/* Room that is used again from tile to tile. One thread at a time. */
struct mm_tile_maker;
struct mm_tile_maker *mm_tile_maker_new(void);                     /* NULL: out of memory */
struct mm_tile_maker *mm_tile_maker_free(struct mm_tile_maker *m); /* NULL allowed; returns NULL */
struct mm_pool *mm_tile_makers_new(void); /* makers for all threads (base/pool.h); NULL: out of memory */

/*
 * Makes a vector tile of some layers, one layer of the tile each, in the order given; a layer outside its
 * zoom range is left out. Rows come in source order, so that the same data always gives the same bytes.
 *
 * Up to zoom 14, of a coverage 15, rows are drawn as their level says (store/level.h). Where there is none,
 * below zoom 14 one point stands for all that share a quarter of a pixel, and below 16 one dot for all lines
 * and polygons that are smaller than a pixel and share it: the first in source order.
 *
 * With `only`, the points of a layer are drawn as their clusters, where these are given. Another row is drawn
 * as its level has it if it has an item for itself: what shares a border with others still does. All else is
 * drawn itself at all zooms, what is joined, crowded out or vanished in the level as well: none of those that
 * stand for it need be wanted.
 *
 * The labels of a layer are one point for each feature with polygons, or else lines (mm_layer_label_point),
 * with the id and attributes of the feature, in the one tile of a zoom whose square it lies in, without the
 * buffer. Below zoom 16 a feature has one where its box is MM_TILE_LABEL_PIXELS wide or high and it is drawn
 * as itself; from 16 on, which clients enlarge, each has.
 *
 * A tile that is heavier than its budget is made again with the most important rows only (store/layer.h);
 * layers that take less than their share of it lose nothing.
 *
 * out  the tile is appended; empty when there is nothing. Undefined on failure
 *
 * MM_E_BUSY     the deadline has passed
 * MM_E_INVALID  PROJ knows no way from a layer's system to that of the grid
 * MM_E_LIMIT  `out` is at its maximum (a single feature of many megabytes)
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_tile_make(struct mm_tile_maker *m, const struct mm_tile_ask *ask,
				      struct mm_buf *out, struct mm_tile_count *ret_count,
				      struct mm_err *reterr);

#endif
