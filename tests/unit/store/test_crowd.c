#include "check.h"

#include "grid/shape.h"
#include "grid/stream.h"
#include "store/crowd.h"

#include <stdlib.h>

/* Lines of one zoom, and what mm_crowd_thin says of them. */

enum { LINES = 70000, TILE = MM_GRID_EXTENT, PIXEL = MM_TILE_PIXEL };

struct crowd {
	struct mm_buf bytes;
	size_t start[LINES + 1];
	size_t count;
	uint16_t importance[LINES];
	bool stays[LINES];
};

static struct crowd *crowd_new(void)
{
	struct crowd *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	mm_buf_init(&c->bytes, 64 << 20);
	return c;
}

static void crowd_free(struct crowd *c)
{
	mm_buf_release(&c->bytes);
	free(c);
}

static size_t add(struct crowd *c, uint16_t importance, int32_t x0, int32_t y0, int32_t x1, int32_t y1)
{
	const int32_t xy[] = {x0, y0, x1, y1};
	const uint32_t two = 2;

	c->start[c->count] = c->bytes.len;
	c->importance[c->count] = importance;
	mm_grid_stream_put(&c->bytes, &(struct mm_grid_geom){MM_GRID_LINE, xy, &two, 1});
	return c->count++;
}

static size_t thin(struct crowd *c, unsigned zoom)
{
	struct mm_crowd_line *line = calloc(c->count + 1, sizeof(*line));
	size_t stay = 0;

	assert_non_null(line);
	c->start[c->count] = c->bytes.len;
	for (size_t i = 0; i < c->count; i++)
		line[i] = (struct mm_crowd_line){c->bytes.data + c->start[i],
						 (uint32_t)(c->start[i + 1] - c->start[i]), (uint32_t)i};
	assert_int_equal(mm_crowd_thin(line, c->count, zoom, c->importance, c->stays, NULL), MM_OK);
	for (size_t i = 0; i < c->count; i++)
		stay += c->stays[i];
	free(line);
	return stay;
}

/* Enough short lines in the first tile, on a raster of so many pixels, to make it a crowd. */
static void fill(struct crowd *c, int pixels, int every)
{
	for (int y = 0; y < TILE; y += pixels * PIXEL)
		for (int x = 0; x < TILE; x += pixels * PIXEL)
			for (int k = 0; k < every; k++)
				(void)add(c, (uint16_t)(100 - k), x, y, x + pixels * PIXEL - 1, y);
}

static void where_there_is_room_all_lines_stay(void **state)
{
	struct crowd *c = crowd_new();

	(void)state;
	for (int i = 0; i < 1000; i++)
		(void)add(c, 1, 10, 10, 400, 10);
	assert_int_equal(thin(c, 8), 1000);
	c->count = 0;
	assert_int_equal(thin(c, 8), 0);
	crowd_free(c);
}

static void in_a_crowd_the_most_important_of_neighbours_stays(void **state)
{
	struct crowd *c = crowd_new();
	size_t first;

	(void)state;
	fill(c, 8, 4);
	assert_int_equal(thin(c, 8), 64 * 64);
	for (size_t i = 0; i < c->count; i++)
		assert_int_equal(c->stays[i], i % 4 == 0);

	/* of equals, the first */
	for (size_t i = 0; i < c->count; i++)
		c->importance[i] = 7;
	assert_int_equal(thin(c, 8), 64 * 64);
	for (size_t i = 0; i < c->count; i++)
		assert_int_equal(c->stays[i], i % 4 == 0);

	/* a long one that takes a new way stays, one that runs beside another does not */
	first = add(c, 1, 0, 4 * PIXEL, TILE - 1, 4 * PIXEL);
	(void)add(c, 1, 0, 5 * PIXEL, TILE - 1, 5 * PIXEL);
	assert_int_equal(thin(c, 8), 64 * 64 + 1);
	assert_true(c->stays[first]);
	crowd_free(c);
}

static void a_crowd_ends_at_its_tile(void **state)
{
	struct crowd *c = crowd_new();
	size_t beside, across;

	(void)state;
	fill(c, 8, 4);
	beside = add(c, 1, TILE + 10, 0, TILE + 90, 0);
	(void)add(c, 1, TILE + 10, 0, TILE + 90, 0);
	across = add(c, 1, TILE - 40, 0, TILE + 40, 0); /* half of it is not counted */
	assert_int_equal(thin(c, 8), 64 * 64 + 3);
	assert_true(c->stays[beside] && c->stays[beside + 1] && c->stays[across]);
	crowd_free(c);
}

static void near_zooms_keep_more(void **state)
{
	struct crowd *c = crowd_new();
	size_t far, middle, near;

	(void)state;
	fill(c, 2, 1);
	for (size_t i = 0; i < c->count; i++)
		c->importance[i] = (uint16_t)(i * 7919 % 1000);
	far = thin(c, 9);
	middle = thin(c, 10);
	near = thin(c, 11);
	assert_true(far < middle && middle < near);
	assert_int_equal(near, c->count);
	crowd_free(c);
}

/* What is smaller than a pixel comes as a dot. */
static void dots_stand_where_nothing_else_does(void **state)
{
	struct crowd *c = crowd_new();
	size_t lone, covered;

	(void)state;
	fill(c, 8, 4);
	lone = c->count;
	c->start[c->count++] = c->bytes.len;
	mm_grid_stream_put_dot(&c->bytes, MM_GRID_LINE, 0, 4 * PIXEL);
	covered = c->count;
	c->start[c->count++] = c->bytes.len;
	mm_grid_stream_put_dot(&c->bytes, MM_GRID_LINE, 8 * PIXEL, 0);
	assert_int_equal(thin(c, 8), 64 * 64 + 1);
	assert_true(c->stays[lone] && !c->stays[covered]);
	crowd_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(where_there_is_room_all_lines_stay),
	    cmocka_unit_test(in_a_crowd_the_most_important_of_neighbours_stays),
	    cmocka_unit_test(a_crowd_ends_at_its_tile),
	    cmocka_unit_test(near_zooms_keep_more),
	    cmocka_unit_test(dots_stand_where_nothing_else_does),
	};

	return cmocka_run_group_tests_name("crowd", tests, NULL, NULL);
}
