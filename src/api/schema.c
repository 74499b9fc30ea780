#include "api/schema.h"

#include "api/api.h"
#include "api/out.h"
#include "base/num.h"
#include "base/text.h"

#include <string.h>

/*
 * What the features of a collection are made of, as JSON Schema: all of it ("/schema", what is given),
 * "/queryables" and "/sortables" (OGC API Common Part 3, once Features Part 5; OGC API Features Part 3,
 * 19-079r2, clause 6).
 */

void mm_schema_put_type(struct mm_json *j, enum mm_type t)
{
	static const char *const type[MM_TYPE_COUNT] = {
	    [MM_TYPE_BOOL] = "boolean", [MM_TYPE_INT] = "integer",     [MM_TYPE_REAL] = "number",
	    [MM_TYPE_TEXT] = "string",  [MM_TYPE_DATE] = "string",     [MM_TYPE_TIME] = "string",
	    [MM_TYPE_JSON] = NULL,      [MM_TYPE_DATETIME] = "string",
	};
	static const char *const format[MM_TYPE_COUNT] = {
	    [MM_TYPE_DATE] = "date", [MM_TYPE_TIME] = "time", [MM_TYPE_DATETIME] = "date-time"};

	if (type[t])
		mm_json_text(j, "type", type[t]);
	if (format[t])
		mm_json_text(j, "format", format[t]);
}

/* A code's value in the type of its field; a code that is none of that type stays text. */
static void put_code(struct mm_buf *out, enum mm_type t, const char *value)
{
	bool is_number = t == MM_TYPE_INT || t == MM_TYPE_REAL;
	size_t n = strlen(value);
	double v;

	if (is_number && mm_num_parse(value, n, &v))
		mm_buf_double(out, v);
	else if (t == MM_TYPE_BOOL && (strcmp(value, "true") == 0 || strcmp(value, "false") == 0))
		mm_buf_text(out, value);
	else
		mm_text_put_json(out, value, n);
}

static void put_field_schema(struct mm_json *j, const struct mm_schema *s, size_t i, const char *lang)
{
	const struct mm_field *f = &s->field[i];
	const char *unit = mm_title_in(&f->unit, lang, "");

	mm_json_open(j, f->name, '{');
	mm_json_text(j, "title", mm_title_in(&f->title, lang, f->name));
	mm_schema_put_type(j, f->type);
	if (*unit)
		mm_json_text(j, "x-ogc-unit", unit);
	if (strcmp(f->name, s->id_field) == 0)
		mm_json_text(j, "x-ogc-role", "id");
	mm_json_int(j, "x-ogc-propertySeq", (int64_t)i + 1);
	if (f->code_count) {
		mm_json_open(j, "oneOf", '[');
		for (size_t k = 0; k < f->code_count; k++) {
			mm_json_open(j, NULL, '{');
			mm_json_key(j, "const");
			put_code(j->out, f->type, f->codes[k].value);
			mm_json_text(j, "title", mm_title_in(&f->codes[k].title, lang, f->codes[k].value));
			mm_json_close(j, '}');
		}
		mm_json_close(j, ']');
	}
	mm_json_close(j, '}');
}

static const char *geometry_format(unsigned types)
{
	static const char *const one[MM_GEOM_TYPE_COUNT] = {
	    [MM_GEOM_POINT] = "geometry-point",
	    [MM_GEOM_LINE] = "geometry-linestring",
	    [MM_GEOM_POLYGON] = "geometry-polygon",
	    [MM_GEOM_MULTIPOINT] = "geometry-multipoint",
	    [MM_GEOM_MULTILINE] = "geometry-multilinestring",
	    [MM_GEOM_MULTIPOLYGON] = "geometry-multipolygon",
	    [MM_GEOM_COLLECTION] = "geometry-geometrycollection",
	};

	types &= ~(1u << MM_GEOM_NULL);
	for (int t = MM_GEOM_POINT; t < MM_GEOM_TYPE_COUNT; t++)
		if (types == 1u << t)
			return one[t];
	return "geometry-any";
}

bool mm_schema_is_queryable(const struct mm_field *f)
{
	return !f->hidden && f->type != MM_TYPE_JSON && f->type != MM_TYPE_TIME;
}

enum kind { SCHEMA, QUERYABLES, SORTABLES };

static const char *const kind_name[] = {
    [SCHEMA] = "schema", [QUERYABLES] = "queryables", [SORTABLES] = "sortables"};

static void put_geometry(struct mm_json *j, const struct mm_layer *l)
{
	mm_json_open(j, "geometry", '{');
	mm_json_text(j, "x-ogc-role", "primary-geometry");
	mm_json_text(j, "format", geometry_format(mm_layer_geom_types(l)));
	mm_json_close(j, '}');
}

static void put_schema(struct mm_json *j, const struct mm_request *r, const struct mm_layer *l,
		       enum kind kind)
{
	const struct mm_schema *s = mm_layer_schema(l);
	const char *lang = mm_request_lang(r, "ru");

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "$schema", "https://json-schema.org/draft/2020-12/schema");
	mm_json_text(j, "$id",
		     mm_arena_printf(r->mem, "%s/collections/%s/%s", r->base_url, s->id, kind_name[kind]));
	mm_json_text(j, "type", "object");
	mm_json_text(j, "title", mm_title_in(&s->title, lang, s->id));
	mm_json_open(j, "properties", '{');
	if (kind != SORTABLES)
		put_geometry(j, l);
	for (size_t i = 0; i < s->field_count; i++)
		if (kind == SCHEMA ? !s->field[i].hidden : mm_schema_is_queryable(&s->field[i]))
			put_field_schema(j, s, i, lang);
	mm_json_close(j, '}');
	if (kind != SCHEMA)
		mm_json_bool(j, "additionalProperties", false);
	mm_json_close(j, '}');
}

static enum mm_code answer(const struct mm_api *api, const struct mm_request *r, enum kind kind,
			   struct mm_response *rs, struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang"};
	const struct mm_catalog *c = NULL;
	const struct mm_layer *l = NULL;
	struct mm_json j = mm_json_on(&rs->body);
	enum mm_code rc = mm_request_only(r, known, 2, reterr);

	if (!rc)
		rc = mm_out_layer(api, r, mm_out_segment(r, 1), &c, &l, reterr);
	if (rc)
		return rc;
	put_schema(&j, r, l, kind);
	rs->etag = mm_out_etag(r, mm_layer_version(l) ^ mm_layer_identity(l), mm_request_lang(r, "ru"));
	(void)mm_catalog_unref(c);
	return mm_out_done(rs, MM_TYPE_SCHEMA_MEDIA, reterr);
}

enum mm_code mm_api_schema(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	return answer(ctx, r, SCHEMA, rs, reterr);
}

enum mm_code mm_api_queryables(void *ctx, const struct mm_request *r, struct mm_response *rs,
			       struct mm_err *reterr)
{
	return answer(ctx, r, QUERYABLES, rs, reterr);
}

enum mm_code mm_api_sortables(void *ctx, const struct mm_request *r, struct mm_response *rs,
			      struct mm_err *reterr)
{
	return answer(ctx, r, SORTABLES, rs, reterr);
}
