#include "api/styles/shown.h"

#include "base/text.h"

#include <string.h>

const char *mm_styling_drawn(const json_t *style_layer)
{
	const char *source = json_string_value(json_object_get(style_layer, "source-layer"));
	const char *type = json_string_value(json_object_get(style_layer, "type"));

	if (source)
		return source;
	return type && strcmp(type, "raster") == 0 ? json_string_value(json_object_get(style_layer, "source"))
						   : NULL;
}

size_t mm_styling_entry_of(const struct mm_catalog *c, const char *source_layer)
{
	const size_t n = strlen(source_layer), whole = mm_catalog_index(c, source_layer, n);

	if (whole != SIZE_MAX || !mm_text_ends(source_layer, MM_LABEL_SUFFIX))
		return whole;
	return mm_catalog_index(c, source_layer, n - strlen(MM_LABEL_SUFFIX));
}

void mm_styling_show(json_t *document, const struct mm_catalog *c, const bool *is_on)
{
	json_t *layers = json_object_get(document, "layers"), *layer;
	size_t i;

	json_array_foreach(layers, i, layer)
	{
		const char *source = mm_styling_drawn(layer);
		const size_t entry = source ? mm_styling_entry_of(c, source) : SIZE_MAX;
		json_t *layout = json_object_get(layer, "layout");

		if (entry == SIZE_MAX)
			continue;
		if (!layout) {
			layout = json_object();
			(void)json_object_set_new(layer, "layout", layout);
		}
		(void)json_object_set_new(layout, "visibility",
					  json_string(is_on[entry] ? "visible" : "none"));
	}
}

void mm_styling_name_lines(json_t *document, const char *id, double from)
{
	json_t *layers = json_object_get(document, "layers"), *layer;
	size_t i;

	json_array_foreach(layers, i, layer)
	{
		const char *source = json_string_value(json_object_get(layer, "source-layer"));
		const json_t *layout = json_object_get(layer, "layout");
		const char *placement = json_string_value(json_object_get(layout, "symbol-placement"));

		if (source && strcmp(source, id) == 0 && placement && strncmp(placement, "line", 4) == 0 &&
		    json_object_get(layout, "text-field") &&
		    json_number_value(json_object_get(layer, "minzoom")) > from)
			(void)json_object_set_new(layer, "minzoom", json_real(from));
	}
}
