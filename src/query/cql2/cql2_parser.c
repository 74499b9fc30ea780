#include "query/cql2/cql2_parser.h"

#include <string.h>

/* What the grammar of CQL2 text is read with: the token at hand, and nodes made of what was read. */

/* ---- tokens ---- */

bool mm_cql2_step(struct mm_cql2_parser *p)
{
	return mm_token_next(&p->m, &p->at, &p->token);
}

bool mm_cql2_is(const struct mm_cql2_parser *p, const char *word)
{
	return mm_token_is(&p->token, word);
}

/* Passes over a word when it is there. */
bool mm_cql2_take(struct mm_cql2_parser *p, const char *word)
{
	return mm_cql2_is(p, word) && mm_cql2_step(p);
}

bool mm_cql2_want(struct mm_cql2_parser *p, const char *word)
{
	if (mm_cql2_is(p, word))
		return mm_cql2_step(p);
	if (p->token.kind == MM_TOKEN_END)
		(void)mm_filter_fail(&p->m, p->token.at, "expected \"%s\", but the filter ends", word);
	else
		(void)mm_filter_fail(&p->m, p->token.at, "expected \"%s\"", word);
	return false;
}

bool mm_cql2_enter(struct mm_cql2_parser *p)
{
	if (++p->m.depth <= MM_FILTER_DEPTH_MAX)
		return true;
	(void)mm_filter_fail_limit(&p->m, "levels of brackets", MM_FILTER_DEPTH_MAX);
	return false;
}

/* ---- nodes ---- */

bool mm_cql2_push(struct mm_cql2_parser *p, struct mm_cql2_list *l, struct mm_filter *f)
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

struct mm_filter *mm_cql2_node(struct mm_cql2_parser *p, enum mm_filter_op op, size_t at,
			       const struct mm_cql2_list *l)
{
	struct mm_filter *f = mm_filter_new(&p->m, op, at, 0);

	if (f) {
		f->child = l->item;
		f->child_count = l->count;
	}
	return f;
}

struct mm_filter *mm_cql2_unary(struct mm_cql2_parser *p, enum mm_filter_op op, size_t at,
				struct mm_filter *a)
{
	struct mm_filter *f = a ? mm_filter_new(&p->m, op, at, 1) : NULL;

	if (f)
		f->child[0] = a;
	return f;
}

struct mm_filter *mm_cql2_binary(struct mm_cql2_parser *p, enum mm_filter_op op, size_t at,
				 struct mm_filter *a, struct mm_filter *b)
{
	struct mm_filter *f = a && b ? mm_filter_new(&p->m, op, at, 2) : NULL;

	if (f) {
		f->child[0] = a;
		f->child[1] = b;
	}
	return f;
}
