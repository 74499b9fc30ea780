#include "api/anchor.h"

#include <math.h>
#include <stdlib.h>

enum { SCANS = 15 };

enum axis { ALONG_X, ALONG_Y };

/* One polygon or line of a geometry. */
struct part {
	const struct mm_world *point;
	const uint32_t *ring;
	uint32_t ring_count, vertex_count;
};

static double along(struct mm_world p, enum axis a)
{
	return a == ALONG_X ? p.x : p.y;
}

static double across(struct mm_world p, enum axis a)
{
	return a == ALONG_X ? p.y : p.x;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Where the rings cross the straight line that runs along `a` at `at`; returns how many, an even number. */
static size_t cut(const struct part *p, enum axis a, double at, double *ret)
{
	const struct mm_world *v = p->point;
	size_t n = 0;

	for (uint32_t r = 0; r < p->ring_count; v += p->ring[r++])
		for (uint32_t i = 1; i < p->ring[r]; i++) {
			double from = across(v[i - 1], a), to = across(v[i], a);

			if ((from > at) != (to > at))
				ret[n++] = along(v[i - 1], a) +
					   (at - from) / (to - from) * (along(v[i], a) - along(v[i - 1], a));
		}
	qsort(ret, n, sizeof(*ret), ascending);
	return n;
}

/* Room on the line to both sides of a place, up to the nearest cut. */
static double room(const double *cuts, size_t n, double place)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		if (place > cuts[i] && place < cuts[i + 1])
			return fmin(place - cuts[i], cuts[i + 1] - place);
	return 0;
}

/* The roomiest of the middles of what some horizontal lines cut out of a polygon. Returns its room, 0: none.
 */
static double inside(const struct part *p, double *cuts, double *other, struct mm_world *ret)
{
	double low = UINT32_MAX, high = 0, best = 0;

	for (uint32_t i = 0; i < p->ring[0]; i++) {
		low = fmin(low, p->point[i].y);
		high = fmax(high, p->point[i].y);
	}
	for (int k = 1; k <= SCANS; k++) {
		double y = low + (high - low) * k / (SCANS + 1);
		size_t n = cut(p, ALONG_X, y, cuts);

		for (size_t i = 0; i + 1 < n; i += 2) {
			double x = (cuts[i] + cuts[i + 1]) / 2, space = (cuts[i + 1] - cuts[i]) / 2;

			if (space <= best)
				continue;
			space = fmin(space, room(other, cut(p, ALONG_Y, x, other), y));
			if (space <= best)
				continue;
			best = space;
			*ret = (struct mm_world){(uint32_t)x, (uint32_t)y};
		}
	}
	return best;
}

static double step(const struct mm_world *v)
{
	return hypot((double)v[1].x - v[0].x, (double)v[1].y - v[0].y);
}

/* The middle of a line. Returns its length. */
static double middle(const struct part *p, struct mm_world *ret)
{
	double length = 0, left;

	for (uint32_t i = 1; i < p->vertex_count; i++)
		length += step(p->point + i - 1);
	left = length / 2;
	for (uint32_t i = 1; i < p->vertex_count && length > 0; i++) {
		const struct mm_world *v = p->point + i - 1;
		double d = step(v), t = d > 0 ? left / d : 0;

		if (left > d && i + 1 < p->vertex_count) {
			left -= d;
			continue;
		}
		*ret = (struct mm_world){(uint32_t)(v[0].x + t * ((double)v[1].x - v[0].x)),
					 (uint32_t)(v[0].y + t * ((double)v[1].y - v[0].y))};
		break;
	}
	return length;
}

bool mm_anchor_find(const struct mm_world_geom *g, struct mm_arena *mem, struct mm_world *ret)
{
	double *cuts = mm_arena_array(mem, g->vertex_count + 1, sizeof(*cuts));
	double *other = mm_arena_array(mem, g->vertex_count + 1, sizeof(*other));
	struct part p = {.point = g->point, .ring = g->ring};
	double best[2] = {0, 0}; /* of polygons, of lines */
	struct mm_world found[2] = {{0, 0}, {0, 0}};

	for (uint32_t i = 0; i < g->part_count && cuts && other; i++) {
		enum mm_part_kind kind = mm_part_kind(g->part[i]);
		bool is_line = kind == MM_PART_LINE;
		struct mm_world at = {0, 0};
		double size = 0;

		p.ring_count = mm_part_rings(g->part[i]);
		p.vertex_count = 0;
		for (uint32_t r = 0; r < p.ring_count; r++)
			p.vertex_count += p.ring[r];
		if (kind != MM_PART_POINTS && p.ring_count)
			size = is_line ? middle(&p, &at) : inside(&p, cuts, other, &at);
		if (size > best[is_line]) {
			best[is_line] = size;
			found[is_line] = at;
		}
		p.point += p.vertex_count;
		p.ring += p.ring_count;
	}
	if (best[0] <= 0 && best[1] <= 0)
		return false;
	*ret = found[best[0] <= 0];
	return true;
}
