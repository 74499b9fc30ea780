#ifndef MM_GEO_CLIP_H
#define MM_GEO_CLIP_H

#include "geo/box.h"

#include <stdbool.h>
#include <stddef.h>

/* Cutting at an axis-parallel box, on plain coordinates. Points are x, y pairs; y may grow either way. */

/* Points of a growing list; `failed` is set for good when memory runs out. */
struct mm_points {
	double *xy;
	size_t count, cap;
	bool failed;
};

void mm_points_add(struct mm_points *p, double x, double y);

/* Room for n more behind those there are, for whoever writes them there by himself; NULL: out of memory. */
double *mm_points_reserve(struct mm_points *p, size_t n);
void mm_points_release(struct mm_points *p);

/*
 * Cuts a closed ring (first point = last) to a box by Sutherland and Hodgman ("Reentrant Polygon Clipping",
 * 1974): one closed ring, which may run along the box's edge where the original leaves it; nothing when they
 * do not meet. A side is cut at the same place whichever way it goes, bit for bit.
 *
 * scratch  room for the steps between; both lists are cleared first
 */
void mm_clip_ring(const double *xy, size_t count, const struct mm_box *box, struct mm_points *scratch,
		  struct mm_points *ret);

/* The part of a segment inside a box (Liang and Barsky); false when there is none. Ends inside stay bit for
 * bit. */
bool mm_clip_segment(double *x0, double *y0, double *x1, double *y1, const struct mm_box *box);

#endif
