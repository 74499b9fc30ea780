#include "api/styles/clusters.h"

#include "api/styles/plain.h"
#include "style/color.h"
#include "style/value/css_color.h"

#include <stdint.h>
#include <string.h>

static const char is_cluster[] = "point_count";

/* Contrast of the number to its dot: of text, by WCAG 2.2 (1.4.3). */
static const double least_contrast = 4.5;

/* ---- colours ---- */

/* What a number on this colour is written in. */
static const char *number_color(const struct mm_styling *m, const char *color)
{
	const struct mm_color white = {1, 1, 1}, black = {0, 0, 0};
	const char *usual = mm_palette_color(m->palette, m->style, "icon-halo");
	struct mm_color ground, own;
	struct mm_rgba c;

	if (!mm_rgba_parse(color, strlen(color), &c) || !mm_color_parse(usual, &own))
		return usual;
	ground = (struct mm_color){c.r, c.g, c.b};
	if (mm_color_contrast(own, ground) >= least_contrast)
		return usual;
	return mm_color_contrast(white, ground) > mm_color_contrast(black, ground) ? "#ffffff" : "#000000";
}

static bool is_among(const struct mm_names *names, const char *field)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->name[i], field) == 0)
			return true;
	return false;
}

/* The end of the name of what clusters have of a field; NULL: nothing that is one of its values. */
static const char *suffix_of(const struct mm_generalize *g, const char *field)
{
	if (g->worst_order.count && strcmp(g->worst_field, field) == 0)
		return "worst";
	if (is_among(&g->max, field))
		return "max";
	return is_among(&g->min, field) ? "min" : NULL;
}

/* Whether place `i` of a "match" of `count` has a colour, and not a value: every other one, and the last. */
static bool is_output(size_t i, size_t count)
{
	return i >= 3 && (i % 2 == 1 || i + 1 == count);
}

/* ["match", ["get", field], value, colour, ..., colour], made to be of what clusters have of that field: a
 * new reference; NULL: it is something else. */
static json_t *of_clusters(const struct mm_layer *l, const json_t *color)
{
	const json_t *get = json_array_get(color, 1);
	const char *match = json_string_value(json_array_get(color, 0)),
		   *name = json_string_value(json_array_get(get, 0)),
		   *field = json_string_value(json_array_get(get, 1)), *suffix;
	const size_t count = json_array_size(color);
	json_t *ret;

	if (!match || strcmp(match, "match") != 0 || !name || strcmp(name, "get") != 0 || !field ||
	    json_array_size(get) != 2)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (is_output(i, count) && !json_is_string(json_array_get(color, i)))
			return NULL;
	suffix = suffix_of(&mm_layer_schema(l)->generalize, field);
	ret = suffix ? json_copy((json_t *)(uintptr_t)color) : NULL;
	if (ret)
		(void)json_array_set_new(ret, 1,
					 json_pack("[s, o]", "get", json_sprintf("%s_%s", field, suffix)));
	return ret;
}

/* Colours of numbers for colours of dots. */
static json_t *numbers_for(const struct mm_styling *m, const json_t *dot)
{
	const size_t count = json_array_size(dot);
	json_t *ret;

	if (json_is_string(dot))
		return json_string(number_color(m, json_string_value(dot)));
	ret = json_copy((json_t *)(uintptr_t)dot);
	for (size_t i = 0; i < count; i++)
		if (is_output(i, count))
			(void)json_array_set_new(
			    ret, i, json_string(number_color(m, json_string_value(json_array_get(dot, i)))));
	return ret;
}

/* ---- the style layers of the points ---- */

static bool draws_points(const json_t *layer, const char *id)
{
	const char *source = json_string_value(json_object_get(layer, "source-layer")),
		   *type = json_string_value(json_object_get(layer, "type"));

	return source && strcmp(source, id) == 0 &&
	       (strcmp(type, "circle") == 0 || strcmp(type, "symbol") == 0);
}

/* What the style says of the colours of points under `key` of `part` ("metadata", "paint"): of the first of
 * its layers whose word holds for clusters, else of the first that has one colour. A new reference; NULL:
 * nothing. */
static json_t *colors_by(const struct mm_styling *m, const struct mm_layer *l, const char *part,
			 const char *key)
{
	const json_t *layers = json_object_get(m->document, "layers"), *layer;
	json_t *plain = NULL, *ret = NULL;
	size_t i;

	json_array_foreach(layers, i, layer)
	{
		json_t *color = json_object_get(json_object_get(layer, part), key);

		if (ret || !draws_points(layer, mm_layer_schema(l)->id))
			continue;
		ret = of_clusters(l, color);
		if (!plain && json_is_string(color))
			plain = color;
	}
	return ret ? ret : json_incref(plain);
}

/* The colour of the dots, a new reference: by the values of a field, else that beside the name of the layer,
 * that of all its points, or that of its hint. */
static json_t *color_of_dots(const struct mm_styling *m, const struct mm_layer *l)
{
	json_t *by_field = colors_by(m, l, "metadata", "munimap:color"),
	       *circles = by_field ? NULL : colors_by(m, l, "paint", "circle-color"),
	       *swatch =
		   by_field || json_is_array(circles) ? NULL : colors_by(m, l, "metadata", "munimap:swatch");

	if (by_field)
		return by_field;
	if (swatch) {
		json_decref(circles);
		return swatch;
	}
	return circles ? circles : json_string(mm_plain_color(m, l));
}

/* Leaves clusters out of what is drawn of single points. */
static void leave_out_clusters(json_t *layer)
{
	json_t *filter = json_object_get(layer, "filter");

	(void)json_object_set_new(
	    layer, "filter",
	    filter ? json_pack("[s, O, [s, [s, s]]]", "all", filter, "!", "has", is_cluster)
		   : json_pack("[s, [s, s]]", "!", "has", is_cluster));
}

/* Shown at first, or not, as the points are. */
static void show_as(json_t *layer, const json_t *points)
{
	json_t *is_visible = json_object_get(json_object_get(points, "metadata"), "munimap:visible");
	json_t *visibility = json_object_get(json_object_get(points, "layout"), "visibility");

	if (is_visible)
		(void)json_object_set_new(layer, "metadata",
					  json_pack("{s:O}", "munimap:visible", is_visible));
	if (visibility)
		(void)json_object_set(json_object_get(layer, "layout"), "visibility", visibility);
}

static json_t *dot_layer(const struct mm_styling *m, const struct mm_layer *l, json_t *color)
{
	const char *id = mm_layer_schema(l)->id, *halo = mm_palette_color(m->palette, m->style, "icon-halo");

	return json_pack(
	    "{s:s+, s:s, s:s, s:s, s:[s, s], s:{}, s:{s:O, s:[s, [s, s], i, i, i, i, i, i, i], s:s, s:f}}",
	    "id", id, "-cluster", "type", "circle", "source", id, "source-layer", id, "filter", "has",
	    is_cluster, "layout", "paint", "circle-color", color, "circle-radius", "step", "get", is_cluster,
	    11, 10, 13, 100, 16, 1000, 20, "circle-stroke-color", halo, "circle-stroke-width", 1.5);
}

static json_t *number_layer(const struct mm_styling *m, const struct mm_layer *l, const json_t *color)
{
	const char *id = mm_layer_schema(l)->id;

	return json_pack("{s:s+, s:s, s:s, s:s, s:[s, s], s:{s:[s, [s, s]], s:[s], s:i, s:b}, s:{s:o}}", "id",
			 id, "-count", "type", "symbol", "source", id, "source-layer", id, "filter", "has",
			 is_cluster, "layout", "text-field", "to-string", "get", is_cluster, "text-font",
			 "Noto Sans Regular", "text-size", 11, "text-allow-overlap", 1, "paint", "text-color",
			 numbers_for(m, color));
}

void mm_clusters_add(const struct mm_styling *m, const struct mm_layer *l)
{
	json_t *layers = json_object_get(m->document, "layers"), *layer, *points = NULL, *color, *added[2];
	size_t i, above = 0;

	json_array_foreach(layers, i, layer)
	{
		if (!draws_points(layer, mm_layer_schema(l)->id))
			continue;
		leave_out_clusters(layer);
		points = points ? points : layer;
		above = i + 1;
	}
	if (!points)
		return;
	color = color_of_dots(m, l);
	added[0] = dot_layer(m, l, color);
	added[1] = number_layer(m, l, color);
	json_decref(color);
	for (i = 0; i < 2; i++) {
		show_as(added[i], points);
		(void)json_array_insert_new(layers, above + i, added[i]);
	}
}
