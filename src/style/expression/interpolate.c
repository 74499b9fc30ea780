#include "style/expression/node.h"

#include <math.h>

/* x along the curve of CSS's cubic-bezier() gives y: Newton's method, halving where it leads nowhere. */
static double bezier(const double control[static 4], double x)
{
	const double cx = 3 * control[0], bx = 3 * (control[2] - control[0]) - cx, ax = 1 - cx - bx;
	const double cy = 3 * control[1], by = 3 * (control[3] - control[1]) - cy, ay = 1 - cy - by;
	double t = x, low = 0, high = 1;

	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	for (int i = 0; i < 8; i++) {
		const double off = ((ax * t + bx) * t + cx) * t - x, slope = (3 * ax * t + 2 * bx) * t + cx;

		if (fabs(off) < 1e-6)
			return ((ay * t + by) * t + cy) * t;
		if (fabs(slope) < 1e-6)
			break;
		t -= off / slope;
	}
	t = x;
	for (int i = 0; i < 20; i++) {
		const double at = ((ax * t + bx) * t + cx) * t;

		if (fabs(at - x) < 1e-6)
			break;
		if (x > at)
			low = t;
		else
			high = t;
		t = (low + high) / 2;
	}
	return ((ay * t + by) * t + cy) * t;
}

static double share_of(const struct mm_expr_curve *curve, double v, uint32_t i)
{
	const double span = curve->labels[i + 1] - curve->labels[i], way = v - curve->labels[i];

	if (curve->form == CURVE_EXPONENTIAL && curve->control[0] != 1)
		return (pow(curve->control[0], way) - 1) / (pow(curve->control[0], span) - 1);
	return curve->form == CURVE_BEZIER ? bezier(curve->control, way / span) : way / span;
}

static double between(double from, double to, double t)
{
	return from + t * (to - from);
}

/* What two outputs have `n` of each, and where it lies between them. */
struct pair {
	const struct mm_style_value *from, *to;
	double t;
	enum mm_color_space space;
};

static bool mix_colors(const struct pair *p, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_rgba *mixed = mm_arena_array(c->mem, p->from->n, sizeof(*mixed));

	for (uint32_t i = 0; mixed && i < p->from->n; i++)
		mixed[i] = mm_rgba_between(p->from->color[i], p->to->color[i], p->t, p->space);
	*ret = (struct mm_style_value){.kind = p->from->kind, .n = p->from->n, .color = mixed};
	return mixed || !p->from->n;
}

static bool mix_numbers(const struct pair *p, struct mm_expr_context *c, struct mm_style_value *ret)
{
	double *mixed = mm_arena_array(c->mem, p->from->n, sizeof(*mixed));

	for (uint32_t i = 0; mixed && i < p->from->n; i++)
		mixed[i] = between(p->from->numbers[i], p->to->numbers[i], p->t);
	*ret = (struct mm_style_value){.kind = p->from->kind, .n = p->from->n, .numbers = mixed};
	return mixed || !p->from->n;
}

static bool mix_items(const struct pair *p, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value *mixed = mm_arena_array(c->mem, p->from->n, sizeof(*mixed));

	for (uint32_t i = 0; mixed && i < p->from->n; i++)
		mixed[i] =
		    mm_style_number_value(between(p->from->items[i].number, p->to->items[i].number, p->t));
	*ret = (struct mm_style_value){.kind = MM_STYLE_ARRAY, .n = p->from->n, .items = mixed};
	return mixed || !p->from->n;
}

static bool mix_anchors(const struct mm_expr *e, const struct pair *p, struct mm_expr_context *c,
			struct mm_style_value *ret)
{
	struct mm_style_anchor *mixed = mm_arena_array(c->mem, p->from->n, sizeof(*mixed));

	for (uint32_t i = 0; mixed && i < p->from->n; i++) {
		const struct mm_style_anchor *from = &p->from->anchors[i], *to = &p->to->anchors[i];

		if (from->anchor != to->anchor)
			return mm_expr_fails(c, e,
					     "Cannot interpolate values containing mismatched anchors. "
					     "from[%u]: %s, to[%u]: %s",
					     2 * i, from->anchor, 2 * i, to->anchor);
		mixed[i] = (struct mm_style_anchor){from->anchor,
						    {between(from->offset[0], to->offset[0], p->t),
						     between(from->offset[1], to->offset[1], p->t)}};
	}
	*ret = (struct mm_style_value){.kind = MM_STYLE_ANCHORS, .n = p->from->n, .anchors = mixed};
	return mixed ? true : mm_expr_fails_nomem(c, e);
}

static bool mix_projections(const struct pair *p, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_projection *mixed = mm_arena_alloc(c->mem, sizeof(*mixed));

	if (mixed)
		*mixed = (struct mm_style_projection){*p->from, *p->to, p->t};
	*ret = (struct mm_style_value){.kind = MM_STYLE_PROJECTION, .projection = mixed};
	return mixed != NULL;
}

static bool mix(const struct mm_expr *e, const struct pair *p, struct mm_expr_context *c,
		struct mm_style_value *ret)
{
	bool made;

	if (e->type->kind == MM_STYLE_PROJECTION)
		return mix_projections(p, c, ret) || mm_expr_fails_nomem(c, e);
	if (p->from->kind != e->type->kind || p->to->kind != e->type->kind)
		return mm_expr_fails(c, e, "Cannot interpolate values of different types.");
	if (e->type->kind != MM_STYLE_NUMBER && p->from->n != p->to->n)
		return mm_expr_fails(c, e, "Cannot interpolate values of different length.");
	switch (e->type->kind) {
	case MM_STYLE_NUMBER:
		*ret = mm_style_number_value(between(p->from->number, p->to->number, p->t));
		return true;
	case MM_STYLE_COLOR:
	case MM_STYLE_COLORS:
		made = mix_colors(p, c, ret);
		break;
	case MM_STYLE_PADDING:
	case MM_STYLE_NUMBERS:
		made = mix_numbers(p, c, ret);
		break;
	case MM_STYLE_ANCHORS:
		return mix_anchors(e, p, c, ret);
	default:
		made = mix_items(p, c, ret);
	}
	return made || mm_expr_fails_nomem(c, e);
}

bool mm_expr_run_interpolate(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const struct mm_expr_curve *curve = e->curve;
	struct mm_style_value v, from, to;
	uint32_t i;

	if (curve->n == 1)
		return mm_expr_run(e->args[1], c, ret);
	if (!mm_expr_run(e->args[0], c, &v))
		return false;
	if (v.kind != MM_STYLE_NUMBER || isnan(v.number))
		return mm_expr_fails(c, e, "Input is not a number.");
	if (v.number <= curve->labels[0])
		return mm_expr_run(e->args[1], c, ret);
	if (v.number >= curve->labels[curve->n - 1])
		return mm_expr_run(e->args[curve->n], c, ret);
	i = mm_expr_stop(curve, v.number);
	if (!mm_expr_run(e->args[i + 1], c, &from) || !mm_expr_run(e->args[i + 2], c, &to))
		return false;
	return mix(e, &(struct pair){&from, &to, share_of(curve, v.number, i), curve->space}, c, ret);
}
