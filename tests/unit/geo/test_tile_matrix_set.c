#include "check.h"

#include "geo/tile_grid.h"
#include "geo/tile_matrix_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tile matrix sets: the registry's documents to the byte, the arithmetic of matrices, grids from a few words.
 */

/* The text of a file without the blanks between its words; NULL: no such file. */
static char *squeezed(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = f ? calloc(1, 1 << 20) : NULL;
	bool quoted = false;
	size_t n = 0;
	int c;

	while (f && text && n + 1 < 1 << 20 && (c = fgetc(f)) != EOF) {
		quoted ^= c == '"';
		if (quoted || !strchr(" \t\r\n", c))
			text[n++] = (char)c;
	}
	if (f)
		(void)fclose(f);
	return text; /* calloc: ends with a zero */
}

/* The same text, but for numbers, which are compared as numbers: "1.0" is "1". */
static void assert_same_json(const char *a, const char *b)
{
	const char *const in_number = "0123456789.e+-", *begin = a;

	while (*a) {
		char *end_a, *end_b;

		if (*a == *b) {
			a++;
			b++;
			continue;
		}
		while (a > begin && strchr(in_number, a[-1])) { /* back to where the numbers begin */
			a--;
			b--;
		}
		assert_true(strtod(a, &end_a) == strtod(b, &end_b));
		assert_true(end_a > a && end_b > b);
		a = end_a;
		b = end_b;
	}
	assert_string_equal(b, "");
}

static void built_in_sets_are_those_of_the_registry(void **state)
{
	const char *shared = getenv("MM_SHARED");
	const struct mm_tile_matrix_set *s;

	(void)state;
	for (size_t i = 0; (s = mm_tile_matrix_set_builtin(i)); i++) {
		char path[400], *want;
		struct mm_buf out;
		struct mm_json j;

		(void)snprintf(path, sizeof(path), "%s/fixtures/tilematrixsets/%s.json",
			       shared ? shared : "../shared", s->id);
		want = squeezed(path);
		if (!want) {
			print_message("no %s\n", path);
			skip();
		}
		mm_buf_init(&out, 1 << 20);
		j = mm_json_on(&out);
		mm_tile_matrix_set_put(s, s->title_en, &j);
		mm_buf_byte(&out, '\0');
		assert_false(out.failed);
		assert_same_json((const char *)out.data, want);
		free(want);
		mm_buf_release(&out);
	}
}

static void assert_near(double a, double b, double tolerance)
{
	assert_true(fabs(a - b) <= tolerance);
}

static void matrices_agree_with_themselves(void **state)
{
	const struct mm_tile_matrix_set *s;

	(void)state;
	for (size_t i = 0; (s = mm_tile_matrix_set_builtin(i)); i++)
		for (size_t k = 0; k < s->count; k++) {
			const struct mm_tile_matrix *m = &s->matrix[k];
			double unit_m = s->kind == MM_TMS_CRS84 ? 6378137 * M_PI / 180 : 1;

			assert_near(m->scale_denominator * MM_TILE_PIXEL_M, m->cell_size * unit_m,
				    m->cell_size * unit_m * 1e-12);
			assert_near(m->side, m->cell_size * m->tile_size, m->side * 1e-12);
			assert_near(m->side * m->width, s->kind == MM_TMS_CRS84 ? 360 : -2 * m->origin_x,
				    1e-6);
			assert_ptr_equal(mm_tile_matrix_find(s, m->id), m);
			assert_true(k == 0 || m->width == 2 * m[-1].width);
		}
	assert_null(mm_tile_matrix_find(mm_tile_matrix_set_builtin(0), "25"));
	assert_null(mm_tile_matrix_find(mm_tile_matrix_set_builtin(0), ""));
}

static void limits_are_the_tiles_a_box_meets(void **state)
{
	const struct mm_tile_matrix *m = &mm_tile_matrix_set_builtin(1)->matrix[3]; /* 16 x 8 tiles of 22.5 */
	static const struct {
		struct mm_box box;
		bool meets;
		struct mm_tile_limits want;
	} rows[] = {
	    {{-180, -90, 180, 90}, true, {0, 7, 0, 15}},
	    {{39, 52, 40, 53}, true, {1, 1, 9, 9}},
	    {{-1, -1, 1, 1}, true, {3, 4, 7, 8}},
	    {{0, 0, 0, 0}, true, {4, 4, 8, 8}}, /* a corner belongs to the tile to the south-east */
	    {{180, -90, 180, -90}, true, {7, 7, 15, 15}},
	    {{-500, 60, -179, 95}, true, {0, 1, 0, 0}},
	    {{181, 0, 190, 10}, false, {0, 0, 0, 0}},
	    {{0, 91, 10, 95}, false, {0, 0, 0, 0}},
	    {{1, 1, 0, 0}, false, {0, 0, 0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_tile_limits l = {99, 99, 99, 99};
		struct mm_tile_limits want = rows[i].want;

		if (!rows[i].meets)
			want = l;
		assert_int_equal(mm_tile_matrix_limits(m, &rows[i].box, &l), rows[i].meets);
		assert_memory_equal(&l, &want, sizeof(l));
	}
	for (uint32_t row = 0; row < m->height; row++) { /* a tile's own middle is in it */
		struct mm_box b = mm_tile_matrix_box(m, row, 5);
		double x = (b.min_x + b.max_x) / 2, y = (b.min_y + b.max_y) / 2;
		struct mm_tile_limits l;

		assert_true(mm_tile_matrix_limits(m, &(struct mm_box){x, y, x, y}, &l));
		assert_int_equal(l.min_row, row);
		assert_int_equal(l.min_col, 5);
	}
}

static struct mm_tile_matrix_set build(const struct mm_tile_grid *g, const struct mm_box *box,
				       struct mm_arena *mem, enum mm_code want)
{
	struct mm_proj *p = mm_proj_new();
	struct mm_tile_matrix_set s = {0};
	struct mm_err err = {0};

	assert_int_equal(mm_tile_grid_build(g, p, box, mem, &s, &err), want);
	assert_int_equal(err.msg[0] != '\0', want != MM_OK);
	(void)mm_proj_free(p);
	return s;
}

static void a_grid_holds_the_data_and_goes_down_to_a_metre(void **state)
{
	const struct mm_box town = {39.0, 52.3, 39.2, 52.4};
	const struct mm_tile_grid g = {.id = "own", .crs = "MSK48_1"};
	struct mm_tile_matrix_set s;
	struct mm_box b = mm_box_empty();
	struct mm_proj *p = mm_proj_new();
	const struct mm_transform *t = NULL;
	MM_ARENA_SCOPE(mem, 1 << 20);

	(void)state;
	s = build(&g, &town, &mem, MM_OK);
	assert_int_equal(s.matrix[0].width, 1);
	assert_int_equal(s.matrix[0].height, 1);
	assert_near(s.matrix[s.count - 1].cell_size, 1, 0);
	assert_string_equal(s.crs_uri, "");
	assert_non_null(strstr(s.crs_json, "\"Krassovsky"));
	assert_int_equal(mm_transform_get(p, MM_CRS84, s.crs_definition, &t, NULL), MM_OK);
	b = mm_transform_box(t, &town);
	for (size_t i = 0; i < s.count; i++) {
		const struct mm_tile_matrix *m = &s.matrix[i];
		struct mm_tile_limits l;

		assert_true(m->origin_x <= b.min_x && m->origin_y >= b.max_y);
		assert_true(m->origin_x + m->width * m->side >= b.max_x);
		assert_true(m->origin_y - m->height * m->side <= b.min_y);
		assert_near(m->scale_denominator * MM_TILE_PIXEL_M, m->cell_size, 1e-9);
		assert_true(mm_tile_matrix_limits(m, &b, &l));
		assert_int_equal(l.max_col, m->width - 1);
		assert_int_equal(l.max_row, m->height - 1);
		assert_true(i == 0 || m->zoom == m[-1].zoom + 1);
	}
	(void)mm_proj_free(p);
}

static void a_far_feature_does_not_make_a_grid_coarse(void **state)
{
	const struct mm_box town = {39.0, 52.3, 39.2, 52.4}, with_null_island = {0, 0, 39.2, 52.4};
	const struct mm_tile_grid g = {.id = "own", .crs = "MSK48_1"};
	struct mm_tile_matrix_set s;
	MM_ARENA_SCOPE(mem, 1 << 20);

	(void)state;
	s = build(&g, &with_null_island, &mem, MM_OK);
	assert_true(s.matrix[0].cell_size <= 2048); /* the region, not the hemisphere */
	s = build(&g, &town, &mem, MM_OK);
	assert_true(s.matrix[0].cell_size <= 128);
}

static void what_is_declared_is_kept(void **state)
{
	const struct mm_box town = {39.0, 52.3, 39.2, 52.4};
	struct mm_tile_grid g = {.id = "own",
				 .crs = "EPSG:28407",
				 .has_origin = true,
				 .origin_x = 7360000,
				 .origin_y = 5820000,
				 .scale_denominator = 500000,
				 .tile_size = 512,
				 .matrices = 4};
	struct mm_tile_matrix_set s;
	MM_ARENA_SCOPE(mem, 1 << 20);

	(void)state;
	s = build(&g, &town, &mem, MM_OK);
	assert_int_equal(s.count, 4);
	assert_near(s.matrix[0].cell_size, 140, 1e-9);
	assert_near(s.matrix[3].scale_denominator, 62500, 0);
	g.cell_size = 140;
	g.scale_denominator = 0;
	s = build(&g, &town, &mem, MM_OK);
	assert_near(s.matrix[0].scale_denominator, 500000, 0); /* 140 / 0.00028 is none of these */
	g.cell_size = 0;
	g.scale_denominator = 500000;
	assert_near(s.matrix[2].origin_x, 7360000, 0);
	assert_int_equal(s.matrix[0].tile_size, 512);
	assert_true(s.north_first); /* EPSG has the north first there */
	assert_string_equal(s.axis[0], "N");
	assert_string_equal(s.crs_uri, "http://www.opengis.net/def/crs/EPSG/0/28407");
	g.axes = MM_AXES_EAST_NORTH;
	assert_false(build(&g, &town, &mem, MM_OK).north_first);
	g.origin_x = 9e6;
	(void)build(&g, &town, &mem, MM_E_INVALID);
	g.origin_x = 7360000;
	g.scale_denominator = 0.0001;
	(void)build(&g, &town, &mem, MM_E_INVALID);
	g.crs = "MSK-48";
	(void)build(&g, &town, &mem, MM_E_INVALID);
	g.crs = "+proj=tmerc +lon_0=39 +ellps=krass +towgs84=0,0,0 +units=m";
	g.scale_denominator = 0;
	{
		const struct mm_box nothing = mm_box_empty();

		(void)build(&g, &nothing, &mem, MM_E_NOT_FOUND);
	}
}

static void a_copy_is_whole_and_hashes_alike(void **state)
{
	const struct mm_tile_matrix_set *s = mm_tile_matrix_set_builtin(1);
	struct mm_tile_matrix_set copy = {0};
	MM_ARENA_SCOPE(mem, 1 << 16);
	MM_ARENA_SCOPE(small, 256);

	(void)state;
	assert_true(mm_tile_matrix_set_copy(s, &mem, &copy));
	assert_true(mm_tile_matrix_set_hash(s) == mm_tile_matrix_set_hash(&copy));
	assert_true(mm_tile_matrix_set_hash(s) != mm_tile_matrix_set_hash(mm_tile_matrix_set_builtin(0)));
	assert_string_equal(copy.matrix[23].id, "23");
	assert_false(mm_tile_matrix_set_copy(s, &small, &copy));
}

static void zooms_are_by_size_on_the_ground(void **state)
{
	(void)state;
	assert_int_equal(mm_tile_matrix_zoom(40075016.7, 0), 0);
	assert_int_equal(mm_tile_matrix_zoom(40075016.7 / 65536, 0), 16);
	assert_int_equal(mm_tile_matrix_zoom(40075016.7 / 65536 / 2, 60), 16);
	assert_int_equal(mm_tile_matrix_zoom(1e-3, 0), 22);
	assert_int_equal(mm_tile_matrix_zoom(1e12, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(built_in_sets_are_those_of_the_registry),
	    cmocka_unit_test(matrices_agree_with_themselves),
	    cmocka_unit_test(limits_are_the_tiles_a_box_meets),
	    cmocka_unit_test(a_grid_holds_the_data_and_goes_down_to_a_metre),
	    cmocka_unit_test(a_far_feature_does_not_make_a_grid_coarse),
	    cmocka_unit_test(what_is_declared_is_kept),
	    cmocka_unit_test(a_copy_is_whole_and_hashes_alike),
	    cmocka_unit_test(zooms_are_by_size_on_the_ground),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
