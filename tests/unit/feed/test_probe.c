#include "feed_fixture.h"

#include <jansson.h>

/* What `munimap inspect` is told of a source. */

static json_t *probe(struct feed *f, const char *name)
{
	struct mm_buf out;
	struct mm_err err = {0};
	json_t *o;

	mm_buf_init(&out, (size_t)64 << 20);
	if (mm_probe(feed_path(f, name), &out, &err))
		fail_msg("%s: %s", err.where, err.msg);
	o = json_loadb((const char *)out.data, out.len, 0, NULL);
	assert_non_null(o);
	mm_buf_release(&out);
	return o;
}

static const json_t *field(const json_t *table, size_t i)
{
	return json_array_get(json_object_get(table, "fields"), i);
}

static json_int_t number(const json_t *o, const char *key)
{
	assert_true(json_is_integer(json_object_get(o, key)));
	return json_integer_value(json_object_get(o, key));
}

static void a_csv_is_described(void **state)
{
	struct feed *f = *state;
	json_t *o;
	const json_t *t, *c;

	feed_write(f, "t.csv", "code,x,kind\n007,\"12,5\",a\n008,\"13,5\",a\n009,,b\n");
	o = probe(f, "t.csv");
	assert_string_equal(json_string_value(json_object_get(o, "driver")), "CSV");
	t = json_array_get(json_object_get(o, "tables"), 0);
	assert_int_equal(number(t, "count"), 3);
	assert_true(json_is_true(json_object_get(t, "complete")));
	assert_true(json_is_false(json_object_get(t, "has_geometry")));
	assert_true(json_is_null(json_object_get(t, "srs")));
	c = field(t, 0);
	assert_int_equal(number(c, "leading_zeros"), 3);
	assert_true(json_is_true(json_object_get(c, "unique")));
	c = field(t, 1);
	assert_int_equal(number(c, "decimal_comma"), 2);
	assert_true(json_number_value(json_object_get(c, "max")) == 13.5);
	assert_true(json_is_false(json_object_get(c, "unique")));
	c = json_array_get(json_object_get(field(t, 2), "samples"), 0);
	assert_string_equal(json_string_value(json_object_get(c, "value")), "a");
	assert_int_equal(number(c, "count"), 2);
	json_decref(o);
}

static void a_shapefile_shows_its_bytes(void **state)
{
	struct feed *f = *state;
	json_t *o;
	const json_t *t;

	feed_write(f, "a.geojson",
		   "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
		   "\"name\":\"Дом\"},"
		   "\"geometry\":{\"type\":\"Point\",\"coordinates\":[39,52]}}]}");
	feed_run(f, "ogr2ogr -q -lco ENCODING=CP1251 s.shp a.geojson");
	o = probe(f, "s.shp");
	t = json_array_get(json_object_get(o, "tables"), 0);
	assert_string_equal(json_string_value(json_object_get(t, "raw_text")),
			    "xO7sCg=="); /* Дом in CP1251 */
	assert_string_equal(json_string_value(json_object_get(t, "declared_encoding")), "CP1251");
	assert_true(json_is_true(json_object_get(t, "encoding_matters")));
	assert_string_equal(json_string_value(json_object_get(json_object_get(t, "srs"), "code")),
			    "EPSG:4326");
	assert_int_equal(number(json_object_get(t, "geometry"), "Point"), 1);
	json_decref(o);
}

static void what_is_not_a_source_is_refused(void **state)
{
	struct feed *f = *state;
	struct mm_buf out;
	struct mm_err err = {0};

	mm_buf_init(&out, 1 << 20);
	assert_int_equal(mm_probe("http://127.0.0.1/a.json", &out, &err), MM_E_INVALID);
	err = (struct mm_err){0};
	assert_int_equal(mm_probe(feed_path(f, "missing.shp"), &out, &err), MM_E_NOT_FOUND);
	feed_write(f, "x.gpkg", "no database");
	err = (struct mm_err){0};
	assert_int_equal(mm_probe(feed_path(f, "x.gpkg"), &out, &err), MM_E_DATA);
	mm_buf_release(&out);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_csv_is_described, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_shapefile_shows_its_bytes, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(what_is_not_a_source_is_refused, feed_begin, feed_end),
	};

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
