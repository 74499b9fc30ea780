#include "geo/ground.h"

#include "geo/measure.h"
#include "geo/sphere.h"

#include <math.h>

static const double AUTHALIC_M = 6371007.2; /* radius of the sphere with the area of the ellipsoid */

static double line_m(const double *xy, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 1; i < n; i++, xy += 2)
		sum += mm_sphere_distance_m(xy, xy + 2);
	return sum;
}

/* Between the ring and the parallel of its first vertex, edges taken for straight in longitude and sine of
 * latitude. */
static double ring_m2(const double *xy, uint32_t n)
{
	const double rad = M_PI / 180, base = n ? sin(xy[1] * rad) : 0;
	double sum = 0, before = 0;

	for (uint32_t i = 1; i < n; i++, xy += 2) {
		const double height = sin(xy[3] * rad) - base;

		sum += remainder(xy[2] - xy[0], 360) * rad * (before + height) / 2;
		before = height;
	}
	return fabs(sum) * AUTHALIC_M * AUTHALIC_M;
}

double mm_ground_length_m(const struct mm_geom *g, double metres_per_unit)
{
	return metres_per_unit > 0 ? mm_measure_length(g) * metres_per_unit
				   : mm_measure_sum(g, MM_PART_LINE, line_m);
}

double mm_ground_area_m2(const struct mm_geom *g, double metres_per_unit)
{
	return metres_per_unit > 0 ? mm_measure_area(g) * metres_per_unit * metres_per_unit
				   : fmax(mm_measure_sum(g, MM_PART_POLYGON, ring_m2), 0);
}
