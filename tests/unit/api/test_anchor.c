#include "check.h"

#include "api/anchor.h"

#define POLYGON(rings) ((uint32_t)MM_PART_POLYGON << 30 | (rings))
#define LINE           ((uint32_t)MM_PART_LINE << 30 | 1)
#define POINTS         ((uint32_t)MM_PART_POINTS << 30 | 1)

enum { ROOM = 32 };

/* A geometry of the tests: parts, vertices of rings, points. */
struct made {
	uint32_t part[4], part_count, ring[6], ring_count;
	struct mm_world point[ROOM];
};

static bool find(const struct made *m, struct mm_world *ret)
{
	struct mm_world_geom g = {.type = MM_GEOM_COLLECTION,
				  .part = m->part,
				  .ring = m->ring,
				  .point = m->point,
				  .part_count = m->part_count,
				  .ring_count = m->ring_count};
	MM_ARENA_SCOPE(mem, 1 << 20);

	for (uint32_t r = 0; r < m->ring_count; r++)
		g.vertex_count += m->ring[r];
	return mm_anchor_find(&g, &mem, ret);
}

static void a_horseshoe_is_labelled_on_its_iron(void **state)
{
	/* open to the north: the middle of its box is outside of it */
	const struct made m = {
	    .part = {POLYGON(1)},
	    .part_count = 1,
	    .ring = {9},
	    .ring_count = 1,
	    .point = {{0, 0},
		      {200, 0},
		      {200, 900},
		      {800, 900},
		      {800, 0},
		      {1000, 0},
		      {1000, 1000},
		      {0, 1000},
		      {0, 0}},
	};
	struct mm_world at = {0, 0};

	(void)state;
	assert_true(find(&m, &at));
	assert_true(at.x < 200 || at.x > 800 || at.y > 900);
	assert_true(at.x > 20 && at.x < 980 && at.y > 20 && at.y < 980);
}

static void a_hole_is_kept_clear(void **state)
{
	const struct made m = {
	    .part = {POLYGON(2)},
	    .part_count = 1,
	    .ring = {5, 5},
	    .ring_count = 2,
	    .point = {{0, 0},
		      {1000, 0},
		      {1000, 1000},
		      {0, 1000},
		      {0, 0}, /* a frame, broad in the east */
		      {100, 100},
		      {100, 900},
		      {500, 900},
		      {500, 100},
		      {100, 100}},
	};
	struct mm_world at = {0, 0};

	(void)state;
	assert_true(find(&m, &at));
	assert_in_range(at.x, 600, 900);
	assert_in_range(at.y, 100, 900);
}

static void the_roomiest_part_wins_and_polygons_go_before_lines(void **state)
{
	const struct made m = {
	    .part = {LINE, POLYGON(1), POLYGON(1), POINTS},
	    .part_count = 4,
	    .ring = {2, 5, 5, 1},
	    .ring_count = 4,
	    .point = {{0, 0},
		      {90000, 0},
		      {10, 10},
		      {20, 10},
		      {20, 20},
		      {10, 20},
		      {10, 10},
		      {5000, 5000},
		      {6000, 5000},
		      {6000, 6000},
		      {5000, 6000},
		      {5000, 5000},
		      {7, 7}},
	};
	struct mm_world at = {0, 0};

	(void)state;
	assert_true(find(&m, &at));
	assert_in_range(at.x, 5400, 5600);
	assert_in_range(at.y, 5300, 5700);
}

static void a_line_is_labelled_in_the_middle_of_its_way(void **state)
{
	const struct made m = {
	    .part = {LINE, LINE},
	    .part_count = 2,
	    .ring = {2, 3},
	    .ring_count = 2,
	    .point = {{0, 0}, {10, 0}, {100, 100}, {100, 200}, {400, 200}},
	};
	struct mm_world at = {0, 0};

	(void)state;
	assert_true(find(&m, &at));
	assert_int_equal(at.x, 200); /* 200 of 400 along: the corner and 100 more */
	assert_int_equal(at.y, 200);
}

static void the_ends_of_the_world_do_no_harm(void **state)
{
	const struct made m = {
	    .part = {POLYGON(1)},
	    .part_count = 1,
	    .ring = {5},
	    .ring_count = 1,
	    .point = {{0, 0}, {UINT32_MAX, 0}, {UINT32_MAX, UINT32_MAX}, {0, UINT32_MAX}, {0, 0}},
	};
	struct mm_world at = {0, 0};

	(void)state;
	assert_true(find(&m, &at));
	assert_in_range(at.x, 0x7f000000u, 0x81000000u);
}

static void points_and_nothing_have_no_anchor(void **state)
{
	const struct made points = {
	    .part = {POINTS}, .part_count = 1, .ring = {2}, .ring_count = 1, .point = {{5, 5}, {6, 6}}};
	const struct made nothing = {.part_count = 0};
	const struct made flat = {.part = {POLYGON(1), LINE},
				  .part_count = 2,
				  .ring = {4, 2},
				  .ring_count = 2,
				  .point = {{5, 5}, {9, 5}, {5, 5}, {5, 5}, {3, 3}, {3, 3}}};
	struct mm_world at = {1, 2};

	(void)state;
	assert_false(find(&points, &at));
	assert_false(find(&nothing, &at));
	assert_false(find(&flat, &at));
	assert_int_equal(at.x, 1);
	assert_int_equal(at.y, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_horseshoe_is_labelled_on_its_iron),
	    cmocka_unit_test(a_hole_is_kept_clear),
	    cmocka_unit_test(the_roomiest_part_wins_and_polygons_go_before_lines),
	    cmocka_unit_test(a_line_is_labelled_in_the_middle_of_its_way),
	    cmocka_unit_test(the_ends_of_the_world_do_no_harm),
	    cmocka_unit_test(points_and_nothing_have_no_anchor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
