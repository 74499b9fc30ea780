#include "style/expression/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

MM_PRINTF(3, 0)
static void add_error(const struct mm_expr_parser *p, const char *key, const char *fmt, va_list args)
{
	struct mm_arena *mem = p->shared->mem;
	struct mm_expr_error *e = mm_arena_alloc(mem, sizeof(*e));
	char words[512];

	(void)vsnprintf(words, sizeof(words), fmt, args);
	if (!e)
		return;
	e->key = key ? key : "";
	e->text = mm_arena_text(mem, words, strlen(words));
	if (!e->text)
		e->text = "out of memory";
	if (p->errors->last)
		p->errors->last->next = e;
	else
		p->errors->first = e;
	p->errors->last = e;
	p->errors->n++;
}

struct mm_expr *mm_expr_wrong(const struct mm_expr_parser *p, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_error(p, p->key, fmt, args);
	va_end(args);
	return NULL;
}

struct mm_expr *mm_expr_wrong_at(const struct mm_expr_parser *p, size_t i, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_error(p, mm_arena_printf(p->shared->mem, "%s[%zu]", p->key, i), fmt, args);
	va_end(args);
	return NULL;
}

bool mm_expr_check(const struct mm_expr_parser *p, const struct mm_style_type *expected,
		   const struct mm_style_type *t)
{
	if (mm_style_type_fits(expected, t))
		return true;
	(void)mm_expr_wrong(p, "Expected %s but found %s instead.",
			    mm_style_type_text(p->shared->mem, expected),
			    mm_style_type_text(p->shared->mem, t));
	return false;
}

struct mm_expr *mm_expr_node(const struct mm_expr_parser *p, enum mm_expr_op op,
			     const struct mm_style_type *type, size_t n)
{
	struct mm_expr *e = mm_arena_alloc(p->shared->mem, sizeof(*e));

	if (!e)
		return NULL;
	e->op = (unsigned char)op;
	e->type = type;
	e->key = p->key;
	e->n = (uint32_t)n;
	e->args = mm_arena_array(p->shared->mem, n, sizeof(struct mm_expr *));
	return n && !e->args ? NULL : e;
}

struct mm_expr *mm_expr_literal(const struct mm_expr_parser *p, const struct mm_style_type *type,
				const struct mm_style_value *v)
{
	struct mm_expr *e = mm_expr_node(p, OP_LITERAL, type, 0);

	if (e)
		e->value = *v;
	return e;
}

static unsigned char own_needs(enum mm_expr_op op)
{
	switch (op) {
	case OP_GET:
	case OP_HAS:
	case OP_FEATURE_STATE:
	case OP_PROPERTIES:
	case OP_GEOMETRY_TYPE:
	case OP_ID:
		return NEEDS_FEATURE;
	case OP_ZOOM:
		return NEEDS_ZOOM;
	case OP_WITHIN:
	case OP_DISTANCE:
		return NEEDS_FEATURE | NEEDS_GEOMETRY;
	case OP_HEATMAP_DENSITY:
	case OP_ELEVATION:
	case OP_LINE_PROGRESS:
	case OP_ACCUMULATED:
	case OP_IS_SUPPORTED_SCRIPT:
	case OP_ERROR:
	case OP_COLLATOR:
	case OP_GLOBAL_STATE:
	case OP_IMAGE:
		return IS_VOLATILE;
	default:
		return op >= OP_FILTER_EQ ? NEEDS_FEATURE : 0;
	}
}

struct mm_expr *mm_expr_finish(struct mm_expr *e)
{
	if (!e)
		return NULL;
	e->needs = own_needs((enum mm_expr_op)e->op);
	for (uint32_t i = 0; i < e->n; i++)
		if (e->args[i])
			e->needs |= e->args[i]->needs;
	return e;
}

/* Is it always the same? All arguments are computed already when they are; only an annotation may have been
 * put around what has not been looked at. Of an image that is its name. */
static bool is_constant(const struct mm_expr *e)
{
	const bool is_annotation = e->op == OP_ASSERT || e->op == OP_COERCE;

	if (e->op == OP_LITERAL)
		return true;
	if (e->op == OP_VAR)
		return is_constant(e->bound);
	if (own_needs((enum mm_expr_op)e->op) && e->op != OP_IMAGE)
		return false;
	for (uint32_t i = 0; i < e->n; i++)
		if (e->args[i] && !(is_annotation ? is_constant(e->args[i]) : e->args[i]->op == OP_LITERAL))
			return false;
	return true;
}

static struct mm_expr *fold(const struct mm_expr_parser *p, struct mm_expr *e)
{
	struct mm_expr_context c = {.mem = p->shared->mem, .wants_words = true};
	struct mm_style_value v;

	if (!e || e->op == OP_LITERAL || e->type->kind == MM_STYLE_IMAGE || !is_constant(e))
		return e;
	if (!mm_expr_eval(e, &c, &v))
		return mm_expr_wrong(p, "%s", c.error);
	return mm_expr_literal(p, e->type, &v);
}

static struct mm_expr *wrap(const struct mm_expr_parser *p, enum mm_expr_op op, struct mm_expr *inner)
{
	struct mm_expr *e = mm_expr_node(p, op, p->expected, 1);

	if (e)
		e->args[0] = inner;
	return mm_expr_finish(e);
}

#define ONE_OF(kind, set) ((1U << (kind)) & (set))

/* Where another type stands than is wanted: can it be checked, or made to fit, later? */
static bool is_coercible(enum mm_style_kind expected, enum mm_style_kind actual)
{
	const unsigned value = 1U << MM_STYLE_VALUE, text = 1U << MM_STYLE_TEXT,
		       number = 1U << MM_STYLE_NUMBER, array = 1U << MM_STYLE_ARRAY;

	switch (expected) {
	case MM_STYLE_PROJECTION:
	case MM_STYLE_COLORS:
		return ONE_OF(actual, value | text | array);
	case MM_STYLE_COLOR:
	case MM_STYLE_FORMATTED:
	case MM_STYLE_IMAGE:
		return ONE_OF(actual, value | text);
	case MM_STYLE_PADDING:
	case MM_STYLE_NUMBERS:
		return ONE_OF(actual, value | number | array);
	case MM_STYLE_ANCHORS:
		return ONE_OF(actual, value | array);
	default:
		return false;
	}
}

static struct mm_expr *annotate(const struct mm_expr_parser *p, struct mm_expr *e,
				enum mm_expr_annotation how)
{
	const unsigned asserted = 1U << MM_STYLE_TEXT | 1U << MM_STYLE_NUMBER | 1U << MM_STYLE_BOOLEAN |
				  1U << MM_STYLE_OBJECT | 1U << MM_STYLE_ARRAY;
	const struct mm_style_type *expected = p->expected;

	if (!expected)
		return e;
	if (ONE_OF(expected->kind, asserted) && e->type->kind == MM_STYLE_VALUE)
		return how == ANNOTATE_NOT ? e : wrap(p, how == ANNOTATE_COERCE ? OP_COERCE : OP_ASSERT, e);
	if (is_coercible(expected->kind, e->type->kind))
		return how == ANNOTATE_NOT ? e : wrap(p, OP_COERCE, e);
	return mm_expr_check(p, expected, e->type) ? e : NULL;
}

const char *mm_expr_json_type(const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_STRING:
		return "string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "boolean";
	default:
		return "object";
	}
}

size_t mm_expr_arg_count(const json_t *json)
{
	return json_array_size(json) - 1;
}

bool mm_expr_read_value(const struct mm_expr_parser *p, const json_t *json, struct mm_style_value *ret)
{
	if (mm_style_value_read(json, p->shared->mem, ret))
		return true;
	p->shared->is_too_large = true;
	(void)mm_expr_wrong(p, "the value is too large, or nested too deep");
	return false;
}

static struct mm_expr *parse_list(const struct mm_expr_parser *p, const json_t *json)
{
	const json_t *first = json_array_get(json, 0);
	const char *op = json_string_value(first);
	mm_expr_form_parse form;

	if (!first)
		return mm_expr_wrong(p,
				     "Expected an array with at least one element. If you wanted a literal "
				     "array, use [\"literal\", []].");
	if (!op)
		return mm_expr_wrong_at(p, 0,
					"Expression name must be a string, but found %s instead. If you "
					"wanted a literal array, use [\"literal\", [...]].",
					mm_expr_json_type(first));
	form = mm_expr_form_find(op);
	return form ? form(p, json) : mm_expr_parse_call(p, json);
}

struct mm_expr *mm_expr_parse_here(const struct mm_expr_parser *p, const json_t *json,
				   enum mm_expr_annotation how)
{
	struct mm_style_value v;
	struct mm_expr *e;

	if (p->depth > MM_STYLE_DEPTH_MAX || ++p->shared->parts > PARTS_MAX ||
	    ++p->shared->names->parts > MM_EXPR_PARTS_MAX) {
		p->shared->is_too_large = true;
		return mm_expr_wrong(p, p->depth > MM_STYLE_DEPTH_MAX
					    ? "nested too deep; use \"let\" or \"match\""
					    : "too large; use fewer parts");
	}
	if (json_is_array(json)) {
		e = parse_list(p, json);
	} else if (json_is_object(json)) {
		return mm_expr_wrong(p, "Bare objects invalid. Use [\"literal\", {...}] instead.");
	} else {
		if (!mm_expr_read_value(p, json, &v))
			return NULL;
		e = mm_expr_literal(p, &mm_style_types[v.kind], &v);
	}
	return e ? fold(p, annotate(p, e, how)) : NULL;
}

struct mm_expr_parser mm_expr_inner(const struct mm_expr_parser *p, size_t i,
				    const struct mm_style_type *expected)
{
	struct mm_expr_parser inner = *p;
	const char *key = mm_arena_printf(p->shared->mem, "%s[%zu]", p->key, i);

	inner.key = key ? key : p->key;
	inner.depth = p->depth + 1;
	inner.expected = expected;
	return inner;
}

struct mm_expr *mm_expr_parse_arg(const struct mm_expr_parser *p, const json_t *json, size_t i,
				  const struct mm_style_type *expected)
{
	const struct mm_expr_parser inner = mm_expr_inner(p, i, expected);

	return mm_expr_parse_here(&inner, json, ANNOTATE);
}

int64_t mm_expr_slot(const struct mm_expr_parser *p, const struct mm_expr *name)
{
	struct mm_expr_names *names = p->shared->names;
	const char *kept;

	if (name->op != OP_LITERAL || name->value.kind != MM_STYLE_TEXT)
		return MM_EXPR_NO_SLOT;
	for (uint32_t i = 0; i < names->n; i++)
		if (strcmp(names->names[i], name->value.text) == 0)
			return i;
	if (names->n == names->cap) {
		const uint32_t cap = names->cap ? names->cap * 2 : 32;
		const char **grown = mm_arena_array(p->shared->mem, cap, sizeof(*grown));

		if (!grown)
			return MM_EXPR_NO_SLOT;
		if (names->n)
			memcpy(grown, names->names, names->n * sizeof(*grown));
		names->names = grown;
		names->cap = cap;
	}
	kept = name->value.text;
	names->names[names->n] = kept;
	return names->n++;
}
