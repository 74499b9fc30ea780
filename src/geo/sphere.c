#include "geo/sphere.h"

#include <math.h>

static const double RADIUS_M = 6371008.8; /* the mean of the ellipsoid's, IUGG */

double mm_sphere_distance_m(const double a_deg[2], const double b_deg[2])
{
	const double rad = M_PI / 180;
	const double h =
	    pow(sin((b_deg[1] - a_deg[1]) * rad / 2), 2) +
	    cos(a_deg[1] * rad) * cos(b_deg[1] * rad) * pow(sin((b_deg[0] - a_deg[0]) * rad / 2), 2);

	return 2 * RADIUS_M * asin(fmin(sqrt(h), 1));
}
