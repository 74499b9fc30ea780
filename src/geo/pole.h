#ifndef MM_GEO_POLE_H
#define MM_GEO_POLE_H

#include <stdbool.h>
#include <stdint.h>

enum { MM_POLE_POINTS_MAX = 256 };

/*
 * The pole of inaccessibility of one polygon: where it is farthest from its outline, and how far. Rings are
 * closed (the last point is the first), coordinates of any unit; inside is what the even-odd rule says.
 *
 * tolerance  how much farther another place may be, > 0
 * ret_xy     the place; *ret_room: how far it is from the outline, < 0 when nothing was found inside; right
 * to a millionth of the longer side
 *
 * False: more than MM_POLE_POINTS_MAX points, or so many places alike that the search would take long.
 *
 * The way of polylabel (Mapbox, 2016) and of GEOS: the centre of gravity, then squares over the box, the most
 * promising is quartered. GEOS makes an index and a point for each look, which is worth it for large polygons
 * only.
 *
 * Cost: 150 looks at all points for a building with wings, 4 us for one of a dozen corners.
 */
bool mm_pole_find(const double *xy, const uint32_t *ring, uint32_t ring_count, double tolerance,
		  double ret_xy[2], double *ret_room);

#endif
