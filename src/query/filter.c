#include "query/filter_private.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Nodes, and how operations are called. */

static const char *const names[MM_FILTER_OP_COUNT] = {
    [MM_FILTER_AND] = "AND",
    [MM_FILTER_OR] = "OR",
    [MM_FILTER_NOT] = "NOT",
    [MM_FILTER_EQ] = "=",
    [MM_FILTER_NE] = "<>",
    [MM_FILTER_LT] = "<",
    [MM_FILTER_GT] = ">",
    [MM_FILTER_LE] = "<=",
    [MM_FILTER_GE] = ">=",
    [MM_FILTER_LIKE] = "LIKE",
    [MM_FILTER_BETWEEN] = "BETWEEN",
    [MM_FILTER_IN] = "IN",
    [MM_FILTER_IS_NULL] = "IS NULL",
    [MM_FILTER_S_INTERSECTS] = "S_INTERSECTS",
    [MM_FILTER_S_EQUALS] = "S_EQUALS",
    [MM_FILTER_S_DISJOINT] = "S_DISJOINT",
    [MM_FILTER_S_TOUCHES] = "S_TOUCHES",
    [MM_FILTER_S_WITHIN] = "S_WITHIN",
    [MM_FILTER_S_OVERLAPS] = "S_OVERLAPS",
    [MM_FILTER_S_CROSSES] = "S_CROSSES",
    [MM_FILTER_S_CONTAINS] = "S_CONTAINS",
    [MM_FILTER_T_AFTER] = "T_AFTER",
    [MM_FILTER_T_BEFORE] = "T_BEFORE",
    [MM_FILTER_T_CONTAINS] = "T_CONTAINS",
    [MM_FILTER_T_DISJOINT] = "T_DISJOINT",
    [MM_FILTER_T_DURING] = "T_DURING",
    [MM_FILTER_T_EQUALS] = "T_EQUALS",
    [MM_FILTER_T_FINISHEDBY] = "T_FINISHEDBY",
    [MM_FILTER_T_FINISHES] = "T_FINISHES",
    [MM_FILTER_T_INTERSECTS] = "T_INTERSECTS",
    [MM_FILTER_T_MEETS] = "T_MEETS",
    [MM_FILTER_T_METBY] = "T_METBY",
    [MM_FILTER_T_OVERLAPPEDBY] = "T_OVERLAPPEDBY",
    [MM_FILTER_T_OVERLAPS] = "T_OVERLAPS",
    [MM_FILTER_T_STARTEDBY] = "T_STARTEDBY",
    [MM_FILTER_T_STARTS] = "T_STARTS",
    [MM_FILTER_A_EQUALS] = "A_EQUALS",
    [MM_FILTER_A_CONTAINS] = "A_CONTAINS",
    [MM_FILTER_A_CONTAINEDBY] = "A_CONTAINEDBY",
    [MM_FILTER_A_OVERLAPS] = "A_OVERLAPS",
    [MM_FILTER_ADD] = "+",
    [MM_FILTER_SUBTRACT] = "-",
    [MM_FILTER_MULTIPLY] = "*",
    [MM_FILTER_DIVIDE] = "/",
    [MM_FILTER_MODULO] = "%",
    [MM_FILTER_INT_DIVIDE] = "div",
    [MM_FILTER_POWER] = "^",
    [MM_FILTER_CASEI] = "CASEI",
    [MM_FILTER_ACCENTI] = "ACCENTI",
    [MM_FILTER_DATE] = "DATE",
    [MM_FILTER_TIMESTAMP] = "TIMESTAMP",
    [MM_FILTER_INTERVAL] = "INTERVAL",
    [MM_FILTER_BBOX] = "BBOX",
};

const char *mm_filter_op_name(enum mm_filter_op op)
{
	return names[op] ? names[op] : "";
}

enum mm_filter_op mm_filter_op_find(const char *name, size_t n)
{
	for (int op = 0; op < MM_FILTER_OP_COUNT; op++)
		if (names[op] && strlen(names[op]) == n && strncasecmp(names[op], name, n) == 0)
			return (enum mm_filter_op)op;
	return MM_FILTER_OP_COUNT;
}

size_t mm_filter_arity(enum mm_filter_op op)
{
	if (op == MM_FILTER_CASEI || op == MM_FILTER_ACCENTI)
		return 1;
	return op >= MM_FILTER_S_INTERSECTS && op <= MM_FILTER_A_OVERLAPS ? 2 : 0;
}

/* ---- failing ---- */

/* Characters before a place, counted from 1. */
static size_t column_of(const char *text, size_t at)
{
	size_t i = 0, column = 1;

	while (i < at && text[i]) {
		(void)mm_text_utf8_next(text, at, &i);
		column++;
	}
	return column;
}

void *mm_filter_fail(struct mm_filter_maker *m, size_t at, const char *fmt, ...)
{
	char words[300];
	va_list ap;

	if (m->rc)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), mm_words(fmt), ap);
	va_end(ap);
	if (m->source)
		m->rc = mm_fail(m->reterr, MM_E_INVALID, "filter", "at character %zu: %s",
				column_of(m->source, at), words);
	else
		m->rc = mm_fail(m->reterr, MM_E_INVALID, "filter", "%s", words);
	return NULL;
}

void *mm_filter_fail_limit(struct mm_filter_maker *m, const char *what, size_t most)
{
	if (!m->rc)
		m->rc = mm_fail(m->reterr, MM_E_INVALID, "filter", "at most %zu %s", most, mm_words(what));
	return NULL;
}

bool mm_filter_is_within(const struct mm_filter *f, unsigned levels)
{
	for (size_t i = 0; levels && i < f->child_count; i++)
		if (!mm_filter_is_within(f->child[i], levels - 1))
			return false;
	return levels > 0;
}

void *mm_filter_fail_nomem(struct mm_filter_maker *m)
{
	if (!m->rc)
		m->rc = mm_fail_nomem(m->reterr);
	return NULL;
}

struct mm_filter *mm_filter_new(struct mm_filter_maker *m, enum mm_filter_op op, size_t at, size_t children)
{
	struct mm_filter *f;

	if (m->rc)
		return NULL;
	if (m->nodes == MM_FILTER_NODES_MAX)
		return mm_filter_fail_limit(m, "parts", MM_FILTER_NODES_MAX);
	f = mm_arena_alloc(m->mem, sizeof(*f));
	if (f && children)
		f->child = mm_arena_array(m->mem, children, sizeof(struct mm_filter *));
	if (!f || (children && !f->child))
		return mm_filter_fail_nomem(m);
	f->op = op;
	f->at = (uint32_t)at;
	f->node_no = (uint32_t)m->nodes++;
	f->child_count = children;
	f->field = SIZE_MAX;
	return f;
}

struct mm_filter *mm_filter_instant(struct mm_filter_maker *m, enum mm_filter_op op, const char *text,
				    size_t n, size_t at)
{
	enum { DAY_MS = 86400000 };
	struct mm_filter *f;
	int64_t ms = 0;
	bool is_date = false;

	if (op == MM_FILTER_OPEN && (n == 0 || strcmp(text, "..") == 0))
		return mm_filter_new(m, MM_FILTER_OPEN, at, 0);
	if (!mm_clock_parse(text, n, &ms, &is_date) || (op == MM_FILTER_DATE && !is_date) ||
	    (op == MM_FILTER_TIMESTAMP && is_date))
		return mm_filter_fail(m, at, "'%.40s' is not %s", text,
				      mm_words(op == MM_FILTER_DATE ? "a date such as 2026-06-30"
								    : "a time such as 2026-06-30T12:00:00Z"));
	f = mm_filter_new(m, is_date ? MM_FILTER_DATE : MM_FILTER_TIMESTAMP, at, 0);
	if (f)
		f->integer = is_date ? (ms - (ms % DAY_MS + DAY_MS) % DAY_MS) / DAY_MS : ms;
	return f;
}

bool mm_filter_has_function(const struct mm_filter *f, const char *name)
{
	bool found = f && f->op == MM_FILTER_FUNCTION && strcasecmp(f->text, name) == 0;

	for (size_t i = 0; f && i < f->child_count && !found; i++)
		found = mm_filter_has_function(f->child[i], name);
	return found;
}
