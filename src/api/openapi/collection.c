#include "api/openapi/write.h"

#include "api/features/exports.h"
#include "api/schema.h"
#include "encode/encoder.h"

#include <string.h>

/* The paths below one collection. */

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
	mm_openapi_open_param(j, NULL, is_post ? "Content-Crs" : "If-Match", "header",
			      is_post ? "System of the coordinates, in <>; CRS84 without it."
				      : "ETag of the feature that the change is made on.");
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
	if (!is_post) {
		mm_openapi_open_param(
		    j, NULL, "If-Unmodified-Since", "header",
		    "Last-Modified of the feature that the change is made on; of no effect beside If-Match.");
		mm_openapi_put_text(j);
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
		mm_openapi_put_response(j, answers[i][0], answers[i][1], "application/problem+json");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

static void put_items_format(struct mm_json *j)
{
	size_t count;
	const struct mm_offer *export = mm_export_offers(&count);

	mm_openapi_open_param(
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

	mm_openapi_open_get(j, mm_arena_printf(r->mem, "/collections/%s/items", s->id),
			    mm_arena_printf(r->mem, "%s.items", s->id), mm_title_in(&s->title, lang, s->id));
	mm_openapi_put_refs(j, refs, sizeof(refs) / sizeof(refs[0]));
	put_items_format(j);
	for (size_t i = 0; i < s->field_count; i++) {
		const struct mm_field *f = &s->field[i];

		if (!mm_schema_is_queryable(f))
			continue;
		mm_openapi_open_param(j, NULL, f->name, "query", mm_title_in(&f->title, lang, f->name));
		mm_json_open(j, "schema", '{');
		mm_schema_put_type(j, f->type);
		mm_json_close(j, '}');
		mm_json_close(j, '}');
	}
	mm_openapi_end_get(j, MM_TYPE_GEOJSON_MEDIA, true);
	if (is_editable)
		put_edit(j, r, "post", s->id);
	mm_json_close(j, '}');
}

/* What "items" takes, in a body: an object of texts, numbers, lists, and a filter in CQL2 JSON as it is. */
static void put_search_path(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s)
{
	static const char *const media[] = {"application/json", "application/x-www-form-urlencoded"};
	static const char *const answers[][2] = {{"400", "A parameter is unknown or its value is not right"},
						 {"404", "There is no such thing"},
						 {"410", "The version of the page is kept no more"},
						 {"413", "The body is too long"},
						 {"415", "The body is of another type"},
						 {"503", "Try again"}};
	static const char *const refs[] = {"lang"};

	mm_json_open(j, mm_arena_printf(r->mem, "/collections/%s/search", s->id), '{');
	mm_json_open(j, "post", '{');
	mm_json_text(j, "operationId", mm_arena_printf(r->mem, "%s.search", s->id));
	mm_json_text(j, "summary", "The same as items, for filters that are longer than an address may be");
	mm_json_open(j, "parameters", '[');
	put_items_format(j);
	mm_openapi_put_refs(j, refs, 1);
	mm_json_close(j, ']');
	mm_json_open(j, "requestBody", '{');
	mm_json_text(
	    j, "description",
	    "The parameters of items but f and lang, at most 256 kB. In JSON lists may be lists, and "
	    "filter a condition in CQL2 JSON; null is as if it were not there. The links next and prev "
	    "have a body to be merged into this one.");
	mm_json_open(j, "content", '{');
	for (size_t i = 0; i < 2; i++)
		mm_openapi_put_media(j, media[i]);
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_open(j, "responses", '{');
	mm_openapi_put_response(j, "200", "The answer", MM_TYPE_GEOJSON_MEDIA);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		mm_openapi_put_response(j, answers[i][0], answers[i][1], "application/problem+json");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
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

	mm_openapi_open_get(j, mm_arena_printf(r->mem, "/collections/%s/aggregate", s->id),
			    mm_arena_printf(r->mem, "%s.aggregate", s->id),
			    "Counts, sums and measures by groups");
	mm_openapi_put_refs(j, refs, sizeof(refs) / sizeof(refs[0]));
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		mm_openapi_open_param(j, NULL, own[i][0], "query", own[i][1]);
		mm_openapi_put_text(j);
		mm_json_close(j, '}');
	}
	mm_openapi_close_get(j, MM_TYPE_JSON_MEDIA, true);
}

void mm_openapi_put_collection(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s,
			       bool is_editable)
{
	static const char *const refs[] = {"f", "lang"}, *const edits[] = {"put", "patch", "delete"};

	mm_openapi_put_plain(j, mm_arena_printf(r->mem, "/collections/%s", s->id),
			     mm_arena_printf(r->mem, "%s.collection", s->id), "What the collection is",
			     MM_TYPE_JSON_MEDIA);
	mm_openapi_put_plain(j, mm_arena_printf(r->mem, "/collections/%s/schema", s->id),
			     mm_arena_printf(r->mem, "%s.schema", s->id), "JSON Schema of its features",
			     MM_TYPE_SCHEMA_MEDIA);
	put_items_path(j, r, s, is_editable);
	put_search_path(j, r, s);
	put_aggregate_path(j, r, s);
	mm_openapi_put_tilesets(j, r, mm_arena_printf(r->mem, "/collections/%s/tiles", s->id),
				mm_arena_printf(r->mem, "%s.collection.vector", s->id));
	mm_openapi_open_get(j, mm_arena_printf(r->mem, "/collections/%s/items/{featureId}", s->id),
			    mm_arena_printf(r->mem, "%s.item", s->id), "One feature");
	mm_openapi_open_param(j, NULL, "featureId", "path", "Id of the feature, percent-encoded.");
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
	mm_openapi_put_refs(j, refs, 2);
	mm_openapi_end_get(j, MM_TYPE_GEOJSON_MEDIA, true);
	for (size_t i = 0; is_editable && i < sizeof(edits) / sizeof(edits[0]); i++)
		put_edit(j, r, edits[i], s->id);
	mm_json_close(j, '}');
}
