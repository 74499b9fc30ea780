#include "archive/archive_fixture.h"

#include "archive/gzip.h"
#include "archive/mvt_layers.h"
#include "archive/pmtiles_header.h"
#include "archive/reader.h"
#include "archive/tile_number.h"
#include "archive/writer.h"
#include "base/file.h"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>

/* Archives of both kinds as the server opens them: what is said of them, which are refused, and who may read.
 */

static const char tile_a[] = "\x1a\x05\x0a\x01"
			     "a"
			     "\x78\x02";
static const char tile_ab[] = "\x1a\x05\x0a\x01"
			      "a"
			      "\x78\x02"
			      "\x1a\x05\x0a\x01"
			      "b"
			      "\x78\x02";

/* An archive of a few tiles. */
static void write_archive(const char *path, const struct mm_archive_info *info, const char *tile, size_t n)
{
	struct mm_archive_writer w;
	struct mm_archive_count count;
	struct mm_gzip *g = mm_gzip_new(6);
	struct mm_buf packed;

	assert_non_null(g);
	mm_buf_init(&packed, 1 << 20);
	assert_int_equal(mm_gzip_put(g, tile, n, &packed, NULL), MM_OK);
	assert_int_equal(mm_archive_writer_open(&w, path, NULL), MM_OK);
	for (uint32_t x = 0; x < 8; x++)
		assert_int_equal(
		    mm_archive_writer_put(&w, mm_tile_number_first(3) + x, packed.data, packed.len, NULL),
		    MM_OK);
	assert_int_equal(mm_archive_writer_finish(&w, info, &count, NULL), MM_OK);
	mm_archive_writer_close(&w);
	mm_buf_release(&packed);
	(void)mm_gzip_free(g);
}

static struct mm_archive_reader *open_well(const char *path)
{
	struct mm_archive_reader *r = NULL;
	struct mm_err err = {0};

	if (mm_archive_reader_new(path, &r, &err))
		fail_msg("%s: %s", err.where, err.msg);
	return r;
}

static void refuse(const char *path, enum mm_code code, const char *words)
{
	struct mm_archive_reader *r = NULL;
	struct mm_err err = {0};

	assert_int_equal(mm_archive_reader_new(path, &r, &err), code);
	assert_null(r);
	if (!strstr(err.msg, words))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, words);
}

static void both_kinds_say_the_same_of_themselves(void **state)
{
	static const char *const names[] = {"out.pmtiles", "out.mbtiles"};
	struct mm_archive_info info = fixture_info;

	(void)state;
	info.description = "Все <b>дороги</b>";
	info.attribution = "<a href=\"https://example.org\">&copy; Мы</a>";
	info.vector_layers =
	    "[{\"id\":\"a\",\"fields\":{\"n\":\"Number\",\"bad\":7},\"minzoom\":3,\"more\":1},"
	    "{\"id\":\"a\"},{\"fields\":{}},7]";
	info.vector_layers_len = strlen(info.vector_layers);
	for (size_t i = 0; i < 2; i++) {
		struct place p = place_new(names[i]);
		struct mm_archive_reader *r;
		const struct mm_archive_about *about;

		write_archive(p.path, &info, tile_ab, sizeof(tile_ab) - 1);
		r = open_well(p.path);
		about = mm_archive_reader_about(r);
		assert_int_equal(about->encoding, MM_ARCHIVE_MVT);
		assert_true(about->min_zoom == 3 && about->max_zoom == 14 && about->bytes > 100);
		assert_true(about->box_deg.min_x == -180 && about->box_deg.max_y == 52.6);
		assert_string_equal(about->description, "Все дороги");
		assert_string_equal(about->attribution, "&copy; Мы");
		/* b is in a tile and not in the metadata */
		assert_int_equal(about->layer_count, 2);
		assert_string_equal(about->layer[0].json,
				    "{\"id\":\"a\",\"minzoom\":3,\"fields\":{\"n\":\"Number\"}}");
		assert_string_equal(about->layer[1].json, "{\"id\":\"b\",\"fields\":{}}");
		(void)mm_archive_reader_free(r);
		place_remove(&p);
	}
}

static void expect_tile(struct mm_archive_reader *r, uint64_t number, enum mm_code code)
{
	struct mm_buf stored, tile;
	struct mm_err err = {0};
	enum mm_code rc;

	mm_buf_init(&stored, 1000);
	mm_buf_init(&tile, 1000);
	rc = mm_archive_reader_tile(r, number, &stored, &err);
	if (rc != code)
		fail_msg("%s: %s", mm_code_name(rc), err.msg);
	if (!code) {
		assert_true(mm_is_gzip(stored.data, stored.len));
		assert_int_equal(mm_archive_unpack(&stored, &tile, NULL), MM_OK);
		assert_int_equal(tile.len, sizeof(tile_a) - 1);
		assert_memory_equal(tile.data, tile_a, tile.len);
		/* and where there is no room for it, it is not made */
		tile.max = tile.len + 3;
		assert_int_equal(mm_archive_unpack(&stored, &tile, NULL), MM_E_LIMIT);
	}
	mm_buf_release(&stored);
	mm_buf_release(&tile);
}

struct reading {
	struct mm_archive_reader *r;
	unsigned found;
};

static void *read_many(void *ctx)
{
	struct reading *reading = ctx;
	struct mm_buf out;

	mm_buf_init(&out, 1000);
	for (unsigned i = 0; i < 500; i++) {
		mm_buf_clear(&out);
		reading->found +=
		    mm_archive_reader_tile(reading->r, mm_tile_number_first(3) + i % 8, &out, NULL) == MM_OK;
	}
	mm_buf_release(&out);
	return NULL;
}

static void many_threads_read_one_archive(void **state)
{
	static const char *const names[] = {"out.pmtiles", "out.mbtiles"};
	enum { THREADS = 6 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct place p = place_new(names[i]);
		struct reading reading[THREADS];
		pthread_t thread[THREADS];
		struct mm_archive_reader *r;

		write_archive(p.path, &fixture_info, tile_a, sizeof(tile_a) - 1);
		r = open_well(p.path);
		expect_tile(r, mm_tile_number_first(3), MM_OK);
		expect_tile(r, mm_tile_number_first(5), MM_E_NOT_FOUND);
		for (size_t t = 0; t < THREADS; t++) {
			reading[t] = (struct reading){r, 0};
			assert_int_equal(pthread_create(&thread[t], NULL, read_many, &reading[t]), 0);
		}
		for (size_t t = 0; t < THREADS; t++) {
			assert_int_equal(pthread_join(thread[t], NULL), 0);
			assert_int_equal(reading[t].found, 500);
		}
		(void)mm_archive_reader_free(r);
		place_remove(&p);
	}
}

static void one_that_was_replaced_is_read_on(void **state)
{
	static const char *const names[] = {"out.pmtiles", "out.mbtiles"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct place p = place_new(names[i]), other = place_new(names[i]);
		struct mm_archive_reader *r;

		write_archive(p.path, &fixture_info, tile_a, sizeof(tile_a) - 1);
		write_archive(other.path, &fixture_info, tile_ab, sizeof(tile_ab) - 1);
		r = open_well(p.path);
		assert_int_equal(rename(other.path, p.path), 0);
		expect_tile(r, mm_tile_number_first(3), MM_OK);
		(void)mm_archive_reader_free(r);
		place_remove(&p);
		place_remove(&other);
	}
}

static void one_that_is_written_over_is_not_believed(void **state)
{
	struct place p = place_new("out.pmtiles");
	struct mm_archive_reader *r;
	FILE *f;

	(void)state;
	write_archive(p.path, &fixture_info, tile_a, sizeof(tile_a) - 1);
	r = open_well(p.path);
	f = fopen(p.path, "a");
	assert_non_null(f);
	assert_int_equal(fputs("more", f) >= 0 && fclose(f) == 0, 1);
	expect_tile(r, mm_tile_number_first(3), MM_E_BUSY);
	expect_tile(r, mm_tile_number_first(5), MM_E_BUSY);
	(void)mm_archive_reader_free(r);
	place_remove(&p);
}

static void mbtiles_that_are_copied_over_are_not_called_damaged(void **state)
{
	struct place p = place_new("out.mbtiles");
	struct mm_archive_reader *r;

	(void)state;
	write_archive(p.path, &fixture_info, tile_a, sizeof(tile_a) - 1);
	r = open_well(p.path);
	expect_tile(r, mm_tile_number_first(5), MM_E_NOT_FOUND);
	assert_int_equal(truncate(p.path, 100), 0);
	expect_tile(r, mm_tile_number_first(3), MM_E_BUSY);
	(void)mm_archive_reader_free(r);
	place_remove(&p);
}

static void mbtiles_that_are_locked_are_asked_for_again(void **state)
{
	struct place p = place_new("out.mbtiles");
	struct mm_archive_reader *r;
	sqlite3 *db = NULL;

	(void)state;
	write_archive(p.path, &fixture_info, tile_a, sizeof(tile_a) - 1);
	r = open_well(p.path);
	assert_int_equal(sqlite3_open(p.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	expect_tile(r, mm_tile_number_first(3), MM_E_BUSY);
	refuse(p.path, MM_E_BUSY, "another program has locked it");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	expect_tile(r, mm_tile_number_first(3), MM_OK);
	(void)mm_archive_reader_free(r);
	place_remove(&p);
}

/* Changes one byte of a file. */
static void patch(const char *path, long at, int byte)
{
	FILE *f = fopen(path, "r+");

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fputc(byte, f), byte);
	assert_int_equal(fclose(f), 0);
}

static void tiles_that_browsers_cannot_draw_are_refused(void **state)
{
	enum { TILE_PACKING = 98, TILE_TYPE = 99 };
	static const struct {
		long at;
		int byte;
		const char *words;
	} rows[] = {
	    {TILE_TYPE, 0, "of no known kind"},        {TILE_TYPE, 2, "pictures (PNG)"},
	    {TILE_TYPE, 3, "pictures (JPEG)"},         {TILE_TYPE, 4, "pictures (WebP)"},
	    {TILE_TYPE, 5, "pictures (AVIF)"},         {TILE_TYPE, 77, "of no known kind"},
	    {TILE_PACKING, 3, "packed with brotli"},   {TILE_PACKING, 4, "packed with zstd"},
	    {TILE_PACKING, 9, "in a way (9) that is"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct place p = place_new("out.pmtiles");

		write_archive(p.path, &fixture_info, tile_a, sizeof(tile_a) - 1);
		patch(p.path, rows[i].at, rows[i].byte);
		refuse(p.path, MM_E_DATA, rows[i].words);
		place_remove(&p);
	}
}

static void metadata_and_tiles_are_looked_into(void **state)
{
	static const char *const names[] = {"out.pmtiles", "out.mbtiles"};
	struct mm_archive_info info = fixture_info;

	(void)state;
	info.vector_layers = "[{\"id\":\"a\"]";
	info.vector_layers_len = strlen(info.vector_layers);
	for (size_t i = 0; i < 2; i++) {
		struct place p = place_new(names[i]);

		write_archive(p.path, &info, tile_a, sizeof(tile_a) - 1);
		refuse(p.path, MM_E_DATA, "its metadata are not JSON");
		(void)unlink(p.path);
		write_archive(p.path, &fixture_info, "no tile", 7);
		refuse(p.path, MM_E_DATA, "not a vector tile");
		(void)unlink(p.path);
		refuse(p.path, MM_E_NOT_FOUND, "No such file");
		assert_int_equal(mkdir(p.path, 0700), 0);
		refuse(p.path, MM_E_IO, "not a regular file");
		assert_int_equal(rmdir(p.path), 0);
		assert_int_equal(rmdir(p.dir), 0);
	}
}

static void run(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void mbtiles_without_zooms_and_bounds_are_asked_for_them(void **state)
{
	struct place p = place_new("out.mbtiles");
	const struct mm_archive_about *about;
	struct mm_archive_reader *r;

	(void)state;
	write_archive(p.path, &fixture_info, tile_a, sizeof(tile_a) - 1);
	run(p.path, "UPDATE metadata SET value = 'here' WHERE name = 'bounds';"
		    "DELETE FROM metadata WHERE name IN ('minzoom', 'maxzoom', 'json')");
	r = open_well(p.path);
	about = mm_archive_reader_about(r);
	assert_true(about->min_zoom == 3 && about->max_zoom == 3 && about->box_deg.max_x == 180);
	assert_string_equal(about->layer[0].id, "a");
	(void)mm_archive_reader_free(r);
	run(p.path, "UPDATE metadata SET value = 'png' WHERE name = 'format'");
	refuse(p.path, MM_E_DATA, "of format \"png\"");
	run(p.path,
	    "UPDATE metadata SET value = 'pbf' WHERE name = 'format'; UPDATE map SET zoom_level = 77");
	refuse(p.path, MM_E_DATA, "nowhere");
	run(p.path, "DELETE FROM map");
	r = open_well(p.path);
	expect_tile(r, mm_tile_number_first(3), MM_E_NOT_FOUND);
	(void)mm_archive_reader_free(r);
	place_remove(&p);
}

static void names_of_layers_are_found_and_stand_once(void **state)
{
	static const struct {
		const char *tile;
		size_t n;
		enum mm_code code;
	} rows[] = {
	    {"", 0, MM_OK},
	    {tile_ab, sizeof(tile_ab) - 1, MM_OK},
	    {"\x0a\x01x\x10\x05"
	     "\x1a\x03\x0a\x01"
	     "c",
	     10, MM_OK}, /* fields that nobody knows are passed over */
	    {"\x1a\x03\x0a\x01"
	     "a"
	     "\x1a\x03\x0a\x01"
	     "a",
	     10, MM_E_INVALID},
	    {"\x1a\x02\x0a\x00", 4, MM_E_DATA}, /* an empty name */
	    {"\x1a\x02\x78\x02", 4, MM_E_DATA}, /* none */
	    {"\x1a\x05\x0a\x01"
	     "a",
	     5, MM_E_DATA}, /* cut off */
	    {"\x1a\x03\x0a\x7f"
	     "a",
	     5, MM_E_DATA},             /* a name longer than its layer */
	    {"\x1b\x00", 2, MM_E_DATA}, /* a wire type that is none */
	    {"\x02\x00", 2, MM_E_DATA}, /* field 0 */
	    {"\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13, MM_E_DATA},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_mvt_name *name = calloc(MM_MVT_LAYERS_MAX, sizeof(*name));
		size_t count = 0;

		assert_non_null(name);
		assert_int_equal(mm_mvt_layer_names(rows[i].tile, rows[i].n, name, &count, NULL),
				 rows[i].code);
		free(name);
	}
}

static void too_many_layers_are_refused(void **state)
{
	struct mm_mvt_name *name = calloc(MM_MVT_LAYERS_MAX, sizeof(*name));
	size_t count = 0;
	struct mm_buf tile;

	(void)state;
	assert_non_null(name);
	mm_buf_init(&tile, 1 << 20);
	for (int i = 0; i <= MM_MVT_LAYERS_MAX; i++) {
		mm_buf_put(&tile, "\x1a\x06\x0a\x04", 4);
		mm_buf_printf(&tile, "%04d", i);
	}
	assert_int_equal(mm_mvt_layer_names(tile.data, tile.len, name, &count, NULL), MM_E_LIMIT);
	mm_buf_release(&tile);
	free(name);
}

/* Archives that others made for their own tests. */
static void archives_of_others_are_opened_or_refused(void **state)
{
	static const struct {
		const char *name;
		const char *words; /* NULL: it is good */
	} rows[] = {
	    {"empty", "the file is empty"}, {"invalid", "is not a PMTiles archive"},
	    {"invalid_v4", "version 4"},    {"test_fixture_1", NULL},
	    {"test_fixture_2", NULL},       {"test_fixture_mlt", NULL},
	};
	const char *shared = getenv("MM_SHARED");
	char path[4096];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/fixtures/pmtiles", shared ? shared : "../shared");
	if (access(path, R_OK) != 0) {
		print_message("no %s: skipped\n", path);
		skip();
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/fixtures/pmtiles/%s.pmtiles",
			       shared ? shared : "../shared", rows[i].name);
		if (rows[i].words)
			refuse(path, MM_E_DATA, rows[i].words);
		else
			(void)mm_archive_reader_free(open_well(path));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_kinds_say_the_same_of_themselves),
	    cmocka_unit_test(many_threads_read_one_archive),
	    cmocka_unit_test(one_that_was_replaced_is_read_on),
	    cmocka_unit_test(one_that_is_written_over_is_not_believed),
	    cmocka_unit_test(mbtiles_that_are_copied_over_are_not_called_damaged),
	    cmocka_unit_test(mbtiles_that_are_locked_are_asked_for_again),
	    cmocka_unit_test(tiles_that_browsers_cannot_draw_are_refused),
	    cmocka_unit_test(metadata_and_tiles_are_looked_into),
	    cmocka_unit_test(mbtiles_without_zooms_and_bounds_are_asked_for_them),
	    cmocka_unit_test(names_of_layers_are_found_and_stand_once),
	    cmocka_unit_test(too_many_layers_are_refused),
	    cmocka_unit_test(archives_of_others_are_opened_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
