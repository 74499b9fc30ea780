#ifndef MM_PRINT_SHEET_FRAME_H
#define MM_PRINT_SHEET_FRAME_H

#include "print/sheet/lettering.h"
#include "print/sheet/paper.h"
#include "print/sheet/words.h"

/* The frame of a drawing by GOST 2.301-68, a thick line around mm_paper_frame(), and below its right corner
 * the format of the sheet, field 32 of GOST 2.104. The line at which a sheet is cut is the edge of the sheet.
 */
void mm_frame_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_paper *paper,
		   const struct mm_print_words *words);

#endif
