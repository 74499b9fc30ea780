#include "api/edits/edits.h"
#include "base/json_bounds.h"
#include "base/num.h"
#include "base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GeoJSON to edits. What is not GeoJSON is told apart from what does not fit the schema. */

enum { LEVELS_MAX = 32, OBJECTS_MAX = 20000, WHERE_MAX = 256 };

static enum mm_code malformed(struct mm_edit_body *b, const char *where, struct mm_err *reterr,
			      const char *what)
{
	b->is_malformed = true;
	return mm_fail(reterr, MM_E_INVALID, where, "%s", what);
}

/* ---- values ---- */

/* JSON in one line; NULL: out of memory. */
static const char *dump(struct mm_arena *mem, const json_t *j, size_t *ret_len)
{
	char *text = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
	const char *copy = text ? mm_arena_text(mem, text, strlen(text)) : NULL;

	*ret_len = copy ? strlen(copy) : 0;
	free(text);
	return copy;
}

/* "5.0" and "5e0" are whole numbers, too (JSON Schema 2020-12, 6.1.1): programs whose numbers all are real
 * write them so. */
static bool read_whole(const json_t *j, int64_t *ret)
{
	const double real = json_number_value(j), exact = 9007199254740992.0; /* 2^53 */

	*ret = json_is_integer(j) ? json_integer_value(j) : 0;
	if (!json_is_real(j) || !(fabs(real) <= exact))
		return json_is_integer(j);
	*ret = (int64_t)real;
	return !islessgreater((double)*ret, real);
}

/* What to write instead; NULL: `v` is filled in. */
static const char *read_value(struct mm_edit_body *b, const json_t *j, struct mm_value *v)
{
	const char *text = json_string_value(j);
	size_t n = json_string_length(j);

	switch (v->type) {
	case MM_TYPE_BOOL:
		v->boolean = json_is_true(j);
		return json_is_boolean(j) ? NULL : "write true, false or null";
	case MM_TYPE_INT:
		return read_whole(j, &v->integer) ? NULL : "write a whole number or null";
	case MM_TYPE_REAL:
		v->real = json_number_value(j);
		return json_is_number(j) ? NULL : "write a number or null";
	case MM_TYPE_TEXT:
		v->text = text;
		v->text_len = n;
		return text ? NULL : "write a text or null";
	case MM_TYPE_DATE:
		return text && mm_edit_read_when(text, n, v) ? NULL
							     : "write a date like \"2026-06-15\" or null";
	case MM_TYPE_TIME:
		return text && mm_edit_read_when(text, n, v) ? NULL
							     : "write a time like \"09:30:00\" or null";
	case MM_TYPE_DATETIME:
		return text && mm_edit_read_when(text, n, v)
			   ? NULL
			   : "write a date and time like \"2026-06-15T09:30:00+03:00\" or null";
	default:
		b->merges |= b->kind == MM_EDIT_UPDATE && json_is_object(j);
		v->text = dump(b->r->mem, j, &v->text_len);
		return NULL;
	}
}

static enum mm_code read_property(struct mm_edit_body *b, struct mm_edit *e, const char *name,
				  const json_t *j, struct mm_edit_value *v, struct mm_err *reterr)
{
	const struct mm_schema *s = mm_layer_schema(b->layer);
	char where[WHERE_MAX];
	const char *wrong;

	(void)snprintf(where, sizeof(where), "%s/properties/%.100s", e->where, name);
	v->field = mm_schema_find(s, name);
	if (v->field == SIZE_MAX)
		return mm_fail(reterr, MM_E_INVALID, where,
			       "there is no such property: see %s/collections/%s/schema", b->r->base_url,
			       s->id);
	v->value = (struct mm_value){.type = s->field[v->field].type, .is_null = json_is_null(j)};
	wrong = v->value.is_null ? NULL : read_value(b, j, &v->value);
	if (wrong)
		return mm_fail(reterr, MM_E_INVALID, where, "%s", wrong);
	if (v->value.text) /* the JSON goes when it has been read */
		v->value.text = mm_arena_text(b->r->mem, v->value.text, v->value.text_len);
	return b->r->mem->exhausted ? mm_fail_nomem(reterr) : MM_OK;
}

static enum mm_code read_properties(struct mm_edit_body *b, json_t *j, struct mm_edit *e,
				    struct mm_err *reterr)
{
	size_t n = json_object_size(j);
	struct mm_edit_value *v = mm_arena_array(b->r->mem, n, sizeof(*v));
	enum mm_code rc = MM_OK;
	const char *name;
	json_t *value;

	if (n && !v)
		return mm_fail_nomem(reterr);
	e->value = v;
	json_object_foreach(j, name, value)
	{
		rc = read_property(b, e, name, value, &v[e->value_count++], reterr);
		if (rc)
			return rc;
	}
	return rc;
}

/* ---- features ---- */

/* A number or a text, as it stands in paths; NULL: neither. */
static const char *read_id(struct mm_edit_body *b, const json_t *j)
{
	if (json_is_integer(j))
		return mm_arena_printf(b->r->mem, "%lld", (long long)json_integer_value(j));
	if (json_is_string(j) && json_string_length(j) &&
	    json_string_length(j) == strlen(json_string_value(j)))
		return mm_arena_text(b->r->mem, json_string_value(j), json_string_length(j));
	return NULL;
}

static enum mm_code take_id(struct mm_edit_body *b, const json_t *j, struct mm_edit *e, struct mm_err *reterr)
{
	const char *id = j ? read_id(b, j) : NULL;
	char where[WHERE_MAX];

	(void)snprintf(where, sizeof(where), "%s/id", e->where);
	e->id = b->id ? b->id : id;
	if (!j || (json_is_null(j) && !b->id))
		return MM_OK;
	if (!id)
		return malformed(b, where, reterr, "write a whole number or a text, or leave it out");
	if (b->id && strcmp(id, b->id) != 0)
		return mm_fail(reterr, MM_E_INVALID, where,
			       "the id is not that of the address: write \"%.60s\", or leave it out", b->id);
	return MM_OK;
}

/* Members that stand there, of the right kind. */
static enum mm_code check_feature(struct mm_edit_body *b, const json_t *j, const char *where,
				  struct mm_err *reterr)
{
	const json_t *type = json_object_get(j, "type"), *properties = json_object_get(j, "properties"),
		     *geometry = json_object_get(j, "geometry");
	bool is_whole = b->kind != MM_EDIT_UPDATE;
	const char *name = json_string_value(type);

	if (!json_is_object(j))
		return malformed(b, where, reterr, "write a GeoJSON Feature");
	if ((type || is_whole) && (!name || strcmp(name, "Feature") != 0))
		return malformed(b, where, reterr, "write \"type\": \"Feature\"");
	if ((is_whole && !properties) ||
	    (properties && !json_is_object(properties) && !json_is_null(properties)))
		return malformed(b, where, reterr, "write \"properties\": an object or null");
	if (!is_whole && json_is_null(properties))
		return malformed(b, where, reterr, "name the properties that are to be null");
	if ((is_whole && !geometry) || (geometry && !json_is_object(geometry) && !json_is_null(geometry)))
		return malformed(b, where, reterr, "write \"geometry\": an object or null");
	return MM_OK;
}

static enum mm_code read_feature(struct mm_edit_body *b, const json_t *j, struct mm_edit *e,
				 struct mm_err *reterr)
{
	json_t *geometry = json_object_get(j, "geometry");
	enum mm_code rc = check_feature(b, j, e->where, reterr);

	e->kind = b->kind;
	if (!rc)
		rc = take_id(b, json_object_get(j, "id"), e, reterr);
	if (!rc)
		rc = read_properties(b, json_object_get(j, "properties"), e, reterr);
	if (rc || !geometry)
		return rc;
	e->has_geometry = true;
	return json_is_null(geometry) ? MM_OK
				      : mm_edit_geometry_read(b, geometry, e->where, &e->geom, reterr);
}

static enum mm_code read_collection(struct mm_edit_body *b, const json_t *features, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	b->is_collection = true;
	b->count = json_array_size(features);
	if (!b->count)
		return malformed(b, "/features", reterr, "write at least one feature");
	if (b->count > MM_EDITS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "/features", "at most %d features at a time",
			       MM_EDITS_MAX);
	b->edit = mm_arena_array(b->r->mem, b->count, sizeof(*b->edit));
	for (size_t i = 0; !rc && b->edit && i < b->count; i++) {
		b->edit[i].where = mm_arena_printf(b->r->mem, "/features/%zu", i);
		if (!b->edit[i].where)
			return mm_fail_nomem(reterr);
		rc = read_feature(b, json_array_get(features, i), &b->edit[i], reterr);
	}
	return b->edit ? rc : mm_fail_nomem(reterr);
}

static enum mm_code read_root(struct mm_edit_body *b, const json_t *j, struct mm_err *reterr)
{
	const char *type = json_string_value(json_object_get(j, "type"));

	if (b->kind == MM_EDIT_INSERT && type && strcmp(type, "FeatureCollection") == 0 &&
	    json_is_array(json_object_get(j, "features")))
		return read_collection(b, json_object_get(j, "features"), reterr);
	b->count = 1;
	b->edit = mm_arena_array(b->r->mem, 1, sizeof(*b->edit));
	if (!b->edit)
		return mm_fail_nomem(reterr);
	b->edit->where = "";
	return read_feature(b, j, b->edit, reterr);
}

enum mm_code mm_edit_body_read(struct mm_edit_body *b, struct mm_err *reterr)
{
	json_error_t e;
	json_t *j;
	enum mm_code rc;

	if (!b->r->body)
		return malformed(b, "", reterr, "the body is empty: send a GeoJSON Feature");
	rc = mm_json_bounds_check(b->r->body, b->r->body_len, LEVELS_MAX, OBJECTS_MAX, "", reterr);
	if (rc)
		return rc;
	j = json_loadb(b->r->body, b->r->body_len, JSON_REJECT_DUPLICATES, &e);
	if (!j) {
		b->is_malformed = true;
		return mm_fail(reterr, MM_E_INVALID, "", "the body is not JSON: line %d, column %d: %.150s",
			       e.line, e.column, e.text);
	}
	rc = read_root(b, j, reterr);
	json_decref(j);
	return rc;
}
