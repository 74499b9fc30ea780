#include "sheet.h"

#include "print/page/spread.h"

static const struct mm_paper_box field = {20, 5, 300, 200};
static const double SIDE = 5;

/* Pairs of squares that share more than an edge. */
static size_t overlaps(const double (*at)[2], size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++)
			n += fabs(at[i][0] - at[k][0]) < SIDE - 1e-9 &&
			     fabs(at[i][1] - at[k][1]) < SIDE - 1e-9;
	return n;
}

static bool is_inside(const double at[2])
{
	return at[0] - SIDE / 2 >= field.x - 1e-9 && at[0] + SIDE / 2 <= field.x + field.width + 1e-9 &&
	       at[1] - SIDE / 2 >= field.y - 1e-9 && at[1] + SIDE / 2 <= field.y + field.height + 1e-9;
}

/* A crowd in a town and some around it; always the same. */
static void crowd(double (*at)[2], size_t count)
{
	uint64_t state = 42;

	for (size_t i = 0; i < count; i++)
		for (int k = 0; k < 2; k++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			at[i][k] = (k ? field.y : field.x) + (double)(state >> 40) / (1 << 24) *
								 (k ? field.height : field.width) *
								 (i % 3 ? 0.3 : 1);
		}
}

static void no_two_marks_overlap(void **state)
{
	static double at[400][2], again[400][2];
	const struct mm_paper_box taken = {60, 30, 40, 10};

	(void)state;
	crowd(at, 400);
	memcpy(again, at, sizeof(at));
	assert_true(overlaps((const double(*)[2])at, 400) > 300);
	assert_int_equal(mm_page_spread(&field, &taken, 1, SIDE, at, 400), 0);
	assert_int_equal(overlaps((const double(*)[2])at, 400), 0);
	for (int i = 0; i < 400; i++) {
		assert_true(is_inside(at[i]));
		assert_false(fabs(at[i][0] - 80) < 20 + SIDE / 2 - 1e-9 &&
			     fabs(at[i][1] - 35) < 5 + SIDE / 2 - 1e-9);
	}
	assert_int_equal(mm_page_spread(&field, &taken, 1, SIDE, again, 400), 0);
	assert_memory_equal(at, again, sizeof(at));
}

static void marks_that_are_alone_stay(void **state)
{
	double at[][2] = {{100, 100}, {101, 100}, {150, 100}, {(double)NAN, (double)NAN}, {21, 6}};

	(void)state;
	assert_int_equal(mm_page_spread(&field, NULL, 0, SIDE, at, 5), 0);
	assert_true(at[2][0] == 150 && at[2][1] == 100);
	assert_true(at[0][0] == 100 && at[0][1] == 100); /* the first of those that meet */
	assert_true(hypot(at[1][0] - 101, at[1][1] - 100) < 2 * SIDE);
	assert_true(isnan(at[3][0]));
	assert_near(at[4][0], field.x + SIDE / 2, 1e-9); /* whole in the field */
	assert_near(at[4][1], field.y + SIDE / 2, 1e-9);
}

static void what_has_no_room_is_counted(void **state)
{
	const struct mm_paper_box small = {0, 0, 12, 12};
	double at[9][2];

	(void)state;
	for (int i = 0; i < 9; i++)
		at[i][0] = at[i][1] = 2.5;
	assert_true(mm_page_spread(&small, NULL, 0, SIDE, at, 9) >= 5);
	assert_int_equal(mm_page_spread(&small, NULL, 0, SIDE, at, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_two_marks_overlap),
	    cmocka_unit_test(marks_that_are_alone_stay),
	    cmocka_unit_test(what_has_no_room_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
