#include "style/expression/node.h"

#include "style/value/collation.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool mm_expr_fails(struct mm_expr_context *c, const struct mm_expr *e, const char *fmt, ...)
{
	va_list args;
	char words[512];

	if (!c->wants_words || c->error)
		return false;
	va_start(args, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	c->error = mm_arena_text(c->mem, words, strlen(words));
	if (!c->error)
		c->error = "out of memory";
	c->error_key = e->key ? e->key : "";
	return false;
}

bool mm_expr_fails_nomem(struct mm_expr_context *c, const struct mm_expr *e)
{
	return mm_expr_fails(c, e, "the result needs more memory than there is");
}

const char *mm_expr_type_of(struct mm_expr_context *c, const struct mm_style_value *v)
{
	const struct mm_style_type *t = c->wants_words ? mm_style_value_type(v, c->mem) : NULL;

	return t ? mm_style_type_text(c->mem, t) : "";
}

static bool run_assert(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	for (uint32_t i = 0; i < e->n; i++) {
		if (!mm_expr_run(e->args[i], c, ret))
			return false;
		if (mm_style_value_is(ret, e->type))
			return true;
	}
	return mm_expr_fails(c, e, "Expected value to be of type %s, but found %s instead.",
			     c->wants_words ? mm_style_type_text(c->mem, e->type) : "",
			     mm_expr_type_of(c, ret));
}

/* The branch that "case" takes; UINT32_MAX when a condition failed. */
static uint32_t branch_of(const struct mm_expr *e, struct mm_expr_context *c)
{
	struct mm_style_value v;

	for (uint32_t i = 0; i + 1 < e->n; i += 2) {
		if (!mm_expr_run(e->args[i], c, &v))
			return UINT32_MAX;
		if (mm_style_value_truth(&v))
			return i + 1;
	}
	return e->n - 1;
}

/* The argument that gives the output of a form with branches; UINT32_MAX when it failed. */
static uint32_t output_of(const struct mm_expr *e, struct mm_expr_context *c)
{
	struct mm_style_value v = MM_STYLE_NULL_VALUE;
	uint32_t found;

	if (e->op == OP_CASE)
		return branch_of(e, c);
	if (e->op != OP_MATCH && e->curve->n == 1)
		return 1;
	if (!mm_expr_run(e->args[0], c, &v))
		return UINT32_MAX;
	if (e->op == OP_MATCH) {
		found = mm_expr_match_find(e->match, &v);
		return found == UINT32_MAX ? e->n - 1 : found + 1;
	}
	if (v.kind != MM_STYLE_NUMBER || isnan(v.number)) {
		(void)mm_expr_fails(c, e, "Input is not a number.");
		return UINT32_MAX;
	}
	return mm_expr_stop(e->curve, v.number) + 1;
}

static bool run_branch(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const uint32_t i = output_of(e, c);

	return i != UINT32_MAX && mm_expr_run(e->args[i], c, ret);
}

/* The first that is not null. An image that is not there counts as null, but when there is none at all its
 * name is the result, so that the caller may say what is missing. */
static bool run_coalesce(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value missing = MM_STYLE_NULL_VALUE;

	for (uint32_t i = 0; i < e->n; i++) {
		if (!mm_expr_run(e->args[i], c, ret))
			return false;
		if (ret->kind == MM_STYLE_IMAGE && !ret->is_available) {
			if (missing.kind == MM_STYLE_NULL)
				missing = mm_style_text_value(ret->text, ret->n);
			*ret = i + 1 == e->n ? missing : MM_STYLE_NULL_VALUE;
		}
		if (ret->kind != MM_STYLE_NULL)
			return true;
	}
	return true;
}

static bool compare(const struct mm_expr *e, const struct mm_style_value v[static 2], int order, bool same)
{
	if (v[0].kind == MM_STYLE_NUMBER && v[1].kind == MM_STYLE_NUMBER &&
	    (isnan(v[0].number) || isnan(v[1].number)))
		return e->op == OP_NE;
	switch (e->op) {
	case OP_EQ:
		return same;
	case OP_NE:
		return !same;
	case OP_LT:
		return order < 0;
	case OP_GT:
		return order > 0;
	case OP_LE:
		return order <= 0;
	default:
		return order >= 0;
	}
}

static bool run_comparison(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	static const char *const names[] = {"==", "!=", "<", ">", "<=", ">="};
	const bool is_order = e->op != OP_EQ && e->op != OP_NE;
	struct mm_style_value v[2], collator;
	bool comparable;
	int order;

	if (!mm_expr_run(e->args[0], c, &v[0]) || !mm_expr_run(e->args[1], c, &v[1]))
		return false;
	comparable = v[0].kind == v[1].kind && (v[0].kind == MM_STYLE_TEXT || v[0].kind == MM_STYLE_NUMBER);
	if (is_order && !comparable)
		return mm_expr_fails(
		    c, e,
		    "Expected arguments for \"%s\" to be (string, string) or (number, number), "
		    "but found (%s, %s) instead.",
		    names[e->op - OP_EQ], mm_style_type_text(c->mem, &mm_style_types[v[0].kind]),
		    mm_style_type_text(c->mem, &mm_style_types[v[1].kind]));
	if (e->n == 3 && comparable && v[0].kind == MM_STYLE_TEXT) {
		if (!mm_expr_run(e->args[2], c, &collator))
			return false;
		order = mm_style_collate(collator.collator, &v[0], &v[1], c->mem);
		*ret = mm_style_boolean_value(compare(e, v, order, order == 0));
		return true;
	}
	order = is_order ? mm_style_value_order(&v[0], &v[1]) : 0;
	*ret = mm_style_boolean_value(compare(e, v, order, !is_order && mm_style_value_same(&v[0], &v[1])));
	return true;
}

static bool run_list(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value *items = mm_arena_array(c->mem, e->n, sizeof(*items));

	if (e->n && !items)
		return mm_expr_fails_nomem(c, e);
	for (uint32_t i = 0; i < e->n; i++)
		if (!mm_expr_run(e->args[i], c, &items[i]))
			return false;
	*ret = (struct mm_style_value){.kind = MM_STYLE_ARRAY, .n = e->n, .items = items};
	return true;
}

static bool run_global_state(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const struct mm_style_value *found =
	    c->global ? mm_style_value_member(c->global, e->value.text, e->value.n) : NULL;

	*ret = found ? *found : MM_STYLE_NULL_VALUE;
	return true;
}

bool mm_expr_run(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	if (e->op == OP_LITERAL) {
		*ret = e->value;
		return true;
	}
	if (++c->steps > MM_EXPR_STEPS_MAX)
		return mm_expr_fails(c, e, "the expression takes too many steps");
	switch ((enum mm_expr_op)e->op) {
	case OP_LIST:
		return run_list(e, c, ret);
	case OP_LET:
		return mm_expr_run(e->args[e->n - 1], c, ret);
	case OP_VAR:
		return mm_expr_run(e->bound, c, ret);
	case OP_ASSERT:
		return run_assert(e, c, ret);
	case OP_COERCE:
		return mm_expr_run_coerce(e, c, ret);
	case OP_CASE:
	case OP_MATCH:
	case OP_STEP:
		return run_branch(e, c, ret);
	case OP_COALESCE:
		return run_coalesce(e, c, ret);
	case OP_INTERPOLATE:
		return mm_expr_run_interpolate(e, c, ret);
	case OP_AT:
	case OP_IN:
	case OP_INDEX_OF:
	case OP_SLICE:
	case OP_LENGTH:
	case OP_SPLIT:
	case OP_JOIN:
		return mm_expr_run_list(e, c, ret);
	case OP_GLOBAL_STATE:
		return run_global_state(e, c, ret);
	case OP_WITHIN:
		return mm_expr_run_within(e, c, ret);
	case OP_DISTANCE:
		return mm_expr_run_distance(e, c, ret);
	case OP_COLLATOR:
	case OP_FORMAT:
	case OP_NUMBER_FORMAT:
	case OP_IMAGE:
	case OP_UPCASE:
	case OP_DOWNCASE:
	case OP_CONCAT:
	case OP_RESOLVED_LOCALE:
		return mm_expr_run_text(e, c, ret);
	default:
		break;
	}
	if (e->op >= OP_EQ && e->op <= OP_GE)
		return run_comparison(e, c, ret);
	if (e->op >= OP_FILTER_EQ)
		return mm_expr_run_filter(e, c, ret);
	return e->op >= OP_ADD && e->op <= OP_MAX ? mm_expr_run_math(e, c, ret) : mm_expr_run_call(e, c, ret);
}

bool mm_expr_eval(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	c->steps = 0;
	c->error = c->error_key = NULL;
	return mm_expr_run(e, c, ret);
}

/* The form that has classes: the first below "let"; NULL: there is none. */
static const struct mm_expr *find_classed(const struct mm_expr *e)
{
	while (e->op == OP_LET)
		e = e->args[e->n - 1];
	return e->op == OP_CASE || e->op == OP_MATCH || e->op == OP_STEP || e->op == OP_INTERPOLATE ? e
												    : NULL;
}

static const struct mm_expr *classed(const struct mm_expr *e)
{
	const struct mm_expr *form = find_classed(e);

	MM_CHECK(form);
	return form;
}

/* The property that an input is, also one that is asserted or converted. */
static const char *property_of(const struct mm_expr *e)
{
	while (e->op == OP_ASSERT || e->op == OP_COERCE || e->op == OP_VAR || e->op == OP_COALESCE)
		e = e->op == OP_VAR ? e->bound : e->args[0];
	return e->op == OP_GET && e->args[0]->op == OP_LITERAL ? e->args[0]->value.text : NULL;
}

bool mm_expr_classes(const struct mm_expr *e, struct mm_expr_class *ret)
{
	const struct mm_expr *form = find_classed(e);

	if (!form)
		return false;
	switch (form->op) {
	case OP_CASE:
		*ret = (struct mm_expr_class){MM_EXPR_CASE, NULL, form->n / 2 + 1};
		break;
	case OP_MATCH:
		*ret = (struct mm_expr_class){MM_EXPR_MATCH, property_of(form->args[0]), form->n - 1};
		break;
	default:
		*ret = (struct mm_expr_class){form->op == OP_STEP ? MM_EXPR_STEP : MM_EXPR_CURVE,
					      property_of(form->args[0]), form->n - 1};
	}
	return true;
}

const struct mm_expr *mm_expr_class_output(const struct mm_expr *e, size_t i)
{
	const struct mm_expr *form = classed(e);

	if (form->op == OP_CASE)
		return form->args[2 * i + 1 < form->n ? 2 * i + 1 : form->n - 1];
	return form->args[i + 1];
}

size_t mm_expr_class_labels(const struct mm_expr *e, size_t i, const struct mm_style_value **ret)
{
	const struct mm_expr *form = classed(e);

	if (form->op != OP_MATCH || i + 2 >= form->n)
		return 0;
	*ret = form->match->labels + form->match->starts[i];
	return form->match->starts[i + 1] - form->match->starts[i];
}

bool mm_expr_is_by_zoom(const struct mm_expr *e)
{
	const struct mm_expr *form = classed(e);

	return form->op != OP_CASE && form->args[0]->op == OP_ZOOM;
}

double mm_expr_class_from(const struct mm_expr *e, size_t i)
{
	const struct mm_expr *form = classed(e);

	return form->op == OP_STEP || form->op == OP_INTERPOLATE ? form->curve->labels[i] : (double)NAN;
}

size_t mm_expr_class_of(const struct mm_expr *e, struct mm_expr_context *c)
{
	const struct mm_expr *form = classed(e);
	uint32_t i;

	c->steps = 0;
	c->error = c->error_key = NULL;
	i = output_of(form, c);
	if (i == UINT32_MAX)
		return SIZE_MAX;
	return form->op == OP_CASE ? i / 2 : i - 1;
}
