#include "store/schema.h"

#include "store/generalize.h"
#include "store/schema_json.h"

#include "base/json.h"
#include "base/text.h"

#include <jansson.h>
#include <string.h>

const char *mm_title_in(const struct mm_title *t, const char *lang, const char *fallback)
{
	bool ru = strcmp(lang, "ru") == 0;
	const char *first = ru ? t->ru : t->en, *second = ru ? t->en : t->ru;

	return first && *first ? first : second && *second ? second : fallback;
}

size_t mm_field_code(const struct mm_field *f, const char *text, size_t n)
{
	for (size_t i = 0; i < f->code_count; i++)
		if (strlen(f->codes[i].value) == n && memcmp(f->codes[i].value, text, n) == 0)
			return i;
	return SIZE_MAX;
}

static const char *const type_names[MM_TYPE_COUNT] = {
    [MM_TYPE_BOOL] = "bool",         [MM_TYPE_INT] = "integer", [MM_TYPE_REAL] = "real",
    [MM_TYPE_TEXT] = "text",         [MM_TYPE_DATE] = "date",   [MM_TYPE_TIME] = "time",
    [MM_TYPE_DATETIME] = "datetime", [MM_TYPE_JSON] = "json",
};

const char *mm_type_name(enum mm_type t)
{
	return (unsigned)t < MM_TYPE_COUNT ? type_names[t] : "unknown";
}

size_t mm_schema_find(const struct mm_schema *s, const char *name)
{
	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden && strcmp(s->field[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

size_t mm_schema_find_any(const struct mm_schema *s, const char *name)
{
	for (size_t i = 0; i < s->field_count; i++)
		if (strcmp(s->field[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

static void put_title(struct mm_json *j, const char *key, const struct mm_title *t)
{
	mm_json_open(j, key, '[');
	mm_json_text(j, NULL, t->ru ? t->ru : "");
	mm_json_text(j, NULL, t->en ? t->en : "");
	mm_json_close(j, ']');
}

static void put_field(struct mm_json *j, const struct mm_field *f)
{
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "name", f->name);
	mm_json_int(j, "type", f->type);
	put_title(j, "title", &f->title);
	put_title(j, "unit", &f->unit);
	mm_json_bool(j, "hidden", f->hidden);
	mm_json_bool(j, "sum", f->is_summed);
	mm_json_int(j, "min_zoom", f->min_zoom);
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

/* The texts of a schema by their names in JSON. */
#define SCHEMA_TEXTS(X)                                                                                      \
	X(id)                                                                                                \
	X(license)                                                                                           \
	X(theme)                                                                                             \
	X(role)                                                                                              \
	X(crs_code)                                                                                          \
	X(crs_uri)                                                                                           \
	X(crs_name)                                                                                          \
	X(crs_definition)                                                                                    \
	X(id_field)                                                                                          \
	X(time_begin)                                                                                        \
	X(time_end)                                                                                          \
	X(time_begin_fact)                                                                                   \
	X(time_end_fact)                                                                                     \
	X(style_json)
#define SCHEMA_TITLES(X)                                                                                     \
	X(title)                                                                                             \
	X(description)                                                                                       \
	X(owner)

void mm_schema_put_json(const struct mm_schema *s, struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
#define PUT(name) mm_json_text(&j, #name, s->name ? s->name : "");
	SCHEMA_TEXTS(PUT)
#undef PUT
#define PUT(name) put_title(&j, #name, &s->name);
	SCHEMA_TITLES(PUT)
#undef PUT
	mm_json_int(&j, "min_zoom", s->min_zoom);
	mm_json_int(&j, "max_zoom", s->max_zoom);
	mm_json_bool(&j, "has_text_ids", s->has_text_ids);
	mm_generalize_put(&j, "generalize", &s->generalize);
	mm_json_open(&j, "fields", '[');
	for (size_t i = 0; i < s->field_count; i++)
		put_field(&j, &s->field[i]);
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
}

static const char *take_text(const json_t *object, const char *key, struct mm_arena *mem)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? mm_arena_text(mem, text, strlen(text)) : NULL;
}

static bool take_title(const json_t *object, const char *key, struct mm_arena *mem, struct mm_title *ret)
{
	const json_t *pair = json_object_get(object, key);
	const char *ru = json_string_value(json_array_get(pair, 0)),
		   *en = json_string_value(json_array_get(pair, 1));

	if (!ru || !en)
		return false;
	ret->ru = mm_arena_text(mem, ru, strlen(ru));
	ret->en = mm_arena_text(mem, en, strlen(en));
	return ret->ru && ret->en;
}

static bool take_codes(const json_t *codes, struct mm_arena *mem, struct mm_field *ret)
{
	size_t count = json_array_size(codes);
	struct mm_code_entry *entry = mm_arena_array(mem, count ? count : 1, sizeof(*entry));

	if (!entry)
		return false;
	for (size_t i = 0; i < count; i++) {
		entry[i].value = take_text(json_array_get(codes, i), "value", mem);
		if (!entry[i].value || !take_title(json_array_get(codes, i), "title", mem, &entry[i].title))
			return false;
	}
	ret->codes = entry;
	ret->code_count = count;
	return true;
}

static bool take_zoom(const json_t *object, const char *key, unsigned *ret)
{
	json_int_t v = json_integer_value(json_object_get(object, key));

	*ret = (unsigned)v;
	return v >= 0 && v <= 22;
}

static bool take_field(const json_t *object, struct mm_arena *mem, struct mm_field *ret)
{
	json_int_t type = json_integer_value(json_object_get(object, "type"));

	if (type < 0 || type >= MM_TYPE_COUNT)
		return false;
	ret->type = (enum mm_type)type;
	ret->hidden = json_is_true(json_object_get(object, "hidden"));
	ret->is_summed = json_is_true(json_object_get(object, "sum"));
	ret->name = take_text(object, "name", mem);
	return ret->name && take_zoom(object, "min_zoom", &ret->min_zoom) &&
	       take_title(object, "title", mem, &ret->title) && take_title(object, "unit", mem, &ret->unit) &&
	       take_codes(json_object_get(object, "codes"), mem, ret);
}

static bool take_schema(const json_t *object, struct mm_arena *mem, struct mm_schema *s)
{
	const json_t *fields = json_object_get(object, "fields");
	size_t count = json_array_size(fields);
	struct mm_field *field = mm_arena_array(mem, count ? count : 1, sizeof(*field));
	bool good = field && mm_generalize_take(json_object_get(object, "generalize"), mem, &s->generalize) &&
		    take_zoom(object, "min_zoom", &s->min_zoom) &&
		    take_zoom(object, "max_zoom", &s->max_zoom);

#define TAKE(name) good = good && (s->name = take_text(object, #name, mem)) != NULL;
	SCHEMA_TEXTS(TAKE)
#undef TAKE
#define TAKE(name) good = good && take_title(object, #name, mem, &s->name);
	SCHEMA_TITLES(TAKE)
#undef TAKE
	for (size_t i = 0; i < count && good; i++)
		good = take_field(json_array_get(fields, i), mem, &field[i]);
	s->has_text_ids = json_is_true(json_object_get(object, "has_text_ids"));
	s->field = field;
	s->field_count = count;
	return good;
}

bool mm_schema_is_json(const char *text, size_t n)
{
	json_t *value = json_loadb(text, n, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
	bool good = value != NULL;

	json_decref(value);
	return good;
}

enum mm_code mm_schema_parse_json(const char *text, size_t n, struct mm_arena *mem, struct mm_schema *ret,
				  struct mm_err *reterr)
{
	json_t *object = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	struct mm_schema s = {0};
	bool good = object && take_schema(object, mem, &s);

	json_decref(object);
	if (!good)
		return mm_fail(reterr, MM_E_DATA, "schema", "the snapshot's schema is damaged");
	*ret = s;
	return MM_OK;
}
