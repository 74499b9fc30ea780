#include "api/tile_set.h"

#include "base/hash.h"
#include "base/text.h"

#include <string.h>

enum { CLIENT_MAX_ZOOM = 16 };

const struct mm_layer *mm_tile_set_look_up(const struct mm_catalog *c, const char *id, struct mm_arena *mem,
					   bool *ret_is_label)
{
	const struct mm_layer *l = mm_catalog_find(c, id);
	const char *base;

	*ret_is_label = false;
	if (l || !mm_text_ends(id, MM_TILE_LABEL_SUFFIX))
		return l;
	base = mm_arena_text(mem, id, strlen(id) - strlen(MM_TILE_LABEL_SUFFIX));
	l = base ? mm_catalog_find(c, base) : NULL;
	*ret_is_label = l && mm_layer_has_polygons(l);
	return *ret_is_label ? l : NULL;
}

const char *mm_tile_set_id(const struct mm_tile_set *set, size_t i, struct mm_arena *mem)
{
	const char *id = mm_layer_schema(set->layer[i])->id;

	return set->is_label[i] ? mm_arena_printf(mem, "%s" MM_TILE_LABEL_SUFFIX, id) : id;
}

static bool has(const struct mm_tile_set *set, const struct mm_layer *l, bool is_label)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->layer[i] == l && set->is_label[i] == is_label)
			return true;
	return false;
}

enum mm_code mm_tile_set_find(struct mm_tile_set *set, const struct mm_request *r, const char *list,
			      struct mm_err *reterr)
{
	for (const char *at = list;; at++) {
		size_t n = strcspn(at, ",");
		const char *id = mm_arena_text(r->mem, at, n);
		bool is_label = false;
		const struct mm_layer *l =
		    id ? mm_tile_set_look_up(set->catalog, id, r->mem, &is_label) : NULL;

		if (!l)
			return mm_fail(reterr, MM_E_NOT_FOUND, "layers",
				       "there is no layer \"%.64s\": see %s/collections", id ? id : "",
				       r->base_url);
		if (!has(set, l, is_label)) {
			if (set->count == MM_TILE_LAYERS_MAX)
				return mm_fail(reterr, MM_E_INVALID, "layers",
					       "at most %d layers in one tile", MM_TILE_LAYERS_MAX);
			set->is_label[set->count] = is_label;
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
		uint64_t parts[3] = {mm_layer_version(set->layer[i]), mm_layer_identity(set->layer[i]),
				     set->is_label[i]};

		v = mm_hash64(parts, sizeof(parts), v);
	}
	return v;
}

unsigned mm_tile_set_last_zoom(const struct mm_schema *s)
{
	unsigned most = s->min_zoom > CLIENT_MAX_ZOOM ? s->min_zoom : CLIENT_MAX_ZOOM;

	return s->max_zoom < most ? s->max_zoom : most;
}
