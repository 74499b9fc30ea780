#ifndef MM_STORE_VALID_RING_H
#define MM_STORE_VALID_RING_H

#include "geo/geom.h"

#include <stdbool.h>

/*
 * True when a polygon is surely valid: one part of one closed ring of few vertices that does not touch or
 * cross itself. False says nothing: ask GEOS. Nine buildings in ten are settled here, a hundred times faster
 * than there.
 *
 * Orientation tests have an error bound (Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997, the
 * first filter of orient2d); what is within it counts as unsure.
 */
bool mm_ring_is_surely_valid(const struct mm_geom *g);

#endif
