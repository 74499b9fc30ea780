#include "print/sheet/point_table.h"

#include "print/sheet/pen.h"

#include <math.h>
#include <stdio.h>

enum { COLUMNS = 3 };

static const double ROW_MM = 5, GAP_MM = 4, WIDTH_MM = 68, WIDTH_LEAST_MM = 50;
static const double edge_share[COLUMNS + 1] = {0, 0.28, 0.64, 1};

static void write_row(struct mm_lettering *l, cairo_t *cr, const char *const text[COLUMNS],
		      const double at[2], double width, bool is_head)
{
	for (int i = 0; i < COLUMNS && cr; i++) {
		const struct mm_paper_box cell = {at[0] + edge_share[i] * width, at[1],
						  (edge_share[i + 1] - edge_share[i]) * width, ROW_MM};

		mm_pen_box(cr, MM_PEN_THIN, &cell);
		(void)mm_lettering_fill(l, cr,
					&(struct mm_letters){.text = text[i],
							     .height_mm = MM_LETTERS_PLAIN_MM,
							     .is_bold = is_head,
							     .across = MM_LETTERS_CENTRE,
							     .down = MM_LETTERS_MIDDLE},
					&cell);
	}
}

/* Two decimals; never "-0.00". */
static void say(double metres, char *ret, size_t size)
{
	(void)snprintf(ret, size, "%.2f", fabs(metres) < 0.005 ? 0.0 : metres);
}

static void write_point(struct mm_lettering *l, cairo_t *cr, const double xy[2], size_t number,
			const double at[2], double width)
{
	char name[32], north[64], east[64];

	(void)snprintf(name, sizeof(name), "%zu", number);
	say(xy[1], north, sizeof(north));
	say(xy[0], east, sizeof(east));
	write_row(l, cr, (const char *const[]){name, north, east}, at, width, false);
}

size_t mm_point_table_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_print_words *words,
			   const double *xy, size_t count, size_t first, const struct mm_paper_box *box)
{
	const double width = fmin(WIDTH_MM, box->width), rows_mm = box->height - ROW_MM;
	const size_t rows = rows_mm >= ROW_MM ? (size_t)floor(rows_mm / ROW_MM + 1e-9) : 0;
	size_t drawn = 0;

	if (rows == 0 || count == 0 || width < WIDTH_LEAST_MM)
		return 0;
	for (double x = box->x; x + width <= box->x + box->width + 1e-9; x += width + GAP_MM) {
		if (first + drawn > count)
			break;
		write_row(l, cr, (const char *const[]){words->point, words->x, words->y},
			  (double[]){x, box->y}, width, true);
		for (size_t row = 0; row < rows && first + drawn <= count; row++, drawn++) {
			const size_t at = (first + drawn) % count;

			write_point(l, cr, xy + 2 * at, at + 1,
				    (double[]){x, box->y + ROW_MM * (double)(row + 1)}, width);
		}
	}
	return drawn;
}
