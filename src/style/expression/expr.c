#include "style/expression/parse.h"

#include <string.h>

/* What stands for a curve that cannot be: its `key` says why. */
static const struct mm_expr misplaced = {.key = "\"zoom\" expression may only be used as input to a "
						"top-level \"step\" or \"interpolate\" expression."};
static const struct mm_expr repeated = {
    .key = "Only one zoom-based \"step\" or \"interpolate\" subexpression may be used in an expression."};

static bool is_fault(const struct mm_expr *curve)
{
	return curve == &misplaced || curve == &repeated;
}

static const struct mm_expr *find_curve(struct mm_expr *e);

/* The curve that an expression itself is, under "let" and "coalesce". */
static const struct mm_expr *own_curve(struct mm_expr *e)
{
	const struct mm_expr *found = NULL;

	if (e->op == OP_LET)
		return find_curve(e->args[e->n - 1]);
	for (uint32_t i = 0; e->op == OP_COALESCE && i < e->n && !found; i++)
		found = find_curve(e->args[i]);
	if ((e->op == OP_STEP || e->op == OP_INTERPOLATE) && e->args[0]->op == OP_ZOOM)
		return e;
	return found;
}

/*
 * The step or curve over the zoom that an expression is; a fault when the zoom is used elsewhere, or twice. A
 * client prepares both ends of a curve while the map moves between them, so that the specification allows
 * nothing else.
 */
static const struct mm_expr *find_curve(struct mm_expr *e)
{
	const struct mm_expr *found;

	if (e->has_looked || !(e->needs & NEEDS_ZOOM))
		return e->zoom_curve;
	e->has_looked = true;
	found = own_curve(e);
	for (uint32_t i = 0, n = is_fault(found) ? 0 : e->n; i < n; i++) {
		const struct mm_expr *inner = e->args[i] ? find_curve(e->args[i]) : NULL;

		if (is_fault(inner))
			found = inner;
		else if (inner && !found)
			found = &misplaced;
		else if (inner && inner != found)
			found = &repeated;
	}
	e->zoom_curve = found;
	return found;
}

/* NULL: the property may have such an expression. */
static const char *fault_of(struct mm_expr *e, const struct mm_expr_spec *spec)
{
	const bool zoom = e->needs & NEEDS_ZOOM;
	const struct mm_expr *curve;

	if ((e->needs & NEEDS_FEATURE) && !spec->takes_features)
		return "data expressions not supported";
	if (zoom && !spec->takes_zoom)
		return "zoom expressions not supported";
	if (spec->is_filter)
		return NULL;
	curve = find_curve(e);
	if (!curve && zoom)
		curve = &misplaced;
	if (is_fault(curve))
		return curve->key;
	if (curve && curve->op == OP_INTERPOLATE && !spec->interpolates)
		return "\"interpolate\" expressions cannot be used with this property";
	return NULL;
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
