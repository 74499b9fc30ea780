#include "style/expression/node.h"

#include <math.h>
#include <string.h>

/* Texts are counted in code points. */

static bool is_start(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

static uint32_t points_in(const char *text, size_t n)
{
	uint32_t points = 0;

	for (size_t i = 0; i < n; i++)
		points += is_start(text[i]);
	return points;
}

/* The byte where code point `i` begins; n when there are not as many. */
static uint32_t byte_of(const struct mm_style_value *v, uint32_t i)
{
	uint32_t at = 0;

	while (at < v->n && (i || !is_start(v->text[at]))) {
		i -= is_start(v->text[at]);
		at++;
		while (at < v->n && !is_start(v->text[at]))
			at++;
	}
	return at;
}

static bool run_at(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value index, list, text;

	if (!mm_expr_run(e->args[0], c, &index) || !mm_expr_run(e->args[1], c, &list))
		return false;
	if (list.kind != MM_STYLE_ARRAY || index.kind != MM_STYLE_NUMBER)
		return mm_expr_fails(c, e, "Expected value to be of type array, but found %s instead.",
				     mm_expr_type_of(c, &list));
	if (index.number >= 0 && index.number < list.n && index.number == floor(index.number)) {
		*ret = list.items[(uint32_t)index.number];
		return true;
	}
	if (!mm_style_value_text(&index, c->mem, &text))
		return mm_expr_fails_nomem(c, e);
	if (index.number < 0)
		return mm_expr_fails(c, e, "Array index out of bounds: %s < 0.", text.text);
	if (index.number >= list.n)
		return mm_expr_fails(c, e, "Array index out of bounds: %s > %lld.", text.text,
				     (long long)list.n - 1);
	return mm_expr_fails(c, e, "Array index must be an integer, but found %s instead.", text.text);
}

/* Where a search begins, in code points or items, as a script's indexOf reads it. */
static uint32_t start_of(const struct mm_style_value *from, const struct mm_style_value *in)
{
	double v = from->kind == MM_STYLE_NUMBER && !isnan(from->number) ? trunc(from->number) : 0;

	if (v < 0)
		v = in->kind == MM_STYLE_ARRAY ? fmax(v + in->n, 0) : 0;
	return v > in->n ? in->n : (uint32_t)v;
}

/* The place of a text in a text or an item in an array, counted from its beginning; -1: nowhere. */
static bool find(const struct mm_expr *e, struct mm_expr_context *c, const struct mm_style_value *needle,
		 const struct mm_style_value *in, const struct mm_style_value *from, double *ret)
{
	const uint32_t start = start_of(from, in);
	struct mm_style_value text;
	const char *found;
	uint32_t at;

	*ret = -1;
	if (in->kind == MM_STYLE_ARRAY) {
		c->steps += in->n / 16;
		for (uint32_t i = start; i < in->n && *ret < 0; i++)
			if (mm_style_value_same(needle, &in->items[i]))
				*ret = i;
		return true;
	}
	if (needle->kind == MM_STYLE_NULL)
		text = mm_style_text_value("null", 4);
	else if (!mm_style_value_text(needle, c->mem, &text))
		return mm_expr_fails_nomem(c, e);
	at = byte_of(in, start);
	found = memmem(in->text + at, in->n - at, text.text, text.n);
	if (found)
		*ret = points_in(in->text, (size_t)(found - in->text));
	return true;
}

static bool run_search(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value needle, in, from = MM_STYLE_NULL_VALUE;
	double at;

	if (!mm_expr_run(e->args[0], c, &needle) || !mm_expr_run(e->args[1], c, &in))
		return false;
	if (e->op == OP_IN && !mm_style_value_truth(&in)) {
		*ret = mm_style_boolean_value(false);
		return true;
	}
	if (needle.kind > MM_STYLE_BOOLEAN)
		return mm_expr_fails(
		    c, e,
		    "Expected first argument to be of type boolean, string, number or null, but "
		    "found %s instead.",
		    mm_expr_type_of(c, &needle));
	if (e->n == 3 && !mm_expr_run(e->args[2], c, &from))
		return false;
	if (in.kind != MM_STYLE_ARRAY && in.kind != MM_STYLE_TEXT)
		return mm_expr_fails(
		    c, e, "Expected second argument to be of type array or string, but found %s instead.",
		    mm_expr_type_of(c, &in));
	if (!find(e, c, &needle, &in, &from, &at))
		return false;
	*ret = e->op == OP_IN ? mm_style_boolean_value(at >= 0) : mm_style_number_value(at);
	return true;
}

/* A place in `n`, counted from the end when it is negative. */
static uint32_t place_of(const struct mm_style_value *v, uint32_t n)
{
	double at = isnan(v->number) ? 0 : trunc(v->number);

	if (at < 0)
		at = fmax(at + n, 0);
	return at > n ? n : (uint32_t)at;
}

static bool run_slice(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value in, begin, end;
	uint32_t n, from, to;

	if (!mm_expr_run(e->args[0], c, &in) || !mm_expr_run(e->args[1], c, &begin) ||
	    (e->n == 3 && !mm_expr_run(e->args[2], c, &end)))
		return false;
	if (in.kind != MM_STYLE_ARRAY && in.kind != MM_STYLE_TEXT)
		return mm_expr_fails(
		    c, e, "Expected first argument to be of type array or string, but found %s instead.",
		    mm_expr_type_of(c, &in));
	n = in.kind == MM_STYLE_ARRAY ? in.n : points_in(in.text, in.n);
	from = place_of(&begin, n);
	to = e->n == 3 ? place_of(&end, n) : n;
	if (to < from)
		to = from;
	*ret = in;
	if (in.kind == MM_STYLE_ARRAY) {
		ret->n = to - from;
		ret->items = in.items + from;
		return true;
	}
	from = byte_of(&in, from);
	to = byte_of(&in, to);
	ret->n = to - from;
	ret->text = to < in.n ? mm_arena_text(c->mem, in.text + from, to - from) : in.text + from;
	return ret->text ? true : mm_expr_fails_nomem(c, e);
}

static bool run_length(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value in;

	if (!mm_expr_run(e->args[0], c, &in))
		return false;
	if (in.kind != MM_STYLE_ARRAY && in.kind != MM_STYLE_TEXT)
		return mm_expr_fails(c, e,
				     "Expected value to be of type string or array, but found %s instead.",
				     mm_expr_type_of(c, &in));
	*ret = mm_style_number_value(in.kind == MM_STYLE_ARRAY ? in.n : points_in(in.text, in.n));
	return true;
}

/* The next separator at or after `at`, or the end; without a separator, between any two code points. */
static uint32_t next_cut(const struct mm_style_value *v, const struct mm_style_value *by, uint32_t at)
{
	const char *found;

	if (by->n) {
		found = memmem(v->text + at, v->n - at, by->text, by->n);
		return found ? (uint32_t)(found - v->text) : v->n;
	}
	for (at++; at < v->n && !is_start(v->text[at]); at++)
		;
	return at < v->n ? at : v->n;
}

static bool run_split(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value v, by, *items;
	uint32_t n = 1, at;

	if (!mm_expr_run(e->args[0], c, &v) || !mm_expr_run(e->args[1], c, &by))
		return false;
	for (at = next_cut(&v, &by, 0); at < v.n; at = next_cut(&v, &by, at + by.n))
		n++;
	items = mm_arena_array(c->mem, n, sizeof(*items));
	if (!items)
		return mm_expr_fails_nomem(c, e);
	at = 0;
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t cut = next_cut(&v, &by, at);
		const char *part = mm_arena_text(c->mem, v.text + at, cut - at);

		if (!part)
			return mm_expr_fails_nomem(c, e);
		items[i] = mm_style_text_value(part, cut - at);
		at = cut + by.n;
	}
	if (v.n == 0 && by.n == 0)
		n = 0;
	*ret = (struct mm_style_value){.kind = MM_STYLE_ARRAY, .n = n, .items = items};
	return true;
}

static bool run_join(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value list, by;
	struct mm_buf b;

	if (!mm_expr_run(e->args[0], c, &list) || !mm_expr_run(e->args[1], c, &by))
		return false;
	mm_buf_init(&b, MM_STYLE_TEXT_MAX);
	for (uint32_t i = 0; i < list.n && !b.failed; i++) {
		if (i)
			mm_buf_put(&b, by.text, by.n);
		mm_style_value_put(&b, &list.items[i]);
	}
	return mm_style_take(&b, c->mem, ret) || mm_expr_fails_nomem(c, e);
}

bool mm_expr_run_list(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	switch ((enum mm_expr_op)e->op) {
	case OP_AT:
		return run_at(e, c, ret);
	case OP_SLICE:
		return run_slice(e, c, ret);
	case OP_LENGTH:
		return run_length(e, c, ret);
	case OP_SPLIT:
		return run_split(e, c, ret);
	case OP_JOIN:
		return run_join(e, c, ret);
	default:
		return run_search(e, c, ret);
	}
}
