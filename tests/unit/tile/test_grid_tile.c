#include "check.h"
#include "layer_fixture.h"
#include "tile/mvt_decode.h"

#include "geo/tile_grid.h"
#include "tile/tile.h"

#include <math.h>

/* Tiles of grids other than Web Mercator, against the exact geometry. */

#define MSK48 "MSK48_1"

static const uint32_t line1 = (uint32_t)MM_PART_LINE << 30 | 1,
		      polygon1 = (uint32_t)MM_PART_POLYGON << 30 | 1;

static void add(struct mm_layer_build *b, int64_t id, enum mm_geom_type type, uint32_t part, uint32_t n,
		const double *xy)
{
	fixture_row(b, id, "имя", 1, 0, 0, &(struct mm_geom){type, &part, &n, xy, NULL, 1, 1, n});
}

/* What a tile holds: the last feature seen, and how many. */
struct seen {
	struct seen_feature last;
	size_t count;
};

static void see(void *ctx, const struct seen_feature *f)
{
	struct seen *s = ctx;

	s->last = *f;
	s->count++;
}

static struct seen *make(const struct mm_layer *l, const struct mm_tile_matrix_set *set, size_t matrix,
			 uint32_t row, uint32_t col)
{
	static struct seen s;
	struct mm_tile_maker *maker = mm_tile_maker_new();
	struct mm_proj *proj = mm_proj_new();
	const struct mm_grid_tile tile = {set, &set->matrix[matrix], row, col, proj};
	const struct mm_tile_ask ask = {
	    .layer = &l, .layer_count = 1, .id = {.z = tile.matrix->zoom}, .grid = &tile};
	struct mm_tile_count count;
	struct mm_err err = {0};
	struct mm_buf out;

	s.count = 0;
	mm_buf_init(&out, 1 << 28);
	if (mm_tile_make(maker, &ask, &out, &count, &err))
		fail_msg("%s", err.msg);
	if (out.len)
		(void)pbf_tile(out.data, out.len, see, &s);
	mm_buf_release(&out);
	(void)mm_proj_free(proj);
	(void)mm_tile_maker_free(maker);
	return &s;
}

/* The tile of a matrix in which a place of the grid's system lies. */
static struct seen *make_at(const struct mm_layer *l, const struct mm_tile_matrix_set *set, size_t matrix,
			    double x, double y)
{
	struct mm_tile_limits t;

	assert_true(mm_tile_matrix_limits(&set->matrix[matrix], &(struct mm_box){x, y, x, y}, &t));
	return make(l, set, matrix, t.min_row, t.min_col);
}

static void addresses_are_read_strictly(void **state)
{
	const struct mm_tile_matrix_set *crs84 = mm_tile_matrix_set_builtin(1);
	static const struct {
		const char *matrix, *row, *col, *where;
		enum mm_code code;
	} rows[] = {
	    {"0", "0", "1", "", MM_OK},
	    {"23", "8388607", "16777215", "", MM_OK},
	    {"0", "1", "0", "tileRow", MM_E_NOT_FOUND},
	    {"0", "0", "2", "tileCol", MM_E_NOT_FOUND},
	    {"24", "0", "0", "tileMatrix", MM_E_NOT_FOUND},
	    {"-1", "0", "0", "tileMatrix", MM_E_NOT_FOUND},
	    {"00", "0", "0", "tileMatrix", MM_E_NOT_FOUND},
	    {"1", "-1", "0", "tileRow", MM_E_INVALID},
	    {"1", "01", "0", "tileRow", MM_E_INVALID},
	    {"1", "0", "1.0", "tileCol", MM_E_INVALID},
	    {"1", "0", "", "tileCol", MM_E_INVALID},
	    {"1", "0", "99999999999999999999", "tileCol", MM_E_INVALID},
	    {"1", "0", "4294967296", "tileCol", MM_E_NOT_FOUND},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_grid_tile t = {.row = 99};
		struct mm_err err = {0};

		assert_int_equal(
		    mm_grid_tile_parse(crs84, rows[i].matrix, rows[i].row, rows[i].col, &t, &err),
		    rows[i].code);
		assert_string_equal(err.where, rows[i].where);
		assert_int_equal(t.row, rows[i].code ? 99 : strtoul(rows[i].row, NULL, 10));
	}
}

static void degrees_reach_the_poles_and_the_antimeridian(void **state)
{
	const struct mm_tile_matrix_set *crs84 = mm_tile_matrix_set_builtin(1);
	static const double places[][2] = {{0, 89.999},       {10, -89.5},    {-180, 90},  {179.999, 0.001},
					   {-179.999, -85.2}, {123.4, 85.06}, {39.1, 52.3}};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		fixture_point(b, (int64_t)i, "p", 1, places[i][0], places[i][1]);
	l = fixture_end(b);
	for (size_t m = 0; m < 20; m++)
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			const struct mm_tile_matrix *t = &crs84->matrix[m];
			double x = (places[i][0] + 180) / t->side, y = (90 - places[i][1]) / t->side;
			const struct seen *s = make_at(l, crs84, m, places[i][0], places[i][1]);
			bool found = m < 8; /* several features share a tile there: the decoder keeps one */

			assert_true(s->count > 0);
			if (s->count == 1 && s->last.id == i) {
				found = true;
				assert_int_equal(s->last.xy[0][0],
						 (int32_t)floor((x - floor(x)) * 4096 + 0.5));
				assert_int_equal(s->last.xy[0][1],
						 (int32_t)floor((y - floor(y)) * 4096 + 0.5));
			}
			assert_true(found);
		}
	(void)mm_layer_unref(l);
}

/* A single point goes on around the globe, as it does on the world square. */
static void degrees_beyond_the_antimeridian_are_turned(void **state)
{
	const struct mm_tile_matrix_set *crs84 = mm_tile_matrix_set_builtin(1);
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;

	(void)state;
	fixture_point(b, 1, "p", 1, 190.5, 20.5);
	l = fixture_end(b);
	for (size_t m = 1; m < 20; m++)
		assert_int_equal(make_at(l, crs84, m, -169.5, 20.5)->count, 1);
	(void)mm_layer_unref(l);
}

/* A grid in the source's own system: nothing is transformed, vertices are the source's. */
static void vertices_of_the_own_system_are_the_rounded_originals(void **state)
{
	const double xy[] = {1301234.567, 401234.561, 1301334.127, 401240.003,  1301330.5,
			     401301.25,   1301240.01, 401299.99,   1301234.567, 401234.561};
	const struct mm_tile_grid g = {.id = "own",
				       .crs = MSK48,
				       .has_origin = true,
				       .origin_x = 1300000,
				       .origin_y = 410000,
				       .cell_size = 64,
				       .matrices = 9};
	const struct mm_box town = {39.0, 52.2, 39.4, 52.5};
	struct mm_layer_build *b = fixture_begin(MSK48);
	struct mm_tile_matrix_set set;
	struct mm_proj *p = mm_proj_new();
	struct mm_layer *l;
	MM_ARENA_SCOPE(mem, 1 << 20);

	(void)state;
	add(b, 1, MM_GEOM_POLYGON, polygon1, 5, xy);
	l = fixture_end(b);
	assert_int_equal(mm_tile_grid_build(&g, p, &town, &mem, &set, NULL), MM_OK);
	for (size_t m = 7; m < 9; m++) {
		const struct mm_tile_matrix *t = &set.matrix[m];
		const struct seen *s;
		struct mm_tile_limits at;
		size_t found = 0;

		assert_true(mm_tile_matrix_limits(t, &(struct mm_box){xy[0], xy[1], xy[0], xy[1]}, &at));
		s = make(l, &set, m, at.min_row, at.min_col);
		assert_int_equal(s->count, 1);
		for (int i = 0; i < 4; i++) {
			double x = (xy[2 * i] - t->origin_x) / t->side - at.min_col;
			double y = (t->origin_y - xy[2 * i + 1]) / t->side - at.min_row;
			int32_t want[2] = {(int32_t)floor(x * 4096 + 0.5), (int32_t)floor(y * 4096 + 0.5)};

			if (x < 0 || x > 1 || y < 0 || y > 1)
				continue;
			for (size_t k = 0; k < s->last.point_count; k++)
				found += s->last.xy[k][0] == want[0] && s->last.xy[k][1] == want[1];
		}
		assert_true(found >= 1);
	}
	(void)mm_proj_free(p);
	(void)mm_layer_unref(l);
}

/* Two systems that disagree: a line of a whole county, straight in one, in tiles of the other. Every point of
 * the tile's line lies within half a grid unit and the tolerance of the transformed source line. */
static void long_edges_bend_with_the_system(void **state)
{
	const double xy[] = {1200000, 400000, 1400000, 400000};
	const struct mm_tile_matrix_set *crs84 = mm_tile_matrix_set_builtin(1);
	struct mm_layer_build *b = fixture_begin(MSK48);
	const struct mm_transform *to_deg, *to_msk;
	struct mm_proj *p = mm_proj_new();
	struct mm_layer *l;
	size_t seen_tiles = 0, most_points = 0;

	(void)state;
	add(b, 1, MM_GEOM_LINE, line1, 2, xy);
	l = fixture_end(b);
	assert_int_equal(mm_transform_get(p, MSK48, MM_CRS84, &to_deg, NULL), MM_OK);
	assert_int_equal(mm_transform_get(p, MM_CRS84, MSK48, &to_msk, NULL), MM_OK);
	for (size_t m = 6; m < 18; m++)
		for (int i = 1; i < 20; i++) {
			const struct mm_tile_matrix *t = &crs84->matrix[m];
			double at[2] = {1200000 + i * 10000, 400000}, unit_m;
			struct mm_tile_limits tile;
			const struct seen *s;

			assert_int_equal(mm_transform_points(to_deg, at, 1), 0);
			assert_true(
			    mm_tile_matrix_limits(t, &(struct mm_box){at[0], at[1], at[0], at[1]}, &tile));
			s = make(l, crs84, m, tile.min_row, tile.min_col);
			unit_m = t->side / 4096 * 111200;
			assert_int_equal(s->count, 1);
			seen_tiles++;
			most_points = s->last.point_count > most_points ? s->last.point_count : most_points;
			for (size_t k = 0; k + 1 < s->last.point_count; k++)
				for (int part = 0; part <= 4; part++) {
					double x = s->last.xy[k][0] +
						   (s->last.xy[k + 1][0] - s->last.xy[k][0]) * part / 4.0;
					double y = s->last.xy[k][1] +
						   (s->last.xy[k + 1][1] - s->last.xy[k][1]) * part / 4.0;
					double place[2] = {-180 + (tile.min_col + x / 4096) * t->side,
							   90 - (tile.min_row + y / 4096) * t->side};

					assert_int_equal(mm_transform_points(to_msk, place, 1), 0);
					/* bent by up to 2 units, simplified by up to 1.25 * 2, rounded by
					 * half */
					assert_true(fabs(place[1] - 400000) <= 5.1 * unit_m);
				}
		}
	assert_int_equal(seen_tiles, 12 * 19);
	assert_true(most_points > 2);
	(void)mm_proj_free(p);
	(void)mm_layer_unref(l);
}

/* A polar system: the tile around the pole holds what lies there, whatever its longitude. */
static void a_tile_around_a_pole_has_all_longitudes(void **state)
{
	const struct mm_tile_grid g = {.id = "pole",
				       .crs = "EPSG:3413",
				       .has_origin = true,
				       .origin_x = -2048000,
				       .origin_y = 2048000,
				       .cell_size = 16000,
				       .matrices = 3};
	const struct mm_box arctic = {-180, 75, 180, 90};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_tile_matrix_set set;
	struct mm_proj *p = mm_proj_new();
	struct mm_layer *l;
	MM_ARENA_SCOPE(mem, 1 << 20);

	(void)state;
	for (int i = 0; i < 12; i++)
		fixture_point(b, i, "p", 1, -180 + 30 * i, 84 + i % 6);
	l = fixture_end(b);
	assert_int_equal(mm_tile_grid_build(&g, p, &arctic, &mem, &set, NULL), MM_OK);
	assert_int_equal(make(l, &set, 0, 0, 0)->count, 12);
	(void)mm_proj_free(p);
	(void)mm_layer_unref(l);
}

/* Places on both sides of the antimeridian are neighbours in a system of their own. */
static void the_antimeridian_is_no_edge_of_a_local_grid(void **state)
{
	const struct mm_tile_grid g = {
	    .id = "chukotka", .crs = "EPSG:32601", .cell_size = 4000, .matrices = 4};
	const struct mm_box box = {-180, 64, 180, 70};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_tile_matrix_set set;
	struct mm_proj *p = mm_proj_new();
	const struct mm_transform *t;
	struct mm_layer *l;
	MM_ARENA_SCOPE(mem, 1 << 20);

	(void)state;
	fixture_point(b, 1, "p", 1, 179.99, 66);
	fixture_point(b, 2, "p", 1, -179.99, 66);
	l = fixture_end(b);
	assert_int_equal(mm_tile_grid_build(&g, p, &box, &mem, &set, NULL), MM_OK);
	assert_int_equal(mm_transform_get(p, MM_CRS84, "EPSG:32601", &t, NULL), MM_OK);
	for (size_t m = 0; m < 4; m++) {
		double at[2] = {180, 66};

		(void)mm_transform_points(t, at, 1);
		assert_int_equal(make_at(l, &set, m, at[0], at[1])->count, 2);
	}
	(void)mm_proj_free(p);
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_are_read_strictly),
	    cmocka_unit_test(degrees_reach_the_poles_and_the_antimeridian),
	    cmocka_unit_test(degrees_beyond_the_antimeridian_are_turned),
	    cmocka_unit_test(vertices_of_the_own_system_are_the_rounded_originals),
	    cmocka_unit_test(long_edges_bend_with_the_system),
	    cmocka_unit_test(a_tile_around_a_pole_has_all_longitudes),
	    cmocka_unit_test(the_antimeridian_is_no_edge_of_a_local_grid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
