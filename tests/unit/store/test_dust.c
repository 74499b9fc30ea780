#include "check.h"

#include "store/dust.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 5000 };
static uint16_t importance[ROWS];

struct shown {
	uint64_t key[ROWS];
	uint32_t row[ROWS];
	size_t count;
};

static void show(void *ctx, uint64_t key, uint32_t row)
{
	struct shown *s = ctx;

	for (size_t i = 0; i < s->count; i++)
		assert_true(s->key[i] != key && s->row[i] != row); /* a pixel once, a row once */
	s->key[s->count] = key;
	s->row[s->count++] = row;
}

static void settle(struct mm_dust *d, struct shown *s)
{
	s->count = 0;
	mm_dust_gather(d);
	assert_int_equal(mm_dust_settle(d, show, s, NULL), MM_OK);
}

static void keys_hold_their_pixel(void **state)
{
	static const uint32_t places[] = {0, 1, 2, 77, 65535, 0x55555555, 0x7fffffff};

	(void)state;
	for (size_t i = 0; i < 7; i++)
		for (size_t k = 0; k < 7; k++)
			for (int line = 0; line < 2; line++) {
				uint64_t key = mm_dust_key(places[i], places[k], line);

				assert_int_equal(mm_dust_x(key), places[i]);
				assert_int_equal(mm_dust_y(key), places[k]);
				assert_int_equal(mm_dust_is_line(key), line);
			}
}

static void the_most_important_row_stands_for_a_pixel(void **state)
{
	struct mm_dust d = {.importance = importance};
	struct shown s;

	(void)state;
	importance[3] = 9;
	importance[7] = 9;
	for (uint32_t row = 0; row < 10; row++)
		mm_dust_add(&d, mm_dust_key(5, 6, false), 0.1F, row);
	settle(&d, &s);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.row[0], 3); /* of equals the first */
	assert_int_equal(mm_dust_x(s.key[0]), 5);
	memset(importance, 0, sizeof(importance));
	mm_dust_release(&d);
}

static void as_much_is_shown_as_there_is(void **state)
{
	static struct shown s;

	(void)state;
	for (int cover = 1; cover <= 10; cover++) {
		struct mm_dust d = {.importance = importance};
		uint32_t row = 0;

		for (uint32_t y = 64; y < 128; y++)
			for (uint32_t x = 64; x < 128; x++)
				mm_dust_add(&d, mm_dust_key(x, y, false), (float)cover / 10, row++);
		settle(&d, &s);
		assert_in_range(s.count, 4096 * cover / 10 * 8 / 10, 4096 * cover / 10 * 12 / 10 + 10);
		mm_dust_release(&d);
	}
}

static void no_place_is_forgotten(void **state)
{
	struct mm_dust d = {.importance = importance};
	struct shown s;

	(void)state;
	mm_dust_add(&d, mm_dust_key(1000, 1000, false), 1e-6F, 4);
	mm_dust_add(&d, mm_dust_key(1001, 1001, false), 1e-6F, 2);
	mm_dust_add(&d, mm_dust_key(3000, 1000, false), 1e-6F, 8);
	settle(&d, &s);
	assert_int_equal(s.count, 2);
	mm_dust_release(&d);
}

static void lines_and_polygons_are_kept_apart(void **state)
{
	struct mm_dust d = {.importance = importance};
	struct shown s;

	(void)state;
	mm_dust_add(&d, mm_dust_key(8, 8, false), 0.7F, 1);
	mm_dust_add(&d, mm_dust_key(8, 8, true), 0.7F, 2);
	settle(&d, &s);
	assert_int_equal(s.count, 2);
	mm_dust_release(&d);
}

static void folding_keeps_the_amount(void **state)
{
	struct mm_dust d = {.importance = importance};
	double before = 0, after = 0;

	(void)state;
	for (uint32_t row = 0; row < ROWS; row++)
		mm_dust_add(&d, mm_dust_key(row % 71, row % 37, false), 0.3F, row);
	mm_dust_gather(&d);
	for (size_t i = 0; i < d.count; i++)
		before += (double)d.cell[i].amount;
	mm_dust_fold(&d);
	for (size_t i = 0; i < d.count; i++) {
		after += 4 * (double)d.cell[i].amount;
		assert_true(i == 0 || d.cell[i - 1].key < d.cell[i].key);
		assert_true(mm_dust_x(d.cell[i].key) <= 35 && mm_dust_y(d.cell[i].key) <= 18);
	}
	assert_true(after > before * 0.999 && after < before * 1.001);
	mm_dust_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_hold_their_pixel),
	    cmocka_unit_test(the_most_important_row_stands_for_a_pixel),
	    cmocka_unit_test(as_much_is_shown_as_there_is),
	    cmocka_unit_test(no_place_is_forgotten),
	    cmocka_unit_test(lines_and_polygons_are_kept_apart),
	    cmocka_unit_test(folding_keeps_the_amount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
