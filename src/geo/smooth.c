#include "geo/smooth.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NODES = 4, CHECKS = 5, SLOTS = 4096, SLOTS_USED_MAX = SLOTS / 2 };

struct square {
	int32_t x, y; /* its number along both axes */
	bool is_used, is_good;
	double to_x[NODES][NODES], to_y[NODES][NODES]; /* [power of v][power of u], u and v from 0 to 1 */
};

struct mm_smooth {
	const struct mm_transform *first, *second;
	double side, tolerance;
	struct square *slot[SLOTS]; /* open addressing */
	size_t used;
	const struct square *last; /* asked for */
};

struct mm_smooth *mm_smooth_new(const struct mm_transform *first, const struct mm_transform *second,
				double side, double tolerance)
{
	struct mm_smooth *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->first = first;
	s->second = second;
	s->side = side;
	s->tolerance = tolerance;
	return s;
}

struct mm_smooth *mm_smooth_free(struct mm_smooth *s)
{
	for (size_t i = 0; s && i < SLOTS; i++)
		free(s->slot[i]);
	free(s);
	return NULL;
}

bool mm_smooth_points_exact(const struct mm_smooth *s, const double *xy, size_t count, double *ret_xy)
{
	size_t lost = 0;

	if (count)
		memcpy(ret_xy, xy, count * 2 * sizeof(*xy));
	if (s->first)
		lost += mm_transform_points(s->first, ret_xy, count);
	if (s->second)
		lost += mm_transform_points(s->second, ret_xy, count);
	return !lost;
}

/* ---- squares ---- */

/* Values at 0, 1/3, 2/3 and 1 become the coefficients of 1, u, u^2 and u^3. */
static void fit(const double v[NODES], double ret[NODES])
{
	ret[0] = v[0];
	ret[1] = -5.5 * v[0] + 9 * v[1] - 4.5 * v[2] + v[3];
	ret[2] = 9 * v[0] - 22.5 * v[1] + 18 * v[2] - 4.5 * v[3];
	ret[3] = -4.5 * v[0] + 13.5 * v[1] - 13.5 * v[2] + 4.5 * v[3];
}

static void fit_square(const double *node, double ret[NODES][NODES])
{
	double along[NODES][NODES], column[NODES], row[NODES];

	for (int r = 0; r < NODES; r++) {
		for (int c = 0; c < NODES; c++)
			row[c] = node[2 * (r * NODES + c)];
		fit(row, along[r]);
	}
	for (int c = 0; c < NODES; c++) {
		for (int r = 0; r < NODES; r++)
			column[r] = along[r][c];
		fit(column, row);
		for (int r = 0; r < NODES; r++)
			ret[r][c] = row[r];
	}
}

static inline double value(const double k[NODES][NODES], double u, double v)
{
	double row[NODES];

	for (int r = 0; r < NODES; r++)
		row[r] = k[r][0] + u * (k[r][1] + u * (k[r][2] + u * k[r][3]));
	return row[0] + v * (row[1] + v * (row[2] + v * row[3]));
}

/* `n` x `n` points of a square, the first and the last `inset` from its edges. */
static void points_of(const struct mm_smooth *s, const struct square *q, int n, double inset, double *xy)
{
	for (int r = 0; r < n; r++)
		for (int c = 0; c < n; c++, xy += 2) {
			xy[0] = (q->x + inset + c * (1 - 2 * inset) / (n - 1)) * s->side;
			xy[1] = (q->y + inset + r * (1 - 2 * inset) / (n - 1)) * s->side;
		}
}

/* A polynomial of the third degree misses most an eighth from the edges, and in the middle. */
static bool is_good(const struct mm_smooth *s, const struct square *q)
{
	const double inset = 0.125, most = s->tolerance / 10;
	double from[2 * CHECKS * CHECKS], to[2 * CHECKS * CHECKS];
	bool good = true;

	points_of(s, q, CHECKS, inset, from);
	if (!mm_smooth_points_exact(s, from, CHECKS * CHECKS, to))
		return false;
	for (int i = 0; i < CHECKS * CHECKS && good; i++) {
		const int row = i / CHECKS, column = i % CHECKS;
		const double u = inset + column * (1 - 2 * inset) / (CHECKS - 1),
			     v = inset + row * (1 - 2 * inset) / (CHECKS - 1);

		good = fabs(value(q->to_x, u, v) - to[2 * i]) <= most &&
		       fabs(value(q->to_y, u, v) - to[2 * i + 1]) <= most;
	}
	return good;
}

static struct square *make(struct mm_smooth *s, int32_t x, int32_t y)
{
	struct square *q = calloc(1, sizeof(*q));
	double from[2 * NODES * NODES], to[2 * NODES * NODES];

	if (!q)
		return NULL;
	q->x = x;
	q->y = y;
	points_of(s, q, NODES, 0, from);
	if (!mm_smooth_points_exact(s, from, NODES * NODES, to))
		return q;
	fit_square(to, q->to_x);
	fit_square(to + 1, q->to_y);
	q->is_good = is_good(s, q);
	return q;
}

/* NULL: no memory, or there are too many. */
static const struct square *find(struct mm_smooth *s, int32_t x, int32_t y)
{
	size_t at = ((uint32_t)x * 2654435761u ^ (uint32_t)y * 2246822519u) >> 16 & (SLOTS - 1);

	if (s->last && s->last->x == x && s->last->y == y)
		return s->last;
	while (s->slot[at] && (s->slot[at]->x != x || s->slot[at]->y != y))
		at = (at + 1) & (SLOTS - 1);
	if (!s->slot[at] && s->used < SLOTS_USED_MAX) {
		s->slot[at] = make(s, x, y);
		s->used += s->slot[at] != NULL;
	}
	return s->last = s->slot[at];
}

/* ---- points ---- */

static bool point(struct mm_smooth *s, const double *xy, double *ret)
{
	const double x = floor(xy[0] / s->side), y = floor(xy[1] / s->side);
	const struct square *q = NULL;

	if (fabs(x) < INT32_MAX && fabs(y) < INT32_MAX)
		q = find(s, (int32_t)x, (int32_t)y);
	if (!q || !q->is_good)
		return mm_smooth_points_exact(s, xy, 1, ret);
	ret[0] = value(q->to_x, xy[0] / s->side - x, xy[1] / s->side - y);
	ret[1] = value(q->to_y, xy[0] / s->side - x, xy[1] / s->side - y);
	return true;
}

bool mm_smooth_points(struct mm_smooth *s, const double *xy, size_t count, double *ret_xy)
{
	bool fine = true;

	if (!s->first && !s->second)
		return mm_smooth_points_exact(s, xy, count, ret_xy);
	for (size_t i = 0; i < count; i++) {
		const double at[2] = {xy[2 * i], xy[2 * i + 1]};

		fine &= point(s, at, ret_xy + 2 * i);
	}
	return fine;
}
