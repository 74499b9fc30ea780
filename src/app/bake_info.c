#include "app/bake_info.h"

#include "app/say.h"
#include "base/json.h"
#include "tile/layer_json.h"
#include "tile/tile.h"

#include <stdio.h>

enum { TOWN_ZOOM = 12 };

/* Only what is in the archive: hidden fields are not, nor are zooms outside of it. */
static void put_layer(struct mm_json *j, const struct mm_bake *b, size_t k, const char *lang)
{
	const struct mm_schema *s = mm_layer_schema(b->layer[k]);
	char id[128];

	(void)snprintf(id, sizeof(id), "%s%s", s->id, b->is_label[k] ? MM_LABEL_SUFFIX : "");
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", id);
	mm_json_text(j, "description", mm_title_in(&s->title, lang, s->id));
	mm_json_int(j, "minzoom", s->min_zoom > b->min_zoom ? s->min_zoom : b->min_zoom);
	mm_json_int(j, "maxzoom", s->max_zoom < b->max_zoom ? s->max_zoom : b->max_zoom);
	mm_tile_put_fields(j, b->layer[k], b->is_label[k]);
	mm_json_close(j, '}');
}

static void put_layers(struct mm_buf *out, const struct mm_bake *b, const char *lang)
{
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '[');
	for (size_t i = 0; i < b->layer_count; i++) {
		const struct mm_schema *s = mm_layer_schema(b->layer[i]);

		if (s->min_zoom <= b->max_zoom && s->max_zoom >= b->min_zoom)
			put_layer(&j, b, i, lang);
	}
	mm_json_close(&j, ']');
}

static struct mm_box bounds(const struct mm_bake *b)
{
	const struct mm_box world = {-180, -MM_MERCATOR_MAX_LAT_DEG, 180, MM_MERCATOR_MAX_LAT_DEG};
	struct mm_box all = mm_box_empty();

	for (size_t i = 0; i < b->layer_count; i++) {
		const struct mm_box box = mm_layer_box_deg(b->layer[i]);

		mm_box_merge(&all, &box);
	}
	all.min_x = all.min_x < world.min_x ? world.min_x : all.min_x;
	all.min_y = all.min_y < world.min_y ? world.min_y : all.min_y;
	all.max_x = all.max_x > world.max_x ? world.max_x : all.max_x;
	all.max_y = all.max_y > world.max_y ? world.max_y : all.max_y;
	return mm_box_is_empty(&all) ? world : all;
}

struct mm_archive_info mm_bake_info(const struct mm_bake *b, const struct mm_map_info *map,
				    struct mm_buf *layers)
{
	const char *lang = mm_say("ru", "en");
	const struct mm_box box = bounds(b);

	put_layers(layers, b, lang);
	return (struct mm_archive_info){
	    .name = mm_title_in(&map->title, lang, "munimap"),
	    .description = mm_title_in(&map->description, lang, ""),
	    .attribution = mm_title_in(&map->attribution, lang, ""),
	    .vector_layers = (const char *)layers->data,
	    .vector_layers_len = layers->len,
	    .box_deg = box,
	    .center_lon_deg = map->has_view ? map->view_lon_deg : (box.min_x + box.max_x) / 2,
	    .center_lat_deg = map->has_view ? map->view_lat_deg : (box.min_y + box.max_y) / 2,
	    .center_zoom = b->min_zoom > TOWN_ZOOM   ? b->min_zoom
			   : b->max_zoom < TOWN_ZOOM ? b->max_zoom
						     : TOWN_ZOOM,
	    .min_zoom = b->min_zoom,
	    .max_zoom = b->max_zoom,
	};
}
