#ifndef MM_TILE_LAYER_JSON_H
#define MM_TILE_LAYER_JSON_H

#include "base/json.h"
#include "store/layer.h"

#include <stdbool.h>

/* What documents say of one layer of the tiles, or of its labels (tile/tile.h). No state, any thread. */

/* "fields" as TileJSON 3.0.0 wants them (3.3): every attribute that a feature may have, those of clusters
 * (tile/cluster_value.h) included. */
void mm_tile_put_fields(struct mm_json *j, const struct mm_layer *l, bool is_label);

/* Calls `put` with the name and the type of each attribute of clusters of a clustered layer. */
void mm_tile_put_cluster_fields(struct mm_json *j, const struct mm_layer *l,
				void (*put)(struct mm_json *j, const char *name, enum mm_type type));

/*
 * What is left out of the tiles of a layer, and at which of the zooms from min_zoom to max_zoom; an object:
 *
 * id          as in the tile
 * importance  what stays longest in a tile that is heavier than its budget: {"field": ...} the one with the
 *             most of it, {"size": true} the largest, {"expression": true} what the layer's expression ranks
 *             first; {} by a field that is not shown
 * clustered   points within `radius` pixels are one: nothing is lost, their sums are attributes. Up to the
 *             `maxzoom` of each of its `radii`, which ascend, it is that `radius`
 * thinned     of points that share a quarter of a pixel one is there
 * simplified  lines and borders have fewer vertices, within half a pixel
 * joined      of lines of equal attributes that go on in one another one is there, as long as all of them
 * crowded     where there are more lines than can be told apart, those that run beside others are not there
 * gathered    of lines and polygons smaller than a pixel some dots are there
 * vanishing   polygons of a coverage too thin for the zoom are not there
 * unlabelled  features narrower and lower than `pixels` have no label
 * fields      attributes that features have only from a zoom on: {"name": zoom}
 *
 * Members that do not apply are not written. Each but the first two and the last has minzoom and maxzoom.
 *
 * only  bit set of the rows that the tiles are of (tile/tile.h): of these nothing is joined, crowded or
 *       vanishing, and very many are not clustered. NULL: of all
 */
void mm_tile_put_left_out(struct mm_json *j, const struct mm_layer *l, bool is_label,
			  const unsigned char *only, unsigned min_zoom, unsigned max_zoom);

#endif
