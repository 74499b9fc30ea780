#include "style/expression/parse.h"

#include <math.h>
#include <string.h>

/* Stops: label, output, label, output, ... from argument `first` on; the label of the first output of "step"
 * is not written. */
static bool parse_stops(const struct mm_expr_parser *p, const json_t *json, size_t first, struct mm_expr *e,
			struct mm_expr_curve *curve, double *labels)
{
	const bool is_step = e->op == OP_STEP;
	const size_t end = json_array_size(json);

	for (size_t at = first; at < end; at += 2) {
		const json_t *label = json_array_get(json, at);
		const size_t i = curve->n;

		if (is_step && at == first) {
			labels[i] = -HUGE_VAL;
		} else if (!json_is_number(label)) {
			(void)mm_expr_wrong_at(
			    p, at,
			    "Input/output pairs for \"%s\" expressions must be defined using "
			    "literal numeric values (not computed expressions) for the input "
			    "values.",
			    is_step ? "step" : "interpolate");
			return false;
		} else {
			labels[i] = json_number_value(label);
		}
		if (i && labels[i - 1] >= labels[i]) {
			(void)mm_expr_wrong_at(
			    p, at,
			    "Input/output pairs for \"%s\" expressions must be arranged with "
			    "input values in strictly ascending order.",
			    is_step ? "step" : "interpolate");
			return false;
		}
		e->args[i + 1] = mm_expr_parse_arg(p, json_array_get(json, at + 1), at + 1, e->type);
		if (!e->args[i + 1])
			return false;
		if (!e->type)
			e->type = e->args[i + 1]->type;
		curve->n++;
	}
	return true;
}

static bool is_count_right(const struct mm_expr_parser *p, size_t n)
{
	if (n < 4)
		(void)mm_expr_wrong(p, "Expected at least 4 arguments, but found only %zu.", n);
	else if (n % 2 != 0)
		(void)mm_expr_wrong(p, "Expected an even number of arguments.");
	return n >= 4 && n % 2 == 0;
}

/* The node with its input and stops. `stops`: which argument they begin at; the input stands before them. */
static struct mm_expr *parse_curve(const struct mm_expr_parser *p, const json_t *json, enum mm_expr_op op,
				   size_t stops, const struct mm_style_type *type,
				   struct mm_expr_curve *curve)
{
	const size_t n = (json_array_size(json) - stops) / 2;
	double *labels = mm_arena_array(p->shared->mem, n, sizeof(*labels));
	struct mm_expr *e = mm_expr_node(p, op, type, n + 1);
	const size_t input = op == OP_STEP ? stops : stops - 1;

	if (!labels || !e)
		return NULL;
	e->curve = curve;
	curve->labels = labels;
	e->args[0] =
	    mm_expr_parse_arg(p, json_array_get(json, input), input, &mm_style_types[MM_STYLE_NUMBER]);
	if (!e->args[0] || !parse_stops(p, json, stops, e, curve, labels))
		return NULL;
	return e;
}

struct mm_expr *mm_expr_parse_step(const struct mm_expr_parser *p, const json_t *json)
{
	struct mm_expr_curve *curve = mm_arena_alloc(p->shared->mem, sizeof(*curve));
	const struct mm_style_type *type =
	    p->expected && p->expected->kind != MM_STYLE_VALUE ? p->expected : NULL;

	if (!curve || !is_count_right(p, mm_expr_arg_count(json)))
		return NULL;
	return mm_expr_finish(parse_curve(p, json, OP_STEP, 1, type, curve));
}

static bool parse_bezier(const json_t *form, struct mm_expr_curve *curve)
{
	if (json_array_size(form) != 5)
		return false;
	for (size_t i = 0; i < 4; i++) {
		const json_t *v = json_array_get(form, i + 1);

		curve->control[i] = json_number_value(v);
		if (!json_is_number(v) || curve->control[i] < 0 || curve->control[i] > 1)
			return false;
	}
	return true;
}

/* ["linear"], ["exponential", 1.5], ["cubic-bezier", 0.4, 0, 0.6, 1] */
static bool parse_interpolation(const struct mm_expr_parser *p, const json_t *form,
				struct mm_expr_curve *curve)
{
	const json_t *first = json_array_get(form, 0), *base = json_array_get(form, 1);
	const char *name = json_string_value(first);
	struct mm_expr_parser inner;

	if (!json_is_array(form) || !first) {
		(void)mm_expr_wrong_at(p, 1, "Expected an interpolation type expression.");
	} else if (name && strcmp(name, "linear") == 0) {
		curve->form = CURVE_LINEAR;
		return true;
	} else if (name && strcmp(name, "exponential") == 0) {
		curve->form = CURVE_EXPONENTIAL;
		curve->control[0] = json_number_value(base);
		if (json_is_number(base))
			return true;
		inner = mm_expr_inner(p, 1, NULL);
		(void)mm_expr_wrong_at(&inner, 1, "Exponential interpolation requires a numeric base.");
	} else if (name && strcmp(name, "cubic-bezier") == 0) {
		curve->form = CURVE_BEZIER;
		if (parse_bezier(form, curve))
			return true;
		(void)mm_expr_wrong_at(
		    p, 1,
		    "Cubic bezier interpolation requires four numeric arguments with values "
		    "between 0 and 1.");
	} else {
		inner = mm_expr_inner(p, 1, NULL);
		(void)mm_expr_wrong_at(&inner, 0, "Unknown interpolation type %.80s",
				       name ? name : mm_expr_json_type(first));
	}
	return false;
}

static bool is_interpolable(const struct mm_style_type *t)
{
	switch (t->kind) {
	case MM_STYLE_NUMBER:
	case MM_STYLE_COLOR:
	case MM_STYLE_PROJECTION:
	case MM_STYLE_PADDING:
	case MM_STYLE_NUMBERS:
	case MM_STYLE_COLORS:
	case MM_STYLE_ANCHORS:
		return true;
	default:
		return t->kind == MM_STYLE_ARRAY && t->item->kind == MM_STYLE_NUMBER &&
		       t->n != MM_STYLE_ANY_LENGTH;
	}
}

struct mm_expr *mm_expr_parse_interpolate(const struct mm_expr_parser *p, const json_t *json)
{
	const char *space = json_string_value(json_array_get(json, 0)) + strlen("interpolate");
	struct mm_expr_curve *curve = mm_arena_alloc(p->shared->mem, sizeof(*curve));
	const struct mm_style_type *type = NULL;
	struct mm_expr *e;

	if (!curve || !parse_interpolation(p, json_array_get(json, 1), curve) ||
	    !is_count_right(p, mm_expr_arg_count(json)))
		return NULL;
	curve->space = *space == '\0' ? MM_COLOR_RGB : space[1] == 'h' ? MM_COLOR_HCL : MM_COLOR_LAB;
	if (curve->space != MM_COLOR_RGB && (!p->expected || p->expected->kind != MM_STYLE_COLORS))
		type = &mm_style_types[MM_STYLE_COLOR];
	else if (p->expected && p->expected->kind != MM_STYLE_VALUE)
		type = p->expected;
	e = parse_curve(p, json, OP_INTERPOLATE, 3, type, curve);
	if (e && !is_interpolable(e->type))
		return mm_expr_wrong(p, "Type %s is not interpolatable.",
				     mm_style_type_text(p->shared->mem, e->type));
	return mm_expr_finish(e);
}

uint32_t mm_expr_stop(const struct mm_expr_curve *curve, double v)
{
	uint32_t low = 0, high = curve->n;

	while (low + 1 < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (curve->labels[middle] <= v)
			low = middle;
		else
			high = middle;
	}
	return low;
}
