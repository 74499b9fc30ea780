#ifndef MM_PRINT_PLOT_LINE_H
#define MM_PRINT_PLOT_LINE_H

/* Private to print/plot: places along a line of the sheet, millimetres. */

#include "print/plot/plot_private.h"

double mm_plot_line_length(const double *xy, size_t count);

/* The place at a distance from the beginning, and the direction there, radians clockwise from "to the right".
 */
void mm_plot_line_at(const double *xy, size_t count, double distance, double ret[2], double *ret_angle);

/* What lies between two distances from the beginning. */
void mm_plot_line_part(const double *xy, size_t count, double from, double to, struct mm_points *ret);

/* A line at a distance to the right of the other as one goes along it, to the left below 0. Corners are
 * mitred up to twice the distance. A ring (first point = last) comes out closed. */
void mm_plot_offset_line(const double *xy, size_t count, bool is_ring, double distance,
			 struct mm_points *ret);

#endif
