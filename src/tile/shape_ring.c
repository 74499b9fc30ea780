#include "tile/shape_ring.h"

#include "tile/grid_polygon.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Squared distance of p from the segment a-b. */
static double distance2(const double *p, const double *a, const double *b)
{
	double dx = b[0] - a[0], dy = b[1] - a[1], px = p[0] - a[0], py = p[1] - a[1];
	double len2 = dx * dx + dy * dy, t = len2 > 0 ? (px * dx + py * dy) / len2 : 0;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	px -= t * dx;
	py -= t * dy;
	return px * px + py * py;
}

struct range {
	size_t first, last;
};

/* Marks the points to keep between marked ends; an explicit stack, since lines can have 60 000 points. */
static bool mark(const double *xy, struct range all, double tolerance2, unsigned char *keep)
{
	size_t cap = 64, depth = 0;
	struct range *stack = malloc(cap * sizeof(*stack));

	if (!stack)
		return false;
	stack[depth++] = all;
	while (depth) {
		struct range r = stack[--depth];
		double most = tolerance2;
		size_t at = 0;

		for (size_t i = r.first + 1; i < r.last; i++) {
			double d = distance2(xy + 2 * i, xy + 2 * r.first, xy + 2 * r.last);

			if (d > most) {
				most = d;
				at = i;
			}
		}
		if (!at)
			continue;
		keep[at] = 1;
		if (depth + 2 > cap) {
			struct range *wide = realloc(stack, cap * 2 * sizeof(*stack));

			if (!wide) {
				free(stack);
				return false;
			}
			stack = wide;
			cap *= 2;
		}
		stack[depth++] = (struct range){r.first, at};
		stack[depth++] = (struct range){at, r.last};
	}
	free(stack);
	return true;
}

static size_t farthest(const double *xy, size_t count)
{
	double most = -1;
	size_t at = 0;

	for (size_t i = 1; i + 1 < count; i++) {
		double dx = xy[2 * i] - xy[0], dy = xy[2 * i + 1] - xy[1], d = dx * dx + dy * dy;

		if (d > most) {
			most = d;
			at = i;
		}
	}
	return at;
}

size_t mm_ring_simplify(double *xy, size_t count, double tolerance)
{
	bool closed = count > 3 && xy[0] == xy[2 * count - 2] && xy[1] == xy[2 * count - 1];
	unsigned char *keep;
	size_t middle = closed ? farthest(xy, count) : 0, n = 0;
	bool good;

	if (count < 3)
		return count;
	keep = calloc(count, 1);
	if (!keep)
		return count;
	keep[0] = keep[count - 1] = keep[middle] = 1;
	good = mark(xy, (struct range){0, middle ? middle : count - 1}, tolerance * tolerance, keep);
	if (good && middle)
		good = mark(xy, (struct range){middle, count - 1}, tolerance * tolerance, keep);
	for (size_t i = 0; i < count; i++)
		if (!good || keep[i]) {
			xy[2 * n] = xy[2 * i];
			xy[2 * n + 1] = xy[2 * i + 1];
			n++;
		}
	free(keep);
	return n;
}

int32_t *mm_ring_round(const double *xy, size_t count, size_t *ret_count)
{
	int32_t *out = malloc((count ? count : 1) * 2 * sizeof(*out));
	size_t n = 0;

	for (size_t i = 0; i < count && out; i++) {
		int32_t x = (int32_t)lround(xy[2 * i]), y = (int32_t)lround(xy[2 * i + 1]);

		if (n && out[2 * n - 2] == x && out[2 * n - 1] == y)
			continue;
		out[2 * n] = x;
		out[2 * n + 1] = y;
		n++;
	}
	*ret_count = n;
	return out;
}

/* One ring of the part, cut and simplified; in s->two. */
static size_t cut_ring(struct mm_shape *s, const struct mm_world *p, uint32_t n)
{
	bool all_inside = true;

	s->one.count = 0;
	for (uint32_t i = 0; i < n; i++) {
		double x = (p[i].x - s->origin_x) * s->scale, y = (p[i].y - s->origin_y) * s->scale;

		all_inside &= x >= s->window.min_x && x <= s->window.max_x && y >= s->window.min_y &&
			      y <= s->window.max_y;
		mm_points_add(&s->one, x, y);
	}
	if (n && (p[0].x != p[n - 1].x || p[0].y != p[n - 1].y))
		mm_points_add(&s->one, s->one.xy[0], s->one.xy[1]);
	if (all_inside) {
		struct mm_points swap = s->one;

		s->one = s->two;
		s->two = swap;
	} else {
		struct mm_points scratch = {0};

		mm_clip_ring(s->one.xy, s->one.count, &s->window, &scratch, &s->two);
		s->failed |= scratch.failed;
		mm_points_release(&scratch);
	}
	s->failed |= s->one.failed || s->two.failed;
	if (s->tolerance > 0 && s->two.count > 4)
		s->two.count = mm_ring_simplify(s->two.xy, s->two.count, s->tolerance);
	return s->two.count;
}

void mm_shape_add_polygon(struct mm_shape *s, const struct mm_world *point, const uint32_t *ring,
			  uint32_t ring_count)
{
	struct mm_grid_polygon polygon = {0};

	for (uint32_t r = 0; r < ring_count && !s->failed; r++) {
		size_t n = cut_ring(s, point, ring[r]), count = 0;
		int32_t *xy = n >= 4 ? mm_ring_round(s->two.xy, n, &count) : NULL;

		point += ring[r];
		if (xy)
			mm_grid_polygon_add(&polygon, xy, count, r == 0);
		free(xy);
		if (r == 0 && polygon.ring_count == 0)
			break; /* without its shell the holes are nothing */
	}
	mm_grid_polygon_put(&polygon, s);
	s->failed |= polygon.failed;
	mm_grid_polygon_release(&polygon);
}
