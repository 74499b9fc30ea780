#include "grid/shape_out.h"

#include <stdlib.h>
#include <string.h>

int32_t *mm_shape_begin_run(struct mm_shape *s, size_t points)
{
	s->runs.count = s->runs.ring_count = 0;
	if (!mm_grid_points_reserve(&s->runs, points)) {
		s->failed = true;
		return NULL;
	}
	return s->runs.xy;
}

void mm_shape_add_run(struct mm_shape *s, const int32_t *xy, size_t count)
{
	s->failed |= !mm_grid_points_add(&s->runs, xy, count);
}

void mm_shape_place(struct mm_shape *s, struct mm_shape_from from, uint32_t n)
{
	double *xy = mm_points_reserve(&s->one, n);

	if (!xy)
		return;
	if (from.world)
		for (uint32_t i = 0; i < n; i++) {
			xy[2 * (size_t)i] = (from.world[i].x - s->origin_x) * s->scale;
			xy[2 * (size_t)i + 1] = (from.world[i].y - s->origin_y) * s->scale;
		}
	else if (n)
		memcpy(xy, from.tile, n * 2 * sizeof(*xy));
	s->one.count += n;
}

/* All coordinates lie in the window, so that this much makes them positive and a cast rounds them down. */
static int32_t to_grid(double v)
{
	enum { ABOVE = 1 << 20 };

	return (int32_t)(v + (ABOVE + 0.5)) - ABOVE;
}

size_t mm_shape_round(struct mm_shape *s, const double *xy, size_t count)
{
	int32_t *out;
	size_t n = 0;

	if (count > s->grid_cap) {
		out = realloc(s->grid, count * 2 * 2 * sizeof(*out));
		if (!out) {
			s->failed = true;
			return 0;
		}
		s->grid = out;
		s->grid_cap = count * 2;
	}
	out = s->grid;
	for (size_t i = 0; i < count; i++) {
		int32_t x = to_grid(xy[2 * i]), y = to_grid(xy[2 * i + 1]);

		if (n && out[2 * n - 2] == x && out[2 * n - 1] == y)
			continue;
		out[2 * n] = x;
		out[2 * n + 1] = y;
		n++;
	}
	return n;
}
