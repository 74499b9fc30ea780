#include "print/page/layout.h"

#include <math.h>

static const double ABOVE_MM = 2; /* a heading that is not the first of its column */

bool mm_layout_take(struct mm_layout *p, double height, struct mm_paper_box *ret)
{
	for (int tries = 0; !p->rc && !p->overflows; tries++) {
		const struct mm_paper_box *c = &p->column[p->at_column];

		if (p->at_column < p->column_count && p->at_y + height <= c->y + c->height + 1e-9) {
			*ret = (struct mm_paper_box){c->x, p->at_y, c->width, height};
			p->at_y += height;
			return true;
		}
		if (p->at_column + 1 < p->column_count) {
			p->at_column++;
			p->at_y = p->column[p->at_column].y;
			continue;
		}
		if (p->is_first_only) {
			p->overflows = true;
			break;
		}
		if (tries > MM_LAYOUT_COLUMNS_MAX || p->sheet >= MM_PRINT_PLAN_SHEETS_MAX) {
			p->rc =
			    mm_fail(p->reterr, MM_E_LIMIT, "format",
				    "the plan does not fit its sheets: take a larger format or fewer layers");
			break;
		}
		mm_layout_begin_next(p);
	}
	*ret = (struct mm_paper_box){0};
	return false;
}

double mm_layout_left(const struct mm_layout *p)
{
	const struct mm_paper_box *c = &p->column[p->at_column];

	return p->at_column < p->column_count ? c->y + c->height - p->at_y : 0;
}

double mm_layout_width(const struct mm_layout *p)
{
	return p->column_count ? p->column[p->at_column < p->column_count ? p->at_column : 0].width : 0;
}

double mm_layout_write(struct mm_layout *p, const char *text, double height_mm, bool is_bold, double x,
		       double y, double width)
{
	const struct mm_letters what = {.text = text,
					.height_mm = height_mm,
					.is_bold = is_bold,
					.line_em = MM_LAYOUT_LINE_EM,
					.width_mm = width,
					.across = MM_LETTERS_LEFT,
					.down = MM_LETTERS_TOP};
	double size[2];

	mm_lettering_measure(p->spec->lettering, &what, size);
	if (p->cr)
		mm_lettering_draw(p->spec->lettering, p->cr, &what, x, y);
	return size[1];
}

/* The height of a text in a width, without writing it. */
static double measure(struct mm_layout *p, const char *text, double height_mm, bool is_bold, double width)
{
	cairo_t *cr = p->cr;
	double height;

	p->cr = NULL;
	height = mm_layout_write(p, text, height_mm, is_bold, 0, 0, width);
	p->cr = cr;
	return height;
}

double mm_layout_find_height(struct mm_layout *p, const char *text, bool is_bold, double indent, double pad,
			     double least)
{
	double height = 0;

	for (int tries = 0; tries < MM_LAYOUT_COLUMNS_MAX; tries++) {
		height = fmax(
		    measure(p, text, MM_LETTERS_PLAIN_MM, is_bold, mm_layout_width(p) - indent) + pad, least);
		if (mm_layout_left(p) >= height || p->at_column + 1 >= p->column_count)
			break;
		p->at_column++;
		p->at_y = p->column[p->at_column].y;
	}
	return height;
}

void mm_layout_head(struct mm_layout *p, const char *text, double more)
{
	const double height = measure(p, text, MM_LETTERS_HEAD_MM, true, mm_layout_width(p));
	const bool is_first = p->at_column >= p->column_count || p->at_y <= p->column[p->at_column].y;
	struct mm_paper_box box;

	if (!is_first && mm_layout_left(p) < ABOVE_MM + height + 1 + more)
		p->at_y = HUGE_VAL; /* on to the next column */
	else if (!is_first)
		p->at_y += ABOVE_MM;
	if (mm_layout_take(p, height + 1, &box))
		(void)mm_layout_write(p, text, MM_LETTERS_HEAD_MM, true, box.x, box.y, box.width);
}

void mm_layout_paragraph(struct mm_layout *p, const char *text)
{
	struct mm_paper_box box;

	if (*text && mm_layout_take(p, mm_layout_find_height(p, text, false, 0, 1, 0), &box))
		(void)mm_layout_write(p, text, MM_LETTERS_PLAIN_MM, false, box.x, box.y, box.width);
}
