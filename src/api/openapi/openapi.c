#include "api/analysis/openapi.h"
#include "api/maps/maps.h"
#include "api/openapi/write.h"
#include "api/prints/prints.h"

#include <string.h>

/* "/api": the OpenAPI 3.0 definition of what is really there, made from the catalog (OGC API Features Part
 * 1, 7.3). */

static void put_events_path(struct mm_json *j)
{
	static const char *const conditions[] = {"filter",   "filter-lang", "filter-crs",
						 "datetime", "bbox-crs",    "properties"};

	mm_openapi_open_get(j, "/events", "events", "What changes on the map, as Server-Sent Events");
	mm_openapi_open_param(j, NULL, "layers", "query",
			      "Layer ids joined by commas: only what changes in these.");
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
	mm_openapi_open_param(j, NULL, "bbox", "query", "West, south, east, north: only what changes there.");
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
	mm_openapi_put_refs(j, conditions, sizeof(conditions) / sizeof(conditions[0]));
	mm_openapi_open_param(j, NULL, "Last-Event-ID", "header", "The last event that the client has had.");
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
	mm_openapi_close_get(j, "text/event-stream", true);
}

static void put_wfs_responses(struct mm_json *j)
{
	static const char *const failures[][2] = {
	    {"400", "The request is not right"},       {"401", "The token is missing or wrong"},
	    {"403", "Editing is off, or not for you"}, {"404", "There is no such feature"},
	    {"405", "The method is another one"},      {"410", "The version of the page is kept no more"},
	    {"413", "The body is too long"},           {"503", "Try again"}};

	mm_json_open(j, "responses", '{');
	mm_openapi_put_response(j, "200", "The answer", "application/gml+xml");
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		mm_openapi_put_response(j, failures[i][0], failures[i][1], "text/xml");
	mm_json_close(j, '}');
}

/* The service in XML: what it takes is in its own GetCapabilities. */
static void put_wfs_path(struct mm_json *j)
{
	static const char *const own[][2] = {
	    {"service", "WFS"},
	    {"request",
	     "GetCapabilities, DescribeFeatureType, GetFeature, GetPropertyValue, ListStoredQueries "
	     "or DescribeStoredQueries; names of parameters in capital or small letters."},
	    {"version", "2.0.0, 1.1.0 or 1.0.0."},
	    {"typeNames", "Layer ids joined by commas; typeName is the same."},
	    {"filter", "A condition in Filter Encoding, of the version that goes with the service's."},
	    {"CQL_FILTER", "The same in CQL2, instead; coordinates are east first."},
	    {"bbox", "Four numbers and the name of their system, joined by commas."},
	    {"count", "How many features at most; maxFeatures is the same."},
	    {"startIndex", "How many to pass over."},
	    {"srsName", "System of the answer."},
	    {"outputFormat", "One of those that GetCapabilities lists."},
	};

	mm_openapi_open_get(j, "/wfs", "wfs", "Web Feature Service: features in XML, GML and other formats");
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		mm_openapi_open_param(j, NULL, own[i][0], "query", own[i][1]);
		mm_openapi_put_text(j);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
	put_wfs_responses(j);
	mm_json_close(j, '}');
	mm_json_open(j, "post", '{');
	mm_json_text(j, "operationId", "wfs.post");
	mm_json_text(j, "summary", "The same with the request in XML, and Transaction");
	mm_json_open(j, "requestBody", '{');
	mm_json_bool(j, "required", true);
	mm_json_open(j, "content", '{');
	mm_json_open(j, "text/xml", '{');
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "string");
	for (int i = 0; i < 4; i++)
		mm_json_close(j, '}');
	put_wfs_responses(j);
	mm_json_close(j, '}');
	mm_json_close(j, '}');
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

	mm_openapi_open_get(j, "/search", "search",
			    "Features by name or number, and coordinates, the best ones first");
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		mm_openapi_open_param(j, NULL, own[i][0], "query", own[i][1]);
		mm_openapi_put_text(j);
		mm_json_close(j, '}');
	}
	mm_openapi_close_get(j, MM_TYPE_JSON_MEDIA, true);
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
	mm_openapi_put_plain(&j, "/", "landing", "Landing page", MM_TYPE_JSON_MEDIA);
	mm_openapi_put_plain(&j, "/conformance", "conformance", "Conformance classes", MM_TYPE_JSON_MEDIA);
	mm_openapi_put_plain(&j, "/api", "api", "This definition", MM_TYPE_OPENAPI_MEDIA);
	mm_openapi_put_plain(&j, "/functions", "functions", "What filters may call", MM_TYPE_JSON_MEDIA);
	mm_openapi_put_plain(&j, "/collections", "collections", "The collections", MM_TYPE_JSON_MEDIA);
	mm_openapi_put_tiles(&j);
	put_events_path(&j);
	put_search_path(&j);
	put_wfs_path(&j);
	mm_json_raw(&j, "/analysis/measure", mm_measure_openapi, strlen(mm_measure_openapi));
	mm_json_raw(&j, "/analysis/inside", mm_inside_openapi, strlen(mm_inside_openapi));
	mm_print_put_openapi(&j);
	mm_maps_put_openapi(&j);
	mm_openapi_put_tile_matrix_sets(&j);
	mm_openapi_put_tilesets(&j, r, "/tiles", "dataset.vector");
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->layer)
			mm_openapi_put_collection(&j, r, mm_layer_schema(mm_catalog_entry(c, i)->layer),
						  mm_catalog_entry(c, i)->is_editable);
	mm_json_close(&j, '}');
	mm_json_open(&j, "components", '{');
	mm_openapi_put_params(&j);
	mm_openapi_put_schemas(&j);
	mm_json_close(&j, '}');
	mm_json_close(&j, '}');
}

enum mm_code mm_api_openapi(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	return mm_out_page(ctx, r, MM_TYPE_OPENAPI_MEDIA, put_definition, mm_openapi_put_page, rs, reterr);
}
