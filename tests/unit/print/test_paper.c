#include "check.h"

#include "print/sheet/ground.h"
#include "print/sheet/paper.h"

#include <math.h>
#include <string.h>

static void formats_are_read_as_users_write_them(void **state)
{
	static const struct {
		const char *text;
		bool is_landscape;
		const char *name;
		double width, height;
	} rows[] = {
	    {"A4", false, "A4", 210, 297},          {"a3", true, "A3", 420, 297},
	    {"А0", true, "A0", 1189, 841},          {"A5", false, "A5", 148, 210},
	    {"A4x3", true, "A4x3", 630, 297},       {"а4×8", false, "A4x8", 297, 1682},
	    {"А3Х3", true, "A3x3", 891, 420},       {"A1x3", false, "A1x3", 841, 1783},
	    {"500x500", true, "500x500", 500, 500}, {"50x2600", false, "50x2600", 50, 2600},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_paper p;

		assert_int_equal(mm_paper_parse(rows[i].text, rows[i].is_landscape, &p, NULL), MM_OK);
		assert_string_equal(p.name, rows[i].name);
		assert_true(p.width_mm == rows[i].width && p.height_mm == rows[i].height);
	}
}

static void other_formats_are_refused(void **state)
{
	static const char *const rows[] = {"",
					   "A",
					   "A6",
					   "A-1",
					   "A4x2",
					   "A4x10",
					   "A5x0",
					   "A5x1",
					   "A4x",
					   "A4 ",
					   "B4",
					   "49x100",
					   "100x49",
					   "2601x100",
					   "100x",
					   "x100",
					   "1e3x1000",
					   "100*100",
					   "100x100x100",
					   "00000000500x5000",
					   "A4x3AAAAAAAAAAAAAAAAAAAAAA",
					   "99999999999999999999x100"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_paper p = {.width_mm = -1};
		struct mm_err err = {0};

		if (mm_paper_parse(rows[i], false, &p, &err) != MM_E_INVALID)
			fail_msg("\"%s\" was read", rows[i]);
		assert_string_equal(err.where, "format");
		assert_true(p.width_mm == -1);
	}
}

/* GOST 2.301-68: what is left of a landscape sheet; domain.md, 11, computes ground from it. */
static void the_frame_leaves_the_binding_free(void **state)
{
	struct mm_paper p;
	struct mm_paper_box b;

	(void)state;
	assert_int_equal(mm_paper_parse("A3", true, &p, NULL), MM_OK);
	b = mm_paper_frame(&p);
	assert_true(b.x == 20 && b.y == 5 && b.width == 395 && b.height == 287);
}

static const struct mm_paper_box field = {.x = 20, .y = 5, .width = 395, .height = 287};

static void a_kilometre_is_a_hundred_millimetres_at_ten_thousand(void **state)
{
	struct mm_ground g;
	double a[2], b[2];

	(void)state;
	for (int turn = -90; turn <= 360; turn += 15) {
		assert_int_equal(mm_ground_init(&g, &field, 1292000, 390000, 10000, turn, NULL), MM_OK);
		mm_ground_to_paper(&g, 1291600, 389700, a);
		mm_ground_to_paper(&g, 1292200, 390500, b);
		assert_true(fabs(hypot(b[0] - a[0], b[1] - a[1]) - 100) < 1e-6);
		mm_ground_from_paper(&g, a[0], a[1], b);
		assert_true(fabs(b[0] - 1291600) < 1e-6 && fabs(b[1] - 389700) < 1e-6);
	}
}

static void north_is_up_and_a_quarter_turn_takes_it_to_the_right(void **state)
{
	struct mm_ground g;
	double at[2];

	(void)state;
	assert_int_equal(mm_ground_init(&g, &field, 0, 0, 1000, 0, NULL), MM_OK);
	mm_ground_to_paper(&g, 10, 20, at);
	assert_true(fabs(at[0] - (20 + 197.5 + 10)) < 1e-9 && fabs(at[1] - (5 + 143.5 - 20)) < 1e-9);
	assert_int_equal(mm_ground_init(&g, &field, 0, 0, 1000, 90, NULL), MM_OK);
	mm_ground_to_paper(&g, 0, 20, at);
	assert_true(fabs(at[0] - (20 + 197.5 + 20)) < 1e-9 && fabs(at[1] - (5 + 143.5)) < 1e-9);
}

static void the_box_holds_what_the_field_shows(void **state)
{
	struct mm_ground g;
	struct mm_box b;

	(void)state;
	assert_int_equal(mm_ground_init(&g, &field, 1000, 2000, 2000, 0, NULL), MM_OK);
	b = mm_ground_box(&g, 0);
	assert_true(fabs(b.max_x - b.min_x - 790) < 1e-9 && fabs(b.max_y - b.min_y - 574) < 1e-9);
	b = mm_ground_box(&g, 5);
	assert_true(fabs(b.min_x - (1000 - 405)) < 1e-9 && fabs(b.max_y - (2000 + 297)) < 1e-9);
	assert_int_equal(mm_ground_init(&g, &field, 1000, 2000, 2000, 90, NULL), MM_OK);
	b = mm_ground_box(&g, 0);
	assert_true(fabs(b.max_x - b.min_x - 574) < 1e-6 && fabs(b.max_y - b.min_y - 790) < 1e-6);
}

static void the_scale_that_fits_is_a_usual_one(void **state)
{
	static const struct {
		double width_m, height_m, rotation, scale;
	} rows[] = {{395, 100, 0, 1000},  {396, 100, 0, 2000}, {790, 574, 0, 2000},
		    {790, 574, 90, 4000}, {3950, 1, 0, 10000}, {3951, 1, 0, 20000},
		    {0, 0, 0, 500},       {1, 1, 0, 50},       {1e9, 1e9, 0, 5e6}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mm_box e = {0, 0, rows[i].width_m, rows[i].height_m};

		assert_true(fabs(mm_ground_fit(&field, &e, rows[i].rotation, false) - rows[i].scale) < 1e-6);
	}
	assert_true(fabs(mm_ground_fit(&field, &(struct mm_box){0, 0, 400, 1}, 0, true) - 400000 / 395.0) <
		    1e-9);
}

static void a_ground_out_of_range_is_refused_by_name(void **state)
{
	static const struct {
		double x, scale, rotation, width;
		const char *where;
	} rows[] = {{0, 1, 0, 100, "scale"},
		    {0, (double)NAN, 0, 100, "scale"},
		    {0, 6e6, 0, 100, "scale"},
		    {0, 500, 361, 100, "rotation"},
		    {0, 500, (double)NAN, 100, "rotation"},
		    {2e9, 500, 0, 100, "center"},
		    {(double)NAN, 500, 0, 100, "center"},
		    {0, 500, 0, 0, "format"},
		    {0, 500, 0, -5, "format"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mm_paper_box map = {.width = rows[i].width, .height = 10};
		struct mm_ground g = {.scale = -1};
		struct mm_err err = {0};

		assert_int_equal(
		    mm_ground_init(&g, &map, rows[i].x, 0, rows[i].scale, rows[i].rotation, &err),
		    MM_E_INVALID);
		assert_string_equal(err.where, rows[i].where);
		assert_true(g.scale == -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(formats_are_read_as_users_write_them),
	    cmocka_unit_test(other_formats_are_refused),
	    cmocka_unit_test(the_frame_leaves_the_binding_free),
	    cmocka_unit_test(a_kilometre_is_a_hundred_millimetres_at_ten_thousand),
	    cmocka_unit_test(north_is_up_and_a_quarter_turn_takes_it_to_the_right),
	    cmocka_unit_test(the_box_holds_what_the_field_shows),
	    cmocka_unit_test(the_scale_that_fits_is_a_usual_one),
	    cmocka_unit_test(a_ground_out_of_range_is_refused_by_name),
	};

	return cmocka_run_group_tests_name("print_paper", tests, NULL, NULL);
}
