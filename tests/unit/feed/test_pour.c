#include "feed_fixture.h"

#include "feed/child/describe.h"
#include "feed/child/gdal.h"
#include "feed/child/pour.h"

/* The child's work done in this process, without walls, so that a leak of ours is seen: real children end by
 * _exit. */

#if defined(__SANITIZE_ADDRESS__)
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libgdal\nleak:libproj\nleak:libsqlite3\nleak:libxml2\nleak:libkmlbase\n";
}
#endif

static struct mm_gdal_log gdal_log;

static const struct {
	const char *name, *driver, *text, *crs;
	enum mm_code code;
} sources[] = {
    {"a.geojson", "GeoJSON",
     "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\"x\",\"properties\":{\"l\":"
     "[\"a\",\"b\"],"
     "\"n\":[1,2],\"o\":{\"a\":1},\"d\":\"2026-01-01\"},\"geometry\":{\"type\":\"MultiPolygon\","
     "\"coordinates\":[[[[0,0],[1,"
     "1],[1,0],[0,1],[0,0]]]]}}]}",
     "", MM_OK},
    {"b.csv", "CSV", "id,WKT\n1,\"CIRCULARSTRING(0 0,1 1,2 0)\"\n\377,\"POINT(nan 1)\"\n", "EPSG:3857",
     MM_OK},
    {"c.csv", "CSV", "id,WKT\n1,POINT(1 1)\n", "", MM_E_INVALID},
    {"d.geojson", "GeoJSON", "{\"type\":", "", MM_E_DATA},
};

static struct mm_job job_for(struct feed *f, size_t i, const char **driver)
{
	*driver = sources[i].driver;
	feed_write(f, sources[i].name, sources[i].text);
	return (struct mm_job){.driver = driver,
			       .driver_count = 1,
			       .open = feed_path(f, sources[i].name),
			       .list_dir = "",
			       .temp = f->dir,
			       .out = feed_path(f, "out.mms"),
			       .stamp = "",
			       .identity = 7,
			       .def = {.file = "layer.yaml",
				       .id = "layer",
				       .title = {"", ""},
				       .description = {"", ""},
				       .owner = {"", ""},
				       .license = "",
				       .theme = "",
				       .source = sources[i].name,
				       .source_is_path = true,
				       .driver = "",
				       .table = "",
				       .sql = "",
				       .encoding = "",
				       .crs = sources[i].crs,
				       .crs_file = "",
				       .point_x = "",
				       .point_y = "",
				       .id_field = "",
				       .style_json = "{}",
				       .max_zoom = 22}};
}

static void pouring_gives_back_what_it_took(void **state)
{
	struct feed *f = *state;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		const char *driver;
		struct mm_job job = job_for(f, i, &driver);
		struct mm_layer *layer = NULL;
		struct mm_err err = {0};
		struct mm_arena mem;

		mm_arena_init(&mem, 0);
		mm_gdal_start(&job, &gdal_log);
		assert_int_equal(mm_pour(&job, &gdal_log, &mem, &err), sources[i].code);
		if (!sources[i].code) {
			assert_int_equal(mm_layer_open(job.out, &layer, &err), MM_OK);
			assert_true(mm_layer_identity(layer) == 7);
			(void)mm_layer_unref(layer);
		}
		mm_arena_release(&mem);
	}
}

static void describing_gives_back_what_it_took(void **state)
{
	struct feed *f = *state;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		const char *driver;
		struct mm_job job = job_for(f, i, &driver);
		struct mm_buf out;
		struct mm_err err = {0};
		struct mm_arena mem;

		mm_arena_init(&mem, 0);
		mm_buf_init(&out, 1 << 20);
		mm_gdal_start(&job, &gdal_log);
		assert_int_equal(mm_describe(&job, &gdal_log, &mem, &out, &err),
				 sources[i].code == MM_E_INVALID ? MM_OK : sources[i].code);
		mm_buf_release(&out);
		mm_arena_release(&mem);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(pouring_gives_back_what_it_took, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(describing_gives_back_what_it_took, feed_begin, feed_end),
	};

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
