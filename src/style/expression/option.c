#include "style/expression/parse.h"

#include <string.h>

/* What a script takes for given: not null, false, 0 and "". */
static bool is_given(const json_t *json)
{
	if (!json || json_is_null(json) || json_is_false(json))
		return false;
	if (json_is_string(json))
		return json_string_length(json) > 0;
	return !json_is_number(json) || json_number_value(json) != 0;
}

/* An option as an argument; *ret NULL when it is not there. False: an error has been recorded. */
static bool parse_option(const struct mm_expr_parser *p, const json_t *options, const char *name,
			 const struct mm_style_type *type, struct mm_expr **ret)
{
	const json_t *json = json_object_get(options, name);

	if (!is_given(json))
		return true;
	*ret = mm_expr_parse_arg(p, json, 1, type);
	return *ret != NULL;
}

static bool parse_switch(const struct mm_expr_parser *p, const json_t *options, const char *name,
			 struct mm_expr **ret)
{
	const struct mm_style_value off = mm_style_boolean_value(false);
	const json_t *json = json_object_get(options, name);

	*ret = json ? mm_expr_parse_arg(p, json, 1, &mm_style_types[MM_STYLE_BOOLEAN])
		    : mm_expr_literal(p, &mm_style_types[MM_STYLE_BOOLEAN], &off);
	return *ret != NULL;
}

struct mm_expr *mm_expr_parse_collator(const struct mm_expr_parser *p, const json_t *json)
{
	const json_t *options = json_array_get(json, 1);
	struct mm_expr *e;

	if (mm_expr_arg_count(json) != 1)
		return mm_expr_wrong(p, "Expected one argument.");
	if (!json_is_object(options))
		return mm_expr_wrong(p, "Collator options argument must be an object.");
	e = mm_expr_node(p, OP_COLLATOR, &mm_style_types[MM_STYLE_COLLATOR], 3);
	if (!e || !parse_switch(p, options, "case-sensitive", &e->args[0]) ||
	    !parse_switch(p, options, "diacritic-sensitive", &e->args[1]) ||
	    !parse_option(p, options, "locale", &mm_style_types[MM_STYLE_TEXT], &e->args[2]))
		return NULL;
	return mm_expr_finish(e);
}

struct mm_expr *mm_expr_parse_number_format(const struct mm_expr_parser *p, const json_t *json)
{
	const json_t *options = json_array_get(json, 2);
	const struct mm_style_type *text = &mm_style_types[MM_STYLE_TEXT],
				   *number = &mm_style_types[MM_STYLE_NUMBER];
	struct mm_expr *e;

	if (mm_expr_arg_count(json) != 2)
		return mm_expr_wrong(p, "Expected two arguments.");
	e = mm_expr_node(p, OP_NUMBER_FORMAT, text, 6);
	if (!e || !(e->args[0] = mm_expr_parse_arg(p, json_array_get(json, 1), 1, number)))
		return NULL;
	if (!json_is_object(options))
		return mm_expr_wrong(p, "NumberFormat options argument must be an object.");
	if (!parse_option(p, options, "locale", text, &e->args[1]) ||
	    !parse_option(p, options, "currency", text, &e->args[2]) ||
	    !parse_option(p, options, "unit", text, &e->args[3]))
		return NULL;
	if (e->args[2] && e->args[3])
		return mm_expr_wrong(p, "NumberFormat options `currency` and `unit` are mutually exclusive");
	if (!parse_option(p, options, "min-fraction-digits", number, &e->args[4]) ||
	    !parse_option(p, options, "max-fraction-digits", number, &e->args[5]))
		return NULL;
	return mm_expr_finish(e);
}

static bool is_align(const char *text)
{
	return strcmp(text, "bottom") == 0 || strcmp(text, "center") == 0 || strcmp(text, "top") == 0;
}

/* The look of the section at args. */
static bool parse_look(const struct mm_expr_parser *p, const json_t *look, struct mm_expr **args)
{
	const json_t *align = json_object_get(look, "vertical-align");
	const struct mm_style_type *fonts =
	    mm_style_array_type(p->shared->mem, &mm_style_types[MM_STYLE_TEXT], MM_STYLE_ANY_LENGTH);

	if (!fonts || !parse_option(p, look, "font-scale", &mm_style_types[MM_STYLE_NUMBER], &args[1]) ||
	    !parse_option(p, look, "text-font", fonts, &args[2]) ||
	    !parse_option(p, look, "text-color", &mm_style_types[MM_STYLE_COLOR], &args[3]))
		return false;
	if (json_is_string(align) && *json_string_value(align) && !is_align(json_string_value(align))) {
		(void)mm_expr_wrong(
		    p,
		    "'vertical-align' must be one of: 'bottom', 'center', 'top' but found '%.80s' instead.",
		    json_string_value(align));
		return false;
	}
	return parse_option(p, look, "vertical-align", &mm_style_types[MM_STYLE_TEXT], &args[4]);
}

struct mm_expr *mm_expr_parse_format(const struct mm_expr_parser *p, const json_t *json)
{
	const size_t n = mm_expr_arg_count(json);
	const json_t *first = json_array_get(json, 1);
	bool has_look = true;
	struct mm_expr *e;

	if (n < 1)
		return mm_expr_wrong(p, "Expected at least one argument.");
	if (json_is_object(first) || json_is_null(first))
		return mm_expr_wrong(p, "First argument must be an image or text section.");
	e = mm_expr_node(p, OP_FORMAT, &mm_style_types[MM_STYLE_FORMATTED], n * FORMAT_STEP);
	if (!e)
		return NULL;
	e->n = 0;
	for (size_t i = 1; i <= n; i++) {
		const json_t *arg = json_array_get(json, i);
		struct mm_expr **args = &e->args[e->n];
		enum mm_style_kind kind;

		if (!has_look && json_is_object(arg)) {
			has_look = true;
			if (!parse_look(p, arg, args - FORMAT_STEP))
				return NULL;
			continue;
		}
		args[0] = mm_expr_parse_arg(p, arg, 1, &mm_style_types[MM_STYLE_VALUE]);
		if (!args[0])
			return NULL;
		kind = args[0]->type->kind;
		if (kind != MM_STYLE_TEXT && kind != MM_STYLE_VALUE && kind != MM_STYLE_NULL &&
		    kind != MM_STYLE_IMAGE)
			return mm_expr_wrong(
			    p, "Formatted text type must be 'string', 'value', 'image' or 'null'.");
		has_look = false;
		e->n += FORMAT_STEP;
	}
	return mm_expr_finish(e);
}
