#include "api/out.h"
#include "api/tiles/tile_set.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/text.h"
#include "style/asset.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * "/styles" and "/styles/{id}": the built-in MapLibre styles, made to fit the map that is served. Sources
 * written as "munimap:a,b,c" become the TileJSON of those of these layers that are there; style layers of
 * others go; layers of the map that no style draws get a plain symbol from their style hint, so that any
 * folder of files shows up at once, and archives of tiles (`tiles:`) lie below them. Style layers that draw
 * the labels of a layer (tile/tile.h) say so by "munimap:layer" in their metadata. With "?tiles=mlt" sources
 * are MapLibre Tiles, which few but MapLibre can read: a fifth to a third less on the wire. The page itself
 * stays with MVT: MapLibre reads all attributes of an MLT at once, which takes 1.4 to 2.8 times as long, and
 * views are not drawn sooner (tests/bench/viewer_tiles.mjs).
 */

static const char scheme[] = "munimap:";

enum { DRAWN_MAX = 100 }; /* layers of one archive that get a symbol */

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

/* The TileJSON of some layers, a new string. */
static json_t *tilejson_url(const struct mm_request *r, const char *list)
{
	const char *tiles = mm_request_param(r, "tiles");

	return json_sprintf("%s/tiles/%s.json%s", r->base_url, list,
			    tiles && strcmp(tiles, "mlt") == 0 ? "?f=mlt" : "");
}

static void fit_sources(json_t *style, const struct mm_catalog *c, const struct mm_request *r)
{
	json_t *sources = json_object_get(style, "sources"), *source;
	const char *name;
	void *next;

	json_object_foreach_safe(sources, next, name, source)
	{
		const char *url = json_string_value(json_object_get(source, "url"));
		const char *kept;

		if (!url || !mm_text_starts(url, scheme))
			continue;
		kept = keep_present(c, url + sizeof(scheme) - 1, r->mem);
		if (*kept)
			(void)json_object_set_new(source, "url", tilejson_url(r, kept));
		else
			(void)json_object_del(sources, name);
	}
}

/* Says of which layer a style layer draws the labels. */
static void name_layer(json_t *style_layer, const char *id)
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
static void fit_layers(json_t *style, const struct mm_catalog *c, struct mm_arena *mem, bool *drawn)
{
	json_t *layers = json_object_get(style, "layers");

	for (size_t i = 0; i < json_array_size(layers);) {
		json_t *layer = json_array_get(layers, i);
		const char *id = json_string_value(json_object_get(layer, "source-layer"));
		bool is_label = false;
		const struct mm_layer *l = id ? mm_tile_set_look_up(c, id, mem, &is_label) : NULL;

		if (id && !l) {
			(void)json_array_remove(layers, i);
			continue;
		}
		if (is_label)
			name_layer(layer, mm_layer_schema(l)->id);
		else if (l)
			mark_drawn(c, l, drawn);
		i++;
	}
}

/* The colour of the hint, else one that always goes with this name. */
static const char *color_of(const char *name, const json_t *hint)
{
	static const char *const palette[] = {"#2f6f9f", "#b45f06", "#5b7f3a", "#8e4585", "#a61c3c",
					      "#1f7a7a", "#7a5c1f", "#4a5fc1", "#9c3f3f", "#3f7f5f"};
	const char *color = json_string_value(json_object_get(hint, "color"));

	return color ? color
		     : palette[mm_hash64(name, strlen(name), 0) % (sizeof(palette) / sizeof(palette[0]))];
}

/* Pixels; 0 when the hint does not say. */
static double width_of(const json_t *hint)
{
	const char *text = json_string_value(json_object_get(hint, "width"));
	double width = 0;

	return text && mm_num_parse(text, strlen(text), &width) ? width : 0;
}

/* A plain style layer; takes over `layout` (NULL: none) and `paint`. */
static void add(json_t *layers, const struct mm_schema *s, const char *suffix, const char *type,
		const char *geometry, json_t *layout, json_t *paint)
{
	json_t *layer = json_pack("{s:s+, s:s, s:s, s:s, s:[s, [s], s], s:o*, s:o}", "id", s->id, suffix,
				  "type", type, "source", s->id, "source-layer", s->id, "filter",
				  "==", "geometry-type", geometry, "layout", layout, "paint", paint);

	(void)json_array_append_new(layers, layer);
}

/* How texts stand: below points, in shapes, along lines. */
static json_t *label_layout(const char *field, enum mm_part_kind kind)
{
	json_t *layout = json_pack("{s:[s, s], s:[s], s:i, s:i}", "text-field", "get", field, "text-font",
				   "Noto Sans Regular", "text-size", 12, "text-padding", 6);

	if (kind == MM_PART_LINE)
		(void)json_object_set_new(layout, "symbol-placement", json_string("line"));
	if (kind == MM_PART_POINTS) {
		(void)json_object_set_new(layout, "text-offset", json_pack("[i, f]", 0, 0.9));
		(void)json_object_set_new(layout, "text-anchor", json_string("top"));
	}
	return layout;
}

/* A layer of texts: of the points or lines of a layer, or of its labels. */
static void add_texts(json_t *layers, const struct mm_schema *s, const char *field, enum mm_part_kind kind)
{
	static const char *const suffix[] = {"-label", "-line-label", "-shape-label"};
	static const char *const geometry[] = {"Point", "LineString", "Point"};
	const char *more = kind == MM_PART_POLYGON ? MM_TILE_LABEL_SUFFIX : "";
	json_t *layer = json_pack("{s:s+, s:s, s:s, s:s+, s:i, s:[s, [s], s], s:o, s:{s:s, s:s, s:f}}", "id",
				  s->id, suffix[kind], "type", "symbol", "source", s->id, "source-layer",
				  s->id, more, "minzoom", 13, "filter", "==", "geometry-type", geometry[kind],
				  "layout", label_layout(field, kind), "paint", "text-color", "#26323a",
				  "text-halo-color", "#ffffff", "text-halo-width", 1.4);

	if (kind == MM_PART_POLYGON)
		name_layer(layer, s->id);
	(void)json_array_append_new(layers, layer);
}

/* Labels stand for lines too where there are polygons. */
static void add_labels(json_t *layers, const struct mm_layer *l, const char *field)
{
	const struct mm_schema *s = mm_layer_schema(l);
	const unsigned types = mm_layer_geom_types(l);

	if (types & (1u << MM_GEOM_POINT | 1u << MM_GEOM_MULTIPOINT | 1u << MM_GEOM_COLLECTION))
		add_texts(layers, s, field, MM_PART_POINTS);
	if (mm_layer_has_polygons(l))
		add_texts(layers, s, field, MM_PART_POLYGON);
	else if (types & (1u << MM_GEOM_LINE | 1u << MM_GEOM_MULTILINE))
		add_texts(layers, s, field, MM_PART_LINE);
}

static void add_points(json_t *layers, const struct mm_schema *s, const char *icon, const char *color)
{
	const char *file = icon ? icon : "";
	char name[128];

	(void)snprintf(name, sizeof(name), "icons/%s.svg", file);
	if (*file && mm_asset_find(name)) {
		add(layers, s, "-point", "symbol", "Point",
		    json_pack("{s:s, s:b}", "icon-image", icon, "icon-allow-overlap", 1), json_object());
		(void)json_object_set_new(json_array_get(layers, json_array_size(layers) - 1), "metadata",
					  json_pack("{s:s}", "munimap:icon", icon));
		return;
	}
	add(layers, s, "-point", "circle", "Point", NULL,
	    json_pack("{s:s, s:f, s:s, s:f}", "circle-color", color, "circle-radius", 4.5,
		      "circle-stroke-color", "#ffffff", "circle-stroke-width", 1.2));
}

/* Plain symbols for a layer that the style does not know, from its style hint. */
static void add_plain(json_t *style, const struct mm_layer *l, const struct mm_request *r)
{
	const struct mm_schema *s = mm_layer_schema(l);
	json_t *layers = json_object_get(style, "layers"), *hint = json_loads(s->style_json, 0, NULL);
	const char *color = color_of(s->id, hint), *label = json_string_value(json_object_get(hint, "label"));
	const char *kind = json_string_value(json_object_get(hint, "kind"));
	double width = width_of(hint);
	unsigned types = mm_layer_geom_types(l);
	bool any = types & 1u << MM_GEOM_COLLECTION;
	bool has_labels = label && mm_schema_find(s, label) != SIZE_MAX;
	const char *more = has_labels && mm_layer_has_polygons(l)
			       ? mm_arena_printf(r->mem, ",%s" MM_TILE_LABEL_SUFFIX, s->id)
			       : "";
	const char *list = mm_arena_printf(r->mem, "%s%s", s->id, more ? more : "");

	(void)json_object_set_new(
	    json_object_get(style, "sources"), s->id,
	    json_pack("{s:s, s:o}", "type", "vector", "url", tilejson_url(r, list ? list : s->id)));
	if (any || types & (1u << MM_GEOM_POLYGON | 1u << MM_GEOM_MULTIPOLYGON)) {
		if (!kind || strcmp(kind, "line") != 0)
			add(layers, s, "-fill", "fill", "Polygon", NULL,
			    json_pack("{s:s, s:f}", "fill-color", color, "fill-opacity", 0.35));
		add(layers, s, "-outline", "line", "Polygon", NULL,
		    json_pack("{s:s, s:f}", "line-color", color, "line-width", width > 0 ? width : 1.0));
	}
	if (any || types & (1u << MM_GEOM_LINE | 1u << MM_GEOM_MULTILINE))
		add(layers, s, "-line", "line", "LineString",
		    json_pack("{s:s, s:s}", "line-cap", "round", "line-join", "round"),
		    json_pack("{s:s, s:f}", "line-color", color, "line-width", width > 0 ? width : 2.0));
	if (any || types & (1u << MM_GEOM_POINT | 1u << MM_GEOM_MULTIPOINT))
		add_points(layers, s, json_string_value(json_object_get(hint, "icon")), color);
	if (has_labels)
		add_labels(layers, l, label);
	json_decref(hint);
}

/* A plain style layer for one layer of an archive's tiles; takes over `paint`. */
static void add_of_archive(json_t *layers, size_t at, const char *id, const char *layer, const char *type,
			   const char *geometry, json_t *paint)
{
	char name[400];

	(void)snprintf(name, sizeof(name), "%s/%s-%s", id, layer, type);
	(void)json_array_insert_new(layers, at,
				    json_pack("{s:s, s:s, s:s, s:s, s:{s:s}, s:[s, [s], s], s:o}", "id", name,
					      "type", type, "source", id, "source-layer", layer, "metadata",
					      "munimap:layer", id, "filter", "==", "geometry-type", geometry,
					      "paint", paint));
}

/* Below what the style draws, above its background. */
static size_t ground_of(const json_t *layers)
{
	size_t i = 0;

	while (i < json_array_size(layers) && !json_object_get(json_array_get(layers, i), "source"))
		i++;
	return i;
}

/* Plain symbols for a layer that comes as tiles, which may hold shapes of any kind: it lies below the rest.
 */
static void add_archive(json_t *style, const struct mm_tile_archive *a, const struct mm_request *r)
{
	const struct mm_archive_about *about = mm_tile_archive_about(a);
	const struct mm_tile_archive_info *info = mm_tile_archive_info(a);
	json_t *layers = json_object_get(style, "layers"), *hint = json_loads(info->style_json, 0, NULL);
	const double width = width_of(hint) > 0 ? width_of(hint) : 1.0;
	const size_t ground = ground_of(layers);
	const size_t count = about->layer_count < DRAWN_MAX ? about->layer_count : DRAWN_MAX;

	(void)json_object_set_new(json_object_get(style, "sources"), info->id,
				  json_pack("{s:s, s:o}", "type", "vector", "url",
					    json_sprintf("%s/tiles/%s.json", r->base_url, info->id)));
	/* put in one below the other: points are above lines, lines above areas, in each the last layer on
	 * top */
	for (size_t i = count; i-- > 0;)
		add_of_archive(layers, ground, info->id, about->layer[i].id, "circle", "Point",
			       json_pack("{s:s, s:f}", "circle-color", color_of(about->layer[i].id, hint),
					 "circle-radius", 3.0));
	for (size_t i = count; i-- > 0;)
		add_of_archive(layers, ground, info->id, about->layer[i].id, "line", "LineString",
			       json_pack("{s:s, s:f}", "line-color", color_of(about->layer[i].id, hint),
					 "line-width", width));
	for (size_t i = count; i-- > 0;)
		add_of_archive(layers, ground, info->id, about->layer[i].id, "fill", "Polygon",
			       json_pack("{s:s, s:f}", "fill-color", color_of(about->layer[i].id, hint),
					 "fill-opacity", 0.35));
	json_decref(hint);
}

static bool fit(json_t *style, const struct mm_catalog *c, const struct mm_request *r)
{
	const struct mm_map_info *map = mm_catalog_map(c);
	bool *drawn = mm_arena_array(r->mem, mm_catalog_count(c) + 1, sizeof(*drawn));

	if (!drawn)
		return false;
	(void)json_object_set_new(style, "name",
				  json_string(mm_title_in(&map->title, mm_request_lang(r, "ru"), "munimap")));
	(void)json_object_set_new(style, "glyphs",
				  json_sprintf("%s/fonts/{fontstack}/{range}.pbf", r->base_url));
	(void)json_object_set_new(style, "sprite", json_sprintf("%s/sprites/munimap", r->base_url));
	if (map->has_view) {
		(void)json_object_set_new(style, "center",
					  json_pack("[f, f]", map->view_lon_deg, map->view_lat_deg));
		(void)json_object_set_new(style, "zoom", json_real(map->view_zoom));
	}
	fit_sources(style, c, r);
	fit_layers(style, c, r->mem, drawn);
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->layer && !drawn[i])
			add_plain(style, mm_catalog_entry(c, i)->layer, r);
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->archive)
			add_archive(style, mm_catalog_entry(c, i)->archive, r);
	return !r->mem->exhausted;
}

static int put_chunk(const char *bytes, size_t n, void *out)
{
	mm_buf_put(out, bytes, n);
	return ((struct mm_buf *)out)->failed ? -1 : 0;
}

enum mm_code mm_api_style(void *ctx, const struct mm_request *r, struct mm_response *rs,
			  struct mm_err *reterr)
{
	const char *name = mm_arena_printf(r->mem, "styles/%s.json", r->segment[1]);
	const struct mm_asset *a = name ? mm_asset_find(name) : NULL;
	const struct mm_catalog *c = NULL;
	json_t *style;
	enum mm_code rc;

	if (!a)
		return mm_fail(reterr, MM_E_NOT_FOUND, "style", "there is no such style: see %s/styles",
			       r->base_url);
	rc = mm_out_catalog(ctx, &c, reterr);
	if (rc)
		return rc;
	style = json_loadb((const char *)a->data, a->len, 0, NULL);
	if (!style || !fit(style, c, r) || json_dump_callback(style, put_chunk, &rs->body, JSON_COMPACT) != 0)
		rc = mm_fail_nomem(reterr);
	json_decref(style);
	rs->etag = mm_out_etag(r, mm_catalog_version(c), mm_request_lang(r, "ru"));
	(void)mm_catalog_unref(c);
	return rc ? rc : mm_out_done(rs, "application/vnd.mapbox.style+json", reterr);
}

enum mm_code mm_api_styles(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	static const char folder[] = "styles/", ending[] = ".json";
	struct mm_json j = mm_json_on(&rs->body);

	(void)ctx;
	mm_json_open(&j, NULL, '{');
	mm_json_open(&j, "styles", '[');
	for (size_t i = 0; i < mm_asset_count; i++) {
		const char *file = mm_assets[i].name, *id;

		if (!mm_text_starts(file, folder) || !mm_text_ends(file, ending))
			continue;
		file += sizeof(folder) - 1;
		id = mm_arena_text(r->mem, file, strlen(file) - (sizeof(ending) - 1));
		mm_json_open(&j, NULL, '{');
		mm_json_text(&j, "id", id);
		mm_json_text(&j, "title", id);
		mm_json_open(&j, "links", '[');
		mm_out_link(&j, r, mm_arena_printf(r->mem, "/styles/%s", id), "stylesheet",
			    "application/vnd.mapbox.style+json", NULL);
		mm_json_close(&j, ']');
		mm_json_close(&j, '}');
	}
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}
