#include "print/plot/plot_private.h"

#include <math.h>

static const double RADIUS_MAX_MM = 500;

/* Radii are of the sheet: a circle is as large at any scale. */
static void draw_one(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l, struct mm_plot_eye *eye,
		     const struct mm_plot_feature *f)
{
	struct mm_expr_context *c = &eye->context;
	const double radius =
	    fmin(mm_style_number(l, MM_PROP_CIRCLE_RADIUS, c) * MM_PLOT_MM_A_PIXEL, RADIUS_MAX_MM);
	const double stroke =
	    fmin(mm_style_number(l, MM_PROP_CIRCLE_STROKE_WIDTH, c) * MM_PLOT_MM_A_PIXEL, RADIUS_MAX_MM);
	const double opacity = mm_style_number(l, MM_PROP_CIRCLE_OPACITY, c);
	const struct mm_plot_source *s = eye->source;
	double move[2];

	mm_plot_translation(m, l, MM_PROP_CIRCLE_TRANSLATE, MM_PROP_CIRCLE_TRANSLATE_ANCHOR, c, move);
	for (uint32_t k = f->first_piece; k < f->first_piece + f->piece_count; k++)
		for (uint32_t i = 0; i < s->piece[k].count; i++) {
			const double *at = s->at.xy + 2 * ((size_t)s->piece[k].first + i);

			if (radius > 0) {
				cairo_arc(cr, at[0] + move[0], at[1] + move[1], radius, 0, 2 * M_PI);
				mm_plot_set_color(cr, mm_style_color(l, MM_PROP_CIRCLE_COLOR, c), opacity);
				cairo_fill(cr);
			}
			if (stroke > 0) {
				cairo_arc(cr, at[0] + move[0], at[1] + move[1], radius + stroke / 2, 0,
					  2 * M_PI);
				mm_plot_set_color(cr, mm_style_color(l, MM_PROP_CIRCLE_STROKE_COLOR, c),
						  mm_style_number(l, MM_PROP_CIRCLE_STROKE_OPACITY, c));
				cairo_set_line_width(cr, stroke);
				cairo_set_dash(cr, NULL, 0, 0);
				cairo_stroke(cr);
			}
		}
}

enum mm_code mm_plot_draw_circle(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l,
				 const struct mm_plot_source *s, struct mm_err *reterr)
{
	const struct mm_keyed *order = NULL;
	struct mm_plot_eye eye;
	enum mm_code rc;

	MM_ARENA_SCOPE(mem, MM_PLOT_ORDER_BYTES_MAX);
	rc = mm_plot_order(m, l, s, MM_PROP_CIRCLE_SORT_KEY, &mem, &order, reterr);
	if (rc)
		return rc;
	mm_plot_eye_open(&eye, m, s);
	for (size_t i = 0; i < s->feature_count; i++) {
		const struct mm_plot_feature *f = &s->feature[order ? order[i].value : i];

		/* as in clients, all vertices of a shape have one */
		if (mm_plot_eye_look(&eye, l, f))
			draw_one(m, cr, l, &eye, f);
		if (mm_plot_is_late(m))
			return mm_plot_fail_late(reterr);
	}
	return MM_OK;
}
