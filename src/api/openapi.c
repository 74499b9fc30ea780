#include "api/analysis/openapi.h"
#include "api/features/exports.h"
#include "api/features/features.h"
#include "api/html.h"
#include "api/out.h"
#include "api/prints/prints.h"
#include "api/schema.h"
#include "encode/encoder.h"

#include <string.h>

/* "/api": the OpenAPI 3.0 definition of what is really there, made from the catalog (OGC API Features Part
 * 1, 7.3). */

static void put_text_schema(struct mm_json *j)
{
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "string");
	mm_json_close(j, '}');
}

static void open_param(struct mm_json *j, const char *key, const char *name, const char *in,
		       const char *description)
{
	mm_json_open(j, key, '{');
	mm_json_text(j, "name", name);
	mm_json_text(j, "in", in);
	mm_json_text(j, "description", description);
	mm_json_bool(j, "required", strcmp(in, "path") == 0);
	mm_json_text(j, "style", strcmp(in, "query") == 0 ? "form" : "simple");
	mm_json_bool(j, "explode", false);
}

static void put_limit_param(struct mm_json *j)
{
	open_param(j, "limit", "limit", "query", "How many features one page has at most.");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "integer");
	mm_json_int(j, "minimum", 1);
	mm_json_int(j, "maximum", MM_ITEMS_MAX);
	mm_json_int(j, "default", MM_ITEMS_DEFAULT);
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	open_param(j, "offset", "offset", "query",
		   "How many matching features to pass over; follow rel=next instead.");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "integer");
	mm_json_int(j, "minimum", 0);
	mm_json_int(j, "default", 0);
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

/* Parameters whose values are texts. */
static const struct {
	const char *name, *description;
} text_params[] = {
    {"page", "Where a page begins; only the links of pages have it."},
    {"bbox-crs", "System of bbox, one of those that the collection lists; its axes in their order there."},
    {"crs", "System of the answer, one of those that the collection lists."},
    {"filter", "A condition in CQL2 (OGC 21-065r2)."},
    {"filter-lang", "The language of filter: cql2-text, which is the default, or cql2-json."},
    {"filter-crs", "System of the geometries in filter, one of those that the collection lists."},
    {"properties", "Fields joined by commas: only these are given."},
    {"exclude-properties", "Fields joined by commas: all but these are given."},
    {"sortby", "Fields joined by commas, each with + or - before it; features without a value come last."},
    {"ids", "At most 1000 ids joined by commas: only these features, in the order of the source."},
    {"q", "At most 10 words: only features whose texts have all of them, whatever their case and accents."},
    {"explain", "1: how the features would be found, and what that takes, instead of them."},
    {"datetime", "A date, a date-time, or an interval begin/end with .. for an open end."},
    {"encoding",
     "Of the tables in f=shp: utf-8, which is the default, or cp1251; f=tab and f=dxf are cp1251."},
    {"separator", "Of f=csv: comma, which is the default, semicolon or tab."},
    {"bom", "Of f=csv: true for the mark by which Excel knows UTF-8."},
    {"decimal", "Of f=csv: comma, with a semicolon or tab as separator, or point."},
    {"skip-geometry", "true: features without their geometries."},
    {"lang", "Language of titles: ru or en, instead of Accept-Language."},
};

static void put_params(struct mm_json *j)
{
	mm_json_open(j, "parameters", '{');
	put_limit_param(j);
	open_param(j, "bbox", "bbox", "query",
		   "west,south,east,north in degrees; only features that meet it.");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "array");
	mm_json_int(j, "minItems", 4);
	mm_json_int(j, "maxItems", 6);
	mm_json_open(j, "items", '{');
	mm_json_text(j, "type", "number");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	open_param(j, "f", "f", "query", "json or html, instead of Accept.");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "string");
	mm_json_open(j, "enum", '[');
	mm_json_text(j, NULL, "json");
	mm_json_text(j, NULL, "html");
	mm_json_close(j, ']');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	open_param(j, "collections", "collections", "query", "Layer ids joined by commas: only these.");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "array");
	mm_json_open(j, "items", '{');
	mm_json_text(j, "type", "string");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	for (size_t i = 0; i < sizeof(text_params) / sizeof(text_params[0]); i++) {
		open_param(j, text_params[i].name, text_params[i].name, "query", text_params[i].description);
		put_text_schema(j);
		mm_json_close(j, '}');
	}
	mm_json_close(j, '}');
}

static void put_param_refs(struct mm_json *j, const char *const *name, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_key(j, "$ref");
		mm_buf_printf(j->out, "\"#/components/parameters/%s\"", name[i]);
		mm_json_close(j, '}');
	}
}

static void put_response(struct mm_json *j, const char *status, const char *what, const char *media)
{
	mm_json_open(j, status, '{');
	mm_json_text(j, "description", what);
	mm_json_open(j, "content", '{');
	mm_json_open(j, media, '{');
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "object");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

/* Opens a path with its GET up to and including "parameters": [ */
static void open_get(struct mm_json *j, const char *path, const char *id, const char *summary)
{
	mm_json_open(j, path, '{');
	mm_json_open(j, "get", '{');
	mm_json_text(j, "operationId", id);
	mm_json_text(j, "summary", summary);
	mm_json_open(j, "parameters", '[');
}

/* One of the operations that write (OGC API Features Part 4), beside the GET of the same path. */
static void put_edit(struct mm_json *j, const struct mm_request *r, const char *method, const char *layer)
{
	static const char *const answers[][2] = {{"400", "The body is no GeoJSON"},
						 {"401", "The token is missing or wrong"},
						 {"403", "Editing is off, or not for you"},
						 {"404", "There is no such thing"},
						 {"409", "A value that must be unique is taken"},
						 {"412", "The feature has been changed since"},
						 {"422", "The feature does not fit the schema"},
						 {"428", "If-Match is missing, and If-Unmodified-Since"},
						 {"503", "Try again"}};
	bool is_post = strcmp(method, "post") == 0, has_body = strcmp(method, "delete") != 0;
	const char *media =
	    strcmp(method, "patch") == 0 ? "application/merge-patch+json" : MM_TYPE_GEOJSON_MEDIA;

	mm_json_open(j, method, '{');
	mm_json_text(j, "operationId", mm_arena_printf(r->mem, "%s.%s", layer, method));
	mm_json_text(j, "summary", "Writes to the source of the layer");
	mm_json_open(j, "parameters", '[');
	open_param(j, NULL, is_post ? "Content-Crs" : "If-Match", "header",
		   is_post ? "System of the coordinates, in <>; CRS84 without it."
			   : "ETag of the feature that the change is made on.");
	put_text_schema(j);
	mm_json_close(j, '}');
	if (!is_post) {
		open_param(
		    j, NULL, "If-Unmodified-Since", "header",
		    "Last-Modified of the feature that the change is made on; of no effect beside If-Match.");
		put_text_schema(j);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
	if (has_body) {
		mm_json_open(j, "requestBody", '{');
		mm_json_bool(j, "required", true);
		mm_json_open(j, "content", '{');
		mm_json_open(j, media, '{');
		mm_json_open(j, "schema", '{');
		mm_json_text(j, "type", "object");
		for (int i = 0; i < 4; i++)
			mm_json_close(j, '}');
	}
	mm_json_open(j, "responses", '{');
	mm_json_open(j, is_post ? "201" : "204", '{');
	mm_json_text(j, "description", is_post ? "Written; Location has its address" : "Written");
	mm_json_close(j, '}');
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		put_response(j, answers[i][0], answers[i][1], "application/problem+json");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

static void end_get(struct mm_json *j, const char *media, bool has_id)
{
	mm_json_close(j, ']');
	mm_json_open(j, "responses", '{');
	put_response(j, "200", "The answer", media);
	put_response(j, "400", "A parameter is unknown or its value is not right",
		     "application/problem+json");
	if (has_id)
		put_response(j, "404", "There is no such thing", "application/problem+json");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

static void close_get(struct mm_json *j, const char *media, bool has_id)
{
	end_get(j, media, has_id);
	mm_json_close(j, '}');
}

static void put_plain_path(struct mm_json *j, const char *path, const char *id, const char *summary,
			   const char *media)
{
	static const char *const refs[] = {"f", "lang"};

	open_get(j, path, id, summary);
	put_param_refs(j, refs, 2);
	close_get(j, media, false);
}

static void put_items_format(struct mm_json *j)
{
	size_t count;
	const struct mm_offer *export = mm_export_offers(&count);

	open_param(
	    j, NULL, "f", "query",
	    "Instead of Accept. All but json, jsonfg and html are files with all features that match, unless "
	    "limit says how many.");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "string");
	mm_json_open(j, "enum", '[');
	mm_json_text(j, NULL, "json");
	mm_json_text(j, NULL, "html");
	for (size_t i = 0; i < MM_ENCODERS; i++)
		mm_json_text(j, NULL, mm_encoders[i]->f);
	for (size_t i = 0; i < count; i++)
		mm_json_text(j, NULL, export[i].f);
	mm_json_close(j, ']');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

static void put_items_path(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s,
			   bool is_editable)
{
	static const char *const refs[] = {
	    "filter",   "filter-lang", "filter-crs", "limit",    "offset",       "page", "bbox",
	    "bbox-crs", "crs",         "datetime",   "encoding", "lang",         "ids",  "q",
	    "explain",  "separator",   "bom",        "decimal",  "skip-geometry"};
	const char *lang = mm_request_lang(r, "ru");

	open_get(j, mm_arena_printf(r->mem, "/collections/%s/items", s->id),
		 mm_arena_printf(r->mem, "%s.items", s->id), mm_title_in(&s->title, lang, s->id));
	put_param_refs(j, refs, sizeof(refs) / sizeof(refs[0]));
	put_items_format(j);
	for (size_t i = 0; i < s->field_count; i++) {
		const struct mm_field *f = &s->field[i];

		if (!mm_schema_is_queryable(f))
			continue;
		open_param(j, NULL, f->name, "query", mm_title_in(&f->title, lang, f->name));
		mm_json_open(j, "schema", '{');
		mm_schema_put_type(j, f->type);
		mm_json_close(j, '}');
		mm_json_close(j, '}');
	}
	end_get(j, MM_TYPE_GEOJSON_MEDIA, true);
	if (is_editable)
		put_edit(j, r, "post", s->id);
	mm_json_close(j, '}');
}

/* The parameters that only aggregates have; `limit` and `sortby` are of groups here. */
static void put_aggregate_path(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s)
{
	static const char *const refs[] = {"filter",   "filter-lang", "filter-crs", "bbox",
					   "bbox-crs", "datetime",    "lang"};
	static const char *const own[][2] = {
	    {"functions",
	     "Functions joined by commas: count, count(FIELD), count(distinct FIELD), sum, avg, min and max "
	     "of "
	     "a FIELD, of length or of area (metres of the map's system). A field named length or area goes "
	     "before the measure, which is always geometry.length and geometry.area; a name in double quotes "
	     "is always a field. Without it: count."},
	    {"group-by",
	     "At most 3 keys joined by commas: fields, and @COLLECTION or @COLLECTION.FIELD for the polygons "
	     "of "
	     "another collection, by their ids or by a field; numbers are then divided by length or area."},
	    {"sortby", "Keys and functions as they are written there, each with + or - before it."},
	    {"limit", "How many groups are given at most: 10000 unless it is less."},
	    {"f", "json, csv or html, instead of Accept."},
	};

	open_get(j, mm_arena_printf(r->mem, "/collections/%s/aggregate", s->id),
		 mm_arena_printf(r->mem, "%s.aggregate", s->id), "Counts, sums and measures by groups");
	put_param_refs(j, refs, sizeof(refs) / sizeof(refs[0]));
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		open_param(j, NULL, own[i][0], "query", own[i][1]);
		put_text_schema(j);
		mm_json_close(j, '}');
	}
	close_get(j, MM_TYPE_JSON_MEDIA, true);
}

static void put_path_arg(struct mm_json *j, const char *name, const char *description)
{
	open_param(j, NULL, name, "path", description);
	put_text_schema(j);
	mm_json_close(j, '}');
}

/* The tilesets below one path, of the dataset or of a collection; `id` begins the operations' names. */
static void put_tileset_paths(struct mm_json *j, const struct mm_request *r, const char *path, const char *id)
{
	static const char *const refs[] = {"f", "lang", "collections"};
	static const char *const conditions[] = {"properties", "filter",   "filter-lang", "filter-crs",
						 "bbox",       "bbox-crs", "datetime"};
	const char *tms = "Id of the tile matrix set, as in /tileMatrixSets";
	bool is_dataset = strcmp(path, "/tiles") == 0;
	size_t n = is_dataset ? 3 : 2;

	open_get(j, path, mm_arena_printf(r->mem, "%s.getTileSetsList", id), "The tilesets");
	put_param_refs(j, refs, n);
	close_get(j, MM_TYPE_JSON_MEDIA, true);
	open_get(j, mm_arena_printf(r->mem, "%s/{tileMatrixSetId}", path),
		 mm_arena_printf(r->mem, "%s.getTileSet", id), "One tileset");
	put_path_arg(j, "tileMatrixSetId", tms);
	put_param_refs(j, refs, n);
	close_get(j, MM_TYPE_JSON_MEDIA, true);
	open_get(j, mm_arena_printf(r->mem, "%s/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", path),
		 mm_arena_printf(r->mem, "%s.getTile", id), "A vector tile; 204 when it is empty");
	put_path_arg(j, "tileMatrixSetId", tms);
	put_path_arg(j, "tileMatrix", "Id of the tile matrix");
	put_path_arg(j, "tileRow", "Row, from the north");
	put_path_arg(j, "tileCol", "Column, from the west");
	open_param(j, NULL, "f", "query", "mvt, instead of Accept.");
	put_text_schema(j);
	mm_json_close(j, '}');
	if (is_dataset)
		put_param_refs(j, refs + 2, 1);
	put_param_refs(j, conditions, sizeof(conditions) / sizeof(conditions[0]));
	close_get(j, "application/vnd.mapbox-vector-tile", true);
}

static void put_tile_matrix_set_paths(struct mm_json *j)
{
	static const char *const refs[] = {"f", "lang"};

	put_plain_path(j, "/tileMatrixSets", "getTileMatrixSetsList", "The tile matrix sets",
		       MM_TYPE_JSON_MEDIA);
	open_get(j, "/tileMatrixSets/{tileMatrixSetId}", "getTileMatrixSet", "One tile matrix set");
	put_path_arg(j, "tileMatrixSetId", "Id of the tile matrix set");
	put_param_refs(j, refs, 2);
	close_get(j, MM_TYPE_JSON_MEDIA, true);
}

static void put_collection_paths(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s,
				 bool is_editable)
{
	static const char *const refs[] = {"f", "lang"}, *const edits[] = {"put", "patch", "delete"};

	put_plain_path(j, mm_arena_printf(r->mem, "/collections/%s", s->id),
		       mm_arena_printf(r->mem, "%s.collection", s->id), "What the collection is",
		       MM_TYPE_JSON_MEDIA);
	put_plain_path(j, mm_arena_printf(r->mem, "/collections/%s/schema", s->id),
		       mm_arena_printf(r->mem, "%s.schema", s->id), "JSON Schema of its features",
		       MM_TYPE_SCHEMA_MEDIA);
	put_items_path(j, r, s, is_editable);
	put_aggregate_path(j, r, s);
	put_tileset_paths(j, r, mm_arena_printf(r->mem, "/collections/%s/tiles", s->id),
			  mm_arena_printf(r->mem, "%s.collection.vector", s->id));
	open_get(j, mm_arena_printf(r->mem, "/collections/%s/items/{featureId}", s->id),
		 mm_arena_printf(r->mem, "%s.item", s->id), "One feature");
	open_param(j, NULL, "featureId", "path", "Id of the feature, percent-encoded.");
	put_text_schema(j);
	mm_json_close(j, '}');
	put_param_refs(j, refs, 2);
	end_get(j, MM_TYPE_GEOJSON_MEDIA, true);
	for (size_t i = 0; is_editable && i < sizeof(edits) / sizeof(edits[0]); i++)
		put_edit(j, r, edits[i], s->id);
	mm_json_close(j, '}');
}

static const char layer_ids[] =
    "Layer ids joined by commas; behind the id of a layer with polygons, _label: one "
    "point for the label of each feature";

static void put_tile_path(struct mm_json *j, const char *path, const char *id, const char *summary,
			  const char *media)
{
	static const char *const args[] = {"layers", "z", "x", "y"};

	open_get(j, path, id, summary);
	for (size_t i = 0; i < 4; i++) {
		open_param(j, NULL, args[i], "path", i ? "XYZ tile address" : layer_ids);
		put_text_schema(j);
		mm_json_close(j, '}');
	}
	close_get(j, media, true);
}

static void put_tile_paths(struct mm_json *j)
{
	put_tile_path(j, "/tiles/{layers}/{z}/{x}/{y}.mvt", "tile",
		      "A vector tile of one or more layers, joined by commas",
		      "application/vnd.mapbox-vector-tile");
	put_tile_path(j, "/tiles/{layers}/{z}/{x}/{y}.mlt", "tile.mlt", "The same as a MapLibre Tile",
		      "application/vnd.maplibre-tile");
	open_get(j, "/tiles/{layers}.json", "tilejson", "TileJSON 3.0 of these layers");
	open_param(j, NULL, "layers", "path", layer_ids);
	put_text_schema(j);
	mm_json_close(j, '}');
	close_get(j, MM_TYPE_JSON_MEDIA, true);
}

static void put_events_path(struct mm_json *j)
{
	open_get(j, "/events", "events", "What changes on the map, as Server-Sent Events");
	open_param(j, NULL, "layers", "query", "Layer ids joined by commas: only what changes in these.");
	put_text_schema(j);
	mm_json_close(j, '}');
	open_param(j, NULL, "bbox", "query", "West, south, east, north: only what changes there.");
	put_text_schema(j);
	mm_json_close(j, '}');
	open_param(j, NULL, "Last-Event-ID", "header", "The last event that the client has had.");
	put_text_schema(j);
	mm_json_close(j, '}');
	close_get(j, "text/event-stream", true);
}

static void put_search_path(struct mm_json *j)
{
	static const char *const own[][2] = {
	    {"q", "What is looked for: a street, an address, a name, a number, a cadastral number, "
		  "coordinates in degrees or "
		  "in metres of the map's system (X north, Y east). Words may be begun, in any order, with "
		  "slips of the pen."},
	    {"limit", "How many results at most, 1 to 50; 10 without it."},
	    {"near", "Longitude and latitude: what is near them comes first among equals."},
	    {"layers", "Layer ids joined by commas: only their features."},
	    {"lang", "ru or en: the language of the layers' titles."},
	};

	open_get(j, "/search", "search", "Features by name or number, and coordinates, the best ones first");
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		open_param(j, NULL, own[i][0], "query", own[i][1]);
		put_text_schema(j);
		mm_json_close(j, '}');
	}
	close_get(j, MM_TYPE_JSON_MEDIA, true);
}

static void put_definition(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	const struct mm_map_info *map = mm_catalog_map(c);
	const char *lang = mm_request_lang(r, "ru");
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "openapi", "3.0.3");
	mm_json_open(&j, "info", '{');
	mm_json_text(&j, "title", mm_title_in(&map->title, lang, "munimap"));
	mm_json_text(&j, "description", mm_title_in(&map->description, lang, ""));
	mm_json_text(&j, "version", "1.0.0");
	mm_json_close(&j, '}');
	mm_json_open(&j, "servers", '[');
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "url", r->base_url);
	mm_json_close(&j, '}');
	mm_json_close(&j, ']');
	mm_json_open(&j, "paths", '{');
	put_plain_path(&j, "/", "landing", "Landing page", MM_TYPE_JSON_MEDIA);
	put_plain_path(&j, "/conformance", "conformance", "Conformance classes", MM_TYPE_JSON_MEDIA);
	put_plain_path(&j, "/api", "api", "This definition", MM_TYPE_OPENAPI_MEDIA);
	put_plain_path(&j, "/functions", "functions", "What filters may call", MM_TYPE_JSON_MEDIA);
	put_plain_path(&j, "/collections", "collections", "The collections", MM_TYPE_JSON_MEDIA);
	put_tile_paths(&j);
	put_events_path(&j);
	put_search_path(&j);
	mm_json_raw(&j, "/analysis/measure", mm_measure_openapi, strlen(mm_measure_openapi));
	mm_json_raw(&j, "/analysis/inside", mm_inside_openapi, strlen(mm_inside_openapi));
	mm_print_put_openapi(&j);
	put_tile_matrix_set_paths(&j);
	put_tileset_paths(&j, r, "/tiles", "dataset.vector");
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->layer)
			put_collection_paths(&j, r, mm_layer_schema(mm_catalog_entry(c, i)->layer),
					     mm_catalog_entry(c, i)->is_editable);
	mm_json_close(&j, '}');
	mm_json_open(&j, "components", '{');
	put_params(&j);
	mm_json_close(&j, '}');
	mm_json_close(&j, '}');
}

static void put_page(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	static const char *const rows[][3] = {
	    {"/collections", "список слоёв", "the layers"},
	    {"/collections/{id}", "описание слоя", "what a layer is"},
	    {"/collections/{id}/schema", "поля слоя (JSON Schema)", "fields of a layer (JSON Schema)"},
	    {"/collections/{id}/items?bbox=&datetime=&limit=&offset=&{field}=",
	     "объекты слоя: в окне, за период, с равенством поля",
	     "features: in a window, a period, by a field's value"},
	    {"/collections/{id}/items/{featureId}", "один объект", "one feature"},
	    {"/collections/{id}/aggregate?functions=&group-by=&sortby=&filter=",
	     "итоги слоя по группам или по контурам другого слоя",
	     "counts and sums by groups, or by the polygons of another layer"},
	    {"/tiles/{layers}/{z}/{x}/{y}.mvt", "векторные плитки MVT, слои через запятую",
	     "vector tiles (MVT), layers joined by commas"},
	    {"/tiles/{layers}/{z}/{x}/{y}.mlt", "то же в виде MapLibre Tile", "the same as MapLibre Tiles"},
	    {"/tiles/{layers}.json?f=", "описание плиток (TileJSON); f: mvt или mlt",
	     "TileJSON of these layers; f: mvt or mlt"},
	    {"/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}?collections=",
	     "плитки OGC API: любая сетка, строка перед столбцом",
	     "OGC API tiles: any grid, row before column"},
	    {"/collections/{id}/tiles/{tileMatrixSetId}", "набор плиток слоя", "tileset of a layer"},
	    {"/tileMatrixSets", "сетки плиток", "tile matrix sets"},
	    {"/print", "план на бумаге (POST): PDF, SVG или PNG; шаблоны — /print/templates",
	     "a plan on paper (POST): PDF, SVG or PNG; templates: /print/templates"},
	    {"/print/jobs/{id}", "как идёт печать, заказанная с Prefer: respond-async",
	     "how a print goes that was asked for with Prefer: respond-async"},
	    {"/events?layers=", "изменения слоёв по мере их появления (Server-Sent Events)",
	     "changes of the layers as they happen (Server-Sent Events)"},
	};
	struct mm_html h = mm_html_on(out, r);
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(c)->title, h.ru ? "ru" : "en", "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Описание API", "API documentation"), ""}};

	mm_html_begin(&h, crumb, 2);
	mm_html_raw(&h, "<table>\n<tbody>\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mm_html_raw(&h, "<tr><td><code>");
		mm_html_text(&h, rows[i][0]);
		mm_html_raw(&h, "</code></td><td>");
		mm_html_text(&h, mm_html_say(&h, rows[i][1], rows[i][2]));
		mm_html_raw(&h, "</td></tr>\n");
	}
	mm_html_raw(&h, "</tbody>\n</table>\n<p>");
	mm_html_link(&h, "/api?f=json", "OpenAPI 3.0");
	mm_html_raw(&h, "</p>\n");
	mm_html_end(&h);
}

enum mm_code mm_api_openapi(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang"};
	const struct mm_catalog *c = NULL;
	bool is_html = false;
	enum mm_code rc = mm_request_only(r, known, 2, reterr);

	if (!rc)
		rc = mm_out_format(r, MM_TYPE_OPENAPI_MEDIA, &is_html, reterr);
	if (!rc)
		rc = mm_out_catalog(ctx, &c, reterr);
	if (rc)
		return rc;
	if (is_html)
		put_page(c, r, &rs->body);
	else
		put_definition(c, r, &rs->body);
	rs->etag = mm_out_etag(r, mm_catalog_version(c), mm_request_lang(r, "ru"));
	(void)mm_catalog_unref(c);
	return mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_OPENAPI_MEDIA, reterr);
}
