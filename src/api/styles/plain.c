#include "api/styles/plain.h"

#include "api/html.h"
#include "api/tiles/tile_set.h"
#include "base/hash.h"
#include "base/num.h"
#include "style/asset.h"
#include "style/color.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { DRAWN_MAX = 100 }; /* layers of one archive that get a symbol */

/* The colour of the hint, else one that always goes with this name; fit for the ground of the style. */
static const char *color_of(const struct mm_styling *m, const char *name, const json_t *hint)
{
	static const char *const palette[] = {"#2f6f9f", "#b45f06", "#5b7f3a", "#8e4585", "#a61c3c",
					      "#1f7a7a", "#7a5c1f", "#4a5fc1", "#9c3f3f", "#3f7f5f"};
	const char *color = json_string_value(json_object_get(hint, "color"));
	char *out = mm_arena_alloc(m->mem, MM_COLOR_TEXT);

	if (!color)
		color = palette[mm_hash64(name, strlen(name), 0) % (sizeof(palette) / sizeof(palette[0]))];
	return out ? mm_palette_legible(m->palette, m->style, color, out) : color;
}

const char *mm_plain_color(const struct mm_styling *m, const struct mm_layer *l)
{
	const struct mm_schema *s = mm_layer_schema(l);
	json_t *hint = json_loads(s->style_json, 0, NULL);
	const char *color = mm_arena_printf(m->mem, "%s", color_of(m, s->id, hint));

	json_decref(hint);
	return color ? color : "";
}

/* Pixels; 0 when the hint does not say. */
static double width_of(const json_t *hint)
{
	const char *text = json_string_value(json_object_get(hint, "width"));
	double width = 0;

	return text && mm_num_parse(text, strlen(text), &width) ? width : 0;
}

/* A colour of the style that is being made. */
static const char *color_in(const struct mm_styling *m, const char *token)
{
	return mm_palette_color(m->palette, m->style, token);
}

static json_t *layers_of(const struct mm_styling *m)
{
	return json_object_get(m->document, "layers");
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
static void add_texts(const struct mm_styling *m, const struct mm_schema *s, const char *field,
		      enum mm_part_kind kind)
{
	static const char *const suffix[] = {"-label", "-line-label", "-shape-label"};
	static const char *const geometry[] = {"Point", "LineString", "Point"};
	const char *more = kind == MM_PART_POLYGON ? MM_LABEL_SUFFIX : "";
	json_t *layer = json_pack(
	    "{s:s+, s:s, s:s, s:s+, s:i, s:[s, [s], s], s:o, s:{s:s, s:s, s:f}}", "id", s->id, suffix[kind],
	    "type", "symbol", "source", s->id, "source-layer", s->id, more, "minzoom", 13, "filter",
	    "==", "geometry-type", geometry[kind], "layout", label_layout(field, kind), "paint", "text-color",
	    color_in(m, "label"), "text-halo-color", color_in(m, "label-halo"), "text-halo-width", 1.4);

	if (kind == MM_PART_POLYGON)
		mm_styling_name_layer(layer, s->id);
	(void)json_array_append_new(layers_of(m), layer);
}

/* Labels stand for lines too where there are polygons. */
static void add_labels(const struct mm_styling *m, const struct mm_layer *l, const char *field)
{
	const struct mm_schema *s = mm_layer_schema(l);
	const unsigned types = mm_layer_geom_types(l);

	if (types & (1u << MM_GEOM_POINT | 1u << MM_GEOM_MULTIPOINT | 1u << MM_GEOM_COLLECTION))
		add_texts(m, s, field, MM_PART_POINTS);
	if (mm_layer_has_polygons(l))
		add_texts(m, s, field, MM_PART_POLYGON);
	else if (types & (1u << MM_GEOM_LINE | 1u << MM_GEOM_MULTILINE))
		add_texts(m, s, field, MM_PART_LINE);
}

static void add_points(const struct mm_styling *m, const struct mm_schema *s, const char *icon,
		       const char *color)
{
	json_t *layers = layers_of(m);
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
		      "circle-stroke-color", color_in(m, "icon-halo"), "circle-stroke-width", 1.2));
}

/* Plain symbols for a layer that the style does not know, from its style hint. */
void mm_plain_add_layer(const struct mm_styling *m, const struct mm_layer *l)
{
	const struct mm_schema *s = mm_layer_schema(l);
	json_t *layers = layers_of(m), *hint = json_loads(s->style_json, 0, NULL);
	const char *color = color_of(m, s->id, hint),
		   *label = json_string_value(json_object_get(hint, "label"));
	const char *kind = json_string_value(json_object_get(hint, "kind"));
	double width = width_of(hint);
	unsigned types = mm_layer_geom_types(l);
	bool any = types & 1u << MM_GEOM_COLLECTION;
	bool has_labels = label && mm_schema_find(s, label) != SIZE_MAX;
	const char *more = has_labels && mm_layer_has_polygons(l)
			       ? mm_arena_printf(m->mem, ",%s" MM_LABEL_SUFFIX, s->id)
			       : "";
	const char *list = mm_arena_printf(m->mem, "%s%s", s->id, more ? more : "");

	(void)json_object_set_new(
	    json_object_get(m->document, "sources"), s->id,
	    json_pack("{s:s, s:o}", "type", "vector", "url", mm_styling_tilejson(m, list ? list : s->id)));
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
		add_points(m, s, json_string_value(json_object_get(hint, "icon")), color);
	if (has_labels)
		add_labels(m, l, label);
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

/* Above what colours the ground as well: a picture of the ground stands for that. */
static size_t cover_of(const json_t *layers)
{
	size_t i = ground_of(layers);

	while (json_is_true(
	    json_object_get(json_object_get(json_array_get(layers, i), "metadata"), "munimap:cover")))
		i++;
	return i;
}

/* Plain symbols for a layer that comes as tiles, which may hold shapes of any kind: it lies below the rest.
 */
void mm_plain_add_archive(const struct mm_styling *m, const struct mm_tile_archive *a)
{
	const struct mm_archive_about *about = mm_tile_archive_about(a);
	const struct mm_tile_archive_info *info = mm_tile_archive_info(a);
	json_t *layers = layers_of(m), *hint = json_loads(info->style_json, 0, NULL);
	const double width = width_of(hint) > 0 ? width_of(hint) : 1.0;
	const size_t ground = ground_of(layers);
	const size_t count = about->layer_count < DRAWN_MAX ? about->layer_count : DRAWN_MAX;

	(void)json_object_set_new(json_object_get(m->document, "sources"), info->id,
				  json_pack("{s:s, s:o}", "type", "vector", "url",
					    json_sprintf("%s/tiles/%s.json", m->base_url, info->id)));
	/* put in one below the other: points are above lines, lines above areas, in each the last layer on
	 * top */
	for (size_t i = count; i-- > 0;)
		add_of_archive(layers, ground, info->id, about->layer[i].id, "circle", "Point",
			       json_pack("{s:s, s:f}", "circle-color", color_of(m, about->layer[i].id, hint),
					 "circle-radius", 3.0));
	for (size_t i = count; i-- > 0;)
		add_of_archive(layers, ground, info->id, about->layer[i].id, "line", "LineString",
			       json_pack("{s:s, s:f}", "line-color", color_of(m, about->layer[i].id, hint),
					 "line-width", width));
	for (size_t i = count; i-- > 0;)
		add_of_archive(layers, ground, info->id, about->layer[i].id, "fill", "Polygon",
			       json_pack("{s:s, s:f}", "fill-color", color_of(m, about->layer[i].id, hint),
					 "fill-opacity", 0.35));
	json_decref(hint);
}

/* What is written of it on the map: text, which viewers take for HTML. */
static json_t *attribution_of(const struct mm_styling *m, const struct mm_raster_info *info)
{
	const char *owner = mm_title_in(&info->owner, m->lang, "");
	json_t *ret = NULL;
	struct mm_buf b;
	struct mm_html h = {.out = &b};

	mm_buf_init(&b, 4096);
	mm_html_text(&h, owner);
	if (*owner && !b.failed)
		ret = json_stringn((const char *)b.data, b.len);
	mm_buf_release(&b);
	return ret;
}

/* A picture of the ground: above the background and what colours it, below all that stands on it. */
void mm_plain_add_raster(const struct mm_styling *m, const struct mm_raster *r)
{
	const struct mm_raster_info *info = mm_raster_info(r);
	const struct mm_box *b = &info->box_deg;
	json_t *layers = layers_of(m);
	json_t *source = json_pack(
	    "{s:s, s:[o], s:i, s:i, s:[f, f, f, f], s:o*}", "type", "raster", "tiles",
	    json_sprintf("%s/collections/%s/map/tiles/WebMercatorQuad/{z}/{y}/{x}", m->base_url, info->id),
	    "tileSize", 256, "maxzoom", (int)info->tile_zoom, "bounds", b->min_x, b->min_y, b->max_x,
	    b->max_y, "attribution", attribution_of(m, info));
	json_t *layer =
	    json_pack("{s:s, s:s, s:s, s:{s:s, s:b, s:s}, s:{s:s}, s:{s:f}}", "id", info->id, "type",
		      "raster", "source", info->id, "metadata", "munimap:layer", info->id, "munimap:visible",
		      info->is_visible, "munimap:swatch", color_in(m, "label"), "layout", "visibility",
		      info->is_visible ? "visible" : "none", "paint", "raster-opacity", info->opacity);

	if (info->min_zoom > 0)
		(void)json_object_set_new(layer, "minzoom", json_integer((json_int_t)info->min_zoom));
	if (info->max_zoom < 22)
		(void)json_object_set_new(layer, "maxzoom", json_integer((json_int_t)info->max_zoom + 1));
	(void)json_object_set_new(json_object_get(m->document, "sources"), info->id, source);
	(void)json_array_insert_new(layers, cover_of(layers), layer);
}
