#include "geo/pole.h"

#include <math.h>
#include <stddef.h>

enum { CELLS_MAX = 512 };

struct segment {
	double x, y, dx, dy;
	double per_length2;
};

/* A square that may hold a better place than its middle. */
struct cell {
	double x, y, half;
	double room; /* of the middle to the outline, < 0 outside */
	double most; /* that any of its places can have */
};

struct search {
	struct segment segment[MM_POLE_POINTS_MAX];
	size_t segment_count;
	double min_x, min_y, max_x, max_y, tolerance;
	struct cell best;
	struct cell heap[CELLS_MAX]; /* the most promising first */
	size_t count;
};

static void add_point(struct search *s, const double *p)
{
	s->min_x = p[0] < s->min_x ? p[0] : s->min_x;
	s->min_y = p[1] < s->min_y ? p[1] : s->min_y;
	s->max_x = p[0] > s->max_x ? p[0] : s->max_x;
	s->max_y = p[1] > s->max_y ? p[1] : s->max_y;
}

static void add_segment(struct search *s, const double *a, const double *b)
{
	const double dx = b[0] - a[0], dy = b[1] - a[1], length2 = dx * dx + dy * dy;

	if (length2 > 0)
		s->segment[s->segment_count++] = (struct segment){a[0], a[1], dx, dy, 1 / length2};
}

static bool read_rings(struct search *s, const double *xy, const uint32_t *ring, uint32_t ring_count)
{
	size_t points = 0;

	for (uint32_t r = 0; r < ring_count; r++) {
		points += ring[r];
		if (points > MM_POLE_POINTS_MAX)
			return false;
		for (uint32_t i = 0; i < ring[r]; i++, xy += 2) {
			add_point(s, xy);
			if (i + 1 < ring[r])
				add_segment(s, xy, xy + 2);
		}
	}
	return s->segment_count > 0;
}

/* How far a place is from the outline, < 0 outside; -HUGE_VAL when it is less than `wanted`. Without branches
 * that no processor could foresee: they would be most of the time. */
static double room(const struct search *s, double x, double y, double wanted)
{
	const double enough = wanted > 0 ? wanted * wanted : 0;
	double least = HUGE_VAL;
	unsigned inside = 0;

	for (size_t i = 0; i < s->segment_count; i++) {
		const struct segment *e = &s->segment[i];
		const double px = x - e->x, py = y - e->y, cross = px * e->dy - py * e->dx;
		double t = (px * e->dx + py * e->dy) * e->per_length2, ex, ey, d;

		t = t > 0 ? t : 0;
		t = t < 1 ? t : 1;
		ex = px - t * e->dx;
		ey = py - t * e->dy;
		d = ex * ex + ey * ey;
		if (d < enough)
			return -HUGE_VAL;
		least = d < least ? d : least;
		inside ^= (unsigned)((py < 0) != (py < e->dy)) & (unsigned)((cross < 0) == (e->dy > 0));
	}
	return inside ? sqrt(least) : -sqrt(least);
}

static void sift_up(struct search *s, struct cell c)
{
	size_t i = s->count++;

	for (; i && s->heap[(i - 1) / 2].most < c.most; i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = c;
}

static struct cell pop(struct search *s)
{
	const struct cell top = s->heap[0], last = s->heap[--s->count];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < s->count) {
		if (child + 1 < s->count && s->heap[child + 1].most > s->heap[child].most)
			child++;
		if (s->heap[child].most <= last.most)
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = last;
	return top;
}

/* Looks at a square and keeps it when it may hold something better; false: there are too many. */
static bool look_at(struct search *s, double x, double y, double half)
{
	const double reach = half * (double)M_SQRT2;
	struct cell c = {.x = x, .y = y, .half = half};

	c.room = room(s, x, y, s->best.room + s->tolerance - reach);
	c.most = c.room + reach;
	if (c.room > s->best.room)
		s->best = c;
	if (c.most <= s->best.room + s->tolerance)
		return true;
	if (s->count == CELLS_MAX)
		return false;
	sift_up(s, c);
	return true;
}

/* Squares of the box's shorter side, all over it. */
static bool look_at_box(struct search *s)
{
	const double w = s->max_x - s->min_x, h = s->max_y - s->min_y, side = w < h ? w : h;
	bool fits = side * CELLS_MAX > w && side * CELLS_MAX > h;

	for (double y = s->min_y; y < s->max_y && fits; y += side)
		for (double x = s->min_x; x < s->max_x && fits; x += side)
			fits = look_at(s, x + side / 2, y + side / 2, side / 2);
	return fits;
}

bool mm_pole_find(const double *xy, const uint32_t *ring, uint32_t ring_count, double tolerance,
		  double ret_xy[2], double *ret_room)
{
	struct search s;
	bool fits;

	s.segment_count = s.count = 0;
	s.min_x = s.min_y = HUGE_VAL;
	s.max_x = s.max_y = -HUGE_VAL;
	s.tolerance = tolerance;
	s.best = (struct cell){.room = -HUGE_VAL};
	fits = read_rings(&s, xy, ring, ring_count) && look_at_box(&s);
	while (fits && s.count) {
		const struct cell c = pop(&s);
		const double q = c.half / 2;

		if (c.most <= s.best.room + tolerance)
			break;
		fits = look_at(&s, c.x - q, c.y - q, q) && look_at(&s, c.x + q, c.y - q, q) &&
		       look_at(&s, c.x - q, c.y + q, q) && look_at(&s, c.x + q, c.y + q, q);
	}
	if (!fits)
		return false;
	ret_xy[0] = s.best.x;
	ret_xy[1] = s.best.y;
	*ret_room = s.best.room;
	return true;
}
