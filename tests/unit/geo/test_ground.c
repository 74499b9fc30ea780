#include "check.h"

#include "geo/ground.h"

#include <math.h>

/* About how long and large things are: against the ellipsoid of WGS 84, by the formula of its zones. */

static const uint32_t polygon_rings[] = {5, 5}, line_rings[] = {3, 2};

static struct mm_geom polygon(const uint32_t *part, uint32_t rings, const double *xy)
{
	return (struct mm_geom){.type = MM_GEOM_POLYGON,
				.part = part,
				.ring = polygon_rings,
				.xy = xy,
				.part_count = 1,
				.ring_count = rings,
				.vertex_count = 5 * rings};
}

static void put_box(double *xy, double x, double y, double side)
{
	const double box[] = {x, y, x + side, y, x + side, y + side, x, y + side, x, y};

	for (int i = 0; i < 10; i++)
		xy[i] = box[i];
}

static double box_m2(double x, double y, double side)
{
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1;
	double xy[10];
	struct mm_geom g;

	put_box(xy, x, y, side);
	g = polygon(&part, 1, xy);
	return mm_ground_area_m2(&g, 0);
}

static void areas_in_degrees_are_right_to_a_per_cent(void **state)
{
	(void)state;
	assert_true(fabs(box_m2(39, 52, 0.01) / 764077.62 - 1) < 0.01);
	assert_true(fabs(box_m2(0, 0, 1) / 12308463894.0 - 1) < 0.01);
	assert_true(fabs(box_m2(179.995, 52, 0.01) / box_m2(39, 52, 0.01) - 1) < 1e-6);
	/* 7 cm by 11 cm: rounding does not eat it */
	assert_true(fabs(box_m2(39, 52, 1e-6) / 0.0076412 - 1) < 0.01);
}

static void holes_count_against(void **state)
{
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 2;
	double xy[20];
	struct mm_geom g;

	(void)state;
	put_box(xy, 0, 0, 10);
	put_box(xy + 10, 2, 2, 4);
	g = polygon(&part, 2, xy);
	assert_true(fabs(mm_ground_area_m2(&g, 2) - 84 * 4) < 1e-9); /* two metres a unit */
	assert_true(fabs(mm_ground_area_m2(&g, 0) - (box_m2(0, 0, 10) - box_m2(2, 2, 4))) < 1);
	assert_true(mm_ground_length_m(&g, 2) == 0);
}

static void lines_add_up(void **state)
{
	static const uint32_t part[] = {(uint32_t)MM_PART_LINE << 30 | 1, (uint32_t)MM_PART_LINE << 30 | 1};
	static const double xy[] = {0, 0, 3, 4, 3, 5, 10, 10, 10, 12};
	const struct mm_geom g = {.type = MM_GEOM_MULTILINE,
				  .part = part,
				  .ring = line_rings,
				  .xy = xy,
				  .part_count = 2,
				  .ring_count = 2,
				  .vertex_count = 5};

	(void)state;
	assert_true(fabs(mm_ground_length_m(&g, 0.5) - 4) < 1e-12);
	assert_true(fabs(mm_ground_length_m(&g, 0) / 111195 - 8) < 0.1);
	assert_true(mm_ground_area_m2(&g, 0.5) == 0 && mm_ground_area_m2(&g, 0) == 0);
	assert_true(mm_ground_length_m(&(struct mm_geom){0}, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(areas_in_degrees_are_right_to_a_per_cent),
	    cmocka_unit_test(holes_count_against),
	    cmocka_unit_test(lines_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
