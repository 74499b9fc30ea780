#include "style/expression/node.h"

#include "base/fold.h"
#include "style/value/collation.h"
#include "style/value/number_format.h"

#include <math.h>
#include <string.h>

/* An argument that may not be there: null. */
static bool run_optional(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	*ret = MM_STYLE_NULL_VALUE;
	return !e || mm_expr_run(e, c, ret);
}

static bool run_collator(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value minds_case, minds_accents, locale;
	struct mm_style_collator *made;

	if (!mm_expr_run(e->args[0], c, &minds_case) || !mm_expr_run(e->args[1], c, &minds_accents) ||
	    !run_optional(e->args[2], c, &locale))
		return false;
	made = mm_arena_alloc(c->mem, sizeof(*made));
	if (!made)
		return mm_expr_fails_nomem(c, e);
	*made = (struct mm_style_collator){mm_style_value_truth(&minds_case),
					   mm_style_value_truth(&minds_accents),
					   locale.kind == MM_STYLE_TEXT ? locale.text : NULL};
	*ret = (struct mm_style_value){.kind = MM_STYLE_COLLATOR, .collator = made};
	return true;
}

static bool run_resolved_locale(const struct mm_expr *e, struct mm_expr_context *c,
				struct mm_style_value *ret)
{
	struct mm_style_value v;
	const char *locale;

	if (!mm_expr_run(e->args[0], c, &v))
		return false;
	locale = v.kind == MM_STYLE_COLLATOR ? mm_style_collator_locale(v.collator) : "";
	*ret = mm_style_text_value(locale, strlen(locale));
	return true;
}

/* The names of fonts with ',' between them; null stays null. */
static bool join_fonts(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *v)
{
	struct mm_buf b;

	if (v->kind != MM_STYLE_ARRAY)
		return true;
	mm_buf_init(&b, MM_STYLE_TEXT_MAX);
	for (uint32_t i = 0; i < v->n; i++) {
		mm_buf_text(&b, i ? "," : "");
		mm_style_value_put(&b, &v->items[i]);
	}
	return mm_style_take(&b, c->mem, v) || mm_expr_fails_nomem(c, e);
}

static bool run_section(const struct mm_expr *e, struct mm_expr *const *args, struct mm_expr_context *c,
			struct mm_style_section *s)
{
	struct mm_style_value content, scale, color;

	if (!mm_expr_run(args[0], c, &content) || !run_optional(args[4], c, &s->align))
		return false;
	if (content.kind == MM_STYLE_IMAGE) {
		s->text = mm_style_text_value("", 0);
		s->image = content;
		return true;
	}
	if (!mm_style_value_text(&content, c->mem, &s->text))
		return mm_expr_fails_nomem(c, e);
	if (!run_optional(args[1], c, &scale) || !run_optional(args[2], c, &s->fonts) ||
	    !join_fonts(e, c, &s->fonts) || !run_optional(args[3], c, &color))
		return false;
	s->has_scale = scale.kind == MM_STYLE_NUMBER;
	s->scale = s->has_scale ? scale.number : 0;
	s->color = color.kind == MM_STYLE_COLOR ? color.color : NULL;
	return true;
}

static bool run_format(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const uint32_t n = e->n / FORMAT_STEP;
	struct mm_style_section *sections = mm_arena_array(c->mem, n, sizeof(*sections));

	if (!sections)
		return mm_expr_fails_nomem(c, e);
	for (uint32_t i = 0; i < n; i++)
		if (!run_section(e, e->args + (size_t)i * FORMAT_STEP, c, &sections[i]))
			return false;
	*ret = (struct mm_style_value){.kind = MM_STYLE_FORMATTED, .n = n, .sections = sections};
	return true;
}

static int digits_of(const struct mm_style_value *v)
{
	if (v->kind != MM_STYLE_NUMBER)
		return -1;
	return v->number >= 0 && v->number <= 100 ? (int)v->number : 101;
}

static bool run_number_format(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value v[6];
	struct mm_style_number_format f;
	const char *fault;
	struct mm_buf b;

	for (int i = 0; i < 6; i++)
		if (!run_optional(e->args[i], c, &v[i]))
			return false;
	f = (struct mm_style_number_format){.locale = v[1].kind == MM_STYLE_TEXT ? v[1].text : NULL,
					    .currency = v[2].kind == MM_STYLE_TEXT ? v[2].text : NULL,
					    .unit = v[3].kind == MM_STYLE_TEXT ? v[3].text : NULL,
					    .min_digits = digits_of(&v[4]),
					    .max_digits = digits_of(&v[5])};
	mm_buf_init(&b, 1024);
	fault = mm_style_format_number(&f, v[0].kind == MM_STYLE_NUMBER ? v[0].number : (double)NAN, &b);
	if (fault) {
		mm_buf_release(&b);
		return mm_expr_fails(c, e, "%s", fault);
	}
	return mm_style_take(&b, c->mem, ret) || mm_expr_fails_nomem(c, e);
}

static bool run_image(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	if (!mm_expr_run(e->args[0], c, ret))
		return false;
	if (ret->kind != MM_STYLE_TEXT || ret->n == 0) {
		*ret = MM_STYLE_NULL_VALUE;
		return true;
	}
	ret->kind = MM_STYLE_IMAGE;
	ret->is_available = c->has_image && c->has_image(c->images, ret->text, ret->n);
	return true;
}

static bool run_case(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value v;
	const char *text;
	size_t n;

	if (!mm_expr_run(e->args[0], c, &v))
		return false;
	text = e->op == OP_UPCASE ? mm_text_upper(v.text, v.n, c->mem, &n)
				  : mm_text_lower(v.text, v.n, c->mem, &n);
	if (!text)
		return mm_expr_fails_nomem(c, e);
	*ret = mm_style_text_value(text, n);
	return true;
}

static bool run_concat(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value *parts = mm_arena_array(c->mem, e->n, sizeof(*parts)), v;
	size_t n = 0, at = 0;
	char *text;

	if (e->n && !parts)
		return mm_expr_fails_nomem(c, e);
	for (uint32_t i = 0; i < e->n; i++) {
		if (!mm_expr_run(e->args[i], c, &v))
			return false;
		if (!mm_style_value_text(&v, c->mem, &parts[i]))
			return mm_expr_fails_nomem(c, e);
		n += parts[i].n;
	}
	text = n <= MM_STYLE_TEXT_MAX ? mm_arena_alloc(c->mem, n + 1) : NULL;
	if (!text)
		return mm_expr_fails_nomem(c, e);
	for (uint32_t i = 0; i < e->n; i++) {
		if (parts[i].n)
			memcpy(text + at, parts[i].text, parts[i].n);
		at += parts[i].n;
	}
	*ret = mm_style_text_value(text, n);
	return true;
}

bool mm_expr_run_text(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	switch ((enum mm_expr_op)e->op) {
	case OP_COLLATOR:
		return run_collator(e, c, ret);
	case OP_RESOLVED_LOCALE:
		return run_resolved_locale(e, c, ret);
	case OP_FORMAT:
		return run_format(e, c, ret);
	case OP_NUMBER_FORMAT:
		return run_number_format(e, c, ret);
	case OP_IMAGE:
		return run_image(e, c, ret);
	case OP_CONCAT:
		return run_concat(e, c, ret);
	default:
		return run_case(e, c, ret);
	}
}
