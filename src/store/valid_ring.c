#include "store/valid_ring.h"

#include <math.h>

enum { RING_MAX = 64 };

struct point {
	double x, y;
};

/* 1 left turn, -1 right turn, 0 straight or too close to say. */
static int turn(struct point a, struct point b, struct point c)
{
	double left = (a.x - c.x) * (b.y - c.y), right = (a.y - c.y) * (b.x - c.x), det = left - right;
	double bound = 3.3306690738754716e-16 * (fabs(left) + fabs(right));

	return det > bound ? 1 : det < -bound ? -1 : 0;
}

static bool apart(struct point a, struct point b, struct point c, struct point d)
{
	return fmax(a.x, b.x) < fmin(c.x, d.x) || fmax(c.x, d.x) < fmin(a.x, b.x) ||
	       fmax(a.y, b.y) < fmin(c.y, d.y) || fmax(c.y, d.y) < fmin(a.y, b.y);
}

/* Segments without a common end surely do not meet. */
static bool surely_apart(struct point a, struct point b, struct point c, struct point d)
{
	int t1, t2;

	if (apart(a, b, c, d))
		return true;
	t1 = turn(a, b, c);
	t2 = turn(a, b, d);
	if (t1 && t1 == t2)
		return true;
	t1 = turn(c, d, a);
	t2 = turn(c, d, b);
	return t1 && t1 == t2;
}

/* A corner whose two sides do not run back over each other. */
static bool corner_is_open(struct point a, struct point b, struct point c)
{
	double ahead = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y);

	return ahead > 0 || turn(a, b, c) != 0;
}

bool mm_ring_is_surely_valid(const struct mm_geom *g)
{
	const struct point *p = (const struct point *)(const void *)g->xy;
	uint32_t n = g->vertex_count;

	if (g->part_count != 1 || g->ring_count != 1 || n < 4 || n > RING_MAX || p[0].x != p[n - 1].x ||
	    p[0].y != p[n - 1].y)
		return false;
	n--; /* corners */
	for (uint32_t i = 0; i < n; i++) {
		struct point a = p[i], b = p[i + 1];

		if ((a.x == b.x && a.y == b.y) || !corner_is_open(a, b, p[(i + 1) % n + 1]))
			return false;
		for (uint32_t k = i + 2; k < n; k++)
			if (!(i == 0 && k == n - 1) && !surely_apart(a, b, p[k], p[k + 1]))
				return false;
	}
	return true;
}
