#include "style/document/filter.h"
#include "style/document/function.h"
#include "style/document/reader.h"

#include <string.h>

static struct mm_expr_spec expr_spec(struct mm_style_reader *r, const struct mm_style_property_spec *spec)
{
	struct mm_expr_spec ret = {.type = &mm_style_types[spec->kind],
				   .values = spec->values,
				   .takes_features = spec->takes_features,
				   .takes_zoom = spec->takes_zoom,
				   .interpolates = spec->interpolates,
				   .has_tokens = spec->has_tokens};

	if (spec->kind == MM_STYLE_ARRAY)
		ret.type = mm_style_array_type(r->mem, &mm_style_types[spec->item], spec->length);
	return ret;
}

static const struct mm_expr *read_expr(struct mm_style_reader *r, const json_t *json, const char *path,
				       const struct mm_expr_spec *spec)
{
	const struct mm_expr_error *errors = NULL;
	const struct mm_expr *e = NULL;
	const enum mm_code code = mm_expr_parse(json, spec, &r->style->names, r->mem, &e, &errors);

	if (code == MM_E_NOMEM)
		r->code = code;
	for (; errors; errors = errors->next) {
		const char *where = mm_arena_printf(r->mem, "%s%s", path, errors->key);

		mm_style_wrong(r, where ? where : path, "%s", errors->text);
	}
	return e;
}

/* A constant as an expression: arrays are no calls, texts may have tokens. A new reference. */
static json_t *quote(const json_t *json, const struct mm_style_property_spec *spec)
{
	if (spec->has_tokens && json_is_string(json))
		return mm_style_tokens_convert(json_string_value(json));
	if (json_is_array(json))
		return json_pack("[sO]", "literal", json);
	return json_incref((json_t *)(uintptr_t)json);
}

static bool is_among(const char *const *values, const struct mm_style_value *v)
{
	for (; v->kind == MM_STYLE_TEXT && *values; values++)
		if (strcmp(*values, v->text) == 0)
			return true;
	return false;
}

static bool check_one(struct mm_style_reader *r, const char *path, const struct mm_style_property_spec *spec,
		      const struct mm_style_value *v)
{
	if (spec->values && !is_among(spec->values, v)) {
		mm_style_wrong(r, path, "\"%.60s\": not one of its values, such as \"%s\"",
			       v->kind == MM_STYLE_TEXT ? v->text : "", spec->values[0]);
		return false;
	}
	if (v->kind != MM_STYLE_NUMBER)
		return true;
	if (spec->has_least && v->number < spec->least) {
		mm_style_wrong(r, path, "%g is less than the minimum value %g", v->number, spec->least);
		return false;
	}
	if (spec->has_most && v->number > spec->most) {
		mm_style_wrong(r, path, "%g is greater than the maximum value %g", v->number, spec->most);
		return false;
	}
	return true;
}

/* Is a constant within what the property allows? */
static bool check_constant(struct mm_style_reader *r, const char *path,
			   const struct mm_style_property_spec *spec, const struct mm_style_value *v)
{
	if (v->kind != MM_STYLE_ARRAY)
		return check_one(r, path, spec, v);
	for (uint32_t i = 0; i < v->n; i++) {
		const char *where = mm_arena_printf(r->mem, "%s[%u]", path, i);

		if (!check_one(r, where ? where : path, spec, &v->items[i]))
			return false;
	}
	return true;
}

const struct mm_expr *mm_style_read_property(struct mm_style_reader *r, const json_t *json, const char *path,
					     const struct mm_style_property_spec *spec)
{
	const struct mm_expr_spec wanted = expr_spec(r, spec);
	const struct mm_style_value *constant;
	const struct mm_expr *e;
	struct mm_err err = {0};
	json_t *made = NULL;

	if (!wanted.type) {
		r->code = MM_E_NOMEM;
		return NULL;
	}
	if (mm_expr_looks_like(json))
		return read_expr(r, json, path, &wanted);
	if (json_is_object(json)) {
		if (mm_style_function_convert(json, spec, &made, &err)) {
			mm_style_wrong(r, path, "%s", err.msg);
			return NULL;
		}
	} else {
		made = quote(json, spec);
	}
	e = made ? read_expr(r, made, path, &wanted) : NULL;
	json_decref(made);
	constant = e ? mm_expr_constant(e) : NULL;
	return constant && !json_is_object(json) && !check_constant(r, path, spec, constant) ? NULL : e;
}

const struct mm_expr *mm_style_read_filter(struct mm_style_reader *r, const json_t *json, const char *path)
{
	const struct mm_expr_spec spec = {.type = &mm_style_types[MM_STYLE_BOOLEAN],
					  .takes_features = true,
					  .takes_zoom = true,
					  .is_filter = true};
	const size_t before = r->faults;
	const struct mm_expr *e;
	json_t *made;

	if (!json_is_array(json) && !json_is_boolean(json)) {
		mm_style_wrong(r, path, "array or boolean expected");
		return NULL;
	}
	if (mm_style_filter_is_expression(json)) {
		mm_style_check_mixed(r, json, path, 0);
		return read_expr(r, json, path, &spec);
	}
	mm_style_check_filter(r, json, path, 0);
	if (r->faults > before)
		return NULL;
	made = mm_style_filter_convert(json);
	if (!made) {
		mm_style_wrong(r, path, "nested too deep");
		return NULL;
	}
	e = read_expr(r, made, path, &spec);
	json_decref(made);
	return e;
}

const struct mm_style_value *mm_style_read_fallbacks(struct mm_style_reader *r)
{
	struct mm_style_value *ret = mm_arena_array(r->mem, MM_PROP_COUNT, sizeof(*ret));

	for (size_t i = 0; ret && i < MM_PROP_COUNT; i++) {
		const struct mm_style_property_spec *spec = &mm_style_properties[i];
		json_t *json = spec->fallback ? json_loads(spec->fallback, JSON_DECODE_ANY, NULL) : NULL;
		const struct mm_expr *e = json ? mm_style_read_property(r, json, spec->name, spec) : NULL;
		const struct mm_style_value *v = e ? mm_expr_constant(e) : NULL;

		if (v)
			ret[i] = *v;
		json_decref(json);
	}
	return r->code || r->faults ? NULL : ret;
}
