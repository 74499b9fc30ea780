#include "api/html.h"
#include "api/out.h"
#include "api/viewer.h"

/*
 * "/" and "/conformance" (OGC API Common and Features Part 1, 7.2 and 7.4). A browser that asks for "/" gets
 * the map; the plain page with the links is "/?f=html" and what programs get is JSON.
 */

static void put_links(struct mm_json *j, const struct mm_request *r)
{
	mm_json_open(j, "links", '[');
	mm_out_link(j, r, "/?f=json", "self", MM_TYPE_JSON_MEDIA, "This document");
	mm_out_link(j, r, "/?f=html", "alternate", "text/html", "This document as HTML");
	mm_out_link(j, r, "/api", "service-desc", MM_TYPE_OPENAPI_MEDIA, "The API definition");
	mm_out_link(j, r, "/api?f=html", "service-doc", "text/html", "The API documentation");
	mm_out_link(j, r, "/conformance", "conformance", MM_TYPE_JSON_MEDIA, "Conformance classes");
	mm_out_link(j, r, "/collections", "data", MM_TYPE_JSON_MEDIA, "The collections");
	mm_out_link(j, r, "/tiles", "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
		    MM_TYPE_JSON_MEDIA, "Vector tiles of all layers");
	mm_out_link(j, r, "/tileMatrixSets", "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
		    MM_TYPE_JSON_MEDIA, "Tile matrix sets");
	mm_out_link(j, r, "/functions", "http://www.opengis.net/def/rel/ogc/1.0/functions",
		    MM_TYPE_JSON_MEDIA, "Functions of filters");
	mm_out_link(j, r, "/wfs?service=WFS&request=GetCapabilities", "related", "application/xml",
		    "The same layers by WFS");
	mm_out_link(j, r, "/map", "http://www.opengis.net/def/rel/ogc/1.0/map", "image/png",
		    "The map as a picture");
	mm_out_link(j, r, "/wms?SERVICE=WMS&REQUEST=GetCapabilities", "related", "text/xml",
		    "Web Map Service");
	mm_out_link(j, r, "/print/templates", "related", MM_TYPE_JSON_MEDIA, "Plans to be printed");
	mm_out_link(j, r, "/styles", "http://www.opengis.net/def/rel/ogc/1.0/styles", MM_TYPE_JSON_MEDIA,
		    "Map styles");
	mm_json_close(j, ']');
}

static void put_json(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	const struct mm_map_info *map = mm_catalog_map(c);
	const char *lang = mm_request_lang(r, "ru");
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "title", mm_title_in(&map->title, lang, "munimap"));
	mm_json_text(&j, "description", mm_title_in(&map->description, lang, ""));
	mm_json_text(&j, "attribution", mm_title_in(&map->attribution, lang, ""));
	put_links(&j, r);
	mm_json_close(&j, '}');
}

static void put_html(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	static const struct {
		const char *path, *ru, *en;
	} rows[] = {
	    {"/", "Карта", "The map"},
	    {"/collections?f=html", "Слои: таблицы, объекты, выгрузка", "Layers: tables, features, download"},
	    {"/api?f=html", "Описание API", "API documentation"},
	    {"/api", "Описание API для программ (OpenAPI 3.0)", "API definition for programs (OpenAPI 3.0)"},
	    {"/conformance?f=html", "Классы соответствия OGC API", "OGC API conformance classes"},
	    {"/functions?f=html", "Функции фильтров", "Functions of filters"},
	    {"/tiles?f=html", "Векторные плитки", "Vector tiles"},
	    {"/tileMatrixSets?f=html", "Сетки плиток", "Tile matrix sets"},
	    {"/wfs?service=WFS&request=GetCapabilities", "WFS 2.0, 1.1, 1.0 (QGIS, MapInfo)",
	     "WFS 2.0, 1.1, 1.0 (QGIS, MapInfo)"},
	    {"/print/templates", "Планы для печати: шаблоны", "Plans to be printed: templates"},
	    {"/styles", "Стили карты (MapLibre, QGIS)", "Map styles (MapLibre, QGIS)"},
	    {"/status?f=html", "Состояние слоёв и качество данных", "State of layers and quality of data"},
	};
	struct mm_html h = mm_html_on(out, r);
	const struct mm_map_info *map = mm_catalog_map(c);
	const char *lang = h.ru ? "ru" : "en";
	const struct mm_crumb crumb[] = {{mm_title_in(&map->title, lang, "munimap"), ""}};

	mm_html_begin(&h, crumb, 1);
	mm_html_raw(&h, "<p>");
	mm_html_text(&h, mm_title_in(&map->description, lang, ""));
	mm_html_raw(&h, "</p>\n<ul>\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mm_html_raw(&h, "<li>");
		mm_html_link(&h, rows[i].path, mm_html_say(&h, rows[i].ru, rows[i].en));
		mm_html_raw(&h, "</li>\n");
	}
	mm_html_raw(&h, "</ul>\n");
	mm_html_end(&h);
}

enum mm_code mm_api_landing(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang", "embed"};
	const struct mm_catalog *c = NULL;
	bool is_html = false;
	enum mm_code rc = mm_request_only(r, known, sizeof(known) / sizeof(known[0]), reterr);

	if (!rc)
		rc = mm_out_format(r, MM_TYPE_JSON_MEDIA, &is_html, reterr);
	if (rc)
		return rc;
	if (is_html && !mm_request_param(r, "f"))
		return mm_api_viewer_page(ctx, r, rs, reterr);
	rc = mm_out_catalog(ctx, &c, reterr);
	if (rc)
		return rc;
	if (is_html)
		put_html(c, r, &rs->body);
	else
		put_json(c, r, &rs->body);
	rs->etag = mm_out_page_etag(r, mm_catalog_version(c), is_html);
	(void)mm_catalog_unref(c);
	return mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_JSON_MEDIA, reterr);
}

static const char *const classes[] = {
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-operators", /* what QGIS up to 3.42 looks for */
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-6/1.0/conf/properties",
    "http://www.opengis.net/spec/ogcapi-features-6/1.0/conf/properties-features",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sorting",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sortables",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/features-sorting",
    "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/sortables",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/scaling",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/display-resolution",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/dataset-map",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/collection-map",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/png",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/jpeg",
    "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/svg",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
};

enum mm_code mm_api_conformance(void *ctx, const struct mm_request *r, struct mm_response *rs,
				struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang", "embed"};
	bool is_html = false;
	enum mm_code rc = mm_request_only(r, known, sizeof(known) / sizeof(known[0]), reterr);

	(void)ctx;
	if (!rc)
		rc = mm_out_format(r, MM_TYPE_JSON_MEDIA, &is_html, reterr);
	if (rc)
		return rc;
	if (is_html) {
		struct mm_html h = mm_html_on(&rs->body, r);
		const struct mm_crumb crumb[] = {
		    {mm_html_say(&h, "Карта", "Map"), "/?f=html"},
		    {mm_html_say(&h, "Классы соответствия", "Conformance classes"), ""}};

		mm_html_begin(&h, crumb, 2);
		mm_html_raw(&h, "<ul>\n");
		for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
			mm_html_raw(&h, "<li>");
			mm_html_text(&h, classes[i]);
			mm_html_raw(&h, "</li>\n");
		}
		mm_html_raw(&h, "</ul>\n");
		mm_html_end(&h);
	} else {
		struct mm_json j = mm_json_on(&rs->body);

		mm_json_open(&j, NULL, '{');
		mm_json_open(&j, "conformsTo", '[');
		for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
			mm_json_text(&j, NULL, classes[i]);
		mm_json_close(&j, ']');
		mm_json_close(&j, '}');
	}
	return mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_JSON_MEDIA, reterr);
}
