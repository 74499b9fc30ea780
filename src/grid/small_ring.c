#include "grid/small_ring.h"

#include <stddef.h>
#include <string.h>

/* Twice the area of the triangle a-b-c; positive: it turns clockwise with y to the south. */
static int64_t cross(const int32_t *a, const int32_t *b, const int32_t *c)
{
	return ((int64_t)b[0] - a[0]) * ((int64_t)c[1] - b[1]) -
	       ((int64_t)b[1] - a[1]) * ((int64_t)c[0] - b[0]);
}

static void take_out(struct mm_small_ring *r, int i)
{
	memmove(r->xy[i], r->xy[i + 1], (size_t)(r->count - 1 - i) * sizeof(r->xy[0]));
	r->count--;
}

static const int32_t *before(const struct mm_small_ring *r, int i)
{
	return r->xy[i ? i - 1 : r->count - 1];
}

static const int32_t *after(const struct mm_small_ring *r, int i)
{
	return r->xy[i + 1 < r->count ? i + 1 : 0];
}

/* Corners that do not turn: repeats, points on a side, spikes of any depth. */
static void straighten(struct mm_small_ring *r)
{
	for (int i = 0, calm = 0; r->count >= 3 && calm < r->count;) {
		if (cross(before(r, i), r->xy[i], after(r, i)) == 0) {
			take_out(r, i);
			calm = 0;
			i = i > 0 ? i - 1 : r->count - 1;
			continue;
		}
		calm++;
		i = i + 1 < r->count ? i + 1 : 0;
	}
}

/* How far a corner stands off the line between its neighbours, squared, in units. */
static double height2(const struct mm_small_ring *r, int i)
{
	const int32_t *a = before(r, i), *c = after(r, i);
	double area = (double)cross(a, r->xy[i], c), x = (double)c[0] - a[0], y = (double)c[1] - a[1];
	double base2 = x * x + y * y;

	return base2 > 0 ? area * area / base2 : 0;
}

static void simplify(struct mm_small_ring *r, double tolerance)
{
	double height[MM_SMALL_RING_MAX] = {0};

	for (int i = 0; i < r->count; i++)
		height[i] = height2(r, i);
	while (r->count > 4) {
		int low = 0;

		for (int i = 1; i < r->count; i++)
			if (height[i] < height[low])
				low = i;
		if (height[low] >= tolerance * tolerance)
			return;
		take_out(r, low);
		memmove(height + low, height + low + 1, (size_t)(r->count - low) * sizeof(*height));
		low = low < r->count ? low : 0;
		height[low] = height2(r, low);
		low = low ? low - 1 : r->count - 1;
		height[low] = height2(r, low);
	}
}

static int64_t area2(const struct mm_small_ring *r)
{
	int64_t sum = 0;
	const int32_t *a = r->xy[r->count - 1];

	for (int i = 0; i < r->count; a = r->xy[i++])
		sum += (int64_t)a[0] * r->xy[i][1] - (int64_t)r->xy[i][0] * a[1];
	return sum;
}

static void reverse(struct mm_small_ring *r)
{
	for (int i = 0, k = r->count - 1; i < k; i++, k--) {
		int32_t t[2];

		memcpy(t, r->xy[i], sizeof(t));
		memcpy(r->xy[i], r->xy[k], sizeof(t));
		memcpy(r->xy[k], t, sizeof(t));
	}
}

/*
 * Every corner turns the same way, and all of them together once round: x goes up once and down once. 1:
 * clockwise as seen, -1: the other way, 0: neither, or a corner does not turn.
 */
static int convex_way(const struct mm_small_ring *r)
{
	const int32_t *a = r->xy[r->count - 1], *b = r->xy[0];
	int turns = 0, was = 0, way = 0;

	for (int i = 0; i < r->count; i++) {
		const int32_t *c = after(r, i);
		int64_t turn = cross(a, b, c);
		int x = (c[0] > b[0]) - (c[0] < b[0]), corner = turn > 0 ? 1 : -1;

		if (turn == 0 || (way && corner != way))
			return 0;
		way = corner;
		if (x && x != was) {
			turns += was != 0;
			was = x;
		}
		a = b;
		b = c;
	}
	return turns <= 2 ? way : 0;
}

/* A ring that needs nothing done to it but to be turned round perhaps. */
static bool is_ready(struct mm_small_ring *r, int tolerance)
{
	int way = r->count >= 3 && (r->count <= 4 || tolerance == 0) ? convex_way(r) : 0;

	if (way < 0)
		reverse(r);
	r->is_convex = way != 0;
	return way != 0;
}

bool mm_small_ring_tidy(struct mm_small_ring *r, int tolerance)
{
	int64_t area;

	if (is_ready(r, tolerance))
		return true;
	straighten(r);
	if (r->count > 4 && tolerance > 0) {
		simplify(r, tolerance);
		straighten(r);
	}
	if (r->count < 3)
		return false;
	area = area2(r);
	if (area < 0)
		reverse(r);
	r->is_convex = convex_way(r) != 0;
	return area != 0;
}

static int sign(int64_t v)
{
	return (v > 0) - (v < 0);
}

static bool apart_on(int32_t a, int32_t b, int32_t c, int32_t d)
{
	return (a > b ? a : b) < (c < d ? c : d) || (c > d ? c : d) < (a < b ? a : b);
}

static bool touch(const int32_t *a, const int32_t *b, const int32_t *c, const int32_t *d)
{
	int s, t;

	if (apart_on(a[0], b[0], c[0], d[0]) || apart_on(a[1], b[1], c[1], d[1]))
		return false;
	s = sign(cross(a, b, c));
	t = sign(cross(a, b, d));
	if (s && s == t)
		return false;
	s = sign(cross(c, d, a));
	t = sign(cross(c, d, b));
	return !(s && s == t);
}

bool mm_small_ring_is_simple(const struct mm_small_ring *r)
{
	if (r->is_convex)
		return true;
	for (int i = 0; i + 2 < r->count; i++)
		for (int k = i + 2; k < r->count; k++)
			if (!(i == 0 && k == r->count - 1) &&
			    touch(r->xy[i], r->xy[i + 1], r->xy[k], after(r, k)))
				return false;
	return true;
}
