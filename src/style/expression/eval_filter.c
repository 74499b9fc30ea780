#include "style/expression/node.h"

/* The property or id a legacy filter looks at; false: there is none. */
static bool subject_of(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const struct mm_expr_feature *f = c->feature;
	const struct mm_style_value *name;

	if (!f)
		return false;
	if ((e->op >= OP_FILTER_ID_EQ && e->op <= OP_FILTER_ID_GE) || e->op == OP_FILTER_HAS_ID ||
	    e->op == OP_FILTER_ID_IN) {
		*ret = f->id;
		return f->id.kind != MM_STYLE_NULL;
	}
	if (e->op == OP_FILTER_TYPE_EQ || e->op == OP_FILTER_TYPE_IN) {
		size_t n = 0;

		while (f->geometry_type && f->geometry_type[n])
			n++;
		*ret = mm_style_text_value(f->geometry_type, n);
		return f->geometry_type != NULL;
	}
	name = &e->args[0]->value;
	return name->kind == MM_STYLE_TEXT && f->property(f, e->slot, name->text, name->n, c->mem, ret);
}

static bool is_in(const struct mm_style_value *v, const struct mm_style_value *list)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (mm_style_value_same(v, &list->items[i]))
			return true;
	return false;
}

static bool holds(const struct mm_expr *e, const struct mm_style_value *v)
{
	const struct mm_style_value *with = e->n ? &e->args[e->n - 1]->value : NULL;
	const bool ordered =
	    with && v->kind == with->kind &&
	    (v->kind == MM_STYLE_TEXT || v->kind == MM_STYLE_NUMBER || v->kind == MM_STYLE_BOOLEAN);

	switch (e->op) {
	case OP_FILTER_EQ:
	case OP_FILTER_ID_EQ:
	case OP_FILTER_TYPE_EQ:
		return mm_style_value_same(v, with);
	case OP_FILTER_LT:
	case OP_FILTER_ID_LT:
		return ordered && mm_style_value_order(v, with) < 0;
	case OP_FILTER_GT:
	case OP_FILTER_ID_GT:
		return ordered && mm_style_value_order(v, with) > 0;
	case OP_FILTER_LE:
	case OP_FILTER_ID_LE:
		return ordered && mm_style_value_order(v, with) <= 0;
	case OP_FILTER_GE:
	case OP_FILTER_ID_GE:
		return ordered && mm_style_value_order(v, with) >= 0;
	case OP_FILTER_TYPE_IN:
	case OP_FILTER_ID_IN:
	case OP_FILTER_IN:
		return with && with->kind == MM_STYLE_ARRAY && is_in(v, with);
	default: /* has */
		return true;
	}
}

bool mm_expr_run_filter(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value v;

	for (uint32_t i = 0; i < e->n; i++) /* our own filters have nothing else; a style may say anything */
		if (e->args[i]->op != OP_LITERAL)
			return mm_expr_fails(c, e, "a filter compares with constants only");
	*ret = mm_style_boolean_value(subject_of(e, c, &v) && holds(e, &v));
	return true;
}
