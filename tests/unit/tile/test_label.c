#include "check.h"
#include "layer_fixture.h"
#include "tile/mvt_decode.h"

#include "tile/tile.h"

#include <pthread.h>

enum { SIDE = 24, THREADS = 4, ZOOM = 11 };

/* An L of a tenth of a degree: its place takes GEOS to find. */
static void add_corner(struct mm_layer_build *b, int64_t id, double x, double y)
{
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1, ring = 7;
	const double xy[] = {x,        y,        x + 0.1, y, x + 0.1, y + 0.03, x + 0.03,
			     y + 0.03, x + 0.03, y + 0.1, x, y + 0.1, x,        y};

	fixture_row(b, id, "угол", 1, 0, 0,
		    &(struct mm_geom){MM_GEOM_POLYGON, &part, &ring, xy, NULL, 1, 1, 7});
}

static struct mm_layer *corners(void)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);

	for (int row = 0; row < SIDE; row++)
		for (int column = 0; column < SIDE; column++)
			add_corner(b, row * SIDE + column, 37 + 0.12 * column, 55 + 0.12 * row);
	return fixture_end(b);
}

struct seen {
	int count[SIDE * SIDE];
};

static void see(void *ctx, const struct seen_feature *f)
{
	struct seen *s = ctx;

	assert_int_equal(f->type, 1);
	assert_int_equal(f->point_count, 1);
	assert_true(f->id < (uint64_t)SIDE * SIDE);
	assert_in_range(f->xy[0][0], 0, 4095);
	assert_in_range(f->xy[0][1], 0, 4095);
	s->count[f->id]++;
}

static void make(struct mm_tile_maker *maker, const struct mm_layer *l, struct mm_tile_id id,
		 struct mm_buf *out, struct mm_tile_count *count)
{
	const bool is_label = true;
	const struct mm_tile_ask ask = {.layer = &l, .is_label = &is_label, .layer_count = 1, .id = id};

	out->len = 0;
	assert_int_equal(mm_tile_make(maker, &ask, out, count, NULL), MM_OK);
}

static struct mm_world_box tiles_of(const struct mm_layer *l, uint32_t z)
{
	const struct mm_box deg = mm_layer_box_deg(l);
	const struct mm_world_box w = mm_world_box_around(&deg);

	return (struct mm_world_box){w.min_x >> (32 - z), w.min_y >> (32 - z), w.max_x >> (32 - z),
				     w.max_y >> (32 - z)};
}

static void every_shape_is_in_one_tile_of_a_zoom(void **state)
{
	struct mm_tile_maker *maker = mm_tile_maker_new();
	struct mm_layer *l = corners();
	struct mm_buf out;

	(void)state;
	mm_buf_init(&out, 1 << 24);
	for (uint32_t z = 3; z <= 13; z++) {
		const struct mm_world_box t = tiles_of(l, z);
		/* a tenth of a degree of latitude is 15.9 px at zoom 6 in the south, 17.1 in the north */
		const int least = z >= 7, most = z >= 6;
		struct mm_tile_count count;
		struct seen seen = {{0}};

		for (uint32_t y = t.min_y; y <= t.max_y; y++)
			for (uint32_t x = t.min_x; x <= t.max_x; x++) {
				make(maker, l, (struct mm_tile_id){z, x, y}, &out, &count);
				if (out.len)
					(void)pbf_tile(out.data, out.len, see, &seen);
			}
		for (int i = 0; i < SIDE * SIDE; i++)
			assert_true(seen.count[i] >= least && seen.count[i] <= most);
	}
	mm_buf_release(&out);
	(void)mm_layer_unref(l);
	(void)mm_tile_maker_free(maker);
}

static void a_tile_over_its_budget_keeps_some(void **state)
{
	struct mm_tile_maker *maker = mm_tile_maker_new();
	struct mm_layer *l = corners();
	const bool is_label = true;
	const struct mm_world_box t = tiles_of(l, 7);
	const struct mm_tile_ask ask = {.layer = (const struct mm_layer *const[]){l},
					.is_label = &is_label,
					.layer_count = 1,
					.id = {7, t.min_x, t.min_y},
					.budget_bytes = 500};
	struct mm_tile_count count;
	struct mm_buf out;

	(void)state;
	mm_buf_init(&out, 1 << 24);
	assert_int_equal(mm_tile_make(maker, &ask, &out, &count, NULL), MM_OK);
	assert_true(count.kept > 0 && count.dropped > 0);
	assert_int_equal(count.read, count.kept + count.dropped);
	mm_buf_release(&out);
	(void)mm_layer_unref(l);
	(void)mm_tile_maker_free(maker);
}

/* ---- many at once ---- */

struct job {
	const struct mm_layer *layer;
	pthread_t thread;
	uint64_t bytes, kept;
};

static void *run(void *ctx)
{
	struct job *job = ctx;
	struct mm_tile_maker *maker = mm_tile_maker_new();
	const struct mm_world_box t = tiles_of(job->layer, ZOOM);
	struct mm_tile_count count;
	struct mm_buf out;

	mm_buf_init(&out, 1 << 24);
	for (uint32_t y = t.min_y; y <= t.max_y; y++)
		for (uint32_t x = t.min_x; x <= t.max_x; x++) {
			make(maker, job->layer, (struct mm_tile_id){ZOOM, x, y}, &out, &count);
			for (size_t i = 0; i < out.len; i++)
				job->bytes = job->bytes * 31 + out.data[i];
			job->kept += count.kept;
		}
	mm_buf_release(&out);
	(void)mm_tile_maker_free(maker);
	return NULL;
}

static void threads_that_come_at_once_find_the_same_places(void **state)
{
	struct mm_layer *l = corners();
	struct job job[THREADS] = {{0}};

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		job[i].layer = l;
		assert_int_equal(pthread_create(&job[i].thread, NULL, run, &job[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(job[i].thread, NULL), 0);
		assert_int_equal(job[i].kept, SIDE * SIDE);
		assert_true(job[i].bytes == job[0].bytes);
	}
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_shape_is_in_one_tile_of_a_zoom),
	    cmocka_unit_test(a_tile_over_its_budget_keeps_some),
	    cmocka_unit_test(threads_that_come_at_once_find_the_same_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
