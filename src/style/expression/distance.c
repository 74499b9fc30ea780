#include "style/expression/node.h"

#include <math.h>

/* Metres to a degree at one latitude (cheap-ruler, WGS 84): near enough at the size of a city. */
struct ruler {
	double kx, ky;
};

static struct ruler ruler_at(double latitude)
{
	const double flattening = 1 / 298.257223563, e2 = flattening * (2 - flattening);
	const double metres = M_PI / 180 * 6378137, coslat = cos(latitude * M_PI / 180);
	const double w2 = 1 / (1 - e2 * (1 - coslat * coslat)), w = sqrt(w2);

	return (struct ruler){metres * w * coslat, metres * w * w2 * (1 - e2)};
}

/* The shorter way round. */
static double turn(double degrees)
{
	return remainder(degrees, 360);
}

static double point_to_point(const struct ruler *r, const double a[static 2], const double b[static 2])
{
	return hypot(turn(a[0] - b[0]) * r->kx, (a[1] - b[1]) * r->ky);
}

/* By way of the nearest point in degrees, as the reference has it: what is lost by that is the same. */
static double point_to_segment(const struct ruler *r, const double p[static 2], const double a[static 2],
			       const double b[static 2])
{
	const double dx = turn(b[0] - a[0]) * r->kx, dy = (b[1] - a[1]) * r->ky;
	const double along = turn(p[0] - a[0]) * r->kx * dx + (p[1] - a[1]) * r->ky * dy;
	const double span = dx * dx + dy * dy, t = span > 0 ? along / span : 0;
	const double nearest[2] = {a[0] + dx / r->kx * t, a[1] + dy / r->ky * t};

	if (t > 1)
		return point_to_point(r, p, b);
	return point_to_point(r, p, t > 0 ? nearest : a);
}

static double segment_to_segment(const struct ruler *r, const double a[static 2], const double b[static 2],
				 const double c[static 2], const double d[static 2])
{
	if (mm_expr_segments_cross(a, b, c, d))
		return 0;
	return fmin(fmin(point_to_segment(r, a, c, d), point_to_segment(r, b, c, d)),
		    fmin(point_to_segment(r, c, a, b), point_to_segment(r, d, a, b)));
}

/* Between two parts, each of points that stand alone or are joined. */
static double part_to_part(const struct ruler *r, const struct mm_expr_part *a, bool a_joined,
			   const struct mm_expr_part *b, bool b_joined)
{
	const size_t na = a_joined && a->n > 1 ? a->n - 1 : a->n, nb = b_joined && b->n > 1 ? b->n - 1 : b->n;
	double least = HUGE_VAL;

	a_joined = na < a->n;
	b_joined = nb < b->n;
	for (size_t i = 0; i < na && least > 0; i++)
		for (size_t j = 0; j < nb; j++) {
			double d;

			if (a_joined && b_joined)
				d = segment_to_segment(r, a->at[i], a->at[i + 1], b->at[j], b->at[j + 1]);
			else if (a_joined)
				d = point_to_segment(r, b->at[j], a->at[i], a->at[i + 1]);
			else if (b_joined)
				d = point_to_segment(r, a->at[i], b->at[j], b->at[j + 1]);
			else
				d = point_to_point(r, a->at[i], b->at[j]);
			least = fmin(least, d);
		}
	return least;
}

/* Does one of the polygons cover a point of the other geometry? */
static bool covers(const struct mm_expr_geometry *polygons, const struct mm_expr_geometry *other)
{
	for (size_t from = 0, to; from < polygons->n; from = to) {
		for (to = from + 1; to < polygons->n && polygons->parts[to].is_hole; to++)
			;
		for (size_t i = 0; i < other->n; i++)
			for (size_t j = 0; j < other->parts[i].n; j++)
				if (mm_expr_ring_covers(other->parts[i].at[j], polygons->parts + from,
							to - from, true))
					return true;
	}
	return false;
}

static double between(const struct ruler *r, const struct mm_expr_geometry *a,
		      const struct mm_expr_geometry *b)
{
	double least = HUGE_VAL;

	if ((a->dimension == MM_EXPR_POLYGONS && covers(a, b)) ||
	    (b->dimension == MM_EXPR_POLYGONS && covers(b, a)))
		return 0;
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			least = fmin(least, part_to_part(r, &a->parts[i], a->dimension != MM_EXPR_POINTS,
							 &b->parts[j], b->dimension != MM_EXPR_POINTS));
	return least;
}

static double points_in(const struct mm_expr_geometry *g)
{
	double n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += (double)g->parts[i].n;
	return n;
}

bool mm_expr_run_distance(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	struct mm_expr_geometry g = {.n = 0};
	double least = HUGE_VAL, pairs = 0;
	struct ruler r;

	*ret = mm_style_number_value((double)NAN);
	if (!c->feature || !c->feature->geometry)
		return true;
	if (!c->feature->geometry(c->feature, c->mem, &g))
		return mm_expr_fails_nomem(c, e);
	if (g.n == 0 || g.parts[0].n == 0)
		return true;
	for (size_t i = 0; i < e->shapes->n; i++)
		pairs += points_in(&e->shapes->shapes[i]) * points_in(&g);
	c->steps += (uint32_t)fmin(pairs / 256, 1e9);
	if (c->steps > MM_EXPR_STEPS_MAX)
		return mm_expr_fails(c, e, "\"distance\" has too many points");
	r = ruler_at(g.parts[0].at[0][1]);
	for (size_t i = 0; i < e->shapes->n && least > 0; i++)
		least = fmin(least, between(&r, &g, &e->shapes->shapes[i]));
	*ret = mm_style_number_value(least);
	return true;
}
