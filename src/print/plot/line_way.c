#include "print/plot/line.h"

#include <math.h>

double mm_plot_line_length(const double *xy, size_t count)
{
	double length = 0;

	for (size_t i = 1; i < count; i++)
		length += hypot(xy[2 * i] - xy[2 * i - 2], xy[2 * i + 1] - xy[2 * i - 1]);
	return length;
}

void mm_plot_line_at(const double *xy, size_t count, double distance, double ret[2], double *ret_angle)
{
	double gone = 0;

	ret[0] = xy[0];
	ret[1] = xy[1];
	*ret_angle = 0;
	for (size_t i = 1; i < count; i++) {
		const double *p = xy + 2 * (i - 1), *q = p + 2;
		const double dx = q[0] - p[0], dy = q[1] - p[1], step = hypot(dx, dy);

		if (!(step > 0))
			continue;
		*ret_angle = atan2(dy, dx);
		if (gone + step >= distance || i + 1 == count) {
			const double t = fmin(fmax((distance - gone) / step, 0), 1);

			ret[0] = p[0] + t * dx;
			ret[1] = p[1] + t * dy;
			return;
		}
		gone += step;
	}
}

void mm_plot_line_part(const double *xy, size_t count, double from, double to, struct mm_points *ret)
{
	double gone = 0;

	ret->count = 0;
	for (size_t i = 1; i < count && gone < to; i++) {
		const double *p = xy + 2 * (i - 1), *q = p + 2;
		const double step = hypot(q[0] - p[0], q[1] - p[1]);

		if (step > 0 && gone + step > from) {
			const double a = fmax((from - gone) / step, 0), b = fmin((to - gone) / step, 1);

			if (!ret->count)
				mm_points_add(ret, p[0] + a * (q[0] - p[0]), p[1] + a * (q[1] - p[1]));
			mm_points_add(ret, p[0] + b * (q[0] - p[0]), p[1] + b * (q[1] - p[1]));
		}
		gone += step;
	}
}

/* The unit vector to the right of a segment, on a sheet whose y runs down; false: it has no length. */
static bool right_of(const double *p, const double *q, double ret[2])
{
	const double dx = q[0] - p[0], dy = q[1] - p[1], length = hypot(dx, dy);

	if (!(length > 0))
		return false;
	ret[0] = -dy / length;
	ret[1] = dx / length;
	return true;
}

void mm_plot_offset_line(const double *xy, size_t count, bool is_ring, double distance, struct mm_points *ret)
{
	const size_t n = is_ring ? count - 1 : count; /* points of their own */

	ret->count = 0;
	for (size_t i = 0; i < n; i++) {
		const double *at = xy + 2 * i;
		const double *before = i > 0 ? at - 2 : is_ring ? xy + 2 * (n - 1) : NULL;
		const double *after = i + 1 < n ? at + 2 : is_ring ? xy : NULL;
		double a[2] = {0, 0}, b[2] = {0, 0}, x, y, stretch;
		const bool has_a = before && right_of(before, at, a), has_b = after && right_of(at, after, b);

		if (!has_a && !has_b)
			continue;
		x = a[0] + b[0];
		y = a[1] + b[1];
		/* both unit vectors: their sum is as long as the mitre is short */
		stretch = has_a && has_b ? 2 / fmax(x * x + y * y, 0.5) : 1;
		mm_points_add(ret, at[0] + x * stretch * distance, at[1] + y * stretch * distance);
	}
	if (is_ring && ret->count)
		mm_points_add(ret, ret->xy[0], ret->xy[1]);
}
