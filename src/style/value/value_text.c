#include "style/value/value.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits without point and zeros at the ends, and where the point belongs: 0.5 is "5" and 0. */
static size_t digits_of(double v, char digits[static MM_NUM_MAX], int *ret_point)
{
	char text[MM_NUM_MAX];
	const char *exponent;
	size_t n = 0, zeros = 0;
	int point = -1;

	(void)mm_num_format(fabs(v), text);
	for (const char *at = text; *at && *at != 'e' && *at != 'E'; at++) {
		if (*at == '.') {
			point = (int)(n + zeros);
		} else if (*at != '0' || n) {
			digits[n++] = *at;
		} else {
			zeros++;
		}
	}
	if (point < 0)
		point = (int)(n + zeros);
	exponent = strpbrk(text, "eE");
	*ret_point = point - (int)zeros + (exponent ? (int)strtol(exponent + 1, NULL, 10) : 0);
	while (n && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
	return n;
}

/* "12300", "12.3", "0.0123": `point` digits stand before the point, or zeros behind it. */
static size_t put_plain(char *ret, const char *digits, int n, int point)
{
	size_t at = 0;

	if (point <= 0) {
		memcpy(ret, "0.", 2);
		memset(ret + 2, '0', (size_t)-point);
		at = 2 + (size_t)-point;
		memcpy(ret + at, digits, (size_t)n);
		return at + (size_t)n;
	}
	for (int i = 0; i < n || i < point; i++) {
		if (i == point)
			ret[at++] = '.';
		ret[at++] = (char)(i < n ? digits[i] : '0');
	}
	return at;
}

/* ECMA-262, Number::toString. */
size_t mm_style_number_text(double v, char ret[static MM_STYLE_NUMBER_MAX])
{
	char digits[MM_NUM_MAX];
	int point, n;
	size_t at = 0;

	if (isnan(v))
		return (size_t)snprintf(ret, MM_STYLE_NUMBER_MAX, "NaN");
	if (isinf(v))
		return (size_t)snprintf(ret, MM_STYLE_NUMBER_MAX, v < 0 ? "-Infinity" : "Infinity");
	if (v < 0)
		ret[at++] = '-';
	n = (int)digits_of(v, digits, &point);
	if (n == 0)
		ret[at++] = '0';
	else if (point > 21 || point < -5)
		at += (size_t)snprintf(ret + at, MM_STYLE_NUMBER_MAX - at, "%c%s%se%+d", digits[0],
				       n > 1 ? "." : "", digits + 1, point - 1);
	else
		at += put_plain(ret + at, digits, n, point);
	ret[at] = '\0';
	return at;
}

void mm_style_put_number(struct mm_buf *out, double v)
{
	char text[MM_STYLE_NUMBER_MAX];

	mm_buf_put(out, text, mm_style_number_text(v, text));
}

/* A number inside JSON: there are no words for NaN and infinities. */
static void put_json_number(struct mm_buf *out, double v)
{
	if (isfinite(v))
		mm_style_put_number(out, v);
	else
		mm_buf_text(out, "null");
}

static void put_color_text(struct mm_buf *out, const struct mm_rgba *c)
{
	mm_buf_printf(out, "rgba(%ld,%ld,%ld,", lround(c->r * 255), lround(c->g * 255), lround(c->b * 255));
	mm_style_put_number(out, c->a);
	mm_buf_byte(out, ')');
}

static void put_color_json(struct mm_buf *out, const struct mm_rgba *c)
{
	const double part[4] = {c->r * c->a, c->g * c->a, c->b * c->a, c->a};

	for (int i = 0; i < 4; i++) {
		mm_buf_printf(out, "%c\"%c\":", i ? ',' : '{', "rgba"[i]);
		put_json_number(out, part[i]);
	}
	mm_buf_byte(out, '}');
}

static void put_numbers(struct mm_buf *out, const struct mm_style_value *v)
{
	for (uint32_t i = 0; i < v->n; i++) {
		mm_buf_byte(out, i ? ',' : '[');
		put_json_number(out, v->numbers[i]);
	}
	mm_buf_text(out, v->n ? "]" : "[]");
}

static void put_colors(struct mm_buf *out, const struct mm_style_value *v)
{
	mm_buf_byte(out, '[');
	for (uint32_t i = 0; i < v->n; i++) {
		if (i)
			mm_buf_byte(out, ',');
		put_color_json(out, &v->color[i]);
	}
	mm_buf_byte(out, ']');
}

static void put_anchors(struct mm_buf *out, const struct mm_style_value *v)
{
	mm_buf_byte(out, '[');
	for (uint32_t i = 0; i < v->n; i++) {
		mm_buf_printf(out, "%s\"%s\",[", i ? "," : "", v->anchors[i].anchor);
		put_json_number(out, v->anchors[i].offset[0]);
		mm_buf_byte(out, ',');
		put_json_number(out, v->anchors[i].offset[1]);
		mm_buf_byte(out, ']');
	}
	mm_buf_byte(out, ']');
}

static void put_projection_text(struct mm_buf *out, const struct mm_style_projection *p)
{
	if (mm_style_value_same(&p->from, &p->to) && p->transition == 1) {
		mm_style_value_put(out, &p->from);
		return;
	}
	mm_buf_byte(out, '[');
	mm_style_value_put_json(out, &p->from);
	mm_buf_byte(out, ',');
	mm_style_value_put_json(out, &p->to);
	mm_buf_byte(out, ',');
	put_json_number(out, p->transition);
	mm_buf_byte(out, ']');
}

void mm_style_value_put(struct mm_buf *out, const struct mm_style_value *v)
{
	switch (v->kind) {
	case MM_STYLE_NULL:
		return;
	case MM_STYLE_NUMBER:
		mm_style_put_number(out, v->number);
		return;
	case MM_STYLE_BOOLEAN:
		mm_buf_text(out, v->boolean ? "true" : "false");
		return;
	case MM_STYLE_TEXT:
	case MM_STYLE_IMAGE:
		mm_buf_put(out, v->text, v->n);
		return;
	case MM_STYLE_COLOR:
		put_color_text(out, v->color);
		return;
	case MM_STYLE_FORMATTED:
		for (uint32_t i = 0; i < v->n; i++)
			mm_buf_put(out, v->sections[i].text.text, v->sections[i].text.n);
		return;
	case MM_STYLE_PROJECTION:
		put_projection_text(out, v->projection);
		return;
	default:
		mm_style_value_put_json(out, v);
	}
}

static void put_section(struct mm_buf *out, const struct mm_style_section *s)
{
	mm_buf_text(out, "{\"text\":");
	mm_style_value_put_json(out, &s->text);
	mm_buf_text(out, ",\"image\":");
	mm_style_value_put_json(out, &s->image);
	mm_buf_text(out, ",\"scale\":");
	put_json_number(out, s->has_scale ? s->scale : (double)NAN);
	mm_buf_text(out, ",\"fontStack\":");
	mm_style_value_put_json(out, &s->fonts);
	mm_buf_text(out, ",\"textColor\":");
	if (s->color)
		put_color_json(out, s->color);
	else
		mm_buf_text(out, "null");
	mm_buf_text(out, ",\"verticalAlign\":");
	mm_style_value_put_json(out, &s->align);
	mm_buf_byte(out, '}');
}

static void put_list(struct mm_buf *out, const struct mm_style_value *v)
{
	const bool is_array = v->kind == MM_STYLE_ARRAY;

	mm_buf_byte(out, is_array ? '[' : '{');
	for (uint32_t i = 0; i < v->n && !out->failed; i++) {
		if (i)
			mm_buf_byte(out, ',');
		if (!is_array) {
			mm_text_put_json(out, v->members[i].key, v->members[i].key_len);
			mm_buf_byte(out, ':');
		}
		mm_style_value_put_json(out, is_array ? &v->items[i] : &v->members[i].value);
	}
	mm_buf_byte(out, is_array ? ']' : '}');
}

static void put_made(struct mm_buf *out, const struct mm_style_value *v)
{
	switch (v->kind) {
	case MM_STYLE_COLOR:
		put_color_json(out, v->color);
		return;
	case MM_STYLE_COLORS:
		mm_buf_text(out, "{\"values\":");
		put_colors(out, v);
		break;
	case MM_STYLE_PADDING:
	case MM_STYLE_NUMBERS:
		mm_buf_text(out, "{\"values\":");
		put_numbers(out, v);
		break;
	case MM_STYLE_ANCHORS:
		mm_buf_text(out, "{\"values\":");
		put_anchors(out, v);
		break;
	case MM_STYLE_IMAGE:
		mm_buf_text(out, "{\"name\":");
		mm_text_put_json(out, v->text, v->n);
		mm_buf_printf(out, ",\"available\":%s", v->is_available ? "true" : "false");
		break;
	case MM_STYLE_PROJECTION:
		mm_buf_text(out, "{\"from\":");
		mm_style_value_put_json(out, &v->projection->from);
		mm_buf_text(out, ",\"to\":");
		mm_style_value_put_json(out, &v->projection->to);
		mm_buf_text(out, ",\"transition\":");
		put_json_number(out, v->projection->transition);
		break;
	case MM_STYLE_FORMATTED:
		mm_buf_text(out, "{\"sections\":[");
		for (uint32_t i = 0; i < v->n; i++) {
			if (i)
				mm_buf_byte(out, ',');
			put_section(out, &v->sections[i]);
		}
		mm_buf_byte(out, ']');
		break;
	default: /* a collator */
		mm_buf_byte(out, '{');
	}
	mm_buf_byte(out, '}');
}

void mm_style_value_put_json(struct mm_buf *out, const struct mm_style_value *v)
{
	switch (v->kind) {
	case MM_STYLE_NULL:
		mm_buf_text(out, "null");
		return;
	case MM_STYLE_NUMBER:
		put_json_number(out, v->number);
		return;
	case MM_STYLE_BOOLEAN:
		mm_buf_text(out, v->boolean ? "true" : "false");
		return;
	case MM_STYLE_TEXT:
		mm_text_put_json(out, v->text, v->n);
		return;
	case MM_STYLE_ARRAY:
	case MM_STYLE_OBJECT:
		put_list(out, v);
		return;
	default:
		put_made(out, v);
	}
}

bool mm_style_take(struct mm_buf *b, struct mm_arena *mem, struct mm_style_value *ret)
{
	const char *text =
	    b->failed ? NULL : mm_arena_text(mem, b->data ? (const char *)b->data : "", b->len);

	if (text)
		*ret = mm_style_text_value(text, b->len);
	mm_buf_release(b);
	return text != NULL;
}

bool mm_style_value_text(const struct mm_style_value *v, struct mm_arena *mem, struct mm_style_value *ret)
{
	struct mm_buf b;

	if (v->kind == MM_STYLE_TEXT) {
		*ret = *v;
		return true;
	}
	if (v->kind == MM_STYLE_NULL) {
		*ret = mm_style_text_value("", 0);
		return true;
	}
	if (v->kind == MM_STYLE_BOOLEAN) {
		*ret = v->boolean ? mm_style_text_value("true", 4) : mm_style_text_value("false", 5);
		return true;
	}
	if (v->kind == MM_STYLE_NUMBER) {
		char number[MM_STYLE_NUMBER_MAX];
		const size_t n = mm_style_number_text(v->number, number);

		*ret = mm_style_text_value(mm_arena_text(mem, number, n), n);
		return ret->text != NULL;
	}
	mm_buf_init(&b, MM_STYLE_TEXT_MAX);
	mm_style_value_put(&b, v);
	return mm_style_take(&b, mem, ret);
}

bool mm_style_value_json(const struct mm_style_value *v, struct mm_arena *mem, struct mm_style_value *ret)
{
	struct mm_buf b;

	mm_buf_init(&b, MM_STYLE_TEXT_MAX);
	mm_style_value_put_json(&b, v);
	return mm_style_take(&b, mem, ret);
}
