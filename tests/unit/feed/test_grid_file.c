#include "check.h"

#include "base/file.h"
#include "feed/grid_file.h"
#include "geo/tile_grid.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tile matrix sets from JSON: those of the registry, and the words for what is not taken. */

enum { ARENA = 1 << 20 };

static enum mm_code parse(const char *json, const char *crs, struct mm_arena *mem,
			  struct mm_tile_matrix_set *ret, struct mm_err *err)
{
	struct mm_proj *p = mm_proj_new();
	enum mm_code rc = mm_grid_file_parse(json, strlen(json), crs, p, mem, ret, err);

	(void)mm_proj_free(p);
	return rc;
}

static void check_set(const struct mm_tile_matrix_set *s, const char *name)
{
	struct mm_proj *p = mm_proj_new();
	struct mm_crs crs;
	/* this one counts in pixels of 1/96 inch */
	double pixel_m = strcmp(s->id, "CanadianNAD83_LCC") == 0 ? 1 / (39.37 * 96) : MM_TILE_PIXEL_M, unit_m;

	assert_int_equal(mm_crs_parse(p, s->crs_definition, &crs, NULL), MM_OK);
	unit_m = mm_tile_grid_unit_m(&crs);
	assert_memory_equal(s->id, name, strlen(s->id));
	for (size_t i = 0; i < s->count; i++) {
		const struct mm_tile_matrix *m = &s->matrix[i];
		double metres = m->cell_size * unit_m;

		if (fabs(m->scale_denominator * pixel_m / metres - 1) > 1e-7)
			fail_msg("%s %s: scale %.17g cell %.17g m", name, m->id, m->scale_denominator,
				 metres);
		assert_true(m->side == m->cell_size * m->tile_size);
		assert_true(m->width >= 1 && m->height >= 1);
		if (i) /* twice as fine covers the same ground: never fewer tiles */
			assert_true(m->width >= m[-1].width && m->height >= m[-1].height);
		/* the origin is top left of the system's own area of use, x east */
		if (!mm_box_is_empty(&crs.area_deg) && i == 0) {
			const struct mm_transform *t;
			double xy[2] = {(crs.area_deg.min_x + crs.area_deg.max_x) / 2,
					(crs.area_deg.min_y + crs.area_deg.max_y) / 2};

			assert_int_equal(mm_transform_get(p, MM_CRS84, s->crs_definition, &t, NULL), MM_OK);
			assert_int_equal(mm_transform_points(t, xy, 1), 0);
			if (m->origin_x > xy[0] || m->origin_y < xy[1])
				fail_msg("%s: origin %g %g, middle %g %g", name, m->origin_x, m->origin_y,
					 xy[0], xy[1]);
		}
	}
	mm_crs_release(&crs);
	(void)mm_proj_free(p);
}

static void the_registry_is_read(void **state)
{
	const char *shared = getenv("MM_SHARED");
	char dir[300];
	size_t taken = 0, refused = 0;
	struct dirent *e;
	DIR *d;

	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s/fixtures/tilematrixsets", shared ? shared : "../shared");
	d = opendir(dir);
	if (!d) {
		print_message("no %s\n", dir);
		skip();
	}
	while ((e = readdir(d))) {
		struct mm_tile_matrix_set s = {0};
		struct mm_err err = {0};
		struct mm_buf file;
		char path[600];
		MM_ARENA_SCOPE(mem, ARENA);

		if (!strstr(e->d_name, ".json"))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		mm_buf_init(&file, MM_GRID_FILE_MAX);
		assert_int_equal(mm_file_read(path, &file, &err), MM_OK);
		mm_buf_byte(&file, '\0');
		if (parse((const char *)file.data, "", &mem, &s, &err) == MM_OK) {
			check_set(&s, e->d_name);
			taken++;
		} else {
			print_message("%s: %s\n", e->d_name, err.msg);
			refused++;
		}
		mm_buf_release(&file);
	}
	(void)closedir(d);
	assert_int_equal(taken, 67);
	assert_int_equal(refused, 2); /* those with rows of different widths */
	;
}

#define MATRIX                                                                                               \
	"{\"id\":\"0\",\"scaleDenominator\":1000000,\"cellSize\":280,\"pointOfOrigin\":[1000000,500000],"    \
	"\"tileWidth\":256,\"tileHeight\":256,\"matrixWidth\":4,\"matrixHeight\":3}"
#define SET(matrices)                                                                                        \
	"{\"id\":\"t\",\"crs\":\"http://www.opengis.net/def/crs/EPSG/0/32637\",\"tileMatrices\":[" matrices  \
	"]}"

static void a_plain_set_is_read(void **state)
{
	struct mm_tile_matrix_set s = {0};
	struct mm_err err = {0};
	MM_ARENA_SCOPE(mem, ARENA);

	(void)state;
	assert_int_equal(parse(SET(MATRIX), "", &mem, &s, &err), MM_OK);
	assert_true(s.matrix[0].origin_x == 1000000 && s.matrix[0].side == 280 * 256);
	assert_string_equal(s.axis[0], "E");
	assert_string_equal(s.crs_uri, "http://www.opengis.net/def/crs/EPSG/0/32637");
	assert_int_equal(parse(SET(MATRIX), "MSK48_1", &mem, &s, &err), MM_OK); /* said beside the file */
	assert_string_equal(s.crs_uri, "");
	assert_true(*s.crs_json == '{');
	assert_int_equal(parse(SET(MATRIX), "EPSG:28407", &mem, &s, &err), MM_OK); /* north first there */
	assert_true(s.matrix[0].origin_x == 500000 && s.matrix[0].origin_y == 1000000);
}

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		const char *from, *to, *msg; /* a change to the plain set, and words of the message */
	} rows[] = {
	    {"{\"id\":\"t\"", "[", "not a JSON object"},
	    {"\"crs\":\"http", "\"crs\":\"ftp", ""},
	    {"\"crs\"", "\"crz\"", "crs is not a URI"},
	    {"\"tileMatrices\":[", "\"tileMatrices\":[],\"x\":[", "a list of 1 to"},
	    {"\"id\":\"0\"", "\"id\":\"a/b\"", "id: write up to"},
	    {"\"id\":\"0\"", "\"id\":\"..\"", "id: write up to"},
	    {"1000000,\"cell", "1000100,\"cell", "is not cellSize in metres"},
	    {"280", "-280", "above 0"},
	    {"\"cellSize\":280", "\"cellSize\":\"280\"", "above 0"},
	    {"\"tileHeight\":256", "\"tileHeight\":512", "the same whole number"},
	    {"\"matrixWidth\":4", "\"matrixWidth\":0", "1 to 2^30"},
	    {"\"matrixWidth\":4", "\"matrixWidth\":4.5", "1 to 2^30"},
	    {"[1000000,500000]", "[1000000]", "pointOfOrigin"},
	    {"\"tileWidth\"", "\"cornerOfOrigin\":\"bottomLeft\",\"tileWidth\"", "only topLeft"},
	    {"\"tileWidth\"", "\"variableMatrixWidths\":[{\"coalesce\":2}],\"tileWidth\"",
	     "variableMatrixWidths"},
	    {"]}", "," MATRIX "]}", "from coarse to fine"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *plain = SET(MATRIX), *at = strstr(plain, rows[i].from);
		struct mm_tile_matrix_set s = {.count = 99};
		struct mm_err err = {0};
		char text[2000];
		MM_ARENA_SCOPE(mem, ARENA);

		/* the last place of "]}" is the end of the document */
		for (const char *next = at; i + 1 == sizeof(rows) / sizeof(rows[0]) && next;
		     next = strstr(next + 1, rows[i].from))
			at = next;
		assert_non_null(at);
		(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - plain), plain, rows[i].to,
			       at + strlen(rows[i].from));
		assert_int_equal(parse(text, "", &mem, &s, &err), MM_E_INVALID);
		if (!strstr(err.msg, rows[i].msg) || !*err.msg)
			fail_msg("%s: \"%s\"", text, err.msg);
		assert_int_equal(s.count, 99);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_registry_is_read),
	    cmocka_unit_test(a_plain_set_is_read),
	    cmocka_unit_test(what_is_wrong_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
