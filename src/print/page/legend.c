#include "print/page/layout.h"
#include "print/sheet/north.h"
#include "print/sheet/pen.h"
#include "print/sheet/scale_bar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Title, scale, legend, overview. */

static const double SWATCH_HEIGHT_MM = 4, TITLE_MM = 5, SUBTITLE_MM = 3, EDGE_MM = 0.1, NORTH_MM = 16,
		    BAR_MM = 16, BESIDE_MM = 54;

/* By density: of a row of the legend its least height, what is above and below its words, the sample at its
 * left and the gap behind it; the widest overview. */
static const double ROW_MM[] = {5, 5, 4.6}, ROW_PAD_MM[] = {1, 1, 0.4}, SWATCH_MM[] = {10, 10, 6},
		    SWATCH_GAP_MM[] = {3, 3, 2}, OVERVIEW_MM[] = {90, 90, 45};

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

/* In narrow columns the arrow stands below the bar. */
void mm_layout_put_scale(struct mm_layout *p)
{
	const double turn = convergence(p);
	/* the angle that is written below the arrow is wider than it */
	const bool has_angle = fabs(turn) > MM_NORTH_SHOWN_DEG, has_north = p->plan->has_north,
		   is_stacked = has_north && p->plan->has_scale_bar && mm_layout_width(p) < BESIDE_MM;
	/* upright, the arrow is slim */
	const double half = p->ground.rotation_deg == 0 ? 5 : NORTH_MM / 2, aside = has_angle ? 21 : half,
		     north_height = has_north ? NORTH_MM + 4 + (has_angle ? 8 : 0) : 0;
	const double height = is_stacked ? BAR_MM + north_height : fmax(BAR_MM, north_height),
		     room = mm_layout_width(p) - (has_north && !is_stacked ? aside + half : 0);
	struct mm_paper_box box;

	if ((!p->plan->has_scale_bar && !has_north) || !mm_layout_take(p, height, &box) || !p->cr)
		return;
	if (p->plan->has_scale_bar)
		(void)mm_scale_bar_draw(p->spec->lettering, p->cr, &p->ground, p->words,
					(double[]){box.x, box.y}, fmin(room, 80));
	if (has_north)
		mm_north_draw(p->spec->lettering, p->cr, &p->ground, turn, p->words,
			      (double[]){is_stacked ? box.x + (has_angle ? box.width / 2 : half)
						    : box.x + box.width - aside,
					 box.y + (is_stacked ? BAR_MM : 0) + NORTH_MM / 2},
			      NORTH_MM, is_stacked ? box.width : 2 * aside);
}

/* ---- legend ---- */

static bool is_area(const struct mm_plot_class *class)
{
	struct mm_geom g;

	if (class->raster)
		return true;
	mm_layer_geom(class->layer, class->row, &g);
	return mm_geom_dimension(&g) == 2;
}

/* Pale areas and white ones would not be seen without it. */
static void draw_rim(cairo_t *cr, const struct mm_paper_box *b)
{
	cairo_rectangle(cr, b->x, b->y, b->width, b->height);
	cairo_set_source_rgb(cr, 0.55, 0.55, 0.55);
	cairo_set_line_width(cr, EDGE_MM);
	cairo_set_dash(cr, NULL, 0, 0);
	cairo_stroke(cr);
}

static void put_class(struct mm_layout *p, const struct mm_plot_item *item, const struct mm_plot_class *class)
{
	const char *text = *class->text ? class->text : item->title;
	const double aside = SWATCH_MM[p->density] + SWATCH_GAP_MM[p->density], pad = ROW_PAD_MM[p->density],
		     height = mm_layout_find_height(p, text, false, aside, pad, ROW_MM[p->density]);
	const struct mm_letters words = {.text = text,
					 .height_mm = MM_LETTERS_PLAIN_MM,
					 .line_em = MM_LAYOUT_LINE_EM,
					 .down = MM_LETTERS_MIDDLE,
					 .width_mm = mm_layout_width(p) - aside};
	struct mm_paper_box box, swatch;

	if (!mm_layout_take(p, height, &box) || !p->cr)
		return;
	swatch = (struct mm_paper_box){box.x, box.y + (height - SWATCH_HEIGHT_MM) / 2, SWATCH_MM[p->density],
				       SWATCH_HEIGHT_MM};
	if (!p->rc)
		p->rc = mm_plot_draw_swatch(p->plot, p->cr, class, &swatch, p->reterr);
	if (is_area(class))
		draw_rim(p->cr, &swatch);
	mm_lettering_draw(p->spec->lettering, p->cr, &words, box.x + aside, box.y + height / 2);
}

/* The name of the layer above its classes, not alone at the foot of a column. */
static void put_item_head(struct mm_layout *p, const char *title)
{
	const double row = ROW_MM[p->density];
	double height = mm_layout_find_height(p, title, true, 0, 1, row);
	struct mm_paper_box box;

	if (mm_layout_left(p) < height + row + 3) {
		p->at_y = HUGE_VAL;
		height = mm_layout_find_height(p, title, true, 0, 1, row);
	}
	if (mm_layout_take(p, height, &box))
		(void)mm_layout_write(p, title, MM_LETTERS_PLAIN_MM, true, box.x, box.y + 1, box.width);
}

static void put_item(struct mm_layout *p, const struct mm_plot_item *item)
{
	if (item->class_count > 1 || *item->class[0].text)
		put_item_head(p, item->title);
	for (size_t k = 0; k < item->class_count; k++)
		put_class(p, item, &item->class[k]);
}

/* What is to stay below the heading: the first row, with what is above it. */
static double first_height(struct mm_layout *p, const struct mm_plot_item *item)
{
	const double aside = SWATCH_MM[p->density] + SWATCH_GAP_MM[p->density], row = ROW_MM[p->density];
	const bool has_head = item->class_count > 1 || *item->class[0].text;
	const char *text = *item->class[0].text ? item->class[0].text : item->title;
	cairo_t *cr = p->cr;
	double head, first;

	p->cr = NULL;
	head = mm_layout_write(p, item->title, MM_LETTERS_PLAIN_MM, true, 0, 0, mm_layout_width(p)) + 1;
	first = mm_layout_write(p, text, MM_LETTERS_PLAIN_MM, false, 0, 0, mm_layout_width(p) - aside);
	p->cr = cr;
	/* put_item_head asks for 3 mm more than a row */
	return (has_head ? fmax(head, row) + 3 : 0) + fmax(first + ROW_PAD_MM[p->density], row);
}

void mm_layout_put_legend(struct mm_layout *p)
{
	const struct mm_plot_item *item;
	size_t n;

	if (!p->plan->has_legend || mm_layout_is_index(p))
		return;
	item = mm_plot_legend(p->plot, &n);
	if (n)
		mm_layout_head(p, p->words->legend, fmax(first_height(p, &item[0]), 3 * ROW_MM[p->density]));
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
	const double width = fmin(mm_layout_width(p), OVERVIEW_MM[p->density]), height = width * 0.62;
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
