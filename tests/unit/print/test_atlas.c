#include "check.h"
#include "layer_fixture.h"

#include "geo/kit.h"
#include "print/atlas/atlas.h"

#include <math.h>

/* A catalog of one layer of lines, "streets", in the plane of the atlas. */

#define PLANE "EPSG:28407"

enum { LINES_MAX = 40, POINTS_MAX = 200 };

struct street {
	double xy[POINTS_MAX][2];
	uint32_t count;
};

struct town {
	const struct mm_catalog *catalog;
	struct mm_kits *kits;
	struct mm_kit *kit;
	struct mm_arena mem;
	struct mm_atlas atlas;
	struct mm_err err;
};

static const double east = 7500000, north = 5800000;

static struct town town_of(const struct street *street, size_t count)
{
	struct mm_layer_build *b = fixture_begin(PLANE);
	const struct mm_map_info info = {.title = {"", ""},
					 .description = {"", ""},
					 .attribution = {"", ""},
					 .crs_code = "",
					 .crs_name = "",
					 .crs_definition = PLANE};
	struct mm_entry entry = {.id = "streets", .error = ""};
	struct town t = {0};

	for (size_t i = 0; i < count; i++) {
		const uint32_t part = (uint32_t)MM_PART_LINE << 30 | 1, ring = street[i].count;
		double xy[POINTS_MAX][2];
		const struct mm_geom g = {.type = MM_GEOM_LINE,
					  .part = &part,
					  .ring = &ring,
					  .xy = &xy[0][0],
					  .part_count = 1,
					  .ring_count = 1,
					  .vertex_count = ring};

		for (uint32_t k = 0; k < ring; k++) {
			xy[k][0] = east + street[i].xy[k][0];
			xy[k][1] = north + street[i].xy[k][1];
		}
		fixture_row(b, (int64_t)i + 1, "ул. Липовая", (int64_t)i, 0, 0, &g);
	}
	entry.layer = fixture_end(b);
	t.catalog = mm_catalog_new(1, &info, &entry, 1);
	(void)mm_layer_unref(entry.layer);
	t.kits = mm_kits_new();
	assert_true(t.catalog && t.kits);
	assert_int_equal(mm_kits_take(t.kits, &t.kit, NULL), MM_OK);
	mm_arena_init(&t.mem, 64 << 20);
	return t;
}

static void town_end(struct town *t)
{
	mm_arena_release(&t->mem);
	mm_kits_give(t->kits, t->kit);
	t->kits = mm_kits_free(t->kits);
	t->catalog = mm_catalog_unref(t->catalog);
}

static enum mm_code make(struct town *t, struct mm_print_plan_atlas plan, struct mm_box extent, double scale,
			 double rotation_deg)
{
	const struct mm_atlas_spec spec = {.plan = &plan,
					   .catalog = t->catalog,
					   .kit = t->kit,
					   .crs = PLANE,
					   .lang = "ru",
					   .map = {20, 5, 200, 100},
					   .extent = extent,
					   .middle = {east, north},
					   .scale = scale,
					   .rotation_deg = rotation_deg};

	t->err = (struct mm_err){0};
	return mm_atlas_make(&spec, &t->mem, &t->atlas, &t->err);
}

static void make_well(struct town *t, struct mm_print_plan_atlas plan, struct mm_box extent, double scale,
		      double rotation_deg)
{
	if (make(t, plan, extent, scale, rotation_deg) != MM_OK)
		fail_msg("%s: %s", t->err.where, t->err.msg);
}

static bool shows(const struct mm_ground *g, double x, double y)
{
	double at[2];

	mm_ground_to_paper(g, x, y, at);
	return at[0] >= g->map.x - 1e-6 && at[0] <= g->map.x + g->map.width + 1e-6 &&
	       at[1] >= g->map.y - 1e-6 && at[1] <= g->map.y + g->map.height + 1e-6;
}

static unsigned sheets_with(const struct town *t, double x, double y)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->atlas.count; i++)
		n += shows(&t->atlas.sheet[i].ground, x, y);
	return n;
}

/* Who is to the right has this one to the left, and so on. */
static void assert_neighbours_agree(const struct town *t)
{
	for (size_t i = 0; i < t->atlas.count; i++)
		for (int side = 0; side < MM_TAGS; side++) {
			const unsigned n = t->atlas.sheet[i].neighbour[side];

			if (n)
				assert_int_equal(t->atlas.sheet[n - 1].neighbour[(side + 2) % MM_TAGS],
						 i + 1);
		}
}

static const struct street straight = {.xy = {{0, 0}, {1000, 300}}, .count = 2};

static void a_grid_covers_its_extent_in_the_order_of_reading(void **state)
{
	static const double turns[] = {0, 30, -75};
	struct town t = town_of(&straight, 1);
	const struct mm_box extent = {east, north, east + 900, north + 500};

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		make_well(&t, (struct mm_print_plan_atlas){.by = MM_PRINT_PLAN_ATLAS_GRID, .overlap = 0.1},
			  extent, 1000, turns[k]);
		for (double x = 0; x <= 900; x += 50)
			for (double y = 0; y <= 500; y += 50)
				assert_true(sheets_with(&t, east + x, north + y) > 0);
		assert_neighbours_agree(&t);
		for (size_t i = 0; i < t.atlas.count; i++)
			assert_true(t.atlas.sheet[i].ground.rotation_deg == turns[k]);
	}
	/* 200 by 100 m each, 180 and 90 m apart: 5 columns and 6 rows */
	make_well(&t, (struct mm_print_plan_atlas){.by = MM_PRINT_PLAN_ATLAS_GRID, .overlap = 0.1}, extent,
		  1000, 0);
	assert_int_equal(t.atlas.count, 30);
	assert_true(fabs(t.atlas.sheet[1].ground.x - t.atlas.sheet[0].ground.x - 180) < 1e-6);
	assert_true(fabs(t.atlas.sheet[0].ground.y - t.atlas.sheet[5].ground.y - 90) < 1e-6);
	assert_int_equal(t.atlas.sheet[0].neighbour[MM_TAG_UP], 0);
	assert_int_equal(t.atlas.sheet[0].neighbour[MM_TAG_LEFT], 0);
	assert_int_equal(t.atlas.sheet[0].neighbour[MM_TAG_RIGHT], 2);
	assert_int_equal(t.atlas.sheet[0].neighbour[MM_TAG_DOWN], 6);
	town_end(&t);
}

static void a_grid_has_so_many_columns_and_rows_or_the_cells_with_objects(void **state)
{
	struct town t = town_of(&straight, 1);
	const struct mm_box none = mm_box_empty();

	(void)state;
	make_well(&t, (struct mm_print_plan_atlas){.by = MM_PRINT_PLAN_ATLAS_GRID, .columns = 3, .rows = 2},
		  none, 1000, 0);
	assert_int_equal(t.atlas.count, 6);
	assert_true(fabs(t.atlas.extent.min_x - (east - 300)) < 1e-6 &&
		    fabs(t.atlas.extent.max_y - (north + 100)) < 1e-6);
	make_well(&t, (struct mm_print_plan_atlas){.by = MM_PRINT_PLAN_ATLAS_GRID, .layer = "streets"}, none,
		  1000, 0);
	assert_true(t.atlas.count < 15); /* of 5 by 3 */
	for (double k = 0; k <= 1; k += 0.01)
		assert_true(sheets_with(&t, east + 1000 * k, north + 300 * k) > 0);
	town_end(&t);
}

static void a_strip_follows_its_line_and_turns_with_it(void **state)
{
	struct town t = town_of(&straight, 1);
	const double angle = atan2(300, 1000) * 180 / M_PI;

	(void)state;
	make_well(&t,
		  (struct mm_print_plan_atlas){
		      .by = MM_PRINT_PLAN_ATLAS_STRIP, .layer = "streets", .field = "name", .overlap = 0.1},
		  mm_box_empty(), 1000, 0);
	assert_int_equal(t.atlas.count,
			 7); /* 1 044 m on sheets of 188 m, of which 19 m are the next one's too */
	for (size_t i = 0; i < t.atlas.count; i++) {
		const struct mm_atlas_sheet *s = &t.atlas.sheet[i];

		assert_true(fabs(s->ground.rotation_deg - angle) < 0.01);
		assert_string_equal(s->title, "ул. Липовая");
		assert_int_equal(s->neighbour[MM_TAG_LEFT], i);
		assert_int_equal(s->neighbour[MM_TAG_RIGHT], i + 1 < t.atlas.count ? i + 2 : 0);
		assert_int_equal(s->neighbour[MM_TAG_UP], 0);
	}
	for (size_t i = 1; i < t.atlas.count; i++) {
		const struct mm_ground *a = &t.atlas.sheet[i - 1].ground, *b = &t.atlas.sheet[i].ground;

		assert_true(hypot(b->x - a->x, b->y - a->y) <= 200 * 0.9 + 1e-6);
	}
	for (double k = 0; k <= 1; k += 0.01)
		assert_true(sheets_with(&t, east + 1000 * k, north + 300 * k) > 0);
	town_end(&t);
}

/* Of a turned grid, too, the cells without an object are left out; and none that shows some. */
static void a_turned_grid_has_the_cells_with_objects(void **state)
{
	struct town t = town_of(&straight, 1);
	size_t count[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		const double along = atan2(300, 1000) * 180 / M_PI;

		make_well(&t,
			  (struct mm_print_plan_atlas){.by = MM_PRINT_PLAN_ATLAS_GRID, .layer = "streets"},
			  mm_box_empty(), 1000, k ? along - 45 : along);
		count[k] = t.atlas.count;
		for (double at = 0; at <= 1; at += 0.01)
			assert_true(sheets_with(&t, east + 1000 * at, north + 300 * at) > 0);
	}
	assert_true(count[0] <=
		    14); /* one row of sheets of 200 m along 1 044 m, two where it lies on the edge */
	assert_true(count[1] < 30);
	town_end(&t);
}

/* A street that winds about the north: no sheet stands on its head beside its neighbour. */
static void sheets_of_a_strip_read_the_same_way_up(void **state)
{
	static struct street winding = {.count = 24};
	struct town t;

	(void)state;
	for (int i = 0; i < 24; i++) {
		winding.xy[i][0] = 30 * sin(i * 0.8);
		winding.xy[i][1] = i * 50;
	}
	t = town_of(&winding, 1);
	make_well(&t,
		  (struct mm_print_plan_atlas){
		      .by = MM_PRINT_PLAN_ATLAS_STRIP, .layer = "streets", .field = "name", .overlap = 0.1},
		  mm_box_empty(), 1000, 0);
	assert_true(t.atlas.count > 4);
	for (size_t i = 1; i < t.atlas.count; i++) {
		const double turn =
		    fabs(t.atlas.sheet[i].ground.rotation_deg - t.atlas.sheet[i - 1].ground.rotation_deg);

		assert_true(fmin(turn, 360 - turn) < 90);
		assert_int_equal(t.atlas.sheet[i].neighbour[MM_TAG_LEFT], i);
	}
	town_end(&t);
}

/* Pieces in any order and direction; a long bend; a ring, along which no row of sheets goes. */
static void bends_and_rings_are_covered_too(void **state)
{
	static struct street piece[LINES_MAX];

	(void)state;
	for (int is_ring = 0; is_ring < 2; is_ring++) {
		struct town t;

		for (int i = 0; i < LINES_MAX; i++) {
			const int at = i * 7 % LINES_MAX;

			piece[i].count = 2;
			for (int k = 0; k < 2; k++) {
				const double turn =
				    (at + (i % 2 ? k : 1 - k)) * (is_ring ? 2 * M_PI : 1.6) / LINES_MAX;

				piece[i].xy[k][0] = 900 * sin(turn);
				piece[i].xy[k][1] = 900 * cos(turn);
			}
		}
		t = town_of(piece, LINES_MAX);
		make_well(&t,
			  (struct mm_print_plan_atlas){
			      .by = MM_PRINT_PLAN_ATLAS_STRIP, .layer = "streets", .overlap = 0.1},
			  mm_box_empty(), 1000, 0);
		for (int i = 0; i < LINES_MAX; i++)
			for (double k = 0; k <= 1; k += 0.1) {
				double(*xy)[2] = piece[i].xy;

				assert_true(sheets_with(&t, east + xy[0][0] + (xy[1][0] - xy[0][0]) * k,
							north + xy[0][1] + (xy[1][1] - xy[0][1]) * k) > 0);
			}
		assert_true(t.atlas.count <= (is_ring ? 66 : 9)); /* the ring: cells of a grid */
		town_end(&t);
	}
}

static void features_have_a_scale_that_holds_them(void **state)
{
	static const struct street two[] = {{.xy = {{0, 0}, {30, 20}}, .count = 2},
					    {.xy = {{0, 0}, {5000, 0}}, .count = 2}};
	struct town t = town_of(two, 2);

	(void)state;
	make_well(&t, (struct mm_print_plan_atlas){.by = MM_PRINT_PLAN_ATLAS_FEATURES, .layer = "streets"},
		  mm_box_empty(), 500, 0);
	assert_int_equal(t.atlas.count, 2);
	assert_true(t.atlas.sheet[0].ground.scale == 1000 || t.atlas.sheet[0].ground.scale == 500);
	assert_true(t.atlas.sheet[1].ground.scale == 40000);
	assert_int_equal(t.atlas.sheet[1].row, 1);
	assert_true(shows(&t.atlas.sheet[1].ground, east, north) &&
		    shows(&t.atlas.sheet[1].ground, east + 5000, north));
	make_well(&t,
		  (struct mm_print_plan_atlas){
		      .by = MM_PRINT_PLAN_ATLAS_FEATURES, .layer = "streets", .filter = "n = 0"},
		  mm_box_empty(), 0, 0);
	assert_int_equal(t.atlas.count, 1);
	town_end(&t);
}

static void what_is_wrong_or_too_much_is_refused(void **state)
{
	static const struct {
		enum mm_code code;
		struct mm_print_plan_atlas plan;
		const char *where;
	} rows[] = {
	    {MM_E_INVALID, {.by = MM_PRINT_PLAN_ATLAS_GRID}, "atlas"},
	    {MM_E_INVALID, {.by = MM_PRINT_PLAN_ATLAS_GRID, .field = "name"}, "atlas.layer"},
	    {MM_E_NOT_FOUND, {.by = MM_PRINT_PLAN_ATLAS_STRIP, .layer = "x"}, "atlas.layer"},
	    {MM_E_INVALID,
	     {.by = MM_PRINT_PLAN_ATLAS_STRIP, .layer = "streets", .field = "secret"},
	     "atlas.title_field"},
	    {MM_E_INVALID,
	     {.by = MM_PRINT_PLAN_ATLAS_STRIP, .layer = "streets", .filter = "n >"},
	     "atlas.filter"},
	    {MM_E_INVALID,
	     {.by = MM_PRINT_PLAN_ATLAS_STRIP, .layer = "streets", .filter = "secret = 'a'"},
	     "atlas.filter"},
	    {MM_E_NOT_FOUND,
	     {.by = MM_PRINT_PLAN_ATLAS_STRIP, .layer = "streets", .filter = "n = 7"},
	     "atlas.filter"},
	    {MM_E_LIMIT, {.by = MM_PRINT_PLAN_ATLAS_GRID, .columns = 20, .rows = 11}, "atlas"},
	    {MM_E_LIMIT,
	     {.by = MM_PRINT_PLAN_ATLAS_STRIP, .layer = "streets", .filter = "n = 1", .overlap = 0.5},
	     "atlas"},
	};
	static const struct street two[] = {{.xy = {{0, 0}, {30, 20}}, .count = 2},
					    {.xy = {{0, 0}, {90000, 0}}, .count = 2}};
	struct town t = town_of(two, 2);
	const struct mm_box wide = {east, north, east + 1e6, north + 1e6};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const enum mm_code rc = make(&t, rows[i].plan, mm_box_empty(), 1000, 0);

		if (rc != rows[i].code || strcmp(t.err.where, rows[i].where) != 0)
			fail_msg("row %zu: %s %s: %s", i, mm_code_name(rc), t.err.where, t.err.msg);
	}
	assert_int_equal(
	    make(&t, (struct mm_print_plan_atlas){.by = MM_PRINT_PLAN_ATLAS_GRID}, wide, 1000, 0),
	    MM_E_LIMIT);
	town_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_grid_covers_its_extent_in_the_order_of_reading),
	    cmocka_unit_test(a_grid_has_so_many_columns_and_rows_or_the_cells_with_objects),
	    cmocka_unit_test(a_turned_grid_has_the_cells_with_objects),
	    cmocka_unit_test(a_strip_follows_its_line_and_turns_with_it),
	    cmocka_unit_test(sheets_of_a_strip_read_the_same_way_up),
	    cmocka_unit_test(bends_and_rings_are_covered_too),
	    cmocka_unit_test(features_have_a_scale_that_holds_them),
	    cmocka_unit_test(what_is_wrong_or_too_much_is_refused),
	};

	return cmocka_run_group_tests_name("print_atlas", tests, NULL, NULL);
}
