#ifndef MM_ENCODE_MVT_H
#define MM_ENCODE_MVT_H

#include "base/buf.h"
#include "encode/tile_fields.h"
#include "grid/grid_geom.h"
#include "grid/stream.h"
#include "store/tile_row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One layer of a Mapbox Vector Tile (specification 2.1), written feature by feature: fields as
 * attributes, dates and times as RFC 3339 text, nested JSON as text, nulls and numbers that are not finite
 * left out. Ids: integers from 0 to 2^53 - 1 as they are; any other id becomes a hash of 53 bits, the same in
 * every tile, and stands whole in the attribute "@id" (in place of a field that happens to be called so).
 */
struct mm_mvt_layer;

struct mm_mvt_layer *mm_mvt_layer_new(void);                    /* NULL: out of memory */
struct mm_mvt_layer *mm_mvt_layer_free(struct mm_mvt_layer *m); /* NULL allowed; returns NULL */

/* Begins a layer of that name, empty; what was there is forgotten, its room used again. The layer, the name
 * and what `fields` points to are borrowed until the next begin. False: out of memory. */
bool mm_mvt_layer_begin(struct mm_mvt_layer *m, const struct mm_layer *l, const char *name,
			const struct mm_tile_fields *fields);

/* Adds the row of a place (store/tile_row.h). The geometry must hold what mm_grid_geom says; it is not
 * checked. */
void mm_mvt_layer_add(struct mm_mvt_layer *m, uint32_t place, const struct mm_grid_geom *g);

/* The same where the row has been read. */
void mm_mvt_layer_add_row(struct mm_mvt_layer *m, uint32_t place, const struct mm_tile_row *row,
			  const struct mm_grid_geom *g);

/* The same with a geometry that lies in the tile whole: its bytes are those of the tile but for the first
 * point. `origin`: of the tile, on the whole grid. */
void mm_mvt_layer_add_stream(struct mm_mvt_layer *m, uint32_t place, const struct mm_grid_stream *g,
			     int64_t origin_x, int64_t origin_y);

/* Adds a feature that is no row: an id below 2^53 and attributes. No two have the same name. */
void mm_mvt_layer_add_values(struct mm_mvt_layer *m, uint64_t id, const struct mm_tile_value *v, size_t count,
			     const struct mm_grid_geom *g);
size_t mm_mvt_layer_count(const struct mm_mvt_layer *m);
size_t mm_mvt_layer_bytes(const struct mm_mvt_layer *m); /* so far, roughly */

/* Writes the layer message to the tile; nothing when it has no features. `out` fails when memory ran out. */
void mm_mvt_layer_put(const struct mm_mvt_layer *m, struct mm_buf *out);

#endif
