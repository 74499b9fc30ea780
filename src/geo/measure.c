#include "geo/measure.h"

#include <math.h>

static double ring_length(const double *xy, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 1; i < n; i++, xy += 2)
		sum += hypot(xy[2] - xy[0], xy[3] - xy[1]);
	return sum;
}

double mm_measure_length(const struct mm_geom *g)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;
	double sum = 0;

	for (uint32_t i = 0; i < g->part_count; i++)
		for (uint32_t k = 0; k < mm_part_rings(g->part[i]); k++, ring++) {
			if (mm_part_kind(g->part[i]) == MM_PART_LINE)
				sum += ring_length(xy, *ring);
			xy += 2 * (size_t)*ring;
		}
	return sum;
}

double mm_measure_area(const struct mm_geom *g)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;
	double sum = 0;

	for (uint32_t i = 0; i < g->part_count; i++)
		for (uint32_t k = 0; k < mm_part_rings(g->part[i]); k++, ring++) {
			if (mm_part_kind(g->part[i]) == MM_PART_POLYGON && *ring)
				sum += (k ? -0.5 : 0.5) * fabs(mm_ring_area2(xy, *ring));
			xy += 2 * (size_t)*ring;
		}
	return fmax(sum, 0);
}
