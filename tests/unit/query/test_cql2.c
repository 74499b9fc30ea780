#include "check.h"

#include "base/buf.h"
#include "query/filter.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* CQL2 text (OGC 21-065r2): what is read and written. What filters find is in tests/http/cql2.test.mjs. */

typedef enum mm_code parse_fn(const char *text, struct mm_arena *mem, struct mm_filter **ret,
			      struct mm_err *reterr);

/* The text of a tree of a text; "" when it is not CQL2. In `mem`. */
static const char *written_by(parse_fn *parse, const char *text, struct mm_arena *mem)
{
	struct mm_filter *f = NULL;
	struct mm_err err = {0};
	const char *ret = "";
	struct mm_buf b;

	if (parse(text, mem, &f, &err)) {
		assert_true(*err.msg);
		return ret;
	}
	mm_buf_init(&b, 16 << 20);
	mm_filter_put_text(f, &b);
	ret = mm_arena_text(mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return ret;
}

static const char *written(const char *text, struct mm_arena *mem)
{
	return written_by(mm_cql2_text_parse, text, mem);
}

static const char *written_json(const char *text, struct mm_arena *mem)
{
	return written_by(mm_cql2_json_parse, text, mem);
}

static void a_tree_has_one_text(void **state)
{
	static const char *const pairs[][2] = {
	    {"a=1", "\"a\" = 1"},
	    {"a  =  1.50", "\"a\" = 1.5"},
	    {"a = 2.0", "\"a\" = 2.0"},
	    {"NOT a = 1 and b = 2 or c", "((NOT (\"a\" = 1)) AND (\"b\" = 2)) OR \"c\""},
	    {"a NOT IN (1, 'x''y', TRUE)", "NOT (\"a\" IN (1, 'x''y', TRUE))"},
	    {"a is not null", "NOT (\"a\" IS NULL)"},
	    {"a + b * c ^ 2 - 1 > 0", "((\"a\" + (\"b\" * (\"c\" ^ 2))) - 1) > 0"},
	    {"a not between -1 and 2+3", "NOT (\"a\" BETWEEN (-1) AND (2 + 3))"},
	    {"casei(a) like Accenti('X_%')", "CASEI(\"a\") LIKE ACCENTI('X_%')"},
	    {"\"AND\" = 'or'", "\"AND\" = 'or'"},
	    {"улица.имя = 'Ёлки'", "\"улица.имя\" = 'Ёлки'"},
	    {"d = DATE('2026-01-31')", "\"d\" = DATE('2026-01-31')"},
	    {"t = timestamp('2026-01-31T03:00:00+03:00')", "\"t\" = TIMESTAMP('2026-01-31T00:00:00Z')"},
	    {"T_After(d, interval('', '2026-01-01'))", "T_AFTER(\"d\", INTERVAL('..', '2026-01-01'))"},
	    {"s_within(g,bbox(1,2,-3,4))", "S_WITHIN(\"g\", BBOX(1, 2, -3, 4))"},
	    {"S_EQUALS(g, point z (1 2 3))", "S_EQUALS(\"g\", POINT(1 2))"},
	    {"S_EQUALS(g, multipoint(1 2, (3 4)))", "S_EQUALS(\"g\", MULTIPOINT((1 2), (3 4)))"},
	    {"S_EQUALS(g, MULTIPOLYGON(((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5))))",
	     "S_EQUALS(\"g\", MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0), (0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 "
	     "5))))"},
	    {"A_EQUALS(a, ('x'))", "A_EQUALS(\"a\", ('x'))"},
	    {"a = 'x\\\\'y'", "\"a\" = 'x\\\\'y'"},
	    {"f() = g(1, (2, 3))", "f() = g(1, (2, 3))"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		MM_ARENA_SCOPE(mem, 16 << 20);

		assert_string_equal(written(pairs[i][0], &mem), pairs[i][1]);
		assert_string_equal(written(pairs[i][1], &mem), pairs[i][1]);
	}
}

static void what_is_not_cql2_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "=",
	    "a =",
	    "a = 'x",
	    "a = \"x",
	    "(a = 1",
	    "a = 1)",
	    "a b",
	    "a = 1 1",
	    "AND",
	    "NOT",
	    "a IS 1",
	    "a BETWEEN 1",
	    "a BETWEEN 1 OR 2",
	    "a IN",
	    "a IN ()",
	    "a IN (1",
	    "a LIKE",
	    "a NOT = 1",
	    "DATE('x')",
	    "DATE(1)",
	    "POINT()",
	    "POINT(1)",
	    "BBOX(1)",
	    "f(",
	    "f(1,",
	    "S_EQUALS(a)",
	    "CASEI()",
	    "INTERVAL(1)",
	    "a = 1e999",
	    "a ! b",
	    "a = 1 AND",
	    "POLYGON((0 0,1 1,0 0))",
	    "LINESTRING(0 0)",
	    "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(0 0)))",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		MM_ARENA_SCOPE(mem, 16 << 20);

		if (*written(bad[i], &mem))
			fail_msg("%s", bad[i]);
	}
}

/* A text of `count` pieces between a head and a tail. */
static char *long_text(const char *head, const char *piece, size_t count, const char *tail)
{
	const size_t n = strlen(head) + strlen(piece) * count + strlen(tail) + 1;
	char *text = calloc(n, 1), *at = text;

	assert_non_null(text);
	at = stpcpy(at, head);
	for (size_t i = 0; i < count; i++)
		at = stpcpy(at, piece);
	(void)stpcpy(at, tail);
	return text;
}

static void size_and_depth_are_bounded(void **state)
{
	static const struct {
		const char *head, *piece, *tail;
		size_t well, not_well;
	} cases[] = {{"a IN (", "1,", "1)", 4000, 4096},
		     {"a = 1", " AND a = 1", "", 1000, 1400},
		     {"", "NOT ", "a", 64, 65},
		     {"", "(", "a", 0, 100000},
		     {"", "f(", "a", 0, 65},
		     {"a = 1", " / 1", "", 63, 64},
		     {"S_EQUALS(g, LINESTRING(", "1 1,", "0 0))", 10000, 20000},
		     {"a = '", "x", "'", 60000, 70000}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		MM_ARENA_SCOPE(mem, 64 << 20);
		char *well = long_text(cases[i].head, cases[i].piece, cases[i].well, cases[i].tail),
		     *not_well = long_text(cases[i].head, cases[i].piece, cases[i].not_well, cases[i].tail);

		assert_true(*written(well, &mem));
		assert_string_equal(written(not_well, &mem), "");
		free(well);
		free(not_well);
	}
}

static void json_gives_the_same_trees(void **state)
{
	static const char *const pairs[][2] = {
	    {"{'op':'and','args':[{'property':'a'},true]}", "\"a\" AND TRUE"},
	    {"{'op':'isNull','args':[{'property':'a'}]}", "\"a\" IS NULL"},
	    {"{'op':'in','args':[{'property':'a'},[1,2.0,'x']]}", "\"a\" IN (1, 2.0, 'x')"},
	    {"{'op':'between','args':[{'property':'a'},-1,2]}", "\"a\" BETWEEN (-1) AND 2"},
	    {"{'op':'s_within','args':[{'property':'g'},{'bbox':[1,2,3,4]}]}",
	     "S_WITHIN(\"g\", BBOX(1, 2, 3, 4))"},
	    {"{'op':'s_equals','args':[{'type':'MultiPoint','coordinates':[[1,2],[3,4,5]]},{'property':'g'}]"
	     "}",
	     "S_EQUALS(MULTIPOINT((1 2), (3 4)), \"g\")"},
	    {"{'op':'s_equals','args':[{'type':'GeometryCollection','geometries':[{'type':'Point','"
	     "coordinates':[1,2]},"
	     "{'type':'LineString','coordinates':[[0,0],[1,1]]}]},{'property':'g'}]}",
	     "S_EQUALS(GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1)), \"g\")"},
	    {"{'op':'t_after','args':[{'date':'2026-01-31'},{'interval':['..',{'property':'e'}]}]}",
	     "T_AFTER(DATE('2026-01-31'), INTERVAL('..', \"e\"))"},
	    {"{'op':'f','args':[]}", "f()"},
	};
	static const char *const bad[] = {
	    "",
	    "{",
	    "null",
	    "{'op':'and'}",
	    "{'op':'and','args':[true]}",
	    "{'op':'not','args':[true,true]}",
	    "{'op':1,'args':[]}",
	    "{'op':'in','args':[{'property':'a'},[]]}",
	    "{'property':1}",
	    "{'date':'soon'}",
	    "{'timestamp':'2026-01-31'}",
	    "{'interval':['..']}",
	    "{'bbox':[1,2,3]}",
	    "{'bbox':[1,2,3,'x']}",
	    "{'type':'Point','coordinates':[1]}",
	    "{'type':'Polygon','coordinates':[[[0,0],[1,1],[0,0]]]}",
	    "{'type':'Polygon','coordinates':[]}",
	    "{'type':'Circle','coordinates':[1,2]}",
	    "{'type':'GeometryCollection','geometries':[]}",
	    "{'a':1}",
	    "{'op':'=','args':[1,1],'op':'='}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]) + sizeof(bad) / sizeof(bad[0]); i++) {
		const bool is_good = i < sizeof(pairs) / sizeof(pairs[0]);
		const char *quoted = is_good ? pairs[i][0] : bad[i - sizeof(pairs) / sizeof(pairs[0])];
		char text[400];
		MM_ARENA_SCOPE(mem, 16 << 20);

		(void)snprintf(text, sizeof(text), "%s", quoted);
		for (char *c = text; (c = strchr(c, '\'')) != NULL;)
			*c = '"';
		assert_string_equal(written_json(text, &mem), is_good ? pairs[i][1] : "");
	}
}

static const char *file_text(const char *path)
{
	static char text[65536];
	FILE *f = fopen(path, "re");

	if (!f)
		return NULL;
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	(void)fclose(f);
	return text;
}

/* "…/examples/text/NAME.txt" as the same in JSON; "" when there is none. */
static const char *json_example(const char *path, struct mm_arena *mem)
{
	const char *name = strrchr(path, '/') + 1, *folder = strstr(path, "/text/");
	const char *other = mm_arena_printf(mem, "%.*s/json/%.*s.json", (int)(folder - path), path,
					    (int)strlen(name) - 4, name);
	const char *text = file_text(other), *ret;

	if (!text)
		return "";
	ret = written_json(text, mem);
	if (!*ret)
		fail_msg("%s", other);
	return ret;
}

/* Each example of the standard, from the folder that MM_SHARED names: read, written and read again; in JSON
 * it is the same tree. */
static void the_examples_of_the_standard_are_read(void **state)
{
	const char *shared = getenv("MM_SHARED");
	char pattern[400];
	glob_t files;
	size_t both = 0;

	(void)state;
	(void)snprintf(pattern, sizeof(pattern), "%s/fixtures/cql2/examples/text/*.txt",
		       shared ? shared : "../shared");
	if (glob(pattern, 0, NULL, &files) != 0) {
		print_message("no %s\n", pattern);
		skip();
	}
	for (size_t i = 0; i < files.gl_pathc; i++) {
		MM_ARENA_SCOPE(mem, 16 << 20);
		const char *once = written(file_text(files.gl_pathv[i]), &mem), *json;

		if (!*once)
			fail_msg("%s", files.gl_pathv[i]);
		assert_string_equal(written(once, &mem), once);
		json = json_example(files.gl_pathv[i], &mem);
		both += *json != '\0';
		if (*json)
			assert_string_equal(json, once);
	}
	print_message("%zu examples, %zu in both languages\n", files.gl_pathc, both);
	globfree(&files);
	assert_true(both > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_tree_has_one_text),
	    cmocka_unit_test(what_is_not_cql2_is_refused),
	    cmocka_unit_test(size_and_depth_are_bounded),
	    cmocka_unit_test(json_gives_the_same_trees),
	    cmocka_unit_test(the_examples_of_the_standard_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
