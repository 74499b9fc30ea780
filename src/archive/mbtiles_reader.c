#include "archive/mbtiles_reader.h"

#include "archive/tile_number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

enum {
	VALUE_MAX = 64 << 20, /* bytes of one value or row */
	STEP = 10000,         /* instructions of SQLite between two looks at the budget */
	STEPS_MAX = 200 /* 2 million instructions: some hundredths of a second; an indexed tile needs 50 */
};

struct mm_mbtiles_reader {
	char *path; /* for messages */
	sqlite3 *db;
	sqlite3_stmt *tile, *metadata;
	unsigned steps; /* of the query at hand */
};

struct mm_mbtiles_reader *mm_mbtiles_reader_free(struct mm_mbtiles_reader *r)
{
	if (!r)
		return NULL;
	(void)sqlite3_finalize(r->tile);
	(void)sqlite3_finalize(r->metadata);
	(void)sqlite3_close(r->db);
	free(r->path);
	free(r);
	return NULL;
}

static enum mm_code fail(const struct mm_mbtiles_reader *r, struct mm_err *reterr)
{
	switch (r->db ? sqlite3_errcode(r->db) : SQLITE_NOMEM) {
	case SQLITE_NOMEM:
		return mm_fail_nomem(reterr);
	case SQLITE_BUSY:
		return mm_fail(reterr, MM_E_BUSY, r->path, "another program has locked it: ask again");
	case SQLITE_INTERRUPT:
		return mm_fail(reterr, MM_E_LIMIT, r->path,
			       "asking it takes too long: make an index on tiles (zoom_level, tile_column, "
			       "tile_row)");
	case SQLITE_TOOBIG:
		return mm_fail(reterr, MM_E_LIMIT, r->path, "a value has more than %d MiB", VALUE_MAX >> 20);
	case SQLITE_NOTADB:
		return mm_fail(reterr, MM_E_DATA, r->path, "is not an MBTiles database");
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		return mm_fail(reterr, MM_E_IO, r->path, "cannot be read: %s", sqlite3_errmsg(r->db));
	default:
		return mm_fail(reterr, MM_E_DATA, r->path, "is not a sound MBTiles database: %s",
			       sqlite3_errmsg(r->db));
	}
}

static int count_step(void *ctx)
{
	struct mm_mbtiles_reader *r = ctx;

	return ++r->steps > STEPS_MAX;
}

/* What the makers of SQLite advise for databases from anywhere. */
static void distrust(struct mm_mbtiles_reader *r)
{
	(void)sqlite3_db_config(r->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(r->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_db_config(r->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	(void)sqlite3_limit(r->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	(void)sqlite3_limit(r->db, SQLITE_LIMIT_SQL_LENGTH, 100000);
	(void)sqlite3_limit(r->db, SQLITE_LIMIT_EXPR_DEPTH, 10);
	(void)sqlite3_limit(r->db, SQLITE_LIMIT_COMPOUND_SELECT, 3);
	(void)sqlite3_limit(r->db, SQLITE_LIMIT_VDBE_OP, 25000);
	(void)sqlite3_limit(r->db, SQLITE_LIMIT_FUNCTION_ARG, 8);
	(void)sqlite3_limit(r->db, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_limit(r->db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50);
	sqlite3_progress_handler(r->db, STEP, count_step, r);
}

static enum mm_code check_file(const char *path, struct mm_err *reterr)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return mm_fail(reterr, errno == ENOENT ? MM_E_NOT_FOUND : MM_E_IO, path,
			       "cannot be opened: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return mm_fail(reterr, MM_E_IO, path, "is not a regular file");
	if (st.st_size == 0)
		return mm_fail(reterr, MM_E_DATA, path,
			       "the file is empty: an MBTiles database was expected");
	return MM_OK;
}

static enum mm_code open_database(struct mm_mbtiles_reader *r, struct mm_err *reterr)
{
	if (sqlite3_open_v2(r->path, &r->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return fail(r, reterr);
	distrust(r);
	if (sqlite3_exec(r->db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0", NULL, NULL, NULL) !=
		SQLITE_OK ||
	    sqlite3_prepare_v2(r->db,
			       "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND "
			       "tile_row = ?",
			       -1, &r->tile, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(r->db, "SELECT value FROM metadata WHERE name = ?", -1, &r->metadata, NULL) !=
		SQLITE_OK)
		return fail(r, reterr);
	return MM_OK;
}

enum mm_code mm_mbtiles_reader_new(const char *path, struct mm_mbtiles_reader **ret, struct mm_err *reterr)
{
	struct mm_mbtiles_reader *r = calloc(1, sizeof(*r));
	enum mm_code rc;

	if (!r)
		return mm_fail_nomem(reterr);
	r->path = strdup(path);
	rc = r->path ? check_file(path, reterr) : mm_fail_nomem(reterr);
	if (!rc)
		rc = open_database(r, reterr);
	if (rc)
		(void)mm_mbtiles_reader_free(r);
	else
		*ret = r;
	return rc;
}

/* Appends the first column of the first row, and makes the statement ready for the next values. */
static enum mm_code take_first(struct mm_mbtiles_reader *r, sqlite3_stmt *s, struct mm_buf *out,
			       struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;
	int step;

	r->steps = 0;
	step = sqlite3_step(s);
	if (step == SQLITE_ROW && sqlite3_column_type(s, 0) != SQLITE_NULL) {
		const void *bytes = sqlite3_column_blob(s, 0);
		const size_t n = (size_t)sqlite3_column_bytes(s, 0);

		if (n > out->max - out->len)
			rc = mm_fail(reterr, MM_E_LIMIT, r->path, "a value of %zu bytes is too large", n);
		else if (n)
			mm_buf_put(out, bytes, n);
		if (!rc && out->failed)
			rc = mm_fail_nomem(reterr);
	} else if (step == SQLITE_ROW || step == SQLITE_DONE) {
		rc = mm_fail(reterr, MM_E_NOT_FOUND, r->path, "the archive has nothing of this name");
	} else {
		rc = fail(r, reterr);
	}
	(void)sqlite3_reset(s);
	(void)sqlite3_clear_bindings(s);
	return rc;
}

enum mm_code mm_mbtiles_reader_metadata(struct mm_mbtiles_reader *r, const char *name, struct mm_buf *out,
					struct mm_err *reterr)
{
	(void)sqlite3_bind_text(r->metadata, 1, name, -1, SQLITE_STATIC);
	return take_first(r, r->metadata, out, reterr);
}

enum mm_code mm_mbtiles_reader_tile(struct mm_mbtiles_reader *r, uint64_t number, struct mm_buf *out,
				    struct mm_err *reterr)
{
	uint32_t z = 0, x = 0, y = 0;

	if (!mm_tile_number_tile(number, &z, &x, &y))
		return mm_fail(reterr, MM_E_NOT_FOUND, r->path, "the archive has no such tile");
	(void)sqlite3_bind_int64(r->tile, 1, z);
	(void)sqlite3_bind_int64(r->tile, 2, x);
	/* rows count from the south (TMS) */
	(void)sqlite3_bind_int64(r->tile, 3, (sqlite3_int64)((UINT64_C(1) << z) - 1 - y));
	return take_first(r, r->tile, out, reterr);
}

/* The first row of a question for zoom, column and row of a tile. */
static enum mm_code ask_tile(struct mm_mbtiles_reader *r, const char *sql, sqlite3_int64 ret[3],
			     struct mm_err *reterr)
{
	sqlite3_stmt *s = NULL;
	enum mm_code rc = MM_OK;
	int step;

	r->steps = 0;
	if (sqlite3_prepare_v2(r->db, sql, -1, &s, NULL) != SQLITE_OK)
		return fail(r, reterr);
	step = sqlite3_step(s);
	if (step == SQLITE_ROW)
		for (int i = 0; i < 3; i++)
			ret[i] = sqlite3_column_int64(s, i);
	else if (step == SQLITE_DONE)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, r->path, "the archive has no tiles");
	else
		rc = fail(r, reterr);
	(void)sqlite3_finalize(s);
	return rc;
}

enum mm_code mm_mbtiles_reader_zooms(struct mm_mbtiles_reader *r, unsigned *ret_min, unsigned *ret_max,
				     uint64_t *ret_first, struct mm_err *reterr)
{
	sqlite3_int64 low[3] = {0}, high[3] = {0}, side;
	enum mm_code rc =
	    ask_tile(r, "SELECT zoom_level, tile_column, tile_row FROM tiles ORDER BY zoom_level LIMIT 1",
		     low, reterr);

	if (!rc)
		rc = ask_tile(
		    r, "SELECT zoom_level, tile_column, tile_row FROM tiles ORDER BY zoom_level DESC LIMIT 1",
		    high, reterr);
	if (rc)
		return rc;
	side = low[0] >= 0 && low[0] <= MM_TILE_NUMBER_MAX_ZOOM ? (sqlite3_int64)1 << low[0] : 0;
	if (high[0] > MM_TILE_NUMBER_MAX_ZOOM || low[1] < 0 || low[1] >= side || low[2] < 0 || low[2] >= side)
		return mm_fail(
		    reterr, MM_E_DATA, r->path,
		    "the archive has tiles that are nowhere: zoom_level, tile_column or tile_row is "
		    "wrong");
	*ret_min = (unsigned)low[0];
	*ret_max = (unsigned)high[0];
	*ret_first = mm_tile_number((uint32_t)low[0], (uint32_t)low[1], (uint32_t)(side - 1 - low[2]));
	return MM_OK;
}
