#include "api/styles/styling.h"

#include "api/styles/clusters.h"
#include "api/styles/plain.h"
#include "api/tiles/tile_set.h"
#include "base/text.h"
#include "style/asset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char scheme[] = "munimap:";

/* The layers of a "munimap:a,b" address that are there, joined by commas; "" when none is. */
static const char *keep_present(const struct mm_catalog *c, const char *list, struct mm_arena *mem)
{
	const char *kept = "";

	for (const char *at = list; *at && kept; at += strspn(at, ",")) {
		size_t n = strcspn(at, ",");
		const char *id = mm_arena_text(mem, at, n);
		bool is_label;

		at += n;
		if (id && mm_tile_set_look_up(c, id, mem, &is_label))
			kept = mm_arena_printf(mem, "%s%s%s", kept, *kept ? "," : "", id);
	}
	return kept ? kept : "";
}

json_t *mm_styling_tilejson(const struct mm_styling *m, const char *list)
{
	return json_sprintf("%s/tiles/%s.json%s", m->base_url, list, m->wants_mlt ? "?f=mlt" : "");
}

static void fit_sources(const struct mm_styling *m)
{
	json_t *sources = json_object_get(m->document, "sources"), *source;
	const char *name;
	void *next;

	json_object_foreach_safe(sources, next, name, source)
	{
		const char *url = json_string_value(json_object_get(source, "url"));
		const char *kept;

		if (!url || !mm_text_starts(url, scheme))
			continue;
		kept = keep_present(m->catalog, url + sizeof(scheme) - 1, m->mem);
		if (*kept)
			(void)json_object_set_new(source, "url", mm_styling_tilejson(m, kept));
		else
			(void)json_object_del(sources, name);
	}
}

void mm_styling_name_layer(json_t *style_layer, const char *id)
{
	json_t *metadata = json_object_get(style_layer, "metadata");

	if (metadata)
		(void)json_object_set_new(metadata, "munimap:layer", json_string(id));
	else
		(void)json_object_set_new(style_layer, "metadata", json_pack("{s:s}", "munimap:layer", id));
}

static void mark_drawn(const struct mm_catalog *c, const struct mm_layer *l, bool *drawn)
{
	for (size_t k = 0; k < mm_catalog_count(c); k++)
		drawn[k] |= mm_catalog_entry(c, k)->layer == l;
}

/* Takes out style layers whose data is not there; tells through `drawn` which map layers the style draws. */
static void fit_layers(const struct mm_styling *m, bool *drawn)
{
	json_t *layers = json_object_get(m->document, "layers");

	for (size_t i = 0; i < json_array_size(layers);) {
		json_t *layer = json_array_get(layers, i);
		const char *id = json_string_value(json_object_get(layer, "source-layer"));
		bool is_label = false;
		const struct mm_layer *l = id ? mm_tile_set_look_up(m->catalog, id, m->mem, &is_label) : NULL;

		if (id && !l) {
			(void)json_array_remove(layers, i);
			continue;
		}
		if (is_label)
			mm_styling_name_layer(layer, mm_layer_schema(l)->id);
		else if (l)
			mark_drawn(m->catalog, l, drawn);
		i++;
	}
}

/* The latitude that the map is about: of its first view, else of the middle of what it shows. */
static bool find_latitude(const struct mm_catalog *c, double *ret_lat_deg)
{
	const struct mm_map_info *map = mm_catalog_map(c);
	const struct mm_box all = mm_catalog_box_deg(c, NULL);

	if (map->has_view) {
		*ret_lat_deg = map->view_lat_deg;
		return true;
	}
	*ret_lat_deg = (all.min_y + all.max_y) / 2;
	return !mm_box_is_empty(&all);
}

/* Pixels a metre at zoom 0: what is drawn in its true size needs it. */
static void set_metre(const struct mm_styling *m)
{
	const double equator_m = 40075016.686, world_px = 512;
	double lat_deg;

	if (find_latitude(m->catalog, &lat_deg) && fabs(lat_deg) < 85)
		mm_palette_set(m->palette, "metre",
			       json_real(world_px / equator_m / cos(lat_deg * acos(-1.0) / 180)));
}

static void fit_head(const struct mm_styling *m)
{
	const struct mm_map_info *map = mm_catalog_map(m->catalog);
	const char *id = mm_palette_id(m->palette, m->style);
	json_t *style = m->document;

	(void)json_object_set_new(style, "name", json_string(mm_title_in(&map->title, m->lang, "munimap")));
	(void)json_object_set_new(style, "glyphs",
				  json_sprintf("%s/fonts/{fontstack}/{range}.pbf", m->base_url));
	(void)json_object_set_new(style, "sprite", json_sprintf("%s/sprites/%s", m->base_url, id));
	(void)json_object_set_new(json_object_get(style, "metadata"), "munimap:style", json_string(id));
	if (!map->has_view)
		return;
	(void)json_object_set_new(style, "center", json_pack("[f, f]", map->view_lon_deg, map->view_lat_deg));
	(void)json_object_set_new(style, "zoom", json_real(map->view_zoom));
}

static bool is_clustered(const struct mm_layer *l)
{
	const unsigned points = 1u << MM_GEOM_POINT | 1u << MM_GEOM_MULTIPOINT | 1u << MM_GEOM_COLLECTION;

	return mm_layer_schema(l)->generalize.cluster_px && mm_layer_geom_types(l) & points;
}

static enum mm_code fit(const struct mm_styling *m, struct mm_err *reterr)
{
	const struct mm_catalog *c = m->catalog;
	bool *drawn = mm_arena_array(m->mem, mm_catalog_count(c) + 1, sizeof(*drawn));
	enum mm_code rc;

	if (!drawn)
		return mm_fail_nomem(reterr);
	set_metre(m);
	rc = mm_palette_fill(m->palette, m->style, m->document, reterr);
	if (rc)
		return rc;
	fit_head(m);
	fit_sources(m);
	fit_layers(m, drawn);
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->layer && !drawn[i])
			mm_plain_add_layer(m, mm_catalog_entry(c, i)->layer);
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->layer && is_clustered(mm_catalog_entry(c, i)->layer))
			mm_clusters_add(m, mm_catalog_entry(c, i)->layer);
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->archive)
			mm_plain_add_archive(m, mm_catalog_entry(c, i)->archive);
	for (size_t i = mm_catalog_count(c); i-- > 0;)
		if (mm_catalog_entry(c, i)->raster)
			mm_plain_add_raster(m, mm_catalog_entry(c, i)->raster);
	return m->mem->exhausted ? mm_fail_nomem(reterr) : MM_OK;
}

enum mm_code mm_styling_make(struct mm_arena *mem, const struct mm_catalog *c, const char *id,
			     const char *base_url, const char *lang, bool wants_mlt, json_t **ret,
			     struct mm_err *reterr)
{
	const struct mm_asset *a = mm_asset_find("styles/template.json");
	struct mm_styling m = {
	    .mem = mem, .base_url = base_url, .lang = lang, .wants_mlt = wants_mlt, .catalog = c};
	enum mm_code rc = mm_palette_new(&m.palette, reterr);

	if (rc)
		return rc;
	m.style = mm_palette_find(m.palette, id);
	if (m.style == SIZE_MAX)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "style", "there is no such style: see %s/styles",
			     base_url);
	m.document = a && !rc ? json_loadb((const char *)a->data, a->len, 0, NULL) : NULL;
	if (!rc)
		rc = m.document ? fit(&m, reterr) : mm_fail_nomem(reterr);
	(void)mm_palette_free(m.palette);
	if (rc)
		json_decref(m.document);
	else
		*ret = m.document;
	return rc;
}
