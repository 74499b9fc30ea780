#include "geo/clip.h"

#include <math.h>
#include <stdlib.h>

double *mm_points_reserve(struct mm_points *p, size_t n)
{
	if (p->cap - p->count < n || p->failed) {
		size_t cap = p->cap * 2 > p->count + n ? p->cap * 2 : p->count + n + 64;
		double *xy = p->failed ? NULL : realloc(p->xy, cap * 2 * sizeof(*xy));

		if (!xy) {
			p->failed = true;
			return NULL;
		}
		p->xy = xy;
		p->cap = cap;
	}
	return p->xy + 2 * p->count;
}

void mm_points_add(struct mm_points *p, double x, double y)
{
	if (p->count == p->cap && !mm_points_reserve(p, 1))
		return;
	p->xy[2 * p->count] = x;
	p->xy[2 * p->count + 1] = y;
	p->count++;
}

void mm_points_release(struct mm_points *p)
{
	free(p->xy);
	*p = (struct mm_points){0};
}

/* One edge of the box as a half plane: the coordinate `axis` is at least (sign 1) or at most (sign -1) `at`.
 */
struct edge {
	int axis;
	double sign, at;
};

static void clip_edge(const double *xy, size_t count, const struct edge *e, struct mm_points *ret)
{
	ret->count = 0;
	for (size_t i = 0; i + 1 < count; i++) {
		const double *a = xy + 2 * i, *b = a + 2;
		double da = (a[e->axis] - e->at) * e->sign, db = (b[e->axis] - e->at) * e->sign;

		if (da >= 0)
			mm_points_add(ret, a[0], a[1]);
		if ((da < 0) != (db < 0) && da != 0 && db != 0) {
			/* from outside, whichever way the ring goes: neighbours' common side is cut alike */
			const double *out = da < 0 ? a : b, *in = da < 0 ? b : a;
			double t = fabs(da < 0 ? da : db) / (fabs(da) + fabs(db)), cut[2];

			cut[e->axis] = e->at;
			cut[1 - e->axis] = out[1 - e->axis] + t * (in[1 - e->axis] - out[1 - e->axis]);
			mm_points_add(ret, cut[0], cut[1]);
		}
	}
	if (ret->count)
		mm_points_add(ret, ret->xy[0], ret->xy[1]);
}

void mm_clip_ring(const double *xy, size_t count, const struct mm_box *box, struct mm_points *scratch,
		  struct mm_points *ret)
{
	const struct edge edges[4] = {
	    {0, 1, box->min_x}, {0, -1, box->max_x}, {1, 1, box->min_y}, {1, -1, box->max_y}};

	clip_edge(xy, count, &edges[0], scratch);
	clip_edge(scratch->xy, scratch->count, &edges[1], ret);
	clip_edge(ret->xy, ret->count, &edges[2], scratch);
	clip_edge(scratch->xy, scratch->count, &edges[3], ret);
}

/* Narrows [*t0, *t1] to where p + t*d <= q ... one of the four tests of Liang and Barsky. */
static bool narrow(double p, double q, double *t0, double *t1)
{
	double r;

	if (p == 0)
		return q >= 0;
	r = q / p;
	if (p < 0) {
		if (r > *t1)
			return false;
		*t0 = r > *t0 ? r : *t0;
	} else {
		if (r < *t0)
			return false;
		*t1 = r < *t1 ? r : *t1;
	}
	return true;
}

static bool is_in(const struct mm_box *b, double x, double y)
{
	return x >= b->min_x && x <= b->max_x && y >= b->min_y && y <= b->max_y;
}

bool mm_clip_segment(double *x0, double *y0, double *x1, double *y1, const struct mm_box *box)
{
	double dx = *x1 - *x0, dy = *y1 - *y0, t0 = 0, t1 = 1, ax = *x0, ay = *y0;

	if (is_in(box, ax, ay) && is_in(box, *x1, *y1))
		return true;
	if ((ax < box->min_x && *x1 < box->min_x) || (ax > box->max_x && *x1 > box->max_x) ||
	    (ay < box->min_y && *y1 < box->min_y) || (ay > box->max_y && *y1 > box->max_y))
		return false;
	if (!narrow(-dx, ax - box->min_x, &t0, &t1) || !narrow(dx, box->max_x - ax, &t0, &t1) ||
	    !narrow(-dy, ay - box->min_y, &t0, &t1) || !narrow(dy, box->max_y - ay, &t0, &t1))
		return false;
	if (t1 < 1) {
		*x1 = ax + t1 * dx;
		*y1 = ay + t1 * dy;
	}
	if (t0 > 0) {
		*x0 = ax + t0 * dx;
		*y0 = ay + t0 * dy;
	}
	return true;
}
