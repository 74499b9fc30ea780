#ifndef MM_GEO_SPHERE_H
#define MM_GEO_SPHERE_H

/* Metres of the ground between two places (degrees, longitude first), on a sphere as large as the Earth:
 * right to half a per cent. For scales and sizes of pixels; what is measured goes through the map's metric
 * system. */
double mm_sphere_distance_m(const double a_deg[2], const double b_deg[2]);

#endif
