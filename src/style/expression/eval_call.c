#include "style/expression/node.h"

#include <math.h>

static bool get_property(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret,
			 bool *ret_found)
{
	const struct mm_expr_feature *f = c->feature;
	struct mm_style_value name;

	if (e->args[0]->op == OP_LITERAL)
		name = e->args[0]->value;
	else if (!mm_expr_run(e->args[0], c, &name))
		return false;
	*ret_found =
	    f && name.kind == MM_STYLE_TEXT && f->property(f, e->slot, name.text, name.n, c->mem, ret);
	if (!*ret_found)
		*ret = MM_STYLE_NULL_VALUE;
	return true;
}

static bool run_property(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	bool found;

	if (!get_property(e, c, ret, &found))
		return false;
	if (e->op == OP_HAS)
		*ret = mm_style_boolean_value(found);
	return true;
}

static bool run_member(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value name, object;
	const struct mm_style_value *found = NULL;

	if (!mm_expr_run(e->args[0], c, &name) || !mm_expr_run(e->args[1], c, &object))
		return false;
	if (object.kind == MM_STYLE_OBJECT && name.kind == MM_STYLE_TEXT) {
		c->steps += object.n / 16;
		found = mm_style_value_member(&object, name.text, name.n);
	}
	*ret = found ? *found : MM_STYLE_NULL_VALUE;
	if (e->op == OP_HAS_MEMBER)
		*ret = mm_style_boolean_value(found);
	return true;
}

static bool run_state(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const struct mm_style_value *found = NULL;
	struct mm_style_value name;

	if (!mm_expr_run(e->args[0], c, &name))
		return false;
	if (c->state && name.kind == MM_STYLE_TEXT)
		found = mm_style_value_member(c->state, name.text, name.n);
	*ret = found ? *found : MM_STYLE_NULL_VALUE;
	return true;
}

static bool run_properties(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const struct mm_expr_feature *f = c->feature;

	*ret = (struct mm_style_value){.kind = MM_STYLE_OBJECT};
	if (f && f->properties && !f->properties(f, c->mem, ret))
		return mm_expr_fails_nomem(c, e);
	return true;
}

/* "all" and "any" look no further than they must. */
static bool run_logic(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const bool until = e->op == OP_ANY;

	for (uint32_t i = 0; i < e->n; i++) {
		if (!mm_expr_run(e->args[i], c, ret))
			return false;
		if (mm_style_value_truth(ret) == until) {
			*ret = mm_style_boolean_value(until);
			return true;
		}
	}
	*ret = mm_style_boolean_value(!until);
	return true;
}

static bool run_numbers(const struct mm_expr *e, struct mm_expr_context *c, double v[static 4])
{
	for (uint32_t i = 0; i < e->n; i++) {
		struct mm_style_value number;

		if (!mm_expr_run(e->args[i], c, &number))
			return false;
		v[i] = number.kind == MM_STYLE_NUMBER ? number.number : (double)NAN;
	}
	return true;
}

/* "rgb", "rgba" */
static bool run_rgba(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value parts[4], list = {.kind = MM_STYLE_ARRAY, .n = 4, .items = parts};
	double v[4] = {0, 0, 0, 1};
	struct mm_rgba *color;

	if (!run_numbers(e, c, v))
		return false;
	for (int i = 0; i < 4; i++)
		parts[i] = mm_style_number_value(v[i]);
	if (!mm_expr_check_rgba(&list, c, e))
		return false;
	color = mm_arena_alloc(c->mem, sizeof(*color));
	if (!color)
		return mm_expr_fails_nomem(c, e);
	*color = (struct mm_rgba){v[0] / 255, v[1] / 255, v[2] / 255, v[3]};
	*ret = (struct mm_style_value){.kind = MM_STYLE_COLOR, .n = 1, .color = color};
	return true;
}

static bool run_to_rgba(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value color, *items;

	if (!mm_expr_run(e->args[0], c, &color))
		return false;
	items = mm_arena_array(c->mem, 4, sizeof(*items));
	if (!items || color.kind != MM_STYLE_COLOR)
		return mm_expr_fails_nomem(c, e);
	items[0] = mm_style_number_value(color.color->r * 255);
	items[1] = mm_style_number_value(color.color->g * 255);
	items[2] = mm_style_number_value(color.color->b * 255);
	items[3] = mm_style_number_value(color.color->a);
	*ret = (struct mm_style_value){.kind = MM_STYLE_ARRAY, .n = 4, .items = items};
	return true;
}

static bool run_typeof(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const struct mm_style_type *type;
	const char *text;
	struct mm_style_value v;
	size_t n = 0;

	if (!mm_expr_run(e->args[0], c, &v))
		return false;
	type = mm_style_value_type(&v, c->mem);
	if (!type)
		return mm_expr_fails_nomem(c, e);
	text = mm_style_type_text(c->mem, type);
	while (text[n])
		n++;
	*ret = mm_style_text_value(text, n);
	return true;
}

static struct mm_style_value geometry_type(const struct mm_expr_context *c)
{
	const char *type = c->feature ? c->feature->geometry_type : NULL;
	size_t n = 0;

	while (type && type[n])
		n++;
	return type ? mm_style_text_value(type, n) : MM_STYLE_NULL_VALUE;
}

bool mm_expr_run_call(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value v;

	switch ((enum mm_expr_op)e->op) {
	case OP_GET:
	case OP_HAS:
		return run_property(e, c, ret);
	case OP_GET_MEMBER:
	case OP_HAS_MEMBER:
		return run_member(e, c, ret);
	case OP_FEATURE_STATE:
		return run_state(e, c, ret);
	case OP_PROPERTIES:
		return run_properties(e, c, ret);
	case OP_GEOMETRY_TYPE:
		*ret = geometry_type(c);
		return true;
	case OP_ID:
		*ret = c->feature ? c->feature->id : MM_STYLE_NULL_VALUE;
		return true;
	case OP_ZOOM:
		*ret = mm_style_number_value(c->zoom);
		return true;
	case OP_HEATMAP_DENSITY:
		*ret = mm_style_number_value(c->heatmap_density);
		return true;
	case OP_ELEVATION:
		*ret = mm_style_number_value(c->elevation);
		return true;
	case OP_LINE_PROGRESS:
		*ret = mm_style_number_value(c->line_progress);
		return true;
	case OP_ALL:
	case OP_ANY:
		return run_logic(e, c, ret);
	case OP_NOT:
		if (!mm_expr_run(e->args[0], c, &v))
			return false;
		*ret = mm_style_boolean_value(!mm_style_value_truth(&v));
		return true;
	case OP_IS_SUPPORTED_SCRIPT: /* all of them: Pango sets any */
		if (!mm_expr_run(e->args[0], c, &v))
			return false;
		*ret = mm_style_boolean_value(true);
		return true;
	case OP_RGBA:
		return run_rgba(e, c, ret);
	case OP_TO_RGBA:
		return run_to_rgba(e, c, ret);
	case OP_TYPEOF:
		return run_typeof(e, c, ret);
	case OP_ERROR:
		if (!mm_expr_run(e->args[0], c, &v))
			return false;
		return mm_expr_fails(c, e, "%.*s", (int)v.n, v.kind == MM_STYLE_TEXT ? v.text : "");
	default: /* "accumulated": there are no clusters here */
		*ret = MM_STYLE_NULL_VALUE;
		return true;
	}
}
