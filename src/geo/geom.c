#include "geo/geom.h"

#include <math.h>

const char *mm_geom_type_name(enum mm_geom_type type)
{
	static const char *const name[MM_GEOM_TYPE_COUNT] = {
	    "null",       "Point",           "LineString",   "Polygon",
	    "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection",
	};

	return (unsigned)type < MM_GEOM_TYPE_COUNT ? name[type] : "null";
}

int mm_geom_dimension(const struct mm_geom *g)
{
	static const signed char dimension[MM_GEOM_TYPE_COUNT] = {-1, 0, 1, 2, 0, 1, 2, -1};
	int most = -1;

	if (g->type != MM_GEOM_COLLECTION)
		return (unsigned)g->type < MM_GEOM_TYPE_COUNT ? dimension[g->type] : -1;
	for (uint32_t i = 0; i < g->part_count; i++) {
		int d = (int)mm_part_kind(g->part[i]); /* points 0, line 1, polygon 2 */

		most = d > most ? d : most;
	}
	return most;
}

struct mm_box mm_geom_box(const struct mm_geom *g)
{
	struct mm_box b = mm_box_empty();

	for (uint32_t i = 0; i < g->vertex_count; i++)
		mm_box_add(&b, g->xy[2 * (size_t)i], g->xy[2 * (size_t)i + 1]);
	return b;
}

double mm_ring_area2(const double *xy, uint32_t vertex_count)
{
	double sum = 0;

	for (uint32_t i = 1; i + 1 < vertex_count; i++) {
		const double *a = xy + 2 * (size_t)i, *b = a + 2;

		sum += (a[0] - xy[0]) * (b[1] - xy[1]) - (b[0] - xy[0]) * (a[1] - xy[1]);
	}
	return sum;
}

/* Adds b to an expansion (Shewchuk: non-overlapping doubles, smallest first) of n terms in place. */
static int grow(double *e, int n, double b)
{
	for (int i = 0; i < n; i++) {
		double sum = b + e[i], bv = sum - b;

		e[i] = (b - (sum - bv)) + (e[i] - bv);
		b = sum;
	}
	e[n] = b;
	return n + 1;
}

/* Sign of the determinant with no rounding: six products of two doubles each, summed exactly. */
static int exact_side(const double *a, const double *b, double x, double y)
{
	const double f[6][2] = {{a[0], b[1]}, {-a[0], y}, {-x, b[1]}, {-a[1], b[0]}, {a[1], x}, {y, b[0]}};
	double e[12];
	int n = 0;

	for (int i = 0; i < 6; i++) {
		double product = f[i][0] * f[i][1];

		n = grow(e, n, fma(f[i][0], f[i][1], -product));
		n = grow(e, n, product);
	}
	while (n > 0 && e[n - 1] == 0)
		n--;
	return n == 0 ? 0 : e[n - 1] > 0 ? 1 : -1;
}

/* On which side of the line a -> b the point lies: 1 left, -1 right, 0 on it. Exact; the error bound of the
 * quick answer is Shewchuk's ccwerrboundA ("Adaptive Precision Floating-Point Arithmetic", 1997). */
static int side_of(const double *a, const double *b, double x, double y)
{
	double left = (a[0] - x) * (b[1] - y), right = (a[1] - y) * (b[0] - x);
	double det = left - right, bound = 3.3306690738754716e-16 * (fabs(left) + fabs(right));

	if (det > bound)
		return 1;
	if (det < -bound)
		return -1;
	return exact_side(a, b, x, y);
}

static bool point_in(const double *p, const struct mm_box *b)
{
	return p[0] >= b->min_x && p[0] <= b->max_x && p[1] >= b->min_y && p[1] <= b->max_y;
}

/* A segment and a box meet when their boxes do and the line has corners on both sides (separating axes). */
static bool segment_meets(const double *p, const double *q, const struct mm_box *b)
{
	int first;

	if ((p[0] < b->min_x && q[0] < b->min_x) || (p[0] > b->max_x && q[0] > b->max_x) ||
	    (p[1] < b->min_y && q[1] < b->min_y) || (p[1] > b->max_y && q[1] > b->max_y))
		return false;
	if (point_in(p, b) || point_in(q, b))
		return true;
	first = side_of(p, q, b->min_x, b->min_y);
	return first == 0 || side_of(p, q, b->max_x, b->min_y) != first ||
	       side_of(p, q, b->min_x, b->max_y) != first || side_of(p, q, b->max_x, b->max_y) != first;
}

/* True when the ray from (x, y) to the east crosses the edge. */
static bool ray_crosses(const double *p, const double *q, double x, double y)
{
	if ((p[1] > y) == (q[1] > y))
		return false;
	return q[1] > p[1] ? side_of(p, q, x, y) > 0 : side_of(p, q, x, y) < 0;
}

/* One ring or line; *inside is flipped by each edge east of the box's first corner. */
static bool path_meets(const double *xy, uint32_t count, const struct mm_box *b, bool *inside)
{
	if (count == 1)
		return point_in(xy, b);
	for (uint32_t i = 1; i < count; i++) {
		const double *q = xy + 2 * (size_t)i, *p = q - 2;

		if (segment_meets(p, q, b))
			return true;
		*inside ^= ray_crosses(p, q, b->min_x, b->min_y);
	}
	return false;
}

static bool points_meet(const double *xy, uint32_t count, const struct mm_box *b)
{
	for (uint32_t i = 0; i < count; i++)
		if (point_in(xy + 2 * (size_t)i, b))
			return true;
	return false;
}

static double bounded(double v)
{
	return v < -1e100 ? -1e100 : v > 1e100 ? 1e100 : v;
}

bool mm_geom_meets_box(const struct mm_geom *g, const struct mm_box *box)
{
	/* infinite edges would turn the determinants into NaN */
	const struct mm_box finite = {bounded(box->min_x), bounded(box->min_y), bounded(box->max_x),
				      bounded(box->max_y)};
	const struct mm_box *b = &finite;
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;

	if (mm_box_is_empty(b))
		return false;
	for (uint32_t i = 0; i < g->part_count; i++) {
		enum mm_part_kind kind = mm_part_kind(g->part[i]);
		bool inside = false;

		for (uint32_t r = mm_part_rings(g->part[i]); r > 0; r--, ring++) {
			if (kind == MM_PART_POINTS ? points_meet(xy, *ring, b)
						   : path_meets(xy, *ring, b, &inside))
				return true;
			xy += 2 * (size_t)*ring;
		}
		if (kind == MM_PART_POLYGON && inside)
			return true;
	}
	return false;
}
