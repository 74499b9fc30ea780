#include "check.h"
#include "layer_fixture.h"
#include "tile/mvt_decode.h"

#include "tile/tile.h"

#include <math.h>

static const uint32_t polygon1 = (uint32_t)MM_PART_POLYGON << 30 | 1,
		      polygon2 = (uint32_t)MM_PART_POLYGON << 30 | 2,
		      line1 = (uint32_t)MM_PART_LINE << 30 | 1;

static void add(struct mm_layer_build *b, int64_t id, enum mm_geom_type type, uint32_t part,
		const uint32_t *ring, uint32_t rings, const double *xy)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < rings; i++)
		n += ring[i];
	fixture_row(b, id, "имя", 1, 0, 0, &(struct mm_geom){type, &part, ring, xy, NULL, 1, rings, n});
}

static size_t make(const struct mm_layer *l, uint32_t z, uint32_t x, uint32_t y,
		   void (*see)(void *ctx, const struct seen_feature *f), void *ctx)
{
	struct mm_tile_maker *maker = mm_tile_maker_new();
	const struct mm_tile_ask ask = {.layer = &l, .layer_count = 1, .id = {z, x, y}};
	struct mm_tile_count count;
	struct mm_buf out;
	size_t n;

	mm_buf_init(&out, 1 << 28);
	assert_int_equal(mm_tile_make(maker, &ask, &out, &count, NULL), MM_OK);
	n = out.len ? pbf_tile(out.data, out.len, see, ctx) : 0;
	mm_buf_release(&out);
	(void)mm_tile_maker_free(maker);
	return n;
}

/* The tile in which a place lies. */
static size_t make_at(const struct mm_layer *l, uint32_t z, double lon, double lat,
		      void (*see)(void *ctx, const struct seen_feature *f), void *ctx)
{
	struct mm_world w = mm_world_from_lonlat(lon, lat);

	return make(l, z, z ? w.x >> (32 - z) : 0, z ? w.y >> (32 - z) : 0, see, ctx);
}

static void addresses_are_read_strictly(void **state)
{
	static const struct {
		const char *z, *x, *y, *where;
		enum mm_code code;
	} rows[] = {
	    {"0", "0", "0", "", MM_OK},
	    {"22", "4194303", "4194303", "", MM_OK},
	    {"23", "0", "0", "z", MM_E_NOT_FOUND},
	    {"31", "0", "0", "z", MM_E_NOT_FOUND},
	    {"64", "0", "0", "z", MM_E_NOT_FOUND},
	    {"1", "2", "0", "x", MM_E_NOT_FOUND},
	    {"1", "0", "2", "y", MM_E_NOT_FOUND},
	    {"-1", "0", "0", "z", MM_E_INVALID},
	    {"+1", "0", "0", "z", MM_E_INVALID},
	    {"01", "0", "0", "z", MM_E_INVALID},
	    {"1e3", "0", "0", "z", MM_E_INVALID},
	    {"", "0", "0", "z", MM_E_INVALID},
	    {"1", "99999999999", "0", "x", MM_E_INVALID},
	    {"1", "0", "0.5", "y", MM_E_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_tile_id id = {99, 99, 99};
		struct mm_err err = {0};

		assert_int_equal(mm_tile_id_parse(rows[i].z, rows[i].x, rows[i].y, &id, &err), rows[i].code);
		assert_string_equal(err.where, rows[i].where);
		if (rows[i].code)
			assert_int_equal(id.z, 99);
	}
}

static void check_polygon(void *ctx, const struct seen_feature *f)
{
	int *rings = ctx;

	assert_int_equal(f->type, 3);
	assert_true(seen_area2(f, 0) > 0);
	for (size_t r = 0; r < f->ring_count; r++) {
		assert_true(f->ring[r] >= 3);
		assert_true(seen_area2(f, r) != 0);
	}
	for (size_t i = 0; i < f->point_count; i++)
		for (int k = 0; k < 2; k++)
			assert_true(f->xy[i][k] >= -64 - 1024 && f->xy[i][k] <= 4096 + 64 + 1024);
	rings[0] += (int)f->ring_count;
	rings[1] += seen_area2(f, f->ring_count - 1) < 0;
}

static void a_polygon_with_a_hole_keeps_it_and_turns_the_right_way(void **state)
{
	/* shell and hole both the wrong way round for MVT */
	static const double xy[] = {10, 10, 10, 20, 20, 20, 20, 10, 10, 10,
				    14, 14, 14, 16, 16, 16, 16, 14, 14, 14};
	static const uint32_t rings[] = {5, 5};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	int seen[2] = {0, 0};
	struct mm_layer *l;

	(void)state;
	add(b, 1, MM_GEOM_POLYGON, polygon2, rings, 2, xy);
	l = fixture_end(b);
	assert_int_equal(make(l, 0, 0, 0, check_polygon, seen), 1);
	assert_int_equal(seen[0], 2);
	assert_int_equal(seen[1], 1);
	assert_int_equal(make(l, 4, 8, 7, check_polygon, seen), 1);
	assert_int_equal(make(l, 4, 0, 0, NULL, NULL), 0);
	(void)mm_layer_unref(l);
}

static void a_tile_inside_a_polygon_is_full(void **state)
{
	static const double xy[] = {-100, -60, 100, -60, 100, 60, -100, 60, -100, -60};
	static const uint32_t ring = 5;
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	int seen[2] = {0, 0};
	struct mm_layer *l;

	(void)state;
	add(b, 1, MM_GEOM_POLYGON, polygon1, &ring, 1, xy);
	l = fixture_end(b);
	for (uint32_t z = 1; z <= 22; z++)
		assert_int_equal(make(l, z, 1u << (z - 1), 1u << (z - 1), check_polygon, seen), 1);
	assert_int_equal(seen[0], 22);
	(void)mm_layer_unref(l);
}

static void a_ring_of_sixty_thousand_points_stays_valid_at_every_zoom(void **state)
{
	enum { N = 60000 };
	static double xy[2 * (N + 1)];
	static const uint32_t ring = N + 1;
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	int seen[2] = {0, 0};
	struct mm_layer *l;

	(void)state;
	for (int i = 0; i < N; i++) {
		double a = 2 * 3.14159265358979 * i / N,
		       r = 0.05 + 0.01 * sin(a * 997) + 0.004 * sin(a * 4001);

		xy[2 * i] = 39.1 + r * cos(a);
		xy[2 * i + 1] = 52.3 + r * sin(a) * 0.6;
	}
	xy[2 * N] = xy[0];
	xy[2 * N + 1] = xy[1];
	add(b, 1, MM_GEOM_POLYGON, polygon1, &ring, 1, xy);
	l = fixture_end(b);
	for (uint32_t z = 8; z <= 14; z++)
		assert_int_equal(make_at(l, z, 39.1, 52.3, check_polygon, seen), 1);
	(void)mm_layer_unref(l);
}

static void check_line(void *ctx, const struct seen_feature *f)
{
	assert_int_equal(f->type, 2);
	for (size_t r = 0; r < f->ring_count; r++)
		assert_true(f->ring[r] >= 2);
	*(size_t *)ctx += f->ring_count;
}

static void a_line_is_cut_into_the_pieces_that_are_inside(void **state)
{
	/* leaves the tile and comes back twice */
	static const double xy[] = {1, 1, 1, 60, 20, 60, 20, 1, 40, 1, 40, 60, 60, 60, 60, 1};
	static const uint32_t ring = 8;
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	size_t pieces = 0;
	struct mm_layer *l;

	(void)state;
	add(b, 1, MM_GEOM_LINE, line1, &ring, 1, xy);
	l = fixture_end(b);
	assert_int_equal(make(l, 2, 2, 1, check_line, &pieces), 1); /* 0..90 E, 0..66.5 N */
	assert_int_equal(pieces, 1);
	pieces = 0;
	assert_int_equal(make(l, 3, 4, 3, check_line, &pieces), 1); /* 0..45 E, 0..41 N */
	assert_int_equal(pieces, 2);
	(void)mm_layer_unref(l);
}

static void points_at_one_place_do_not_fill_the_tile(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;

	(void)state;
	for (int i = 0; i < 25000; i++)
		fixture_point(b, i, "p", i, 39.1, 52.3);
	fixture_point(b, 30000, "east", 1, 180, 0);
	fixture_point(b, 30001, "west", 1, -180, 0);
	fixture_point(b, 30002, "pole", 1, 0, 90);
	l = fixture_end(b);
	assert_int_equal(make(l, 0, 0, 0, NULL, NULL), 3);
	assert_int_equal(make_at(l, 10, 39.1, 52.3, NULL, NULL), 1);
	assert_int_equal(make_at(l, 16, 39.1, 52.3, NULL, NULL), 25000);
	assert_int_equal(make(l, 22, (1u << 22) - 1, 1u << 21, NULL, NULL), 1);
	(void)mm_layer_unref(l);
}

/* Rows that are drawn themselves, at low zooms as their level or clusters say. What the square does not reach
 * is not drawn on its edge, and what is told of the layer counts it; beyond the antimeridian it goes on
 * around the globe. */
static void points_off_the_square_are_in_no_tile(void **state)
{
	static const double places[][2] = {{10, 86},   {10, -86},   {11, 90},   {190, 20},
					   {-530, 20}, {-190, -20}, {170, -20}, {530, -20}};
	const struct mm_schema plain = {.id = "plain",
					.crs_definition = MM_CRS84,
					.style_json = "{}",
					.max_zoom = 22},
			       clustered = {.id = "clustered",
					    .crs_definition = MM_CRS84,
					    .style_json = "{}",
					    .max_zoom = 22,
					    .generalize = {.cluster_px = 40, .cluster_zoom = 9}};
	const struct mm_schema *const schemas[] = {&plain, &clustered};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct mm_layer_build *b = NULL;
		struct mm_layer *l;

		assert_int_equal(mm_layer_build_new(schemas[k], &b, NULL), MM_OK);
		for (int i = 0; i < 8; i++) {
			const uint32_t part = 1, one = 1;
			const struct mm_geom g = {MM_GEOM_POINT, &part, &one, places[i], NULL, 1, 1, 1};

			mm_layer_build_begin(b);
			mm_layer_build_geom(b, &g);
			assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
		}
		l = fixture_end(b);
		assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_OFF_MAP), 3);
		for (uint32_t z = 0; z <= 18; z++) {
			const size_t east = make_at(l, z, -170, 20, NULL, NULL),
				     west = make_at(l, z, 170, -20, NULL, NULL);

			assert_int_equal(east, z && z < 14 ? 1 : 2);
			assert_int_equal(west, z ? z < 14 ? 1 : 3 : 2);
			for (int i = 0; i < 3 && z > 2; i++)
				assert_int_equal(make_at(l, z, places[i][0], places[i][1], NULL, NULL), 0);
		}
		(void)mm_layer_unref(l);
	}
}

/* Ribbons along the four edges of the world are drawn within it, at each zoom. */
static void what_lies_along_the_edge_of_the_world_stays_in_it(void **state)
{
	static const double edge = 85.0511, thin = 0.05;
	static const double xy[4][10] = {
	    {180, 69, 180 - thin, 69, 180 - thin, 65, 180, 65, 180, 69},
	    {-180, 69, -180, 65, -180 + thin, 65, -180 + thin, 69, -180, 69},
	    {10, edge, 10, edge - thin / 8, 30, edge - thin / 8, 30, edge, 10, edge},
	    {10, -edge, 30, -edge, 30, -edge + thin / 8, 10, -edge + thin / 8, 10, -edge},
	};
	static const double lines[2][4] = {{180, 60, 180, -60}, {-180, 90, 180, 90}};
	static const uint32_t ring = 5, two = 2;
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	int seen[2] = {0, 0};
	struct mm_layer *l;

	(void)state;
	for (int i = 0; i < 4; i++)
		add(b, i, MM_GEOM_POLYGON, polygon1, &ring, 1, xy[i]);
	l = fixture_end(b); /* the file is found sound */
	assert_int_equal(make(l, 0, 0, 0, check_polygon, seen), 4);
	for (uint32_t z = 1; z <= 14; z++) {
		assert_true(make_at(l, z, 180, 67, check_polygon, seen) > 0);
		assert_true(make_at(l, z, -180, 67, check_polygon, seen) > 0);
		assert_true(make_at(l, z, 20, edge, check_polygon, seen) > 0);
		assert_true(make_at(l, z, 20, -edge, check_polygon, seen) > 0);
	}
	(void)mm_layer_unref(l);
	b = fixture_begin(MM_CRS84);
	for (int i = 0; i < 2; i++)
		add(b, i, MM_GEOM_LINE, line1, &two, 1, lines[i]);
	l = fixture_end(b);
	for (uint32_t z = 0; z <= 14; z++)
		assert_true(make_at(l, z, 180, 0, NULL, NULL) > 0);
	(void)mm_layer_unref(l);
}

static void what_is_smaller_than_a_pixel_is_one_dot_a_pixel(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	static const uint32_t ring = 5;
	int seen[2] = {0, 0};
	struct mm_layer *l;

	(void)state;
	for (int i = 0; i < 1000; i++) { /* houses of 20 m, 5 m apart, in one street of 25 km */
		double x = 39 + i * 0.00037, y = 52.3, w = 0.0003, h = 0.0002;
		const double xy[] = {x, y, x + w, y, x + w, y + h, x, y + h, x, y};

		add(b, i, MM_GEOM_POLYGON, polygon1, &ring, 1, xy);
	}
	l = fixture_end(b);
	assert_true(make_at(l, 8, 39.1, 52.3, check_polygon, seen) < 200);
	assert_int_equal(make_at(l, 16, 39.1, 52.3, check_polygon, seen) > 0, true);
	(void)mm_layer_unref(l);
}

static void remember_id(void *ctx, const struct seen_feature *f)
{
	*(uint64_t *)ctx = f->id;
}

static void ids_that_are_no_small_integers_get_a_stable_number(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	uint64_t first = 0, second = 0;
	struct mm_layer *l;

	(void)state;
	fixture_point(b, -5, "p", 1, 39.1, 52.3);
	l = fixture_end(b);
	assert_int_equal(make(l, 0, 0, 0, remember_id, &first), 1);
	assert_int_equal(make_at(l, 10, 39.1, 52.3, remember_id, &second), 1);
	assert_true(first == second && first > 1000 && first < UINT64_C(1) << 53);
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_are_read_strictly),
	    cmocka_unit_test(a_polygon_with_a_hole_keeps_it_and_turns_the_right_way),
	    cmocka_unit_test(a_tile_inside_a_polygon_is_full),
	    cmocka_unit_test(a_ring_of_sixty_thousand_points_stays_valid_at_every_zoom),
	    cmocka_unit_test(a_line_is_cut_into_the_pieces_that_are_inside),
	    cmocka_unit_test(points_off_the_square_are_in_no_tile),
	    cmocka_unit_test(points_at_one_place_do_not_fill_the_tile),
	    cmocka_unit_test(what_lies_along_the_edge_of_the_world_stays_in_it),
	    cmocka_unit_test(what_is_smaller_than_a_pixel_is_one_dot_a_pixel),
	    cmocka_unit_test(ids_that_are_no_small_integers_get_a_stable_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
