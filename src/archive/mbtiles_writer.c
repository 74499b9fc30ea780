#include "archive/mbtiles_writer.h"

#include "archive/content_map.h"
#include "archive/temp_file.h"
#include "archive/tile_number.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

enum { TILE_MAX = 1 << 30 }; /* SQLite holds a little less than that in one value */

struct mm_mbtiles_writer {
	struct mm_temp_file file; /* only its names and its end: SQLite writes into it */
	sqlite3 *db;
	sqlite3_stmt *put_image, *put_place;
	struct mm_content_map contents; /* offset: id of the image */
	uint64_t tiles;
};

/* The temporary file takes its name only when all is there: a journal would protect nothing. */
static const char setup[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA page_size = 4096; PRAGMA application_id = 1297105496;" /* "MPBX", as file(1) knows it */
    "CREATE TABLE metadata (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE map (zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL,"
    " tile_id INTEGER NOT NULL);"
    "CREATE TABLE images (tile_id INTEGER NOT NULL PRIMARY KEY, tile_data BLOB NOT NULL);"
    "CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data"
    " FROM map JOIN images ON images.tile_id = map.tile_id;"
    "BEGIN";

static enum mm_code fail(const struct mm_mbtiles_writer *w, struct mm_err *reterr)
{
	const int code = w->db ? sqlite3_errcode(w->db) : SQLITE_NOMEM;

	if (code == SQLITE_NOMEM)
		return mm_fail_nomem(reterr);
	return mm_fail(reterr, MM_E_IO, w->file.path, "cannot be written: %s", sqlite3_errmsg(w->db));
}

static enum mm_code execute(const struct mm_mbtiles_writer *w, const char *sql, struct mm_err *reterr)
{
	return sqlite3_exec(w->db, sql, NULL, NULL, NULL) == SQLITE_OK ? MM_OK : fail(w, reterr);
}

static enum mm_code prepare(const struct mm_mbtiles_writer *w, const char *sql, sqlite3_stmt **ret,
			    struct mm_err *reterr)
{
	return sqlite3_prepare_v2(w->db, sql, -1, ret, NULL) == SQLITE_OK ? MM_OK : fail(w, reterr);
}

/* Runs a statement that gives no rows, and makes it ready for the next values. */
static enum mm_code run(const struct mm_mbtiles_writer *w, sqlite3_stmt *s, struct mm_err *reterr)
{
	enum mm_code rc = sqlite3_step(s) == SQLITE_DONE ? MM_OK : fail(w, reterr);

	(void)sqlite3_reset(s);
	(void)sqlite3_clear_bindings(s);
	return rc;
}

static void close_database(struct mm_mbtiles_writer *w)
{
	(void)sqlite3_finalize(w->put_image);
	(void)sqlite3_finalize(w->put_place);
	(void)sqlite3_close(w->db);
	w->put_image = w->put_place = NULL;
	w->db = NULL;
}

struct mm_mbtiles_writer *mm_mbtiles_writer_free(struct mm_mbtiles_writer *w)
{
	if (!w)
		return NULL;
	close_database(w);
	mm_temp_file_discard(&w->file);
	mm_content_map_release(&w->contents);
	free(w);
	return NULL;
}

static enum mm_code open_database(struct mm_mbtiles_writer *w, struct mm_err *reterr)
{
	enum mm_code rc;

	if (sqlite3_open_v2(w->file.temp, &w->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return fail(w, reterr);
	rc = execute(w, setup, reterr);
	if (!rc)
		rc = prepare(w, "INSERT INTO images VALUES (?, ?)", &w->put_image, reterr);
	return rc ? rc : prepare(w, "INSERT INTO map VALUES (?, ?, ?, ?)", &w->put_place, reterr);
}

enum mm_code mm_mbtiles_writer_new(const char *path, struct mm_mbtiles_writer **ret, struct mm_err *reterr)
{
	struct mm_mbtiles_writer *w = calloc(1, sizeof(*w));
	enum mm_code rc;

	if (!w)
		return mm_fail_nomem(reterr);
	rc = mm_temp_file_open(&w->file, path, reterr);
	if (!rc)
		rc = open_database(w, reterr);
	if (rc)
		(void)mm_mbtiles_writer_free(w);
	else
		*ret = w;
	return rc;
}

static enum mm_code put_image(struct mm_mbtiles_writer *w, const void *gzip, size_t n, uint64_t *ret,
			      struct mm_err *reterr)
{
	const struct mm_hash128 hash = mm_hash128(gzip, n);
	struct mm_content *c = mm_content_map_find(&w->contents, hash, (uint32_t)n);
	enum mm_code rc;

	if (!c)
		return mm_fail_nomem(reterr);
	if (!c->length) {
		const uint64_t id = w->contents.count + 1;

		(void)sqlite3_bind_int64(w->put_image, 1, (sqlite3_int64)id);
		(void)sqlite3_bind_blob64(w->put_image, 2, gzip, n, SQLITE_STATIC);
		rc = run(w, w->put_image, reterr);
		if (rc)
			return rc;
		*c = (struct mm_content){hash, id, (uint32_t)n};
		w->contents.count++;
	}
	*ret = c->offset;
	return MM_OK;
}

enum mm_code mm_mbtiles_writer_put(struct mm_mbtiles_writer *w, uint64_t number, const void *gzip, size_t n,
				   struct mm_err *reterr)
{
	uint32_t z = 0, x = 0, y = 0;
	uint64_t id = 0;
	enum mm_code rc;

	MM_CHECK(n > 0 && mm_tile_number_tile(number, &z, &x, &y));
	if (n >= TILE_MAX)
		return mm_fail(reterr, MM_E_LIMIT, w->file.path, "a tile is too large");
	rc = put_image(w, gzip, n, &id, reterr);
	if (rc)
		return rc;
	(void)sqlite3_bind_int64(w->put_place, 1, z);
	(void)sqlite3_bind_int64(w->put_place, 2, x);
	/* rows count from the south (TMS) */
	(void)sqlite3_bind_int64(w->put_place, 3, (sqlite3_int64)((UINT64_C(1) << z) - 1 - y));
	(void)sqlite3_bind_int64(w->put_place, 4, (sqlite3_int64)id);
	w->tiles++;
	return run(w, w->put_place, reterr);
}

static enum mm_code put_text(const struct mm_mbtiles_writer *w, sqlite3_stmt *s, const char *name,
			     const char *value, size_t n, struct mm_err *reterr)
{
	if (n == 0)
		return MM_OK;
	(void)sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text64(s, 2, value, n, SQLITE_STATIC, SQLITE_UTF8);
	return run(w, s, reterr);
}

struct row {
	const char *name;
	struct mm_buf value;
};

enum { NAME, FORMAT, BOUNDS, CENTER, MIN_ZOOM, MAX_ZOOM, ATTRIBUTION, DESCRIPTION, TYPE, JSON, ROWS };

static void put_numbers(struct mm_buf *out, const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			mm_buf_byte(out, ',');
		mm_buf_double(out, v[i]);
	}
}

static void fill_rows(struct row row[ROWS], const struct mm_archive_info *info)
{
	static const char *const names[ROWS] = {"name",    "format",      "bounds",      "center", "minzoom",
						"maxzoom", "attribution", "description", "type",   "json"};
	const double box[] = {info->box_deg.min_x, info->box_deg.min_y, info->box_deg.max_x,
			      info->box_deg.max_y},
		     center[] = {info->center_lon_deg, info->center_lat_deg, info->center_zoom};
	struct mm_json j = mm_json_on(&row[JSON].value);

	for (size_t i = 0; i < ROWS; i++) {
		row[i].name = names[i];
		mm_buf_init(&row[i].value, SIZE_MAX / 2);
	}
	mm_buf_text(&row[NAME].value, info->name);
	mm_buf_text(&row[FORMAT].value, "pbf");
	put_numbers(&row[BOUNDS].value, box, 4);
	put_numbers(&row[CENTER].value, center, 3);
	mm_buf_int(&row[MIN_ZOOM].value, info->min_zoom);
	mm_buf_int(&row[MAX_ZOOM].value, info->max_zoom);
	mm_buf_text(&row[ATTRIBUTION].value, info->attribution);
	mm_buf_text(&row[DESCRIPTION].value, info->description);
	mm_buf_text(&row[TYPE].value, "overlay");
	mm_json_open(&j, NULL, '{');
	mm_json_raw(&j, "vector_layers", info->vector_layers, info->vector_layers_len);
	mm_json_close(&j, '}');
}

static enum mm_code put_metadata(const struct mm_mbtiles_writer *w, const struct mm_archive_info *info,
				 struct mm_err *reterr)
{
	struct row row[ROWS];
	sqlite3_stmt *s = NULL;
	enum mm_code rc = prepare(w, "INSERT INTO metadata VALUES (?, ?)", &s, reterr);

	fill_rows(row, info);
	for (size_t i = 0; i < ROWS; i++) {
		const struct mm_buf *v = &row[i].value;

		if (!rc)
			rc = v->failed ? mm_fail_nomem(reterr)
				       : put_text(w, s, row[i].name, (const char *)v->data, v->len, reterr);
		mm_buf_release(&row[i].value);
	}
	(void)sqlite3_finalize(s);
	return rc;
}

enum mm_code mm_mbtiles_writer_finish(struct mm_mbtiles_writer *w, const struct mm_archive_info *info,
				      struct mm_archive_count *ret, struct mm_err *reterr)
{
	struct mm_archive_count count = {w->tiles, w->tiles, w->contents.count, 0};
	struct stat st;
	enum mm_code rc = put_metadata(w, info, reterr);

	if (!rc)
		rc = execute(w,
			     "CREATE UNIQUE INDEX map_index ON map (zoom_level, tile_column, tile_row);"
			     "COMMIT",
			     reterr);
	if (rc)
		return rc;
	close_database(w);
	if (stat(w->file.temp, &st) == 0)
		count.bytes = (uint64_t)st.st_size;
	rc = mm_temp_file_commit(&w->file, reterr);
	if (!rc)
		*ret = count;
	return rc;
}
