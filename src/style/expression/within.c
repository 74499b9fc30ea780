#include "style/expression/node.h"

#include <math.h>
#include <string.h>

void mm_expr_project(const double (*degrees)[2], size_t n, double (*ret)[2])
{
	for (size_t i = 0; i < n; i++) {
		const double north = degrees[i][1] * M_PI / 180;

		ret[i][0] = (180 + degrees[i][0]) / 360;
		ret[i][1] = (180 - 180 / M_PI * log(tan(M_PI / 4 + north / 2))) / 360;
	}
}

static bool is_on_edge(const double p[static 2], const double a[static 2], const double b[static 2])
{
	const double x1 = p[0] - a[0], y1 = p[1] - a[1], x2 = p[0] - b[0], y2 = p[1] - b[1];

	return x1 * y2 - x2 * y1 == 0 && x1 * x2 <= 0 && y1 * y2 <= 0;
}

static bool is_passed(const double p[static 2], const double a[static 2], const double b[static 2])
{
	return (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0];
}

bool mm_expr_ring_covers(const double point[static 2], const struct mm_expr_part *rings, size_t n, bool edge)
{
	bool inside = false;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 1; j < rings[i].n; j++) {
			if (is_on_edge(point, rings[i].at[j - 1], rings[i].at[j]))
				return edge;
			inside ^= is_passed(point, rings[i].at[j - 1], rings[i].at[j]);
		}
	return inside;
}

/* Do a and b lie on different sides of the line from c to d? */
static bool are_apart(const double a[static 2], const double b[static 2], const double c[static 2],
		      const double d[static 2])
{
	const double x = d[0] - c[0], y = d[1] - c[1];
	const double da = (a[0] - c[0]) * y - x * (a[1] - c[1]), db = (b[0] - c[0]) * y - x * (b[1] - c[1]);

	return (da > 0 && db < 0) || (da < 0 && db > 0);
}

bool mm_expr_segments_cross(const double a[static 2], const double b[static 2], const double c[static 2],
			    const double d[static 2])
{
	return are_apart(a, b, c, d) && are_apart(c, d, a, b);
}

struct bounds {
	double west, north, east, south;
};

static void extend(struct bounds *b, const double p[static 2])
{
	b->west = fmin(b->west, p[0]);
	b->north = fmin(b->north, p[1]);
	b->east = fmax(b->east, p[0]);
	b->south = fmax(b->south, p[1]);
}

static const struct bounds nothing = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};

/* All polygons on the grid of the evaluation, with the bounds of them all. Parts go to `ret` one by one. */
static bool scale_parts(const struct mm_expr_geometry *g, const struct mm_expr_context *c, double size,
			struct mm_expr_geometry *ret, struct bounds *bounds)
{
	struct mm_expr_part *parts = mm_arena_array(c->mem, g->n, sizeof(*parts));

	for (size_t i = 0; parts && i < g->n; i++) {
		double(*at)[2] = mm_arena_array(c->mem, g->parts[i].n, sizeof(*at));

		if (!at && g->parts[i].n)
			return false;
		for (size_t j = 0; j < g->parts[i].n; j++) {
			for (int k = 0; k < 2; k++) {
				at[j][k] = g->parts[i].at[j][k] * size;
				if (c->grid > 0)
					at[j][k] = floor(at[j][k] + 0.5);
			}
			extend(bounds, at[j]);
		}
		parts[i] = (struct mm_expr_part){(const double(*)[2])at, g->parts[i].n, g->parts[i].is_hole};
	}
	*ret = (struct mm_expr_geometry){g->dimension, parts, g->n};
	return parts != NULL;
}

/* Brings a point beyond the date line to the side where the polygons are. */
static void wrap(double p[static 2], const struct bounds *b, double world)
{
	double shift = 0;

	if (p[0] >= b->west && p[0] <= b->east)
		return;
	if (p[0] - b->west > world / 2 || p[0] - b->east > world / 2)
		shift = -world;
	else if (b->west - p[0] > world / 2 || b->east - p[0] > world / 2)
		shift = world;
	p[0] += shift;
}

/* Wraps all points; a line that crosses half the world stays as it is. */
static void wrap_all(struct mm_expr_geometry *g, const struct bounds *polygons, double world,
		     struct bounds *ret)
{
	struct bounds own = nothing;

	for (size_t i = 0; i < g->n; i++)
		for (size_t j = 0; j < g->parts[i].n; j++)
			extend(&own, g->parts[i].at[j]);
	if (g->dimension == MM_EXPR_LINES && own.east - own.west > world / 2) {
		*ret = own;
		return;
	}
	*ret = nothing;
	for (size_t i = 0; i < g->n; i++) {
		double(*at)[2] = (double(*)[2])(uintptr_t)g->parts[i].at; /* made by scale_parts */

		for (size_t j = 0; j < g->parts[i].n; j++) {
			wrap(at[j], polygons, world);
			extend(ret, at[j]);
		}
	}
}

static bool crosses_edge(const struct mm_expr_part *line, const struct mm_expr_geometry *polygon)
{
	for (size_t i = 1; i < line->n; i++)
		for (size_t r = 0; r < polygon->n; r++)
			for (size_t j = 1; j < polygon->parts[r].n; j++)
				if (mm_expr_segments_cross(line->at[i - 1], line->at[i],
							   polygon->parts[r].at[j - 1],
							   polygon->parts[r].at[j]))
					return true;
	return false;
}

/* Is a line, or all points of a part, inside one of the polygons? */
static bool is_part_within(const struct mm_expr_part *part, bool is_line,
			   const struct mm_expr_geometry *polygon)
{
	for (size_t i = 0; i < part->n; i++)
		if (!mm_expr_ring_covers(part->at[i], polygon->parts, polygon->n, false))
			return false;
	return !is_line || !crosses_edge(part, polygon);
}

static size_t count_points(const struct mm_expr_geometry *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += g->parts[i].n;
	return n;
}

static bool is_within(const struct mm_expr_geometry *g, const struct mm_expr_geometry *polygons, size_t n)
{
	for (size_t i = 0; i < g->n; i++) {
		bool found = false;

		for (size_t j = 0; j < n && !found; j++)
			found = is_part_within(&g->parts[i], g->dimension == MM_EXPR_LINES, &polygons[j]);
		if (!found)
			return false;
	}
	return true;
}

static bool is_inside(const struct bounds *a, const struct bounds *b)
{
	return a->west > b->west && a->east < b->east && a->north > b->north && a->south < b->south;
}

/* Points of a part one by one, for each may lie in another polygon. */
static bool split_points(struct mm_expr_geometry *g, struct mm_arena *mem)
{
	const size_t n = count_points(g);
	struct mm_expr_part *parts = mm_arena_array(mem, n, sizeof(*parts)), *p = parts;

	for (size_t i = 0; parts && i < g->n; i++)
		for (size_t j = 0; j < g->parts[i].n; j++)
			*p++ = (struct mm_expr_part){g->parts[i].at + j, 1, false};
	g->parts = parts;
	g->n = n;
	return parts || !n;
}

static bool project_geometry(struct mm_expr_geometry *g, struct mm_arena *mem)
{
	struct mm_expr_part *parts = mm_arena_array(mem, g->n, sizeof(*parts));

	for (size_t i = 0; parts && i < g->n; i++) {
		double(*at)[2] = mm_arena_array(mem, g->parts[i].n, sizeof(*at));

		if (!at && g->parts[i].n)
			return false;
		mm_expr_project(g->parts[i].at, g->parts[i].n, at);
		parts[i] = (struct mm_expr_part){(const double(*)[2])at, g->parts[i].n, g->parts[i].is_hole};
	}
	g->parts = parts;
	return parts != NULL;
}

bool mm_expr_run_within(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret)
{
	const struct mm_expr_shapes *s = e->shapes;
	const double world = c->grid > 0 ? c->grid : 1;
	struct mm_expr_geometry g = {.n = 0}, *polygons;
	struct bounds around = nothing, own = nothing;
	size_t points = 0;

	*ret = mm_style_boolean_value(false);
	if (!c->feature || !c->feature->geometry)
		return true;
	if (!c->feature->geometry(c->feature, c->mem, &g))
		return mm_expr_fails_nomem(c, e);
	if (g.n == 0 || g.dimension == MM_EXPR_POLYGONS)
		return true;
	polygons = mm_arena_array(c->mem, s->n, sizeof(*polygons));
	for (size_t i = 0; polygons && i < s->n; i++) {
		points += count_points(&s->shapes[i]);
		if (!scale_parts(&s->shapes[i], c, world, &polygons[i], &around))
			return mm_expr_fails_nomem(c, e);
	}
	c->steps += (uint32_t)fmin((double)points * (double)count_points(&g) / 256, 1e9);
	if (c->steps > MM_EXPR_STEPS_MAX)
		return mm_expr_fails(c, e, "\"within\" has too many points");
	if (!polygons || !project_geometry(&g, c->mem) || !scale_parts(&g, c, world, &g, &own) ||
	    (g.dimension == MM_EXPR_POINTS && !split_points(&g, c->mem)))
		return mm_expr_fails_nomem(c, e);
	wrap_all(&g, &around, world, &own);
	*ret = mm_style_boolean_value(is_inside(&own, &around) && is_within(&g, polygons, s->n));
	return true;
}
