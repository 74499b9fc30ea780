#include "check.h"
#include "layer_fixture.h"

#include "encode/geojson.h"

static const uint32_t points = (uint32_t)MM_PART_POINTS << 30 | 1, line = (uint32_t)MM_PART_LINE << 30 | 1,
		      shell = (uint32_t)MM_PART_POLYGON << 30 | 1,
		      shell_and_hole = (uint32_t)MM_PART_POLYGON << 30 | 2;

/* What one geometry is written as, without the rest of the feature. */
static void assert_writes(const struct mm_geom *g, const char *want)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;
	struct mm_proj *p = mm_proj_new();
	struct mm_geojson w;
	struct mm_buf out;
	char all[2000];

	fixture_row(b, 42, "ё\"<b>", -1, 10, 0, g);
	l = fixture_end(b);
	mm_buf_init(&out, 100000);
	assert_int_equal(mm_geojson_init(&w, l, NULL, p, NULL), MM_OK);
	mm_geojson_put(&w, 0, &out);
	mm_buf_byte(&out, 0);
	(void)snprintf(all, sizeof(all),
		       "{\"type\":\"Feature\",\"id\":42,\"geometry\":%s,\"properties\":{\"name\":\"ё\\\"<b>"
		       "\",\"n\":null,"
		       "\"start\":\"1970-01-11\",\"end\":null}}",
		       want);
	assert_string_equal((const char *)out.data, all);
	mm_geojson_release(&w);
	mm_buf_release(&out);
	(void)mm_proj_free(p);
	(void)mm_layer_unref(l);
}

static void every_geometry_type_is_written(void **state)
{
	static const double xy[] = {0, 0, 9, 0, 9, 9, 0, 0, 2, 1, 3, 1, 3, 2, 2, 1};
	static const double z[] = {1, 2.5, 3, 1, 0, 0, 0, 0};
	const uint32_t rings[] = {4, 4}, two[] = {2, 2}, one[] = {1, 2};
	const uint32_t lines[] = {line, line}, shells[] = {shell, shell}, mixed[] = {points, line};

	(void)state;
	assert_writes(NULL, "null");
	assert_writes(&(struct mm_geom){MM_GEOM_POINT, &points, one, xy, z, 1, 1, 1},
		      "{\"type\":\"Point\",\"coordinates\":[0,0,1]}");
	assert_writes(&(struct mm_geom){MM_GEOM_MULTIPOINT, &points, two, xy, NULL, 1, 1, 2},
		      "{\"type\":\"MultiPoint\",\"coordinates\":[[0,0],[9,0]]}");
	assert_writes(&(struct mm_geom){MM_GEOM_LINE, &line, two, xy, z, 1, 1, 2},
		      "{\"type\":\"LineString\",\"coordinates\":[[0,0,1],[9,0,2.5]]}");
	assert_writes(&(struct mm_geom){MM_GEOM_MULTILINE, lines, two, xy, NULL, 2, 2, 4},
		      "{\"type\":\"MultiLineString\",\"coordinates\":[[[0,0],[9,0]],[[9,9],[0,0]]]}");
	assert_writes(
	    &(struct mm_geom){MM_GEOM_POLYGON, &shell_and_hole, rings, xy, NULL, 1, 2, 8},
	    "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],[0,0]],[[2,1],[3,1],[3,2],[2,1]]]}");
	assert_writes(&(struct mm_geom){MM_GEOM_MULTIPOLYGON, shells, rings, xy, NULL, 2, 2, 8},
		      "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],[9,9],[0,0]]],[[[2,1],[3,1],"
		      "[3,2],[2,1]]]]}");
	assert_writes(
	    &(struct mm_geom){MM_GEOM_COLLECTION, mixed, one, xy, NULL, 2, 2, 3},
	    "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[0,0]},"
	    "{\"type\":\"LineString\",\"coordinates\":[[9,0],[9,9]]}]}");
	assert_writes(&(struct mm_geom){.type = MM_GEOM_POLYGON},
		      "{\"type\":\"Polygon\",\"coordinates\":[]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_geometry_type_is_written)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
