#include "api/tiles/tile_set.h"

#include "base/hash.h"
#include "base/text.h"
#include "grid/shape.h"

#include <stdlib.h>
#include <string.h>

enum { CLIENT_MAX_ZOOM = 16 };

const struct mm_layer *mm_tile_set_look_up(const struct mm_catalog *c, const char *id, struct mm_arena *mem,
					   bool *ret_is_label)
{
	const struct mm_layer *l = mm_catalog_find(c, id);
	const char *base;

	*ret_is_label = false;
	if (l || !mm_text_ends(id, MM_LABEL_SUFFIX))
		return l;
	base = mm_arena_text(mem, id, strlen(id) - strlen(MM_LABEL_SUFFIX));
	l = base ? mm_catalog_find(c, base) : NULL;
	*ret_is_label = l && mm_layer_has_polygons(l);
	return *ret_is_label ? l : NULL;
}

const char *mm_tile_set_id(const struct mm_tile_set *set, size_t i, struct mm_arena *mem)
{
	const char *id = mm_layer_schema(set->layer[i])->id;

	return set->is_label[i] ? mm_arena_printf(mem, "%s" MM_LABEL_SUFFIX, id) : id;
}

static bool has(const struct mm_tile_set *set, const struct mm_layer *l, bool is_label)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->layer[i] == l && set->is_label[i] == is_label)
			return true;
	return false;
}

static bool has_archive(const struct mm_tile_set *set, const struct mm_tile_archive *a)
{
	for (size_t i = 0; i < set->archive_count; i++)
		if (set->archive[i] == a)
			return true;
	return false;
}

/* The layer whose labels `n` bytes of a list name, and its history. */
static const struct mm_layer *find_labels(const struct mm_tile_set *set, const struct mm_request *r,
					  const char *id, size_t n, const struct mm_history **ret_history)
{
	const char *text = mm_arena_text(r->mem, id, n);
	bool is_label = false;
	const struct mm_layer *l = text ? mm_tile_set_look_up(set->catalog, text, r->mem, &is_label) : NULL;

	if (l)
		*ret_history = mm_catalog_history(set->catalog, mm_layer_schema(l)->id);
	return l;
}

/* Adds what `n` bytes of the list name, unless it is there already. Each tile asks for its layers anew: one
 * look into the catalog for each, and no copy. */
static enum mm_code add(struct mm_tile_set *set, const struct mm_request *r, const char *id, size_t n,
			struct mm_err *reterr)
{
	const size_t at = mm_catalog_index(set->catalog, id, n);
	const struct mm_entry *e = at == SIZE_MAX ? NULL : mm_catalog_entry(set->catalog, at);
	const struct mm_tile_archive *archive = e ? e->archive : NULL;
	const struct mm_history *history = e ? e->history : NULL;
	const struct mm_layer *l = e && !archive ? e->layer : NULL;
	const bool is_label = !l && !archive;

	if (is_label)
		l = find_labels(set, r, id, n, &history);
	if (!l && !archive)
		return mm_fail(reterr, MM_E_NOT_FOUND, "layers",
			       "there is no layer \"%.*s\": see %s/collections", n < 64 ? (int)n : 64, id,
			       r->base_url);
	if (l ? has(set, l, is_label) : has_archive(set, archive))
		return MM_OK;
	if (set->count + set->archive_count == MM_TILE_LAYERS_MAX)
		return mm_fail(reterr, MM_E_INVALID, "layers", "at most %d layers in one tile",
			       MM_TILE_LAYERS_MAX);
	if (archive) {
		set->archive[set->archive_count++] = archive;
		return MM_OK;
	}
	set->is_label[set->count] = is_label;
	set->history[set->count] = history;
	set->layer[set->count++] = l;
	return MM_OK;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the layers of the set's tiles, as far as archives tell them; NULL: out of memory. */
static const char **names_of(const struct mm_tile_set *set, struct mm_arena *mem, size_t *ret_count)
{
	size_t count = set->count;
	const char **name;

	for (size_t i = 0; i < set->archive_count; i++)
		count += mm_tile_archive_about(set->archive[i])->layer_count;
	name = mm_arena_array(mem, count + 1, sizeof(*name));
	count = 0;
	for (size_t i = 0; i < set->count && name; i++) {
		name[count] = mm_tile_set_id(set, i, mem);
		if (!name[count++])
			return NULL;
	}
	for (size_t i = 0; i < set->archive_count && name; i++) {
		const struct mm_archive_about *about = mm_tile_archive_about(set->archive[i]);

		for (size_t k = 0; k < about->layer_count; k++)
			name[count++] = about->layer[k].id;
	}
	*ret_count = count;
	return name;
}

/* Whether the parts of the set can be one tile. */
static enum mm_code check_join(const struct mm_tile_set *set, struct mm_arena *mem, struct mm_err *reterr)
{
	size_t count = 0;
	const char **name;

	if (set->archive_count == 0 || set->count + set->archive_count == 1)
		return MM_OK;
	for (size_t i = 0; i < set->archive_count; i++)
		if (mm_tile_archive_about(set->archive[i])->encoding == MM_ARCHIVE_MLT)
			return mm_fail(
			    reterr, MM_E_INVALID, "layers",
			    "the tiles of \"%s\" are MLT, which is not joined with others: ask for "
			    "it alone",
			    mm_tile_archive_info(set->archive[i])->id);
	name = names_of(set, mem, &count);
	if (!name)
		return mm_fail_nomem(reterr);
	qsort(name, count, sizeof(*name), by_text);
	for (size_t i = 1; i < count; i++)
		if (strcmp(name[i - 1], name[i]) == 0)
			return mm_fail(reterr, MM_E_INVALID, "layers",
				       "two layers of the tile would be named \"%.64s\": ask for them apart",
				       name[i]);
	return MM_OK;
}

enum mm_code mm_tile_set_find(struct mm_tile_set *set, const struct mm_request *r, const char *list,
			      struct mm_err *reterr)
{
	for (const char *at = list;; at++) {
		size_t n = (size_t)(strchrnul(at, ',') - at);
		enum mm_code rc = add(set, r, at, n, reterr);

		if (rc)
			return rc;
		at += n;
		if (!*at)
			return check_join(set, r->mem, reterr);
	}
}

bool mm_tile_set_has_encoding(const struct mm_tile_set *set, enum mm_tile_encoding wanted)
{
	for (size_t i = 0; i < set->archive_count; i++)
		if (mm_tile_archive_about(set->archive[i])->encoding !=
		    (wanted == MM_TILE_MLT ? MM_ARCHIVE_MLT : MM_ARCHIVE_MVT))
			return false;
	return true;
}

static uint64_t hash_archives(const struct mm_tile_set *set, uint64_t v)
{
	for (size_t i = 0; i < set->archive_count; i++) {
		const uint64_t identity = mm_tile_archive_info(set->archive[i])->identity;

		v = mm_hash64(&identity, sizeof(identity), v);
	}
	return v;
}

uint64_t mm_tile_set_version(const struct mm_tile_set *set)
{
	uint64_t v = MM_TILE_FORMAT;

	for (size_t i = 0; i < set->count; i++) {
		uint64_t parts[3] = {mm_layer_version(set->layer[i]), mm_layer_identity(set->layer[i]),
				     set->is_label[i]};

		v = mm_hash64(parts, sizeof(parts), v);
	}
	return hash_archives(set, v);
}

uint64_t mm_tile_set_version_at(const struct mm_tile_set *set, struct mm_tile_id id)
{
	const struct mm_world_box window = mm_tile_id_window(id, MM_TILE_BUFFER);
	uint64_t v = MM_TILE_FORMAT;

	for (size_t i = 0; i < set->count; i++) {
		const struct mm_history *h = set->history[i];
		uint64_t parts[2] = {h ? mm_history_version_at(h, id.z, &window)
				       : mm_layer_version(set->layer[i]),
				     set->is_label[i]};

		v = mm_hash64(parts, sizeof(parts), v);
	}
	return hash_archives(set, v);
}

unsigned mm_tile_set_last_zoom(const struct mm_schema *s)
{
	unsigned most = s->min_zoom > CLIENT_MAX_ZOOM ? s->min_zoom : CLIENT_MAX_ZOOM;

	return s->max_zoom < most ? s->max_zoom : most;
}
