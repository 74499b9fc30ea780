#ifndef MM_PRINT_SHEET_GRID_H
#define MM_PRINT_SHEET_GRID_H

#include "print/sheet/ground.h"
#include "print/sheet/lettering.h"

/* The step of the grid of coordinates: the longest of 1, 2 and 5 times a power of ten metres that is at most
 * 100 mm on paper. At 1:500, 1:1000, 1:2000, 1:5000 and 1:10 000 it is the 10 cm of topographic plans. */
double mm_grid_step_m(const struct mm_ground *g);

/*
 * Crosses where lines of full coordinates meet, short strokes where they meet the edge of the field, and
 * beside these the coordinate in metres, written along its line: lines across tell X (north), lines up tell Y
 * (east). A number that would lie on another or leave the field is not written. Everything is inside the
 * field.
 */
void mm_grid_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_ground *g);

/* Where mm_grid_draw() writes its numbers: what else is written in the field keeps off. Returns how many
 * there are, at most `most`. */
enum { MM_GRID_PLACES_MAX = 512 };
size_t mm_grid_places(struct mm_lettering *l, const struct mm_ground *g, struct mm_paper_box *ret,
		      size_t most);

#endif
