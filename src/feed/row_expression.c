#include "feed/row_expression.h"

#include "base/buf.h"
#include "base/clock.h"
#include "store/format.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

enum {
	DEPTH_MAX = 100,
	ARGUMENTS_MAX = 20,
	TEXT_MAX = 1 << 20,      /* bytes of any text on the way */
	PATTERN_MAX = 200,       /* bytes of a pattern of LIKE or GLOB */
	STEPS = 1000,            /* of SQLite's machine, between two looks at how many they were */
	STEPS_MAX = 100 * STEPS, /* a row: an expression without loops takes a few thousand */
	SQL_MAX = 128 << 20,     /* bytes: a thousand names of fields around the expression */
	REFUSED_MAX = 240,       /* bytes of words */
};

/* Functions that only look at their arguments and give the same each time. */
static const char *const allowed[] = {
    "->>",       "abs",   "ceil",    "ceiling",      "coalesce", "exp",   "floor", "glob",
    "ifnull",    "iif",   "instr",   "json_extract", "length",   "like",  "ln",    "log",
    "log10",     "log2",  "lower",   "ltrim",        "max",      "min",   "mod",   "nullif",
    "pow",       "power", "replace", "round",        "rtrim",    "sign",  "sqrt",  "substr",
    "substring", "trim",  "trunc",   "typeof",       "unicode",  "upper",
};

struct mm_row_expression {
	sqlite3 *db;
	sqlite3_stmt *row; /* parameter i + 1 is field i */
	const char *const *name;
	size_t count;
	bool *has;                 /* one a field */
	unsigned steps;            /* of the row at hand */
	int selects;               /* that may be in the statement at hand */
	bool is_table;             /* fields are columns of a table at hand */
	char refused[REFUSED_MAX]; /* what the authorizer refused */
};

/* ---- what an expression may do ---- */

static int MM_PRINTF(2, 3) refuse(struct mm_row_expression *e, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (!*e->refused)
		(void)vsnprintf(e->refused, sizeof(e->refused), fmt, args);
	va_end(args);
	return SQLITE_DENY;
}

static int may_call(struct mm_row_expression *e, const char *name)
{
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (sqlite3_stricmp(name, allowed[i]) == 0)
			return SQLITE_OK;
	return refuse(e,
		      "function \"%.40s\" is none that may be used: take abs, round, min, max, ln, coalesce, "
		      "length, substr or another of layers/README.md",
		      name);
}

static int may_read(struct mm_row_expression *e, const char *column)
{
	for (size_t i = 0; e->is_table && *column && i < e->count; i++)
		if (sqlite3_stricmp(column, e->name[i]) == 0) {
			e->has[i] = true;
			return SQLITE_OK;
		}
	return *column ? refuse(e, "there is no field \"%.60s\" in the source", column) : SQLITE_OK;
}

static int authorize(void *ctx, int action, const char *first, const char *second, const char *database,
		     const char *trigger)
{
	struct mm_row_expression *e = ctx;

	(void)first;
	(void)database;
	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
		return e->selects-- > 0 ? SQLITE_OK
					: refuse(e, "SELECT: leave it out, an expression sees one row");
	case SQLITE_FUNCTION:
		return may_call(e, second ? second : "");
	case SQLITE_READ:
		return may_read(e, second ? second : "");
	default:
		return refuse(e,
			      "it reaches beyond its row: leave out all but fields, operators and functions");
	}
}

/* Called each so many steps; other than 0: stop. */
static int count_steps(void *ctx)
{
	struct mm_row_expression *e = ctx;

	e->steps += STEPS;
	return e->steps > STEPS_MAX;
}

static enum mm_code open_db(struct mm_row_expression *e, struct mm_err *reterr)
{
	static const struct {
		int what, most;
	} limit[] = {
	    {SQLITE_LIMIT_LENGTH, TEXT_MAX},
	    {SQLITE_LIMIT_EXPR_DEPTH, DEPTH_MAX},
	    {SQLITE_LIMIT_FUNCTION_ARG, ARGUMENTS_MAX},
	    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_MAX},
	    {SQLITE_LIMIT_COMPOUND_SELECT, 1},
	    {SQLITE_LIMIT_ATTACHED, 0},
	    {SQLITE_LIMIT_TRIGGER_DEPTH, 0},
	    {SQLITE_LIMIT_WORKER_THREADS, 0},
	};

	if (sqlite3_open_v2(":memory:", &e->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < sizeof(limit) / sizeof(limit[0]); i++)
		(void)sqlite3_limit(e->db, limit[i].what, limit[i].most);
	/* a name in quotes that is no field is a mistake and no text */
	(void)sqlite3_db_config(e->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(e->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	(void)sqlite3_db_config(e->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(e->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_progress_handler(e->db, STEPS, count_steps, e);
	return MM_OK;
}

/* ---- from text to statement ---- */

static const char column[] = "munimap_value";

/* Whether a field of that name comes before the i-th. */
static bool is_said(const struct mm_row_expression *e, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (sqlite3_stricmp(e->name[k], e->name[i]) == 0)
			return true;
	return false;
}

static void put_name(struct mm_buf *sql, const char *name)
{
	mm_buf_byte(sql, '"');
	for (const char *at = name; *at; at++) {
		if (*at == '"')
			mm_buf_byte(sql, '"');
		mm_buf_byte(sql, (unsigned char)*at);
	}
	mm_buf_byte(sql, '"');
}

/* A statement whose fault is the expression's. `*ret` is to be finalised. */
static enum mm_code prepare(struct mm_row_expression *e, struct mm_buf *sql, sqlite3_stmt **ret,
			    struct mm_err *reterr)
{
	static const char no_column[] = "no such column: ";
	const char *tail = NULL, *words, *name;
	int rc;

	mm_buf_byte(sql, 0);
	if (sql->failed)
		return mm_fail_nomem(reterr);
	*e->refused = '\0';
	rc = sqlite3_prepare_v2(e->db, (const char *)sql->data, (int)sql->len, ret, &tail);
	words = sqlite3_errmsg(e->db);
	if (rc == SQLITE_NOMEM)
		return mm_fail_nomem(reterr);
	if (*e->refused)
		return mm_fail(reterr, MM_E_INVALID, "", "%s", e->refused);
	if (rc && strncmp(words, no_column, strlen(no_column)) == 0)
		return mm_fail(reterr, MM_E_NOT_FOUND, "", "there is no field \"%.60s\" in the source",
			       words + strlen(no_column));
	if (rc)
		return mm_fail(reterr, MM_E_INVALID, "",
			       "%.120s: write one SQL expression, such as \"lanes * 2\"", words);
	name = sqlite3_column_name(*ret, 0);
	if (tail[strspn(tail, " \t\r\n")] || sqlite3_column_count(*ret) != 1 || !name ||
	    strcmp(name, column) != 0)
		return mm_fail(reterr, MM_E_INVALID, "", "more than one expression: leave the first");
	return MM_OK;
}

/* "SELECT (EXPRESSION) AS column"; the line ends a comment, and what begins another has no such column. */
static void put_select(struct mm_buf *sql, const char *text)
{
	mm_buf_text(sql, "SELECT (");
	mm_buf_text(sql, text);
	mm_buf_text(sql, "\n) AS ");
	mm_buf_text(sql, column);
}

/* A table that nobody fills, with the fields for columns. */
static enum mm_code make_table(struct mm_row_expression *e, struct mm_buf *sql, struct mm_err *reterr)
{
	mm_buf_text(sql, "CREATE TABLE layer(");
	for (size_t i = 0; i < e->count; i++)
		if (!is_said(e, i)) {
			mm_buf_text(sql, i ? "," : "");
			put_name(sql, e->name[i]);
		}
	mm_buf_text(sql, ")");
	mm_buf_byte(sql, 0);
	if (sql->failed)
		return mm_fail_nomem(reterr);
	if (e->count && sqlite3_exec(e->db, (const char *)sql->data, NULL, NULL, NULL) != SQLITE_OK)
		return mm_fail(reterr, MM_E_INVALID, "", "the fields cannot be used: %.120s",
			       sqlite3_errmsg(e->db));
	return MM_OK;
}

/* Asks SQLite which fields the expression has in it. */
static enum mm_code resolve(struct mm_row_expression *e, const char *text, struct mm_buf *sql,
			    struct mm_err *reterr)
{
	sqlite3_stmt *all = NULL;
	enum mm_code rc = make_table(e, sql, reterr);

	if (rc)
		return rc;
	mm_buf_clear(sql);
	put_select(sql, text);
	mm_buf_text(sql, e->count ? " FROM layer" : "");
	(void)sqlite3_set_authorizer(e->db, authorize, e);
	e->selects = 1;
	e->is_table = true;
	rc = prepare(e, sql, &all, reterr);
	if (!rc && sqlite3_bind_parameter_count(all))
		rc = mm_fail(reterr, MM_E_INVALID, "", "it has parameters: write fields or values for them");
	(void)sqlite3_finalize(all);
	(void)sqlite3_set_authorizer(e->db, NULL, NULL);
	if (!rc && e->count && sqlite3_exec(e->db, "DROP TABLE layer", NULL, NULL, NULL) != SQLITE_OK)
		rc = mm_fail_nomem(reterr);
	return rc;
}

/* The statement that is run: one row of parameters. */
static enum mm_code make_row(struct mm_row_expression *e, const char *text, struct mm_buf *sql,
			     struct mm_err *reterr)
{
	bool any = false;

	mm_buf_clear(sql);
	put_select(sql, text);
	for (size_t i = 0; i < e->count; i++) {
		if (!e->has[i])
			continue;
		mm_buf_printf(sql, "%s?%zu AS ", any ? "," : " FROM (SELECT ", i + 1);
		put_name(sql, e->name[i]);
		any = true;
	}
	mm_buf_text(sql, any ? ") AS layer" : "");
	(void)sqlite3_set_authorizer(e->db, authorize, e);
	e->selects = 2;
	e->is_table = false;
	return prepare(e, sql, &e->row, reterr);
}

static enum mm_code make(struct mm_row_expression *e, const char *text, struct mm_err *reterr)
{
	struct mm_buf sql;
	enum mm_code rc = open_db(e, reterr);

	if (rc)
		return rc;
	mm_buf_init(&sql, SQL_MAX);
	rc = resolve(e, text, &sql, reterr);
	if (!rc)
		rc = make_row(e, text, &sql, reterr);
	mm_buf_release(&sql);
	return rc;
}

enum mm_code mm_row_expression_new(const char *text, const char *const *name, size_t count,
				   struct mm_row_expression **ret, struct mm_err *reterr)
{
	struct mm_row_expression *e;
	enum mm_code rc;

	if (strlen(text) > MM_ROW_EXPRESSION_MAX)
		return mm_fail(reterr, MM_E_INVALID, "",
			       "longer than %d bytes: make a field of it in the source",
			       MM_ROW_EXPRESSION_MAX);
	e = calloc(1, sizeof(*e));
	if (!e)
		return mm_fail_nomem(reterr);
	e->name = name;
	e->count = count;
	e->has = calloc(count + 1, sizeof(*e->has));
	rc = e->has ? make(e, text, reterr) : mm_fail_nomem(reterr);
	e->name = NULL;
	if (rc)
		(void)mm_row_expression_free(e);
	else
		*ret = e;
	return rc;
}

enum mm_code mm_row_expression_check(const char *text, struct mm_err *reterr)
{
	struct mm_row_expression *e = NULL;
	struct mm_err err = {0};
	enum mm_code rc = mm_row_expression_new(text, NULL, 0, &e, &err);

	(void)mm_row_expression_free(e);
	return rc && rc != MM_E_NOT_FOUND ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}

struct mm_row_expression *mm_row_expression_free(struct mm_row_expression *e)
{
	if (!e)
		return NULL;
	(void)sqlite3_finalize(e->row);
	(void)sqlite3_close(e->db);
	free(e->has);
	free(e);
	return NULL;
}

/* ---- row by row ---- */

bool mm_row_expression_has(const struct mm_row_expression *e, size_t field)
{
	return field < e->count && e->has[field];
}

static int bind_text(struct mm_row_expression *e, int at, const char *text, size_t n)
{
	return n > TEXT_MAX ? SQLITE_OK : sqlite3_bind_text(e->row, at, text, (int)n, SQLITE_TRANSIENT);
}

void mm_row_expression_set(struct mm_row_expression *e, size_t field, const struct mm_value *v)
{
	const int at = (int)field + 1;
	char text[MM_CLOCK_TEXT_MAX];

	if (v->is_null || !mm_row_expression_has(e, field) || !mm_value_in_range(v->type, v->integer) ||
	    (v->type == MM_TYPE_DATETIME && !mm_offset_in_range(v->offset_min)))
		return; /* what the layer has null for, too */
	switch (v->type) {
	case MM_TYPE_BOOL:
		(void)sqlite3_bind_int(e->row, at, v->boolean);
		break;
	case MM_TYPE_REAL:
		(void)sqlite3_bind_double(e->row, at, v->real);
		break;
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		(void)bind_text(e, at, v->text, v->text_len);
		break;
	case MM_TYPE_DATE:
		(void)bind_text(e, at, text, mm_clock_format_date(v->integer, text));
		break;
	case MM_TYPE_TIME:
		(void)bind_text(e, at, text, mm_clock_format_time(v->integer, text));
		break;
	case MM_TYPE_DATETIME:
		(void)bind_text(e, at, text, mm_clock_format(v->integer, v->offset_min, text));
		break;
	case MM_TYPE_INT:
	case MM_TYPE_COUNT:
		(void)sqlite3_bind_int64(e->row, at, v->integer);
		break;
	}
}

static double number_of(sqlite3_stmt *row)
{
	const int type = sqlite3_column_type(row, 0);

	return type == SQLITE_INTEGER || type == SQLITE_FLOAT ? sqlite3_column_double(row, 0) : (double)NAN;
}

enum mm_code mm_row_expression_value(struct mm_row_expression *e, double *ret, struct mm_err *reterr)
{
	int step;

	e->steps = 0;
	step = sqlite3_step(e->row);
	*ret = step == SQLITE_ROW ? number_of(e->row) : (double)NAN;
	(void)sqlite3_reset(e->row);
	(void)sqlite3_clear_bindings(e->row);
	if (step == SQLITE_NOMEM)
		return mm_fail_nomem(reterr);
	if (step == SQLITE_TOOBIG)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "it makes texts of more than %d bytes: have it make shorter ones", TEXT_MAX);
	if (step == SQLITE_INTERRUPT)
		return mm_fail(reterr, MM_E_LIMIT, "", "it takes more than %d steps a row: shorten it",
			       STEPS_MAX);
	return MM_OK;
}
