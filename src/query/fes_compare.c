#include "query/fes_private.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>

/* Comparisons in filters in XML. */

/* False: the reader has failed. Properties have one value each, so that any, all and one of them are the
 * same. */
static bool check_action(struct mm_fes_reader *r, const struct mm_xml *e)
{
	const char *action = mm_xml_attribute(e, "matchAction");

	if (!action || strcmp(action, "Any") == 0 || strcmp(action, "All") == 0 || strcmp(action, "One") == 0)
		return true;
	(void)mm_fes_fail(r, e, "matchAction is Any, All or One");
	return false;
}

static bool minds_case(const struct mm_xml *e)
{
	const char *text = mm_xml_attribute(e, "matchCase");

	return !text || (strcmp(text, "false") != 0 && strcmp(text, "0") != 0);
}

static bool fold(struct mm_fes_reader *r, struct mm_filter **child)
{
	struct mm_filter *f = mm_filter_new(&r->m, MM_FILTER_CASEI, 0, 1);

	if (!f)
		return false;
	f->is_loose = true;
	f->child[0] = *child;
	*child = f;
	return true;
}

/* Where case does not matter, both sides are folded. */
static struct mm_filter *mind_case(struct mm_fes_reader *r, const struct mm_xml *e, struct mm_filter *f)
{
	if (!f || minds_case(e))
		return f;
	return fold(r, &f->child[0]) && fold(r, &f->child[1]) ? f : NULL;
}

struct mm_filter *mm_fes_comparison(struct mm_fes_reader *r, const struct mm_xml *e, enum mm_filter_op op)
{
	if (!check_action(r, e))
		return NULL;
	return mind_case(r, e, mm_fes_over(r, op, e, 2, mm_fes_value));
}

struct mm_filter *mm_fes_null(struct mm_fes_reader *r, const struct mm_xml *e, enum mm_filter_op op)
{
	return mm_fes_over(r, op, e, 1, mm_fes_value);
}

/* ---- between ---- */

static struct mm_filter *read_bound(struct mm_fes_reader *r, const struct mm_xml *e)
{
	if (!mm_xml_is(e, "LowerBoundary") && !mm_xml_is(e, "UpperBoundary"))
		return mm_fes_value(r, e);
	if (!e->child || e->child->next)
		return mm_fes_fail(r, e, "%s has one value", e->name);
	return mm_fes_value(r, e->child);
}

struct mm_filter *mm_fes_between(struct mm_fes_reader *r, const struct mm_xml *e, enum mm_filter_op op)
{
	const struct mm_xml *lower = e->child ? e->child->next : NULL;

	if (!check_action(r, e))
		return NULL;
	if (!lower || !mm_xml_is(lower, "LowerBoundary") || !lower->next ||
	    !mm_xml_is(lower->next, "UpperBoundary"))
		return mm_fes_fail(r, e, "%s has a value, a LowerBoundary and an UpperBoundary", e->name);
	return mm_fes_over(r, op, e, 3, read_bound);
}

/* ---- like ---- */

struct signs {
	const char *wild, *single, *escape; /* "": there is none */
};

static const char *sign_of(const struct mm_xml *e, const char *name, const char *other, const char *usual)
{
	const char *text = mm_xml_attribute(e, name);

	if (!text)
		text = mm_xml_attribute(e, other);
	return text ? text : usual;
}

static bool is_at(const char *text, const char *sign)
{
	return *sign && mm_text_starts(text, sign);
}

/* The character at *at for itself. */
static void put_literally(struct mm_buf *out, const char *text, size_t n, size_t *at)
{
	const size_t begin = *at;

	if (begin == n)
		return;
	(void)mm_text_utf8_next(text, n, at);
	if (strchr("%_\\", text[begin]))
		mm_buf_byte(out, '\\');
	mm_buf_put(out, text + begin, *at - begin);
}

static void put_pattern(struct mm_buf *out, const char *text, size_t n, const struct signs *s)
{
	for (size_t at = 0; at < n;) {
		if (is_at(text + at, s->escape) && at + strlen(s->escape) < n) {
			at += strlen(s->escape);
			put_literally(out, text, n, &at);
		} else if (is_at(text + at, s->wild)) {
			mm_buf_byte(out, '%');
			at += strlen(s->wild);
		} else if (is_at(text + at, s->single)) {
			mm_buf_byte(out, '_');
			at += strlen(s->single);
		} else {
			put_literally(out, text, n, &at);
		}
	}
}

/* A pattern with % and _ of one with other signs. */
static struct mm_filter *read_pattern(struct mm_fes_reader *r, const struct mm_xml *e, const struct signs *s)
{
	struct mm_filter *f;
	struct mm_buf b;

	if (!mm_xml_is(e, "Literal") || e->child)
		return mm_fes_fail(r, e, "the pattern of PropertyIsLike is a Literal with a text");
	mm_buf_init(&b, 2 * e->text_len + 1);
	put_pattern(&b, e->text, e->text_len, s);
	f = b.failed ? mm_filter_fail_nomem(&r->m)
		     : mm_fes_named(r, MM_FILTER_TEXT, b.len ? (const char *)b.data : "", b.len, 0);
	mm_buf_release(&b);
	return f;
}

struct mm_filter *mm_fes_like(struct mm_fes_reader *r, const struct mm_xml *e, enum mm_filter_op op)
{
	const struct signs s = {.wild = sign_of(e, "wildCard", "wildCard", "*"),
				.single = sign_of(e, "singleChar", "singleChar", "?"),
				.escape = sign_of(e, "escapeChar", "escape", "\\")};
	struct mm_filter *f;

	if (mm_xml_child_count(e) != 2)
		return mm_fes_fail(r, e, "%s takes 2 operands", e->name);
	f = mm_filter_new(&r->m, op, 0, 2);
	if (!f || !check_action(r, e) || !(f->child[0] = mm_fes_value(r, e->child)) ||
	    !(f->child[1] = read_pattern(r, e->child->next, &s)))
		return NULL;
	return mind_case(r, e, f);
}
