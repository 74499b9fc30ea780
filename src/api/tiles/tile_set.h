#ifndef MM_API_TILE_SET_H
#define MM_API_TILE_SET_H

#include "api/out.h"
#include "tile/tile.h"

/* The layers that a comma list in a path names, each once, in the order of the list: those that tiles are
 * made of, and behind them those that come as tiles. Borrows the catalog. Behind the id of a layer with
 * polygons, "_label" names its labels (tile/tile.h), unless there is a layer of that id. */
struct mm_tile_set {
	const struct mm_catalog *catalog;
	const struct mm_layer *layer[MM_TILE_LAYERS_MAX];
	const struct mm_history *history[MM_TILE_LAYERS_MAX]; /* of each; NULL: not kept */
	bool is_label[MM_TILE_LAYERS_MAX];
	size_t count;
	const struct mm_tile_archive *archive[MM_TILE_LAYERS_MAX];
	size_t archive_count;
};

/* What an id names: a layer, or the layer whose labels it names (*ret_is_label); NULL: nothing, or `mem` is
 * full. */
const struct mm_layer *mm_tile_set_look_up(const struct mm_catalog *c, const char *id, struct mm_arena *mem,
					   bool *ret_is_label);

/* The id of the i-th; NULL: `mem` is full. */
const char *mm_tile_set_id(const struct mm_tile_set *set, size_t i, struct mm_arena *mem);

/* Fills the set, whose catalog the caller has taken.
 *
 * MM_E_NOT_FOUND  there is no such layer
 * MM_E_INVALID    more than MM_TILE_LAYERS_MAX; two layers of the tile would have one name; an archive of MLT
 *                 beside anything else */
MM_MUST_USE enum mm_code mm_tile_set_find(struct mm_tile_set *set, const struct mm_request *r,
					  const char *list, struct mm_err *reterr);

/* True when the tiles are an archive's own, as they are stored. */
static inline bool mm_tile_set_is_stored(const struct mm_tile_set *set)
{
	return set->count == 0 && set->archive_count == 1;
}

/* How the tiles of the set can be encoded: as `wanted`, or as its archive's are. */
bool mm_tile_set_has_encoding(const struct mm_tile_set *set, enum mm_tile_encoding wanted);

/* Tag of what the tiles of these layers are made from, and of the code that makes them. */
uint64_t mm_tile_set_version(const struct mm_tile_set *set);

/* The same for one tile of the world square: it stays the same over changes that do not touch the tile. */
uint64_t mm_tile_set_version_at(const struct mm_tile_set *set, struct mm_tile_id id);

/* The last zoom of a layer that a client needs to ask for: from there it enlarges tiles by itself. A layer
 * that begins only later is needed where it begins. */
unsigned mm_tile_set_last_zoom(const struct mm_schema *s);

#endif
