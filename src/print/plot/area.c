#include "print/plot/plot_private.h"

/* Grounds and areas. */

void mm_plot_set_color(cairo_t *cr, struct mm_rgba c, double opacity)
{
	cairo_set_source_rgba(cr, c.r, c.g, c.b, c.a * opacity);
}

/* A pattern of the style as the source: a pixel of it is a pixel of the style, from the corner of the field.
 */
static bool set_pattern(struct mm_plot *m, cairo_t *cr, const struct mm_style_value *name)
{
	cairo_pattern_t *p =
	    name->kind == MM_STYLE_IMAGE ? mm_icons_pattern(m->spec.icons, name->text) : NULL;
	cairo_matrix_t to_pixels;

	if (!p)
		return false;
	cairo_matrix_init_scale(&to_pixels, 1 / MM_PLOT_MM_A_PIXEL, 1 / MM_PLOT_MM_A_PIXEL);
	cairo_matrix_translate(&to_pixels, -m->spec.ground.map.x, -m->spec.ground.map.y);
	cairo_pattern_set_matrix(p, &to_pixels);
	cairo_set_source(cr, p);
	return true;
}

/* Fills the path with what was set as the source, as strong as a pattern is to be. */
static void fill_pattern(cairo_t *cr, double opacity)
{
	if (opacity < 1) {
		cairo_clip(cr);
		cairo_paint_with_alpha(cr, opacity);
	} else {
		cairo_fill(cr);
	}
}

void mm_plot_draw_background(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l)
{
	const struct mm_paper_box *b = &m->spec.ground.map;
	struct mm_plot_eye eye;
	struct mm_style_value pattern;
	double opacity;

	mm_plot_eye_open(&eye, m, NULL);
	mm_arena_clear(&m->scratch);
	opacity = mm_style_number(l, MM_PROP_BACKGROUND_OPACITY, &eye.context);
	pattern = mm_style_get(l, MM_PROP_BACKGROUND_PATTERN, &eye.context);
	cairo_save(cr);
	cairo_rectangle(cr, b->x, b->y, b->width, b->height);
	if (set_pattern(m, cr, &pattern)) {
		fill_pattern(cr, opacity);
	} else {
		mm_plot_set_color(cr, mm_style_color(l, MM_PROP_BACKGROUND_COLOR, &eye.context), opacity);
		cairo_fill(cr);
	}
	cairo_restore(cr);
}

void mm_plot_path_area(cairo_t *cr, const struct mm_plot_source *s, const struct mm_plot_feature *f)
{
	for (uint32_t k = f->first_piece; k < f->first_piece + f->piece_count; k++) {
		const double *at = s->at.xy + 2 * (size_t)s->piece[k].first;

		cairo_move_to(cr, at[0], at[1]);
		for (uint32_t i = 1; i + 1 < s->piece[k].count; i++)
			cairo_line_to(cr, at[2 * (size_t)i], at[2 * (size_t)i + 1]);
		cairo_close_path(cr);
	}
}

/* By how much the layer is moved, millimetres: pixels to the right and down, of the map or of the sheet. */
void mm_plot_translation(const struct mm_plot *m, const struct mm_style_layer *l,
			 enum mm_style_property offset, enum mm_style_property anchor,
			 struct mm_expr_context *c, double ret[2])
{
	const struct mm_style_value v = mm_style_get(l, offset, c);
	const struct mm_ground *g = &m->spec.ground;
	double x = 0, y = 0;

	if (v.kind == MM_STYLE_ARRAY && v.n == 2) {
		x = v.items[0].number * MM_PLOT_MM_A_PIXEL;
		y = v.items[1].number * MM_PLOT_MM_A_PIXEL;
	}
	if (mm_style_choice(l, anchor, c) == 0) { /* "map": turns with it */
		ret[0] = x * g->cos_r - y * g->sin_r;
		ret[1] = x * g->sin_r + y * g->cos_r;
	} else {
		ret[0] = x;
		ret[1] = y;
	}
}

static void fill_one(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l, struct mm_plot_eye *eye,
		     const struct mm_plot_feature *f)
{
	const bool is_flat = l->type == MM_STYLE_LAYER_FILL;
	struct mm_expr_context *c = &eye->context;
	const double opacity =
	    mm_style_number(l, is_flat ? MM_PROP_FILL_OPACITY : MM_PROP_FILL_EXTRUSION_OPACITY, c) *
	    (is_flat ? mm_style_number(l, MM_PROP_FILL_LAYER_OPACITY, c) : 1);
	const struct mm_style_value pattern =
	    mm_style_get(l, is_flat ? MM_PROP_FILL_PATTERN : MM_PROP_FILL_EXTRUSION_PATTERN, c);
	double move[2];

	if (!(opacity > 0))
		return;
	mm_plot_translation(m, l, is_flat ? MM_PROP_FILL_TRANSLATE : MM_PROP_FILL_EXTRUSION_TRANSLATE,
			    is_flat ? MM_PROP_FILL_TRANSLATE_ANCHOR : MM_PROP_FILL_EXTRUSION_TRANSLATE_ANCHOR,
			    c, move);
	cairo_save(cr);
	cairo_translate(cr, move[0], move[1]);
	mm_plot_path_area(cr, eye->source, f);
	if (pattern.kind == MM_STYLE_IMAGE) {
		if (set_pattern(m, cr, &pattern))
			fill_pattern(cr, opacity);
		else
			cairo_new_path(cr);
	} else {
		mm_plot_set_color(
		    cr, mm_style_color(l, is_flat ? MM_PROP_FILL_COLOR : MM_PROP_FILL_EXTRUSION_COLOR, c),
		    opacity);
		if (is_flat && mm_style_has(l, MM_PROP_FILL_OUTLINE_COLOR)) {
			cairo_fill_preserve(cr);
			mm_plot_set_color(cr, mm_style_color(l, MM_PROP_FILL_OUTLINE_COLOR, c), opacity);
			cairo_set_line_width(cr, MM_PLOT_HAIRLINE_MM);
			cairo_set_dash(cr, NULL, 0, 0);
			cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
			cairo_stroke(cr);
		} else {
			cairo_fill(cr);
		}
	}
	cairo_restore(cr);
}

enum mm_code mm_plot_draw_fill(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l,
			       const struct mm_plot_source *s, struct mm_err *reterr)
{
	const enum mm_style_property key =
	    l->type == MM_STYLE_LAYER_FILL ? MM_PROP_FILL_SORT_KEY : MM_PROP_COUNT;
	const struct mm_keyed *order = NULL;
	struct mm_plot_eye eye;
	enum mm_code rc;

	MM_ARENA_SCOPE(mem, MM_PLOT_ORDER_BYTES_MAX);
	rc = key == MM_PROP_COUNT ? MM_OK : mm_plot_order(m, l, s, key, &mem, &order, reterr);
	if (rc)
		return rc;
	mm_plot_eye_open(&eye, m, s);
	cairo_set_fill_rule(cr, CAIRO_FILL_RULE_EVEN_ODD);
	for (size_t i = 0; i < s->feature_count; i++) {
		const struct mm_plot_feature *f = &s->feature[order ? order[i].value : i];

		if (f->kind == MM_PART_POLYGON && mm_plot_eye_look(&eye, l, f))
			fill_one(m, cr, l, &eye, f);
		if (mm_plot_is_late(m))
			return mm_plot_fail_late(reterr);
	}
	return MM_OK;
}
