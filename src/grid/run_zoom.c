#include "grid/run_zoom.h"

#include "grid/shape.h"
#include "grid/small_ring.h"
#include "grid/world_run.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* World units a tile unit, as a shift, at zoom 0. */
enum { UNIT_SHIFT = 20 };

static double square(double v)
{
	return v * v;
}

/* The less of `least` and the squared distance of p from the segment a-b; divides only for what is less. */
static double nearer2(const double *p, const double *a, const double *b, double least)
{
	const double dx = b[0] - a[0], dy = b[1] - a[1], px = p[0] - a[0], py = p[1] - a[1];
	const double along = px * dx + py * dy, len2 = dx * dx + dy * dy, cross = px * dy - py * dx;
	double d2;

	if (along > 0 && along < len2) {
		if (cross * cross >= least * len2)
			return least;
		d2 = cross * cross / len2;
	} else {
		d2 = along <= 0 ? px * px + py * py : square(p[0] - b[0]) + square(p[1] - b[1]);
	}
	return d2 < least ? d2 : least;
}

/* The lowest zoom where something as long, squared, in world units, is longer than `units` of the tile, which
 * are 2^(20 - zoom) world units each: by the exponent of its length. */
static unsigned zoom_of(double length2, double units)
{
	const double x = length2 / (units * units);
	uint64_t bits;
	int log2, power;

	if (!(x > 1))
		return UNIT_SHIFT + 1;
	memcpy(&bits, &x, sizeof(bits));
	log2 = (int)(bits >> 52) - 1023; /* 2^log2 <= x */
	if (!(bits << 12))
		log2--; /* and less than x */
	power = log2 / 2;
	return power < UNIT_SHIFT ? (unsigned)(UNIT_SHIFT - power) : 0;
}

/* ---- rings ---- */

enum { LANES = 4, EDGES_MAX = 2 * MM_SMALL_RING_MAX + LANES };
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t lanes_mask __attribute__((vector_size(LANES * sizeof(int32_t))));

/* A ring about its first vertex, so near that floats hold it, as sides: where each begins, its direction, and
 * one by its squared length. All of them twice, so that any of them can be counted from. */
struct ring {
	float x[EDGES_MAX], y[EDGES_MAX], dx[EDGES_MAX], dy[EDGES_MAX], per_len2[EDGES_MAX];
	uint32_t count;
};

static lanes load(const float *p)
{
	lanes v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static lanes choose(lanes_mask mask, lanes yes, lanes no)
{
	return (lanes)(((lanes_mask)yes & mask) | ((lanes_mask)no & ~mask));
}

/* False: a side has no length, or the ring is too large. */
static bool read_ring(struct ring *r, const struct mm_world *p, uint32_t count)
{
	enum { REACH = 1 << 15 };

	memset(r, 0, sizeof(*r));
	r->count = count;
	for (uint32_t i = 0; i < 2 * count; i++) {
		const int64_t x = (int64_t)p[i % count].x - p[0].x, y = (int64_t)p[i % count].y - p[0].y;

		if (x < -REACH || x >= REACH || y < -REACH || y >= REACH)
			return false;
		r->x[i] = (float)x;
		r->y[i] = (float)y;
	}
	for (uint32_t i = 0; i < 2 * count; i++) {
		const uint32_t next = i + 1 < 2 * count ? i + 1 : 0;
		float len2;

		r->dx[i] = r->x[next] - r->x[i];
		r->dy[i] = r->y[next] - r->y[i];
		len2 = r->dx[i] * r->dx[i] + r->dy[i] * r->dy[i];
		if (!(len2 > 0))
			return false;
		r->per_len2[i] = 1 / len2;
	}
	return true;
}

/* How near a corner comes to a side that it is no end of, squared. */
static double clearance2(const struct ring *r)
{
	const lanes far = {HUGE_VALF, HUGE_VALF, HUGE_VALF, HUGE_VALF}, zero = {0}, one = zero + 1;
	const lanes_mask number = {0, 1, 2, 3};
	lanes least = far;
	float all[LANES];

	for (uint32_t i = 0; i < r->count; i++)
		for (uint32_t k = i + 1; k + 1 < i + r->count; k += LANES) {
			const int32_t left = (int32_t)(i + r->count - 1 - k);
			const lanes_mask counts = number < left;
			const lanes dx = load(r->dx + k), dy = load(r->dy + k), px = r->x[i] - load(r->x + k),
				    py = r->y[i] - load(r->y + k);
			lanes t = (px * dx + py * dy) * load(r->per_len2 + k), x, y, d2;

			t = choose(t > zero, t, zero);
			t = choose(t < one, t, one);
			x = px - t * dx;
			y = py - t * dy;
			d2 = x * x + y * y;
			d2 = choose(counts, d2, far);
			least = choose(d2 < least, d2, least);
		}
	memcpy(all, &least, sizeof(all));
	for (int i = 1; i < LANES; i++)
		all[0] = all[i] < all[0] ? all[i] : all[0];
	return (double)all[0];
}

/* How far the flattest corner stands off the line between its neighbours, squared. */
static double flattest2(const struct ring *r)
{
	float least = HUGE_VALF;

	for (uint32_t i = 0; i < r->count; i++) {
		const float dx = r->dx[i] + r->dx[i + 1], dy = r->dy[i] + r->dy[i + 1],
			    len2 = dx * dx + dy * dy;
		const float cross = r->dx[i] * dy - r->dy[i] * dx;

		if (!(len2 > 0))
			return 0;
		if (cross * cross < least * len2)
			least = cross * cross / len2;
	}
	return (double)least;
}

static unsigned ring_zoom(const struct mm_world *p, uint32_t count)
{
	/* two vertices move half the diagonal of a unit each, if they move towards each other; and a little
	 * for the floats */
	static const double apart = 1.4143 + 0.05;
	struct ring r;
	unsigned zoom, flat_zoom;

	if (count < 3 || count > MM_SMALL_RING_MAX || !read_ring(&r, p, count))
		return MM_ZOOM_NEVER;
	zoom = zoom_of(clearance2(&r), apart);
	if (zoom > UNIT_SHIFT)
		return MM_ZOOM_NEVER;
	if (zoom >= MM_TILE_WHOLE_ZOOM || count <= 4) /* four corners always stay */
		return zoom;
	flat_zoom = zoom_of(flattest2(&r), MM_TILE_TOLERANCE);
	flat_zoom = flat_zoom < MM_TILE_WHOLE_ZOOM ? flat_zoom : MM_TILE_WHOLE_ZOOM;
	return zoom > flat_zoom ? zoom : flat_zoom;
}

/* ---- lines ---- */

/* A stretch of a line between two vertices that are drawn from `zoom` on. */
struct stretch {
	uint32_t first, last;
	uint8_t zoom;
};

/* The vertex between two that is farthest from the line between them, and from which zoom it is drawn. */
static uint32_t farthest(const double (*xy)[2], const struct stretch *s, uint8_t *ret_zoom)
{
	uint32_t at = s->first + 1;
	double most = -1;
	unsigned zoom;

	for (uint32_t i = s->first + 1; i < s->last; i++) {
		const double d = nearer2(xy[i], xy[s->first], xy[s->last], HUGE_VAL);

		if (d > most) {
			most = d;
			at = i;
		}
	}
	zoom = zoom_of(most, MM_TILE_TOLERANCE);
	zoom = zoom < MM_TILE_WHOLE_ZOOM ? zoom : MM_TILE_WHOLE_ZOOM;
	*ret_zoom = zoom > s->zoom ? (uint8_t)zoom : s->zoom;
	return at;
}

/* Halves a stretch at its farthest vertex, and the halves again. */
static void divide(const double (*xy)[2], struct stretch whole, uint8_t *ret)
{
	struct stretch stack[MM_WORLD_RUN_MAX];
	uint32_t depth = 0;

	stack[depth++] = whole;
	while (depth) {
		const struct stretch s = stack[--depth];
		uint32_t at;
		uint8_t zoom;

		if (s.last - s.first < 2)
			continue;
		at = farthest(xy, &s, &zoom);
		if (zoom == MM_TILE_WHOLE_ZOOM) {
			memset(ret + s.first + 1, MM_TILE_WHOLE_ZOOM, s.last - s.first - 1);
			continue;
		}
		ret[at] = zoom;
		stack[depth++] = (struct stretch){s.first, at, zoom};
		stack[depth++] = (struct stretch){at, s.last, zoom};
	}
}

/* Where a closed line is halved first: what is farthest from its ends, which are one. */
static uint32_t far_end(const double (*xy)[2], uint32_t count)
{
	double most = 0;
	uint32_t at = 0;

	for (uint32_t i = 1; i + 1 < count; i++)
		if (square(xy[i][0]) + square(xy[i][1]) > most) {
			most = square(xy[i][0]) + square(xy[i][1]);
			at = i;
		}
	return at;
}

static void line_zooms(const struct mm_world *p, uint32_t count, uint8_t *ret)
{
	double xy[MM_WORLD_RUN_MAX][2];
	uint32_t middle = 0;

	for (uint32_t i = 0; i < count; i++) {
		xy[i][0] = (double)p[i].x - p[0].x;
		xy[i][1] = (double)p[i].y - p[0].y;
	}
	if (p[count - 1].x == p[0].x && p[count - 1].y == p[0].y)
		middle = far_end((const double(*)[2])xy, count);
	ret[0] = ret[count - 1] = ret[middle] = 0;
	divide((const double(*)[2])xy, (struct stretch){0, middle ? middle : count - 1, 0}, ret);
	if (middle)
		divide((const double(*)[2])xy, (struct stretch){middle, count - 1, 0}, ret);
}

void mm_run_zooms(enum mm_part_kind kind, const struct mm_world *p, uint32_t count, uint8_t *ret)
{
	if (kind == MM_PART_LINE && count) {
		line_zooms(p, count, ret);
		return;
	}
	memset(ret, 0, count);
	if (kind == MM_PART_POLYGON) {
		const bool is_closed = count > 1 && p[0].x == p[count - 1].x && p[0].y == p[count - 1].y;

		ret[0] = (uint8_t)ring_zoom(p, count - is_closed);
	}
}
