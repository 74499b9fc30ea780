#include "api/tiles/tileset.h"

#include <string.h>

static enum mm_code add_all(struct mm_tileset *t, struct mm_err *reterr)
{
	for (size_t i = 0; i < mm_catalog_count(t->set.catalog); i++) {
		const struct mm_layer *l = mm_catalog_entry(t->set.catalog, i)->layer;

		if (!l)
			continue;
		if (t->set.count == MM_TILE_LAYERS_MAX)
			return mm_fail(
			    reterr, MM_E_INVALID, "collections",
			    "the map has more layers than one tile may hold: name at most %d of them "
			    "with collections=a,b",
			    MM_TILE_LAYERS_MAX);
		t->set.layer[t->set.count++] = l;
	}
	return MM_OK;
}

/* The layers that collections= names; a wrong name is a wrong value here, not a wrong address. */
static enum mm_code add_named(struct mm_tileset *t, const struct mm_request *r, const char *list,
			      struct mm_err *reterr)
{
	struct mm_err err = {0};
	enum mm_code rc = mm_tile_set_find(&t->set, r, list, &err);

	if (rc)
		return mm_fail(reterr, rc == MM_E_NOT_FOUND ? MM_E_INVALID : rc, "collections", "%s",
			       err.msg);
	t->query = "&collections=";
	for (size_t i = 0; i < t->set.count && t->query; i++)
		t->query = mm_arena_printf(r->mem, "%s%s%s", t->query, i ? "," : "",
					   mm_tile_set_id(&t->set, i, r->mem));
	for (size_t i = 0; i < t->set.archive_count && t->query; i++)
		t->query = mm_arena_printf(r->mem, "%s%s%s", t->query, i || t->set.count ? "," : "",
					   mm_tile_archive_info(t->set.archive[i])->id);
	return t->query ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code find_layers(struct mm_tileset *t, const struct mm_request *r, struct mm_err *reterr)
{
	const char *id = mm_request_arg(r, "id"), *list = mm_request_param(r, "collections");

	if (!id)
		return list ? add_named(t, r, list, reterr) : add_all(t, reterr);
	t->collection = mm_catalog_find(t->set.catalog, id);
	if (!t->collection)
		return mm_out_no_layer(t->set.catalog, r, id, reterr);
	t->set.layer[t->set.count++] = t->collection;
	t->path = mm_arena_printf(r->mem, "/collections/%s/tiles", id);
	return t->path ? MM_OK : mm_fail_nomem(reterr);
}

/* Which of the set comes in tiles of Web Mercator only, in the request's memory: an archive, or labels. NULL:
 * none. */
static const char *mercator_only(const struct mm_tileset *t, struct mm_arena *mem)
{
	if (t->set.archive_count)
		return mm_tile_archive_info(t->set.archive[0])->id;
	for (size_t i = 0; i < t->set.count; i++)
		if (t->set.is_label[i])
			return mm_tile_set_id(&t->set, i, mem);
	return NULL;
}

enum mm_code mm_tileset_open(struct mm_tileset *t, const struct mm_api *api, const struct mm_request *r,
			     struct mm_err *reterr)
{
	const char *grid = mm_request_arg(r, "tms");
	enum mm_code rc;

	*t = (struct mm_tileset){.path = "/tiles", .query = ""};
	rc = mm_out_catalog(api, &t->set.catalog, reterr);
	if (!rc)
		rc = find_layers(t, r, reterr);
	if (rc || !grid)
		return rc;
	t->grid = mm_catalog_find_grid(t->set.catalog, grid);
	if (t->grid && !mm_tileset_fits(t, t->grid))
		return mm_fail(reterr, MM_E_NOT_FOUND, "tileMatrixSetId",
			       "\"%s\" comes as tiles of Web Mercator: ask for WebMercatorQuad",
			       mercator_only(t, r->mem));
	if (!t->grid)
		return mm_fail(reterr, MM_E_NOT_FOUND, "tileMatrixSetId",
			       "there is no tile matrix set \"%.64s\": see %s/tileMatrixSets", grid,
			       r->base_url);
	return MM_OK;
}

bool mm_tileset_fits(const struct mm_tileset *t, const struct mm_tile_matrix_set *grid)
{
	bool fits = t->set.archive_count == 0;

	for (size_t i = 0; i < t->set.count; i++)
		fits = fits && !t->set.is_label[i];
	return fits || grid->kind == MM_TMS_MERCATOR;
}

bool mm_tileset_of_archive(struct mm_tileset *t, const struct mm_catalog *c, size_t entry,
			   const struct mm_request *r)
{
	const struct mm_tile_archive *a = mm_catalog_entry(c, entry)->archive;

	if (!a)
		return false;
	*t = (struct mm_tileset){.path = "/tiles"};
	t->set.catalog = c;
	t->set.archive[t->set.archive_count++] = a;
	for (size_t i = 0; (t->grid = mm_catalog_grid(c, i)) && t->grid->kind != MM_TMS_MERCATOR;)
		i++;
	t->query = mm_arena_printf(r->mem, "&collections=%s", mm_tile_archive_info(a)->id);
	return t->query && t->grid;
}

void mm_tileset_close(struct mm_tileset *t)
{
	t->set.catalog = mm_catalog_unref(t->set.catalog);
}

bool mm_tileset_matrices(const struct mm_tileset *t, const struct mm_layer *l, size_t *ret_first,
			 size_t *ret_last)
{
	const struct mm_schema *s = mm_layer_schema(l);

	return mm_tileset_matrices_of(t, s->min_zoom,
				      t->grid->kind == MM_TMS_OWN ? s->max_zoom : mm_tile_set_last_zoom(s),
				      ret_first, ret_last);
}

bool mm_tileset_matrices_of(const struct mm_tileset *t, unsigned first_zoom, unsigned last_zoom,
			    size_t *ret_first, size_t *ret_last)
{
	size_t first = 0, end = t->grid->count;

	while (first < end && t->grid->matrix[first].zoom < first_zoom)
		first++;
	while (end > first && t->grid->matrix[end - 1].zoom > last_zoom)
		end--;
	if (first == end)
		return false;
	*ret_first = first;
	*ret_last = end - 1;
	return true;
}

struct mm_box mm_tileset_layer_box(const struct mm_tileset *t, const struct mm_layer *l, struct mm_proj *p)
{
	struct mm_box box = mm_layer_box_deg(l);
	const struct mm_transform *way;

	if (mm_box_is_empty(&box))
		return box;
	if (t->grid->kind == MM_TMS_OWN) {
		box = mm_layer_box_crs(l);
		if (mm_transform_get(p, mm_layer_schema(l)->crs_definition, t->grid->crs_definition, &way,
				     NULL))
			return mm_box_empty();
		return mm_transform_box(way, &box);
	}
	return mm_tileset_box(t, box, p);
}

struct mm_box mm_tileset_box(const struct mm_tileset *t, struct mm_box box, struct mm_proj *p)
{
	const struct mm_transform *way;

	if (t->grid->kind == MM_TMS_CRS84)
		return box;
	box.min_y = box.min_y < -MM_MERCATOR_MAX_LAT_DEG ? -MM_MERCATOR_MAX_LAT_DEG : box.min_y;
	box.max_y = box.max_y > MM_MERCATOR_MAX_LAT_DEG ? MM_MERCATOR_MAX_LAT_DEG : box.max_y;
	if (mm_transform_get(p, MM_CRS84, t->grid->crs_definition, &way, NULL))
		return mm_box_empty();
	return mm_transform_box(way, &box);
}

const char *mm_tileset_title(const struct mm_tileset *t, const struct mm_request *r)
{
	const char *lang = mm_request_lang(r, "ru");
	const struct mm_schema *s = t->collection ? mm_layer_schema(t->collection) : NULL;
	const struct mm_tile_archive_info *a =
	    mm_tile_set_is_stored(&t->set) ? mm_tile_archive_info(t->set.archive[0]) : NULL;
	const char *what = s   ? mm_title_in(&s->title, lang, s->id)
			   : a ? mm_title_in(&a->title, lang, a->id)
			       : mm_title_in(&mm_catalog_map(t->set.catalog)->title, lang, "munimap");
	const char *title = t->grid ? mm_arena_printf(r->mem, "%s: %s", what, t->grid->id) : what;

	return title ? title : what;
}
