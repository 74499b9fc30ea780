#include "query/cql2/cql2_parser.h"

#include <string.h>

/* Values of CQL2 text: literals, properties, calls, what stands in brackets (cql2.bnf). */

/* True when a bracket comes right behind the name at hand. */
static bool is_call(const struct mm_cql2_parser *p)
{
	size_t at = p->at;

	while (p->m.source[at] && strchr(" \t\r\n\f\v", p->m.source[at]))
		at++;
	return p->token.kind == MM_TOKEN_NAME && p->m.source[at] == '(';
}

/* "POINT Z (": true when the geometry at hand has heights. */
static bool is_wkt_z(const struct mm_cql2_parser *p)
{
	const char *next = p->m.source + p->at;

	next += strspn(next, " \t\r\n\f\v");
	if (!mm_cql2_is_wkt(&p->token) || (*next != 'Z' && *next != 'z'))
		return false;
	next++;
	return next[strspn(next, " \t\r\n\f\v")] == '(';
}

/* "(a, b, ...)", the bracket at hand; false: failed. */
bool mm_cql2_parse_list(struct mm_cql2_parser *p, struct mm_cql2_list *ret)
{
	if (!mm_cql2_want(p, "("))
		return false;
	if (mm_cql2_is(p, ")"))
		return mm_cql2_step(p);
	do
		if (!mm_cql2_push(p, ret, mm_cql2_parse_expression(p)))
			return false;
	while (mm_cql2_take(p, ","));
	return !p->m.rc && mm_cql2_want(p, ")");
}

/* ---- leaves ---- */

static struct mm_filter *leaf(struct mm_cql2_parser *p, enum mm_filter_op op)
{
	struct mm_filter *f = mm_filter_new(&p->m, op, p->token.at, 0);

	if (!f)
		return NULL;
	f->text = p->token.text;
	f->text_len = p->token.text_len;
	f->integer = p->token.integer;
	f->real = p->token.real;
	return mm_cql2_step(p) ? f : NULL;
}

static struct mm_filter *parse_bool(struct mm_cql2_parser *p)
{
	const bool value = mm_cql2_is(p, "TRUE");
	struct mm_filter *f = leaf(p, MM_FILTER_BOOL);

	if (f)
		f->boolean = value;
	return f;
}

static struct mm_filter *parse_instant(struct mm_cql2_parser *p, enum mm_filter_op op)
{
	const struct mm_token t = p->token;

	if (t.kind != MM_TOKEN_TEXT)
		return mm_filter_fail(&p->m, t.at, "expected a date or a time in quotes");
	return mm_cql2_step(p) ? mm_filter_instant(&p->m, op, t.text, t.text_len, t.at) : NULL;
}

static struct mm_filter *parse_date_call(struct mm_cql2_parser *p, enum mm_filter_op op)
{
	struct mm_filter *f;

	if (!mm_cql2_step(p) || !mm_cql2_want(p, "("))
		return NULL;
	f = parse_instant(p, op);
	return f && mm_cql2_want(p, ")") ? f : NULL;
}

static struct mm_filter *parse_end(struct mm_cql2_parser *p)
{
	return p->token.kind == MM_TOKEN_TEXT ? parse_instant(p, MM_FILTER_OPEN) : mm_cql2_parse_sum(p);
}

static struct mm_filter *parse_interval(struct mm_cql2_parser *p)
{
	const size_t at = p->token.at;
	struct mm_filter *a, *b;

	if (!mm_cql2_step(p) || !mm_cql2_want(p, "("))
		return NULL;
	a = parse_end(p);
	if (!a || !mm_cql2_want(p, ","))
		return NULL;
	b = parse_end(p);
	return b && mm_cql2_want(p, ")") ? mm_cql2_binary(p, MM_FILTER_INTERVAL, at, a, b) : NULL;
}

static struct mm_filter *parse_bbox(struct mm_cql2_parser *p)
{
	struct mm_filter *f = mm_filter_new(&p->m, MM_FILTER_BBOX, p->token.at, 0);

	if (!f || !mm_cql2_step(p) || !mm_cql2_want(p, "("))
		return NULL;
	do {
		const bool is_negative = mm_cql2_is(p, "-");

		if (f->box_count == 6)
			return mm_filter_fail(&p->m, p->token.at, "a box has four numbers, or six");
		if ((is_negative || mm_cql2_is(p, "+")) && !mm_cql2_step(p))
			return NULL;
		if (p->token.kind != MM_TOKEN_NUMBER)
			return mm_filter_fail(&p->m, p->token.at, "expected a number");
		f->box[f->box_count++] = is_negative ? -p->token.real : p->token.real;
		if (!mm_cql2_step(p))
			return NULL;
	} while (mm_cql2_take(p, ","));
	if (f->box_count != 4 && f->box_count != 6)
		return mm_filter_fail(&p->m, f->at, "a box has four numbers, or six");
	return mm_cql2_want(p, ")") ? f : NULL;
}

/* ---- calls ---- */

static bool is_array_op(enum mm_filter_op op)
{
	return op >= MM_FILTER_A_EQUALS && op <= MM_FILTER_A_OVERLAPS;
}

/* An argument; of an array function a bracket is an array, also with one element. */
static struct mm_filter *parse_argument(struct mm_cql2_parser *p, enum mm_filter_op op)
{
	struct mm_cql2_list l = {0};
	const size_t at = p->token.at;

	if (!is_array_op(op))
		return mm_cql2_parse_expression(p);
	if (!mm_cql2_is(p, "("))
		return mm_cql2_parse_primary(p);
	return mm_cql2_parse_list(p, &l) ? mm_cql2_node(p, MM_FILTER_ARRAY, at, &l) : NULL;
}

static struct mm_filter *parse_function(struct mm_cql2_parser *p)
{
	const struct mm_token name = p->token;
	struct mm_cql2_list l = {0};
	struct mm_filter *f;

	if (!mm_cql2_step(p) || !mm_cql2_parse_list(p, &l))
		return NULL;
	f = mm_cql2_node(p, MM_FILTER_FUNCTION, name.at, &l);
	if (f) {
		f->text = name.text;
		f->text_len = name.text_len;
	}
	return f;
}

static struct mm_filter *parse_predicate(struct mm_cql2_parser *p, enum mm_filter_op op)
{
	const size_t at = p->token.at, arity = mm_filter_arity(op);
	struct mm_cql2_list l = {0};

	if (!mm_cql2_step(p) || !mm_cql2_want(p, "("))
		return NULL;
	for (size_t i = 0; i < arity; i++)
		if ((i && !mm_cql2_want(p, ",")) || !mm_cql2_push(p, &l, parse_argument(p, op)))
			return NULL;
	return mm_cql2_want(p, ")") ? mm_cql2_node(p, op, at, &l) : NULL;
}

static struct mm_filter *parse_call(struct mm_cql2_parser *p)
{
	const enum mm_filter_op op = mm_filter_op_find(p->token.text, p->token.text_len);
	struct mm_filter *f;

	if (!mm_cql2_enter(p))
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

static struct mm_filter *parse_wkt(struct mm_cql2_parser *p)
{
	const struct mm_token name = p->token;
	struct mm_filter *f = mm_cql2_wkt(&p->m, &name, &p->at);

	return f && mm_cql2_step(p) ? f : NULL;
}

/* In brackets: an expression, or a list of several, which is an array. */
static struct mm_filter *parse_bracket(struct mm_cql2_parser *p)
{
	const size_t at = p->token.at;
	struct mm_cql2_list l = {0};

	if (!mm_cql2_enter(p) || !mm_cql2_parse_list(p, &l))
		return NULL;
	p->m.depth--;
	return l.count == 1 ? l.item[0] : mm_cql2_node(p, MM_FILTER_ARRAY, at, &l);
}

/* A word that begins no value. */
static bool is_reserved(const struct mm_cql2_parser *p)
{
	static const char *const words[] = {"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (mm_cql2_is(p, words[i]))
			return true;
	return false;
}

struct mm_filter *mm_cql2_parse_primary(struct mm_cql2_parser *p)
{
	switch (p->token.kind) {
	case MM_TOKEN_TEXT:
		return leaf(p, MM_FILTER_TEXT);
	case MM_TOKEN_QUOTED:
		return leaf(p, MM_FILTER_PROPERTY);
	case MM_TOKEN_NUMBER:
		return leaf(p, p->token.is_int ? MM_FILTER_INT : MM_FILTER_REAL);
	case MM_TOKEN_NAME:
		if (mm_cql2_is(p, "TRUE") || mm_cql2_is(p, "FALSE"))
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
		if (mm_cql2_is(p, "("))
			return parse_bracket(p);
		break;
	case MM_TOKEN_END:
		return mm_filter_fail(&p->m, p->token.at, "expected a value, but the filter ends");
	}
	return mm_filter_fail(&p->m, p->token.at, "expected a value, not \"%s\"", p->token.text);
}
