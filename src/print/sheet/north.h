#ifndef MM_PRINT_SHEET_NORTH_H
#define MM_PRINT_SHEET_NORTH_H

#include "geo/crs.h"
#include "print/sheet/ground.h"
#include "print/sheet/lettering.h"
#include "print/sheet/words.h"

/* From which convergence on it is shown. */
#define MM_NORTH_SHOWN_DEG 0.5

/*
 * Convergence of meridians in degrees at a point of the plane: the angle from true north to grid north,
 * clockwise, as in geodesy: above 0 to the east of the middle meridian in the northern hemisphere.
 *
 * to_deg, from_deg   from the plane's system to longitude and latitude, and back
 * NaN                the point has no place on the globe
 */
double mm_north_convergence_deg(const struct mm_transform *to_deg, const struct mm_transform *from_deg,
				double x, double y);

/*
 * An arrow to grid north with its letter, turned as the map is. Where the convergence is more than half a
 * degree, a thin line shows true north too, and the angle is written below. In a square of `size_mm` around
 * (x, y); the angle is beneath it.
 *
 * convergence_deg   NaN: unknown, not shown
 * room_mm           how wide the words of the angle may be; they break differently where that is little
 */
void mm_north_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_ground *g, double convergence_deg,
		   const struct mm_print_words *words, const double at[2], double size_mm, double room_mm);

#endif
