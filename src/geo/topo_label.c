#include "base/arena.h"
#include "geo/pole.h"
#include "geo/topo.h"
#include "geo/topo_private.h"

#include <math.h>

enum {
	FEW = 16,                 /* points of a ring that is looked at itself */
	MANY = 3000,              /* vertices that GEOS is given */
	THIN_PARTS = 1024,        /* of the longer side: the first tolerance of thinning */
	TOLERANCE_PARTS = 128,    /* of the longer side: the finest search, of at most some 20 000 cells */
	TOLERANCE_WIDTHS = 8,     /* of area by outline, a quarter of the breadth of a ribbon or square */
	SLIVER = 500,             /* sides of a box: GEOS begins with squares of the shorter */
	SCRATCH_BYTES = 512 << 20 /* cap, for doubles of a polygon of 30 million vertices */
};

/* One polygon on the world square. */
struct piece {
	const struct mm_world *point;
	const uint32_t *ring;
	uint32_t ring_count;
	double area;
	struct mm_world_box box; /* of the shell */
};

static double ring_area(const struct mm_world *p, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 1; i + 1 < n; i++)
		sum += ((double)p[i].x - p[0].x) * ((double)p[i + 1].y - p[0].y) -
		       ((double)p[i].y - p[0].y) * ((double)p[i + 1].x - p[0].x);
	return fabs(sum) / 2;
}

/* Reads one part; returns the point behind it. */
static const struct mm_world *measure(struct piece *p)
{
	const struct mm_world *at = p->point;

	p->area = 0;
	for (uint32_t r = 0; r < p->ring_count; at += p->ring[r++])
		p->area += r ? -ring_area(at, p->ring[r]) : ring_area(at, p->ring[r]);
	return at;
}

static void measure_box(struct piece *p)
{
	p->box = (struct mm_world_box){UINT32_MAX, UINT32_MAX, 0, 0};
	for (uint32_t i = 0; i < p->ring[0]; i++) {
		const struct mm_world v = p->point[i];

		p->box.min_x = v.x < p->box.min_x ? v.x : p->box.min_x;
		p->box.min_y = v.y < p->box.min_y ? v.y : p->box.min_y;
		p->box.max_x = v.x > p->box.max_x ? v.x : p->box.max_x;
		p->box.max_y = v.y > p->box.max_y ? v.y : p->box.max_y;
	}
}

/* The polygon with the largest area; false: none has any. */
static bool find_largest(const struct mm_world_geom *g, struct piece *ret)
{
	struct piece p = {.point = g->point, .ring = g->ring};

	*ret = (struct piece){.point = NULL};
	for (uint32_t i = 0; i < g->part_count; i++) {
		const struct mm_world *next;

		p.ring_count = mm_part_rings(g->part[i]);
		next = measure(&p);
		if (mm_part_kind(g->part[i]) == MM_PART_POLYGON && p.ring_count && p.area > ret->area)
			*ret = p;
		p.point = next;
		p.ring += p.ring_count;
	}
	if (!ret->point)
		return false;
	measure_box(ret);
	return true;
}

/* Inside by the even-odd rule. */
static bool is_inside(const struct piece *p, struct mm_world at)
{
	const struct mm_world *v = p->point;
	bool inside = false;

	for (uint32_t r = 0; r < p->ring_count; v += p->ring[r++])
		for (uint32_t i = 0; i + 1 < p->ring[r]; i++) {
			const struct mm_world a = v[i], b = v[i + 1];

			if ((a.y > at.y) == (b.y > at.y))
				continue;
			inside ^= (double)at.x - a.x <
				  ((double)at.y - a.y) / ((double)b.y - a.y) * ((double)b.x - a.x);
		}
	return inside;
}

/* From distances to the corner of the box; false when it is not inside. */
static bool take(const struct piece *p, double x, double y, struct mm_world *ret)
{
	struct mm_world at;

	if (!(x >= 0 && y >= 0 && x <= p->box.max_x - p->box.min_x && y <= p->box.max_y - p->box.min_y))
		return false;
	at = (struct mm_world){p->box.min_x + (uint32_t)(x + 0.5), p->box.min_y + (uint32_t)(y + 0.5)};
	if (!is_inside(p, at))
		return false;
	*ret = at;
	return true;
}

/* ---- most buildings ---- */

static double turn(const struct mm_world *a, const struct mm_world *b, const struct mm_world *c)
{
	return ((double)b->x - a->x) * ((double)c->y - b->y) - ((double)b->y - a->y) * ((double)c->x - b->x);
}

static bool is_convex(const struct mm_world *p, uint32_t n)
{
	bool left = false, right = false;

	for (uint32_t i = 0; i + 1 < n; i++) {
		double t = turn(&p[i], &p[i + 1], &p[i + 2 < n ? i + 2 : 1]);

		left |= t < 0;
		right |= t > 0;
	}
	return !(left && right);
}

/* The centroid of a ring of few points that is convex; false: it is not, or so thin that rounding fails. */
static bool find_centroid(const struct piece *p, struct mm_world *ret)
{
	const struct mm_world *v = p->point;
	double sum_x = 0, sum_y = 0, sum = 0;

	if (p->ring_count != 1 || p->ring[0] > FEW + 1 || !is_convex(v, p->ring[0]))
		return false;
	for (uint32_t i = 1; i + 1 < p->ring[0]; i++) {
		double ax = (double)v[i].x - v[0].x, ay = (double)v[i].y - v[0].y;
		double bx = (double)v[i + 1].x - v[0].x, by = (double)v[i + 1].y - v[0].y;
		double twice = ax * by - ay * bx;

		sum += twice;
		sum_x += twice * (ax + bx);
		sum_y += twice * (ay + by);
	}
	return take(p, sum_x / (3 * sum) + (v[0].x - p->box.min_x),
		    sum_y / (3 * sum) + (v[0].y - p->box.min_y), ret);
}

/* ---- all others ---- */

/* Points of a ring without those nearer than `least` to the one kept before; the ends stay. Returns how many;
 * writes them where `xy` is not NULL. */
static uint32_t thin_ring(const struct piece *p, const struct mm_world *v, uint32_t n, double least,
			  double *xy)
{
	uint32_t kept = 0, last = 0;

	for (uint32_t i = 0; i < n; i++) {
		double dx = (double)v[i].x - v[last].x, dy = (double)v[i].y - v[last].y;

		if (i && i + 1 < n && dx * dx + dy * dy < least * least)
			continue;
		last = i;
		if (xy) {
			xy[2 * (size_t)kept] = (double)v[i].x - p->box.min_x;
			xy[2 * (size_t)kept + 1] = (double)v[i].y - p->box.min_y;
		}
		kept++;
	}
	return kept;
}

/* The same of all rings; those that come out with fewer than four points are left out. */
static size_t thin(const struct piece *p, double least, struct mm_topo_part *ret, double *xy, uint32_t *ring)
{
	const struct mm_world *v = p->point;
	size_t count = 0;
	uint32_t rings = 0;

	for (uint32_t r = 0; r < p->ring_count; v += p->ring[r++]) {
		uint32_t n = thin_ring(p, v, p->ring[r], least, xy ? xy + 2 * count : NULL);

		if (n < 4 && r == 0)
			break;
		if (n < 4)
			continue;
		if (ring)
			ring[rings] = n;
		rings++;
		count += n;
	}
	*ret = (struct mm_topo_part){MM_PART_POLYGON, rings, ring, xy, count};
	return count;
}

/* The polygon for GEOS, its box's corner at 0, 0, with vertices at least so far apart; *ret NULL: nothing is
 * left of it. */
static enum mm_code to_geos(struct mm_topo *t, const struct piece *p, double least, GEOSGeometry **ret)
{
	MM_ARENA_SCOPE(mem, SCRATCH_BYTES);
	struct mm_topo_part part;
	size_t n = thin(p, least, &part, NULL, NULL);
	double *xy = mm_arena_array(&mem, n + 3, 2 * sizeof(*xy)); /* 3: of a ring that is left out */
	uint32_t *ring = mm_arena_array(&mem, part.ring_count + 1, sizeof(*ring));

	*ret = NULL;
	if (!xy || !ring)
		return MM_E_NOMEM;
	(void)thin(p, least, &part, xy, ring);
	return !part.ring_count || mm_topo_polygon(t, &part, ret) ? MM_OK : MM_E_NOMEM;
}

static double outline(const struct piece *p)
{
	const struct mm_world *v = p->point;
	double sum = 0;

	for (uint32_t r = 0; r < p->ring_count; v += p->ring[r++])
		for (uint32_t i = 0; i + 1 < p->ring[r]; i++)
			sum += hypot((double)v[i + 1].x - v[i].x, (double)v[i + 1].y - v[i].y);
	return sum;
}

/* The first point of what GEOS answers, whose second, if any, must be at least so far away; destroys it. */
static bool take_answer(struct mm_topo *t, const struct piece *p, GEOSGeometry *answer, double least,
			struct mm_world *ret)
{
	const GEOSCoordSequence *s = answer ? GEOSGeom_getCoordSeq_r(t->geos, answer) : NULL;
	double x, y, to_x, to_y;
	unsigned n = 0;
	bool ok = s && GEOSCoordSeq_getSize_r(t->geos, s, &n) && n > 0 &&
		  GEOSCoordSeq_getXY_r(t->geos, s, 0, &x, &y) &&
		  GEOSCoordSeq_getXY_r(t->geos, s, n - 1, &to_x, &to_y) &&
		  (n == 1 || hypot(to_x - x, to_y - y) >= least) && take(p, x, y, ret);

	GEOSGeom_destroy_r(t->geos, answer);
	return ok;
}

/* The same by our own search, which takes polygons of few points; false: it did not, or found no room. */
static bool find_pole(const struct piece *p, double tolerance, struct mm_world *ret)
{
	double xy[2 * (MM_POLE_POINTS_MAX + 3)], place[2], room; /* 3: of a ring that is left out */
	uint32_t ring[MM_POLE_POINTS_MAX];
	struct mm_topo_part part;

	if (thin(p, 0, &part, NULL, NULL) > MM_POLE_POINTS_MAX || !part.ring_count)
		return false;
	(void)thin(p, 0, &part, xy, ring);
	return mm_pole_find(xy, ring, part.ring_count, tolerance, place, &room) && room >= tolerance &&
	       take(p, place[0], place[1], ret);
}

/* MM_E_NOT_FOUND also when the circle is smaller than the search is fine. */
static enum mm_code find_circle(struct mm_topo *t, const struct piece *p, struct mm_world *ret)
{
	const double w = (double)p->box.max_x - p->box.min_x, h = (double)p->box.max_y - p->box.min_y;
	const double longer = fmax(w, h),
		     tolerance = fmax(p->area / outline(p) / TOLERANCE_WIDTHS, longer / TOLERANCE_PARTS);
	double least = 0;
	struct mm_topo_part part;
	GEOSGeometry *g;
	enum mm_code rc;

	if (fmin(w, h) * SLIVER < longer)
		return MM_E_NOT_FOUND;
	if (find_pole(p, tolerance, ret))
		return MM_OK;
	while (thin(p, least, &part, NULL, NULL) > MANY)
		least = least > 0 ? 2 * least : longer / THIN_PARTS;
	rc = to_geos(t, p, least, &g);
	if (!rc &&
	    !(g && take_answer(t, p, GEOSMaximumInscribedCircle_r(t->geos, g, tolerance), tolerance, ret)))
		rc = MM_E_NOT_FOUND;
	GEOSGeom_destroy_r(t->geos, g);
	return rc;
}

static enum mm_code find_any(struct mm_topo *t, const struct piece *p, struct mm_world *ret)
{
	GEOSGeometry *g;
	enum mm_code rc = to_geos(t, p, 0, &g);

	if (!rc && !(g && take_answer(t, p, GEOSPointOnSurface_r(t->geos, g), 0, ret)))
		*ret = p->point[0]; /* thinner than the grid: every place on it is as good */
	GEOSGeom_destroy_r(t->geos, g);
	return rc;
}

/* ---- lines ---- */

static double step(const struct mm_world *v)
{
	return hypot((double)v[1].x - v[0].x, (double)v[1].y - v[0].y);
}

static double length(const struct mm_world *v, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 0; i + 1 < n; i++)
		sum += step(v + i);
	return sum;
}

/* The place so far along a line. */
static struct mm_world along(const struct mm_world *v, uint32_t n, double left)
{
	uint32_t i = 0;
	double d = step(v), t;

	while (left > d && i + 2 < n) {
		left -= d;
		d = step(v + ++i);
	}
	t = d > 0 ? fmin(left / d, 1) : 0;
	return (struct mm_world){(uint32_t)(v[i].x + t * ((double)v[i + 1].x - v[i].x)),
				 (uint32_t)(v[i].y + t * ((double)v[i + 1].y - v[i].y))};
}

static enum mm_code find_middle(const struct mm_world_geom *g, struct mm_world *ret)
{
	const struct mm_world *p = g->point, *best = NULL;
	const uint32_t *ring = g->ring;
	uint32_t best_count = 0;
	double most = 0;

	for (uint32_t i = 0; i < g->part_count; i++)
		for (uint32_t r = mm_part_rings(g->part[i]); r > 0; r--, p += *ring++) {
			double size = mm_part_kind(g->part[i]) == MM_PART_LINE ? length(p, *ring) : 0;

			if (size <= most)
				continue;
			most = size;
			best = p;
			best_count = *ring;
		}
	if (!best)
		return MM_E_NOT_FOUND;
	*ret = along(best, best_count, most / 2);
	return MM_OK;
}

enum mm_code mm_topo_label_point(struct mm_topo *t, const struct mm_world_geom *g, struct mm_world *ret)
{
	struct piece p;
	enum mm_code rc;

	if (!find_largest(g, &p))
		return find_middle(g, ret);
	if (find_centroid(&p, ret))
		return MM_OK;
	rc = find_circle(t, &p, ret);
	return rc == MM_E_NOT_FOUND ? find_any(t, &p, ret) : rc;
}
