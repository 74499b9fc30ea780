#include "feed_fixture.h"

#include "archive/writer.h"
#include "base/text.h"
#include "feed/definition.h"
#include "feed/inspect.h"

/* What `munimap inspect` writes for real sources, and that the map reads it back. */

/* Inspects one path of the folder; NULL dir: to text. */
static char *inspect(struct feed *f, const char *name, const char *dir, struct mm_err *err)
{
	const char *path = feed_path(f, name);
	struct mm_buf out;
	char *text = NULL;

	mm_buf_init(&out, (size_t)16 << 20);
	if (mm_inspect(&path, 1, dir ? feed_path(f, dir) : NULL, &out, err) == MM_OK)
		text = mm_arena_text(&f->mem, out.data ? (const char *)out.data : "", out.len);
	mm_buf_release(&out);
	return text;
}

static char *inspected(struct feed *f, const char *name, const char *dir)
{
	struct mm_err err = {0};
	char *text = inspect(f, name, dir, &err);

	if (!text)
		fail_msg("%s: %s", err.where, err.msg);
	return text;
}

static void says(const char *yaml, const char *line)
{
	const char *at = strstr(yaml, line);

	if (!at || (at > yaml && at[-1] != '\n'))
		fail_msg("no line \"%s\" in\n%s", line, yaml);
}

static void says_not(const char *yaml, const char *words)
{
	if (strstr(yaml, words))
		fail_msg("\"%s\" in\n%s", words, yaml);
}

/* Definitions of the folder: all of them must be readable. */
static size_t read_back(struct feed *f, const char *dir, struct mm_def_file **ret)
{
	size_t count = 0;
	struct mm_err err = {0};

	if (mm_map_def_read(feed_path(f, dir), &f->mem, &f->map, &err) ||
	    mm_layer_defs_read(&f->map, &f->mem, ret, &count, &err))
		fail_msg("%s: %s", err.where, err.msg);
	for (size_t i = 0; i < count; i++)
		if ((*ret)[i].err.code)
			fail_msg("%s: %s", (*ret)[i].err.where, (*ret)[i].err.msg);
	return count;
}

/* A table of 40 rows: a code, coordinates in MSK48_1 with north first, an area, a kind of three. */
static void write_table(struct feed *f, const char *name)
{
	FILE *file = fopen(feed_path(f, name), "w");

	assert_non_null(file);
	(void)fprintf(file, "code;x;y;area;kind;old\n");
	for (int i = 0; i < 40; i++)
		(void)fprintf(file, "%d;%d;%d;%d,5;вид %d;%03d\n", i + 1, 418800 + i, 1325700 + i, i, i % 3,
			      i / 2);
	assert_int_equal(fclose(file), 0);
}

static void write_points(struct feed *f, const char *name, const char *places[3])
{
	FILE *file = fopen(feed_path(f, name), "w");

	assert_non_null(file);
	(void)fprintf(file, "{\"type\":\"FeatureCollection\",\"features\":[");
	for (int i = 0; i < 3; i++)
		(void)fprintf(file,
			      "%s{\"type\":\"Feature\",\"properties\":{\"gid\":%d,\"name\":\"%s\"},"
			      "\"geometry\":{\"type\":\"Point\",\"coordinates\":[39.%d,52.6]}}",
			      i ? "," : "", i + 1, places[i], i + 5);
	(void)fprintf(file, "]}");
	assert_int_equal(fclose(file), 0);
}

static void a_table_of_coordinates_is_understood(void **state)
{
	struct feed *f = *state;
	const char *yaml;

	write_table(f, "Точки съёмки.csv");
	yaml = inspected(f, "Точки съёмки.csv", NULL);
	says(yaml, "--- # tochki_semki.yaml\n");
	says(yaml, "# CSV, 40 rows, no geometry\n");
	says(yaml, "title: {ru: \"Точки съёмки\", en: \"Точки съёмки\"}\n");
	says(yaml, "point: {x: y, y: x} # the columns have north first\n");
	says(yaml, "# guessed: МСК-48 зона 1");
	says(yaml, "crs: MSK48_1\n");
	says(yaml, "# or MSK52_1");
	says_not(yaml, "swap_axes: true\n"); /* the columns are named the right way round instead */
	says(yaml, "id_field: code\n");
	says(yaml, "    type: real # written with a decimal comma\n");
	says(yaml, "    type: text # leading zeros count\n");
	says(yaml, "      - {value: \"вид 0\", title: {ru: \"вид 0\", en: \"вид 0\"}}\n");
	says(yaml, "encoding: UTF-8\n");
}

static void what_is_written_is_read_back_and_served(void **state)
{
	struct feed *f = *state;
	struct mm_def_file *file = NULL;
	struct mm_freeze_result r = {0};
	struct mm_err err = {0};
	const char *out;

	feed_run(f, "mkdir m");
	write_table(f, "m/Точки.csv");
	out = inspected(f, "m", "m");
	assert_string_equal(out, mm_arena_printf(&f->mem, "%s\n", feed_path(f, "m/tochki.yaml")));
	assert_false(mm_file_exists(feed_path(f, "m/map.yaml"))); /* the source lies inside */
	assert_int_equal(read_back(f, "m", &file), 1);
	assert_string_equal(file[0].id, "tochki");
	assert_string_equal(file[0].def.source, feed_path(f, "m/Точки.csv"));
	assert_string_equal(file[0].def.point_x, "y");
	assert_string_equal(file[0].def.crs, "MSK48_1");
	assert_int_equal(file[0].def.field_count, 6);
	assert_int_equal(file[0].def.field[4].code_count, 3);
	assert_string_equal(file[0].def.field[4].codes[2].title.ru, file[0].def.field[4].codes[2].value);
	if (mm_freeze(&f->map, &file[0].def, &r, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_int_equal(mm_layer_count(r.layer), 40);
	assert_string_equal(feed_text(f, r.layer, 7, "area"), "7.5");
	assert_string_equal(feed_text(f, r.layer, 7, "old"), "003");
	(void)mm_layer_unref(r.layer);
}

static void sources_outside_are_allowed_in_a_new_map_file(void **state)
{
	static const char *places[] = {"Дом", "Школа", "Парк"};
	struct feed *f = *state;
	struct mm_def_file *file = NULL;
	struct mm_freeze_result r = {0};
	struct mm_err err = {0};

	feed_run(f, "mkdir data");
	write_points(f, "data/Map.geojson", places); /* a name that map.yaml has already */
	write_points(f, "data/b.geojson", places);
	(void)inspected(f, "data", "new/map");
	assert_int_equal(read_back(f, "new/map", &file), 2);
	assert_string_equal(file[0].id, "b");
	assert_string_equal(file[1].id, "map_2");
	assert_string_equal(file[1].def.source, feed_path(f, "data/Map.geojson"));
	assert_string_equal(file[1].def.id_field, "gid");
	assert_int_equal(f->map.allow_count, 2);
	assert_string_equal(f->map.allow[1], feed_path(f, "data"));
	if (mm_freeze(&f->map, &file[1].def, &r, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_int_equal(mm_layer_count(r.layer), 3);
	(void)mm_layer_unref(r.layer);
}

static void nothing_is_written_over_and_nothing_by_half(void **state)
{
	static const char *places[] = {"a", "b", "c"};
	struct feed *f = *state;
	struct mm_err err = {0};
	struct mm_buf kept;

	feed_run(f, "mkdir data m");
	write_points(f, "data/a.geojson", places);
	write_points(f, "data/b.geojson", places);
	feed_write(f, "m/b.yaml", "mine\n");
	assert_null(inspect(f, "data", "m", &err));
	assert_int_equal(err.code, MM_E_INVALID);
	assert_string_equal(err.where, feed_path(f, "m/b.yaml"));
	assert_string_equal(err.msg, "is there already: move it away, or write into another folder");
	assert_int_equal(feed_count_files(feed_path(f, "m"), ".yaml"), 1);
	mm_buf_init(&kept, 100);
	assert_int_equal(mm_file_read(feed_path(f, "m/b.yaml"), &kept, NULL), MM_OK);
	assert_int_equal(kept.len, 5);
	mm_buf_release(&kept);
}

static void a_map_file_that_is_there_is_left_alone(void **state)
{
	static const char *places[] = {"a", "b", "c"};
	struct feed *f = *state;
	struct mm_def_file *file = NULL;
	struct mm_err err = {0};

	feed_run(f, "mkdir data m");
	write_points(f, "data/a.geojson", places);
	feed_write(f, "m/map.yaml", "title: {ru: x}\n");
	assert_null(inspect(f, "data", "m", &err));
	assert_string_equal(err.where, feed_path(f, "m/map.yaml"));
	assert_string_equal(err.msg, mm_arena_printf(&f->mem, "does not allow %s yet: add it to allow: [...]",
						     feed_path(f, "data")));
	assert_int_equal(feed_count_files(feed_path(f, "m"), ".yaml"), 1);
	feed_write(f, "m/map.yaml", "allow: [../data]\n");
	(void)inspected(f, "data", "m");
	assert_int_equal(read_back(f, "m", &file), 1);
}

static void an_undeclared_encoding_is_guessed_and_works(void **state)
{
	static const char *places[] = {"Детский сад", "Липовая ул.", "Школа №5"};
	static const char *const encodings[] = {"CP1251", "CP866"};
	struct feed *f = *state;

	write_points(f, "a.geojson", places);
	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		const char *dir = mm_arena_printf(&f->mem, "m%zu", i);
		struct mm_def_file *file = NULL;
		struct mm_freeze_result r = {0};
		struct mm_err err = {0};

		feed_run(
		    f, mm_arena_printf(&f->mem,
				       "mkdir %s && ogr2ogr -q -lco ENCODING=%s %s/s.shp a.geojson && "
				       "rm %s/s.cpg && "
				       "printf '\\0' | dd of=%s/s.dbf bs=1 seek=29 conv=notrunc 2>/dev/null",
				       dir, encodings[i], dir, dir, dir));
		(void)inspected(f, dir, dir);
		assert_int_equal(read_back(f, dir, &file), 1);
		assert_string_equal(file[0].def.encoding, encodings[i]);
		if (mm_freeze(&f->map, &file[0].def, &r, &err))
			fail_msg("%s: %s", err.where, err.msg);
		assert_string_equal(feed_text(f, r.layer, 2, "name"), "Школа №5");
		(void)mm_layer_unref(r.layer);
	}
}

static void one_file_a_table_with_ids_of_their_own(void **state)
{
	static const char *places[] = {"a", "b", "c"};
	struct feed *f = *state;
	struct mm_def_file *file = NULL;

	write_points(f, "a.geojson", places);
	feed_run(f,
		 "mkdir m && ogr2ogr -q -nln Парки m/t.gpkg a.geojson && ogr2ogr -q -update -nln bus_stops "
		 "m/t.gpkg a.geojson && ogr2ogr -q -update -nln 'Bus stops' m/t.gpkg a.geojson");
	(void)inspected(f, "m/t.gpkg", "m");
	assert_int_equal(read_back(f, "m", &file), 3);
	assert_string_equal(file[0].id, "bus_stops");
	assert_string_equal(file[0].def.table, "bus_stops");
	assert_string_equal(file[1].id, "bus_stops_2");
	assert_string_equal(file[1].def.table, "Bus stops");
	assert_string_equal(file[2].id, "parki");
	assert_string_equal(file[2].def.source, feed_path(f, "m/t.gpkg"));
}

/* Names and values that mean something to YAML, or would end a comment or a quoted text. */
static void hostile_names_and_values_stay_text(void **state)
{
	struct feed *f = *state;
	struct mm_def_file *file = NULL;
	FILE *csv;

	feed_run(f, "mkdir m");
	csv = fopen(feed_path(f, "m/a: [b] #c.csv"), "w");
	assert_non_null(csv);
	(void)fprintf(csv, "\"a: b\",null,\"- {x}\",'q': &r\n");
	for (int i = 0; i < 40; i++)
		(void)fprintf(csv, "%s,%d,yes,v\n",
			      i % 2 ? "\"*\nsource: /etc/passwd\"" : "\"\xc2\x9f\x7f\\\"", i);
	assert_int_equal(fclose(csv), 0);
	(void)inspected(f, "m", "m");
	assert_int_equal(read_back(f, "m", &file), 1);
	assert_string_equal(file[0].id, "a_b_c");
	assert_string_equal(file[0].def.source, feed_path(f, "m/a: [b] #c.csv"));
	assert_string_equal(file[0].def.title.ru, "a: [b] #c");
	assert_string_equal(file[0].def.field[0].name, "a: b");
	assert_int_equal(file[0].def.field[0].code_count, 2);
	assert_string_equal(file[0].def.field[0].codes[0].value, "\xc2\x9f\x7f\\");
	assert_string_equal(file[0].def.field[0].codes[1].value, "*\nsource: /etc/passwd");
	assert_string_equal(file[0].def.field[1].name, "null");
	assert_string_equal(file[0].def.field[2].name, "- {x}");
	assert_string_equal(file[0].def.field[3].name, "'q': &r");
}

static void what_cannot_be_read_is_named(void **state)
{
	static const char *places[] = {"a", "b", "c"};
	struct feed *f = *state;
	struct mm_err err = {0};
	const char *path = "PG:host=127.0.0.1 port=1", *yaml; /* where no database is */
	struct mm_buf out;

	assert_null(inspect(f, "none.shp", NULL, &err));
	assert_int_equal(err.code, MM_E_NOT_FOUND);
	feed_run(f, "mkdir empty mixed");
	err = (struct mm_err){0};
	assert_null(inspect(f, "empty", NULL, &err));
	assert_int_equal(err.code, MM_E_NOT_FOUND);
	assert_memory_equal(err.msg, "has no file that a driver is known for: ", 40);
	mm_buf_init(&out, 1000);
	err = (struct mm_err){0};
	assert_int_equal(mm_inspect(&path, 1, NULL, &out, &err), MM_E_DATA);
	assert_memory_equal(err.msg, "cannot be read as PostgreSQL: ", 30);
	mm_buf_release(&out);
	feed_write(f, "mixed/bad.gpkg", "no database");
	err = (struct mm_err){0};
	assert_null(inspect(f, "mixed", "new", &err));
	assert_string_equal(err.msg, "nothing there can be read");
	assert_false(mm_file_exists(feed_path(f, "new")));
	/* in a folder a broken file does not keep the others from being described */
	write_points(f, "mixed/good.geojson", places);
	yaml = inspected(f, "mixed", NULL);
	says(yaml, "--- # good.yaml\n");
	assert_non_null(strstr(yaml, "bad.gpkg"));
}

static void archives_of_tiles_are_layers_too(void **state)
{
	const struct mm_archive_info info = {.name = "",
					     .description = "",
					     .attribution = "line\nbreak",
					     .vector_layers = "[{\"id\":\"roads\"}]",
					     .vector_layers_len = 16,
					     .box_deg = {38, 52, 40, 53},
					     .max_zoom = 4};
	static const char *const names[] = {"mixed/Дороги.pmtiles", "mixed/lots.mbtiles"};
	static const char tile[] = "\x1a\x07\x0a\x05roads";
	static const char *places[] = {"a", "b", "c"};
	struct feed *f = *state;
	struct mm_archive_count count;
	struct mm_archive_writer w;
	struct mm_def_file *file;
	struct mm_err err = {0};
	const char *yaml;

	feed_run(f, "mkdir mixed");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(mm_archive_writer_open(&w, feed_path(f, names[i]), NULL), MM_OK);
		assert_int_equal(mm_archive_writer_put(&w, 0, tile, sizeof(tile) - 1, NULL), MM_OK);
		assert_int_equal(mm_archive_writer_finish(&w, &info, &count, NULL), MM_OK);
		mm_archive_writer_close(&w);
	}
	write_points(f, "mixed/points.geojson", places);
	feed_write(f, "mixed/bad.pmtiles", "no archive");
	yaml = inspected(f, "mixed", NULL);
	assert_non_null(strstr(yaml, "bad.pmtiles: is not a PMTiles archive"));
	assert_non_null(strstr(yaml, "# tiles (MVT) of zooms 0 to 4, "));
	assert_non_null(
	    strstr(yaml, "# west, south, east, north: 38, 52, 40, 53\n# layers: roads\n# line break\n"));
	feed_run(f, "rm mixed/bad.pmtiles");
	(void)inspected(f, "mixed", "mixed");
	assert_int_equal(read_back(f, "mixed", &file), 3);
	assert_string_equal(file[0].id, "dorogi");
	assert_string_equal(file[0].def.title.ru, "Дороги");
	assert_true(file[0].def.is_tiles && file[1].def.is_tiles && !file[2].def.is_tiles);
	assert_string_equal(file[1].def.source, feed_path(f, "mixed/lots.mbtiles"));
	feed_write(f, "bad.mbtiles", "no archive");
	assert_null(inspect(f, "bad.mbtiles", NULL, &err));
	assert_int_equal(err.code, MM_E_DATA);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, feed_begin, feed_end)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_table_of_coordinates_is_understood),
	    TEST(what_is_written_is_read_back_and_served),
	    TEST(sources_outside_are_allowed_in_a_new_map_file),
	    TEST(nothing_is_written_over_and_nothing_by_half),
	    TEST(a_map_file_that_is_there_is_left_alone),
	    TEST(an_undeclared_encoding_is_guessed_and_works),
	    TEST(one_file_a_table_with_ids_of_their_own),
	    TEST(hostile_names_and_values_stay_text),
	    TEST(what_cannot_be_read_is_named),
	    TEST(archives_of_tiles_are_layers_too),
	};

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
