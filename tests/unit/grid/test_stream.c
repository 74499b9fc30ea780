#include "check.h"

#include "grid/stream.h"

#include <stdlib.h>

static uint64_t seed = 20260615;

static uint32_t any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % below;
}

static void check_same(const struct mm_grid_geom *g)
{
	struct mm_grid_points p = {0};
	struct mm_grid_stream s;
	struct mm_buf b;
	size_t points = 0;

	mm_buf_init(&b, 1 << 20);
	mm_grid_stream_put(&b, g);
	assert_false(b.failed);
	assert_true(mm_grid_stream_verify(b.data, b.len, 8));
	for (size_t n = 0; n < b.len && g->ring_count == 1; n++)
		assert_false(mm_grid_stream_verify(b.data, n, 8)); /* a part of it is nothing */
	mm_grid_stream_open(b.data, b.len, &s);
	assert_int_equal(s.kind, g->kind);
	assert_false(s.is_dot);
	assert_true(mm_grid_stream_read(&s, &p));
	assert_int_equal(p.ring_count, g->ring_count);
	for (size_t i = 0; i < g->ring_count; i++, points += g->ring[i - 1])
		assert_int_equal(p.ring[i], g->ring[i]);
	assert_int_equal(p.count, points);
	assert_memory_equal(p.xy, g->xy, points * 2 * sizeof(int32_t));
	mm_grid_points_release(&p);
	mm_buf_release(&b);
}

static void what_is_written_is_read(void **state)
{
	(void)state;
	for (int round = 0; round < 500; round++) {
		enum mm_grid_kind kind = (enum mm_grid_kind)(1 + any(3));
		uint32_t ring[5], rings = kind == MM_GRID_POINT ? 1 : 1 + any(5), points = 0;
		int32_t xy[2 * 5 * 300];

		for (uint32_t i = 0; i < rings; i++) {
			ring[i] = (uint32_t)kind + any(i ? 20 : 290);
			points += ring[i];
		}
		for (uint32_t i = 0; i < 2 * points; i++)
			xy[i] = (int32_t)any((1u << 20) + 1);
		check_same(&(struct mm_grid_geom){kind, xy, ring, rings});
	}
}

static void a_dot_is_its_corner(void **state)
{
	struct mm_grid_stream s;
	struct mm_buf b;

	(void)state;
	mm_buf_init(&b, 100);
	mm_grid_stream_put_dot(&b, MM_GRID_LINE, 4096, 8);
	assert_true(mm_grid_stream_verify(b.data, b.len, 0));
	mm_grid_stream_open(b.data, b.len, &s);
	assert_true(s.is_dot && s.kind == MM_GRID_LINE && s.x == 4096 && s.y == 8 && s.rest_bytes == 0);
	mm_buf_clear(&b);
	mm_grid_stream_put_dot(&b, MM_GRID_LINE, 4097, 8);
	assert_false(mm_grid_stream_verify(b.data, b.len, 0)); /* beyond the grid */
	assert_true(mm_grid_stream_verify(b.data, b.len, 1));
	mm_buf_release(&b);
}

static void any_bytes_are_judged(void **state)
{
	unsigned char bytes[40];
	struct mm_grid_points p = {0};

	(void)state;
	for (int round = 0; round < 200000; round++) {
		size_t n = any(sizeof(bytes) + 1);

		for (size_t i = 0; i < n; i++)
			bytes[i] = (unsigned char)(any(3) ? any(12) : any(256));
		if (mm_grid_stream_verify(bytes, n, 3)) {
			struct mm_grid_stream s;

			mm_grid_stream_open(bytes, n, &s);
			assert_true(mm_grid_stream_read(&s, &p));
			for (size_t i = 0; i < 2 * p.count; i++)
				assert_in_range(p.xy[i], 0, 1 << 15);
		}
	}
	mm_grid_points_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_is_read),
	    cmocka_unit_test(a_dot_is_its_corner),
	    cmocka_unit_test(any_bytes_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
