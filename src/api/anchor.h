#ifndef MM_API_ANCHOR_H
#define MM_API_ANCHOR_H

#include "base/arena.h"
#include "store/catalog.h"
#include "store/layer.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * One place for the label of a line or polygon. Vector tiles cut a shape into pieces, and a map program
 * labels each piece; with anchors the whole shape has one label.
 */

/* A point well inside the roomiest polygon, else the middle of the longest line, on the world square. False
 * for points, for what is empty, and when `mem` is full. Cost: some thirty passes over the vertices. */
bool mm_anchor_find(const struct mm_world_geom *g, struct mm_arena *mem, struct mm_world *ret);

/*
 * Gives every style layer whose metadata say "munimap:anchor": true a twin, "-anchor" behind its id, that
 * draws from a GeoJSON source of anchors with just the attributes that the layer reads; the layer itself
 * keeps the points. "munimap:layer" in the twin's metadata names the layer of the map. Layers of more than
 * 2000 features or a million vertices stay as they are.
 *
 * False: out of memory.
 */
bool mm_anchor_style(json_t *style, const struct mm_catalog *c, struct mm_arena *mem);

#endif
