#include "print/plot/line.h"

#include <math.h>
#include <string.h>

static const double WIDTH_MAX_MM = 200, WIDTH_LEAST_MM = 0.1, SEAM_MM = 0.1;

/* A gradient is so many pieces of equal length, each of the colour at its middle: steps of two hundredths,
 * which paper shows as even. */
enum { BATCH_VERTICES = 20000, DASHES_MAX = 32, GRADIENT_STEPS = 48 };

/* How a line is stroked; lines of one look that follow each other are one path. */
struct look {
	struct mm_rgba color;
	double opacity, width_mm;
	cairo_line_cap_t cap;
	cairo_line_join_t join;
	double miter;
	double dash[DASHES_MAX];
	int dash_count;
};

struct brush {
	cairo_t *cr;
	struct look look;
	bool has_look;
	size_t vertices; /* in the path */
};

static void flush(struct brush *b)
{
	const struct look *k = &b->look;

	if (!b->vertices)
		return;
	mm_plot_set_color(b->cr, k->color, k->opacity);
	cairo_set_line_width(b->cr, k->width_mm);
	cairo_set_line_cap(b->cr, k->cap);
	cairo_set_line_join(b->cr, k->join);
	cairo_set_miter_limit(b->cr, k->miter);
	cairo_set_dash(b->cr, k->dash, k->dash_count, 0);
	cairo_stroke(b->cr);
	b->vertices = 0;
}

static bool is_same_look(const struct look *a, const struct look *b)
{
	bool is_same = a->color.r == b->color.r && a->color.g == b->color.g && a->color.b == b->color.b &&
		       a->color.a == b->color.a && a->opacity == b->opacity && a->width_mm == b->width_mm &&
		       a->cap == b->cap && a->join == b->join && a->miter == b->miter &&
		       a->dash_count == b->dash_count;

	for (int i = 0; is_same && i < a->dash_count; i++)
		is_same = a->dash[i] == b->dash[i];
	return is_same;
}

static void take_look(struct brush *b, const struct look *k)
{
	if (b->has_look && is_same_look(&b->look, k))
		return;
	flush(b);
	b->look = *k;
	b->has_look = true;
}

static void path(struct brush *b, const double *xy, size_t count, bool is_ring)
{
	cairo_move_to(b->cr, xy[0], xy[1]);
	for (size_t i = 1; i + (is_ring ? 1 : 0) < count; i++)
		cairo_line_to(b->cr, xy[2 * i], xy[2 * i + 1]);
	if (is_ring)
		cairo_close_path(b->cr);
	b->vertices += count;
	if (b->vertices >= BATCH_VERTICES)
		flush(b);
}

static void read_dashes(const struct mm_style_layer *l, struct mm_expr_context *c, struct look *k)
{
	const struct mm_style_value v = mm_style_get(l, MM_PROP_LINE_DASHARRAY, c);
	const bool is_list = v.kind == MM_STYLE_ARRAY || v.kind == MM_STYLE_NUMBERS;
	double sum = 0;

	for (uint32_t i = 0; is_list && i < v.n && k->dash_count < DASHES_MAX; i++) {
		const double d = v.kind == MM_STYLE_NUMBERS ? v.numbers[i] : v.items[i].number;

		k->dash[k->dash_count] = fmax(d, 0) * k->width_mm;
		sum += k->dash[k->dash_count++];
	}
	if (!(sum > 0.05)) /* solid to the eye, and endless work to draw */
		k->dash_count = 0;
}

static void read_look(const struct mm_plot *m, const struct mm_style_layer *l, struct mm_expr_context *c,
		      struct look *k)
{
	static const cairo_line_cap_t caps[] = {CAIRO_LINE_CAP_BUTT, CAIRO_LINE_CAP_ROUND,
						CAIRO_LINE_CAP_SQUARE};
	static const cairo_line_join_t joins[] = {CAIRO_LINE_JOIN_BEVEL, CAIRO_LINE_JOIN_ROUND,
						  CAIRO_LINE_JOIN_MITER};

	memset(k, 0, sizeof(*k)); /* compared byte by byte */
	k->color = mm_style_color(l, MM_PROP_LINE_COLOR, c);
	k->opacity =
	    mm_style_number(l, MM_PROP_LINE_OPACITY, c) * mm_style_number(l, MM_PROP_LINE_LAYER_OPACITY, c);
	k->width_mm = fmin(mm_style_number(l, MM_PROP_LINE_WIDTH, c) * MM_PLOT_MM_A_PIXEL, WIDTH_MAX_MM);
	if (m->width_less > 0 && k->width_mm > m->width_less + WIDTH_LEAST_MM)
		k->width_mm -= m->width_less;
	k->cap = caps[mm_style_choice(l, MM_PROP_LINE_CAP, c)];
	k->join = joins[mm_style_choice(l, MM_PROP_LINE_JOIN, c)];
	k->miter = fmax(mm_style_number(l, MM_PROP_LINE_MITER_LIMIT, c), 1);
	read_dashes(l, c, k);
}

/* A piece, moved aside by that much; two of them, with a gap. */
struct lines {
	struct brush brush;
	struct mm_points aside;
	double offset_mm, gap_mm;
};

static void draw_beside(struct lines *n, const double *xy, size_t count, bool is_ring, double offset)
{
	if (fabs(offset) < 1e-6) {
		path(&n->brush, xy, count, is_ring);
		return;
	}
	mm_plot_offset_line(xy, count, is_ring, offset, &n->aside);
	if (n->aside.count > 1)
		path(&n->brush, n->aside.xy, n->aside.count, is_ring);
}

static void draw_piece(struct lines *n, const double *xy, size_t count, bool is_ring)
{
	if (n->gap_mm > 0) {
		const double half = n->gap_mm / 2 + n->brush.look.width_mm / 2;

		draw_beside(n, xy, count, is_ring, n->offset_mm - half);
		draw_beside(n, xy, count, is_ring, n->offset_mm + half);
	} else {
		draw_beside(n, xy, count, is_ring, n->offset_mm);
	}
}

/* A line whose colour changes along it, as many short lines. */
static void draw_gradient(struct lines *n, const struct mm_style_layer *l, struct mm_expr_context *c,
			  struct look *look, const double *xy, size_t count)
{
	struct mm_points part = {0};
	const double length = mm_plot_line_length(xy, count);

	for (int i = 0; i < GRADIENT_STEPS && length > 0; i++) {
		const double from = length * i / GRADIENT_STEPS, to = length * (i + 1) / GRADIENT_STEPS;

		c->line_progress = (i + 0.5) / GRADIENT_STEPS;
		look->color = mm_style_color(l, MM_PROP_LINE_GRADIENT, c);
		take_look(&n->brush, look);
		/* pieces that only touched would show a seam; one that shines through may not lie on the next
		 */
		mm_plot_line_part(xy, count, from, to + (look->opacity < 1 ? 0 : SEAM_MM), &part);
		if (part.count > 1)
			draw_piece(n, part.xy, part.count, false);
	}
	mm_points_release(&part);
}

/* Images one behind the other, as high as the line is wide. */
static void draw_pattern(struct mm_plot *m, cairo_t *cr, const struct mm_style_value *image,
			 const struct look *k, const double *xy, size_t count)
{
	double size[2], step, pace, scale, next, gone = 0;

	if (!mm_icons_size(m->spec.icons, image->text, size) || !(k->width_mm > 0))
		return;
	scale = k->width_mm / size[1];
	step = size[0] * scale;
	pace = fmax(step, 0.2);
	next = step / 2;
	for (size_t i = 1; i < count; i++) {
		const double *p = xy + 2 * (i - 1), dx = p[2] - p[0], dy = p[3] - p[1],
			     length = hypot(dx, dy);

		for (; next < gone + length && !mm_plot_is_late(m); next += pace) {
			const double t = (next - gone) / length;

			cairo_save(cr);
			cairo_translate(cr, p[0] + t * dx, p[1] + t * dy);
			cairo_rotate(cr, atan2(dy, dx));
			cairo_scale(cr, scale, scale);
			cairo_translate(cr, -size[0] / 2, -size[1] / 2);
			mm_icons_draw(m->spec.icons, cr, image->text, k->opacity);
			cairo_restore(cr);
		}
		gone += length;
	}
}

static void draw_feature(struct mm_plot *m, const struct mm_style_layer *l, struct mm_plot_eye *eye,
			 const struct mm_plot_feature *f, struct lines *n)
{
	struct mm_expr_context *c = &eye->context;
	const struct mm_plot_source *s = eye->source;
	const bool is_ring = f->kind == MM_PART_POLYGON;
	struct mm_style_value pattern;
	struct look look;

	read_look(m, l, c, &look);
	if (!(look.opacity > 0) || !(look.width_mm > 0))
		return;
	pattern = mm_style_get(l, MM_PROP_LINE_PATTERN, c);
	n->offset_mm = mm_style_number(l, MM_PROP_LINE_OFFSET, c) * MM_PLOT_MM_A_PIXEL;
	n->gap_mm = mm_style_number(l, MM_PROP_LINE_GAP_WIDTH, c) * MM_PLOT_MM_A_PIXEL;
	if (pattern.kind != MM_STYLE_IMAGE)
		take_look(&n->brush, &look);
	for (uint32_t k = f->first_piece; k < f->first_piece + f->piece_count; k++) {
		const double *xy = s->at.xy + 2 * (size_t)s->piece[k].first;

		if (pattern.kind == MM_STYLE_IMAGE)
			draw_pattern(m, n->brush.cr, &pattern, &look, xy, s->piece[k].count);
		else if (mm_style_has(l, MM_PROP_LINE_GRADIENT))
			draw_gradient(n, l, c, &look, xy, s->piece[k].count);
		else
			draw_piece(n, xy, s->piece[k].count, is_ring);
	}
}

enum mm_code mm_plot_draw_line(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l,
			       const struct mm_plot_source *s, struct mm_err *reterr)
{
	const struct mm_keyed *order = NULL;
	struct lines n = {.brush = {.cr = cr}};
	struct mm_plot_eye eye;
	enum mm_code rc = MM_OK;
	double move[2];

	MM_ARENA_SCOPE(mem, MM_PLOT_ORDER_BYTES_MAX);
	rc = mm_plot_order(m, l, s, MM_PROP_LINE_SORT_KEY, &mem, &order, reterr);
	if (rc)
		return rc;
	mm_plot_eye_open(&eye, m, s);
	mm_plot_translation(m, l, MM_PROP_LINE_TRANSLATE, MM_PROP_LINE_TRANSLATE_ANCHOR, &eye.context, move);
	cairo_save(cr);
	cairo_translate(cr, move[0], move[1]);
	for (size_t i = 0; i < s->feature_count && !rc; i++) {
		const struct mm_plot_feature *f = &s->feature[order ? order[i].value : i];

		if (f->kind != MM_PART_POINTS && mm_plot_eye_look(&eye, l, f))
			draw_feature(m, l, &eye, f, &n);
		if (mm_plot_is_late(m))
			rc = mm_plot_fail_late(reterr);
	}
	flush(&n.brush);
	cairo_restore(cr);
	mm_points_release(&n.aside);
	return rc;
}
