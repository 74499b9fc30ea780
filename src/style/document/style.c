#include "style/document/style.h"

#include "base/map.h"
#include "style/document/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

MM_PRINTF(4, 0)
static void add_fault(struct mm_style_reader *r, const char *path, bool is_warning, const char *fmt,
		      va_list args)
{
	struct mm_style_fault *f;
	char words[512];

	(void)vsnprintf(words, sizeof(words), fmt, args);
	f = mm_arena_alloc(r->mem, sizeof(*f));
	if (!f || !(f->text = mm_arena_text(r->mem, words, strlen(words)))) {
		r->code = MM_E_NOMEM;
		return;
	}
	f->path = path;
	f->is_warning = is_warning;
	if (r->last)
		r->last->next = f;
	else
		r->first = f;
	r->last = f;
}

void mm_style_wrong(struct mm_style_reader *r, const char *path, const char *fmt, ...)
{
	va_list args;

	if (++r->faults > MM_STYLE_FAULTS_MAX)
		return;
	va_start(args, fmt);
	add_fault(r, path, false, fmt, args);
	va_end(args);
}

void mm_style_warn(struct mm_style_reader *r, const char *path, const char *fmt, ...)
{
	va_list args;

	if (++r->warnings > MM_STYLE_FAULTS_MAX)
		return;
	va_start(args, fmt);
	add_fault(r, path, true, fmt, args);
	va_end(args);
}

/* The first that is no warning. */
static const struct mm_style_fault *first_fault(const struct mm_style_reader *r)
{
	const struct mm_style_fault *f = r->first;

	while (f && f->is_warning)
		f = f->next;
	return f;
}

const char *mm_style_path(struct mm_style_reader *r, const char *path, const char *key)
{
	const char *ret = mm_arena_printf(r->mem, "%s%s%.100s", path, *path ? "." : "", key);

	if (!ret)
		r->code = MM_E_NOMEM;
	return ret ? ret : "";
}

const char *mm_style_text_at(struct mm_style_reader *r, const json_t *object, const char *path,
			     const char *key)
{
	const json_t *v = json_object_get(object, key);
	const char *ret;

	if (!v)
		return NULL;
	if (!json_is_string(v)) {
		mm_style_wrong(r, mm_style_path(r, path, key), "string expected");
		return NULL;
	}
	ret = mm_arena_text(r->mem, json_string_value(v), json_string_length(v));
	if (!ret)
		r->code = MM_E_NOMEM;
	return ret;
}

static void read_source(struct mm_style_reader *r, const char *id, const json_t *json,
			struct mm_style_source *ret)
{
	static const char *const types[] = {"vector", "raster", "raster-dem", "geojson", "image", "video"};
	const char *path = mm_style_path(r, "sources", id);
	const json_t *tiles = json_object_get(json, "tiles");
	size_t i = 0;

	ret->id = mm_arena_text(r->mem, id, strlen(id));
	if (!json_is_object(json)) {
		mm_style_wrong(r, path, "object expected");
		return;
	}
	ret->type = mm_style_text_at(r, json, path, "type");
	if (!json_object_get(json, "type"))
		mm_style_wrong(r, path, "\"type\" is required");
	while (ret->type && i < sizeof(types) / sizeof(*types) && strcmp(types[i], ret->type) != 0)
		i++;
	if (ret->type && i == sizeof(types) / sizeof(*types))
		mm_style_wrong(r, mm_style_path(r, path, "type"),
			       "\"%.60s\": not one of vector, raster, raster-dem, geojson, image, video",
			       ret->type);
	if (tiles && !json_is_array(tiles))
		mm_style_wrong(r, mm_style_path(r, path, "tiles"), "array expected");
	ret->url = mm_style_text_at(r, json, path, "url");
	if (!ret->url && json_is_string(json_array_get(tiles, 0)))
		ret->url = mm_arena_text(r->mem, json_string_value(json_array_get(tiles, 0)),
					 json_string_length(json_array_get(tiles, 0)));
	if (!ret->url && json_is_string(json_object_get(json, "data")))
		ret->url = mm_style_text_at(r, json, path, "data");
	if (ret->type && i == 3 && !json_object_get(json, "data"))
		mm_style_wrong(r, path, "missing required property \"data\"");
}

static void read_sources(struct mm_style_reader *r, const json_t *json)
{
	const size_t n = json_object_size(r->sources);
	struct mm_style_source *sources = mm_arena_array(r->mem, n, sizeof(*sources));
	const char *id;
	json_t *source;

	if (!json_object_get(json, "sources"))
		mm_style_wrong(r, "", "missing required property \"sources\"");
	else if (!json_is_object(r->sources))
		mm_style_wrong(r, "sources", "object expected");
	if (n > MM_STYLE_SOURCES_MAX) {
		mm_style_wrong(r, "sources", "more than %d sources", MM_STYLE_SOURCES_MAX);
		r->code = MM_E_LIMIT;
		return;
	}
	if (n && !sources) {
		r->code = MM_E_NOMEM;
		return;
	}
	r->style->sources = sources;
	json_object_foreach((json_t *)(uintptr_t)r->sources, id, source)
	    read_source(r, id, source, &sources[r->style->source_count++]);
}

/* {"name": {"default": value}, ...} as {"name": value, ...} */
static void read_state(struct mm_style_reader *r, const json_t *json)
{
	const json_t *state = json_object_get(json, "state");
	json_t *plain = json_object(), *item;
	const char *key;

	r->style->global = (struct mm_style_value){.kind = MM_STYLE_OBJECT};
	if (state && !json_is_object(state))
		mm_style_wrong(r, "state", "object expected");
	json_object_foreach((json_t *)(uintptr_t)state, key, item)
	{
		json_t *value = json_object_get(item, "default");

		if (value)
			(void)json_object_set(plain, key, value);
		else
			mm_style_wrong(r, mm_style_path(r, "state", key),
				       "missing required property \"default\"");
	}
	if (!mm_style_value_read(plain, r->mem, &r->style->global))
		r->code = MM_E_LIMIT;
	json_decref(plain);
}

static void read_layers(struct mm_style_reader *r, const json_t *list)
{
	const size_t n = json_array_size(list);
	struct mm_style_layer *layers = mm_arena_array(r->mem, n, sizeof(*layers));
	struct mm_map *ids = mm_map_new();

	if (!ids || (n && !layers))
		r->code = MM_E_NOMEM;
	for (size_t i = 0; i < n && !r->code; i++) {
		const char *path = mm_arena_printf(r->mem, "layers[%zu]", i);
		uint32_t before;

		if (!path) {
			r->code = MM_E_NOMEM;
			break;
		}
		mm_style_read_layer(r, json_array_get(list, i), path, &layers[i]);
		if (!layers[i].id || !*layers[i].id)
			continue;
		before = mm_map_add(ids, layers[i].id, strlen(layers[i].id), (uint32_t)i);
		if (before != i)
			mm_style_wrong(r, path, "duplicate layer id \"%.60s\", used before by layers[%u]",
				       layers[i].id, before);
	}
	(void)mm_map_free(ids);
	r->style->layers = layers;
	r->style->layer_count = n;
}

static void read_root(struct mm_style_reader *r, const json_t *json)
{
	const json_t *version = json_object_get(json, "version"), *layers = json_object_get(json, "layers");

	if (!json_is_number(version) || json_number_value(version) != 8)
		mm_style_wrong(r, "version", "only styles of version 8 are read; write \"version\": 8");
	r->style->name = mm_style_text_at(r, json, "", "name");
	r->style->glyphs = mm_style_text_at(r, json, "", "glyphs");
	if (json_is_string(json_object_get(json, "sprite"))) /* or a list of several */
		r->style->sprite = mm_style_text_at(r, json, "", "sprite");
	read_sources(r, json);
	read_state(r, json);
	if (!layers)
		mm_style_wrong(r, "", "missing required property \"layers\"");
	else if (!json_is_array(layers))
		mm_style_wrong(r, "layers", "array expected");
	if (json_array_size(layers) > MM_STYLE_LAYERS_MAX) {
		mm_style_wrong(r, "layers", "more than %d layers", MM_STYLE_LAYERS_MAX);
		r->code = MM_E_LIMIT;
	}
	if (!r->code)
		read_layers(r, layers);
}

enum mm_code mm_style_read(const json_t *json, struct mm_arena *mem, const struct mm_style **ret,
			   const struct mm_style_fault **retfaults, struct mm_err *reterr)
{
	struct mm_style_reader r = {.mem = mem, .sources = json_object_get(json, "sources")};
	const struct mm_style_fault *first;

	if (retfaults)
		*retfaults = NULL;
	r.style = mm_arena_alloc(mem, sizeof(*r.style));
	r.fallbacks = r.style ? mm_style_read_fallbacks(&r) : NULL;
	if (!r.fallbacks)
		return mm_fail_nomem(reterr);
	if (json_is_object(json))
		read_root(&r, json);
	else
		mm_style_wrong(&r, "", "a style is a JSON object");
	if (retfaults)
		*retfaults = r.first;
	if (mem->exhausted || r.code == MM_E_NOMEM)
		return mm_fail(reterr, MM_E_NOMEM, "", "the style needs more memory than it may have");
	first = first_fault(&r);
	if (first)
		return mm_fail(reterr, r.code ? r.code : MM_E_INVALID, first->path, "%s", first->text);
	if (r.code)
		return mm_fail(reterr, r.code, "", "the style is too large, or nested too deep");
	*ret = r.style;
	return MM_OK;
}

enum mm_code mm_style_parse(const char *text, size_t n, struct mm_arena *mem, const struct mm_style **ret,
			    const struct mm_style_fault **retfaults, struct mm_err *reterr)
{
	json_error_t error;
	enum mm_code code;
	json_t *json;

	if (retfaults)
		*retfaults = NULL;
	if (n > MM_STYLE_BYTES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "", "a style has at most %d MiB",
			       MM_STYLE_BYTES_MAX >> 20);
	json = json_loadb(text, n, JSON_DECODE_INT_AS_REAL, &error);
	if (!json)
		return mm_fail(reterr, MM_E_INVALID, "", "no JSON, line %d, column %d: %s", error.line,
			       error.column, error.text);
	code = mm_style_read(json, mem, ret, retfaults, reterr);
	json_decref(json);
	return code;
}
