#ifndef MM_PRINT_SHEET_POINT_TABLE_H
#define MM_PRINT_SHEET_POINT_TABLE_H

#include "print/sheet/lettering.h"
#include "print/sheet/words.h"

#include <stddef.h>

/*
 * Coordinates of the turning points of an outline: number, X (north) and Y (east) in metres with two
 * decimals; of a ring, after the last point the first one stands once more, so that the table closes. It runs
 * in as many columns side by side as the box has room for, and leaves it to the next box to go on.
 *
 * cr      NULL: nothing is drawn, only counted
 * xy      east, north of each point once, as in memory; the first is not repeated
 * first   row to begin with: 0, or what earlier calls have drawn together
 * box     a table is 68 mm wide, or as wide as the box, which is 50 mm at least
 * returns how many rows were drawn; done when first + returned is count, of a ring count + 1. 0: the box has
 * no room for any.
 */
size_t mm_point_table_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_print_words *words,
			   const double *xy, size_t count, bool is_ring, size_t first,
			   const struct mm_paper_box *box);

#endif
