#include "feed_fixture.h"

#include "base/text.h"
#include "feed/definition.h"

/* The words of every fault in a layer file or a map.yaml, and what a good one means. */

struct bad {
	const char *yaml;
	unsigned line; /* 0: the file as a whole */
	const char *msg;
};

static const struct mm_theme_def themes[] = {{"transport", {"", ""}}, {"housing", {"", ""}}};

static struct mm_map_def map_with_themes(const char *dir)
{
	return (struct mm_map_def){.dir = dir,
				   .file = "",
				   .theme = (struct mm_theme_def *)(uintptr_t)themes,
				   .theme_count = sizeof(themes) / sizeof(themes[0])};
}

static enum mm_code parse(struct feed *f, const char *yaml, size_t n, struct mm_layer_def *ret,
			  struct mm_err *err)
{
	struct mm_map_def map = map_with_themes(f->dir);

	return mm_layer_def_parse(&map, "layers/x.yaml", yaml, n, &f->mem, ret, err);
}

static struct mm_layer_def parsed(struct feed *f, const char *yaml)
{
	struct mm_layer_def d = {0};
	struct mm_err err = {0};

	if (parse(f, yaml, strlen(yaml), &d, &err))
		fail_msg("%s: %s\n%s", err.where, err.msg, yaml);
	return d;
}

static void check_error(const struct mm_err *err, const char *file, const struct bad *b)
{
	char where[256];

	if (b->line)
		(void)snprintf(where, sizeof(where), "%s:%u", file, b->line);
	else
		(void)snprintf(where, sizeof(where), "%s", file);
	if (strcmp(err->where, where) != 0 || strcmp(err->msg, b->msg) != 0)
		fail_msg("\n%s\nsaid   %s: %s\nwanted %s: %s", b->yaml, err->where, err->msg, where, b->msg);
}

static void check_layers(struct feed *f, const struct bad *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct mm_layer_def d = {.id = "untouched"};
		struct mm_err err = {0};

		assert_int_equal(parse(f, rows[i].yaml, strlen(rows[i].yaml), &d, &err), MM_E_INVALID);
		check_error(&err, "layers/x.yaml", &rows[i]);
		assert_string_equal(d.id, "untouched");
	}
}

#define CHECK(f, rows) check_layers(f, rows, sizeof(rows) / sizeof(rows[0]))

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
	     "source \"a.pmtiles\" is an archive of tiles: write tiles: in place of source:"},
	    {"title: {ru: a}\ntiles: a.geojson\n", 2,
	     "tiles \"layers/a.geojson\": write a .pmtiles or .mbtiles file; other data go to source:"},
	    {"tiles: https://example.org/a.pmtiles\n", 1,
	     "tiles \"https://example.org/a.pmtiles\" is no path of a file: nothing is fetched from a "
	     "network, "
	     "copy the archive here"},
	    {"tiles: /vsicurl/a.pmtiles\n", 1,
	     "tiles \"/vsicurl/a.pmtiles\" is no path of a file: nothing is fetched from a network, copy the "
	     "archive here"},
	    {"tiles: PG:a.pmtiles\n", 1,
	     "tiles \"PG:a.pmtiles\" is no path of a file: nothing is fetched from a network, copy the "
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

static void check_names(const struct mm_names *names, const char *first, const char *last, size_t count)
{
	assert_int_equal(names->count, count);
	assert_string_equal(names->name[0], first);
	assert_string_equal(names->name[count - 1], last);
}

static void what_is_drawn_at_small_zooms_may_be_said(void **state)
{
	struct mm_layer_def d =
	    parsed(*state, "source: a\n"
			   "coverage: yes\n"
			   "importance: {field: class, order: [trunk, 2, lane]}\n"
			   "fields: [{name: note, min_zoom: 14}, {name: class}]\n"
			   "cluster:\n"
			   "  radius: 512\n  max_zoom: 12\n"
			   "  radii: [{max_zoom: 0, radius: 80}, {max_zoom: 11, radius: 1}]\n"
			   "  sum: [places, cars]\n  min: [height]\n  max: [height]\n"
			   "  worst: {field: state, order: [fault, off]}\n");
	const struct mm_generalize *g = &d.generalize;

	assert_true(g->is_coverage);
	assert_string_equal(g->importance_field, "class");
	check_names(&g->importance_order, "trunk", "lane", 3);
	assert_string_equal(g->importance_order.name[1], "2");
	assert_int_equal(d.field[0].min_zoom, 14);
	assert_int_equal(d.field[1].min_zoom, 0);
	assert_int_equal(g->cluster_px, 512);
	assert_int_equal(g->cluster_zoom, 12);
	assert_int_equal(g->cluster_radius_count, 2);
	assert_int_equal(mm_generalize_cluster_px(g, 0), 80);
	assert_int_equal(mm_generalize_cluster_px(g, 1), 1);
	assert_int_equal(mm_generalize_cluster_px(g, 11), 1);
	assert_int_equal(mm_generalize_cluster_px(g, 12), 512);
	check_names(&g->sum, "places", "cars", 2);
	check_names(&g->min, "height", "height", 1);
	check_names(&g->max, "height", "height", 1);
	assert_string_equal(g->worst_field, "state");
	check_names(&g->worst_order, "fault", "off", 2);
}

static void what_is_drawn_at_small_zooms_has_defaults(void **state)
{
	struct mm_layer_def d = parsed(*state, "source: a\n");

	assert_false(d.generalize.is_coverage);
	assert_string_equal(d.generalize.importance_field, "");
	assert_string_equal(d.generalize.worst_field, "");
	assert_int_equal(d.generalize.cluster_px, 0);
	d = parsed(*state, "source: a\ncoverage: false\nimportance: {field: n}\ncluster: {max_zoom: 16}\n");
	assert_false(d.generalize.is_coverage);
	assert_string_equal(d.generalize.importance_field, "n");
	assert_int_equal(d.generalize.importance_order.count, 0);
	assert_int_equal(d.generalize.cluster_px, 40);
	assert_int_equal(d.generalize.cluster_zoom, 16);
	assert_int_equal(d.generalize.cluster_radius_count, 0);
	assert_int_equal(mm_generalize_cluster_px(&d.generalize, 16), 40);
	d = parsed(*state, "source: a\ncluster: {radii: [{max_zoom: 8, radius: 80}]}\n");
	assert_int_equal(mm_generalize_cluster_px(&d.generalize, 8), 80);
	assert_int_equal(mm_generalize_cluster_px(&d.generalize, 9), 40);
	d = parsed(*state, "source: a\ncluster: {max_zoom: 16}\n");
	assert_int_equal(d.generalize.sum.count, 0);
	assert_string_equal(d.generalize.importance_expression, "");
	d = parsed(*state, "source: a\nimportance:\n  expression: >\n    lanes *\n    2\n");
	assert_string_equal(d.generalize.importance_field, "");
	assert_string_equal(d.generalize.importance_expression, "lanes * 2\n");
	d = parsed(*state, "source: a\ncluster: {radius: 1}\n");
	assert_int_equal(d.generalize.cluster_px, 1);
	assert_int_equal(d.generalize.cluster_zoom, 13);
}

static void what_is_drawn_at_small_zooms_is_refused_in_its_line(void **state)
{
	static const struct bad rows[] = {
	    {"source: a\ncoverage: maybe\n", 2, "coverage \"maybe\": write true or false"},
	    {"source: a\ncovrage: true\n", 2, "unknown key \"covrage\": did you mean \"coverage\"?"},
	    {"source: a\ncluster:\n  radius: 0\n", 3, "radius 0: write pixels, 1 to 512"},
	    {"source: a\ncluster:\n  max_zoom: 3\n  radius: 513\n", 4, "radius 513: write pixels, 1 to 512"},
	    {"source: a\ncluster:\n  radius: wide\n", 3, "radius: write a whole number, 0 or more"},
	    {"source: a\ncluster:\n  radius: 4294967296\n", 3, "radius: write a whole number, 0 or more"},
	    {"source: a\ncluster:\n  max_zoom: 17\n", 3, "max_zoom 17: write 0 to 16"},
	    {"source: a\ncluster:\n  max_zoom: -1\n", 3, "max_zoom: write a whole number, 0 or more"},
	    {"source: a\ncluster:\n  radii:\n  - {max_zoom: 8, radius: 0}\n", 4,
	     "radius 0: write pixels, 1 to 512"},
	    {"source: a\ncluster:\n  radii:\n  - {max_zoom: 8, radius: 9}\n  - max_zoom: 9\n    radius: "
	     "513\n",
	     6, "radius 513: write pixels, 1 to 512"},
	    {"source: a\ncluster:\n  radii:\n  - {max_zoom: 8, radius: 9}\n  - {max_zoom: 8, radius: 8}\n", 5,
	     "radii: max_zoom 8 comes after 8: write the lowest zoom first, each once"},
	    {"source: a\ncluster:\n  max_zoom: 7\n  radii:\n  - {max_zoom: 7, radius: 9}\n", 5,
	     "radii: max_zoom 7: write less than that of the cluster (7), up to which its radius holds"},
	    {"source: a\ncluster:\n  radii:\n  - {max_zoom: 8}\n", 4, "key \"radius\" is missing: add it"},
	    {"source: a\ncluster:\n  radii: 80\n", 3,
	     "radii: write a list, each entry as - {max_zoom: ..., radius: ...}"},
	    {"source: a\ncluster:\n  raduis: 5\n", 3, "unknown key \"raduis\": did you mean \"radius\"?"},
	    {"source: a\ncluster:\n  sum: places\n", 3, "sum: write a list: [..., ...]"},
	    {"source: a\ncluster:\n  worst: {field: a}\n", 3, "key \"order\" is missing: add it"},
	    {"source: a\ncluster:\n  worst: {order: [a]}\n", 3, "key \"field\" is missing: add it"},
	    {"source: a\nimportance:\n  order: [a]\n", 2, "importance: add field: or expression:"},
	    {"source: a\nimportance:\n  field: a\n  expression: a\n", 4,
	     "importance: field and expression: leave one of them"},
	    {"source: a\nimportance:\n  expression: a\n  order: [a]\n", 4,
	     "importance.order: is of the values of a field: write CASE in the expression instead"},
	    {"source: a\nimportance:\n  expression: a *\n", 3,
	     "importance.expression: near \")\": syntax error: write one SQL expression, such as \"lanes * "
	     "2\""},
	    {"source: a\nimportance:\n  expression: readfile('/etc/passwd')\n", 3,
	     "importance.expression: no such function: readfile: write one SQL expression, such as \"lanes * "
	     "2\""},
	    {"source: a\nimportance:\n  expression: ''\n", 3,
	     "expression: nothing is written there: write one text, in quotes if it begins with #"},
	    {"source: a\nimportance: {field: a, ordr: [b]}\n", 2,
	     "unknown key \"ordr\": did you mean \"order\"?"},
	    {"source: a\nradius: 40\n", 2, "unknown key \"radius\": remove it"},
	    {"source: a\nfields:\n  - name: a\n    min_zoom: 23\n", 4, "min_zoom 23: write 0 to 22"},
	};

	CHECK(*state, rows);
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

static void a_map_file_says_what_is_wrong(void **state)
{
	static const struct bad rows[] = {
	    {"sever: {}\n", 1, "unknown key \"sever\": did you mean \"server\"?"},
	    {"server:\n  prot: 1\n", 2, "unknown key \"prot\": did you mean \"port\"?"},
	    {"title: X\n", 1, "title: write {ru: ..., en: ...}"},
	    {"server:\n  port: 65536\n", 2, "port: write a number from 1 to 65535"},
	    {"server:\n  port: x\n", 2, "port: write a whole number, 0 or more"},
	    {"server:\n  port: 99999999999999999999\n", 2, "port: write a whole number, 0 or more"},
	    {"server:\n  threads: 257\n", 2, "threads: write a number from 1 to 256"},
	    {"server:\n  max_connections: 100001\n", 2, "max_connections: write a number up to 100000"},
	    {"server:\n  public_url: example.ru\n", 2,
	     "public_url: write an address that begins with https:// or http://"},
	    {"server:\n  trusted_proxies:\n    - 127.0.0.1\n    - me\n", 4,
	     "trusted_proxies \"me\": write an address such as 127.0.0.1 or a block such as 10.0.0.0/8"},
	    {"server: {trusted_proxies: [10.0.0.0/33]}\n", 1,
	     "trusted_proxies \"10.0.0.0/33\": write an address such as 127.0.0.1 or a block such as "
	     "10.0.0.0/8"},
	    {"view: {center: [1], zoom: 3}\n", 1, "center: write a list of 2 in brackets"},
	    {"view: {center: [1, 2, 3], zoom: 3}\n", 1, "center: write a list of 2 in brackets"},
	    {"view:\n  center: [200, 3]\n  zoom: 3\n", 2, "center: write [longitude, latitude] in degrees"},
	    {"view:\n  center: [1, nan]\n  zoom: 3\n", 2, "center: write [longitude, latitude] in degrees"},
	    {"view:\n  center: [1, 3]\n  zoom: 23\n", 3, "zoom: write a number from 0 to 22"},
	    {"view: {center: [1, 3]}\n", 1, "key \"zoom\" is missing: add it"},
	    {"title: {ru: a}\ncrs: EPSG:4326\n", 2,
	     "crs: the map's own system must be in metres, such as MSK48_1 or EPSG:32637"},
	    {"themes:\n  - id: a\n  - id: B\n", 3,
	     "theme id \"B\": write 1 to 64 small Latin letters, digits, _ or -"},
	    {"themes:\n  - id: a\n  - id: a\n", 3, "theme \"a\" stands twice: keep one"},
	    {"allow: /tmp\n", 1, "allow: write a list: [..., ...]"},
	    {"crs: MSK48_1\ngrids:\n  - id: a/b\n", 3,
	     "grid id \"a/b\": write 1 to 64 Latin letters, digits, _ or -"},
	    {"crs: MSK48_1\ngrids:\n  - scale: 100\n", 3,
	     "grid id \"\": write 1 to 64 Latin letters, digits, _ or -"},
	    {"crs: MSK48_1\ngrids: [{id: WebMercatorQuad}]\n", 2,
	     "grid \"WebMercatorQuad\" is there already: give it another id"},
	    {"crs: MSK48_1\ngrids:\n  - id: a\n  - id: a\n", 4,
	     "grid \"a\" is there already: give it another id"},
	    {"grids:\n  - id: a\n", 2, "a grid needs a system: write crs: MSK48_1 here or for the whole map"},
	    {"crs: MSK48_1\ngrids:\n  - id: a\n    scale: 0\n", 4, "scale: write a number above 0"},
	    {"crs: MSK48_1\ngrids:\n  - id: a\n    cell: nan\n", 4, "cell: write a number above 0"},
	    {"crs: MSK48_1\ngrids:\n  - id: a\n    scale: 1\n    cell: 1\n", 5,
	     "cell and scale say the same: keep one of them"},
	    {"crs: MSK48_1\ngrids:\n  - id: a\n    tile: 5000\n", 4,
	     "tile: write the cells of its side, 1 to 4096, usually 256 or 512"},
	    {"crs: MSK48_1\ngrids:\n  - id: a\n    matrices: 33\n", 4,
	     "matrices: write a number from 1 to 32"},
	    {"crs: MSK48_1\ngrids:\n  - id: a\n    origin: [1, nan]\n", 4,
	     "origin: write the top left corner as [east, north]"},
	    {"crs: MSK48_1\ngrids:\n  - id: a\n    axes: yx\n", 4,
	     "axes \"yx\": write east-north or north-east"},
	    {"grids:\n  - file: bad-grid.json\n", 2,
	     "grid file \"bad-grid.json\": crs is not a URI: write crs: beside file: in map.yaml"},
	    {"grids:\n  - file: bad-grid.json\n    scale: 5\n", 2,
	     "a grid from a file is as the file says: leave only id, title and crs beside it"},
	    {"", 0, "empty: remove it, or write at least title: {ru: ..., en: ...}"},
	};
	struct feed *f = *state;

	feed_write(f, "bad-grid.json", "{}");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_map_def m = {.dir = "untouched"};
		struct mm_err err = {0};

		feed_write(f, "map.yaml", rows[i].yaml);
		assert_int_equal(mm_map_def_read(f->dir, &f->mem, &m, &err), MM_E_INVALID);
		check_error(&err, feed_path(f, "map.yaml"), &rows[i]);
		assert_string_equal(m.dir, "untouched");
	}
}

static void a_map_file_gives_all_it_says(void **state)
{
	struct feed *f = *state;
	struct mm_map_def m;
	struct mm_err err = {0};

	feed_run(f, "mkdir data");
	feed_write(f, "map.yaml",
		   "title: {ru: Город, en: Town}\ndescription: {en: d}\nattribution: {en: a}\ncrs: MSK48_1\n"
		   "allow: [data, /not/there, 'PG:dbname=x']\nview: {center: [39.1, 52.4], zoom: 12.5}\n"
		   "cache: data/cache\nthemes:\n  - id: a\n    title: {ru: А}\nserver:\n  port: 8080\n"
		   "  bind: 127.0.0.1\n  threads: 2\n  public_url: https://x.ru/k\n"
		   "  trusted_proxies: [127.0.0.1, 10.0.0.0/8, '::1', 'fd00::/8']\n  max_connections: 9\n");
	if (mm_map_def_read(f->dir, &f->mem, &m, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_string_equal(m.title.ru, "Город");
	assert_string_equal(m.crs, "MSK48_1");
	assert_string_equal(m.cache, feed_path(f, "data/cache"));
	assert_int_equal(m.allow_count, 4);
	assert_string_equal(m.allow[0], f->dir);
	assert_string_equal(m.allow[1], feed_path(f, "data"));
	assert_string_equal(m.allow[2], "/not/there");
	assert_string_equal(m.allow[3], "PG:dbname=x");
	assert_true(m.has_view && m.view_lon_deg == 39.1 && m.view_lat_deg == 52.4 && m.view_zoom == 12.5);
	assert_int_equal(m.theme_count, 1);
	assert_string_equal(m.theme[0].title.ru, "А");
	assert_int_equal(m.server.port, 8080);
	assert_int_equal(m.server.trusted_proxy_count, 4);
	assert_string_equal(m.server.trusted_proxies[3], "fd00::/8");
	assert_int_equal(m.server.max_connections, 9);
}

static void what_a_map_file_says_of_the_server_leaves_the_rest_at_its_defaults(void **state)
{
	static const struct {
		const char *yaml;
		unsigned cache_mb, kb;
	} rows[] = {
	    {"title: {en: T}\n", MM_DEF_TILE_CACHE_MB, MM_DEF_TILE_KB},
	    {"title: {en: T}\nserver: {port: 8080}\n", MM_DEF_TILE_CACHE_MB, MM_DEF_TILE_KB},
	    {"title: {en: T}\nserver: {tile_cache_mb: 0}\n", 0, MM_DEF_TILE_KB},
	    {"title: {en: T}\nserver: {tile_kb: 90}\n", MM_DEF_TILE_CACHE_MB, 90},
	};
	struct feed *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_map_def m;
		struct mm_err err = {0};

		feed_write(f, "map.yaml", rows[i].yaml);
		if (mm_map_def_read(f->dir, &f->mem, &m, &err))
			fail_msg("%s: %s", err.where, err.msg);
		assert_int_equal(m.server.tile_cache_mb, rows[i].cache_mb);
		assert_int_equal(m.server.tile_kb, rows[i].kb);
	}
}

/* A set in UTM with so many rows. */
static void write_grid(struct feed *f, int rows)
{
	char text[500];

	(void)snprintf(text, sizeof(text),
		       "{\"id\":\"Theirs\",\"crs\":\"http://www.opengis.net/def/crs/EPSG/0/32637\","
		       "\"tileMatrices\":[{\"id\":\"0\",\"scaleDenominator\":1000000,\"cellSize\":280,"
		       "\"pointOfOrigin\":[1000000,500000],\"tileWidth\":256,\"tileHeight\":256,"
		       "\"matrixWidth\":4,\"matrixHeight\":%d}]}",
		       rows);
	feed_write(f, "grid.json", text);
}

static void grids_are_declared_or_read_from_files(void **state)
{
	static const char yaml[] =
	    "crs: MSK48_1\ngrids:\n  - id: MSK\n    title: {ru: а}\n    origin: [1, 2]\n"
	    "    cell: 0.5\n    tile: 512\n    matrices: 3\n    axes: north-east\n"
	    "  - {id: UTM, crs: 'EPSG:32637', scale: 500}\n  - {file: grid.json, title: {en: b}}\n";
	struct feed *f = *state;
	struct mm_map_def m, again;
	struct mm_err err = {0};

	feed_write(f, "map.yaml", yaml);
	write_grid(f, 3);
	if (mm_map_def_read(f->dir, &f->mem, &m, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_int_equal(m.grid_count, 3);
	assert_string_equal(m.grid[0].crs, "MSK48_1"); /* the map's */
	assert_string_equal(m.grid[0].title_ru, "а");
	assert_true(m.grid[0].has_origin && m.grid[0].origin_x == 1 && m.grid[0].origin_y == 2);
	assert_true(m.grid[0].cell_size == 0.5 && m.grid[0].tile_size == 512 && m.grid[0].matrices == 3);
	assert_int_equal(m.grid[0].axes, MM_AXES_NORTH_EAST);
	assert_null(m.grid[0].ready);
	assert_string_equal(m.grid[1].crs, "EPSG:32637");
	assert_true(m.grid[1].scale_denominator == 500 && !m.grid[1].has_origin);
	assert_string_equal(m.grid[2].id, "Theirs");
	assert_string_equal(m.grid[2].ready->title_en, "b");
	assert_int_equal(m.grid[2].ready->matrix[0].height, 3);
	write_grid(f, 4);
	assert_int_equal(mm_map_def_read(f->dir, &f->mem, &again, &err), MM_OK);
	assert_true(again.hash != m.hash); /* the file counts */
	write_grid(f, 0);
	assert_int_equal(mm_map_def_read(f->dir, &f->mem, &again, &err), MM_E_INVALID);
}

static void a_folder_without_map_file_has_defaults(void **state)
{
	struct feed *f = *state;
	struct mm_map_def m;
	struct mm_err err = {0};

	assert_int_equal(mm_map_def_read(f->dir, &f->mem, &m, &err), MM_OK);
	assert_string_equal(m.title.ru, strrchr(f->dir, '/') + 1);
	assert_string_equal(m.file, "");
	assert_string_equal(m.crs, "");
	assert_string_equal(m.cache, feed_path(f, ".munimap"));
	assert_int_equal(m.allow_count, 1);
	assert_string_equal(m.allow[0], f->dir);
	assert_false(m.has_view);
	assert_int_equal(m.server.tile_cache_mb, MM_DEF_TILE_CACHE_MB);
	assert_int_equal(m.server.tile_kb, MM_DEF_TILE_KB);
	feed_write(f, "map.yaml", "title: {ru: a}\n");
	assert_int_equal(mm_map_def_read(f->dir, &f->mem, &m, &err), MM_OK);
	assert_int_equal(m.server.tile_cache_mb, MM_DEF_TILE_CACHE_MB);
	assert_int_equal(m.server.tile_kb, MM_DEF_TILE_KB);
	feed_write(f, "map.yaml", "server: {tile_cache_mb: 0}\n");
	assert_int_equal(mm_map_def_read(f->dir, &f->mem, &m, &err), MM_OK);
	assert_int_equal(m.server.tile_cache_mb, 0);
	assert_int_equal(m.server.tile_kb, MM_DEF_TILE_KB);
	assert_int_equal(mm_map_def_read(feed_path(f, "none"), &f->mem, &m, &err), MM_E_NOT_FOUND);
	feed_write(f, "file", "");
	assert_int_equal(mm_map_def_read(feed_path(f, "file"), &f->mem, &m, NULL), MM_E_NOT_FOUND);
}

static void a_broken_file_does_not_keep_others_from_being_read(void **state)
{
	struct feed *f = *state;
	struct mm_map_def m;
	struct mm_def_file *file;
	size_t count;

	feed_write(f, "map.yaml", "title: {ru: a}\n");
	feed_write(f, "c.yaml", "source: c\nid: b\n");
	feed_write(f, "a.yaml", "sorce: a\n");
	feed_write(f, "b.yaml", "source: b\n");
	feed_write(f, ".hidden.yaml", "nothing\n");
	feed_write(f, "b.yml", "nothing\n");
	assert_int_equal(mm_map_def_read(f->dir, &f->mem, &m, NULL), MM_OK);
	assert_int_equal(mm_layer_defs_read(&m, &f->mem, &file, &count, NULL), MM_OK);
	assert_int_equal(count, 3);
	assert_string_equal(file[0].id, "a");
	assert_int_equal(file[0].err.code, MM_E_INVALID);
	assert_string_equal(file[0].err.msg, "unknown key \"sorce\": did you mean \"source\"?");
	assert_int_equal(file[1].err.code, MM_OK);
	assert_string_equal(file[1].def.source, feed_path(f, "b"));
	assert_int_equal(file[2].err.code, MM_E_INVALID); /* its id is taken */
	assert_non_null(strstr(file[2].err.msg, "id \"b\" is taken by "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, feed_begin, feed_end)

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
	    TEST(what_is_drawn_at_small_zooms_may_be_said),
	    TEST(what_is_drawn_at_small_zooms_has_defaults),
	    TEST(what_is_drawn_at_small_zooms_is_refused_in_its_line),
	    TEST(a_file_without_a_good_name_needs_an_id),
	    TEST(a_crs_may_stand_in_a_file),
	    TEST(a_map_file_says_what_is_wrong),
	    TEST(a_map_file_gives_all_it_says),
	    TEST(what_a_map_file_says_of_the_server_leaves_the_rest_at_its_defaults),
	    TEST(grids_are_declared_or_read_from_files),
	    TEST(a_folder_without_map_file_has_defaults),
	    TEST(a_broken_file_does_not_keep_others_from_being_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
