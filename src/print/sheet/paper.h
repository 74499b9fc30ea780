#ifndef MM_PRINT_SHEET_PAPER_H
#define MM_PRINT_SHEET_PAPER_H

#include "base/err.h"

#include <stdbool.h>

/* Millimetres of the sheet: x to the right, y down, from its upper left corner. */
struct mm_paper_box {
	double x, y, width, height;
};

/* A sheet. */
struct mm_paper {
	char name[16]; /* "A3", "A4x3", "500x500" */
	double width_mm, height_mm;
};

/*
 * Reads a format as users write it: "A0" to "A5" of ISO 216; the long ones of GOST 2.301-68, table 2, "A4x3"
 * (three times its short side: 297x630 mm); or width and height, "500x500" mm. Letters of either case, Latin
 * or Cyrillic А, х and ×.
 *
 * is_landscape   the long side lies; widths and heights in figures stay as they are
 * MM_E_INVALID   no such format, or a side shorter than 50 mm or longer than 2 600 mm; the message says which
 *                there are
 */
MM_MUST_USE enum mm_code mm_paper_parse(const char *text, bool is_landscape, struct mm_paper *ret,
					struct mm_err *reterr);

/* The room inside the frame of a drawing by GOST 2.301-68: 20 mm from the left edge, 5 mm from the others. */
struct mm_paper_box mm_paper_frame(const struct mm_paper *p);

#endif
