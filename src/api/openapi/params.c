#include "api/openapi/write.h"

#include "api/features/features.h"

/* Parameters that many paths share. */

static void put_limit_param(struct mm_json *j)
{
	mm_openapi_open_param(j, "limit", "limit", "query", "How many features one page has at most.");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "integer");
	mm_json_int(j, "minimum", 1);
	mm_json_int(j, "maximum", MM_ITEMS_MAX);
	mm_json_int(j, "default", MM_ITEMS_DEFAULT);
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_openapi_open_param(j, "offset", "offset", "query",
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

void mm_openapi_put_params(struct mm_json *j)
{
	mm_json_open(j, "parameters", '{');
	put_limit_param(j);
	mm_openapi_open_param(j, "bbox", "bbox", "query",
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
	mm_openapi_open_param(j, "f", "f", "query", "json or html, instead of Accept.");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "string");
	mm_json_open(j, "enum", '[');
	mm_json_text(j, NULL, "json");
	mm_json_text(j, NULL, "html");
	mm_json_close(j, ']');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_openapi_open_param(j, "collections", "collections", "query",
			      "Layer ids joined by commas: only these.");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "array");
	mm_json_open(j, "items", '{');
	mm_json_text(j, "type", "string");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	for (size_t i = 0; i < sizeof(text_params) / sizeof(text_params[0]); i++) {
		mm_openapi_open_param(j, text_params[i].name, text_params[i].name, "query",
				      text_params[i].description);
		mm_openapi_put_text(j);
		mm_json_close(j, '}');
	}
	mm_json_close(j, '}');
}
