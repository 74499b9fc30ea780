#include "api/collections.h"

#include "api/crs.h"
#include "api/features/exports.h"
#include "api/html.h"
#include "api/out.h"
#include "api/rasters/collection.h"
#include "base/clock.h"
#include "query/query.h"

#include <stdio.h>
#include <string.h>

/* "/collections" and "/collections/{id}" (OGC API Features Part 1, 7.13 and 7.14). */

static void put_extent(struct mm_json *j, const struct mm_layer *l)
{
	struct mm_box box = mm_layer_box_deg(l);
	struct mm_period when;
	char text[MM_CLOCK_TEXT_MAX];

	mm_json_open(j, "extent", '{');
	if (!mm_box_is_empty(&box)) {
		mm_json_open(j, "spatial", '{');
		mm_json_open(j, "bbox", '[');
		mm_out_box(j, NULL, &box);
		mm_json_close(j, ']');
		mm_json_text(j, "crs", "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
		mm_json_close(j, '}');
	}
	if (mm_query_time_extent(l, &when)) {
		mm_json_open(j, "temporal", '{');
		mm_json_open(j, "interval", '[');
		mm_json_open(j, NULL, '[');
		mm_json_text_n(j, NULL, text, mm_clock_format(when.begin_ms, 0, text));
		mm_json_text_n(j, NULL, text, mm_clock_format(when.end_ms, 0, text));
		mm_json_close(j, ']');
		mm_json_close(j, ']');
		mm_json_text(j, "trs", "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian");
		mm_json_close(j, '}');
	}
	mm_json_close(j, '}');
}

static void put_links(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s, bool is_self)
{
	const char *path = mm_arena_printf(r->mem, "/collections/%s", s->id);
	const char *items = mm_arena_printf(r->mem, "/collections/%s/items", s->id);
	const char *schema = mm_arena_printf(r->mem, "/collections/%s/schema", s->id);
	const char *queryables = mm_arena_printf(r->mem, "/collections/%s/queryables", s->id);
	const char *sortables = mm_arena_printf(r->mem, "/collections/%s/sortables", s->id);
	const char *html = mm_arena_printf(r->mem, "/collections/%s?f=html", s->id);
	const char *items_html = mm_arena_printf(r->mem, "/collections/%s/items?f=html", s->id);
	const char *aggregate = mm_arena_printf(r->mem, "/collections/%s/aggregate", s->id);
	const char *tiles = mm_arena_printf(r->mem, "/tiles/%s.json", s->id);
	const char *tilesets = mm_arena_printf(r->mem, "/collections/%s/tiles", s->id);
	const char *map = mm_arena_printf(r->mem, "/collections/%s/map", s->id);

	if (!path || !items || !schema || !queryables || !sortables || !html || !items_html || !aggregate ||
	    !tiles || !tilesets || !map) {
		j->out->failed = true;
		return;
	}
	mm_json_open(j, "links", '[');
	mm_out_link(j, r, path, is_self ? "self" : "collection", MM_TYPE_JSON_MEDIA, "This collection");
	mm_out_link(j, r, html, "alternate", "text/html", "This collection as HTML");
	mm_out_link(j, r, items, "items", MM_TYPE_GEOJSON_MEDIA, "Features as GeoJSON");
	mm_out_link(j, r, items_html, "items", "text/html", "Features as HTML");
	mm_export_put_links(j, r, s);
	mm_out_link(j, r, schema, "describedby", MM_TYPE_SCHEMA_MEDIA, "Schema of the features");
	mm_out_link(j, r, schema, "http://www.opengis.net/def/rel/ogc/1.0/schema", MM_TYPE_SCHEMA_MEDIA,
		    "Schema of the features");
	mm_out_link(j, r, queryables, "http://www.opengis.net/def/rel/ogc/1.0/queryables",
		    MM_TYPE_SCHEMA_MEDIA, "Fields that may be asked for");
	mm_out_link(j, r, sortables, "http://www.opengis.net/def/rel/ogc/1.0/sortables", MM_TYPE_SCHEMA_MEDIA,
		    "Fields that features may be sorted by");
	mm_out_link(j, r, aggregate, "aggregate", MM_TYPE_JSON_MEDIA, "Counts, sums and measures by groups");
	mm_out_link(j, r, map, "http://www.opengis.net/def/rel/ogc/1.0/map", "image/png",
		    "The collection as a picture");
	mm_out_link(j, r, tiles, "tilejson", MM_TYPE_JSON_MEDIA, "Vector tiles (TileJSON)");
	mm_out_link(j, r, tilesets, "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
		    MM_TYPE_JSON_MEDIA, "Vector tiles");
	mm_json_close(j, ']');
}

static void put_crs(struct mm_json *j, const struct mm_request *r, const struct mm_catalog *c,
		    const struct mm_schema *s)
{
	struct mm_out_crs crs[MM_OUT_CRS_MAX];
	size_t count, storage;

	if (mm_out_crs_list(r, c, s, crs, &count, &storage, NULL)) {
		j->out->failed = true;
		return;
	}
	mm_json_open(j, "crs", '[');
	for (size_t i = 0; i < count; i++)
		mm_json_text(j, NULL, crs[i].uri);
	mm_json_close(j, ']');
	mm_json_text(j, "storageCrs", crs[storage].uri);
}

static void put_collection(struct mm_json *j, const struct mm_request *r, const struct mm_catalog *c,
			   const struct mm_layer *l, bool is_self)
{
	const struct mm_schema *s = mm_layer_schema(l);
	const char *lang = mm_request_lang(r, "ru");

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", s->id);
	mm_json_text(j, "title", mm_title_in(&s->title, lang, s->id));
	if (*mm_title_in(&s->description, lang, ""))
		mm_json_text(j, "description", mm_title_in(&s->description, lang, ""));
	put_extent(j, l);
	mm_json_text(j, "itemType", "feature");
	put_crs(j, r, c, s);
	mm_json_int(j, "itemCount", mm_layer_count(l));
	if (*s->license)
		mm_json_text(j, "license", s->license);
	put_links(j, r, s, is_self);
	mm_json_close(j, '}');
}

static void put_list_json(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	mm_json_open(&j, "links", '[');
	mm_out_link(&j, r, "/collections", "self", MM_TYPE_JSON_MEDIA, "This document");
	mm_out_link(&j, r, "/collections?f=html", "alternate", "text/html", "This document as HTML");
	mm_json_close(&j, ']');
	mm_json_open(&j, "collections", '[');
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->layer)
			put_collection(&j, r, c, mm_catalog_entry(c, i)->layer, false);
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
}

static void put_list_html(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	struct mm_html h = mm_html_on(out, r);
	const char *lang = h.ru ? "ru" : "en";
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(c)->title, lang, "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Слои", "Layers"), ""}};

	mm_html_begin(&h, crumb, 2);
	mm_html_raw(&h, "<table>\n<thead><tr><th>");
	mm_html_text(&h, mm_html_say(&h, "Слой", "Layer"));
	mm_html_raw(&h, "</th><th>id</th><th class=\"number\">");
	mm_html_text(&h, mm_html_say(&h, "Объектов", "Features"));
	mm_html_raw(&h, "</th><th>");
	mm_html_text(&h, mm_html_say(&h, "Система координат", "Coordinate system"));
	mm_html_raw(&h, "</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < mm_catalog_count(c); i++) {
		const struct mm_layer *l = mm_catalog_entry(c, i)->layer;
		const struct mm_schema *s;

		if (!l)
			continue;
		s = mm_layer_schema(l);
		mm_buf_printf(out, "<tr><td><a href=\"");
		mm_html_text(&h, r->base_url);
		mm_buf_printf(out, "/collections/%s?f=html\">", s->id);
		mm_html_text(&h, mm_title_in(&s->title, lang, s->id));
		mm_buf_printf(out, "</a></td><td><code>%s</code></td><td class=\"number\">%u</td><td>", s->id,
			      mm_layer_count(l));
		mm_html_text(&h, s->crs_name);
		mm_html_raw(&h, "</td></tr>\n");
	}
	mm_html_raw(&h, "</tbody>\n</table>\n");
	mm_html_end(&h);
}

enum mm_code mm_api_collections(void *ctx, const struct mm_request *r, struct mm_response *rs,
				struct mm_err *reterr)
{
	return mm_out_page(ctx, r, MM_TYPE_JSON_MEDIA, put_list_json, put_list_html, rs, reterr);
}

static void put_fields_html(struct mm_html *h, const struct mm_schema *s)
{
	const char *lang = h->ru ? "ru" : "en";

	mm_buf_printf(
	    h->out,
	    "<h2>%s</h2>\n<table>\n<thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead>\n",
	    mm_html_say(h, "Поля", "Fields"), mm_html_say(h, "Поле", "Field"), mm_html_say(h, "Имя", "Name"),
	    mm_html_say(h, "Тип", "Type"), mm_html_say(h, "Единица", "Unit"));
	mm_html_raw(h, "<tbody>\n");
	for (size_t i = 0; i < s->field_count; i++) {
		const struct mm_field *f = &s->field[i];

		if (f->hidden)
			continue;
		mm_html_raw(h, "<tr><td>");
		mm_html_text(h, mm_title_in(&f->title, lang, f->name));
		mm_html_raw(h, "</td><td><code>");
		mm_html_text(h, f->name);
		mm_buf_printf(h->out, "</code></td><td>%s</td><td>", mm_type_name(f->type));
		mm_html_text(h, mm_title_in(&f->unit, lang, ""));
		mm_html_raw(h, "</td></tr>\n");
	}
	mm_html_raw(h, "</tbody>\n</table>\n");
}

void mm_collection_mini_map(struct mm_html *h, const struct mm_layer *l, const char *feature_path)
{
	struct mm_box box = mm_layer_box_deg(l);

	if (mm_box_is_empty(&box))
		return;
	mm_buf_printf(h->out, "<div class=\"mini-map\" data-collection=\"%s\" data-bounds=\"",
		      mm_layer_schema(l)->id);
	mm_buf_double(h->out, box.min_x);
	mm_buf_byte(h->out, ',');
	mm_buf_double(h->out, box.min_y);
	mm_buf_byte(h->out, ',');
	mm_buf_double(h->out, box.max_x);
	mm_buf_byte(h->out, ',');
	mm_buf_double(h->out, box.max_y);
	mm_html_raw(h, "\" data-base=\"");
	mm_html_text(h, h->request->base_url);
	if (feature_path) {
		mm_html_raw(h, "\" data-feature=\"");
		mm_html_text(h, h->request->base_url);
		mm_html_text(h, feature_path);
	}
	mm_html_raw(h, "\"></div>\n");
}

static void put_collection_html(const struct mm_catalog *c, const struct mm_layer *l,
				const struct mm_request *r, struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(l);
	struct mm_html h = mm_html_on(out, r);
	const char *lang = h.ru ? "ru" : "en";
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(c)->title, lang, "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Слои", "Layers"), "/collections?f=html"},
	    {mm_title_in(&s->title, lang, s->id), ""}};
	char count[32];
	const char *items = mm_arena_printf(r->mem, "/collections/%s/items?f=html", s->id);
	const char *json = mm_arena_printf(r->mem, "/collections/%s/items?f=json", s->id);
	const char *summary = mm_arena_printf(r->mem, "/collections/%s/aggregate?f=html", s->id);

	mm_html_begin(&h, crumb, 3);
	if (!items || !json || !summary)
		out->failed = true;
	else {
		mm_html_raw(&h, "<p>");
		mm_html_link(&h, items, mm_html_say(&h, "Таблица объектов", "Table of features"));
		mm_html_raw(&h, " · ");
		mm_html_link(&h, summary, mm_html_say(&h, "Сводка", "Summary"));
		mm_html_raw(&h, " · ");
		mm_html_link(&h, json, "GeoJSON");
		mm_export_put_html(&h, r, s);
		mm_html_raw(&h, "</p>\n");
	}
	mm_collection_mini_map(&h, l, NULL);
	mm_html_raw(&h, "<table>\n<tbody>\n");
	(void)snprintf(count, sizeof(count), "%u", mm_layer_count(l));
	mm_html_row(&h, mm_html_say(&h, "Объектов", "Features"), count);
	mm_html_row(&h, mm_html_say(&h, "Описание", "Description"), mm_title_in(&s->description, lang, ""));
	mm_html_row(&h, mm_html_say(&h, "Владелец", "Owner"), mm_title_in(&s->owner, lang, ""));
	mm_html_row(&h, mm_html_say(&h, "Лицензия", "Licence"), s->license);
	mm_html_row(&h, mm_html_say(&h, "Система координат источника", "Coordinate system of the source"),
		    s->crs_name);
	mm_html_row(&h, mm_html_say(&h, "Источник изменён", "Source changed"), mm_layer_source_stamp(l));
	mm_html_raw(&h, "</tbody>\n</table>\n");
	put_fields_html(&h, s);
	mm_html_end(&h);
}

/* The layer or the raster that is asked for. */
static enum mm_code open_collection(const struct mm_api *api, const struct mm_request *r,
				    const struct mm_catalog **ret_catalog, const struct mm_layer **ret_layer,
				    const struct mm_raster **ret_raster, struct mm_err *reterr)
{
	const struct mm_catalog *c = NULL;
	enum mm_code rc = mm_out_catalog(api, &c, reterr);

	if (rc)
		return rc;
	*ret_raster = mm_catalog_find_raster(c, mm_out_segment(r, 1));
	if (*ret_raster) {
		*ret_catalog = c;
		return MM_OK;
	}
	(void)mm_catalog_unref(c);
	return mm_out_layer(api, r, mm_out_segment(r, 1), ret_catalog, ret_layer, reterr);
}

enum mm_code mm_api_collection(void *ctx, const struct mm_request *r, struct mm_response *rs,
			       struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang"};
	const struct mm_catalog *c = NULL;
	const struct mm_raster *raster = NULL;
	const struct mm_layer *l = NULL;
	bool is_html = false;
	enum mm_code rc = mm_request_only(r, known, 2, reterr);

	if (!rc)
		rc = mm_out_format(r, MM_TYPE_JSON_MEDIA, &is_html, reterr);
	if (!rc)
		rc = open_collection(ctx, r, &c, &l, &raster, reterr);
	if (rc)
		return rc;
	if (raster) {
		mm_raster_put_collection(c, raster, is_html, r, &rs->body);
	} else if (is_html) {
		put_collection_html(c, l, r, &rs->body);
	} else {
		struct mm_json j = mm_json_on(&rs->body);

		put_collection(&j, r, c, l, true);
	}
	rs->etag = mm_out_page_etag(
	    r, raster ? mm_raster_info(raster)->identity : mm_layer_version(l) ^ mm_layer_identity(l),
	    is_html);
	(void)mm_catalog_unref(c);
	return mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_JSON_MEDIA, reterr);
}
