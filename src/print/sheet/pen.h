#ifndef MM_PRINT_SHEET_PEN_H
#define MM_PRINT_SHEET_PEN_H

#include "print/sheet/paper.h"

#include <cairo.h>

/* Widths of lines by GOST 2.303, millimetres. */
#define MM_PEN_THICK 0.6
#define MM_PEN_THIN  0.2

/* Black lines with square ends, millimetres of the sheet. */
void mm_pen_line(cairo_t *cr, double width_mm, double x1, double y1, double x2, double y2);
void mm_pen_box(cairo_t *cr, double width_mm, const struct mm_paper_box *box);

/* The longest of 1, 2 and 5 times a power of ten that is not longer than `most`, which is above 0. */
double mm_pen_round(double most);

#endif
