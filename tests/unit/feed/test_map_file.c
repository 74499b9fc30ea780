#include "definition_fixture.h"

/* The words of every fault in a map.yaml, and what a good one means; definitions of a whole folder. */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_map_file_says_what_is_wrong),
	    TEST(a_map_file_gives_all_it_says),
	    TEST(what_a_map_file_says_of_the_server_leaves_the_rest_at_its_defaults),
	    TEST(grids_are_declared_or_read_from_files),
	    TEST(a_folder_without_map_file_has_defaults),
	    TEST(a_broken_file_does_not_keep_others_from_being_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
