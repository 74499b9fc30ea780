#include "check.h"

#include "geo/cover.h"
#include "geo/topo_relate.h"

#include <math.h>
#include <stdlib.h>

/* What a cover says of a box, beside GEOS. */

enum { CORNERS_MAX = 400 };

static unsigned seed = 17;

static double dice(double least, double most)
{
	return least + (most - least) * rand_r(&seed) / RAND_MAX;
}

/* A geometry of one part. */
struct made {
	double xy[2 * (2 * CORNERS_MAX + 2)];
	uint32_t ring[2], part[1];
	struct mm_geom g;
};

/* A ring about a place: a star, closed; the same corners at half the size for a hole. */
static uint32_t star(double *xy, double x, double y, double size, uint32_t corners, double jag, unsigned from)
{
	seed = from;
	for (uint32_t i = 0; i < corners; i++) {
		const double r = size * (1 - dice(0, jag)), a = 2 * M_PI * i / corners;

		xy[2 * i] = x + r * cos(a);
		xy[2 * i + 1] = y + r * sin(a);
	}
	xy[2 * corners] = xy[0];
	xy[2 * corners + 1] = xy[1];
	return corners + 1;
}

static void make(struct made *m, enum mm_part_kind kind, double x, double y, double size)
{
	const uint32_t corners = 3 + (uint32_t)dice(0, CORNERS_MAX - 3);
	const unsigned from = seed;
	const double jag = corners % 3 ? 0.1 : 0.7;
	const bool has_hole = kind == MM_PART_POLYGON && dice(0, 1) < 0.5;

	m->ring[0] = star(m->xy, x, y, size, corners, jag, from);
	if (has_hole)
		m->ring[1] = star(m->xy + 2 * (size_t)m->ring[0], x, y, size / 2, corners, jag, from);
	if (kind == MM_PART_POINTS)
		m->ring[0]--;
	m->part[0] = (uint32_t)kind << 30 | (1u + has_hole);
	m->g = (struct mm_geom){.type = kind == MM_PART_POINTS ? MM_GEOM_MULTIPOINT
					: kind == MM_PART_LINE ? MM_GEOM_LINE
							       : MM_GEOM_POLYGON,
				.part = m->part,
				.ring = m->ring,
				.xy = m->xy,
				.part_count = 1,
				.ring_count = 1u + has_hole,
				.vertex_count = m->ring[0] + (has_hole ? m->ring[1] : 0)};
}

/* A box as a polygon, or as the line or the point that it is. */
static struct mm_geom box_geom(const struct mm_box *b, double xy[10], uint32_t part[1], uint32_t ring[1])
{
	const bool is_flat = b->min_x == b->max_x || b->min_y == b->max_y,
		   is_point = b->min_x == b->max_x && b->min_y == b->max_y;
	const double corner[10] = {b->min_x, b->min_y, b->max_x, is_flat ? b->max_y : b->min_y,
				   b->max_x, b->max_y, b->min_x, b->max_y,
				   b->min_x, b->min_y};

	for (int i = 0; i < 10; i++)
		xy[i] = corner[i];
	ring[0] = is_point ? 1 : is_flat ? 2 : 5;
	part[0] = (uint32_t)(is_point ? MM_PART_POINTS : is_flat ? MM_PART_LINE : MM_PART_POLYGON) << 30 | 1;
	return (struct mm_geom){.type = MM_GEOM_COLLECTION,
				.part = part,
				.ring = ring,
				.xy = xy,
				.part_count = 1,
				.ring_count = 1,
				.vertex_count = ring[0]};
}

/* Some about the geometry, some at its corners, some without a breadth. */
static struct mm_box any_box(const struct made *m, double x, double y, double size)
{
	const bool at_corner = dice(0, 1) < 0.3;
	const uint32_t corner = (uint32_t)dice(0, m->g.vertex_count - 1);
	const double w = dice(0, 1) < 0.2 ? 0 : dice(0, size / 16),
		     h = dice(0, 1) < 0.2 ? 0 : dice(0, size / 16);
	const double px = at_corner ? m->xy[2 * corner] : dice(x - 1.2 * size, x + 1.2 * size),
		     py = at_corner ? m->xy[2 * corner + 1] : dice(y - 1.2 * size, y + 1.2 * size);

	return (struct mm_box){px, py, px + w, py + h};
}

static void check(struct mm_topo *t, const struct made *m, double x, double y, double size, unsigned side,
		  unsigned known[3])
{
	MM_ARENA_SCOPE(mem, 0);
	struct mm_cover *c = mm_cover_new(&m->g, side, &mem);
	struct mm_topo_shape *shape = NULL;

	assert_non_null(c);
	assert_int_equal(mm_topo_shape_new(t, &m->g, &shape, NULL), MM_OK);
	for (int i = 0; i < 400; i++) {
		const struct mm_box b = any_box(m, x, y, size);
		double xy[10];
		uint32_t part[1], ring[1];
		const struct mm_geom g = box_geom(&b, xy, part, ring);
		const enum mm_cover_where where = mm_cover_find(c, &b);

		known[where]++;
		if (where == MM_COVER_OUTSIDE)
			assert_int_equal(mm_topo_relate(t, &g, MM_RELATION_DISJOINT, shape), 1);
		if (where == MM_COVER_INSIDE)
			assert_int_equal(mm_topo_relate(t, &g, MM_RELATION_WITHIN, shape), 1);
	}
	mm_topo_shape_free(t, shape);
}

static void it_agrees_with_geos(void **state)
{
	static const double place[][3] = {
	    {0, 0, 1}, {38.5, 55.7, 0.4}, {1e6, 6.2e6, 5e4}, {413000, 6170000, 0.02}};
	static const unsigned side[] = {1, 7, 64, MM_COVER_SIDE_MAX};
	struct mm_topo *t = mm_topo_new();
	unsigned known[3] = {0};

	(void)state;
	for (int round = 0; round < 120; round++) {
		const double *p = place[round % 4];
		struct made m;

		make(&m, (enum mm_part_kind)(round % 5 < 3 ? MM_PART_POLYGON : round % 5 - 3), p[0], p[1],
		     p[2]);
		check(t, &m, p[0], p[1], p[2], side[round / 4 % 4], known);
	}
	assert_true(known[MM_COVER_INSIDE] > 1000 && known[MM_COVER_OUTSIDE] > 5000);
	(void)mm_topo_free(t);
}

/* Edges along the lines of the grid, and boxes that end on them. */
static void edges_may_lie_on_the_grid(void **state)
{
	static const double xy[] = {0, 0, 8, 0, 8, 8, 4, 8, 4, 4, 0, 4, 0, 0};
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1, ring = 7;
	const struct mm_geom g = {.type = MM_GEOM_POLYGON,
				  .part = &part,
				  .ring = &ring,
				  .xy = xy,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = 7};
	MM_ARENA_SCOPE(mem, 0);
	const struct mm_cover *c = mm_cover_new(&g, 8, &mem);
	const struct mm_box in = {5.2, 1.2, 6.8, 6.8}, notch = {1, 5.2, 2.9, 8}, edge = {1, 4, 2, 6},
			    out = {8.1, 0, 9, 1}, touches = {8, 1, 9, 2};

	(void)state;
	assert_int_equal(mm_cover_find(c, &in), MM_COVER_INSIDE);
	assert_int_equal(mm_cover_find(c, &notch), MM_COVER_OUTSIDE);
	assert_int_equal(mm_cover_find(c, &edge), MM_COVER_EDGE);
	assert_int_equal(mm_cover_find(c, &touches), MM_COVER_EDGE);
	assert_int_equal(mm_cover_find(c, &out), MM_COVER_OUTSIDE);
}

static void nothing_is_no_cover(void **state)
{
	static const double xy[] = {0, 0, 1, 1, 2, 2};
	static const uint32_t part[] = {(uint32_t)MM_PART_POINTS << 30 | 1, (uint32_t)MM_PART_LINE << 30 | 1},
			      ring[] = {1, 2};
	const struct mm_geom none = {.type = MM_GEOM_POLYGON}, mixed = {.type = MM_GEOM_COLLECTION,
									.part = part,
									.ring = ring,
									.xy = xy,
									.part_count = 2,
									.ring_count = 2,
									.vertex_count = 3};
	MM_ARENA_SCOPE(mem, 0);

	(void)state;
	assert_null(mm_cover_new(&none, 8, &mem));
	assert_null(mm_cover_new(&mixed, 8, &mem));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_agrees_with_geos),
	    cmocka_unit_test(edges_may_lie_on_the_grid),
	    cmocka_unit_test(nothing_is_no_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
