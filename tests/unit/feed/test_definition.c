#include "definition_fixture.h"

#include "base/text.h"

/* The words of every fault in a layer file, and what a good one means. */

static void unknown_keys_get_the_nearest_known_one(void **state)
{
	static const struct bad rows[] = {
	    {"source: a\ntabel: x\n", 2, "unknown key \"tabel\": did you mean \"table\"?"},
	    {"source: a\n\n# c\nzoom: {mni: 3}\n", 4, "unknown key \"mni\": did you mean \"min\"?"},
	    {"source: a\nxyzzy: 1\n", 2, "unknown key \"xyzzy\": remove it"},
	    {"source: a\nhidden: true\n", 2, "unknown key \"hidden\": remove it"}, /* of a field only */
	    {"source: a\ntitle:\n  ru: a\n  de: b\n", 4, "unknown key \"de\": remove it"},
	    {"source: a\nfields:\n  - name: a\n    codes:\n      - {valu: 1}\n", 5,
	     "unknown key \"valu\": did you mean \"value\"?"},
	    /* the place of the wrong one, not of one that is right elsewhere */
	    {"source: a\nid: x\nfields:\n  - name: a\n    id: b\n", 5, "unknown key \"id\": remove it"},
	    {"source: a\nzoom:\n  min: 1\nmin: 2\n", 4, "unknown key \"min\": remove it"},
	    {"source: a\n<<: {min: 2}\n", 2, "unknown key \"<<\": remove it"},
	    {"source: a\nabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij12345: 1\n", 2,
	     "unknown key \"abcdefghijabcdefghijabcdefghijabcdefghij...\": remove it"},
	};

	CHECK(*state, rows);
}

static void values_of_the_wrong_kind_show_the_right_form(void **state)
{
	static const struct bad rows[] = {
	    {"source: a\nzoom: 5\n", 2, "zoom: write {min: ..., max: ...}"},
	    {"source: a\nzoom: {min: -3}\n", 2, "min: write a whole number, 0 or more"},
	    {"source: a\nzoom:\n  min: 1\n  max: big\n", 4, "max: write a whole number, 0 or more"},
	    {"title: Здания\nsource: a\n", 1, "title: write {ru: ..., en: ...}"},
	    {"source: a\nowner: me\n", 2, "owner: write {ru: ..., en: ...}"},
	    {"source: a\nfields: a\n", 2,
	     "fields: write a list, each entry as - {name: ..., column: ..., type: ..., unit: ..., title: "
	     "...}"},
	    {"source: a\nfields:\n  - a\n", 3,
	     "fields: write a list, each entry as - {name: ..., column: ..., type: ..., unit: ..., title: "
	     "...}"},
	    {"source: a\nfields:\n  - name: a\n    codes: [1]\n", 4,
	     "codes: write a list, each entry as - {value: ..., title: ...}"},
	    {"source: [a, b]\n", 1, "source: write one text"},
	    {"source: a\nopen_options: A=1\n", 2, "open_options: write a list: [..., ...]"},
	    {"source:\n", 1,
	     "source: nothing is written there: write one text, in quotes if it begins with #"},
	    {"- a\n- b\n", 1, "not keys with values: write one key a line, such as source: ..."},
	    {"hello\n", 1, "not keys with values: write one key a line, such as source: ..."},
	    {"", 0, "empty: write at least source: FILE"},
	    {"# nothing\n", 0, "empty: write at least source: FILE"},
	    {"title: {ru: a}\n", 1, "key \"source\" is missing: add it"},
	    {"source: a\npoint: {x: a}\n", 2, "key \"y\" is missing: add it"},
	    {"source: a\nfields:\n  - name: a\n  - title: {ru: b}\n", 4, "key \"name\" is missing: add it"},
	};

	CHECK(*state, rows);
}

static void values_that_make_no_sense_are_refused_in_their_line(void **state)
{
	static const struct bad rows[] = {
	    {"source: a\nid: Ab c\n", 2, "id \"Ab c\": write 1 to 64 small Latin letters, digits, _ or -"},
	    {"id:\nsource: a\n", 1, "id \"\": write 1 to 64 small Latin letters, digits, _ or -"},
	    {"source: a\ntable: x\nsql: SELECT 1\n", 3, "table and sql exclude each other: keep one"},
	    {"source: a\nswap_axes: maybe\n", 2, "swap_axes \"maybe\": write true or false"},
	    {"source: a\nfields:\n  - name: a\n    hidden: nope\n", 4,
	     "hidden \"nope\": write true or false"},
	    {"source: a\nfields:\n  - name: a\n    unit: {ru: a, de: b}\n", 4,
	     "unit: write one text, or {ru: ..., en: ...}"},
	    {"source: a\nfields:\n  - name: a\n  - name: b\n    unit:\n      ru: [a]\n", 5,
	     "unit: write one text, or {ru: ..., en: ...}"},
	    {"source: a\nfields:\n  - name: a\n    unit: [a, b]\n", 4,
	     "unit: write one text, or {ru: ..., en: ...}"},
	    {"source: a\nunit: m\nfields:\n  - name: a\n", 2, "unknown key \"unit\": remove it"},
	    {"source: a\nfields:\n  - name: a\n    sum: all\n", 4, "sum \"all\": write true or false"},
	    {"source: a\nfields:\n  - {name: a, type: text}\n  - name: b\n    type: txt\n", 5,
	     "field \"b\": unknown type \"txt\": did you mean \"text\"?"},
	    {"source: a\nfields:\n  - name: b\n    type: varchar\n", 4,
	     "field \"b\": unknown type \"varchar\": write bool, integer, real, text, date, time, datetime "
	     "or json"},
	    {"source: a\nfields:\n  - name: a\n  - name: a\n", 4, "field \"a\" is described twice: keep one"},
	    {"source: a\nfields:\n  - name: a\n    codes:\n      - {value: 1}\n      - {value: 1}\n", 6,
	     "field \"a\": code \"1\" stands twice: keep one"},
	    {"source: a\nzoom:\n  min: 9\n  max: 4\n", 2,
	     "zoom: min 9 and max 4: write 0 <= min <= max <= 22"},
	    {"source: a\nzoom: {max: 23}\n", 2, "zoom: min 0 and max 23: write 0 <= min <= max <= 22"},
	    {"source: a\nrole: projekt\n", 2, "unknown role \"projekt\": did you mean \"project\"?"},
	    {"source: a\nrole: tree\n", 2, "unknown role \"tree\": write project, permit, camera or sensor"},
	    {"source: a\ntheme: trasport\n", 2, "unknown theme \"trasport\": did you mean \"transport\"?"},
	    {"source: a\ntheme: water\n", 2,
	     "unknown theme \"water\": add it to themes: in map.yaml, or write transport, housing from "
	     "there"},
	    {"source: a\nopen_options:\n  - A=1\n  - B\n", 4, "open_options: \"B\": write NAME=VALUE"},
	    {"source: a\nencoding: CP12511\n", 2,
	     "encoding \"CP12511\" is not known: write CP1251, CP866, KOI8-R or UTF-8"},
	    {"source: a\ndriver: ESRI Shapfile\n", 2,
	     "driver \"ESRI Shapfile\" is not on the list of allowed ones: did you mean \"ESRI "
	     "Shapefile\"?"},
	    {"source: a\nstyle: {kind: blob}\n", 2,
	     "style kind \"blob\": write fill, line, circle or symbol"},
	    {"source: a\nstyle:\n  color: #abc\n", 3, /* a comment to YAML */
	     "color \"\": write it as \"#d8c8b0\", with the quotes, or as a name such as steelblue"},
	    {"source: a\nstyle:\n  kind: line\n  width: wide\n", 4,
	     "width \"wide\": write a number of pixels from 0 to 100"},
	    {"source: a\ncrs: MSK-48\n", 2,
	     "crs \"MSK-48\": names no zone, and Ukrainian systems bear such names too; write MSK48_1 or "
	     "MSK48_2"},
	    {"source: a\ncrs: no.prj\n", 2,
	     "crs file \"no.prj\": cannot be opened: No such file or directory"},
	};

	CHECK(*state, rows);
}

static void tiles_stand_for_a_source_and_alone(void **state)
{
	static const struct bad rows[] = {
	    {"source: a\ntiles: a.pmtiles\n", 2, "source and tiles exclude each other: keep one"},
	    {"source: a.pmtiles\n", 1,
	     "source \"layers/a.pmtiles\" is an archive of tiles: write tiles: in place of source:"},
	    {"title: {ru: a}\ntiles: a.geojson\n", 2,
	     "tiles \"layers/a.geojson\": write a .pmtiles or .mbtiles file; other data go to source:"},
	    {"tiles: https://example.org/a.pmtiles\n", 1,
	     "tiles \"https:...\" is no path of a file: nothing is fetched from a "
	     "network, "
	     "copy the archive here"},
	    {"tiles: /vsicurl/a.pmtiles\n", 1,
	     "tiles \"/vsicurl/...\" is no path of a file: nothing is fetched from a network, copy the "
	     "archive here"},
	    {"tiles: PG:a.pmtiles\n", 1,
	     "tiles \"PG:...\" is no path of a file: nothing is fetched from a network, copy the "
	     "archive "
	     "here"},
	    {"tiles: a.pmtiles\nzoom: {max: 4}\ncrs: EPSG:4326\n", 3,
	     "crs: is of no use beside tiles, which are served as they are: remove it"},
	    {"tiles: a.pmtiles\nfields: [{name: a}]\n", 2,
	     "fields: is of no use beside tiles, which are served as they are: remove it"},
	    {"tiles: a.mbtiles\ncluster: {radius: 40}\n", 2,
	     "cluster: is of no use beside tiles, which are served as they are: remove it"},
	    {"tiles:\n", 1, "tiles: nothing is written there: write one text, in quotes if it begins with #"},
	};
	static const char good[] = "title: {ru: а}\ntiles: ../data/a.pmtiles\nzoom: {max: 9}\nlicense: ODbL\n"
				   "theme: transport\nstyle: {color: steelblue}\n";
	struct feed *f = *state;
	struct mm_layer_def d = {0};
	struct mm_err err = {0};

	CHECK(f, rows);
	if (parse(f, good, sizeof(good) - 1, &d, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_true(d.is_tiles && d.source_is_path && d.max_zoom == 9);
	assert_string_equal(d.source, "layers/../data/a.pmtiles");
	assert_int_equal(d.source_line, 2);
}

static void a_raster_stands_for_a_source_and_alone(void **state)
{
	static const struct bad bad[] = {
	    {"source: a\nraster: a.tif\n", 2, "source and raster exclude each other: keep one"},
	    {"tiles: a.pmtiles\nraster: a.tif\n", 2, "tiles and raster exclude each other: keep one"},
	    {"raster: a.tif\nfields: []\nid_field: x\n", 3,
	     "id_field: is of no use beside raster, which has no features: remove it"},
	    {"raster: a.tif\nstyle: {color: \"#fff\"}\n", 2,
	     "style: is of no use beside raster, which has no features: remove it"},
	    {"raster: https://example.org/a.tif\n", 1,
	     "is no path of a file: nothing is fetched from a network"},
	    {"raster: /vsicurl/http://example.org/a.tif\n", 1, "is no path of a file"},
	    {"raster: a.vrt\n", 1, "is of no known kind: write a file with one of the extensions tif, tiff"},
	    {"raster: a.tif\nopacity: 0\n", 2, "opacity: write a number above 0, at most 1"},
	    {"raster: a.tif\nopacity: 1.5\n", 2, "opacity: write a number above 0, at most 1"},
	    {"raster: a.tif\nvisible: perhaps\n", 2, "visible \"perhaps\": write true or false"},
	    {"raster: a.tif\nrange: [5, 5]\n", 2, "range: write [BLACK, WHITE], the smaller number first"},
	    {"raster: a.tif\ncrs: nowhere\n", 2, "nowhere"},
	    {"source: a.shp\nopacity: 0.5\n", 2, "opacity: is said of a raster: only: remove it"},
	};
	struct feed *f = *state;
	struct mm_layer_def d;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct mm_err err = {0};
		char where[40];

		(void)snprintf(where, sizeof(where), "layers/x.yaml:%u", bad[i].line);
		assert_int_equal(parse(f, bad[i].yaml, strlen(bad[i].yaml), &d, &err), MM_E_INVALID);
		assert_string_equal(err.where, where);
		if (!strstr(err.msg, bad[i].msg))
			fail_msg("\"%s\" does not say \"%s\"", err.msg, bad[i].msg);
	}
}

static void a_raster_has_all_it_says_and_defaults(void **state)
{
	static const char full[] = "raster: ../o.tif\ncrs: MSK48_1\nopacity: 0.7\nvisible: true\n"
				   "range: [100, 3000]\nzoom: {min: 10, max: 19}\n";
	struct feed *f = *state;
	struct mm_layer_def d;

	assert_int_equal(parse(f, full, sizeof(full) - 1, &d, NULL), MM_OK);
	assert_true(d.is_raster && !d.is_tiles && d.source_is_path && d.is_visible && d.has_range);
	assert_string_equal(d.source, "layers/../o.tif");
	assert_string_equal(d.crs, "MSK48_1");
	assert_true(d.opacity == 0.7 && d.range[0] == 100 && d.range[1] == 3000);
	assert_true(d.min_zoom == 10 && d.max_zoom == 19 && d.source_line == 1);
	assert_int_equal(parse(f, "raster: o.jpg\n", 14, &d, NULL), MM_OK);
	assert_true(d.opacity == 1 && !d.is_visible && !d.has_range);
}

static void what_is_no_plain_yaml_is_refused(void **state)
{
	static const struct bad rows[] = {
	    {"source: a\nfields:\n\t- name: a\n", 3, "a tab indents this line: write spaces"},
	    {"source: a\nid: *x\n", 2,
	     "anchors and aliases (&name, *name) are not read here: write the value out, in quotes if it "
	     "begins with & or *"},
	    {"source: a\nzoom: &z {min: 1}\n", 2,
	     "anchors and aliases (&name, *name) are not read here: write the value out, in quotes if it "
	     "begins with & or *"},
	    {"source: a\ntable: b\nsource: c\n", 3, "key \"source\" stands twice, first in line 1: keep one"},
	    {"source: a\nfields:\n  - name: a\n    name: b\n", 4,
	     "key \"name\" stands twice, first in line 3: keep one"},
	    {"source: a\n---\nsource: b\n", 2, "a second document (---) begins: write one file a layer"},
	    {"source: a\ntable: \"a\\0b\"\n", 2, "a text holds the character U+0000: remove it"},
	    {"source: a\n? [b]\n: c\n", 2, "a key must be a word"},
	    {"source: \"a\n", 2,
	     "not YAML: found unexpected end of stream: check indentation, brackets and quotes (a text with "
	     "# or : in it needs them)"},
	    {"source: a\ntitle: {ru: \xcf\xf0\xe8}\n", 2, "not UTF-8: save the file as UTF-8"},
	    {"id: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\n", 1, "nested too deep: unfold it"},
	};

	CHECK(*state, rows);
}

static void a_huge_file_is_no_layer(void **state)
{
	struct feed *f = *state;
	size_t n = (1u << 20) + 1;
	char *text = malloc(n);
	struct mm_layer_def d;
	struct mm_err err = {0};

	assert_non_null(text);
	memset(text, '#', n);
	assert_int_equal(parse(f, text, n, &d, &err), MM_E_LIMIT);
	assert_string_equal(err.where, "layers/x.yaml");
	/* 1 MiB of keys: refused without much ado */
	for (size_t i = 0; i + 5 <= n - 1; i += 5)
		(void)sprintf(text + i, "[a],\n");
	err = (struct mm_err){0};
	assert_int_equal(parse(f, text, n - 2, &d, &err), MM_E_INVALID);
	free(text);
}

static void a_long_path_keeps_its_end_and_the_line(void **state)
{
	struct feed *f = *state;
	struct mm_map_def map = map_with_themes(f->dir);
	struct mm_layer_def d;
	struct mm_err err = {0};
	char path[600] = "/";

	for (int i = 0; i < 30; i++)
		(void)strcat(path, "длинная/");
	(void)strcat(path, "x.yaml");
	assert_int_equal(mm_layer_def_parse(&map, path, "sql: 1\n", 7, &f->mem, &d, &err), MM_E_INVALID);
	assert_non_null(strstr(err.where, "/x.yaml:1"));
	assert_int_equal(mm_text_utf8_valid(err.where, strlen(err.where)), strlen(err.where));
}

static void a_full_file_gives_all_it_says(void **state)
{
	static const char yaml[] =
	    "\xef\xbb\xbf# with a mark, and lines as Windows ends them\r\n"
	    "id: cams\r\n"
	    "title: {ru: Камеры, en: Cameras}\r\n"
	    "description:\r\n  ru: Где стоят\r\n"
	    "source: ../data/cams.shp\r\n"
	    "driver: ESRI Shapefile\r\n"
	    "table: cams\r\n"
	    "open_options: [A=1, B=]\r\n"
	    "crs: MSK48_1\r\n"
	    "encoding: CP1251\r\n"
	    "swap_axes: yes\r\n"
	    "point: {x: e, y: n}\r\n"
	    "id_field: no\r\n"
	    "fields:\r\n"
	    "  - name: state\r\n    column: STATE\r\n    type: text\r\n    unit: шт\r\n"
	    "    title: {ru: Состояние}\r\n    hidden: false\r\n"
	    "    codes:\r\n      - {value: 01, title: {en: On}}\r\n"
	    "  - {name: key, hidden: true, sum: true, unit: {ru: чел., en: people}}\r\n"
	    "theme: transport\r\n"
	    "zoom: {min: 10, max: 18}\r\n"
	    "style: {kind: circle, color: '#8020a0', label: \"a\\\"b\", width: 2.5}\r\n"
	    "owner: {en: City}\r\nlicense: CC0\r\n";
	struct mm_layer_def d = parsed(*state, yaml);

	assert_string_equal(d.id, "cams");
	assert_string_equal(d.file, "layers/x.yaml");
	assert_string_equal(d.title.ru, "Камеры");
	assert_string_equal(d.title.en, "Cameras");
	assert_string_equal(d.description.ru, "Где стоят");
	assert_string_equal(d.description.en, "");
	assert_string_equal(d.source, "layers/../data/cams.shp");
	assert_true(d.source_is_path);
	assert_string_equal(d.driver, "ESRI Shapefile");
	assert_string_equal(d.table, "cams");
	assert_int_equal(d.open_option_count, 2);
	assert_string_equal(d.open_options[1], "B=");
	assert_string_equal(d.crs, "MSK48_1");
	assert_string_equal(d.encoding, "CP1251");
	assert_true(d.swap_axes);
	assert_string_equal(d.point_x, "e");
	assert_string_equal(d.point_y, "n");
	assert_string_equal(d.id_field, "no");
	assert_int_equal(d.field_count, 2);
	assert_string_equal(d.field[0].column, "STATE");
	assert_string_equal(d.field[0].type, "text");
	assert_string_equal(d.field[0].unit.ru, "шт");
	assert_string_equal(d.field[0].unit.en, "шт");
	assert_string_equal(d.field[1].unit.ru, "чел.");
	assert_string_equal(d.field[1].unit.en, "people");
	assert_false(d.field[0].hidden);
	assert_int_equal(d.field[0].code_count, 1);
	assert_string_equal(d.field[0].codes[0].value, "01");
	assert_string_equal(d.field[0].codes[0].title.en, "On");
	assert_string_equal(d.field[1].column, "key");
	assert_true(d.field[1].hidden);
	assert_true(d.field[1].is_summed);
	assert_false(d.field[0].is_summed);
	assert_string_equal(d.theme, "transport");
	assert_int_equal(d.min_zoom, 10);
	assert_int_equal(d.max_zoom, 18);
	assert_string_equal(
	    d.style_json,
	    "{\"kind\":\"circle\",\"color\":\"#8020a0\",\"label\":\"a\\\"b\",\"width\":\"2.5\"}");
	assert_string_equal(d.owner.en, "City");
	assert_string_equal(d.license, "CC0");
	assert_int_equal(d.source_line, 6);
	assert_int_equal(d.table_line, 8);
	assert_int_equal(d.crs_line, 10);
}

static void a_short_file_has_defaults(void **state)
{
	struct mm_layer_def d = parsed(*state, "source: PG:dbname=city\n");

	assert_string_equal(d.id, "x");
	assert_string_equal(d.source, "PG:dbname=city");
	assert_false(d.source_is_path);
	assert_string_equal(d.title.ru, "");
	assert_string_equal(d.crs, "");
	assert_string_equal(d.crs_file, "");
	assert_string_equal(d.style_json, "{}");
	assert_int_equal(d.field_count, 0);
	assert_int_equal(d.min_zoom, 0);
	assert_int_equal(d.max_zoom, 22);
	assert_int_equal(d.crs_line, 0);
	assert_string_equal(parsed(*state, "source: /data/a.shp\n").source, "/data/a.shp");
	assert_string_equal(parsed(*state, "source: a\nstyle: {color: 'rgba(1, 2, 3, 0.5)'}\n").style_json,
			    "{\"color\":\"rgba(1, 2, 3, 0.5)\"}");
}

static void a_file_without_a_good_name_needs_an_id(void **state)
{
	static const char *const names[] = {"layers/Камеры.yaml", "x y", "", "A.yaml", ".yaml"};
	struct feed *f = *state;
	struct mm_map_def map = map_with_themes(f->dir);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct mm_layer_def d;
		struct mm_err err = {0};

		assert_int_equal(mm_layer_def_parse(&map, names[i], "source: a\n", 10, &f->mem, &d, &err),
				 MM_E_INVALID);
		assert_string_equal(err.msg, "the file's name is no id: add id: with 1 to 64 small Latin "
					     "letters, digits, _ or -");
		assert_int_equal(
		    mm_layer_def_parse(&map, names[i], "source: a\nid: b\n", 16, &f->mem, &d, NULL), MM_OK);
	}
}

static void a_crs_may_stand_in_a_file(void **state)
{
	struct feed *f = *state;
	struct mm_map_def map = map_with_themes(f->dir);
	const char *yaml = "source: a\ncrs: moscow.PRJ\n";
	struct mm_layer_def d, again;
	struct mm_err err = {0};

	feed_write(
	    f, "moscow.PRJ",
	    "\xef\xbb\xbfPROJCS[\"x\",GEOGCS[\"y\",DATUM[\"WGS_1984\",SPHEROID[\"WGS "
	    "84\",6378137,298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]]"
	    ",PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"central_meridian\",39],PARAMETER[\"false_"
	    "easting\",500000],PARAMETER[\"scale_factor\",0.9996],PARAMETER[\"latitude_of_origin\",0],"
	    "PARAMETER[\"false_northing\",0],UNIT[\"metre\",1]]\n");
	if (mm_layer_def_parse(&map, feed_path(f, "x.yaml"), yaml, strlen(yaml), &f->mem, &d, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_string_equal(d.crs_file, feed_path(f, "moscow.PRJ"));
	assert_memory_equal(d.crs, "PROJCS[", 7);
	feed_write(f, "moscow.PRJ", "EPSG:32637");
	assert_int_equal(
	    mm_layer_def_parse(&map, feed_path(f, "x.yaml"), yaml, strlen(yaml), &f->mem, &again, NULL),
	    MM_OK);
	assert_true(again.hash != d.hash); /* the file counts */
	feed_write(f, "moscow.PRJ", "");
	assert_int_equal(
	    mm_layer_def_parse(&map, feed_path(f, "x.yaml"), yaml, strlen(yaml), &f->mem, &again, &err),
	    MM_E_INVALID);
	assert_string_equal(err.msg, "crs file \"moscow.PRJ\": is empty");
	feed_write(f, "moscow.PRJ", "no system");
	err = (struct mm_err){0};
	assert_int_equal(
	    mm_layer_def_parse(&map, feed_path(f, "x.yaml"), yaml, strlen(yaml), &f->mem, &again, &err),
	    MM_E_INVALID);
	assert_memory_equal(err.msg, "crs file \"moscow.PRJ\": ", 22);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(unknown_keys_get_the_nearest_known_one),
	    TEST(values_of_the_wrong_kind_show_the_right_form),
	    TEST(values_that_make_no_sense_are_refused_in_their_line),
	    TEST(tiles_stand_for_a_source_and_alone),
	    TEST(a_raster_stands_for_a_source_and_alone),
	    TEST(a_raster_has_all_it_says_and_defaults),
	    TEST(what_is_no_plain_yaml_is_refused),
	    TEST(a_huge_file_is_no_layer),
	    TEST(a_long_path_keeps_its_end_and_the_line),
	    TEST(a_full_file_gives_all_it_says),
	    TEST(a_short_file_has_defaults),
	    TEST(a_file_without_a_good_name_needs_an_id),
	    TEST(a_crs_may_stand_in_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
