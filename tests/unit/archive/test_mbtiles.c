#include "archive/archive_fixture.h"

#include "archive/mbtiles_reader.h"
#include "archive/mbtiles_writer.h"
#include "archive/tile_number.h"
#include "base/file.h"

#include <sqlite3.h>

static void put(struct mm_mbtiles_writer *w, uint64_t number, const char *text)
{
	assert_int_equal(mm_mbtiles_writer_put(w, number, text, strlen(text), NULL), MM_OK);
}

static struct mm_archive_count finish(struct mm_mbtiles_writer *w)
{
	struct mm_archive_count count = {0};

	assert_int_equal(mm_mbtiles_writer_finish(w, &fixture_info, &count, NULL), MM_OK);
	(void)mm_mbtiles_writer_free(w);
	return count;
}

/* A question to the file, asked of SQLite itself. */
static void expect(const char *path, const char *sql, const char *answer)
{
	sqlite3_stmt *s = NULL;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(s, 0), answer);
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
}

static void write_some(const char *path)
{
	struct mm_mbtiles_writer *w = NULL;
	struct mm_archive_count count;

	assert_int_equal(mm_mbtiles_writer_new(path, &w, NULL), MM_OK);
	put(w, mm_tile_number(0, 0, 0), "water");
	put(w, mm_tile_number(2, 1, 0), "land");
	put(w, mm_tile_number(2, 3, 3), "water");
	assert_false(mm_file_exists(path));
	count = finish(w);
	assert_true(count.tiles == 3 && count.contents == 2 && count.bytes > 4096);
}

static void rows_count_from_the_south_and_equal_tiles_are_kept_once(void **state)
{
	struct place p = place_new("out.mbtiles");

	(void)state;
	write_some(p.path);
	assert_int_equal(place_files(&p), 1);
	expect(p.path, "PRAGMA integrity_check", "ok");
	expect(p.path, "SELECT count(*) FROM tiles", "3");
	expect(p.path, "SELECT count(*) FROM images", "2");
	expect(p.path,
	       "SELECT tile_data FROM tiles WHERE zoom_level = 2 AND tile_column = 1 AND tile_row = 3",
	       "land");
	expect(p.path,
	       "SELECT tile_data FROM tiles WHERE zoom_level = 2 AND tile_column = 3 AND tile_row = 0",
	       "water");
	place_remove(&p);
}

static void metadata_are_those_of_the_specification(void **state)
{
	static const struct {
		const char *name, *value;
	} rows[] = {
	    {"name", "Город"},
	    {"format", "pbf"},
	    {"bounds", "-180,-85.0511287,39.6,52.6"},
	    {"center", "39.1,52.3,12"},
	    {"minzoom", "3"},
	    {"maxzoom", "14"},
	    {"attribution", "© \"Данные\""},
	    {"type", "overlay"},
	    {"json", "{\"vector_layers\":[{\"id\":\"a\",\"fields\":{}}]}"},
	    {"description", NULL},
	};
	struct place p = place_new("out.mbtiles");
	struct mm_mbtiles_reader *r = NULL;

	(void)state;
	write_some(p.path);
	assert_int_equal(mm_mbtiles_reader_new(p.path, &r, NULL), MM_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_buf out;

		mm_buf_init(&out, 1000);
		assert_int_equal(mm_mbtiles_reader_metadata(r, rows[i].name, &out, NULL),
				 rows[i].value ? MM_OK : MM_E_NOT_FOUND);
		assert_int_equal(out.len, rows[i].value ? strlen(rows[i].value) : 0);
		if (rows[i].value)
			assert_memory_equal(out.data, rows[i].value, out.len);
		mm_buf_release(&out);
	}
	(void)mm_mbtiles_reader_free(r);
	place_remove(&p);
}

static void tiles_are_read_by_number(void **state)
{
	struct place p = place_new("out.mbtiles");
	struct mm_mbtiles_reader *r = NULL;
	struct mm_buf out;

	(void)state;
	write_some(p.path);
	mm_buf_init(&out, 5);
	assert_int_equal(mm_mbtiles_reader_new(p.path, &r, NULL), MM_OK);
	assert_int_equal(mm_mbtiles_reader_tile(r, mm_tile_number(2, 3, 3), &out, NULL), MM_OK);
	assert_memory_equal(out.data, "water", 5);
	assert_int_equal(mm_mbtiles_reader_tile(r, mm_tile_number(2, 1, 0), &out, NULL), MM_E_LIMIT);
	mm_buf_clear(&out);
	assert_int_equal(mm_mbtiles_reader_tile(r, mm_tile_number(2, 1, 0), &out, NULL), MM_OK);
	assert_memory_equal(out.data, "land", 4);
	assert_int_equal(mm_mbtiles_reader_tile(r, mm_tile_number(2, 1, 3), &out, NULL), MM_E_NOT_FOUND);
	assert_int_equal(mm_mbtiles_reader_tile(r, UINT64_MAX, &out, NULL), MM_E_NOT_FOUND);
	mm_buf_release(&out);
	(void)mm_mbtiles_reader_free(r);
	place_remove(&p);
}

static void an_unfinished_archive_leaves_nothing(void **state)
{
	struct place p = place_new("out.mbtiles");
	struct mm_mbtiles_writer *w = NULL;
	struct mm_err err = {0};

	(void)state;
	assert_int_equal(mm_mbtiles_writer_new(p.path, &w, NULL), MM_OK);
	put(w, 0, "water");
	(void)mm_mbtiles_writer_free(w);
	assert_int_equal(place_files(&p), 0);
	w = NULL;
	assert_int_equal(mm_mbtiles_writer_new("/nowhere/at/all/out.mbtiles", &w, &err), MM_E_IO);
	assert_null(w);
	place_remove(&p);
}

static void make_by_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	(void)unlink(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
}

/* The view counts without end: only the budget stops it. */
static void a_database_that_is_a_trap_is_left(void **state)
{
	struct place p = place_new("trap.mbtiles");
	struct mm_mbtiles_reader *r = NULL;
	struct mm_err err = {0};
	struct mm_buf out;

	(void)state;
	mm_buf_init(&out, 1000);
	make_by_sql(p.path,
		    "CREATE TABLE metadata (name TEXT, value TEXT);"
		    "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)"
		    " SELECT i % 7 + 1 AS zoom_level, i % 5 + 1 AS tile_column, i % 3 + 1 AS tile_row,"
		    " 'x' AS tile_data FROM n");
	assert_int_equal(mm_mbtiles_reader_new(p.path, &r, NULL), MM_OK);
	assert_int_equal(mm_mbtiles_reader_tile(r, 0, &out, &err), MM_E_LIMIT);
	assert_non_null(strstr(err.msg, "takes too long"));
	/* the budget is that of one question */
	assert_int_equal(mm_mbtiles_reader_metadata(r, "name", &out, NULL), MM_E_NOT_FOUND);
	r = mm_mbtiles_reader_free(r);

	err = (struct mm_err){0};
	make_by_sql(p.path, "CREATE TABLE metadata (name TEXT, value TEXT);"
			    "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data);"
			    "INSERT INTO tiles VALUES (0, 0, 0, zeroblob(2000)), (1, 0, 1, NULL)");
	assert_int_equal(mm_mbtiles_reader_new(p.path, &r, NULL), MM_OK);
	assert_int_equal(mm_mbtiles_reader_tile(r, 0, &out, NULL), MM_E_LIMIT);
	assert_int_equal(mm_mbtiles_reader_tile(r, 1, &out, NULL), MM_E_NOT_FOUND);
	(void)mm_mbtiles_reader_free(r);
	mm_buf_release(&out);
	place_remove(&p);
}

static void other_files_are_refused_with_words(void **state)
{
	struct place p = place_new("other.mbtiles");
	struct mm_mbtiles_reader *r = NULL;
	struct mm_err err = {0};

	(void)state;
	assert_int_equal(mm_mbtiles_reader_new(p.path, &r, &err), MM_E_NOT_FOUND);
	err = (struct mm_err){0};
	assert_int_equal(mm_mbtiles_reader_new(p.dir, &r, &err), MM_E_IO);
	err = (struct mm_err){0};
	assert_int_equal(mm_file_write(p.path, "", 0, NULL), MM_OK);
	assert_int_equal(mm_mbtiles_reader_new(p.path, &r, &err), MM_E_DATA);
	assert_non_null(strstr(err.msg, "is empty"));
	err = (struct mm_err){0};
	assert_int_equal(mm_file_write(p.path, "PMTiles\3 and so on", 18, NULL), MM_OK);
	assert_int_equal(mm_mbtiles_reader_new(p.path, &r, &err), MM_E_DATA);
	assert_non_null(strstr(err.msg, "is not an MBTiles database"));
	err = (struct mm_err){0};
	make_by_sql(p.path, "CREATE TABLE metadata (name TEXT, value TEXT)");
	assert_int_equal(mm_mbtiles_reader_new(p.path, &r, &err), MM_E_DATA);
	assert_non_null(strstr(err.msg, "no such table: tiles"));
	assert_null(r);
	place_remove(&p);
}

/* Cut off or with a page of noise, a database gives tiles, nothing, or an error. */
static void damaged_databases_do_no_harm(void **state)
{
	struct place p = place_new("damaged.mbtiles");
	uint32_t seed = 4711;
	struct mm_buf file;

	(void)state;
	write_some(p.path);
	mm_buf_init(&file, 1 << 20);
	assert_int_equal(mm_file_read(p.path, &file, NULL), MM_OK);
	for (size_t i = 0; i < 300; i++) {
		struct mm_mbtiles_reader *r = NULL;
		size_t n = i % 3 ? file.len : 1 + file.len * i / 300;
		struct mm_buf out, bad;

		mm_buf_init(&bad, 1 << 20);
		mm_buf_put(&bad, file.data, file.len);
		for (int k = 0; k < 8; k++) {
			seed = seed * 1664525 + 1013904223;
			bad.data[(seed >> 8) % bad.len] = (unsigned char)seed;
		}
		assert_int_equal(mm_file_write(p.path, bad.data, n, NULL), MM_OK);
		mm_buf_init(&out, 1 << 16);
		if (mm_mbtiles_reader_new(p.path, &r, NULL) == MM_OK) {
			enum mm_code rc = mm_mbtiles_reader_tile(r, 0, &out, NULL);

			assert_true(rc == MM_OK || rc == MM_E_DATA || rc == MM_E_NOT_FOUND ||
				    rc == MM_E_LIMIT || rc == MM_E_IO);
			rc = mm_mbtiles_reader_metadata(r, "json", &out, NULL);
			assert_true(rc == MM_OK || rc == MM_E_DATA || rc == MM_E_NOT_FOUND ||
				    rc == MM_E_LIMIT || rc == MM_E_IO);
		}
		(void)mm_mbtiles_reader_free(r);
		mm_buf_release(&out);
		mm_buf_release(&bad);
	}
	mm_buf_release(&file);
	place_remove(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_count_from_the_south_and_equal_tiles_are_kept_once),
	    cmocka_unit_test(metadata_are_those_of_the_specification),
	    cmocka_unit_test(tiles_are_read_by_number),
	    cmocka_unit_test(an_unfinished_archive_leaves_nothing),
	    cmocka_unit_test(a_database_that_is_a_trap_is_left),
	    cmocka_unit_test(other_files_are_refused_with_words),
	    cmocka_unit_test(damaged_databases_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
