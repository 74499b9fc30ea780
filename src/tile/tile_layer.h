#ifndef MM_TILE_TILE_LAYER_H
#define MM_TILE_TILE_LAYER_H

#include "encode/mlt.h"
#include "encode/mvt.h"
#include "tile/tile.h"

/* One layer of a tile in the encoding asked for: one of the two. See encode/mvt.h for what each does. Zeroed:
 * empty; the room of MVT is used again. */
struct mm_tile_layer {
	struct mm_mvt_layer *mvt;
	struct mm_mlt_layer *mlt;
	struct mm_grid_points points; /* room to read streams */
	const uint32_t *row;          /* of each place */
	uint64_t vertices;            /* of what has been added; of streams at most so many */
	bool is_mlt, failed;
};

void mm_tile_layer_release(struct mm_tile_layer *t);
bool mm_tile_layer_begin(struct mm_tile_layer *t, enum mm_tile_encoding e, const struct mm_layer *l,
			 const char *name, const struct mm_tile_fields *fields); /* false: out of memory */
/* The row of a place (store/tile_row.h). */
void mm_tile_layer_add(struct mm_tile_layer *t, uint32_t place, const struct mm_grid_geom *g);
void mm_tile_layer_add_row(struct mm_tile_layer *t, uint32_t place, const struct mm_tile_row *row,
			   const struct mm_grid_geom *g);
void mm_tile_layer_add_values(struct mm_tile_layer *t, uint64_t id, const struct mm_tile_value *v,
			      size_t count, const struct mm_grid_geom *g);
void mm_tile_layer_add_stream(struct mm_tile_layer *t, uint32_t place, const struct mm_grid_stream *g,
			      int64_t origin_x, int64_t origin_y);
size_t mm_tile_layer_count(const struct mm_tile_layer *t);
size_t mm_tile_layer_bytes(const struct mm_tile_layer *t);
void mm_tile_layer_put(const struct mm_tile_layer *t, struct mm_buf *out);

#endif
