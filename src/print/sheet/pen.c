#include "print/sheet/pen.h"

#include <math.h>

void mm_pen_line(cairo_t *cr, double width_mm, double x1, double y1, double x2, double y2)
{
	cairo_set_source_rgb(cr, 0, 0, 0);
	cairo_set_line_width(cr, width_mm);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_SQUARE);
	cairo_move_to(cr, x1, y1);
	cairo_line_to(cr, x2, y2);
	cairo_stroke(cr);
}

void mm_pen_box(cairo_t *cr, double width_mm, const struct mm_paper_box *box)
{
	cairo_set_source_rgb(cr, 0, 0, 0);
	cairo_set_line_width(cr, width_mm);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_MITER);
	cairo_rectangle(cr, box->x, box->y, box->width, box->height);
	cairo_stroke(cr);
}

double mm_pen_round(double most)
{
	const double decade = pow(10, floor(log10(most) + 1e-9)), share = most / decade * (1 + 1e-9);

	return decade * (share >= 5 ? 5 : share >= 2 ? 2 : 1);
}
