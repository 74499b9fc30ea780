#ifndef MM_STORE_TILE_ROW_H
#define MM_STORE_TILE_ROW_H

#include "grid/shape.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Rows as vector tiles have them: id, attributes and vertices side by side, and in the order of the index, so
 * that those of a tile lie together. A place is where a row with a geometry stands there: row
 * mm_layer_rtree()->index[place], box mm_layer_rtree()->box[place].
 *
 * Attributes are numbers of values, which all visible fields of the layer share and which are there once:
 * texts are the same whatever field they come from, times are text (RFC 3339), numbers are equal within their
 * type; nulls and numbers that are not finite are left out.
 */
struct mm_tile_row {
	uint64_t id; /* if the layer's are plain (mm_layer_has_plain_ids) */
	const unsigned char
	    *tags; /* varints (base/varint.h), field and value in turn; fields as the schema has them */
	size_t tags_bytes;
	enum mm_part_kind kind; /* the highest among its parts */
	uint32_t vertex_count;
	bool is_run;               /* one part of one ring, all of it near its first vertex */
	struct mm_world_run run;   /* if so; a ring is open, and runs clockwise with y to the south */
	unsigned plain_zoom;       /* of a ring: from here on it is drawn as it is (grid/run_zoom.h) */
	struct mm_world_geom geom; /* if not; without a type */
};

void mm_layer_tile_row(const struct mm_layer *l, uint32_t place, struct mm_tile_row *ret);

/* Has memory fetch it. */
void mm_layer_prefetch_tile_row(const struct mm_layer *l, uint32_t place);

/* Number `i` of the values of all rows: a truth, integer, real or text. */
void mm_layer_tile_value(const struct mm_layer *l, uint32_t i, struct mm_value *ret);
uint32_t mm_layer_tile_value_count(const struct mm_layer *l);

enum { MM_TILE_ID_BITS = 53 }; /* of numbers that JavaScript holds exactly */

/* True when every id is an integer from 0 to 2^53 - 1, which tiles have as it is. */
bool mm_layer_has_plain_ids(const struct mm_layer *l);

#endif
