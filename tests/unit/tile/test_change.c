#include "check.h"
#include "layer_fixture.h"

#include "geo/mercator.h"
#include "grid/shape.h"
#include "store/change.h"
#include "tile/tile.h"

#include <math.h>

/*
 * What store/change.h promises: a tile that no box of the change meets has the same bytes before and after.
 * Shown by making every tile of towns that were edited at random, at each zoom, in both encodings, with and
 * without labels, also where tiles are too heavy for their budget.
 */

enum { ROWS = 900, SIDE = 30, TOP = 15, BUDGET = 3000 };
enum kind { POINTS, CLUSTERS, BLOCKS, COVERAGE, LINES, STREETS, RANKED, RANKED_UNSEEN, KINDS };

static const double WEST = 39.0, SOUTH = 52.0, STEP = 0.004;

struct feature {
	int64_t id, n;
	double x, y, size;
	bool is_gone;
};

static uint64_t seed = 20261124;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % sides);
}

static struct mm_layer_build *begin(enum kind kind)
{
	static const char *const sums[] = {"n"};
	const bool is_ranked = kind == RANKED || kind == RANKED_UNSEEN;
	const struct mm_field fields[] = {
	    {.name = "name", .type = MM_TYPE_TEXT, .title = {"", ""}, .unit = {"", ""}},
	    {.name = "n",
	     .type = MM_TYPE_INT,
	     .title = {"", ""},
	     .unit = {"", ""},
	     .hidden = kind == RANKED_UNSEEN},
	};
	const struct mm_schema schema = {
	    .id = "town",
	    FIXTURE_NO_WORDS,
	    .crs_definition = "OGC:CRS84",
	    .id_field = "",
	    .style_json = "{}",
	    .max_zoom = 22,
	    .generalize = {.importance_field = is_ranked ? "n" : "",
			   .worst_field = "",
			   .is_coverage = kind == COVERAGE,
			   .cluster_px = kind == CLUSTERS ? 40 : 0,
			   .cluster_zoom = kind == CLUSTERS ? 14 : 0,
			   .sum = {sums, kind == CLUSTERS ? 1 : 0}},
	    .field = fields,
	    .field_count = 2,
	};
	struct mm_layer_build *b = NULL;

	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	return b;
}

static void add_geometry(struct mm_layer_build *b, enum kind kind, const struct feature *f)
{
	const double s = f->size, e = kind == COVERAGE || kind == STREETS ? 0 : s * 0.3;
	const double xy[] = {f->x,     f->y,     f->x + s, f->y + e, f->x + s,
			     f->y + s, f->x - e, f->y + s, f->x,     f->y};
	const bool is_point = kind == POINTS || kind == CLUSTERS || kind == RANKED || kind == RANKED_UNSEEN,
		   is_line = kind == LINES || kind == STREETS;
	const uint32_t part = (uint32_t)(is_point  ? MM_PART_POINTS
					 : is_line ? MM_PART_LINE
						   : MM_PART_POLYGON)
				  << 30 |
			      1;
	const uint32_t ring = is_point ? 1 : kind == STREETS ? 2 : is_line ? 3 : 5;
	const struct mm_geom g = {.type = is_point  ? MM_GEOM_POINT
					  : is_line ? MM_GEOM_LINE
						    : MM_GEOM_POLYGON,
				  .part = &part,
				  .ring = &ring,
				  .xy = xy,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = ring};

	mm_layer_build_geom(b, &g);
}

static struct mm_layer *freeze(enum kind kind, const struct feature *f, size_t count)
{
	struct mm_layer_build *b = begin(kind);

	for (size_t i = 0; i < count; i++) {
		char name[32];
		struct mm_value v = {.type = MM_TYPE_TEXT, .text = name};

		if (f[i].is_gone)
			continue;
		v.text_len = (size_t)snprintf(name, sizeof(name), "word %d", (int)(f[i].n % 7));
		mm_layer_build_begin(b);
		mm_layer_build_id_int(b, f[i].id);
		mm_layer_build_value(b, 0, &v);
		v = (struct mm_value){.type = MM_TYPE_INT, .integer = kind == STREETS ? f[i].n % 7 : f[i].n};
		mm_layer_build_value(b, 1, &v);
		add_geometry(b, kind, &f[i]);
		assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
	}
	return fixture_end(b);
}

static void lay_out(enum kind kind, struct feature *f)
{
	const bool is_whole = kind == COVERAGE || kind == STREETS; /* neighbours meet */

	for (int i = 0; i < ROWS; i++) {
		f[i] = (struct feature){.id = i + 1,
					.n = kind == STREETS ? i / 10
							     : (int64_t)dice(100000), /* of ten pieces */
					.x = WEST + STEP * (i % SIDE),
					.y = SOUTH + STEP * (double)(i / SIDE),
					.size = is_whole ? STEP : STEP * (0.05 + 0.001 * dice(900))};
		if (!is_whole) {
			f[i].x += STEP * 0.001 * dice(1000);
			f[i].y += STEP * 0.001 * dice(1000);
		}
	}
}

/* A few features moved, renamed, removed, added; now and then one goes to the end of the source. */
static size_t edit(struct feature *f, size_t count)
{
	for (uint32_t k = 1 + dice(3); k > 0; k--) {
		struct feature *one = &f[dice((uint32_t)count)];

		switch (dice(5)) {
		case 0:
			one->x += STEP * 0.01 * dice(300);
			break;
		case 1:
			one->n = dice(100000);
			break;
		case 2:
			one->is_gone = true;
			break;
		case 3:
			f[count] = (struct feature){.id = (int64_t)count + 1,
						    .n = 5,
						    .x = WEST + STEP * 0.1 * dice(250),
						    .y = SOUTH + STEP * 0.1 * dice(250),
						    .size = STEP * 0.7};
			count++;
			break;
		default:
			f[count++] = *one;
			one->is_gone = true;
			break;
		}
	}
	return count;
}

static void make(struct mm_tile_maker *m, const struct mm_layer *l, struct mm_tile_id id, int variant,
		 struct mm_buf *out)
{
	const bool is_label[] = {variant & 1};
	const struct mm_tile_ask ask = {.layer = &l,
					.is_label = is_label,
					.layer_count = 1,
					.id = id,
					.encoding = variant & 2 ? MM_TILE_MLT : MM_TILE_MVT,
					.budget_bytes = variant & 4 ? BUDGET : 0};
	struct mm_tile_count count;

	mm_buf_clear(out);
	assert_int_equal(mm_tile_make(m, &ask, out, &count, NULL), MM_OK);
}

struct tally {
	size_t tiles, different, met;
};

static void check_tile(struct mm_tile_maker *m, const struct mm_layer *a, const struct mm_layer *b,
		       struct mm_tile_id id, const struct mm_change *c, struct tally *t)
{
	const struct mm_world_box window = mm_tile_id_window(id, MM_TILE_BUFFER);
	const bool met = mm_change_meets(c, id.z, &window);
	const int variants = id.z >= 8 && id.z <= 13 ? 8 : 4;
	struct mm_buf was, is;
	bool differs = false;

	mm_buf_init(&was, 1 << 24);
	mm_buf_init(&is, 1 << 24);
	for (int v = 0; v < variants; v++) {
		make(m, a, id, v, &was);
		make(m, b, id, v, &is);
		differs |= was.len != is.len || (is.len && memcmp(was.data, is.data, is.len) != 0);
	}
	if (differs && !met)
		print_error("tile %u/%u/%u changed outside of all boxes\n", id.z, id.x, id.y);
	assert_true(met || !differs);
	t->tiles++;
	t->different += differs;
	t->met += met;
	mm_buf_release(&was);
	mm_buf_release(&is);
}

static void check_all(const struct mm_layer *a, const struct mm_layer *b, const struct mm_change *c,
		      struct tally *t)
{
	const struct mm_world nw = mm_world_from_lonlat(WEST - STEP, SOUTH + STEP * (SIDE + 3)),
			      se = mm_world_from_lonlat(WEST + STEP * (SIDE + 6), SOUTH - STEP);
	struct mm_tile_maker *m = mm_tile_maker_new();

	assert_non_null(m);
	for (unsigned z = 1; z <= TOP; z++)
		for (uint32_t x = nw.x >> (32 - z); x <= se.x >> (32 - z); x++)
			for (uint32_t y = nw.y >> (32 - z); y <= se.y >> (32 - z); y++)
				if (z < 14 || dice(6) == 0)
					check_tile(m, a, b, (struct mm_tile_id){z, x, y}, c, t);
	(void)mm_tile_maker_free(m);
}

static void test_kind(enum kind kind, int rounds)
{
	struct feature *f = calloc(ROWS + 100, sizeof(*f));
	struct mm_layer *was, *is;
	struct tally t = {0};
	size_t count = ROWS;

	lay_out(kind, f);
	was = freeze(kind, f, count);
	for (int i = 0; i < rounds; i++) {
		struct mm_change *c = NULL;

		count = edit(f, count);
		is = freeze(kind, f, count);
		assert_int_equal(mm_change_find(was, is, &c, NULL), MM_OK);
		check_all(was, is, c, &t);
		(void)mm_change_unref(c);
		(void)mm_layer_unref(was);
		was = is;
	}
	(void)mm_layer_unref(was);
	free(f);
	print_message("%zu tiles, %zu changed, %zu invalidated\n", t.tiles, t.different, t.met);
	assert_true(t.different > 0);
	assert_true(t.met < t.tiles / 4);
	assert_true(t.met <= 3 * t.different);
}

static void test_points(void **state)
{
	(void)state;
	test_kind(POINTS, 20);
}

static void test_clusters(void **state)
{
	(void)state;
	test_kind(CLUSTERS, 20);
}

static void test_blocks(void **state)
{
	(void)state;
	test_kind(BLOCKS, 20);
}

static void test_coverage(void **state)
{
	(void)state;
	test_kind(COVERAGE, 20);
}

static void test_lines(void **state)
{
	(void)state;
	test_kind(LINES, 20);
}

/* In pieces that are one line from afar. */
static void test_streets(void **state)
{
	(void)state;
	test_kind(STREETS, 20);
}

static void test_ranked(void **state)
{
	(void)state;
	test_kind(RANKED, 20);
}

/* By what no tile has: nothing but what is left out tells of a change. */
static void test_ranked_unseen(void **state)
{
	(void)state;
	test_kind(RANKED_UNSEEN, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_points),  cmocka_unit_test(test_clusters),
	    cmocka_unit_test(test_blocks),  cmocka_unit_test(test_coverage),
	    cmocka_unit_test(test_lines),   cmocka_unit_test(test_ranked),
	    cmocka_unit_test(test_streets), cmocka_unit_test(test_ranked_unseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
