#include "geo/measure.h"
#include "geo/segment.h"

#include <math.h>

static double ring_length(const double *xy, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 1; i < n; i++, xy += 2)
		sum += hypot(xy[2] - xy[0], xy[3] - xy[1]);
	return sum;
}

static double ring_area(const double *xy, uint32_t n)
{
	return n ? 0.5 * fabs(mm_ring_area2(xy, n)) : 0;
}

double mm_measure_sum(const struct mm_geom *g, enum mm_part_kind kind, mm_measure_fn *of)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;
	double sum = 0;

	for (uint32_t i = 0; i < g->part_count; i++)
		for (uint32_t k = 0; k < mm_part_rings(g->part[i]); k++, ring++) {
			if (mm_part_kind(g->part[i]) == kind)
				sum += kind == MM_PART_POLYGON && k ? -of(xy, *ring) : of(xy, *ring);
			xy += 2 * (size_t)*ring;
		}
	return sum;
}

double mm_measure_length(const struct mm_geom *g)
{
	return mm_measure_sum(g, MM_PART_LINE, ring_length);
}

double mm_measure_area(const struct mm_geom *g)
{
	return fmax(mm_measure_sum(g, MM_PART_POLYGON, ring_area), 0);
}

/* The square of the distance from the vertices of a ring, and from its edges. */
static double ring_distance2(const double *xy, uint32_t n, bool has_edges, double x, double y)
{
	double least = HUGE_VAL;

	for (uint32_t i = 0; i < n; i++) {
		const double *b = xy + 2 * (size_t)i, *a = has_edges && i ? b - 2 : b;

		least = fmin(least, mm_segment_point2(a, b, x, y));
	}
	return least;
}

double mm_measure_distance(const struct mm_geom *g, double x, double y)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;
	double least = HUGE_VAL;

	for (uint32_t i = 0; i < g->part_count; i++) {
		const enum mm_part_kind kind = mm_part_kind(g->part[i]);
		bool is_in = false;

		for (uint32_t k = 0; k < mm_part_rings(g->part[i]); k++, ring++) {
			if (kind == MM_PART_POLYGON && mm_ring_holds(xy, *ring, x, y))
				is_in = !is_in;
			least = fmin(least, ring_distance2(xy, *ring, kind != MM_PART_POINTS, x, y));
			xy += 2 * (size_t)*ring;
		}
		if (is_in)
			return 0;
	}
	return sqrt(least);
}
