#include "api/tile_set.h"

#include "base/hash.h"

#include <string.h>

enum { CLIENT_MAX_ZOOM = 16 };

static bool has(const struct mm_tile_set *set, const struct mm_layer *l)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->layer[i] == l)
			return true;
	return false;
}

enum mm_code mm_tile_set_find(struct mm_tile_set *set, const struct mm_request *r, const char *list,
			      struct mm_err *reterr)
{
	for (const char *at = list;; at++) {
		size_t n = strcspn(at, ",");
		const char *id = mm_arena_text(r->mem, at, n);
		const struct mm_layer *l = id ? mm_catalog_find(set->catalog, id) : NULL;

		if (!l)
			return mm_fail(reterr, MM_E_NOT_FOUND, "layers",
				       "there is no layer \"%.64s\": see %s/collections", id ? id : "",
				       r->base_url);
		if (!has(set, l)) {
			if (set->count == MM_TILE_LAYERS_MAX)
				return mm_fail(reterr, MM_E_INVALID, "layers",
					       "at most %d layers in one tile", MM_TILE_LAYERS_MAX);
			set->layer[set->count++] = l;
		}
		at += n;
		if (!*at)
			return MM_OK;
	}
}

uint64_t mm_tile_set_version(const struct mm_tile_set *set)
{
	uint64_t v = MM_TILE_FORMAT;

	for (size_t i = 0; i < set->count; i++) {
		uint64_t pair[2] = {mm_layer_version(set->layer[i]), mm_layer_identity(set->layer[i])};

		v = mm_hash64(pair, sizeof(pair), v);
	}
	return v;
}

unsigned mm_tile_set_last_zoom(const struct mm_schema *s)
{
	unsigned most = s->min_zoom > CLIENT_MAX_ZOOM ? s->min_zoom : CLIENT_MAX_ZOOM;

	return s->max_zoom < most ? s->max_zoom : most;
}
