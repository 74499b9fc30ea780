#include "style/expression/node.h"

#include <math.h>

static double constant(enum mm_expr_op op)
{
	return op == OP_LN2 ? M_LN2 : op == OP_PI ? M_PI : M_E;
}

static double unary(enum mm_expr_op op, double v)
{
	switch (op) {
	case OP_NEGATE:
		return -v;
	case OP_SQRT:
		return sqrt(v);
	case OP_LOG10:
		return log(v) / M_LN10;
	case OP_LN:
		return log(v);
	case OP_LOG2:
		return log(v) / M_LN2;
	case OP_SIN:
		return sin(v);
	case OP_COS:
		return cos(v);
	case OP_TAN:
		return tan(v);
	case OP_ASIN:
		return asin(v);
	case OP_ACOS:
		return acos(v);
	case OP_ATAN:
		return atan(v);
	case OP_ABS:
		return fabs(v);
	case OP_ROUND:
		return round(v);
	case OP_FLOOR:
		return floor(v);
	default:
		return ceil(v);
	}
}

static double power(double base, double exponent)
{
	if (isnan(exponent) || (fabs(base) == 1 && isinf(exponent))) /* where scripts and C part */
		return (double)NAN;
	return pow(base, exponent);
}

/* Scripts let NaN win. */
static double extreme(enum mm_expr_op op, double a, double b)
{
	if (isnan(a) || isnan(b))
		return (double)NAN;
	return op == OP_MIN ? fmin(a, b) : fmax(a, b);
}

static double binary(enum mm_expr_op op, double a, double b)
{
	switch (op) {
	case OP_ADD:
		return a + b;
	case OP_MULTIPLY:
		return a * b;
	case OP_SUBTRACT:
		return a - b;
	case OP_DIVIDE:
		return a / b;
	case OP_MODULO:
		return fmod(a, b);
	case OP_POWER:
		return power(a, b);
	default:
		return extreme(op, a, b);
	}
}

/* What there is without arguments. */
static double neutral(enum mm_expr_op op)
{
	return op == OP_MULTIPLY ? 1 : op == OP_MIN ? HUGE_VAL : op == OP_MAX ? -HUGE_VAL : 0;
}

bool mm_expr_run_math(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const enum mm_expr_op op = (enum mm_expr_op)e->op;
	struct mm_style_value v;
	double sum = neutral(op);

	if (op >= OP_LN2 && op <= OP_E) {
		*ret = mm_style_number_value(constant(op));
		return true;
	}
	for (uint32_t i = 0; i < e->n; i++) {
		if (!mm_expr_run(e->args[i], c, &v))
			return false;
		if (v.kind != MM_STYLE_NUMBER)
			return mm_expr_fails(c, e->args[i],
					     "Expected value to be of type number, but found %s "
					     "instead.",
					     mm_expr_type_of(c, &v));
		if (op == OP_NEGATE || (op >= OP_SQRT && op <= OP_CEIL))
			sum = unary(op, v.number);
		else
			sum = i == 0 && op != OP_ADD && op != OP_MULTIPLY ? v.number
									  : binary(op, sum, v.number);
	}
	*ret = mm_style_number_value(sum);
	return true;
}
