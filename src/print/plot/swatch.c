#include "print/plot/symbol.h"

#include <math.h>
#include <string.h>

/* How the features of a class look: one of them is drawn with a shape that fits the box. */

static const double LINE_SHARE = 0.7; /* of the height of the box: lines are not wider */

struct sample {
	struct mm_plot_source source;
	struct mm_plot_feature feature;
	struct mm_plot_piece piece;
	double xy[10];
};

static const struct mm_plot_source *source_of(const struct mm_plot *p, const struct mm_plot_class *class)
{
	for (size_t i = 0; i < p->source_count; i++)
		if (p->source[i].layer == class->layer && !p->source[i].is_label)
			return &p->source[i];
	return NULL;
}

/* The kind of the row: that of its first feature in the field. */
static enum mm_part_kind kind_of(const struct mm_plot_source *s, uint32_t row)
{
	for (size_t i = 0; i < s->feature_count; i++)
		if (s->feature[i].row == row)
			return s->feature[i].kind;
	return MM_PART_POINTS;
}

static void shape(struct sample *a, const struct mm_plot_source *s, uint32_t row,
		  const struct mm_paper_box *b)
{
	const double x = b->x, y = b->y, r = b->x + b->width, d = b->y + b->height,
		     middle = b->y + b->height / 2;
	const double area[] = {x, y, r, y, r, d, x, d, x, y}, line[] = {x, middle, r, middle},
		     point[] = {b->x + b->width / 2, middle};
	const enum mm_part_kind kind = kind_of(s, row);

	a->source = *s;
	if (kind == MM_PART_POLYGON)
		memcpy(a->xy, area, sizeof(area));
	else if (kind == MM_PART_LINE)
		memcpy(a->xy, line, sizeof(line));
	else
		memcpy(a->xy, point, sizeof(point));
	a->piece = (struct mm_plot_piece){.count = kind == MM_PART_POLYGON ? 5
						   : kind == MM_PART_LINE  ? 2
									   : 1};
	a->feature = (struct mm_plot_feature){.row = row, .piece_count = 1, .kind = kind, .box = *b};
	a->source.feature = &a->feature;
	a->source.feature_count = 1;
	a->source.piece = &a->piece;
	a->source.piece_count = 1;
	a->source.at = (struct mm_points){.xy = a->xy, .count = a->piece.count, .cap = a->piece.count};
}

/* By how much wide lines are narrower than on the map, so that their edges show. */
static double excess(struct mm_plot *p, const struct sample *a, double height)
{
	struct mm_plot_eye eye;
	double most = 0;

	mm_plot_eye_open(&eye, p, &a->source);
	for (size_t i = 0; i < p->style->layer_count; i++) {
		const struct mm_style_layer *l = &p->style->layers[i];

		if (l->type == MM_STYLE_LAYER_LINE && mm_plot_find_source(p, l->source_layer) &&
		    !strcmp(l->source_layer, a->source.name) && mm_plot_eye_look(&eye, l, &a->feature))
			most = fmax(most, (mm_style_number(l, MM_PROP_LINE_WIDTH, &eye.context) +
					   mm_style_number(l, MM_PROP_LINE_GAP_WIDTH, &eye.context)) *
					      MM_PLOT_MM_A_PIXEL);
	}
	return fmax(most - height * LINE_SHARE, 0);
}

static void draw_icon(struct mm_plot *p, cairo_t *cr, const struct mm_style_layer *l, struct sample *a,
		      const struct mm_paper_box *box)
{
	struct mm_plot_eye eye;
	struct mm_plot_symbol s;
	double fit;

	mm_plot_eye_open(&eye, p, &a->source);
	if (!mm_plot_eye_look(&eye, l, &a->feature) || !mm_plot_read_symbol(p, l, &eye, false, &s) ||
	    !s.has_icon)
		return;
	fit = fmin(1, fmin(box->width / s.icon.size[0], box->height / s.icon.size[1]));
	s.icon.scale[0] *= fit;
	s.icon.scale[1] *= fit;
	s.icon.size[0] *= fit;
	s.icon.size[1] *= fit;
	s.icon.offset[0] = s.icon.offset[1] = 0;
	s.icon.anchor = 0;
	s.at[0] = box->x + box->width / 2;
	s.at[1] = box->y + box->height / 2;
	mm_plot_draw_icon(p, cr, &s);
}

static void draw_features(struct mm_plot *p, cairo_t *cr, const struct mm_plot_class *class,
			  const struct mm_paper_box *box)
{
	const struct mm_plot_source *s = source_of(p, class);
	struct sample a;

	if (!s)
		return;
	shape(&a, s, class->row, box);
	p->width_less = excess(p, &a, box->height);
	cairo_save(cr);
	cairo_rectangle(cr, box->x, box->y, box->width, box->height);
	cairo_clip(cr);
	for (size_t i = 0; i < p->style->layer_count; i++) {
		const struct mm_style_layer *l = &p->style->layers[i];

		if (!l->source_layer || strcmp(l->source_layer, s->name) != 0)
			continue;
		if (l->type == MM_STYLE_LAYER_SYMBOL)
			draw_icon(p, cr, l, &a, box);
		else if (mm_plot_draw_shapes(p, cr, l, &a.source, NULL)) /* given up: the plan is too */
			break;
	}
	cairo_restore(cr);
	p->width_less = 0;
}

enum mm_code mm_plot_draw_swatch(struct mm_plot *p, cairo_t *cr, const struct mm_plot_class *class,
				 const struct mm_paper_box *box, struct mm_err *reterr)
{
	if (class->raster)
		return mm_plot_draw_piece(p, cr, class->raster, box, reterr);
	draw_features(p, cr, class, box);
	return MM_OK;
}
