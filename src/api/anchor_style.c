#include "api/anchor.h"

#include "base/buf.h"
#include "encode/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 2000, VERTICES_MAX = 1000000, DEPTH_MAX = 32 };

/* Marks the fields that an expression reads by ["get", name] or ["has", name]. */
static void mark_read(json_t *e, const struct mm_schema *s, bool *read, int depth)
{
	const char *op = json_string_value(json_array_get(e, 0)), *key;
	const char *name = json_string_value(json_array_get(e, 1));
	json_t *member;
	size_t i;

	if (op && name && json_array_size(e) == 2 && (strcmp(op, "get") == 0 || strcmp(op, "has") == 0)) {
		i = mm_schema_find(s, name);
		if (i != SIZE_MAX)
			read[i] = true;
		return;
	}
	if (depth == DEPTH_MAX)
		return;
	json_array_foreach(e, i, member) mark_read(member, s, read, depth + 1);
	if (json_is_object(e))
		json_object_foreach(e, key, member) mark_read(member, s, read, depth + 1);
}

/* The value as it stands in a tile; NULL for null. */
static json_t *value_json(const struct mm_value *v)
{
	struct mm_buf text;
	json_t *made;

	if (v->is_null || (v->type == MM_TYPE_REAL && !isfinite(v->real)))
		return NULL;
	if (v->type == MM_TYPE_INT)
		return json_integer(v->integer);
	if (v->type == MM_TYPE_REAL)
		return json_real(v->real);
	if (v->type == MM_TYPE_BOOL)
		return json_boolean(v->boolean);
	if (v->type == MM_TYPE_TEXT || v->type == MM_TYPE_JSON)
		return json_stringn(v->text, v->text_len);
	mm_buf_init(&text, 100);
	mm_value_put_text(&text, v);
	made = json_stringn((const char *)text.data, text.len);
	mm_buf_release(&text);
	return made;
}

static json_t *feature(const struct mm_layer *l, uint32_t row, struct mm_world at, const bool *read)
{
	const struct mm_schema *s = mm_layer_schema(l);
	json_t *properties = json_object();
	char id[256];
	double lon, lat;

	for (size_t f = 0; f < s->field_count; f++) {
		struct mm_value v;

		if (!read[f])
			continue;
		mm_layer_value(l, row, f, &v);
		if (!v.is_null)
			(void)json_object_set_new(properties, s->field[f].name, value_json(&v));
	}
	if (mm_layer_id_format(l, row, id, sizeof(id)) < sizeof(id))
		(void)json_object_set_new(properties, "@id", json_string(id));
	mm_world_to_lonlat(at, &lon, &lat);
	return json_pack("{s:s, s:o, s:{s:s, s:[f, f]}}", "type", "Feature", "properties", properties,
			 "geometry", "type", "Point", "coordinates", lon, lat);
}

/* NULL: out of memory, or too much. */
static json_t *features(const struct mm_layer *l, const bool *read, struct mm_arena *mem)
{
	json_t *list = json_array();
	uint64_t vertices = 0;

	for (uint32_t row = 0; row < mm_layer_count(l); row++) {
		struct mm_world_geom g;
		struct mm_world at;

		mm_layer_geom_world(l, row, &g);
		vertices += g.vertex_count;
		if (vertices > VERTICES_MAX || mem->exhausted) {
			json_decref(list);
			return NULL;
		}
		if (mm_anchor_find(&g, mem, &at))
			(void)json_array_append_new(list, feature(l, row, at, read));
	}
	return json_pack("{s:s, s:o}", "type", "FeatureCollection", "features", list);
}

static bool has_points(const struct mm_layer *l)
{
	return mm_layer_geom_types(l) &
	       (1u << MM_GEOM_POINT | 1u << MM_GEOM_MULTIPOINT | 1u << MM_GEOM_COLLECTION);
}

/* The twin of a style layer; takes over `data`. */
static json_t *twin_of(json_t *layer, const struct mm_layer *l, json_t *sources, json_t *data)
{
	const struct mm_schema *s = mm_layer_schema(l);
	json_t *twin = json_deep_copy(layer), *metadata = json_object_get(twin, "metadata");
	json_t *id = json_sprintf("%s-anchor", json_string_value(json_object_get(layer, "id")));
	double minzoom = fmax(json_number_value(json_object_get(layer, "minzoom")), s->min_zoom);

	(void)json_object_set_new(sources, json_string_value(id),
				  json_pack("{s:s, s:o}", "type", "geojson", "data", data));
	(void)json_object_set(twin, "source", id);
	(void)json_object_set_new(twin, "id", id);
	(void)json_object_set_new(twin, "minzoom", json_real(minzoom));
	(void)json_object_set_new(metadata, "munimap:layer", json_string(s->id));
	(void)json_object_del(twin, "source-layer");
	return twin;
}

static void keep_points(json_t *layer)
{
	json_t *filter = json_object_get(layer, "filter");
	json_t *points = json_pack("[s, [s], s]", "==", "geometry-type", "Point");

	(void)json_object_set_new(layer, "filter",
				  filter ? json_pack("[s, o, O]", "all", points, filter) : points);
}

/* Returns how many style layers stand where the i-th stood. */
static size_t split(json_t *style, size_t i, const struct mm_layer *l, struct mm_arena *mem)
{
	json_t *layers = json_object_get(style, "layers"), *layer = json_array_get(layers, i), *data, *twin;
	MM_ARENA_SCOPE(scratch, 64u << 20);
	bool *read = mm_arena_array(mem, mm_layer_schema(l)->field_count + 1, sizeof(*read));

	if (!read)
		return 1;
	mark_read(layer, mm_layer_schema(l), read, 0);
	data = features(l, read, &scratch);
	if (!data)
		return 1;
	twin = twin_of(layer, l, json_object_get(style, "sources"), data);
	if (!has_points(l)) {
		(void)json_array_set_new(layers, i, twin);
		return 1;
	}
	keep_points(layer);
	(void)json_array_insert_new(layers, i + 1, twin);
	return 2;
}

bool mm_anchor_style(json_t *style, const struct mm_catalog *c, struct mm_arena *mem)
{
	json_t *layers = json_object_get(style, "layers");

	for (size_t i = 0; i < json_array_size(layers);) {
		json_t *layer = json_array_get(layers, i);
		const char *id = json_string_value(json_object_get(layer, "source-layer"));
		const json_t *mark = json_object_get(json_object_get(layer, "metadata"), "munimap:anchor");
		const struct mm_layer *l = id && json_is_true(mark) ? mm_catalog_find(c, id) : NULL;

		i += l && mm_layer_count(l) <= FEATURES_MAX ? split(style, i, l, mem) : 1;
	}
	return !mem->exhausted;
}
