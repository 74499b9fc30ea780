#include "grid/grid_points.h"

#include <stdlib.h>
#include <string.h>

bool mm_grid_points_reserve(struct mm_grid_points *p, size_t points)
{
	enum { RINGS_FIRST = 16 };

	if (p->count + points > p->cap) {
		size_t cap = (p->count + points) * 2;
		int32_t *wide = realloc(p->xy, cap * 2 * sizeof(*wide));

		if (!wide)
			return false;
		p->xy = wide;
		p->cap = cap;
	}
	if (p->ring_count == p->ring_cap) {
		size_t cap = p->ring_cap ? p->ring_cap * 2 : RINGS_FIRST;
		uint32_t *wide = realloc(p->ring, cap * sizeof(*wide));

		if (!wide)
			return false;
		p->ring = wide;
		p->ring_cap = cap;
	}
	return true;
}

bool mm_grid_points_add(struct mm_grid_points *p, const int32_t *xy, size_t count)
{
	if (!mm_grid_points_reserve(p, count))
		return false;
	memcpy(p->xy + 2 * p->count, xy, count * 2 * sizeof(*xy));
	p->count += count;
	p->ring[p->ring_count++] = (uint32_t)count;
	return true;
}

void mm_grid_points_release(struct mm_grid_points *p)
{
	free(p->xy);
	free(p->ring);
	*p = (struct mm_grid_points){0};
}
