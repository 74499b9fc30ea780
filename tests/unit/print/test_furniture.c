#include "sheet.h"

#include "print/sheet/frame.h"
#include "print/sheet/grid.h"
#include "print/sheet/north.h"
#include "print/sheet/scale_bar.h"

/* 1:10 000 around the crossing that PR2 of domain.md names, so that it lies off the middle of the field. */
static struct mm_ground ground_of(const struct mm_paper_box *field, double scale, double rotation)
{
	struct mm_ground g;

	assert_int_equal(mm_ground_init(&g, field, 1292130, 390070, scale, rotation, NULL), MM_OK);
	return g;
}

static void the_frame_is_where_the_standard_has_it(void **state)
{
	struct sheet s = sheet_open(MM_CANVAS_PNG, "A5");
	struct mm_paper_box ink;

	(void)state;
	mm_frame_draw(s.letters, s.cr, &s.paper, mm_print_words(true));
	sheet_look(&s, "frame");
	ink = sheet_ink(&s, (struct mm_paper_box){0, 20, 210, 80});
	assert_near(ink.x, 20 - 0.3, 0.06);
	assert_near(ink.x + ink.width, 205 + 0.3, 0.06);
	ink = sheet_ink(&s, (struct mm_paper_box){50, 0, 50, 148});
	assert_near(ink.y, 5 - 0.3, 0.06);
	assert_near(ink.y + ink.height, 143 + 0.3, 0.06);
	ink = sheet_ink(&s, (struct mm_paper_box){150, 143.5, 60, 4.5});
	assert_true(ink.width > 10 && ink.x + ink.width <= 205.1 && ink.y + ink.height < 148);
	sheet_close(&s);
}

static void the_step_of_the_grid_is_ten_centimetres(void **state)
{
	static const double rows[][2] = {{500, 50},     {1000, 100},   {2000, 200}, {5000, 500},
					 {10000, 1000}, {25000, 2000}, {4000, 200}, {50, 5},
					 {5e6, 500000}, {1234.5, 100}};
	const struct mm_paper_box field = {0, 0, 100, 100};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mm_ground g = ground_of(&field, rows[i][0], 0);

		assert_near(mm_grid_step_m(&g), rows[i][1], 1e-6);
	}
}

/* PR2: within 0.1 mm of its place, turned or not. */
static void crosses_stand_on_full_coordinates(void **state)
{
	static const double turns[] = {0, 20, -135};

	(void)state;
	for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
		struct sheet s = sheet_open(MM_CANVAS_PNG, "A5");
		const struct mm_paper_box field = {20, 5, 185, 138};
		const struct mm_ground g = ground_of(&field, 10000, turns[i]);
		struct mm_paper_box ink;
		double at[2];

		mm_grid_draw(s.letters, s.cr, &g);
		sheet_look(&s, i ? "grid-turned" : "grid");
		mm_ground_to_paper(&g, 1292000, 390000, at);
		ink = sheet_ink(&s, (struct mm_paper_box){at[0] - 6, at[1] - 6, 12, 12});
		assert_near(ink.x + ink.width / 2, at[0], 0.1);
		assert_near(ink.y + ink.height / 2, at[1], 0.1);
		assert_true(ink.width > 4 && ink.width < 7);
		assert_true(sheet_is_dark(&s, at[0], at[1]));
		assert_false(sheet_is_dark(&s, at[0] + 1, at[1] + 1 + (turns[i] < 0 ? 1 : 0)));
		sheet_close(&s);
	}
}

static void numbers_of_the_grid_lie_in_the_field_and_can_be_read(void **state)
{
	struct sheet s = sheet_open(MM_CANVAS_PDF, "A3");
	const struct mm_paper_box field = mm_paper_frame(&s.paper);
	const struct mm_ground g = ground_of(&field, 10000, 0);
	struct mm_buf file;
	char *told;

	(void)state;
	mm_grid_draw(s.letters, s.cr, &g);
	file = sheet_file(&s);
	sheet_keep("grid", "pdf", &file);
	told = sheet_told(&file, "pdftotext", "-");
	assert_non_null(strstr(told, "390 000"));
	assert_non_null(strstr(told, "391 000"));
	free(told);
	mm_buf_release(&file);
	sheet_close(&s);
}

static void nothing_of_the_grid_leaves_the_field(void **state)
{
	static const double turns[] = {0, 45, 91, 200};

	(void)state;
	for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
		struct sheet s = sheet_open(MM_CANVAS_PNG, "100x100");
		const struct mm_paper_box field = {30, 30, 40, 30};
		const struct mm_ground g = ground_of(&field, 500, turns[i]);
		struct mm_paper_box ink;

		mm_grid_draw(s.letters, s.cr, &g);
		sheet_look(&s, "grid-small");
		ink = sheet_ink(&s, (struct mm_paper_box){0, 0, 100, 100});
		if (ink.width > 0)
			assert_true(ink.x >= 29.95 && ink.y >= 29.95 && ink.x + ink.width <= 70.05 &&
				    ink.y + ink.height <= 60.05);
		sheet_close(&s);
	}
}

static void the_bar_is_as_long_as_it_says(void **state)
{
	static const double scales[] = {500, 2000, 10000, 25000};
	static const double parts[] = {10, 20, 100, 500};

	(void)state;
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		struct sheet s = sheet_open(MM_CANVAS_PNG, "150x60");
		const struct mm_paper_box field = {0, 0, 100, 100};
		const struct mm_ground g = ground_of(&field, scales[i], 0);
		struct mm_paper_box bar;
		double part;

		part = mm_scale_bar_draw(s.letters, s.cr, &g, mm_print_words(true), (double[]){10, 10}, 100);
		assert_near(part, parts[i] * (part > parts[i] ? 2 : 1), 1e-9);
		sheet_look(&s, "scale-bar");
		bar = sheet_ink(&s, (struct mm_paper_box){0, 20, 150, 4});
		assert_near(bar.width - 0.2, 4 * part / scales[i] * 1000, 0.1);
		assert_near(bar.x + 0.1, 12, 0.1);
		assert_true(sheet_is_dark(&s, 12 + bar.width / 8, 21));
		assert_false(sheet_is_dark(&s, 12 + bar.width * 3 / 8, 21));
		bar = sheet_ink(&s, (struct mm_paper_box){0, 0, 150, 60});
		assert_true(bar.x >= 10 && bar.x + bar.width <= 110 && bar.y >= 10 &&
			    bar.y + bar.height <= 24.1);
		sheet_close(&s);
	}
}

static void the_scale_is_written_as_a_number(void **state)
{
	struct sheet s = sheet_open(MM_CANVAS_PDF, "150x60");
	const struct mm_paper_box field = {0, 0, 100, 100};
	const struct mm_ground g = ground_of(&field, 25000, 0);
	struct mm_buf file;
	char *told;

	(void)state;
	(void)mm_scale_bar_draw(s.letters, s.cr, &g, mm_print_words(true), (double[]){10, 10}, 130);
	file = sheet_file(&s);
	told = sheet_told(&file, "pdftotext", "-");
	assert_non_null(strstr(told, "Масштаб 1:25000"));
	free(told);
	mm_buf_release(&file);
	sheet_close(&s);
}

/* Of a transverse Mercator the convergence is atan(tan(L - L0) sin(B)). */
static void convergence_follows_the_formula(void **state)
{
	struct mm_proj *p = mm_proj_new();
	const struct mm_transform *to_deg, *from_deg;
	static const double lons[] = {36, 38.5, 39, 41.9};

	(void)state;
	assert_int_equal(mm_transform_get(p, "EPSG:28407", "EPSG:4284", &to_deg, NULL), MM_OK);
	assert_int_equal(mm_transform_get(p, "EPSG:4284", "EPSG:28407", &from_deg, NULL), MM_OK);
	for (size_t i = 0; i < sizeof(lons) / sizeof(lons[0]); i++) {
		const double d = (lons[i] - 39) * M_PI / 180, lat = 52.6 * M_PI / 180;
		double at[2] = {lons[i], 52.6};

		assert_int_equal(mm_transform_points(from_deg, at, 1), 0);
		assert_near(mm_north_convergence_deg(to_deg, from_deg, at[0], at[1]),
			    atan(tan(d) * sin(lat)) * 180 / M_PI, 0.002);
	}
	assert_true(isnan(mm_north_convergence_deg(to_deg, from_deg, HUGE_VAL, 0)));
	p = mm_proj_free(p);
}

static void the_arrow_points_north(void **state)
{
	struct sheet s = sheet_open(MM_CANVAS_PNG, "100x100");
	const struct mm_paper_box field = {0, 0, 100, 100};
	struct mm_ground g = ground_of(&field, 1000, 0);
	struct mm_paper_box ink;

	(void)state;
	mm_north_draw(s.letters, s.cr, &g, 0.4, mm_print_words(true), (double[]){25, 25}, 20, 100);
	g = ground_of(&field, 1000, 90);
	mm_north_draw(s.letters, s.cr, &g, (double)NAN, mm_print_words(true), (double[]){75, 25}, 20, 100);
	g = ground_of(&field, 1000, 0);
	mm_north_draw(s.letters, s.cr, &g, 2.38, mm_print_words(true), (double[]){25, 75}, 20, 100);
	sheet_look(&s, "north");
	ink = sheet_ink(&s, (struct mm_paper_box){0, 0, 50, 50});
	assert_true(ink.x >= 15 && ink.y >= 15 && ink.x + ink.width <= 35 && ink.y + ink.height <= 35.1);
	assert_true(sheet_is_dark(&s, 24.2, 28) && !sheet_is_dark(&s, 25.8, 28)); /* its left half is full */
	assert_true(sheet_is_dark(&s, 72, 24.2) && !sheet_is_dark(&s, 72, 25.8));
	ink = sheet_ink(&s, (struct mm_paper_box){0, 86, 50, 14});
	assert_true(ink.height > 4); /* the angle is told */
	sheet_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_frame_is_where_the_standard_has_it),
	    cmocka_unit_test(the_step_of_the_grid_is_ten_centimetres),
	    cmocka_unit_test(crosses_stand_on_full_coordinates),
	    cmocka_unit_test(numbers_of_the_grid_lie_in_the_field_and_can_be_read),
	    cmocka_unit_test(nothing_of_the_grid_leaves_the_field),
	    cmocka_unit_test(the_bar_is_as_long_as_it_says),
	    cmocka_unit_test(the_scale_is_written_as_a_number),
	    cmocka_unit_test(convergence_follows_the_formula),
	    cmocka_unit_test(the_arrow_points_north),
	};

	return cmocka_run_group_tests_name("print_furniture", tests, NULL, NULL);
}
