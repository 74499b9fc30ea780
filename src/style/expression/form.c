#include "style/expression/parse.h"

#include <math.h>
#include <string.h>

static struct mm_expr *parse_literal(const struct mm_expr_parser *p, const json_t *json)
{
	const struct mm_style_type *type, *expected = p->expected;
	struct mm_style_value v;

	if (mm_expr_arg_count(json) != 1)
		return mm_expr_wrong(
		    p, "'literal' expression requires exactly one argument, but found %zu instead.",
		    mm_expr_arg_count(json));
	if (!mm_expr_read_value(p, json_array_get(json, 1), &v))
		return NULL;
	type = mm_style_value_type(&v, p->shared->mem);
	if (v.kind == MM_STYLE_ARRAY && v.n == 0 && expected && expected->kind == MM_STYLE_ARRAY &&
	    expected->n <= 0)
		type = expected;
	return type ? mm_expr_literal(p, type, &v) : NULL;
}

static struct mm_expr *parse_list_of_expressions(const struct mm_expr_parser *p, const json_t *json)
{
	const json_t *list = json_array_get(json, 1);
	const size_t n = json_array_size(list);
	const struct mm_style_type *item = NULL;
	struct mm_expr_parser inner;
	struct mm_expr *e;

	if (mm_expr_arg_count(json) != 1)
		return mm_expr_wrong(
		    p, "'semiliteral' expression requires exactly one argument, but found %zu instead.",
		    mm_expr_arg_count(json));
	if (!json_is_array(list))
		return parse_literal(p, json);
	inner = mm_expr_inner(p, 1, NULL);
	e = mm_expr_node(p, OP_LIST, NULL, n);
	for (size_t i = 0; e && i < n; i++) {
		e->args[i] =
		    mm_expr_parse_arg(&inner, json_array_get(list, i), i, &mm_style_types[MM_STYLE_VALUE]);
		if (!e->args[i])
			return NULL;
		if (!item)
			item = e->args[i]->type;
		else if (item->kind != e->args[i]->type->kind || item->kind == MM_STYLE_ARRAY)
			item = &mm_style_types[MM_STYLE_VALUE];
	}
	if (!e)
		return NULL;
	e->type =
	    mm_style_array_type(p->shared->mem, item ? item : &mm_style_types[MM_STYLE_VALUE], (int64_t)n);
	return e->type ? mm_expr_finish(e) : NULL;
}

/* "string", "number", "boolean": what the items of an array may be. */
static const struct mm_style_type *item_type(const json_t *json)
{
	const char *name = json_string_value(json);
	const enum mm_style_kind kind = name ? mm_style_kind_find(name) : MM_STYLE_KIND_COUNT;

	return kind == MM_STYLE_TEXT || kind == MM_STYLE_NUMBER || kind == MM_STYLE_BOOLEAN
		   ? &mm_style_types[kind]
		   : NULL;
}

/* The type that ["array", ...] asserts; *at is left on the first argument that is not part of it. */
static const struct mm_style_type *array_type(const struct mm_expr_parser *p, const json_t *json, size_t *at)
{
	const size_t n = mm_expr_arg_count(json);
	const struct mm_style_type *item = &mm_style_types[MM_STYLE_VALUE];
	int64_t length = MM_STYLE_ANY_LENGTH;

	if (n > 1) {
		item = item_type(json_array_get(json, 1));
		if (!item) {
			(void)mm_expr_wrong_at(
			    p, 1,
			    "The item type argument of \"array\" must be one of string, number, boolean");
			return NULL;
		}
		++*at;
	}
	if (n > 2) {
		const json_t *given = json_array_get(json, 2);
		const double v = json_is_number(given) ? json_number_value(given) : -1;

		if (!json_is_null(given) && (v < 0 || v > 1e9 || v != floor(v))) {
			(void)mm_expr_wrong_at(
			    p, 2, "The length argument to \"array\" must be a positive integer literal");
			return NULL;
		}
		if (!json_is_null(given))
			length = (int64_t)v;
		++*at;
	}
	return mm_style_array_type(p->shared->mem, item, length);
}

static struct mm_expr *parse_values(const struct mm_expr_parser *p, const json_t *json, enum mm_expr_op op,
				    const struct mm_style_type *type, size_t from)
{
	const size_t n = json_array_size(json);
	struct mm_expr *e = mm_expr_node(p, op, type, n - from);

	for (size_t i = from; e && i < n; i++) {
		e->args[i - from] =
		    mm_expr_parse_arg(p, json_array_get(json, i), i, &mm_style_types[MM_STYLE_VALUE]);
		if (!e->args[i - from])
			return NULL;
	}
	return mm_expr_finish(e);
}

static struct mm_expr *parse_assertion(const struct mm_expr_parser *p, const json_t *json)
{
	const char *name = json_string_value(json_array_get(json, 0));
	const struct mm_style_type *type = &mm_style_types[mm_style_kind_find(name)];
	size_t from = 1;

	if (mm_expr_arg_count(json) < 1)
		return mm_expr_wrong(p, "Expected at least one argument.");
	if (type->kind == MM_STYLE_ARRAY)
		type = array_type(p, json, &from);
	return type ? parse_values(p, json, OP_ASSERT, type, from) : NULL;
}

static struct mm_expr *parse_coercion(const struct mm_expr_parser *p, const json_t *json)
{
	const char *name = json_string_value(json_array_get(json, 0)) + strlen("to-");
	const enum mm_style_kind kind = mm_style_kind_find(name);

	if (mm_expr_arg_count(json) < 1)
		return mm_expr_wrong(p, "Expected at least one argument.");
	if ((kind == MM_STYLE_BOOLEAN || kind == MM_STYLE_TEXT) && mm_expr_arg_count(json) != 1)
		return mm_expr_wrong(p, "Expected one argument.");
	return parse_values(p, json, OP_COERCE, &mm_style_types[kind], 1);
}

static struct mm_expr *parse_at(const struct mm_expr_parser *p, const json_t *json)
{
	const struct mm_style_type *list;
	struct mm_expr *e;

	if (mm_expr_arg_count(json) != 2)
		return mm_expr_wrong(p, "Expected 2 arguments, but found %zu instead.",
				     mm_expr_arg_count(json));
	list = mm_style_array_type(
	    p->shared->mem, p->expected ? p->expected : &mm_style_types[MM_STYLE_VALUE], MM_STYLE_ANY_LENGTH);
	e = list ? mm_expr_node(p, OP_AT, NULL, 2) : NULL;
	if (!e)
		return NULL;
	e->args[0] = mm_expr_parse_arg(p, json_array_get(json, 1), 1, &mm_style_types[MM_STYLE_NUMBER]);
	e->args[1] = mm_expr_parse_arg(p, json_array_get(json, 2), 2, list);
	if (!e->args[0] || !e->args[1])
		return NULL;
	e->type = e->args[1]->type->kind == MM_STYLE_ARRAY ? e->args[1]->type->item
							   : &mm_style_types[MM_STYLE_VALUE];
	return mm_expr_finish(e);
}

static bool is_needle(const struct mm_style_type *t)
{
	return t->kind == MM_STYLE_BOOLEAN || t->kind == MM_STYLE_TEXT || t->kind == MM_STYLE_NUMBER ||
	       t->kind == MM_STYLE_NULL || t->kind == MM_STYLE_VALUE;
}

/* "in" and "index-of" */
static struct mm_expr *parse_search(const struct mm_expr_parser *p, const json_t *json)
{
	const bool is_in = strcmp(json_string_value(json_array_get(json, 0)), "in") == 0;
	const size_t n = mm_expr_arg_count(json);
	const struct mm_style_type *any = &mm_style_types[MM_STYLE_VALUE];
	struct mm_expr *e;

	if (is_in && n != 2)
		return mm_expr_wrong(p, "Expected 2 arguments, but found %zu instead.", n);
	if (!is_in && (n < 2 || n > 3))
		return mm_expr_wrong(p, "Expected 2 or 3 arguments, but found %zu instead.", n);
	e = mm_expr_node(p, is_in ? OP_IN : OP_INDEX_OF,
			 &mm_style_types[is_in ? MM_STYLE_BOOLEAN : MM_STYLE_NUMBER], n);
	if (!e)
		return NULL;
	e->args[0] = mm_expr_parse_arg(p, json_array_get(json, 1), 1, any);
	e->args[1] = mm_expr_parse_arg(p, json_array_get(json, 2), 2, any);
	if (!e->args[0] || !e->args[1])
		return NULL;
	if (!is_needle(e->args[0]->type))
		return mm_expr_wrong(p,
				     "Expected first argument to be of type boolean, string, number or null, "
				     "but found %s instead",
				     mm_style_type_text(p->shared->mem, e->args[0]->type));
	if (n == 3) {
		e->args[2] =
		    mm_expr_parse_arg(p, json_array_get(json, 3), 3, &mm_style_types[MM_STYLE_NUMBER]);
		if (!e->args[2])
			return NULL;
	}
	return mm_expr_finish(e);
}

static struct mm_expr *parse_slice(const struct mm_expr_parser *p, const json_t *json)
{
	const size_t n = mm_expr_arg_count(json);
	const struct mm_style_type *number = &mm_style_types[MM_STYLE_NUMBER];
	struct mm_expr *e;

	if (n < 2 || n > 3)
		return mm_expr_wrong(p, "Expected 2 or 3 arguments, but found %zu instead.", n);
	e = mm_expr_node(p, OP_SLICE, NULL, n);
	if (!e)
		return NULL;
	e->args[0] = mm_expr_parse_arg(p, json_array_get(json, 1), 1, &mm_style_types[MM_STYLE_VALUE]);
	e->args[1] = mm_expr_parse_arg(p, json_array_get(json, 2), 2, number);
	if (!e->args[0] || !e->args[1])
		return NULL;
	e->type = e->args[0]->type;
	if (e->type->kind != MM_STYLE_ARRAY && e->type->kind != MM_STYLE_TEXT &&
	    e->type->kind != MM_STYLE_VALUE)
		return mm_expr_wrong(
		    p, "Expected first argument to be of type array or string, but found %s instead",
		    mm_style_type_text(p->shared->mem, e->type));
	if (n == 3) {
		e->args[2] = mm_expr_parse_arg(p, json_array_get(json, 3), 3, number);
		if (!e->args[2])
			return NULL;
	}
	return mm_expr_finish(e);
}

static struct mm_expr *parse_length(const struct mm_expr_parser *p, const json_t *json)
{
	struct mm_expr *e;
	enum mm_style_kind kind;

	if (mm_expr_arg_count(json) != 1)
		return mm_expr_wrong(p, "Expected 1 argument, but found %zu instead.",
				     mm_expr_arg_count(json));
	e = mm_expr_node(p, OP_LENGTH, &mm_style_types[MM_STYLE_NUMBER], 1);
	if (!e || !(e->args[0] = mm_expr_parse_arg(p, json_array_get(json, 1), 1, NULL)))
		return NULL;
	kind = e->args[0]->type->kind;
	if (kind != MM_STYLE_ARRAY && kind != MM_STYLE_TEXT && kind != MM_STYLE_VALUE)
		return mm_expr_wrong(p, "Expected argument of type string or array, but found %s instead.",
				     mm_style_type_text(p->shared->mem, e->args[0]->type));
	return mm_expr_finish(e);
}

static struct mm_expr *parse_image(const struct mm_expr_parser *p, const json_t *json)
{
	struct mm_expr *e;

	if (mm_expr_arg_count(json) != 1)
		return mm_expr_wrong(p, "Expected two arguments.");
	e = mm_expr_node(p, OP_IMAGE, &mm_style_types[MM_STYLE_IMAGE], 1);
	if (!e)
		return NULL;
	e->args[0] = mm_expr_parse_arg(p, json_array_get(json, 1), 1, &mm_style_types[MM_STYLE_TEXT]);
	if (!e->args[0])
		return mm_expr_wrong(p, "No image name provided.");
	return mm_expr_finish(e);
}

static struct mm_expr *parse_global_state(const struct mm_expr_parser *p, const json_t *json)
{
	const json_t *name = json_array_get(json, 1);
	struct mm_style_value v;
	struct mm_expr *e;

	if (mm_expr_arg_count(json) != 1)
		return mm_expr_wrong(p, "Expected 1 argument, but found %zu instead.",
				     mm_expr_arg_count(json));
	if (json_is_null(name))
		return mm_expr_wrong(p, "Global state property must be defined.");
	if (!json_is_string(name))
		return mm_expr_wrong(p, "Global state property must be string, but found %s instead.",
				     mm_expr_json_type(name));
	e = mm_expr_node(p, OP_GLOBAL_STATE, &mm_style_types[MM_STYLE_VALUE], 0);
	if (!e || !mm_expr_read_value(p, name, &v))
		return NULL;
	e->value = v;
	return mm_expr_finish(e);
}

static const struct form {
	const char *name;
	mm_expr_form_parse parse;
} forms[] = {
    {"literal", parse_literal},
    {"semiliteral", parse_list_of_expressions},
    {"string", parse_assertion},
    {"number", parse_assertion},
    {"boolean", parse_assertion},
    {"object", parse_assertion},
    {"array", parse_assertion},
    {"to-boolean", parse_coercion},
    {"to-color", parse_coercion},
    {"to-number", parse_coercion},
    {"to-string", parse_coercion},
    {"at", parse_at},
    {"in", parse_search},
    {"index-of", parse_search},
    {"slice", parse_slice},
    {"length", parse_length},
    {"image", parse_image},
    {"global-state", parse_global_state},
    {"case", mm_expr_parse_case},
    {"match", mm_expr_parse_match},
    {"coalesce", mm_expr_parse_coalesce},
    {"step", mm_expr_parse_step},
    {"interpolate", mm_expr_parse_interpolate},
    {"interpolate-hcl", mm_expr_parse_interpolate},
    {"interpolate-lab", mm_expr_parse_interpolate},
    {"let", mm_expr_parse_let},
    {"var", mm_expr_parse_var},
    {"==", mm_expr_parse_comparison},
    {"!=", mm_expr_parse_comparison},
    {"<", mm_expr_parse_comparison},
    {">", mm_expr_parse_comparison},
    {"<=", mm_expr_parse_comparison},
    {">=", mm_expr_parse_comparison},
    {"collator", mm_expr_parse_collator},
    {"format", mm_expr_parse_format},
    {"number-format", mm_expr_parse_number_format},
    {"within", mm_expr_parse_shapes},
    {"distance", mm_expr_parse_shapes},
};

mm_expr_form_parse mm_expr_form_find(const char *name)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(forms[i].name, name) == 0)
			return forms[i].parse;
	return NULL;
}
