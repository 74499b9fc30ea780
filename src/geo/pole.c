#include "geo/pole.h"

#include <math.h>
#include <stddef.h>

enum { CELLS_MAX = 512, LANES = 4, BLOCKS_MAX = (MM_POLE_POINTS_MAX + LANES - 1) / LANES };

static const float FAR = 1e15F; /* from all that has a place, which is within a few units */

/* Several segments at a time, each in its lane. */
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t marks __attribute__((vector_size(LANES * sizeof(int32_t))));

struct block {
	lanes x, y, dx, dy, per_length2;
};

/* A square that may hold a better place than its middle. */
struct cell {
	double x, y, half;
	double room; /* of the middle to the outline, < 0 outside */
	double most; /* that any of its places can have */
};

struct search {
	struct block block[BLOCKS_MAX]; /* from the corner of the box, in parts of its longer side */
	size_t segment_count;
	double min_x, min_y, max_x, max_y; /* as they were given */
	double unit;                       /* their longer side; all below is in parts of it */
	double tolerance;
	double area, sum_x, sum_y; /* twice, six times: of the centre of gravity */
	struct cell best;
	struct cell heap[CELLS_MAX]; /* the most promising first */
	size_t count;
};

static bool find_box(struct search *s, const double *xy, const uint32_t *ring, uint32_t ring_count)
{
	size_t points = 0;

	for (uint32_t r = 0; r < ring_count; r++) {
		points += ring[r];
		if (points > MM_POLE_POINTS_MAX)
			return false;
	}
	for (size_t i = 0; i < points; i++) {
		const double x = xy[2 * i], y = xy[2 * i + 1];

		s->min_x = x < s->min_x ? x : s->min_x;
		s->min_y = y < s->min_y ? y : s->min_y;
		s->max_x = x > s->max_x ? x : s->max_x;
		s->max_y = y > s->max_y ? y : s->max_y;
	}
	return points > 0;
}

static void put_segment(struct search *s, double x, double y, double dx, double dy, double per_length2)
{
	struct block *b = &s->block[s->segment_count / LANES];
	const size_t lane = s->segment_count++ % LANES;

	b->x[lane] = (float)x;
	b->y[lane] = (float)y;
	b->dx[lane] = (float)dx;
	b->dy[lane] = (float)dy;
	b->per_length2[lane] = (float)per_length2;
}

static void add_ring(struct search *s, const double *xy, uint32_t n)
{
	for (uint32_t i = 0; i + 1 < n; i++, xy += 2) {
		const double x = (xy[0] - s->min_x) / s->unit, y = (xy[1] - s->min_y) / s->unit,
			     dx = (xy[2] - xy[0]) / s->unit, dy = (xy[3] - xy[1]) / s->unit,
			     length2 = dx * dx + dy * dy;

		if (length2 > 0) {
			put_segment(s, x, y, dx, dy, 1 / length2);
			s->area += x * dy - y * dx;
			s->sum_x += (x * dy - y * dx) * (2 * x + dx);
			s->sum_y += (x * dy - y * dx) * (2 * y + dy);
		}
	}
}

static bool read_rings(struct search *s, const double *xy, const uint32_t *ring, uint32_t ring_count)
{
	if (!find_box(s, xy, ring, ring_count))
		return false;
	s->unit = fmax(s->max_x - s->min_x, s->max_y - s->min_y);
	for (uint32_t r = 0; r < ring_count && s->unit > 0; xy += 2 * (size_t)ring[r], r++)
		add_ring(s, xy, ring[r]);
	if (s->segment_count == 0)
		return false;
	while (s->segment_count % LANES)
		put_segment(s, (double)FAR, (double)FAR, 0, 0, 0);
	return true;
}

static lanes where(marks m, lanes a, lanes b)
{
	return (lanes)(((marks)a & m) | ((marks)b & ~m));
}

/* How far a place is from the outline, < 0 outside; -HUGE_VAL when it is less than `wanted`. Without branches
 * that no processor could foresee: they would be most of the time. */
static double room(const struct search *s, double at_x, double at_y, double wanted)
{
	const double enough = wanted > 0 ? wanted * wanted : 0;
	const lanes none = {0}, one = none + 1, x = none + (float)at_x, y = none + (float)at_y;
	lanes least = none + FAR * FAR;
	marks inside = {0};
	float nearest = FAR * FAR;
	int32_t odd = 0;

	for (size_t i = 0; i < s->segment_count / LANES; i++) {
		const struct block *e = &s->block[i];
		const lanes px = x - e->x, py = y - e->y, cross = px * e->dy - py * e->dx;
		lanes t = (px * e->dx + py * e->dy) * e->per_length2, ex, ey, d;

		t = where(t > none, t, none);
		t = where(t < one, t, one);
		ex = px - t * e->dx;
		ey = py - t * e->dy;
		d = ex * ex + ey * ey;
		least = where(d < least, d, least);
		inside ^= ((py < none) ^ (py < e->dy)) & ~((cross < none) ^ (e->dy > none));
	}
	for (size_t i = 0; i < LANES; i++) {
		nearest = least[i] < nearest ? least[i] : nearest;
		odd ^= inside[i];
	}
	if ((double)nearest < enough)
		return -HUGE_VAL;
	return odd ? sqrt((double)nearest) : -sqrt((double)nearest);
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

/* The centre of gravity, where labels of plain shapes look best; then squares of the box's shorter side, all
 * over it. */
static bool look_at_box(struct search *s)
{
	const double w = (s->max_x - s->min_x) / s->unit, h = (s->max_y - s->min_y) / s->unit,
		     side = w < h ? w : h;
	bool fits = side * CELLS_MAX > 1;

	if (fits && s->area != 0)
		fits = look_at(s, s->sum_x / s->area / 3, s->sum_y / s->area / 3, 0);
	for (double y = 0; y < h && fits; y += side)
		for (double x = 0; x < w && fits; x += side)
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
	s.area = s.sum_x = s.sum_y = 0;
	s.best = (struct cell){.room = -HUGE_VAL};
	fits = read_rings(&s, xy, ring, ring_count);
	s.tolerance = fits ? tolerance / s.unit : 0;
	fits = fits && look_at_box(&s);
	while (fits && s.count) {
		const struct cell c = pop(&s);
		const double q = c.half / 2;

		if (c.most <= s.best.room + s.tolerance)
			break;
		fits = look_at(&s, c.x - q, c.y - q, q) && look_at(&s, c.x + q, c.y - q, q) &&
		       look_at(&s, c.x - q, c.y + q, q) && look_at(&s, c.x + q, c.y + q, q);
	}
	if (!fits)
		return false;
	ret_xy[0] = s.min_x + s.best.x * s.unit;
	ret_xy[1] = s.min_y + s.best.y * s.unit;
	*ret_room = s.best.room * s.unit;
	return true;
}
