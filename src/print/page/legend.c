#include "print/page/layout.h"
#include "print/sheet/north.h"
#include "print/sheet/pen.h"
#include "print/sheet/scale_bar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Title, scale, legend, overview. */

static const double ROW_MM = 5, SWATCH_MM = 10, SWATCH_HEIGHT_MM = 4, TITLE_MM = 5, SUBTITLE_MM = 3,
		    EDGE_MM = 0.1;

void mm_layout_put_title(struct mm_layout *p)
{
	struct mm_paper_box box;
	cairo_t *cr = p->cr;
	double height;

	if (p->form || !*p->plan->title)
		return; /* it stands in the title block */
	p->cr = NULL;
	height = mm_layout_write(p, p->plan->title, TITLE_MM, true, 0, 0, mm_layout_width(p)) +
		 (*p->subtitle ? mm_layout_write(p, p->subtitle, SUBTITLE_MM, false, 0, 0, mm_layout_width(p))
			       : 0);
	p->cr = cr;
	if (!mm_layout_take(p, height + MM_LAYOUT_GAP_MM, &box))
		return;
	height = mm_layout_write(p, p->plan->title, TITLE_MM, true, box.x, box.y, box.width);
	if (*p->subtitle)
		(void)mm_layout_write(p, p->subtitle, SUBTITLE_MM, false, box.x, box.y + height, box.width);
}

/* ---- scale and north ---- */

static double convergence(struct mm_layout *p)
{
	const struct mm_transform *to_deg, *from_deg;
	struct mm_proj *proj = p->spec->kit->proj;

	if (mm_transform_get(proj, p->crs, MM_CRS84, &to_deg, NULL) ||
	    mm_transform_get(proj, MM_CRS84, p->crs, &from_deg, NULL))
		return (double)NAN;
	return mm_north_convergence_deg(to_deg, from_deg, p->ground.x, p->ground.y);
}

void mm_layout_put_scale(struct mm_layout *p)
{
	const double bar_mm = 14, north_mm = 16, turn = convergence(p);
	/* the angle that is written below the arrow is wider than it */
	const bool has_angle = fabs(turn) > MM_NORTH_SHOWN_DEG;
	const double aside = has_angle ? 18 : north_mm / 2,
		     height = p->plan->has_north ? (has_angle ? 27 : 20) : bar_mm + 2;
	const double room = mm_layout_width(p) - (p->plan->has_north ? aside + north_mm / 2 : 0);
	struct mm_paper_box box;

	if ((!p->plan->has_scale_bar && !p->plan->has_north) || !mm_layout_take(p, height, &box) || !p->cr)
		return;
	if (p->plan->has_scale_bar)
		(void)mm_scale_bar_draw(p->spec->lettering, p->cr, &p->ground, p->words,
					(double[]){box.x, box.y}, fmin(fmax(room, 40), 80));
	if (p->plan->has_north)
		mm_north_draw(p->spec->lettering, p->cr, &p->ground, turn, p->words,
			      (double[]){box.x + box.width - aside, box.y + north_mm / 2}, north_mm);
}

/* ---- legend ---- */

static bool is_area(const struct mm_plot_class *class)
{
	struct mm_geom g;

	mm_layer_geom(class->layer, class->row, &g);
	return mm_geom_dimension(&g) == 2;
}

static void draw_rim(cairo_t *cr, const struct mm_paper_box *b)
{
	cairo_rectangle(cr, b->x, b->y, b->width, b->height);
	cairo_set_source_rgb(cr, 0.55, 0.55, 0.55);
	cairo_set_line_width(cr, 0.1);
	cairo_set_dash(cr, NULL, 0, 0);
	cairo_stroke(cr);
}

static void put_class(struct mm_layout *p, const struct mm_plot_item *item, const struct mm_plot_class *class)
{
	const char *text = *class->text ? class->text : item->title;
	const double width = mm_layout_width(p) - SWATCH_MM - MM_LAYOUT_GAP_MM;
	cairo_t *cr = p->cr;
	struct mm_paper_box box, swatch;
	double height, words;

	p->cr = NULL;
	words = mm_layout_write(p, text, MM_LAYOUT_TEXT_MM, false, 0, 0, width);
	p->cr = cr;
	height = fmax(ROW_MM, words + 1);
	if (!mm_layout_take(p, height, &box) || !p->cr)
		return;
	swatch = (struct mm_paper_box){box.x, box.y + (height - SWATCH_HEIGHT_MM) / 2, SWATCH_MM,
				       SWATCH_HEIGHT_MM};
	mm_plot_draw_swatch(p->plot, p->cr, class, &swatch);
	if (is_area(class)) /* pale ones would not be seen */
		draw_rim(p->cr, &swatch);
	if (item->kind == MM_PART_POLYGON) { /* white areas are areas too */
		cairo_rectangle(p->cr, swatch.x, swatch.y, swatch.width, swatch.height);
		cairo_set_source_rgb(p->cr, 0.6, 0.6, 0.6);
		cairo_set_line_width(p->cr, EDGE_MM);
		cairo_set_dash(p->cr, NULL, 0, 0);
		cairo_stroke(p->cr);
	}
	(void)mm_layout_write(p, text, MM_LAYOUT_TEXT_MM, false, box.x + SWATCH_MM + MM_LAYOUT_GAP_MM,
			      box.y + (height - words) / 2, width);
}

static void put_item(struct mm_layout *p, const struct mm_plot_item *item)
{
	const bool is_one = item->class_count == 1 && !*item->class[0].text;

	if (!is_one) {
		struct mm_paper_box box;

		if (mm_layout_left(p) < 2 * ROW_MM + 3)
			p->at_y = HUGE_VAL; /* not alone at the foot of a column */
		if (mm_layout_take(p, ROW_MM, &box))
			(void)mm_layout_write(p, item->title, MM_LAYOUT_TEXT_MM, true, box.x, box.y + 1,
					      box.width);
	}
	for (size_t k = 0; k < item->class_count; k++)
		put_class(p, item, &item->class[k]);
}

void mm_layout_put_legend(struct mm_layout *p)
{
	const struct mm_plot_item *item;
	size_t n;

	if (!p->plan->has_legend || mm_layout_is_index(p))
		return;
	item = mm_plot_legend(p->plot, &n);
	if (n)
		mm_layout_head(p, p->words->legend, ROW_MM);
	for (size_t i = 0; i < n; i++)
		put_item(p, &item[i]);
}

/* ---- overview ---- */

/* The field of the main map on the overview. */
static void draw_field(struct mm_layout *p, const struct mm_ground *small)
{
	const struct mm_paper_box *m = &p->map;
	const double corner[4][2] = {{m->x, m->y},
				     {m->x + m->width, m->y},
				     {m->x + m->width, m->y + m->height},
				     {m->x, m->y + m->height}};

	for (int i = 0; i < 4; i++) {
		double at[2];

		mm_ground_from_paper(&p->ground, corner[i][0], corner[i][1], at);
		mm_ground_to_paper(small, at[0], at[1], at);
		cairo_line_to(p->cr, at[0], at[1]);
	}
	cairo_close_path(p->cr);
	cairo_set_source_rgb(p->cr, 0.8, 0, 0);
	cairo_set_line_width(p->cr, 0.5);
	cairo_set_dash(p->cr, NULL, 0, 0);
	cairo_stroke(p->cr);
}

static void draw_overview(struct mm_layout *p, const struct mm_paper_box *box)
{
	const double times = 4; /* as wide as the main map */
	const double scale =
	    fmin(p->ground.scale * times * fmax(p->map.width / box->width, p->map.height / box->height), 5e6);
	struct mm_plot *plot = NULL;
	struct mm_ground g;

	p->rc = mm_ground_init(&g, box, p->ground.x, p->ground.y, scale, 0, p->reterr);
	if (!p->rc)
		p->rc = mm_layout_plot(p, &g, NULL, 0, &plot, p->reterr);
	if (!p->rc)
		p->rc = mm_plot_draw(plot, p->cr, p->reterr);
	(void)mm_plot_free(plot);
	if (p->rc)
		return;
	cairo_save(p->cr);
	cairo_rectangle(p->cr, box->x, box->y, box->width, box->height);
	cairo_clip(p->cr);
	draw_field(p, &g);
	cairo_restore(p->cr);
	mm_pen_box(p->cr, MM_PEN_THIN, box);
}

void mm_layout_put_overview(struct mm_layout *p)
{
	const double width = fmin(mm_layout_width(p), 90), height = width * 0.62;
	struct mm_paper_box box;

	if (!p->plan->has_overview)
		return;
	mm_layout_head(p, p->words->overview, height + MM_LAYOUT_GAP_MM);
	if (!mm_layout_take(p, height + MM_LAYOUT_GAP_MM, &box) || !p->cr)
		return;
	box.width = width;
	box.height = height;
	draw_overview(p, &box);
}
