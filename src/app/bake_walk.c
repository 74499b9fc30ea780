#include "app/bake_walk.h"

#include "archive/tile_number.h"
#include "grid/shape.h"

/*
 * Zooms between a unit's tiles and their ancestor: few heavy tiles up to this zoom are spread over the
 * threads one by one, the many light ones below it 64 at a time.
 */
enum { SINGLE_ZOOM = 12, UNIT_DEPTH = 3 };

static bool found_one(void *ctx, uint32_t number)
{
	(void)number;
	*(bool *)ctx = true;
	return false;
}

/* True when the window of a tile, of `zoom` or above, meets anything that is drawn at `zoom`: the same index
 * that the tiles there are made from, since a cluster stands where none of its members need be. The window
 * holds those of all tiles below it. */
static bool is_occupied(const struct mm_bake *b, unsigned zoom, struct mm_tile_id id)
{
	const struct mm_world_box window = mm_tile_id_window(id, MM_TILE_BUFFER);
	bool found = false;

	for (size_t i = 0; i < b->layer_count && !found; i++) {
		const struct mm_schema *s = mm_layer_schema(b->layer[i]);
		const struct mm_level *level = mm_layer_level(b->layer[i], zoom);

		if (zoom >= s->min_zoom && zoom <= s->max_zoom)
			mm_rtree_search(level ? &level->tree : mm_layer_rtree(b->layer[i]), &window,
					found_one, &found);
	}
	return found;
}

static struct mm_tile_id tile_at(unsigned z, uint64_t place)
{
	struct mm_tile_id id = {.z = z};

	mm_tile_number_place(z, place, &id.x, &id.y);
	return id;
}

/*
 * The first place from *place on, before `end`, of a tile at `depth` that holds data drawn at `zoom`. An
 * ancestor is looked at when the walk enters it, at the first of its places; one without data is skipped.
 */
static bool seek(const struct mm_bake *b, unsigned zoom, unsigned depth, unsigned top, uint64_t end,
		 uint64_t *place)
{
	while (*place < end) {
		unsigned z = depth;
		bool empty = false;

		while (z > top && (*place & ((UINT64_C(1) << 2 * (depth - z + 1)) - 1)) == 0)
			z--;
		for (; z <= depth && !empty; z++)
			empty = !is_occupied(b, zoom, tile_at(z, *place >> 2 * (depth - z)));
		if (!empty)
			return true;
		z--;
		*place = ((*place >> 2 * (depth - z)) + 1) << 2 * (depth - z);
	}
	return false;
}

bool mm_bake_walk_next(const struct mm_bake *b, struct mm_bake_walk *w, struct mm_bake_unit *ret)
{
	for (; w->zoom <= b->max_zoom; w->zoom++, w->place = 0) {
		const unsigned under = w->zoom > SINGLE_ZOOM ? UNIT_DEPTH : 0, depth = w->zoom - under;

		if (!seek(b, w->zoom, depth, 0, UINT64_C(1) << 2 * depth, &w->place))
			continue;
		*ret = (struct mm_bake_unit){w->zoom, w->place << 2 * under, (w->place + 1) << 2 * under};
		w->place++;
		return true;
	}
	return false;
}

bool mm_bake_unit_next(const struct mm_bake *b, const struct mm_bake_unit *u, uint64_t *place,
		       struct mm_tile_id *ret_id)
{
	const unsigned under = u->zoom > SINGLE_ZOOM ? UNIT_DEPTH : 0;

	if (!seek(b, u->zoom, u->zoom, u->zoom - under, u->end, place))
		return false;
	*ret_id = tile_at(u->zoom, *place);
	return true;
}
