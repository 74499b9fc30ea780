#include "geo/segment.h"

#include <math.h>

double mm_segment_point2(const double *a, const double *b, double x, double y)
{
	const double dx = b[0] - a[0], dy = b[1] - a[1], px = x - a[0], py = y - a[1],
		     len2 = dx * dx + dy * dy;
	const double t = len2 > 0 ? fmin(fmax((px * dx + py * dy) / len2, 0), 1) : 0;
	const double ex = px - t * dx, ey = py - t * dy;

	return ex * ex + ey * ey;
}

/* On which side of the line from a to b. */
static double side(const double *a, const double *b, const double *p)
{
	return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
}

double mm_segment_gap2(const double *a, const double *b, const double *c, const double *d)
{
	const double sc = side(a, b, c), sd = side(a, b, d), sa = side(c, d, a), sb = side(c, d, b);

	if (((sc > 0 && sd < 0) || (sc < 0 && sd > 0)) && ((sa > 0 && sb < 0) || (sa < 0 && sb > 0)))
		return 0;
	return fmin(fmin(mm_segment_point2(a, b, c[0], c[1]), mm_segment_point2(a, b, d[0], d[1])),
		    fmin(mm_segment_point2(c, d, a[0], a[1]), mm_segment_point2(c, d, b[0], b[1])));
}

bool mm_ring_holds(const double *xy, uint32_t count, double x, double y)
{
	bool is_in = false;

	for (uint32_t i = 0, k = count - 1; i < count; k = i++) {
		const double *a = xy + 2 * (size_t)k, *b = xy + 2 * (size_t)i;

		if ((a[1] > y) != (b[1] > y) && x < a[0] + (b[0] - a[0]) * ((y - a[1]) / (b[1] - a[1])))
			is_in = !is_in;
	}
	return is_in;
}
