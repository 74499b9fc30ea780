#include "tile/grid_polygon.h"

#include "geo/topo.h"
#include "tile/shape.h"
#include "tile/shape_ring.h"

#include <stdlib.h>
#include <string.h>

enum { RINGS_MAX = 1024, ROUNDS_MAX = 3 };

int64_t mm_grid_area2(const int32_t *xy, size_t count)
{
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		const int32_t *a = xy + 2 * i, *b = xy + 2 * ((i + 1) % count);

		sum += (int64_t)a[0] * b[1] - (int64_t)b[0] * a[1];
	}
	return sum;
}

/* 1, 0, -1: which way a-b-c turns, exactly. */
static int turn(const int32_t *a, const int32_t *b, const int32_t *c)
{
	int64_t v =
	    ((int64_t)b[0] - a[0]) * ((int64_t)c[1] - a[1]) - ((int64_t)b[1] - a[1]) * ((int64_t)c[0] - a[0]);

	return (v > 0) - (v < 0);
}

/* Takes out corners that do not turn: points on a straight side and spikes. Returns the new count. */
static size_t straighten(int32_t *xy, size_t count)
{
	bool changed = true;

	while (changed && count >= 3) {
		size_t n = 0;

		changed = false;
		for (size_t i = 0; i < count; i++) {
			const int32_t *before = n ? xy + 2 * (n - 1) : xy + 2 * (count - 1);
			const int32_t *after = xy + 2 * ((i + 1) % count);

			if (turn(before, xy + 2 * i, after) == 0) {
				changed = true;
				continue;
			}
			xy[2 * n] = xy[2 * i];
			xy[2 * n + 1] = xy[2 * i + 1];
			n++;
		}
		count = n;
	}
	return count >= 3 ? count : 0;
}

static void reverse(int32_t *xy, size_t count)
{
	for (size_t i = 0, k = count - 1; i < k; i++, k--) {
		int32_t t[2];

		memcpy(t, xy + 2 * i, sizeof(t));
		memcpy(xy + 2 * i, xy + 2 * k, sizeof(t));
		memcpy(xy + 2 * k, t, sizeof(t));
	}
}

void mm_grid_polygon_add(struct mm_grid_polygon *p, const int32_t *xy, size_t count, bool is_shell)
{
	int64_t area;
	int32_t *at;

	while (count > 1 && xy[0] == xy[2 * count - 2] && xy[1] == xy[2 * count - 1])
		count--;
	if (count < 3 || p->ring_count == RINGS_MAX)
		return;
	if (p->xy_count + count > p->xy_cap) {
		size_t cap = (p->xy_count + count) * 2;
		int32_t *wide = realloc(p->xy, cap * 2 * sizeof(*wide));

		if (!wide) {
			p->failed = true;
			return;
		}
		p->xy = wide;
		p->xy_cap = cap;
	}
	at = p->xy + 2 * p->xy_count;
	memcpy(at, xy, count * 2 * sizeof(*xy));
	count = straighten(at, count);
	area = count ? mm_grid_area2(at, count) : 0;
	if (area == 0)
		return;
	if ((area > 0) != is_shell)
		reverse(at, count);
	p->xy_count += count;
	p->ring[p->ring_count++] = (uint32_t)count;
}

void mm_grid_polygon_release(struct mm_grid_polygon *p)
{
	free(p->xy);
	p->xy = NULL;
}

/* A side of a ring, for the sweep. */
struct side {
	const int32_t *a, *b;
	int32_t min_x, max_x, min_y, max_y;
	uint32_t ring, index, ring_sides;
};

static int by_min_x(const void *a, const void *b)
{
	int32_t x = ((const struct side *)a)->min_x, y = ((const struct side *)b)->min_x;

	return (x > y) - (x < y);
}

static bool neighbours(const struct side *s, const struct side *t)
{
	uint32_t d = s->index > t->index ? s->index - t->index : t->index - s->index;

	return s->ring == t->ring && (d == 1 || d == s->ring_sides - 1);
}

/* Exact: do two sides without a common end share a point? */
static bool touch(const struct side *s, const struct side *t)
{
	int t1 = turn(s->a, s->b, t->a), t2 = turn(s->a, s->b, t->b), t3, t4;

	if (t1 && t1 == t2)
		return false;
	t3 = turn(t->a, t->b, s->a);
	t4 = turn(t->a, t->b, s->b);
	if (t3 && t3 == t4)
		return false;
	return true; /* boxes overlap and neither line separates: they meet, or lie on one line and overlap */
}

static struct side *make_sides(const struct mm_grid_polygon *p)
{
	struct side *side = malloc(p->xy_count * sizeof(*side));
	const int32_t *xy = p->xy;
	size_t n = 0;

	for (uint32_t r = 0; r < p->ring_count && side; r++) {
		for (uint32_t i = 0; i < p->ring[r]; i++) {
			const int32_t *a = xy + 2 * (size_t)i, *b = xy + 2 * (size_t)((i + 1) % p->ring[r]);

			side[n++] = (struct side){a,
						  b,
						  a[0] < b[0] ? a[0] : b[0],
						  a[0] < b[0] ? b[0] : a[0],
						  a[1] < b[1] ? a[1] : b[1],
						  a[1] < b[1] ? b[1] : a[1],
						  r,
						  i,
						  p->ring[r]};
		}
		xy += 2 * (size_t)p->ring[r];
	}
	return side;
}

static bool sides_stay_apart(const struct mm_grid_polygon *p)
{
	struct side *side = make_sides(p);
	bool apart = side != NULL;

	if (!side)
		return false;
	qsort(side, p->xy_count, sizeof(*side), by_min_x);
	for (size_t i = 0; i < p->xy_count && apart; i++)
		for (size_t k = i + 1; k < p->xy_count && side[k].min_x <= side[i].max_x && apart; k++)
			if (side[k].min_y <= side[i].max_y && side[k].max_y >= side[i].min_y &&
			    !neighbours(&side[i], &side[k]))
				apart = !touch(&side[i], &side[k]);
	free(side);
	return apart;
}

/* Even-odd, for a point that lies on no side. */
static bool holds(const int32_t *xy, size_t count, const int32_t *p)
{
	bool in = false;

	for (size_t i = 0, k = count - 1; i < count; k = i++) {
		const int32_t *a = xy + 2 * i, *b = xy + 2 * k;

		if ((a[1] > p[1]) != (b[1] > p[1]) && (turn(a, b, p) > 0) == (b[1] > a[1]))
			in = !in;
	}
	return in;
}

/* Given that no sides touch: every hole in the shell and in no other hole. */
static bool holes_are_inside(const struct mm_grid_polygon *p)
{
	const int32_t *hole = p->xy + 2 * (size_t)p->ring[0];

	for (size_t r = 1; r < p->ring_count; r++) {
		const int32_t *other = p->xy + 2 * (size_t)p->ring[0];

		if (!holds(p->xy, p->ring[0], hole))
			return false;
		for (size_t q = 1; q < p->ring_count; q++) {
			if (q != r && holds(other, p->ring[q], hole))
				return false;
			other += 2 * (size_t)p->ring[q];
		}
		hole += 2 * (size_t)p->ring[r];
	}
	return true;
}

static void give(const struct mm_grid_polygon *p, struct mm_shape *s)
{
	const int32_t *xy = p->xy;

	for (size_t r = 0; r < p->ring_count; r++) {
		mm_shape_add_ring(s, xy, p->ring[r]);
		xy += 2 * (size_t)p->ring[r];
	}
}

/* The polygon as GEOS wants it: doubles, rings closed. */
static bool to_geom(const struct mm_grid_polygon *p, struct mm_arena *mem, struct mm_geom *ret)
{
	double *out = mm_arena_array(mem, p->xy_count + p->ring_count, 2 * sizeof(*out));
	uint32_t *ring = mm_arena_array(mem, p->ring_count, sizeof(*ring)),
		 *part = mm_arena_alloc(mem, sizeof(*part));
	const int32_t *xy = p->xy;
	size_t n = 0;

	if (!out || !ring || !part)
		return false;
	for (size_t r = 0; r < p->ring_count; r++) {
		for (uint32_t i = 0; i <= p->ring[r]; i++, n++) {
			out[2 * n] = xy[2 * (size_t)(i % p->ring[r])];
			out[2 * n + 1] = xy[2 * (size_t)(i % p->ring[r]) + 1];
		}
		ring[r] = p->ring[r] + 1;
		xy += 2 * (size_t)p->ring[r];
	}
	*part = (uint32_t)MM_PART_POLYGON << 30 | (uint32_t)p->ring_count;
	*ret = (struct mm_geom){.type = MM_GEOM_POLYGON,
				.part = part,
				.ring = ring,
				.xy = out,
				.part_count = 1,
				.ring_count = (uint32_t)p->ring_count,
				.vertex_count = (uint32_t)n};
	return true;
}

static void put_round(struct mm_grid_polygon *p, struct mm_shape *s, int round);

/* Each polygon that GEOS made of a broken one, rounded again. */
static void put_repaired(const struct mm_geom *fixed, struct mm_shape *s, int round)
{
	const double *xy = fixed->xy;
	const uint32_t *ring = fixed->ring;

	for (uint32_t i = 0; i < fixed->part_count; i++) {
		struct mm_grid_polygon next = {0};
		uint32_t rings = mm_part_rings(fixed->part[i]);

		for (uint32_t r = 0; r < rings; r++) {
			size_t count = 0;
			int32_t *whole = mm_ring_round(xy, ring[r], &count);

			if (whole && (r == 0 || next.ring_count))
				mm_grid_polygon_add(&next, whole, count, r == 0);
			s->failed |= !whole;
			free(whole);
			xy += 2 * (size_t)ring[r];
		}
		ring += rings;
		put_round(&next, s, round + 1);
		s->failed |= next.failed;
		mm_grid_polygon_release(&next);
	}
}

static void put_round(struct mm_grid_polygon *p, struct mm_shape *s, int round)
{
	struct mm_geom g, fixed;
	char why[200] = "";
	MM_ARENA_SCOPE(mem, 256u << 20);

	if (p->ring_count == 0)
		return;
	if (sides_stay_apart(p) && holes_are_inside(p)) {
		give(p, s);
		return;
	}
	if (!to_geom(p, &mem, &g)) {
		s->failed = true;
		return;
	}
	if (mm_topo_why_invalid(s->topo, &g, why, sizeof(why), NULL) == MM_OK && !*why) {
		give(p, s); /* rings that touch in a point, as they may */
		return;
	}
	if (round < ROUNDS_MAX && mm_topo_make_valid(s->topo, &g, &mem, &fixed, NULL) == MM_OK)
		put_repaired(&fixed, s, round);
}

void mm_grid_polygon_put(struct mm_grid_polygon *p, struct mm_shape *s)
{
	put_round(p, s, 0);
}
