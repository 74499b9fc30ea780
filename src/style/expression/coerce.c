#include "style/expression/node.h"

#include <math.h>
#include <string.h>

/* The first three parts 0 to 255, a fourth 0 to 1. */
bool mm_expr_check_rgba(const struct mm_style_value *parts, struct mm_expr_context *c,
			const struct mm_expr *e)
{
	const char *fault = NULL;
	struct mm_style_value text = MM_STYLE_NULL_VALUE;
	struct mm_buf b;

	for (uint32_t i = 0; i < 3; i++)
		if (parts->items[i].kind != MM_STYLE_NUMBER || !(parts->items[i].number >= 0) ||
		    !(parts->items[i].number <= 255))
			fault = "'r', 'g', and 'b' must be between 0 and 255";
	if (!fault && parts->n > 3 &&
	    (parts->items[3].kind != MM_STYLE_NUMBER || !(parts->items[3].number >= 0) ||
	     !(parts->items[3].number <= 1)))
		fault = "'a' must be between 0 and 1";
	if (!fault)
		return true;
	mm_buf_init(&b, MM_STYLE_TEXT_MAX);
	for (uint32_t i = 0; i < parts->n && c->wants_words; i++) {
		mm_buf_text(&b, i ? ", " : "");
		mm_style_value_put(&b, &parts->items[i]);
	}
	if (!mm_style_take(&b, c->mem, &text))
		return mm_expr_fails_nomem(c, e);
	return mm_expr_fails(c, e, "Invalid rgba value [%.200s]: %s.", text.text, fault);
}

static bool new_color(struct mm_expr_context *c, struct mm_rgba color, struct mm_style_value *ret)
{
	struct mm_rgba *kept = mm_arena_alloc(c->mem, sizeof(*kept));

	if (!kept)
		return false;
	*kept = color;
	*ret = (struct mm_style_value){.kind = MM_STYLE_COLOR, .n = 1, .color = kept};
	return true;
}

/* The numbers of an array; NULL: there is something else in it. */
static double *numbers_of(struct mm_expr_context *c, const struct mm_style_value *v)
{
	double *numbers = mm_arena_array(c->mem, v->n + 1, sizeof(*numbers));

	for (uint32_t i = 0; numbers && i < v->n; i++) {
		if (v->items[i].kind != MM_STYLE_NUMBER)
			return NULL;
		numbers[i] = v->items[i].number;
	}
	return numbers;
}

static bool to_color(struct mm_expr_context *c, const struct mm_expr *e, const struct mm_style_value *v,
		     struct mm_style_value *ret)
{
	struct mm_rgba color;

	if (v->kind == MM_STYLE_COLOR) {
		*ret = *v;
		return true;
	}
	if (v->kind == MM_STYLE_TEXT)
		return mm_rgba_parse(v->text, v->n, &color) && new_color(c, color, ret);
	if (v->kind != MM_STYLE_ARRAY)
		return false;
	if (v->n < 3 || v->n > 4) {
		struct mm_style_value text;

		if (c->wants_words && mm_style_value_json(v, c->mem, &text))
			(void)mm_expr_fails(
			    c, e,
			    "Invalid rgba value %.200s: expected an array containing either three "
			    "or four numeric values.",
			    text.text);
		return false;
	}
	if (!mm_expr_check_rgba(v, c, e))
		return false;
	return new_color(c,
			 (struct mm_rgba){v->items[0].number / 255, v->items[1].number / 255,
					  v->items[2].number / 255, v->n == 4 ? v->items[3].number : 1},
			 ret);
}

static bool to_padding(struct mm_expr_context *c, const struct mm_style_value *v, struct mm_style_value *ret)
{
	/* which of the numbers given is the top, right, bottom and left one */
	static const unsigned char sides[5][4] = {
	    {0}, {0, 0, 0, 0}, {0, 1, 0, 1}, {0, 1, 2, 1}, {0, 1, 2, 3}};
	const double *given = &v->number;
	double *numbers;
	uint32_t n = 1;

	if (v->kind == MM_STYLE_PADDING) {
		*ret = *v;
		return true;
	}
	if (v->kind == MM_STYLE_ARRAY) {
		n = v->n;
		given = n >= 1 && n <= 4 ? numbers_of(c, v) : NULL;
	} else if (v->kind != MM_STYLE_NUMBER) {
		return false;
	}
	numbers = given ? mm_arena_array(c->mem, 4, sizeof(*numbers)) : NULL;
	if (!numbers)
		return false;
	for (int i = 0; i < 4; i++)
		numbers[i] = given[sides[n][i]];
	*ret = (struct mm_style_value){.kind = MM_STYLE_PADDING, .n = 4, .numbers = numbers};
	return true;
}

static bool to_numbers(struct mm_expr_context *c, const struct mm_style_value *v, struct mm_style_value *ret)
{
	const struct mm_style_value one = {.kind = MM_STYLE_ARRAY, .n = 1, .items = v};
	const double *numbers;

	if (v->kind == MM_STYLE_NUMBERS) {
		*ret = *v;
		return true;
	}
	if (v->kind == MM_STYLE_NUMBER)
		v = &one;
	numbers = v->kind == MM_STYLE_ARRAY ? numbers_of(c, v) : NULL;
	*ret = (struct mm_style_value){.kind = MM_STYLE_NUMBERS, .n = v->n, .numbers = numbers};
	return numbers != NULL;
}

static bool to_colors(struct mm_expr_context *c, const struct mm_style_value *v, struct mm_style_value *ret)
{
	const struct mm_style_value one = {.kind = MM_STYLE_ARRAY, .n = 1, .items = v};
	struct mm_rgba *colors;

	if (v->kind == MM_STYLE_COLORS) {
		*ret = *v;
		return true;
	}
	if (v->kind == MM_STYLE_TEXT)
		v = &one;
	if (v->kind != MM_STYLE_ARRAY)
		return false;
	colors = mm_arena_array(c->mem, v->n + 1, sizeof(*colors));
	for (uint32_t i = 0; colors && i < v->n; i++)
		if (v->items[i].kind != MM_STYLE_TEXT ||
		    !mm_rgba_parse(v->items[i].text, v->items[i].n, &colors[i]))
			return false;
	*ret = (struct mm_style_value){.kind = MM_STYLE_COLORS, .n = v->n, .color = colors};
	return colors != NULL;
}

static const char *anchor_of(const struct mm_style_value *v)
{
	static const char *const anchors[] = {"center",   "left",      "right",       "top",         "bottom",
					      "top-left", "top-right", "bottom-left", "bottom-right"};

	for (size_t i = 0; v->kind == MM_STYLE_TEXT && i < sizeof(anchors) / sizeof(*anchors); i++)
		if (strcmp(anchors[i], v->text) == 0)
			return anchors[i];
	return NULL;
}

static bool to_anchors(struct mm_expr_context *c, const struct mm_style_value *v, struct mm_style_value *ret)
{
	struct mm_style_anchor *anchors;

	if (v->kind == MM_STYLE_ANCHORS) {
		*ret = *v;
		return true;
	}
	if (v->kind != MM_STYLE_ARRAY || v->n == 0 || v->n % 2)
		return false;
	anchors = mm_arena_array(c->mem, v->n / 2, sizeof(*anchors));
	for (uint32_t i = 0; anchors && i < v->n; i += 2) {
		struct mm_style_anchor *a = &anchors[i / 2];
		const struct mm_style_value *offset = &v->items[i + 1];

		a->anchor = anchor_of(&v->items[i]);
		if (!a->anchor || offset->kind != MM_STYLE_ARRAY || offset->n != 2 ||
		    offset->items[0].kind != MM_STYLE_NUMBER || offset->items[1].kind != MM_STYLE_NUMBER)
			return false;
		a->offset[0] = offset->items[0].number;
		a->offset[1] = offset->items[1].number;
	}
	*ret = (struct mm_style_value){.kind = MM_STYLE_ANCHORS, .n = v->n / 2, .anchors = anchors};
	return anchors != NULL;
}

/* A name, or [from, to, share]: it stays as it is. */
static bool to_projection(const struct mm_style_value *v, struct mm_style_value *ret)
{
	*ret = *v;
	return v->kind == MM_STYLE_TEXT || v->kind == MM_STYLE_PROJECTION ||
	       (v->kind == MM_STYLE_ARRAY && v->n == 3 && v->items[0].kind == MM_STYLE_TEXT &&
		v->items[1].kind == MM_STYLE_TEXT && v->items[2].kind == MM_STYLE_NUMBER);
}

static bool to_number(const struct mm_style_value *v, struct mm_style_value *ret)
{
	const double number = mm_style_value_number(v);

	*ret = mm_style_number_value(number);
	return !isnan(number);
}

static bool convert(struct mm_expr_context *c, const struct mm_expr *e, const struct mm_style_value *v,
		    struct mm_style_value *ret)
{
	switch (e->type->kind) {
	case MM_STYLE_COLOR:
		return to_color(c, e, v, ret);
	case MM_STYLE_PADDING:
		return to_padding(c, v, ret);
	case MM_STYLE_NUMBERS:
		return to_numbers(c, v, ret);
	case MM_STYLE_COLORS:
		return to_colors(c, v, ret);
	case MM_STYLE_ANCHORS:
		return to_anchors(c, v, ret);
	case MM_STYLE_PROJECTION:
		return to_projection(v, ret);
	default:
		return to_number(v, ret);
	}
}

static bool formatted_of(const struct mm_style_value *text, struct mm_expr_context *c,
			 struct mm_style_value *ret)
{
	struct mm_style_section *s = mm_arena_alloc(c->mem, sizeof(*s));

	if (!s)
		return false;
	s->text = *text;
	*ret = (struct mm_style_value){.kind = MM_STYLE_FORMATTED, .n = 1, .sections = s};
	return true;
}

/* What can be made of any value. */
static bool convert_any(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value v, text;

	if (!mm_expr_run(e->args[0], c, &v))
		return false;
	if (e->type->kind == MM_STYLE_BOOLEAN) {
		*ret = mm_style_boolean_value(mm_style_value_truth(&v));
		return true;
	}
	if (!mm_style_value_text(&v, c->mem, &text))
		return mm_expr_fails_nomem(c, e);
	if (e->type->kind == MM_STYLE_FORMATTED)
		return formatted_of(&text, c, ret) || mm_expr_fails_nomem(c, e);
	*ret = text;
	if (e->type->kind == MM_STYLE_IMAGE) {
		if (text.n == 0) {
			*ret = MM_STYLE_NULL_VALUE;
			return true;
		}
		ret->kind = MM_STYLE_IMAGE;
		ret->is_available = c->has_image && c->has_image(c->images, text.text, text.n);
	}
	return true;
}

static bool say_unfit(const struct mm_expr *e, struct mm_expr_context *c, const struct mm_style_value *v)
{
	struct mm_style_value text = *v;

	if (!c->wants_words || c->error)
		return false;
	if (e->type->kind == MM_STYLE_NUMBER) {
		if (!mm_style_value_json(v, c->mem, &text))
			return mm_expr_fails_nomem(c, e);
		return mm_expr_fails(c, e, "Could not convert %.200s to number.", text.text);
	}
	if (v->kind != MM_STYLE_TEXT && !mm_style_value_json(v, c->mem, &text))
		return mm_expr_fails_nomem(c, e);
	return mm_expr_fails(c, e, "Could not parse %s from value '%.200s'",
			     mm_style_type_text(c->mem, e->type), text.text);
}

bool mm_expr_run_coerce(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_style_value v = MM_STYLE_NULL_VALUE;

	switch (e->type->kind) {
	case MM_STYLE_BOOLEAN:
	case MM_STYLE_TEXT:
	case MM_STYLE_FORMATTED:
	case MM_STYLE_IMAGE:
		return convert_any(e, c, ret);
	default:
		break;
	}
	for (uint32_t i = 0; i < e->n; i++) { /* the first that can be converted */
		c->error = NULL;              /* of the one before */
		if (!mm_expr_run(e->args[i], c, &v))
			return false;
		if (convert(c, e, &v, ret))
			return true;
	}
	return say_unfit(e, c, &v);
}
