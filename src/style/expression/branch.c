#include "style/expression/parse.h"

#include <string.h>

/* What the outputs of a form should be: what is expected of the whole, else what the first of them is. */
static const struct mm_style_type *output_type(const struct mm_expr_parser *p)
{
	return p->expected && p->expected->kind != MM_STYLE_VALUE ? p->expected : NULL;
}

struct mm_expr *mm_expr_parse_case(const struct mm_expr_parser *p, const json_t *json)
{
	const size_t n = mm_expr_arg_count(json);
	struct mm_expr *e;

	if (n < 3)
		return mm_expr_wrong(p, "Expected at least 3 arguments, but found only %zu.", n);
	if (n % 2 != 1)
		return mm_expr_wrong(p, "Expected an odd number of arguments.");
	e = mm_expr_node(p, OP_CASE, output_type(p), n);
	for (size_t i = 0; e && i < n; i++) {
		const bool is_condition = i % 2 == 0 && i + 1 < n;

		e->args[i] = mm_expr_parse_arg(p, json_array_get(json, i + 1), i + 1,
					       is_condition ? &mm_style_types[MM_STYLE_BOOLEAN] : e->type);
		if (!e->args[i])
			return NULL;
		if (!is_condition && !e->type)
			e->type = e->args[i]->type;
	}
	return mm_expr_finish(e);
}

struct mm_expr *mm_expr_parse_coalesce(const struct mm_expr_parser *p, const json_t *json)
{
	const size_t n = mm_expr_arg_count(json);
	bool needs_annotation = false;
	struct mm_expr *e;

	if (n < 1)
		return mm_expr_wrong(p, "Expected at least one argument.");
	e = mm_expr_node(p, OP_COALESCE, output_type(p), n);
	for (size_t i = 0; e && i < n; i++) {
		const struct mm_expr_parser inner = mm_expr_inner(p, i + 1, e->type);

		/* a check of each would fail where null should lead on to the next */
		e->args[i] = mm_expr_parse_here(&inner, json_array_get(json, i + 1), ANNOTATE_NOT);
		if (!e->args[i])
			return NULL;
		if (!e->type)
			e->type = e->args[i]->type;
		needs_annotation |= p->expected && !mm_style_type_fits(p->expected, e->args[i]->type);
	}
	if (e && needs_annotation)
		e->type = &mm_style_types[MM_STYLE_VALUE];
	return mm_expr_finish(e);
}

struct mm_expr *mm_expr_parse_let(const struct mm_expr_parser *p, const json_t *json)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const size_t n = mm_expr_arg_count(json), bound = n / 2;
	struct mm_expr_scope *scopes;
	struct mm_expr_parser inner;
	struct mm_expr *e;

	if (n < 3)
		return mm_expr_wrong(p, "Expected at least 3 arguments, but found %zu instead.", n);
	e = mm_expr_node(p, OP_LET, NULL, bound + 1);
	scopes = mm_arena_array(p->shared->mem, bound, sizeof(*scopes));
	if (!e || !scopes)
		return NULL;
	for (size_t i = 0; i < bound; i++) {
		const json_t *name = json_array_get(json, 2 * i + 1);

		if (!json_is_string(name))
			return mm_expr_wrong_at(p, 2 * i + 1, "Expected string, but found %s instead.",
						mm_expr_json_type(name));
		if (json_string_value(name)[strspn(json_string_value(name), letters)])
			return mm_expr_wrong_at(
			    p, 2 * i + 1, "Variable names must contain only alphanumeric characters or '_'.");
		e->args[i] = mm_expr_parse_arg(p, json_array_get(json, 2 * i + 2), 2 * i + 2, NULL);
		if (!e->args[i])
			return NULL;
		scopes[i] = (struct mm_expr_scope){json_string_value(name), e->args[i],
						   i ? &scopes[i - 1] : p->scope};
	}
	inner = mm_expr_inner(p, n, p->expected);
	inner.scope = &scopes[bound - 1];
	e->args[bound] = mm_expr_parse_here(&inner, json_array_get(json, n), ANNOTATE);
	if (!e->args[bound])
		return NULL;
	e->type = e->args[bound]->type;
	return mm_expr_finish(e);
}

struct mm_expr *mm_expr_parse_var(const struct mm_expr_parser *p, const json_t *json)
{
	const char *name = json_string_value(json_array_get(json, 1));
	struct mm_expr *e;

	if (mm_expr_arg_count(json) != 1 || !name)
		return mm_expr_wrong(p, "'var' expression requires exactly one string literal argument.");
	for (const struct mm_expr_scope *s = p->scope; s; s = s->outer)
		if (strcmp(s->name, name) == 0) {
			e = mm_expr_node(p, OP_VAR, s->bound->type, 0);
			if (e) {
				e->bound = s->bound;
				e->needs = s->bound->needs;
			}
			return e;
		}
	return mm_expr_wrong_at(
	    p, 1,
	    "Unknown variable \"%.80s\". Make sure \"%.80s\" has been bound in an enclosing "
	    "\"let\" expression before using it.",
	    name, name);
}

static enum mm_expr_op comparison_op(const char *name)
{
	static const char *const names[] = {"==", "!=", "<", ">", "<=", ">="};
	size_t i = 0;

	while (strcmp(names[i], name) != 0)
		i++;
	return (enum mm_expr_op)(OP_EQ + i);
}

static bool is_comparable(enum mm_expr_op op, enum mm_style_kind kind)
{
	if (kind == MM_STYLE_TEXT || kind == MM_STYLE_NUMBER || kind == MM_STYLE_VALUE)
		return true;
	return (op == OP_EQ || op == OP_NE) && (kind == MM_STYLE_BOOLEAN || kind == MM_STYLE_NULL);
}

static struct mm_expr *assert_type(const struct mm_expr_parser *p, const struct mm_style_type *type,
				   struct mm_expr *inner)
{
	struct mm_expr *e = mm_expr_node(p, OP_ASSERT, type, 1);

	if (e)
		e->args[0] = inner;
	return mm_expr_finish(e);
}

struct mm_expr *mm_expr_parse_comparison(const struct mm_expr_parser *p, const json_t *json)
{
	const char *name = json_string_value(json_array_get(json, 0));
	const enum mm_expr_op op = comparison_op(name);
	const size_t n = mm_expr_arg_count(json);
	struct mm_expr *e, *side[2];

	if (n != 2 && n != 3)
		return mm_expr_wrong(p, "Expected two or three arguments.");
	for (size_t i = 0; i < 2; i++) {
		side[i] =
		    mm_expr_parse_arg(p, json_array_get(json, i + 1), i + 1, &mm_style_types[MM_STYLE_VALUE]);
		if (!side[i])
			return NULL;
		if (!is_comparable(op, side[i]->type->kind))
			return mm_expr_wrong_at(p, i + 1,
						"\"%s\" comparisons are not supported for type '%s'.", name,
						mm_style_type_text(p->shared->mem, side[i]->type));
	}
	if (side[0]->type->kind != side[1]->type->kind && side[0]->type->kind != MM_STYLE_VALUE &&
	    side[1]->type->kind != MM_STYLE_VALUE)
		return mm_expr_wrong(p, "Cannot compare types '%s' and '%s'.",
				     mm_style_type_text(p->shared->mem, side[0]->type),
				     mm_style_type_text(p->shared->mem, side[1]->type));
	for (size_t i = 0; i < 2 && op != OP_EQ && op != OP_NE; i++)
		if (side[i]->type->kind == MM_STYLE_VALUE && side[1 - i]->type->kind != MM_STYLE_VALUE)
			side[i] = assert_type(p, side[1 - i]->type, side[i]);
	e = mm_expr_node(p, op, &mm_style_types[MM_STYLE_BOOLEAN], n);
	if (!e || !side[0] || !side[1])
		return NULL;
	memcpy(e->args, side, sizeof(side));
	e->is_untyped = side[0]->type->kind == MM_STYLE_VALUE || side[1]->type->kind == MM_STYLE_VALUE;
	if (n == 3) {
		if (!e->is_untyped && side[0]->type->kind != MM_STYLE_TEXT &&
		    side[1]->type->kind != MM_STYLE_TEXT)
			return mm_expr_wrong(p, "Cannot use collator to compare non-string types.");
		e->args[2] =
		    mm_expr_parse_arg(p, json_array_get(json, 3), 3, &mm_style_types[MM_STYLE_COLLATOR]);
		if (!e->args[2])
			return NULL;
	}
	return mm_expr_finish(e);
}
