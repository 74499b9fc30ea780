/* Lines on the sheet: joined, cut, moved aside; places that are taken. */
#include "print/plot/join.h"
#include "print/plot/line.h"
#include "print/plot/room.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void test_strands_of_one_name_are_joined_end_to_end(void **state)
{
	/* 0: (0,0)-(10,0); 1: (20,0)-(10,0), runs the other way; 2: another name at the same place; 3: far
	 * off */
	static const double xy[] = {0, 0, 10, 0, 20, 0, 10, 0, 20, 0, 30, 0, 50, 50, 60, 50};
	static const struct mm_plot_strand raw[] = {
	    {.first = 0, .count = 2, .name = 0, .feature = 7},
	    {.first = 2, .count = 2, .name = 0, .feature = 8},
	    {.first = 4, .count = 2, .name = 1, .feature = 9},
	    {.first = 6, .count = 2, .name = 0, .feature = 10},
	};
	struct mm_plot_strand joined[COUNT(raw)];
	struct mm_points at = {0};

	(void)state;
	assert_int_equal(mm_plot_join(raw, COUNT(raw), xy, joined, &at), 3);
	assert_int_equal(joined[0].count, 3);
	assert_true(fabs(fabs(at.xy[0] - at.xy[4]) - 20) < 1e-9);
	assert_true(joined[0].feature == 7 || joined[0].feature == 8);
	assert_int_equal(joined[1].count, 2);
	assert_int_equal(joined[1].name, 1);
	assert_int_equal(joined[2].feature, 10);
	mm_points_release(&at);
}

static void test_no_strand_is_joined_where_three_meet_and_rings_end(void **state)
{
	static const double xy[] = {0, 0, 10, 0, 10, 0, 20, 0, 10, 0, 10, 10, 0, 30, 10, 30, 10, 30, 0, 30};
	static const struct mm_plot_strand raw[] = {{.first = 0, .count = 2},
						    {.first = 2, .count = 2},
						    {.first = 4, .count = 2},
						    {.first = 6, .count = 2, .name = 1},
						    {.first = 8, .count = 2, .name = 1}};
	struct mm_plot_strand joined[COUNT(raw)];
	struct mm_points at = {0};

	(void)state;
	assert_int_equal(mm_plot_join(raw, COUNT(raw), xy, joined, &at), 4);
	for (int i = 0; i < 3; i++)
		assert_int_equal(joined[i].count, 2);
	assert_int_equal(joined[3].count, 3); /* there and back */
	mm_points_release(&at);
}

static void test_a_place_along_a_line(void **state)
{
	static const double xy[] = {0, 0, 10, 0, 10, 0, 10, 10};
	struct mm_points part = {0};
	double at[2], angle;

	(void)state;
	assert_true(mm_plot_line_length(xy, 4) == 20);
	mm_plot_line_at(xy, 4, 15, at, &angle);
	assert_true(at[0] == 10 && at[1] == 5 && fabs(angle - M_PI / 2) < 1e-12);
	mm_plot_line_at(xy, 4, 99, at, &angle);
	assert_true(at[0] == 10 && at[1] == 10);
	mm_plot_line_part(xy, 4, 8, 13, &part);
	assert_int_equal(part.count, 3);
	assert_true(part.xy[0] == 8 && part.xy[1] == 0 && part.xy[2] == 10 && part.xy[4] == 10 &&
		    part.xy[5] == 3);
	mm_points_release(&part);
}

static void test_a_line_aside_runs_to_the_right(void **state)
{
	/* y runs down: to the right of "to the right" is below */
	static const double xy[] = {0, 0, 10, 0, 10, 10}, ring[] = {0, 0, 10, 0, 10, 10, 0, 10, 0, 0};
	struct mm_points aside = {0};

	(void)state;
	mm_plot_offset_line(xy, 3, false, 1, &aside);
	assert_int_equal(aside.count, 3);
	assert_true(fabs(aside.xy[0]) < 1e-12 && fabs(aside.xy[1] - 1) < 1e-12);
	assert_true(fabs(aside.xy[2] - 9) < 1e-12 && fabs(aside.xy[3] - 1) < 1e-12);
	assert_true(fabs(aside.xy[4] - 9) < 1e-12 && fabs(aside.xy[5] - 10) < 1e-12);
	mm_plot_offset_line(ring, 5, true, 1, &aside);
	assert_int_equal(aside.count, 5);
	assert_true(fabs(aside.xy[0] - 1) < 1e-12 && fabs(aside.xy[1] - 1) < 1e-12);
	assert_true(aside.xy[8] == aside.xy[0] && aside.xy[9] == aside.xy[1]);
	mm_points_release(&aside);
}

static void test_what_is_taken_is_not_free(void **state)
{
	static const struct mm_paper_box field = {20, 5, 270, 200};
	struct mm_plot_room *r = mm_plot_room_new(&field);
	const struct mm_paper_box a = {100, 100, 30, 4}, beside = {131, 100, 10, 4}, over = {129, 99, 10, 4},
				  outside = {15, 50, 10, 4};

	(void)state;
	assert_non_null(r);
	assert_true(mm_plot_room_is_free(r, &a));
	assert_true(mm_plot_room_take(r, &a));
	assert_false(mm_plot_room_is_free(r, &a));
	assert_true(mm_plot_room_is_free(r, &beside));
	assert_false(mm_plot_room_is_free(r, &over));
	assert_true(mm_plot_room_holds(r, &a));
	assert_false(mm_plot_room_holds(r, &outside));
	assert_true(mm_plot_room_take(r, &outside)); /* beyond the field: counted at its edge */
	assert_false(mm_plot_room_is_free(r, &outside));
	(void)mm_plot_room_free(r);
}

static void test_zoom_of_a_scale(void **state)
{
	(void)state;
	/* Lipetsk, measured: 1:2000 is zoom 16.46, 1:500 is 18.46 */
	assert_true(fabs(mm_plot_zoom(2000, 52.6) - 16.46) < 0.02);
	assert_true(fabs(mm_plot_zoom(500, 52.6) - 18.46) < 0.02);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_strands_of_one_name_are_joined_end_to_end),
	    cmocka_unit_test(test_no_strand_is_joined_where_three_meet_and_rings_end),
	    cmocka_unit_test(test_a_place_along_a_line),
	    cmocka_unit_test(test_a_line_aside_runs_to_the_right),
	    cmocka_unit_test(test_what_is_taken_is_not_free),
	    cmocka_unit_test(test_zoom_of_a_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
