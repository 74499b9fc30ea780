#include "query/filter_private.h"

#include <string.h>
#include <strings.h>

/*
 * CQL2 text to a tree, by recursive descent (OGC 21-065r2, cql2.bnf). Texts, numbers and truth values are
 * read by one grammar, since a bracket does not say what it holds; filter_bind.c then tells what does not
 * fit.
 */
struct parser {
	struct mm_filter_maker m;
	size_t at;             /* behind the token at hand */
	struct mm_token token; /* at hand */
};

static struct mm_filter *parse_expression(struct parser *p);
static struct mm_filter *parse_sum(struct parser *p);
static struct mm_filter *parse_primary(struct parser *p);

/* ---- tokens ---- */

static bool step(struct parser *p)
{
	return mm_token_next(&p->m, &p->at, &p->token);
}

static bool is(const struct parser *p, const char *word)
{
	return mm_token_is(&p->token, word);
}

/* Passes over a word when it is there. */
static bool take(struct parser *p, const char *word)
{
	return is(p, word) && step(p);
}

static bool want(struct parser *p, const char *word)
{
	if (is(p, word))
		return step(p);
	if (p->token.kind == MM_TOKEN_END)
		(void)mm_filter_fail(&p->m, p->token.at, "expected \"%s\", but the filter ends", word);
	else
		(void)mm_filter_fail(&p->m, p->token.at, "expected \"%s\"", word);
	return false;
}

static bool enter(struct parser *p)
{
	if (++p->m.depth <= MM_FILTER_DEPTH_MAX)
		return true;
	(void)mm_filter_fail_limit(&p->m, "levels of brackets", MM_FILTER_DEPTH_MAX);
	return false;
}

/* True when a bracket comes right behind the name at hand. */
static bool is_call(const struct parser *p)
{
	size_t at = p->at;

	while (p->m.source[at] && strchr(" \t\r\n\f\v", p->m.source[at]))
		at++;
	return p->token.kind == MM_TOKEN_NAME && p->m.source[at] == '(';
}

/* "POINT Z (": true when the geometry at hand has heights. */
static bool is_wkt_z(const struct parser *p)
{
	const char *next = p->m.source + p->at;

	next += strspn(next, " \t\r\n\f\v");
	if (!mm_cql2_is_wkt(&p->token) || (*next != 'Z' && *next != 'z'))
		return false;
	next++;
	return next[strspn(next, " \t\r\n\f\v")] == '(';
}

/* ---- lists ---- */

struct list {
	struct mm_filter **item;
	size_t count, cap;
};

static bool push(struct parser *p, struct list *l, struct mm_filter *f)
{
	if (!f)
		return false;
	if (l->count == l->cap) {
		const size_t cap = l->cap ? 2 * l->cap : 4;
		struct mm_filter **wide = mm_arena_array(p->m.mem, cap, sizeof(struct mm_filter *));

		if (!wide)
			return mm_filter_fail_nomem(&p->m) != NULL;
		if (l->count)
			memcpy(wide, l->item, l->count * sizeof(struct mm_filter *));
		l->item = wide;
		l->cap = cap;
	}
	l->item[l->count++] = f;
	return true;
}

static struct mm_filter *node_of(struct parser *p, enum mm_filter_op op, size_t at, const struct list *l)
{
	struct mm_filter *f = mm_filter_new(&p->m, op, at, 0);

	if (f) {
		f->child = l->item;
		f->child_count = l->count;
	}
	return f;
}

static struct mm_filter *unary(struct parser *p, enum mm_filter_op op, size_t at, struct mm_filter *a)
{
	struct mm_filter *f = a ? mm_filter_new(&p->m, op, at, 1) : NULL;

	if (f)
		f->child[0] = a;
	return f;
}

static struct mm_filter *binary(struct parser *p, enum mm_filter_op op, size_t at, struct mm_filter *a,
				struct mm_filter *b)
{
	struct mm_filter *f = a && b ? mm_filter_new(&p->m, op, at, 2) : NULL;

	if (f) {
		f->child[0] = a;
		f->child[1] = b;
	}
	return f;
}

/* "(a, b, ...)", the bracket at hand; false: failed. */
static bool parse_list(struct parser *p, struct list *ret)
{
	if (!want(p, "("))
		return false;
	if (is(p, ")"))
		return step(p);
	do
		if (!push(p, ret, parse_expression(p)))
			return false;
	while (take(p, ","));
	return !p->m.rc && want(p, ")");
}

/* ---- leaves ---- */

static struct mm_filter *leaf(struct parser *p, enum mm_filter_op op)
{
	struct mm_filter *f = mm_filter_new(&p->m, op, p->token.at, 0);

	if (!f)
		return NULL;
	f->text = p->token.text;
	f->text_len = p->token.text_len;
	f->integer = p->token.integer;
	f->real = p->token.real;
	return step(p) ? f : NULL;
}

static struct mm_filter *parse_bool(struct parser *p)
{
	const bool value = is(p, "TRUE");
	struct mm_filter *f = leaf(p, MM_FILTER_BOOL);

	if (f)
		f->boolean = value;
	return f;
}

static struct mm_filter *parse_instant(struct parser *p, enum mm_filter_op op)
{
	const struct mm_token t = p->token;

	if (t.kind != MM_TOKEN_TEXT)
		return mm_filter_fail(&p->m, t.at, "expected a date or a time in quotes");
	return step(p) ? mm_filter_instant(&p->m, op, t.text, t.text_len, t.at) : NULL;
}

static struct mm_filter *parse_date_call(struct parser *p, enum mm_filter_op op)
{
	struct mm_filter *f;

	if (!step(p) || !want(p, "("))
		return NULL;
	f = parse_instant(p, op);
	return f && want(p, ")") ? f : NULL;
}

static struct mm_filter *parse_end(struct parser *p)
{
	return p->token.kind == MM_TOKEN_TEXT ? parse_instant(p, MM_FILTER_OPEN) : parse_sum(p);
}

static struct mm_filter *parse_interval(struct parser *p)
{
	const size_t at = p->token.at;
	struct mm_filter *a, *b;

	if (!step(p) || !want(p, "("))
		return NULL;
	a = parse_end(p);
	if (!a || !want(p, ","))
		return NULL;
	b = parse_end(p);
	return b && want(p, ")") ? binary(p, MM_FILTER_INTERVAL, at, a, b) : NULL;
}

static struct mm_filter *parse_bbox(struct parser *p)
{
	struct mm_filter *f = mm_filter_new(&p->m, MM_FILTER_BBOX, p->token.at, 0);

	if (!f || !step(p) || !want(p, "("))
		return NULL;
	do {
		const bool is_negative = is(p, "-");

		if (f->box_count == 6)
			return mm_filter_fail(&p->m, p->token.at, "a box has four numbers, or six");
		if ((is_negative || is(p, "+")) && !step(p))
			return NULL;
		if (p->token.kind != MM_TOKEN_NUMBER)
			return mm_filter_fail(&p->m, p->token.at, "expected a number");
		f->box[f->box_count++] = is_negative ? -p->token.real : p->token.real;
		if (!step(p))
			return NULL;
	} while (take(p, ","));
	if (f->box_count != 4 && f->box_count != 6)
		return mm_filter_fail(&p->m, f->at, "a box has four numbers, or six");
	return want(p, ")") ? f : NULL;
}

/* ---- calls ---- */

static bool is_array_op(enum mm_filter_op op)
{
	return op >= MM_FILTER_A_EQUALS && op <= MM_FILTER_A_OVERLAPS;
}

/* An argument; of an array function a bracket is an array, also with one element. */
static struct mm_filter *parse_argument(struct parser *p, enum mm_filter_op op)
{
	struct list l = {0};
	const size_t at = p->token.at;

	if (!is_array_op(op))
		return parse_expression(p);
	if (!is(p, "("))
		return parse_primary(p);
	return parse_list(p, &l) ? node_of(p, MM_FILTER_ARRAY, at, &l) : NULL;
}

static struct mm_filter *parse_function(struct parser *p)
{
	const struct mm_token name = p->token;
	struct list l = {0};
	struct mm_filter *f;

	if (!step(p) || !parse_list(p, &l))
		return NULL;
	f = node_of(p, MM_FILTER_FUNCTION, name.at, &l);
	if (f) {
		f->text = name.text;
		f->text_len = name.text_len;
	}
	return f;
}

static struct mm_filter *parse_predicate(struct parser *p, enum mm_filter_op op)
{
	const size_t at = p->token.at, arity = mm_filter_arity(op);
	struct list l = {0};

	if (!step(p) || !want(p, "("))
		return NULL;
	for (size_t i = 0; i < arity; i++)
		if ((i && !want(p, ",")) || !push(p, &l, parse_argument(p, op)))
			return NULL;
	return want(p, ")") ? node_of(p, op, at, &l) : NULL;
}

static struct mm_filter *parse_call(struct parser *p)
{
	const enum mm_filter_op op = mm_filter_op_find(p->token.text, p->token.text_len);
	struct mm_filter *f;

	if (!enter(p))
		return NULL;
	if (op == MM_FILTER_DATE || op == MM_FILTER_TIMESTAMP)
		f = parse_date_call(p, op);
	else if (op == MM_FILTER_INTERVAL)
		f = parse_interval(p);
	else if (op == MM_FILTER_BBOX)
		f = parse_bbox(p);
	else if (op < MM_FILTER_OP_COUNT && mm_filter_arity(op))
		f = parse_predicate(p, op);
	else
		f = parse_function(p);
	p->m.depth--;
	return f;
}

static struct mm_filter *parse_wkt(struct parser *p)
{
	const struct mm_token name = p->token;
	struct mm_filter *f = mm_cql2_wkt(&p->m, &name, &p->at);

	return f && step(p) ? f : NULL;
}

/* In brackets: an expression, or a list of several, which is an array. */
static struct mm_filter *parse_bracket(struct parser *p)
{
	const size_t at = p->token.at;
	struct list l = {0};

	if (!enter(p) || !parse_list(p, &l))
		return NULL;
	p->m.depth--;
	return l.count == 1 ? l.item[0] : node_of(p, MM_FILTER_ARRAY, at, &l);
}

/* A word that begins no value. */
static bool is_reserved(const struct parser *p)
{
	static const char *const words[] = {"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is(p, words[i]))
			return true;
	return false;
}

static struct mm_filter *parse_primary(struct parser *p)
{
	switch (p->token.kind) {
	case MM_TOKEN_TEXT:
		return leaf(p, MM_FILTER_TEXT);
	case MM_TOKEN_QUOTED:
		return leaf(p, MM_FILTER_PROPERTY);
	case MM_TOKEN_NUMBER:
		return leaf(p, p->token.is_int ? MM_FILTER_INT : MM_FILTER_REAL);
	case MM_TOKEN_NAME:
		if (is(p, "TRUE") || is(p, "FALSE"))
			return parse_bool(p);
		if (is_reserved(p))
			return mm_filter_fail(
			    &p->m, p->token.at,
			    "expected a value, not \"%s\"; a property of that name stands in "
			    "double quotes",
			    p->token.text);
		if (is_call(p))
			return mm_cql2_is_wkt(&p->token) ? parse_wkt(p) : parse_call(p);
		return is_wkt_z(p) ? parse_wkt(p) : leaf(p, MM_FILTER_PROPERTY);
	case MM_TOKEN_SIGN:
		if (is(p, "("))
			return parse_bracket(p);
		break;
	case MM_TOKEN_END:
		return mm_filter_fail(&p->m, p->token.at, "expected a value, but the filter ends");
	}
	return mm_filter_fail(&p->m, p->token.at, "expected a value, not \"%s\"", p->token.text);
}

/* ---- arithmetic ---- */

/* A number with its sign; of anything else the sign turns it round: 0 - x. */
static struct mm_filter *parse_factor(struct parser *p)
{
	const size_t at = p->token.at;
	struct mm_filter *f, *zero;

	if (!is(p, "-"))
		return parse_primary(p);
	if (!step(p))
		return NULL;
	f = parse_primary(p);
	if (!f)
		return NULL;
	if (f->op == MM_FILTER_INT || f->op == MM_FILTER_REAL) {
		f->integer = -f->integer;
		f->real = -f->real;
		return f;
	}
	zero = mm_filter_new(&p->m, MM_FILTER_INT, at, 0);
	return binary(p, MM_FILTER_SUBTRACT, at, zero, f);
}

static struct mm_filter *parse_power(struct parser *p)
{
	struct mm_filter *a = parse_factor(p);
	const size_t at = p->token.at;

	return a && take(p, "^") ? binary(p, MM_FILTER_POWER, at, a, parse_factor(p)) : a;
}

static struct mm_filter *parse_term(struct parser *p)
{
	static const enum mm_filter_op ops[] = {MM_FILTER_MULTIPLY, MM_FILTER_DIVIDE, MM_FILTER_MODULO,
						MM_FILTER_INT_DIVIDE};
	struct mm_filter *a = parse_power(p);

	for (size_t i = 0; a && i < sizeof(ops) / sizeof(ops[0]);) {
		const size_t at = p->token.at;

		if (!is(p, mm_filter_op_name(ops[i]))) {
			i++;
			continue;
		}
		a = step(p) ? binary(p, ops[i], at, a, parse_power(p)) : NULL;
		i = 0;
	}
	return a;
}

static struct mm_filter *parse_sum(struct parser *p)
{
	struct mm_filter *a = parse_term(p);

	while (a && (is(p, "+") || is(p, "-"))) {
		const enum mm_filter_op op = is(p, "+") ? MM_FILTER_ADD : MM_FILTER_SUBTRACT;
		const size_t at = p->token.at;

		a = step(p) ? binary(p, op, at, a, parse_term(p)) : NULL;
	}
	return a;
}

/* ---- predicates ---- */

static struct mm_filter *parse_between(struct parser *p, size_t at, struct mm_filter *value)
{
	struct list l = {0};

	if (!push(p, &l, value) || !push(p, &l, parse_sum(p)) || !want(p, "AND") ||
	    !push(p, &l, parse_sum(p)))
		return NULL;
	return node_of(p, MM_FILTER_BETWEEN, at, &l);
}

static struct mm_filter *parse_in(struct parser *p, size_t at, struct mm_filter *value)
{
	struct list l = {0};

	if (!push(p, &l, value) || !parse_list(p, &l))
		return NULL;
	if (l.count < 2)
		return mm_filter_fail(&p->m, at, "IN needs at least one value");
	return node_of(p, MM_FILTER_IN, at, &l);
}

static struct mm_filter *parse_is_null(struct parser *p, size_t at, struct mm_filter *value)
{
	const bool is_not = take(p, "NOT");
	struct mm_filter *f = want(p, "NULL") ? unary(p, MM_FILTER_IS_NULL, at, value) : NULL;

	return is_not ? unary(p, MM_FILTER_NOT, at, f) : f;
}

static struct mm_filter *parse_comparison(struct parser *p)
{
	struct mm_filter *a = parse_sum(p), *f = NULL;
	const size_t at = p->token.at;
	bool is_not;

	if (!a)
		return NULL;
	for (int op = MM_FILTER_EQ; op <= MM_FILTER_GE; op++)
		if (is(p, mm_filter_op_name((enum mm_filter_op)op)))
			return step(p) ? binary(p, (enum mm_filter_op)op, at, a, parse_sum(p)) : NULL;
	if (take(p, "IS"))
		return parse_is_null(p, at, a);
	is_not = take(p, "NOT");
	if (take(p, "LIKE"))
		f = binary(p, MM_FILTER_LIKE, at, a, parse_sum(p));
	else if (take(p, "BETWEEN"))
		f = parse_between(p, at, a);
	else if (take(p, "IN"))
		f = parse_in(p, at, a);
	else
		return is_not ? mm_filter_fail(&p->m, p->token.at, "expected LIKE, BETWEEN or IN") : a;
	return is_not ? unary(p, MM_FILTER_NOT, at, f) : f;
}

/* ---- logic ---- */

static struct mm_filter *parse_not(struct parser *p)
{
	const size_t at = p->token.at;
	struct mm_filter *f;

	if (!is(p, "NOT"))
		return parse_comparison(p);
	if (!enter(p) || !step(p))
		return NULL;
	f = unary(p, MM_FILTER_NOT, at, parse_not(p));
	p->m.depth--;
	return f;
}

static struct mm_filter *parse_chain(struct parser *p, enum mm_filter_op op,
				     struct mm_filter *(*parse)(struct parser *))
{
	const size_t at = p->token.at;
	struct list l = {0};

	do
		if (!push(p, &l, parse(p)))
			return NULL;
	while (take(p, mm_filter_op_name(op)));
	if (p->m.rc)
		return NULL;
	return l.count == 1 ? l.item[0] : node_of(p, op, at, &l);
}

static struct mm_filter *parse_and(struct parser *p)
{
	return parse_chain(p, MM_FILTER_AND, parse_not);
}

static struct mm_filter *parse_expression(struct parser *p)
{
	return parse_chain(p, MM_FILTER_OR, parse_and);
}

enum mm_code mm_cql2_text_parse(const char *text, struct mm_arena *mem, struct mm_filter **ret,
				struct mm_err *reterr)
{
	struct parser p = {.m = {.source = text, .mem = mem, .reterr = reterr}};
	struct mm_filter *f;

	if (strlen(text) > MM_FILTER_TEXT_MAX)
		return mm_fail(reterr, MM_E_INVALID, "filter", "at most %d bytes", MM_FILTER_TEXT_MAX);
	f = step(&p) ? parse_expression(&p) : NULL;
	if (f && p.token.kind != MM_TOKEN_END)
		f = mm_filter_fail(&p.m, p.token.at, "expected AND, OR or the end, not \"%.40s\"",
				   text + p.token.at);
	if (!f)
		return p.m.rc;
	*ret = f;
	return MM_OK;
}
