#include "base/text.h"
#include "style/document/reader.h"

#include <string.h>

static const struct mm_style_property_spec visibility_spec = {
    .name = "visibility",
    .kind = MM_STYLE_TEXT,
    .item = MM_STYLE_VALUE,
    .length = MM_STYLE_ANY_LENGTH,
    .values = (const char *const[]){"visible", "none", NULL},
    .is_layout = true,
};

static const char *nearest_property(const char *key, enum mm_style_layer_type type, bool is_layout)
{
	const char *names[MM_PROP_COUNT];
	size_t n = 0;

	for (unsigned p = mm_style_layer_specs[type].first; p < mm_style_layer_specs[type + 1].first; p++)
		if (mm_style_properties[p].is_layout == is_layout)
			names[n++] = mm_style_properties[p].name;
	return mm_text_nearest(key, names, n);
}

/* The property of a type of layer by its name; MM_PROP_COUNT when there is none. */
static unsigned find_property(enum mm_style_layer_type type, const char *key, bool is_layout)
{
	for (unsigned p = mm_style_layer_specs[type].first; p < mm_style_layer_specs[type + 1].first; p++)
		if (mm_style_properties[p].is_layout == is_layout &&
		    strcmp(mm_style_properties[p].name, key) == 0)
			return p;
	return MM_PROP_COUNT;
}

static void say_unknown(struct mm_style_reader *r, const char *path, const char *key,
			enum mm_style_layer_type type, bool is_layout)
{
	const char *near = nearest_property(key, type, is_layout);
	const bool elsewhere = find_property(type, key, !is_layout) != MM_PROP_COUNT;

	if (elsewhere)
		mm_style_wrong(r, path, "belongs in \"%s\"", is_layout ? "paint" : "layout");
	else if (near)
		mm_style_wrong(r, path, "unknown property \"%.60s\"; did you mean \"%s\"?", key, near);
	else
		mm_style_wrong(r, path, "unknown property \"%.60s\" of a layer of type %s", key,
			       mm_style_layer_specs[type].name);
}

/* "layout" or "paint" of a layer. */
static void read_properties(struct mm_style_reader *r, const json_t *json, const char *path, bool is_layout,
			    struct mm_style_layer *l, const struct mm_expr **values)
{
	const char *group = is_layout ? "layout" : "paint", *key;
	json_t *value, *object = json_object_get(json, group);
	const char *own = mm_style_path(r, path, group);

	if (object && !json_is_object(object)) {
		mm_style_wrong(r, own, "object expected");
		return;
	}
	json_object_foreach(object, key, value)
	{
		const char *at = mm_style_path(r, own, key);
		const unsigned p = find_property(l->type, key, is_layout);

		if (r->code)
			return;
		if (is_layout && strcmp(key, "visibility") == 0)
			l->visibility = mm_style_read_property(r, value, at, &visibility_spec);
		else if (p != MM_PROP_COUNT)
			values[p - mm_style_layer_specs[l->type].first] =
			    mm_style_read_property(r, value, at, &mm_style_properties[p]);
		else if (is_layout || !mm_text_ends(key, "-transition"))
			say_unknown(r, at, key, l->type, is_layout);
	}
}

static bool read_type(struct mm_style_reader *r, const json_t *json, const char *path,
		      enum mm_style_layer_type *ret)
{
	const char *type = mm_style_text_at(r, json, path, "type");

	for (int i = 0; type && i < MM_STYLE_LAYER_TYPES; i++)
		if (strcmp(mm_style_layer_specs[i].name, type) == 0) {
			*ret = (enum mm_style_layer_type)i;
			return true;
		}
	if (type)
		mm_style_wrong(r, mm_style_path(r, path, "type"),
			       "\"%.60s\": not one of background, fill, line, symbol, circle, heatmap, "
			       "fill-extrusion, raster, hillshade, color-relief",
			       type);
	else if (json_object_get(json, "ref"))
		mm_style_wrong(
		    r, mm_style_path(r, path, "ref"),
		    "copy source, filter and layout of that layer here: version 8 has no \"ref\" any more");
	else if (!json_object_get(json, "type"))
		mm_style_wrong(r, path, "missing required property \"type\"");
	return false;
}

static const char *source_type_for(enum mm_style_layer_type type)
{
	switch (type) {
	case MM_STYLE_LAYER_RASTER:
		return "raster";
	case MM_STYLE_LAYER_HILLSHADE:
	case MM_STYLE_LAYER_COLOR_RELIEF:
		return "raster-dem";
	default:
		return "vector";
	}
}

static bool fits_source(enum mm_style_layer_type type, const char *source)
{
	const char *wanted = source_type_for(type);

	if (strcmp(wanted, "vector") == 0)
		return strcmp(source, "vector") == 0 || strcmp(source, "geojson") == 0;
	if (strcmp(wanted, "raster") == 0)
		return strcmp(source, "raster") == 0 || strcmp(source, "image") == 0 ||
		       strcmp(source, "video") == 0;
	return strcmp(source, wanted) == 0;
}

static void read_source(struct mm_style_reader *r, const json_t *json, const char *path,
			struct mm_style_layer *l)
{
	const char *type;

	if (l->type == MM_STYLE_LAYER_BACKGROUND)
		return;
	l->source = mm_style_text_at(r, json, path, "source");
	l->source_layer = mm_style_text_at(r, json, path, "source-layer");
	if (!l->source) {
		if (!json_object_get(json, "source"))
			mm_style_wrong(r, path, "missing required property \"source\"");
		return;
	}
	type = json_string_value(json_object_get(json_object_get(r->sources, l->source), "type"));
	if (!json_object_get(r->sources, l->source))
		mm_style_wrong(r, mm_style_path(r, path, "source"), "source \"%.60s\" not found", l->source);
	else if (type && !fits_source(l->type, type))
		mm_style_wrong(r, mm_style_path(r, path, "source"),
			       "layer \"%.60s\" is of type %s and requires a %s source", l->id,
			       mm_style_layer_specs[l->type].name, source_type_for(l->type));
	else if (type && strcmp(type, "vector") == 0 && !l->source_layer)
		mm_style_wrong(r, path, "layer \"%.60s\" must specify a \"source-layer\"", l->id);
}

static double read_zoom(struct mm_style_reader *r, const json_t *json, const char *path, const char *key,
			double otherwise)
{
	const json_t *v = json_object_get(json, key);

	if (!v)
		return otherwise;
	if (!json_is_number(v) || json_number_value(v) < 0 || json_number_value(v) > 24) {
		mm_style_wrong(r, mm_style_path(r, path, key), "a number from 0 to 24 expected");
		return otherwise;
	}
	return json_number_value(v);
}

static void check_keys(struct mm_style_reader *r, const json_t *json, const char *path)
{
	static const char *const keys[] = {"id",      "type",    "metadata", "source", "source-layer",
					   "minzoom", "maxzoom", "filter",   "layout", "paint"};
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)json, key, value)
	{
		size_t i = 0;

		while (i < sizeof(keys) / sizeof(*keys) && strcmp(keys[i], key) != 0)
			i++;
		if (i == sizeof(keys) / sizeof(*keys) && strcmp(key, "ref") != 0)
			mm_style_wrong(r, mm_style_path(r, path, key), "unknown property \"%.60s\"", key);
	}
}

/* Metadata are free: what is not a text there is nobody's fault. */
static const char *read_legend(struct mm_style_reader *r, const json_t *json)
{
	const char *text =
	    json_string_value(json_object_get(json_object_get(json, "metadata"), "munimap:legend"));

	return text ? mm_arena_text(r->mem, text, strlen(text)) : NULL;
}

void mm_style_read_layer(struct mm_style_reader *r, const json_t *json, const char *path,
			 struct mm_style_layer *ret)
{
	const struct mm_expr **values;
	const json_t *filter = json_object_get(json, "filter");

	if (!json_is_object(json)) {
		mm_style_wrong(r, path, "object expected");
		return;
	}
	ret->id = mm_style_text_at(r, json, path, "id");
	if (!json_object_get(json, "id"))
		mm_style_wrong(r, path, "missing required property \"id\"");
	if (!ret->id)
		ret->id = "";
	if (!read_type(r, json, path, &ret->type))
		return;
	check_keys(r, json, path);
	read_source(r, json, path, ret);
	ret->legend = read_legend(r, json);
	ret->min_zoom = read_zoom(r, json, path, "minzoom", 0);
	ret->max_zoom = read_zoom(r, json, path, "maxzoom", 100);
	ret->fallbacks = r->fallbacks;
	values = mm_arena_array(
	    r->mem, mm_style_layer_specs[ret->type + 1].first - mm_style_layer_specs[ret->type].first,
	    sizeof(const struct mm_expr *));
	if (!values) {
		r->code = MM_E_NOMEM;
		return;
	}
	if (filter)
		ret->filter = mm_style_read_filter(r, filter, mm_style_path(r, path, "filter"));
	read_properties(r, json, path, true, ret, values);
	read_properties(r, json, path, false, ret, values);
	ret->values = values;
}
