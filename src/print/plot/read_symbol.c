#include "base/fold.h"
#include "print/plot/symbol.h"

#include <math.h>
#include <string.h>

/* Layout and paint of one symbol, as the style says. */

static const double CAPITAL_SHARE = 0.714; /* of the size of the font, as in print/sheet/lettering.h */

enum { TEXT_BYTES_MAX = 1000, OVERLAP_NEVER = 0, ALIGN_MAP = 0, ALIGN_VIEWPORT = 1 };

static const char *const anchors[] = {"center",   "left",      "right",       "top",         "bottom",
				      "top-left", "top-right", "bottom-left", "bottom-right"};

static size_t find_anchor(const char *name)
{
	for (size_t i = 0; i < sizeof(anchors) / sizeof(anchors[0]); i++)
		if (!strcmp(anchors[i], name))
			return i;
	return 0;
}

/* Two numbers of an array, times a factor. */
static void pair(const struct mm_style_value *v, double factor, double ret[2])
{
	ret[0] = ret[1] = 0;
	if (v->kind == MM_STYLE_ARRAY && v->n == 2 && v->items[0].kind == MM_STYLE_NUMBER &&
	    v->items[1].kind == MM_STYLE_NUMBER) {
		ret[0] = v->items[0].number * factor;
		ret[1] = v->items[1].number * factor;
	}
}

/* The words of a "text-field": the sections of a formatted text one after the other. */
static const char *words(const struct mm_style_value *v, struct mm_arena *mem, size_t *ret_len)
{
	struct mm_buf b;
	struct mm_style_value text = {0};

	if (v->kind != MM_STYLE_FORMATTED)
		return v->kind == MM_STYLE_TEXT ? (*ret_len = v->n, v->text) : NULL;
	mm_buf_init(&b, MM_STYLE_TEXT_MAX);
	for (uint32_t i = 0; i < v->n; i++)
		mm_buf_put(&b, v->sections[i].text.text, v->sections[i].text.n);
	if (!mm_style_take(&b, mem, &text))
		text = MM_STYLE_NULL_VALUE;
	mm_buf_release(&b);
	*ret_len = text.n;
	return text.kind == MM_STYLE_TEXT ? text.text : NULL;
}

const char *mm_plot_read_words(const struct mm_style_layer *l, struct mm_plot_eye *eye, struct mm_arena *mem)
{
	const struct mm_style_value field = mm_style_get(l, MM_PROP_TEXT_FIELD, &eye->context);
	const size_t transform = mm_style_choice(l, MM_PROP_TEXT_TRANSFORM, &eye->context);
	size_t n = 0;
	const char *text = words(&field, eye->context.mem, &n);

	if (text && transform == 1)
		text = mm_text_upper(text, n, eye->context.mem, &n);
	else if (text && transform == 2)
		text = mm_text_lower(text, n, eye->context.mem, &n);
	if (!text || !n)
		return NULL;
	return mm_arena_text(mem, text, n < TEXT_BYTES_MAX ? n : TEXT_BYTES_MAX);
}

/* "Noto Sans Bold", "Open Sans Semibold Italic": the weight and the slope of the first font. */
static void read_font(const struct mm_style_layer *l, struct mm_plot_eye *eye, struct mm_letters *ret)
{
	const struct mm_style_value v = mm_style_get(l, MM_PROP_TEXT_FONT, &eye->context);
	const char *name =
	    v.kind == MM_STYLE_ARRAY && v.n && v.items[0].kind == MM_STYLE_TEXT ? v.items[0].text : "";

	ret->is_bold = strcasestr(name, "bold") || strcasestr(name, "black") || strcasestr(name, "heavy");
	ret->is_italic = strcasestr(name, "italic") || strcasestr(name, "oblique");
}

static uint32_t rgb_of(struct mm_rgba c)
{
	return (uint32_t)lround(c.r * 255) << 16 | (uint32_t)lround(c.g * 255) << 8 |
	       (uint32_t)lround(c.b * 255);
}

/* Where the text may stand around its place, the best liked first. */
static void read_anchors(const struct mm_style_layer *l, struct mm_plot_eye *eye, struct mm_plot_text *t)
{
	struct mm_expr_context *c = &eye->context;
	const struct mm_style_value list = mm_style_get(l, MM_PROP_TEXT_VARIABLE_ANCHOR_OFFSET, c),
				    names = mm_style_get(l, MM_PROP_TEXT_VARIABLE_ANCHOR, c),
				    offset = mm_style_get(l, MM_PROP_TEXT_OFFSET, c);
	const double radial = mm_style_number(l, MM_PROP_TEXT_RADIAL_OFFSET, c) * t->em;
	double plain[2];

	pair(&offset, t->em, plain);
	t->anchor_count = 0;
	for (uint32_t i = 0; list.kind == MM_STYLE_ANCHORS && i < list.n && i < MM_PLOT_ANCHORS_MAX; i++) {
		t->anchor[i] = find_anchor(list.anchors[i].anchor);
		t->shift[i][0] = list.anchors[i].offset[0] * t->em;
		t->shift[i][1] = list.anchors[i].offset[1] * t->em;
		t->anchor_count++;
	}
	for (uint32_t i = 0;
	     !t->anchor_count && names.kind == MM_STYLE_ARRAY && i < names.n && i < MM_PLOT_ANCHORS_MAX; i++)
		t->anchor[i] = names.items[i].kind == MM_STYLE_TEXT ? find_anchor(names.items[i].text) : 0;
	if (!t->anchor_count && names.kind == MM_STYLE_ARRAY && names.n) {
		t->anchor_count = names.n < MM_PLOT_ANCHORS_MAX ? names.n : MM_PLOT_ANCHORS_MAX;
		for (size_t i = 0; i < t->anchor_count; i++) {
			const char *name = anchors[t->anchor[i]];
			const bool is_corner = strchr(name, '-') != NULL;
			const double x = radial > 0 ? radial * (is_corner ? M_SQRT1_2 : 1) : fabs(plain[0]);
			const double y = radial > 0 ? radial * (is_corner ? M_SQRT1_2 : 1) : fabs(plain[1]);

			t->shift[i][0] = strstr(name, "left") ? x : strstr(name, "right") ? -x : 0;
			t->shift[i][1] = strstr(name, "top") ? y : strstr(name, "bottom") ? -y : 0;
		}
		return;
	}
	if (t->anchor_count)
		return;
	t->anchor_count = 1;
	t->anchor[0] = mm_style_choice(l, MM_PROP_TEXT_ANCHOR, c);
	memcpy(t->shift[0], plain, sizeof(plain));
}

/* Of the modes, the first is liked best. */
static bool wants_vertical(const struct mm_style_layer *l, struct mm_expr_context *c)
{
	const struct mm_style_value modes = mm_style_get(l, MM_PROP_TEXT_WRITING_MODE, c);

	return modes.kind == MM_STYLE_ARRAY && modes.n && modes.items[0].kind == MM_STYLE_TEXT &&
	       !strcmp(modes.items[0].text, "vertical");
}

static bool read_text(struct mm_plot *m, const struct mm_style_layer *l, struct mm_plot_eye *eye,
		      bool is_on_line, struct mm_plot_text *t)
{
	struct mm_expr_context *c = &eye->context;
	const struct mm_style_value padding = mm_style_get(l, MM_PROP_TEXT_PADDING, c);
	const size_t overlap = mm_style_has(l, MM_PROP_TEXT_OVERLAP)
				   ? mm_style_choice(l, MM_PROP_TEXT_OVERLAP, c)
				   : mm_style_flag(l, MM_PROP_TEXT_ALLOW_OVERLAP, c);
	const double opacity = mm_style_number(l, MM_PROP_TEXT_OPACITY, c);
	struct mm_rgba color, halo;

	if (!mm_style_has(l, MM_PROP_TEXT_FIELD) || !(opacity > 0))
		return false;
	*t = (struct mm_plot_text){.em = mm_style_number(l, MM_PROP_TEXT_SIZE, c) * MM_PLOT_MM_A_PIXEL};
	t->letters.text = t->em > 0 ? mm_plot_read_words(l, eye, &m->mem) : NULL;
	if (!t->letters.text)
		return false;
	color = mm_style_color(l, MM_PROP_TEXT_COLOR, c);
	halo = mm_style_color(l, MM_PROP_TEXT_HALO_COLOR, c);
	t->letters.height_mm = t->em * CAPITAL_SHARE;
	t->letters.keeps_words = true;
	read_font(l, eye, &t->letters);
	t->letters.rgb = rgb_of(color);
	t->letters.fade = 1 - fmin(opacity * color.a, 1);
	t->letters.halo_rgb = rgb_of(halo);
	t->letters.halo_mm =
	    halo.a > 0.2 ? mm_style_number(l, MM_PROP_TEXT_HALO_WIDTH, c) * MM_PLOT_MM_A_PIXEL : 0;
	t->letters.spacing_mm = mm_style_number(l, MM_PROP_TEXT_LETTER_SPACING, c) * t->em;
	t->letters.line_em = mm_style_number(l, MM_PROP_TEXT_LINE_HEIGHT, c);
	t->letters.width_mm = is_on_line ? 0 : mm_style_number(l, MM_PROP_TEXT_MAX_WIDTH, c) * t->em;
	t->padding = padding.kind == MM_STYLE_NUMBER ? padding.number * MM_PLOT_MM_A_PIXEL : 0;
	t->rotate_deg = mm_style_number(l, MM_PROP_TEXT_ROTATE, c);
	t->max_angle_deg = mm_style_number(l, MM_PROP_TEXT_MAX_ANGLE, c);
	t->overlaps = overlap != OVERLAP_NEVER;
	t->is_ignored = mm_style_flag(l, MM_PROP_TEXT_IGNORE_PLACEMENT, c);
	t->is_optional = mm_style_flag(l, MM_PROP_TEXT_OPTIONAL, c);
	t->keeps_upright = mm_style_flag(l, MM_PROP_TEXT_KEEP_UPRIGHT, c);
	read_anchors(l, eye, t);
	if (!is_on_line && wants_vertical(l, c)) {
		const char *standing = mm_plot_stand(t->letters.text, &m->mem);

		t->letters.text = standing ? standing : t->letters.text;
	}
	mm_lettering_measure(m->spec.lettering, &t->letters, t->size);
	return true;
}

static void read_fit(const struct mm_style_layer *l, struct mm_expr_context *c, struct mm_plot_icon *i)
{
	const struct mm_style_value padding = mm_style_get(l, MM_PROP_ICON_TEXT_FIT_PADDING, c);

	i->fit = mm_style_choice(l, MM_PROP_ICON_TEXT_FIT, c);
	for (uint32_t k = 0; padding.kind == MM_STYLE_ARRAY && padding.n == 4 && k < 4; k++)
		i->fit_padding[k] = padding.items[k].number * MM_PLOT_MM_A_PIXEL;
}

static bool read_icon(struct mm_plot *m, const struct mm_style_layer *l, struct mm_plot_eye *eye,
		      bool is_on_line, struct mm_plot_icon *i)
{
	struct mm_expr_context *c = &eye->context;
	const struct mm_style_value image = mm_style_get(l, MM_PROP_ICON_IMAGE, c),
				    offset = mm_style_get(l, MM_PROP_ICON_OFFSET, c),
				    padding = mm_style_get(l, MM_PROP_ICON_PADDING, c);
	const size_t overlap = mm_style_has(l, MM_PROP_ICON_OVERLAP)
				   ? mm_style_choice(l, MM_PROP_ICON_OVERLAP, c)
				   : mm_style_flag(l, MM_PROP_ICON_ALLOW_OVERLAP, c);
	const size_t align = mm_style_choice(l, MM_PROP_ICON_ROTATION_ALIGNMENT, c);
	double px[2];

	*i = (struct mm_plot_icon){.name = ""};
	if (image.kind != MM_STYLE_IMAGE || !mm_icons_size(m->spec.icons, image.text, px))
		return false;
	i->name = mm_arena_text(&m->mem, image.text, image.n);
	i->opacity = mm_style_number(l, MM_PROP_ICON_OPACITY, c);
	if (!i->name || !(i->opacity > 0))
		return false;
	i->scale[0] = i->scale[1] = mm_style_number(l, MM_PROP_ICON_SIZE, c) * MM_PLOT_MM_A_PIXEL;
	i->size[0] = px[0] * i->scale[0];
	i->size[1] = px[1] * i->scale[1];
	pair(&offset, i->scale[0], i->offset);
	read_fit(l, c, i);
	for (int k = 0; k < 4; k++)
		i->padding[k] =
		    padding.kind == MM_STYLE_PADDING ? padding.numbers[k] * MM_PLOT_MM_A_PIXEL : 0;
	i->rotate_deg = mm_style_number(l, MM_PROP_ICON_ROTATE, c);
	i->turns_with_line = align == ALIGN_MAP || (align != ALIGN_VIEWPORT && is_on_line);
	if (i->turns_with_line && !is_on_line)
		i->rotate_deg += m->spec.ground.rotation_deg;
	i->anchor = mm_style_choice(l, MM_PROP_ICON_ANCHOR, c);
	i->overlaps = overlap != OVERLAP_NEVER;
	i->is_ignored = mm_style_flag(l, MM_PROP_ICON_IGNORE_PLACEMENT, c);
	i->is_optional = mm_style_flag(l, MM_PROP_ICON_OPTIONAL, c);
	return i->scale[0] > 0;
}

bool mm_plot_read_symbol(struct mm_plot *m, const struct mm_style_layer *l, struct mm_plot_eye *eye,
			 bool is_on_line, struct mm_plot_symbol *ret)
{
	*ret = (struct mm_plot_symbol){0};
	ret->has_text = read_text(m, l, eye, is_on_line, &ret->text);
	ret->has_icon = read_icon(m, l, eye, is_on_line, &ret->icon);
	return ret->has_text || ret->has_icon;
}
