#include "query/cql2/cql2_parser.h"

#include <string.h>

/*
 * CQL2 text to a tree, by recursive descent (OGC 21-065r2, cql2.bnf): logic, predicates and arithmetic.
 * Texts, numbers and truth values are read by one grammar, since a bracket does not say what it holds;
 * filter_bind.c then tells what does not fit.
 */

/* ---- arithmetic ---- */

/* A number with its sign; of anything else the sign turns it round: 0 - x. */
static struct mm_filter *parse_factor(struct mm_cql2_parser *p)
{
	const size_t at = p->token.at;
	struct mm_filter *f, *zero;

	if (!mm_cql2_is(p, "-"))
		return mm_cql2_parse_primary(p);
	if (!mm_cql2_step(p))
		return NULL;
	f = mm_cql2_parse_primary(p);
	if (!f)
		return NULL;
	if (f->op == MM_FILTER_INT || f->op == MM_FILTER_REAL) {
		f->integer = -f->integer;
		f->real = -f->real;
		return f;
	}
	zero = mm_filter_new(&p->m, MM_FILTER_INT, at, 0);
	return mm_cql2_binary(p, MM_FILTER_SUBTRACT, at, zero, f);
}

static struct mm_filter *parse_power(struct mm_cql2_parser *p)
{
	struct mm_filter *a = parse_factor(p);
	const size_t at = p->token.at;

	return a && mm_cql2_take(p, "^") ? mm_cql2_binary(p, MM_FILTER_POWER, at, a, parse_factor(p)) : a;
}

static struct mm_filter *parse_term(struct mm_cql2_parser *p)
{
	static const enum mm_filter_op ops[] = {MM_FILTER_MULTIPLY, MM_FILTER_DIVIDE, MM_FILTER_MODULO,
						MM_FILTER_INT_DIVIDE};
	struct mm_filter *a = parse_power(p);

	for (size_t i = 0; a && i < sizeof(ops) / sizeof(ops[0]);) {
		const size_t at = p->token.at;

		if (!mm_cql2_is(p, mm_filter_op_name(ops[i]))) {
			i++;
			continue;
		}
		a = mm_cql2_step(p) ? mm_cql2_binary(p, ops[i], at, a, parse_power(p)) : NULL;
		i = 0;
	}
	return a;
}

struct mm_filter *mm_cql2_parse_sum(struct mm_cql2_parser *p)
{
	struct mm_filter *a = parse_term(p);

	while (a && (mm_cql2_is(p, "+") || mm_cql2_is(p, "-"))) {
		const enum mm_filter_op op = mm_cql2_is(p, "+") ? MM_FILTER_ADD : MM_FILTER_SUBTRACT;
		const size_t at = p->token.at;

		a = mm_cql2_step(p) ? mm_cql2_binary(p, op, at, a, parse_term(p)) : NULL;
	}
	return a;
}

/* ---- predicates ---- */

static struct mm_filter *parse_between(struct mm_cql2_parser *p, size_t at, struct mm_filter *value)
{
	struct mm_cql2_list l = {0};

	if (!mm_cql2_push(p, &l, value) || !mm_cql2_push(p, &l, mm_cql2_parse_sum(p)) ||
	    !mm_cql2_want(p, "AND") || !mm_cql2_push(p, &l, mm_cql2_parse_sum(p)))
		return NULL;
	return mm_cql2_node(p, MM_FILTER_BETWEEN, at, &l);
}

static struct mm_filter *parse_in(struct mm_cql2_parser *p, size_t at, struct mm_filter *value)
{
	struct mm_cql2_list l = {0};

	if (!mm_cql2_push(p, &l, value) || !mm_cql2_parse_list(p, &l))
		return NULL;
	if (l.count < 2)
		return mm_filter_fail(&p->m, at, "IN needs at least one value");
	return mm_cql2_node(p, MM_FILTER_IN, at, &l);
}

static struct mm_filter *parse_is_null(struct mm_cql2_parser *p, size_t at, struct mm_filter *value)
{
	const bool is_not = mm_cql2_take(p, "NOT");
	struct mm_filter *f = mm_cql2_want(p, "NULL") ? mm_cql2_unary(p, MM_FILTER_IS_NULL, at, value) : NULL;

	return is_not ? mm_cql2_unary(p, MM_FILTER_NOT, at, f) : f;
}

static struct mm_filter *compare(struct mm_cql2_parser *p, enum mm_filter_op op, struct mm_filter *a)
{
	const size_t at = p->token.at;

	if (!mm_cql2_step(p))
		return NULL;
	if (op == MM_FILTER_EQ && mm_cql2_is(p, "="))
		return mm_filter_fail(&p->m, at, "write one = between what is to be equal");
	return mm_cql2_binary(p, op, at, a, mm_cql2_parse_sum(p));
}

static struct mm_filter *parse_comparison(struct mm_cql2_parser *p)
{
	struct mm_filter *a = mm_cql2_parse_sum(p), *f = NULL;
	const size_t at = p->token.at;
	bool is_not;

	if (!a)
		return NULL;
	for (int op = MM_FILTER_EQ; op <= MM_FILTER_GE; op++)
		if (mm_cql2_is(p, mm_filter_op_name((enum mm_filter_op)op)))
			return compare(p, (enum mm_filter_op)op, a);
	if (mm_cql2_take(p, "IS"))
		return parse_is_null(p, at, a);
	is_not = mm_cql2_take(p, "NOT");
	if (mm_cql2_is(p, "ILIKE"))
		return mm_filter_fail(&p->m, p->token.at,
				      "there is no ILIKE: write CASEI(a) LIKE CASEI('b%%')");
	if (mm_cql2_take(p, "LIKE"))
		f = mm_cql2_binary(p, MM_FILTER_LIKE, at, a, mm_cql2_parse_sum(p));
	else if (mm_cql2_take(p, "BETWEEN"))
		f = parse_between(p, at, a);
	else if (mm_cql2_take(p, "IN"))
		f = parse_in(p, at, a);
	else
		return is_not ? mm_filter_fail(&p->m, p->token.at, "expected LIKE, BETWEEN or IN") : a;
	return is_not ? mm_cql2_unary(p, MM_FILTER_NOT, at, f) : f;
}

/* ---- logic ---- */

static struct mm_filter *parse_not(struct mm_cql2_parser *p)
{
	const size_t at = p->token.at;
	struct mm_filter *f;

	if (!mm_cql2_is(p, "NOT"))
		return parse_comparison(p);
	if (!mm_cql2_enter(p) || !mm_cql2_step(p))
		return NULL;
	f = mm_cql2_unary(p, MM_FILTER_NOT, at, parse_not(p));
	p->m.depth--;
	return f;
}

static struct mm_filter *parse_chain(struct mm_cql2_parser *p, enum mm_filter_op op,
				     struct mm_filter *(*parse)(struct mm_cql2_parser *))
{
	const size_t at = p->token.at;
	struct mm_cql2_list l = {0};

	do
		if (!mm_cql2_push(p, &l, parse(p)))
			return NULL;
	while (mm_cql2_take(p, mm_filter_op_name(op)));
	if (p->m.rc)
		return NULL;
	return l.count == 1 ? l.item[0] : mm_cql2_node(p, op, at, &l);
}

static struct mm_filter *parse_and(struct mm_cql2_parser *p)
{
	return parse_chain(p, MM_FILTER_AND, parse_not);
}

struct mm_filter *mm_cql2_parse_expression(struct mm_cql2_parser *p)
{
	return parse_chain(p, MM_FILTER_OR, parse_and);
}

enum mm_code mm_cql2_text_parse(const char *text, struct mm_arena *mem, struct mm_filter **ret,
				struct mm_err *reterr)
{
	struct mm_cql2_parser p = {.m = {.source = text, .mem = mem, .reterr = reterr}};
	struct mm_filter *f;

	if (strlen(text) > MM_FILTER_TEXT_MAX)
		return mm_fail(reterr, MM_E_INVALID, "filter", "at most %d bytes", MM_FILTER_TEXT_MAX);
	f = mm_cql2_step(&p) ? mm_cql2_parse_expression(&p) : NULL;
	if (f && p.token.kind != MM_TOKEN_END)
		f = mm_filter_fail(&p.m, p.token.at, "expected AND, OR or the end, not \"%.40s\"",
				   text + p.token.at);
	/* operations and a leaf; 1 + 2 + 3 ... has no brackets until it is written */
	if (f && !mm_filter_is_within(f, MM_FILTER_DEPTH_MAX + 1))
		f = mm_filter_fail_limit(&p.m, "levels of operations", MM_FILTER_DEPTH_MAX);
	if (!f)
		return p.m.rc;
	*ret = f;
	return MM_OK;
}
