#include "check.h"
#include "layer_fixture.h"

#include "base/clock.h"
#include "store/cluster_level.h"

#include <math.h>

/* Clusters of some rows: of all rows they are the layer's own, byte by byte; of some, those of a layer that
 * has no others. */

enum { ROWS = 3000, TOP = 11, FIELDS = 3, VALUES = 4 };

static struct mm_layer_build *begin(void)
{
	static const char *const sum[] = {"n"}, *const low[] = {"depth"}, *const high[] = {"n"},
				 *const order[] = {"alarm", "lost", "fine"};
	static const struct mm_field fields[FIELDS] = {
	    {.name = "n", .type = MM_TYPE_INT, .title = {"", ""}, .unit = {"", ""}, .hidden = true},
	    {.name = "depth", .type = MM_TYPE_REAL, .title = {"", ""}, .unit = {"", ""}},
	    {.name = "state", .type = MM_TYPE_TEXT, .title = {"", ""}, .unit = {"", ""}},
	};
	const struct mm_schema schema = {
	    .id = "sensors",
	    FIXTURE_NO_WORDS,
	    .crs_definition = "OGC:CRS84",
	    .id_field = "",
	    .style_json = "{}",
	    .max_zoom = 22,
	    .generalize = {.importance_field = "n",
			   .cluster_px = 40,
			   .cluster_zoom = TOP,
			   .sum = {sum, 1},
			   .min = {low, 1},
			   .max = {high, 1},
			   .worst_field = "state",
			   .worst_order = {order, 3}},
	    .field = fields,
	    .field_count = FIELDS,
	};
	struct mm_layer_build *b = NULL;

	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	return b;
}

static uint32_t dice(uint32_t at, uint32_t sides)
{
	const uint64_t mixed = (at + 1) * UINT64_C(6364136223846793005);

	return (uint32_t)((mixed >> 33) % sides);
}

static void put(struct mm_layer_build *b, size_t field, const struct mm_value *v)
{
	mm_layer_build_value(b, field, v);
}

/* One row in seven is a square; some values are null, infinite, or in no order. */
static void add_row(struct mm_layer_build *b, uint32_t i)
{
	static const char *const state[] = {"alarm", "lost", "fine", "new"};
	const char *text = state[dice(i, 60) ? dice(i, 2) + 2 : dice(i + 1, 2)];
	const double x = 39 + dice(3 * i, 100000) / 1e5, y = 52 + dice(3 * i + 1, 100000) / 1e5;
	const double xy[] = {x, y, x, y + 0.01, x + 0.01, y + 0.01, x + 0.01, y, x, y};
	const bool is_square = i % 7 == 3;
	const uint32_t part = (uint32_t)(is_square ? MM_PART_POLYGON : MM_PART_POINTS) << 30 | 1,
		       ring = is_square ? 5 : 1;
	const struct mm_geom g = {.type = is_square ? MM_GEOM_POLYGON : MM_GEOM_POINT,
				  .part = &part,
				  .ring = &ring,
				  .xy = xy,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = ring};

	mm_layer_build_begin(b);
	mm_layer_build_id_int(b, i);
	if (i % 5)
		put(b, 0, &(struct mm_value){.type = MM_TYPE_INT, .integer = dice(i, 1000)});
	put(b, 1, &(struct mm_value){.type = MM_TYPE_REAL, .real = i % 50 ? dice(i, 100) : (double)HUGE_VAL});
	put(b, 2, &(struct mm_value){.type = MM_TYPE_TEXT, .text = text, .text_len = strlen(text)});
	mm_layer_build_geom(b, &g);
	assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
}

static bool is_wanted(uint32_t i)
{
	return i % 3 == 1;
}

static struct mm_layer *layer_of(bool is_whole)
{
	struct mm_layer_build *b = begin();

	for (uint32_t i = 0; i < ROWS; i++)
		if (is_whole || is_wanted(i))
			add_row(b, i);
	return fixture_end(b);
}

static void level_of(const struct mm_layer *l, const unsigned char *only, unsigned zoom, struct mm_buf *room,
		     struct mm_level *ret)
{
	mm_buf_clear(room);
	assert_true(mm_cluster_level_is_there(l, zoom));
	assert_int_equal(mm_cluster_level_make(l, only, zoom, 0, room, NULL), MM_OK);
	mm_cluster_level_open(room->data, ret);
	assert_int_equal(ret->zoom, zoom);
	assert_int_equal(ret->values, VALUES);
	assert_true(mm_rtree_verify(&ret->tree, ret->count));
}

static int64_t id_of(const struct mm_layer *l, const struct mm_level *v, uint32_t i)
{
	return mm_layer_id_int(l, mm_layer_rtree(l)->index[v->place[i]]);
}

static uint32_t bytes_of(const struct mm_level *v, uint32_t i)
{
	return v->start[i + 1] - v->start[i];
}

/* The items of both that are points, in order, are the same; what else the first has is squares without
 * bytes.
 */
static void assert_alike(const struct mm_layer *la, const struct mm_level *a, const struct mm_layer *lb,
			 const struct mm_level *b, uint32_t squares)
{
	uint32_t k = 0, bare = 0, clusters = 0;

	for (uint32_t i = 0; i < a->count; i++) {
		if (bytes_of(a, i) == 0) {
			assert_int_equal(id_of(la, a, i) % 7, 3);
			assert_int_equal(a->members[i], 1);
			bare++;
			continue;
		}
		while (k < b->count && id_of(lb, b, k) % 7 == 3)
			k++;
		assert_true(k < b->count);
		assert_int_equal(id_of(la, a, i), id_of(lb, b, k));
		assert_int_equal(a->members[i], b->members[k]);
		assert_int_equal(bytes_of(a, i), bytes_of(b, k));
		assert_memory_equal(a->bytes + a->start[i], b->bytes + b->start[k], bytes_of(a, i));
		for (unsigned v = 0; v < VALUES; v++) {
			const double x = a->value[(size_t)i * VALUES + v],
				     y = b->value[(size_t)k * VALUES + v];

			assert_true(isnan(x) ? isnan(y) : fabs(x - y) <= 0);
		}
		clusters += a->members[i] > 1;
		k++;
	}
	for (; k < b->count; k++)
		assert_int_equal(id_of(lb, b, k) % 7, 3);
	assert_int_equal(bare, squares);
	assert_true(clusters > 0);
}

static void all_rows_have_the_clusters_of_their_layer(void **state)
{
	struct mm_layer *l = layer_of(true);
	unsigned char only[ROWS / 8 + 1];
	struct mm_level v;
	struct mm_buf room;

	(void)state;
	memset(only, 0xff, sizeof(only));
	mm_buf_init(&room, SIZE_MAX / 2);
	for (unsigned z = 0; z <= TOP; z++) {
		level_of(l, only, z, &room, &v);
		assert_alike(l, &v, l, mm_layer_level(l, z), (ROWS + 3) / 7);
	}
	assert_false(mm_cluster_level_is_there(l, TOP + 1));
	mm_buf_release(&room);
	(void)mm_layer_unref(l);
}

static void some_rows_have_those_of_a_layer_without_others(void **state)
{
	struct mm_layer *l = layer_of(true), *some = layer_of(false);
	unsigned char only[ROWS / 8 + 1] = {0};
	uint32_t squares = 0;
	struct mm_level v;
	struct mm_buf room;

	(void)state;
	for (uint32_t i = 0; i < ROWS; i++)
		if (is_wanted(i)) {
			only[i / 8] |= (unsigned char)(1u << i % 8);
			squares += i % 7 == 3;
		}
	mm_buf_init(&room, SIZE_MAX / 2);
	for (unsigned z = 0; z <= TOP; z++) {
		level_of(l, only, z, &room, &v);
		assert_alike(l, &v, some, mm_layer_level(some, z), squares);
	}
	memset(only, 0, sizeof(only));
	level_of(l, only, 3, &room, &v);
	assert_int_equal(v.count, 0);
	mm_buf_release(&room);
	(void)mm_layer_unref(some);
	(void)mm_layer_unref(l);
}

static void there_is_an_end_to_it(void **state)
{
	struct mm_layer_build *b = fixture_begin("OGC:CRS84");
	const uint32_t count = MM_CLUSTER_LEVEL_ROWS_MAX + 1;
	unsigned char *only = malloc(count / 8 + 1);
	struct mm_layer *l;
	struct mm_err err = {0};
	struct mm_buf room;

	(void)state;
	assert_non_null(only);
	for (uint32_t i = 0; i < count; i++)
		fixture_row(b, i, NULL, -1, 0, 0, NULL);
	l = fixture_end(b);
	memset(only, 0, count / 8 + 1);
	for (uint32_t i = 0; i < count; i++)
		only[i / 8] |= (unsigned char)(1u << i % 8);
	assert_false(mm_cluster_level_takes(l, only));
	only[7] &= 0xfe;
	assert_true(mm_cluster_level_takes(l, only));
	(void)mm_layer_unref(l);
	l = layer_of(true);
	mm_buf_init(&room, SIZE_MAX / 2);
	assert_int_equal(mm_cluster_level_make(l, only, 4, mm_clock_mono_ns() - 1, &room, &err), MM_E_BUSY);
	mm_buf_release(&room);
	(void)mm_layer_unref(l);
	free(only);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_rows_have_the_clusters_of_their_layer),
	    cmocka_unit_test(some_rows_have_those_of_a_layer_without_others),
	    cmocka_unit_test(there_is_an_end_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
