#include "check.h"

#include "store/coverage.h"
#include "store/level_build.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Borders that neighbours share stay shared at every zoom. */

enum { ROWS_MAX = 2048, RINGS_MAX = 4096, POINTS_MAX = 400000, TOP = MM_LEVEL_TOP_COVERAGE };

/* A layer of polygons in units of the world: rows of parts of rings, all in order. */
struct plan {
	struct mm_world point[POINTS_MAX];
	struct mm_world_box box[ROWS_MAX];
	uint32_t part[RINGS_MAX], ring[RINGS_MAX];
	uint32_t row_part[ROWS_MAX], row_ring[ROWS_MAX], row_point[ROWS_MAX];
	uint32_t rows, parts, rings, points;
};

static void plan_geom(const void *ctx, uint32_t row, struct mm_world_geom *ret)
{
	const struct plan *p = ctx;
	const bool last = row + 1 == p->rows;

	*ret = (struct mm_world_geom){
	    .type = MM_GEOM_MULTIPOLYGON,
	    .part = p->part + p->row_part[row],
	    .ring = p->ring + p->row_ring[row],
	    .point = p->point + p->row_point[row],
	    .part_count = (last ? p->parts : p->row_part[row + 1]) - p->row_part[row],
	    .ring_count = (last ? p->rings : p->row_ring[row + 1]) - p->row_ring[row],
	    .vertex_count = (last ? p->points : p->row_point[row + 1]) - p->row_point[row],
	};
}

static void begin_row(struct plan *p)
{
	p->row_part[p->rows] = p->parts;
	p->row_ring[p->rows] = p->rings;
	p->row_point[p->rows] = p->points;
	p->box[p->rows++] = (struct mm_world_box){UINT32_MAX, UINT32_MAX, 0, 0};
}

static void begin_part(struct plan *p)
{
	p->part[p->parts++] = (uint32_t)MM_PART_POLYGON << 30;
}

static void begin_ring(struct plan *p)
{
	p->part[p->parts - 1]++;
	p->ring[p->rings++] = 0;
}

static void put(struct plan *p, double x, double y)
{
	struct mm_world_box *b = &p->box[p->rows - 1];
	struct mm_world w = {(uint32_t)(x + 0.5), (uint32_t)(y + 0.5)};

	assert_true(p->points < POINTS_MAX);
	p->point[p->points++] = w;
	p->ring[p->rings - 1]++;
	b->min_x = w.x < b->min_x ? w.x : b->min_x;
	b->min_y = w.y < b->min_y ? w.y : b->min_y;
	b->max_x = w.x > b->max_x ? w.x : b->max_x;
	b->max_y = w.y > b->max_y ? w.y : b->max_y;
}

/* Closes the ring. */
static void end_ring(struct plan *p)
{
	struct mm_world first = p->point[p->points - p->ring[p->rings - 1]];

	put(p, first.x, first.y);
}

static void put_ring(struct plan *p, const double *xy, size_t count)
{
	begin_ring(p);
	for (size_t i = 0; i < count; i++)
		put(p, xy[2 * i], xy[2 * i + 1]);
	end_ring(p);
}

#define RING(p, ...)                                                                                         \
	put_ring(p, (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double) / 2)
#define ROW(p, ...)                                                                                          \
	do {                                                                                                 \
		begin_row(p);                                                                                \
		begin_part(p);                                                                               \
		RING(p, __VA_ARGS__);                                                                        \
	} while (0)

/* ---- what is drawn of it at a zoom ---- */

struct side {
	int32_t a[2], b[2]; /* the lower end first */
	int way;            /* 1: as the ring goes it, -1 */
};

struct drawn {
	GEOSContextHandle_t geos;
	GEOSGeometry *polygon[RINGS_MAX];
	uint32_t row[RINGS_MAX];
	unsigned polygons;
	int64_t area2;
	struct side *side;
	size_t sides;
	uint64_t repaired, lost;
};

static GEOSGeometry *ring_of(struct drawn *d, const int32_t *xy, uint32_t n)
{
	GEOSCoordSequence *seq = GEOSCoordSeq_create_r(d->geos, n + 1, 2);

	for (uint32_t i = 0; i <= n; i++)
		(void)GEOSCoordSeq_setXY_r(d->geos, seq, i, xy[2 * (i % n)], xy[2 * (i % n) + 1]);
	return GEOSGeom_createLinearRing_r(d->geos, seq);
}

static void note_sides(struct drawn *d, const int32_t *xy, uint32_t n)
{
	d->side = realloc(d->side, (d->sides + n) * sizeof(*d->side));
	for (uint32_t i = 0; i < n; i++) {
		const int32_t *a = xy + 2 * (size_t)i, *b = xy + 2 * (size_t)((i + 1) % n);
		bool up = a[0] < b[0] || (a[0] == b[0] && a[1] < b[1]);
		struct side s = {
		    {up ? a[0] : b[0], up ? a[1] : b[1]}, {up ? b[0] : a[0], up ? b[1] : a[1]}, up ? 1 : -1};

		d->side[d->sides++] = s;
	}
}

static void note_geom(struct drawn *d, uint32_t row, const struct mm_grid_geom *g)
{
	const int32_t *xy = g->xy;

	for (size_t r = 0; r < g->ring_count;) {
		GEOSGeometry *shell = ring_of(d, xy, g->ring[r]), *hole[256];
		unsigned holes = 0;

		assert_true(mm_grid_area2(xy, g->ring[r]) > 0);
		do {
			d->area2 += mm_grid_area2(xy, g->ring[r]);
			note_sides(d, xy, g->ring[r]);
			xy += 2 * (size_t)g->ring[r++];
			if (r < g->ring_count && mm_grid_area2(xy, g->ring[r]) < 0)
				hole[holes++] = ring_of(d, xy, g->ring[r]);
			else
				break;
		} while (holes < 256);
		d->row[d->polygons] = row;
		d->polygon[d->polygons] = GEOSGeom_createPolygon_r(d->geos, shell, hole, holes);
		assert_int_equal(GEOSisValid_r(d->geos, d->polygon[d->polygons]), 1);
		d->polygons++;
	}
}

static struct mm_coverage *net_of(const struct plan *p)
{
	const struct mm_level_source s = {.rows = p->rows, .box = p->box, .geom = plan_geom, .ctx = p};
	struct mm_coverage *c = NULL;

	assert_int_equal(mm_coverage_new(&s, &c, NULL), MM_OK);
	return c;
}

static void draw(const struct plan *p, const struct mm_coverage *c, unsigned zoom, struct drawn *d)
{
	struct mm_topo *topo = mm_topo_new();
	struct mm_coverage_zoom *z = NULL;
	struct mm_shape shape = {0};

	*d = (struct drawn){.geos = GEOS_init_r()};
	mm_shape_begin_whole(&shape, zoom, topo);
	assert_int_equal(mm_coverage_zoom_new(c, zoom, &z, NULL), MM_OK);
	for (uint32_t row = 0; row < p->rows; row++) {
		assert_true(mm_coverage_has(c, row));
		if (mm_coverage_draw(z, row, &shape))
			note_geom(d, row, &shape.geom);
	}
	assert_false(shape.failed);
	d->repaired = shape.repaired;
	d->lost = shape.lost;
	(void)mm_coverage_zoom_free(z);
	mm_shape_release(&shape);
	(void)mm_topo_free(topo);
}

static void drawn_release(struct drawn *d)
{
	for (unsigned i = 0; i < d->polygons; i++)
		GEOSGeom_destroy_r(d->geos, d->polygon[i]);
	GEOS_finish_r(d->geos);
	free(d->side);
}

/* ---- checks ---- */

static int by_place(const void *x, const void *y)
{
	const struct side *a = x, *b = y;
	int c = memcmp(a->a, b->a, sizeof(a->a) + sizeof(a->b));

	return c ? c : a->way - b->way;
}

/* Every side is gone once by one ring, or once each way by two: the same vertices on both sides of a border.
 * Returns how many are gone once: the outline. */
static size_t check_sides(struct drawn *d)
{
	size_t alone = 0;

	if (d->sides)
		qsort(d->side, d->sides, sizeof(*d->side), by_place);
	for (size_t i = 0, n; i < d->sides; i += n) {
		n = 1;
		while (i + n < d->sides && !memcmp(d->side[i].a, d->side[i + n].a, 2 * sizeof(d->side->a)))
			n++;
		assert_in_range(n, 1, 2);
		if (n == 2)
			assert_int_equal(d->side[i].way, -d->side[i + 1].way);
		alone += n == 1;
	}
	return alone;
}

/* Area of the union, twice, and its holes. */
static double check_union(struct drawn *d, int *ret_holes)
{
	GEOSGeometry *copy[RINGS_MAX], *all, *one;
	double area = 0;

	*ret_holes = 0;
	for (unsigned i = 0; i < d->polygons; i++)
		copy[i] = GEOSGeom_clone_r(d->geos, d->polygon[i]);
	all = GEOSGeom_createCollection_r(d->geos, GEOS_MULTIPOLYGON, copy, d->polygons);
	one = GEOSUnaryUnion_r(d->geos, all);
	assert_non_null(one);
	(void)GEOSArea_r(d->geos, one, &area);
	for (int i = 0; i < GEOSGetNumGeometries_r(d->geos, one); i++) {
		const GEOSGeometry *part = GEOSGetGeometryN_r(d->geos, one, i);

		if (GEOSGeomTypeId_r(d->geos, part) == GEOS_POLYGON && !GEOSisEmpty_r(d->geos, part))
			*ret_holes += GEOSGetNumInteriorRings_r(d->geos, part);
	}
	GEOSGeom_destroy_r(d->geos, one);
	GEOSGeom_destroy_r(d->geos, all);
	return 2 * area;
}

static int64_t units(uint32_t world, unsigned zoom)
{
	return (int64_t)(((uint64_t)world + (UINT64_C(1) << (19 - zoom))) >> (20 - zoom));
}

/* No overlap, no hole, at every zoom, and the same vertices on both sides; a plan that fills a rectangle goes
 * on filling it, to the unit as long as its corners stand `leg` from the next place where borders meet and
 * that is more than the tolerance, then but for a rim as wide as that. */
static void check_fills(const struct plan *p, double leg, double x0, double y0, double x1, double y1)
{
	struct mm_coverage *c = net_of(p);

	for (unsigned zoom = 0; zoom <= TOP; zoom++) {
		static struct drawn d;
		int64_t width = units((uint32_t)x1, zoom) - units((uint32_t)x0, zoom),
			height = units((uint32_t)y1, zoom) - units((uint32_t)y0, zoom);
		int holes;

		draw(p, c, zoom, &d);
		assert_true(d.area2 <= 2 * width * height);
		if (ldexp(leg, (int)zoom - 20) >= 8)
			assert_int_equal(d.area2, 2 * width * height);
		else
			assert_true(d.area2 >= 2 * (width - 4) * (height - 4) || width < 4 || height < 4);
		assert_true(check_union(&d, &holes) == (double)d.area2);
		assert_int_equal(holes, 0);
		assert_int_equal(d.lost, 0);
		if (!d.repaired)
			(void)check_sides(&d);
		drawn_release(&d);
	}
	(void)mm_coverage_free(c);
}

/* The same for a plan of any outline. */
static void check_holds(const struct plan *p, int holes_at_top)
{
	struct mm_coverage *c = net_of(p);

	for (unsigned zoom = 0; zoom <= TOP; zoom++) {
		static struct drawn d;
		int holes;

		draw(p, c, zoom, &d);
		assert_true(check_union(&d, &holes) == (double)d.area2);
		assert_true(holes <= holes_at_top);
		if (zoom == TOP)
			assert_int_equal(holes, holes_at_top);
		assert_int_equal(d.lost, 0);
		if (!d.repaired)
			(void)check_sides(&d);
		drawn_release(&d);
	}
	(void)mm_coverage_free(c);
}

static unsigned polygons_at(const struct plan *p, unsigned zoom)
{
	struct mm_coverage *c = net_of(p);
	static struct drawn d;
	unsigned n;

	draw(p, c, zoom, &d);
	n = d.polygons;
	drawn_release(&d);
	(void)mm_coverage_free(c);
	return n;
}

static int set_up(void **state)
{
	*state = malloc(sizeof(struct plan));
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static struct plan *empty(void **state)
{
	struct plan *p = *state;

	p->rows = p->parts = p->rings = p->points = 0;
	return p;
}

static uint64_t seed = 88172645463325252u;

static double dice(double low, double high)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return low + (high - low) * (double)(seed >> 11) / 9007199254740992.0;
}

/* ---- small plans ---- */

static const double X = 2500000000.0, Y = 1300000000.0; /* somewhere in Russia */

static void two_squares_keep_their_common_side(void **state)
{
	struct plan *p = empty(state);

	ROW(p, X, Y, X + 9000, Y, X + 9000, Y + 9000, X, Y + 9000);
	ROW(p, X + 9000, Y + 9000, X + 9000, Y, X + 18000, Y, X + 18000, Y + 9000);
	check_fills(p, 9000, X, Y, X + 18000, Y + 9000);
	assert_int_equal(polygons_at(p, TOP), 2);
}

static void a_vertex_missing_on_one_side_is_put_there(void **state)
{
	struct plan *p = empty(state);
	struct mm_coverage *c;
	static struct drawn d;

	/* one long side against two short ones whose common end is a unit off it, and rounds the other way */
	ROW(p, X, Y + 15, X + 70000, Y + 15, X + 70000, Y - 9000, X, Y - 9000);
	ROW(p, X, Y + 15, X + 35000, Y + 16, X, Y + 30000);
	ROW(p, X + 35000, Y + 16, X + 70000, Y + 15, X, Y + 30000);
	check_holds(p, 0);
	c = net_of(p);
	draw(p, c, TOP, &d);
	assert_int_equal(check_sides(&d), 5); /* an outline of five sides: nothing open in the middle */
	drawn_release(&d);
	(void)mm_coverage_free(c);
}

static void vertices_a_unit_apart_are_one(void **state)
{
	struct plan *p = empty(state);
	struct mm_coverage *c;
	static struct drawn d;

	/* a unit that rounds to two places */
	ROW(p, X, Y, X + 900015, Y, X + 900015, Y + 900015, X, Y + 900015);
	ROW(p, X + 900016, Y, X + 1800000, Y, X + 1800000, Y + 900015, X + 900016, Y + 900015);
	check_holds(p, 0);
	c = net_of(p);
	draw(p, c, TOP, &d);
	assert_int_equal(check_sides(&d), 6);
	drawn_release(&d);
	(void)mm_coverage_free(c);
}

/* A circle of n vertices, from one on. */
static void put_circle(struct plan *p, double x, double y, double r, int n, bool is_backward)
{
	begin_ring(p);
	for (int i = 0; i < n; i++) {
		double angle = 6.283185307179586 * (is_backward ? 3 * n - i : i + 5) / n;

		put(p, x + r * cos(angle), y + r * sin(angle));
	}
	end_ring(p);
}

static void an_island_has_an_arc_without_ends(void **state)
{
	struct plan *p = empty(state);

	begin_row(p);
	begin_part(p);
	put_circle(p, X, Y, 60000, 300, false);
	begin_part(p);
	put_circle(p, X + 200000, Y, 3000, 30, true);
	check_holds(p, 0);
	assert_int_equal(polygons_at(p, TOP), 2);
	assert_int_equal(polygons_at(p, 8), 1);
	assert_int_equal(polygons_at(p, 0), 0);
}

static void an_enclave_fills_its_hole_at_every_zoom(void **state)
{
	struct plan *p = empty(state);

	begin_row(p);
	begin_part(p);
	RING(p, X - 90000, Y - 90000, X + 90000, Y - 90000, X + 90000, Y + 90000, X - 90000, Y + 90000);
	put_circle(p, X, Y, 60000, 300, true);
	begin_row(p);
	begin_part(p);
	put_circle(p, X, Y, 60000, 300, false);
	check_fills(p, 180000, X - 90000, Y - 90000, X + 90000, Y + 90000);
	assert_int_equal(polygons_at(p, TOP), 2);
}

static void a_hole_of_the_data_stays_a_hole(void **state)
{
	struct plan *p = empty(state);

	begin_row(p);
	begin_part(p);
	RING(p, X - 90000, Y - 90000, X + 90000, Y - 90000, X + 90000, Y + 90000, X - 90000, Y + 90000);
	put_circle(p, X, Y, 60000, 300, true);
	check_holds(p, 1);
}

static void three_meet_in_a_point(void **state)
{
	struct plan *p = empty(state);

	ROW(p, X, Y, X + 50000, Y, X + 40000, Y + 37000, X, Y + 41000);
	ROW(p, X + 50000, Y, X + 99000, Y, X + 99000, Y + 70000, X + 40000, Y + 37000);
	ROW(p, X + 40000, Y + 37000, X + 99000, Y + 70000, X, Y + 70000, X, Y + 41000);
	check_fills(p, 29000, X, Y, X + 99000, Y + 70000);
	assert_int_equal(polygons_at(p, TOP), 3);
}

static void a_ring_that_collapses_leaves_no_hole(void **state)
{
	struct plan *p = empty(state);

	/* a strip ten units of the world wide between two squares, with bends */
	ROW(p, X, Y, X + 90000, Y, X + 90500, Y + 40000, X + 90000, Y + 90000, X, Y + 90000);
	ROW(p, X + 90000, Y, X + 90010, Y, X + 90510, Y + 40000, X + 90010, Y + 90000, X + 90000, Y + 90000,
	    X + 90500, Y + 40000);
	ROW(p, X + 90010, Y, X + 180000, Y, X + 180000, Y + 90000, X + 90010, Y + 90000, X + 90510,
	    Y + 40000);
	check_fills(p, 90000, X, Y, X + 180000, Y + 90000);
	assert_int_equal(polygons_at(p, TOP), 2);
}

static void a_neck_that_collapses_parts_the_polygon(void **state)
{
	struct plan *p = empty(state);

	/* two rooms joined by a passage ten units wide, in a rectangle that another polygon fills */
	ROW(p, X, Y, X + 90000, Y, X + 90000, Y + 40000, X + 120000, Y + 40000, X + 120000, Y, X + 200000, Y,
	    X + 200000, Y + 90000, X + 120000, Y + 90000, X + 120000, Y + 40010, X + 90000, Y + 40010,
	    X + 90000, Y + 90000, X, Y + 90000);
	ROW(p, X + 90000, Y, X + 120000, Y, X + 120000, Y + 40000, X + 90000, Y + 40000);
	ROW(p, X + 90000, Y + 90000, X + 120000, Y + 90000, X + 120000, Y + 40010, X + 90000, Y + 40010);
	check_fills(p, 80000, X, Y, X + 200000, Y + 90000);
	assert_int_equal(polygons_at(p, TOP), 4);
}

static void an_islet_beside_a_winding_border_keeps_its_side(void **state)
{
	struct plan *p = empty(state);

	/* a bay too shallow for the tolerance at zoom 10 (2 * 1024 units), with an islet in it */
	ROW(p, X, Y, X + 20000, Y, X + 24000, Y + 1900, X + 40000, Y + 1900, X + 44000, Y, X + 60000, Y,
	    X + 60000, Y + 60000, X, Y + 60000);
	ROW(p, X + 26000, Y + 1000, X + 30000, Y - 3000, X + 38000, Y - 2000, X + 38000, Y + 1000);
	check_holds(p, 0);
}

static void polygons_that_overlap_are_drawn_each(void **state)
{
	struct plan *p = empty(state);
	struct mm_coverage *c;

	ROW(p, X, Y, X + 90000, Y, X + 90000, Y + 90000, X, Y + 90000);
	ROW(p, X + 45000, Y + 45000, X + 135000, Y + 43000, X + 135000, Y + 135000, X + 43000, Y + 135000);
	ROW(p, X, Y, X + 90000, Y, X + 90000, Y + 90000, X, Y + 90000); /* and one twice */
	c = net_of(p);
	for (unsigned zoom = 0; zoom <= TOP; zoom++) {
		static struct drawn d;

		draw(p, c, zoom, &d);
		assert_true(zoom < 7 || d.polygons == 3);
		assert_int_equal(d.lost, 0);
		drawn_release(&d);
	}
	(void)mm_coverage_free(c);
}

static void rubbish_has_no_area(void **state)
{
	struct plan *p = empty(state);

	ROW(p, X, Y);
	ROW(p, X, Y, X + 90000, Y);
	ROW(p, X, Y, X + 90000, Y, X + 45000, Y, X + 20000, Y + 1);
	ROW(p, 0, 0, 4294967295.0, 0, 4294967295.0, 4294967295.0, 0, 4294967295.0);
	check_fills(p, 4294967295.0, 0, 0, 4294967295.0, 4294967295.0);
}

/* ---- large plans ---- */

enum { CELLS = 24, BENDS = 24 };
static const double CELL = 16384;

struct node {
	double x, y;
};

struct net {
	struct node node[CELLS + 1][CELLS + 1];
	struct node across[CELLS + 1][CELLS][BENDS], down[CELLS][CELLS + 1][BENDS]; /* bends between nodes */
};

/* A winding line between two nodes, that stays in a narrow lens around the straight one. */
static void wind(const struct node *a, const struct node *b, bool is_straight, struct node *ret)
{
	for (int i = 0; i < BENDS; i++) {
		double t = (i + dice(0.2, 0.8)) / BENDS, ends = t < 0.5 ? t : 1 - t;
		double off = is_straight ? 0 : ends * dice(-0.15, 0.15);

		ret[i] = (struct node){a->x + t * (b->x - a->x) - off * (b->y - a->y),
				       a->y + t * (b->y - a->y) + off * (b->x - a->x)};
	}
}

static void make_net(struct net *n)
{
	for (int y = 0; y <= CELLS; y++)
		for (int x = 0; x <= CELLS; x++)
			n->node[y][x] = (struct node){X + CELL * (x + (x % CELLS ? dice(-0.25, 0.25) : 0)),
						      Y + CELL * (y + (y % CELLS ? dice(-0.25, 0.25) : 0))};
	for (int y = 0; y <= CELLS; y++)
		for (int x = 0; x < CELLS; x++)
			wind(&n->node[y][x], &n->node[y][x + 1], y % CELLS == 0, n->across[y][x]);
	for (int y = 0; y < CELLS; y++)
		for (int x = 0; x <= CELLS; x++)
			wind(&n->node[y][x], &n->node[y + 1][x], x % CELLS == 0, n->down[y][x]);
}

static void put_bends(struct plan *p, const struct node *first, const struct node *bend, bool is_backward)
{
	put(p, first->x, first->y);
	for (int i = 0; i < BENDS; i++)
		put(p, bend[is_backward ? BENDS - 1 - i : i].x, bend[is_backward ? BENDS - 1 - i : i].y);
}

static void put_cell(struct plan *p, const struct net *n, int y, int x)
{
	begin_row(p);
	begin_part(p);
	begin_ring(p);
	put_bends(p, &n->node[y][x], n->across[y][x], false);
	put_bends(p, &n->node[y][x + 1], n->down[y][x + 1], false);
	put_bends(p, &n->node[y + 1][x + 1], n->across[y + 1][x], true);
	put_bends(p, &n->node[y + 1][x], n->down[y][x], true);
	end_ring(p);
}

static void hundreds_of_winding_cells_leave_no_gap(void **state)
{
	struct plan *p = empty(state);
	struct net *n = malloc(sizeof(*n));

	assert_non_null(n);
	make_net(n);
	for (int y = 0; y < CELLS; y++)
		for (int x = 0; x < CELLS; x++)
			put_cell(p, n, y, x);
	free(n);
	check_fills(p, CELL / 2, X, Y, X + CELLS * CELL, Y + CELLS * CELL);
}

/* Bricks turned by some degrees: their corners lie on the long sides of others, a rounding off them. */
static void bricks_have_a_vertex_on_a_side_everywhere(void **state)
{
	enum { COURSES = 20, BRICKS = 20 };
	const double c = cos(0.3), s = sin(0.3), w = 20000, h = 9000;
	struct plan *p = empty(state);

	for (int y = 0; y < COURSES; y++)
		for (int x = 0; x < BRICKS; x++) {
			double left = (x + (y % 2) * 0.37) * w, top = y * h;
			const double corner[] = {left, top, left + w, top, left + w, top + h, left, top + h};

			begin_row(p);
			begin_part(p);
			begin_ring(p);
			for (int i = 0; i < 4; i++)
				put(p, X + corner[2 * i] * c - corner[2 * i + 1] * s,
				    Y + corner[2 * i] * s + corner[2 * i + 1] * c);
			end_ring(p);
		}
	check_holds(p, 0);
	assert_int_equal(polygons_at(p, TOP), COURSES * BRICKS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_squares_keep_their_common_side),
	    cmocka_unit_test(a_vertex_missing_on_one_side_is_put_there),
	    cmocka_unit_test(vertices_a_unit_apart_are_one),
	    cmocka_unit_test(an_island_has_an_arc_without_ends),
	    cmocka_unit_test(an_enclave_fills_its_hole_at_every_zoom),
	    cmocka_unit_test(a_hole_of_the_data_stays_a_hole),
	    cmocka_unit_test(three_meet_in_a_point),
	    cmocka_unit_test(a_ring_that_collapses_leaves_no_hole),
	    cmocka_unit_test(a_neck_that_collapses_parts_the_polygon),
	    cmocka_unit_test(an_islet_beside_a_winding_border_keeps_its_side),
	    cmocka_unit_test(polygons_that_overlap_are_drawn_each),
	    cmocka_unit_test(rubbish_has_no_area),
	    cmocka_unit_test(hundreds_of_winding_cells_leave_no_gap),
	    cmocka_unit_test(bricks_have_a_vertex_on_a_side_everywhere),
	};

	return cmocka_run_group_tests_name("coverage", tests, set_up, tear_down);
}
