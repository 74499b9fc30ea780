#ifndef MM_PRINT_SHEET_SCALE_BAR_H
#define MM_PRINT_SHEET_SCALE_BAR_H

#include "print/sheet/ground.h"
#include "print/sheet/lettering.h"
#include "print/sheet/words.h"

/*
 * The scale as a number, "Масштаб 1:2000", and below it a bar of four parts of a round length with their
 * metres or kilometres. (x, y) is the upper left corner of the room for both; the bar with its numbers is at
 * most `width_mm` long, which is at least 40, and all is 14 mm high.
 *
 * Returns the metres of one part.
 */
double mm_scale_bar_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_ground *g,
			 const struct mm_print_words *words, const double at[2], double width_mm);

#endif
