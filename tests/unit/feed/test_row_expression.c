#include "../check.h"

#include "base/arena.h"
#include "base/clock.h"
#include "feed/row_expression.h"

#include <math.h>
#include <string.h>

/* Numbers of rows by SQL: what an expression may say, and what it may not. */

static const char *const fields[] = {"lanes", "class", "Имя", "built", "open", "LANES", "a\"b", "note", "at"};
enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static struct mm_row_expression *made(const char *text)
{
	struct mm_row_expression *e = NULL;
	struct mm_err err = {0};

	if (mm_row_expression_check(text, &err) || mm_row_expression_new(text, fields, FIELDS, &e, &err))
		fail_msg("%s: %s", text, err.msg);
	return e;
}

/* What it gives for one row, whose values are those of a road. */
static double value(const char *text)
{
	const struct mm_value v[] = {
	    {.type = MM_TYPE_INT, .integer = 4},
	    {.type = MM_TYPE_TEXT, .text = "motorway and more", .text_len = 8},
	    {.type = MM_TYPE_TEXT, .text = "Ёж", .text_len = strlen("Ёж")},
	    {.type = MM_TYPE_DATE, .integer = mm_clock_days(1964, 5, 17)},
	    {.type = MM_TYPE_BOOL, .boolean = true},
	    {.type = MM_TYPE_INT, .integer = 999},
	    {.type = MM_TYPE_REAL, .real = 0.25},
	    {.is_null = true},
	    {.type = MM_TYPE_DATETIME, .integer = 0, .offset_min = 180},
	};
	struct mm_row_expression *e = made(text);
	struct mm_err err = {0};
	double ret = 0;

	for (size_t i = 0; i < FIELDS; i++)
		mm_row_expression_set(e, i, &v[i]);
	if (mm_row_expression_value(e, &ret, &err))
		fail_msg("%s: %s", text, err.msg);
	(void)mm_row_expression_free(e);
	return ret;
}

static void fields_are_values_of_their_kind(void **state)
{
	(void)state;
	assert_true(value("lanes * 2 + CASE class WHEN 'motorway' THEN 10 ELSE 0 END") == 18);
	assert_true(value("open") == 1);
	assert_true(value("Имя = 'Ёж'") == 1);
	assert_true(value("\"a\"\"b\"") == 0.25);
	assert_true(value("CAST(substr(built, 1, 4) AS INTEGER)") == 1964);
	assert_true(value("built < '1965'") == 1);
	assert_true(value("at LIKE '1970-01-01T03:00:00%'") == 1);
	assert_true(value("coalesce(note, -1.5)") == -1.5);
	assert_true(value("note IS NULL AND class IN ('motorway', 'trunk') AND lanes BETWEEN 2 AND 4") == 1);
	assert_true(value("layer.lanes -- of the layer") == 4);
	assert_true(value("Lanes") == 4); /* of names that differ in case the first */
	assert_true(value("42") == 42);
	assert_true(value("max(lanes, 7) + round(ln(1)) + length(class) + abs(-1)") == 16);
}

static void what_is_no_number_is_none(void **state)
{
	static const char *const texts[] = {"note", "class", "note + 1", "lanes / 0",
					    "NULL", "'12'",  "x'3132'",  "abs(-9223372036854775807 - 1)"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!isnan(value(texts[i])))
			fail_msg("%s is %g", texts[i], value(texts[i]));
	assert_true(isinf(value("1e999")));
}

static void a_row_knows_nothing_of_the_one_before(void **state)
{
	struct mm_row_expression *e = made("coalesce(lanes, 0) + coalesce(note, 0)");
	const struct mm_value four = {.type = MM_TYPE_INT, .integer = 4}, null = {.is_null = true};
	double ret = -1;

	(void)state;
	assert_true(mm_row_expression_has(e, 0) && mm_row_expression_has(e, 7));
	assert_false(mm_row_expression_has(e, 1) || mm_row_expression_has(e, 5) ||
		     mm_row_expression_has(e, FIELDS));
	mm_row_expression_set(e, 0, &four);
	mm_row_expression_set(e, 1, &four); /* is not in it */
	assert_int_equal(mm_row_expression_value(e, &ret, NULL), MM_OK);
	assert_true(ret == 4);
	mm_row_expression_set(e, 0, &null);
	assert_int_equal(mm_row_expression_value(e, &ret, NULL), MM_OK);
	assert_true(ret == 0);
	for (int i = 0; i < 5000; i++) { /* steps are those of a row */
		mm_row_expression_set(e, 7, &four);
		assert_int_equal(mm_row_expression_value(e, &ret, NULL), MM_OK);
		assert_true(ret == 4);
	}
	(void)mm_row_expression_free(e);
}

/* Refused, and with these words; by the check alone where no name is asked for before. */
static void what_is_no_expression_is_refused_in_words(void **state)
{
	static const struct {
		const char *text, *words;
		enum mm_code code;
	} bad[] = {
	    {"lanez * 2", "there is no field \"lanez\" in the source", MM_E_NOT_FOUND},
	    {"\"class x\" = 1", "there is no field \"class x\"", MM_E_NOT_FOUND},
	    {"rowid", "there is no field \"ROWID\"", MM_E_INVALID},
	    {"lanes *", "syntax error: write one SQL expression", MM_E_INVALID},
	    {"", "syntax error", MM_E_INVALID},
	    {"1, 2", "", MM_E_INVALID},
	    {"1), (2", "more than one expression", MM_E_INVALID},
	    {"1); DROP TABLE layer; SELECT (1", "more than one expression", MM_E_INVALID},
	    {"1);", "", MM_E_INVALID},
	    {"1; 2", "syntax error", MM_E_INVALID},
	    {"1) FROM layer; --", "more than one expression", MM_E_INVALID},
	    {"1) FROM pragma_table_list --", "", MM_E_INVALID},
	    {"1) FROM layer /*", "more than one expression", MM_E_INVALID},
	    {"1) FROM json_each('[1,2]') /*", "", MM_E_INVALID},
	    {"1) AS munimap_value FROM json_each('[1,2]') a, json_each('[1,2]') b /*", "", MM_E_INVALID},
	    {"1) AS munimap_value, 2 /*", "more than one expression", MM_E_INVALID},
	    {"1) UNION ALL SELECT (2", "SELECT", MM_E_INVALID},
	    {"?1", "parameters", MM_E_INVALID},
	    {":name", "parameters", MM_E_INVALID},
	    {"(SELECT 1)", "SELECT: leave it out", MM_E_INVALID},
	    {"(SELECT 1 FROM sqlite_master)", "SELECT: leave it out", MM_E_INVALID},
	    {"(SELECT max(lanes) FROM layer)", "SELECT: leave it out", MM_E_INVALID},
	    {"lanes IN layer", "", MM_E_INVALID},
	    {"lanes IN (SELECT 1)", "SELECT: leave it out", MM_E_INVALID},
	    {"EXISTS (SELECT 1)", "SELECT: leave it out", MM_E_INVALID},
	    {"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)", "",
	     MM_E_INVALID},
	    {"length(randomblob(1000000000))", "function \"randomblob\" is none that may be used",
	     MM_E_INVALID},
	    {"length(zeroblob(1000000000))", "function \"zeroblob\"", MM_E_INVALID},
	    {"load_extension('/tmp/x.so')", "function \"load_extension\"", MM_E_INVALID},
	    {"readfile('/etc/passwd')", "no such function: readfile", MM_E_INVALID},
	    {"writefile('/tmp/x', 1)", "no such function: writefile", MM_E_INVALID},
	    {"random()", "function \"random\"", MM_E_INVALID},
	    {"printf('%2000000000d', 1)", "function \"printf\"", MM_E_INVALID},
	    {"CURRENT_TIMESTAMP", "function \"current_timestamp\"", MM_E_INVALID},
	    {"julianday('now')", "function \"julianday\"", MM_E_INVALID},
	    {"count(*)", "function \"count\"", MM_E_INVALID},
	    {"row_number() OVER ()", "function \"row_number\"", MM_E_INVALID},
	    {"lanes MATCH 'x'", "match", MM_E_INVALID},
	    {"RAISE(ABORT, 'x')", "", MM_E_INVALID},
	    {"max()", "wrong number of arguments", MM_E_INVALID},
	    {"(ATTACH '/tmp/x' AS x)", "syntax error", MM_E_INVALID},
	    {"PRAGMA user_version", "syntax error", MM_E_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct mm_row_expression *e = NULL;
		struct mm_err err = {0};
		enum mm_code rc = mm_row_expression_new(bad[i].text, fields, FIELDS, &e, &err);

		if (rc != bad[i].code || e || !strstr(err.msg, bad[i].words))
			fail_msg("%s: %s: %s", bad[i].text, mm_code_name(rc), err.msg);
		(void)mm_row_expression_free(e);
	}
}

static void what_is_wrong_is_known_without_fields_but_for_names(void **state)
{
	(void)state;
	assert_int_equal(mm_row_expression_check("what + ever", NULL), MM_OK);
	assert_int_equal(mm_row_expression_check("what +", NULL), MM_E_INVALID);
	assert_int_equal(mm_row_expression_check("readfile('/etc/passwd')", NULL), MM_E_INVALID);
	assert_int_equal(mm_row_expression_check("(SELECT 1)", NULL), MM_E_INVALID);
}

static char *repeated(struct mm_arena *mem, const char *before, const char *again, size_t times,
		      const char *after)
{
	char *text = mm_arena_alloc(mem, strlen(before) + times * strlen(again) + strlen(after) + 1), *at;

	assert_non_null(text);
	at = stpcpy(text, before);
	for (size_t i = 0; i < times; i++)
		at = stpcpy(at, again);
	(void)stpcpy(at, after);
	return text;
}

static void what_takes_too_much_is_refused(void **state)
{
	const char *long_text;
	struct mm_row_expression *e = NULL;
	struct mm_err err = {0};
	double ret = 0;
	MM_ARENA_SCOPE(mem, 64 << 20);

	(void)state;
	assert_int_equal(mm_row_expression_check(repeated(&mem, "1", "+1", 2000, ""), &err), MM_E_INVALID);
	assert_non_null(strstr(err.msg, "longer than 4000 bytes"));
	assert_int_equal(mm_row_expression_check(repeated(&mem, "", "(", 1500, "1"), &err), MM_E_INVALID);
	assert_int_equal(mm_row_expression_check(repeated(&mem, "", "- ", 1500, "1"), &err), MM_E_INVALID);
	/* a megabyte after twelve doublings of 256 bytes */
	long_text = repeated(&mem, "replace(", "replace(", 15, "class");
	e = made(repeated(&mem, long_text, ", 'm', 'mmmmmmmmmmmmmmmm')", 16, " > 1"));
	mm_row_expression_set(e, 1, &(struct mm_value){.type = MM_TYPE_TEXT, .text = "mmmm", .text_len = 4});
	assert_int_equal(mm_row_expression_value(e, &ret, &err), MM_E_LIMIT);
	assert_true(isnan(ret));
	(void)mm_row_expression_free(e);
}

/* A text that is too long is as if it were not there. */
static void long_texts_are_null(void **state)
{
	struct mm_row_expression *e = made("coalesce(length(note), -1)");
	double ret = 0;
	MM_ARENA_SCOPE(mem, 64 << 20);

	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		const struct mm_value v = {.type = MM_TYPE_TEXT,
					   .text = repeated(&mem, "", "0123456789abcdef", 1 << 16, "x"),
					   .text_len = (1 << 20) + more};

		mm_row_expression_set(e, 7, &v);
		assert_int_equal(mm_row_expression_value(e, &ret, NULL), MM_OK);
		assert_true(ret == (more ? -1 : 1 << 20));
	}
	(void)mm_row_expression_free(e);
}

static void no_field_is_needed(void **state)
{
	struct mm_row_expression *e = NULL;
	double ret = 0;

	(void)state;
	assert_int_equal(mm_row_expression_new("2 * 3", NULL, 0, &e, NULL), MM_OK);
	assert_int_equal(mm_row_expression_value(e, &ret, NULL), MM_OK);
	assert_true(ret == 6);
	assert_null(mm_row_expression_free(e));
	assert_null(mm_row_expression_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_values_of_their_kind),
	    cmocka_unit_test(what_is_no_number_is_none),
	    cmocka_unit_test(a_row_knows_nothing_of_the_one_before),
	    cmocka_unit_test(what_is_no_expression_is_refused_in_words),
	    cmocka_unit_test(what_is_wrong_is_known_without_fields_but_for_names),
	    cmocka_unit_test(what_takes_too_much_is_refused),
	    cmocka_unit_test(long_texts_are_null),
	    cmocka_unit_test(no_field_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
