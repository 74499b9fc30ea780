#include "style/expression/parse.h"

#include <string.h>

static const char misplaced[] =
    "\"zoom\" expression may only be used as input to a top-level \"step\" or \"interpolate\" expression.";
static const char repeated[] =
    "Only one zoom-based \"step\" or \"interpolate\" subexpression may be used in an expression.";

/*
 * The step or curve over the zoom that an expression is, under "let" and "coalesce"; *fault when the zoom is
 * used elsewhere, or twice. A client prepares both ends of a curve while the map moves between them, so that
 * the specification allows nothing else.
 */
static const struct mm_expr *find_curve(struct mm_expr *e, const char **fault)
{
	const struct mm_expr *found = NULL;

	if (e->has_looked || !(e->needs & NEEDS_ZOOM))
		return e->zoom_curve;
	e->has_looked = true;
	if (e->op == OP_LET)
		found = find_curve(e->args[e->n - 1], fault);
	for (uint32_t i = 0; e->op == OP_COALESCE && i < e->n && !found && !*fault; i++)
		found = find_curve(e->args[i], fault);
	if ((e->op == OP_STEP || e->op == OP_INTERPOLATE) && e->args[0]->op == OP_ZOOM)
		found = e;
	for (uint32_t i = 0; i < e->n && !*fault; i++) {
		const struct mm_expr *inner = e->args[i] ? find_curve(e->args[i], fault) : NULL;

		if (!*fault && inner && !found)
			*fault = misplaced;
		else if (!*fault && inner && inner != found)
			*fault = repeated;
	}
	e->zoom_curve = found;
	return found;
}

/* NULL: the property may have such an expression. */
static const char *fault_of(struct mm_expr *e, const struct mm_expr_spec *spec)
{
	const bool zoom = e->needs & NEEDS_ZOOM;
	const struct mm_expr *curve;
	const char *fault = NULL;

	if ((e->needs & NEEDS_FEATURE) && !spec->takes_features)
		return "data expressions not supported";
	if (zoom && !spec->takes_zoom)
		return "zoom expressions not supported";
	if (spec->is_filter)
		return NULL;
	curve = find_curve(e, &fault);
	if (!fault && !curve && zoom)
		fault = misplaced;
	if (!fault && curve && curve->op == OP_INTERPOLATE && !spec->interpolates)
		fault = "\"interpolate\" expressions cannot be used with this property";
	return fault;
}

enum mm_code mm_expr_parse(const json_t *json, const struct mm_expr_spec *spec, struct mm_expr_names *names,
			   struct mm_arena *mem, const struct mm_expr **ret,
			   const struct mm_expr_error **reterrors)
{
	struct mm_expr_shared shared = {.mem = mem, .names = names};
	struct mm_expr_errors errors = {NULL, NULL, 0};
	const struct mm_expr_parser p = {&shared, "", 0, spec->type, NULL, &errors};
	const bool is_text = spec->type && spec->type->kind == MM_STYLE_TEXT && !spec->values;
	const char *fault;
	struct mm_expr *e;

	e = mm_expr_parse_here(&p, json, is_text ? ANNOTATE_COERCE : ANNOTATE);
	fault = e ? fault_of(e, spec) : NULL;
	if (fault)
		e = mm_expr_wrong(&p, "%s", fault);
	if (reterrors)
		*reterrors = errors.first;
	if (mem->exhausted)
		return MM_E_NOMEM;
	if (!e)
		return shared.is_too_large ? MM_E_LIMIT : errors.first ? MM_E_INVALID : MM_E_NOMEM;
	*ret = e;
	return MM_OK;
}

bool mm_expr_looks_like(const json_t *json)
{
	const char *name = json_string_value(json_array_get(json, 0));

	return name && (mm_expr_form_find(name) || mm_expr_is_call(name));
}

const struct mm_expr *mm_expr_of_value(const struct mm_style_value *v, struct mm_arena *mem)
{
	struct mm_expr *e = mm_arena_alloc(mem, sizeof(*e));

	if (!e)
		return NULL;
	e->op = OP_LITERAL;
	e->key = "";
	e->value = *v;
	e->type = mm_style_value_type(v, mem);
	return e->type ? e : NULL;
}

const struct mm_style_type *mm_expr_type(const struct mm_expr *e)
{
	return e->type;
}

bool mm_expr_needs_feature(const struct mm_expr *e)
{
	return e->needs & NEEDS_FEATURE;
}

bool mm_expr_needs_zoom(const struct mm_expr *e)
{
	return e->needs & NEEDS_ZOOM;
}

bool mm_expr_needs_geometry(const struct mm_expr *e)
{
	return e->needs & NEEDS_GEOMETRY;
}

bool mm_expr_is_volatile(const struct mm_expr *e)
{
	return e->needs & IS_VOLATILE;
}

const struct mm_style_value *mm_expr_constant(const struct mm_expr *e)
{
	return e->op == OP_LITERAL ? &e->value : NULL;
}
