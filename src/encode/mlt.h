#ifndef MM_ENCODE_MLT_H
#define MM_ENCODE_MLT_H

#include "base/buf.h"
#include "encode/mvt.h"
#include "store/layer.h"

#include <stddef.h>
#include <stdint.h>

/*
 * One layer of a MapLibre Tile (version 1, tag 0x01): the features of encode/mvt.h with the same ids,
 * attributes, geometry and order, in columns instead of rows. Where a layer has a field "@id" and ids that
 * need it (mvt.h), that column is text throughout.
 *
 * Meant to be compressed on its way: gzip takes another fifth to a third (tests/bench/encodings.mjs). Under
 * it the other ways of the format do not pay; measured on all tiles of two towns, raw and with gzip: FastPFOR
 * -3 to -5 % and +1 to +5 %, FSST -1 to -19 % and +0.3 %, dictionaries of vertices -0.1 to -0.8 % and
 * +-0.2 %. Features keep their order, which is that of drawing.
 */
struct mm_mlt_layer;

/* A layer of that name; all is borrowed until it is freed. NULL: out of memory. */
struct mm_mlt_layer *mm_mlt_layer_new(const struct mm_layer *l, const char *name,
				      const struct mm_tile_fields *fields);
struct mm_mlt_layer *mm_mlt_layer_free(struct mm_mlt_layer *m); /* NULL allowed; returns NULL */

/* Adds a row. The geometry must hold what mm_grid_geom says; it is not checked. */
void mm_mlt_layer_add(struct mm_mlt_layer *m, uint32_t row, const struct mm_grid_geom *g);

/* Adds a feature that is no row: an id below 2^53 and attributes. No two have the same name, none that of a
 * field; a name always has values of one type. */
void mm_mlt_layer_add_values(struct mm_mlt_layer *m, uint64_t id, const struct mm_tile_value *v, size_t count,
			     const struct mm_grid_geom *g);
size_t mm_mlt_layer_count(const struct mm_mlt_layer *m);
size_t mm_mlt_layer_bytes(const struct mm_mlt_layer *m); /* so far, roughly */

/* Writes the layer to the tile; nothing when it has no features. `out` fails when memory ran out. */
void mm_mlt_layer_put(const struct mm_mlt_layer *m, struct mm_buf *out);

#endif
