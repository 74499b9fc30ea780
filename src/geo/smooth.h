#ifndef MM_GEO_SMOOTH_H
#define MM_GEO_SMOOTH_H

#include "geo/crs.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A way from one system to another by polynomials of the third degree over squares, each from 16 points that
 * PROJ transforms: some 15 ns a point where PROJ takes 1 us. Each square is held against PROJ between these
 * points; where it misses by more than a tenth of the tolerance (a corner of the world, a border between two
 * datum shifts), points go to PROJ one by one. For one thread.
 */
struct mm_smooth;

/*
 * first, second  the way, in two steps; NULL: that step changes nothing; borrowed
 * side           of a square, in the unit of the first system: 0.1 degrees or 10 km keep to micrometres
 * tolerance      in the unit of the last
 *
 * NULL: out of memory. At most some 2 MB, whatever is asked.
 */
struct mm_smooth *mm_smooth_new(const struct mm_transform *first, const struct mm_transform *second,
				double side, double tolerance);
struct mm_smooth *mm_smooth_free(struct mm_smooth *s); /* NULL allowed; returns NULL */

/* Transforms `count` x, y pairs to within the tolerance. False: some have no place there. */
bool mm_smooth_points(struct mm_smooth *s, const double *xy, size_t count, double *ret_xy);

/* The same by PROJ itself. */
bool mm_smooth_points_exact(const struct mm_smooth *s, const double *xy, size_t count, double *ret_xy);

#endif
