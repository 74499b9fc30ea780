#include "api/out.h"
#include "base/clock.h"
#include "query/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "/map.json": what the viewer is built from - title, themes, and for each layer its fields with titles,
 * units and codes, always in both languages. */

static void put_title(struct mm_json *j, const char *key, const struct mm_title *t)
{
	mm_json_open(j, key, '{');
	mm_json_text(j, "ru", t->ru ? t->ru : "");
	mm_json_text(j, "en", t->en ? t->en : "");
	mm_json_close(j, '}');
}

static void put_version(struct mm_json *j, uint64_t v)
{
	char hex[20];

	(void)snprintf(hex, sizeof(hex), "%016" PRIx64, v);
	mm_json_text(j, "version", hex);
}

static void put_crs(struct mm_json *j, const char *code, const char *name)
{
	mm_json_open(j, "crs", '{');
	mm_json_text(j, "code", code);
	mm_json_text(j, "name", name);
	mm_json_close(j, '}');
}

static void put_field(struct mm_json *j, const struct mm_field *f)
{
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "name", f->name);
	mm_json_text(j, "type", mm_type_name(f->type));
	put_title(j, "title", &f->title);
	put_title(j, "unit", &f->unit);
	if (f->is_summed)
		mm_json_bool(j, "sum", true);
	mm_json_open(j, "codes", '[');
	for (size_t i = 0; i < f->code_count; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "value", f->codes[i].value);
		put_title(j, "title", &f->codes[i].title);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

static void put_geometry(struct mm_json *j, unsigned types)
{
	static const struct {
		const char *name;
		unsigned types;
	} rows[] = {
	    {"point", 1u << MM_GEOM_POINT | 1u << MM_GEOM_MULTIPOINT | 1u << MM_GEOM_COLLECTION},
	    {"line", 1u << MM_GEOM_LINE | 1u << MM_GEOM_MULTILINE | 1u << MM_GEOM_COLLECTION},
	    {"polygon", 1u << MM_GEOM_POLYGON | 1u << MM_GEOM_MULTIPOLYGON | 1u << MM_GEOM_COLLECTION},
	};

	mm_json_open(j, "geometry", '[');
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (types & rows[i].types)
			mm_json_text(j, NULL, rows[i].name);
	mm_json_close(j, ']');
}

static void put_bounds(struct mm_json *j, const struct mm_box *b)
{
	if (mm_box_is_empty(b))
		mm_json_null(j, "bounds");
	else
		mm_out_box(j, "bounds", b);
}

static void put_instant(struct mm_json *j, int64_t ms)
{
	char text[MM_CLOCK_TEXT_MAX];

	mm_json_text_n(j, NULL, text, mm_clock_format(ms, 0, text));
}

static void put_known(struct mm_json *j, const char *key, const char *name)
{
	if (name && *name)
		mm_json_text(j, key, name);
}

/* Which fields say when a feature holds, and from when to when any does; null for a layer that has no
 * periods. */
static void put_time(struct mm_json *j, const struct mm_layer *l)
{
	const struct mm_schema *s = mm_layer_schema(l);
	struct mm_period all;
	size_t begin, end;

	mm_query_time_fields(s, &begin, &end);
	if (begin == end || !mm_query_time_extent(l, &all)) {
		mm_json_null(j, "time");
		return;
	}
	mm_json_open(j, "time", '{');
	mm_json_text(j, "begin", s->field[begin].name);
	mm_json_text(j, "end", s->field[end].name);
	put_known(j, "begin_fact", s->time_begin_fact);
	put_known(j, "end_fact", s->time_end_fact);
	mm_json_open(j, "interval", '[');
	put_instant(j, all.begin_ms);
	put_instant(j, all.end_ms);
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

static void put_layer(struct mm_json *j, const struct mm_entry *e)
{
	const struct mm_schema *s = mm_layer_schema(e->layer);
	struct mm_box box = mm_layer_box_deg(e->layer);

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", s->id);
	put_title(j, "title", &s->title);
	put_title(j, "description", &s->description);
	put_title(j, "owner", &s->owner);
	mm_json_text(j, "license", s->license);
	mm_json_text(j, "theme", s->theme);
	mm_json_text(j, "role", s->role ? s->role : "");
	mm_json_int(j, "count", mm_layer_count(e->layer));
	put_geometry(j, mm_layer_geom_types(e->layer));
	mm_json_int(j, "minzoom", s->min_zoom);
	mm_json_int(j, "maxzoom", s->max_zoom);
	put_bounds(j, &box);
	put_version(j, mm_layer_version(e->layer));
	mm_json_text(j, "source_changed", mm_layer_source_stamp(e->layer)); /* RFC 3339, "" unknown */
	put_crs(j, s->crs_code, s->crs_name);
	mm_json_raw(j, "style", s->style_json, strlen(s->style_json));
	mm_json_text(j, "id_field", s->id_field);
	put_time(j, e->layer);
	mm_json_open(j, "fields", '[');
	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden)
			put_field(j, &s->field[i]);
	mm_json_close(j, ']');
	mm_json_text(j, "error", e->error);
	mm_json_close(j, '}');
}

/* A layer that comes as tiles: nothing is known of its features. */
static void put_archive(struct mm_json *j, const struct mm_entry *e)
{
	const struct mm_tile_archive_info *a = mm_tile_archive_info(e->archive);

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", a->id);
	mm_json_bool(j, "tiles", true);
	put_title(j, "title", &a->title);
	put_title(j, "description", &a->description);
	put_title(j, "owner", &a->owner);
	mm_json_text(j, "license", a->license);
	mm_json_text(j, "theme", a->theme);
	mm_json_null(j, "count");
	put_geometry(j, 0);
	mm_json_int(j, "minzoom", a->min_zoom);
	mm_json_int(j, "maxzoom", a->max_zoom);
	put_bounds(j, &mm_tile_archive_about(e->archive)->box_deg);
	put_version(j, a->identity);
	mm_json_raw(j, "style", a->style_json, strlen(a->style_json));
	mm_json_open(j, "fields", '[');
	mm_json_close(j, ']');
	mm_json_text(j, "error", e->error);
	mm_json_close(j, '}');
}

/* A picture of the ground: no features, and shown at first or not. */
static void put_raster(struct mm_json *j, const struct mm_entry *e)
{
	const struct mm_raster_info *info = mm_raster_info(e->raster);

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", info->id);
	mm_json_bool(j, "raster", true);
	put_title(j, "title", &info->title);
	put_title(j, "description", &info->description);
	put_title(j, "owner", &info->owner);
	mm_json_text(j, "license", info->license);
	mm_json_text(j, "theme", info->theme);
	mm_json_null(j, "count");
	put_geometry(j, 0);
	mm_json_int(j, "minzoom", info->min_zoom);
	mm_json_int(j, "maxzoom", info->max_zoom);
	put_bounds(j, &info->box_deg);
	put_version(j, info->identity);
	put_crs(j, info->crs_code, info->crs_name);
	mm_json_text(j, "source_changed", info->stamp);
	mm_json_double(j, "resolution", info->resolution_m);
	mm_json_open(j, "style", '{');
	mm_json_close(j, '}');
	mm_json_open(j, "fields", '[');
	mm_json_close(j, ']');
	mm_json_text(j, "error", e->error);
	mm_json_close(j, '}');
}

/* Where all data lies; that of tiles, which may be the whole world, only when there is nothing else. */
static struct mm_box all_bounds(const struct mm_catalog *c)
{
	struct mm_box layers = mm_box_empty(), archives = mm_box_empty();

	for (size_t i = 0; i < mm_catalog_count(c); i++) {
		const struct mm_entry *e = mm_catalog_entry(c, i);

		if (e->layer) {
			const struct mm_box box = mm_layer_box_deg(e->layer);

			mm_box_merge(&layers, &box);
		} else if (e->archive) {
			mm_box_merge(&archives, &mm_tile_archive_about(e->archive)->box_deg);
		}
	}
	return mm_box_is_empty(&layers) ? archives : layers;
}

static void put_map(const struct mm_catalog *c, struct mm_buf *out)
{
	const struct mm_map_info *map = mm_catalog_map(c);
	const struct mm_box all = all_bounds(c);
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	put_title(&j, "title", &map->title);
	put_title(&j, "description", &map->description);
	put_title(&j, "attribution", &map->attribution);
	put_version(&j, mm_catalog_version(c));
	put_crs(&j, map->crs_code, map->crs_name);
	if (map->has_view) {
		mm_json_open(&j, "view", '{');
		mm_json_open(&j, "center", '[');
		mm_json_double(&j, NULL, map->view_lon_deg);
		mm_json_double(&j, NULL, map->view_lat_deg);
		mm_json_close(&j, ']');
		mm_json_double(&j, "zoom", map->view_zoom);
		mm_json_close(&j, '}');
	} else {
		mm_json_null(&j, "view");
	}
	mm_json_open(&j, "themes", '[');
	for (size_t i = 0; i < map->theme_count; i++) {
		mm_json_open(&j, NULL, '{');
		mm_json_text(&j, "id", map->theme[i].id);
		put_title(&j, "title", &map->theme[i].title);
		mm_json_close(&j, '}');
	}
	mm_json_close(&j, ']');
	mm_json_open(&j, "layers", '[');
	for (size_t i = 0; i < mm_catalog_count(c); i++) {
		const struct mm_entry *e = mm_catalog_entry(c, i);

		if (e->layer)
			put_layer(&j, e);
		else if (e->archive)
			put_archive(&j, e);
		else if (e->raster)
			put_raster(&j, e);
	}
	mm_json_close(&j, ']');
	/* layers that give nothing, and are not above; /status says why */
	mm_json_open(&j, "failed", '[');
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (!mm_entry_serves(mm_catalog_entry(c, i)))
			mm_json_text(&j, NULL, mm_catalog_entry(c, i)->id);
	mm_json_close(&j, ']');
	put_bounds(&j, &all);
	mm_json_close(&j, '}');
}

enum mm_code mm_api_map(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	const struct mm_catalog *c = NULL;
	enum mm_code rc = mm_out_catalog(ctx, &c, reterr);

	if (rc)
		return rc;
	put_map(c, &rs->body);
	rs->etag = mm_out_etag(r, mm_catalog_version(c), "");
	(void)mm_catalog_unref(c);
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}
