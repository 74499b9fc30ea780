#include "check.h"
#include "style/expression/expr.h"

#include <math.h>
#include <string.h>

/* JSON with ' for ". */
static json_t *load(const char *text)
{
	char copy[4096];
	json_t *json;

	assert_true(strlen(text) < sizeof(copy));
	for (size_t i = 0; i <= strlen(text); i++)
		copy[i] = (char)(text[i] == '\'' ? '"' : text[i]);
	json = json_loads(copy, JSON_DECODE_ANY, NULL);
	if (!json)
		fail_msg("no JSON: %s", text);
	return json;
}

struct town {
	struct mm_style_value properties;
	struct mm_expr_geometry geometry;
};

static bool get_property(const struct mm_expr_feature *f, int64_t slot, const char *name, size_t n,
			 struct mm_arena *mem, struct mm_style_value *ret)
{
	const struct town *t = f->self;
	const struct mm_style_value *found = mm_style_value_member(&t->properties, name, n);

	(void)slot;
	(void)mem;
	if (found)
		*ret = *found;
	return found != NULL;
}

static bool get_properties(const struct mm_expr_feature *f, struct mm_arena *mem, struct mm_style_value *ret)
{
	(void)mem;
	*ret = ((const struct town *)f->self)->properties;
	return true;
}

static bool get_geometry(const struct mm_expr_feature *f, struct mm_arena *mem, struct mm_expr_geometry *ret)
{
	(void)mem;
	*ret = ((const struct town *)f->self)->geometry;
	return true;
}

/* a street in Lipetsk, some 135 m to the east */
static const double street[][2] = {{39.598, 52.608}, {39.600, 52.608}};
static const struct mm_expr_part street_part = {street, 2, false};

static bool has_image(const void *images, const char *name, size_t n)
{
	return strlen(images) == n && memcmp(images, name, n) == 0;
}

/* What an expression gives for a street with these properties, as text; "! " and why it fails. */
static const char *result(const char *expression, const char *properties, const struct mm_expr_spec *spec,
			  struct mm_arena *mem)
{
	json_t *json = load(expression), *object = load(properties);
	struct town town = {.geometry = {MM_EXPR_LINES, &street_part, 1}};
	const struct mm_expr_feature f = {.self = &town,
					  .geometry_type = "LineString",
					  .id = mm_style_number_value(7),
					  .property = get_property,
					  .properties = get_properties,
					  .geometry = get_geometry};
	struct mm_expr_context c = {.mem = mem,
				    .zoom = 14.5,
				    .feature = &f,
				    .has_image = has_image,
				    .images = "bench",
				    .wants_words = true};
	struct mm_expr_names names = {0};
	const struct mm_expr_error *errors;
	const struct mm_expr *e;
	struct mm_style_value v, text;
	const char *ret;
	enum mm_code code = mm_expr_parse(json, spec, &names, mem, &e, &errors);

	assert_true(mm_style_value_read(object, mem, &town.properties));
	if (code) {
		assert_non_null(errors);
		ret = mm_arena_printf(mem, "! %s: %s", errors->key, errors->text);
	} else if (!mm_expr_eval(e, &c, &v)) {
		ret = mm_arena_printf(mem, "! %s: %s", c.error_key, c.error);
	} else {
		assert_true(mm_style_value_json(&v, mem, &text));
		ret = text.text;
	}
	json_decref(json);
	json_decref(object);
	for (char *at = (char *)(uintptr_t)ret; *at; at++) /* an arena's own text */
		if (*at == '"')
			*at = '\'';
	return ret;
}

struct row {
	const char *expression, *properties, *expected;
};

static const struct mm_expr_spec anything = {
    .takes_features = true, .takes_zoom = true, .interpolates = true};

static void check_rows(const struct row *rows, size_t n, const struct mm_expr_spec *spec)
{
	for (size_t i = 0; i < n; i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		const char *got = result(rows[i].expression, rows[i].properties, spec, &mem);

		if (strcmp(got, rows[i].expected) != 0)
			fail_msg("%s of %s: %s, expected %s", rows[i].expression, rows[i].properties, got,
				 rows[i].expected);
	}
}
#define CHECK(rows, spec) check_rows(rows, sizeof(rows) / sizeof(*(rows)), spec)

static void looks_up(void **state)
{
	static const struct row rows[] = {
	    {"['get', 'lanes']", "{'lanes': 4}", "4"},
	    {"['get', 'none']", "{'lanes': 4}", "null"},
	    {"['has', 'lanes']", "{'lanes': null}", "true"},
	    {"['has', 'none']", "{}", "false"},
	    {"['get', ['concat', 'name:', 'ru']]", "{'name:ru': 'улица'}", "'улица'"},
	    {"['get', 'b', ['get', 'a']]", "{'a': {'b': 5}}", "5"},
	    {"['at', 1, ['get', 'list']]", "{'list': [1, 2]}", "2"},
	    {"['at', 2, ['get', 'list']]", "{'list': [1, 2]}", "! : Array index out of bounds: 2 > 1."},
	    {"['geometry-type']", "{}", "'LineString'"},
	    {"['id']", "{}", "7"},
	    {"['properties']", "{'a': 1}", "{'a':1}"},
	    {"['in', ['get', 'kind'], ['literal', ['road', 'path']]]", "{'kind': 'path'}", "true"},
	    {"['in', 'лип', ['get', 'kind']]", "{'kind': 'улица лип'}", "true"},
	    {"['index-of', 'ц', ['get', 'kind']]", "{'kind': 'улица'}", "3"},
	    {"['slice', ['get', 'kind'], 1, -1]", "{'kind': 'улица'}", "'лиц'"},
	    {"['length', ['get', 'kind']]", "{'kind': 'улица'}", "5"},
	    {"['split', ['get', 'refs'], ';']", "{'refs': 'М4;Р119'}", "['М4','Р119']"},
	    {"['join', ['split', ['get', 'refs'], ';'], ', ']", "{'refs': 'М4;Р119;'}", "'М4, Р119, '"},
	    {"['typeof', ['get', 'list']]", "{'list': [1, 'a']}", "'array<value, 2>'"},
	};

	(void)state;
	CHECK(rows, &anything);
}

static void decides(void **state)
{
	static const struct row rows[] = {
	    {"['match', ['get', 'kind'], ['a', 'b'], 1, 'c', 2, 0]", "{'kind': 'b'}", "1"},
	    {"['match', ['get', 'kind'], ['a', 'b'], 1, 'c', 2, 0]", "{'kind': 'c'}", "2"},
	    {"['match', ['get', 'kind'], ['a', 'b'], 1, 'c', 2, 0]", "{'kind': 3}", "0"},
	    {"['match', ['get', 'kind'], -1, 'minus', 0, 'none', 'more']", "{'kind': 0}", "'none'"},
	    {"['match', ['get', 'kind'], 'a', 1, 'a', 2, 0]", "{}", "! [4]: Branch labels must be unique."},
	    {"['case', ['==', ['get', 'a'], 1], 'one', ['has', 'b'], 'b', 'none']", "{'b': 0}", "'b'"},
	    {"['case', ['get', 'a'], 1, 2]", "{'a': 'x'}",
	     "! [1]: Expected value to be of type boolean, but found string instead."},
	    {"['coalesce', ['get', 'a'], ['get', 'b'], 'c']", "{'b': 2}", "2"},
	    {"['step', ['get', 'n'], 'few', 10, 'some', 100, 'many']", "{'n': 10}", "'some'"},
	    {"['step', ['get', 'n'], 'few', 10, 'some', 100, 'many']", "{'n': -5}", "'few'"},
	    {"['step', ['get', 'n'], 'few', 10, 'some', 5, 'many']", "{}",
	     "! [5]: Input/output pairs for \"step\" expressions must be arranged with input values in "
	     "strictly "
	     "ascending order."},
	    {"['let', 'a', ['get', 'n'], ['let', 'b', ['*', ['var', 'a'], 2], ['+', ['var', 'a'], ['var', "
	     "'b']]]]",
	     "{'n': 2}", "6"},
	    {"['var', 'a']", "{}",
	     "! [1]: Unknown variable \"a\". Make sure \"a\" has been bound in an enclosing \"let\" "
	     "expression "
	     "before using it."},
	    {"['all', ['has', 'a'], ['>', ['get', 'a'], 1]]", "{'a': 2}", "true"},
	    {"['all', ['has', 'a'], ['>', ['get', 'a'], 1], true]", "{}", "false"},
	    {"['any', ['has', 'a'], ['has', 'b']]", "{'b': 1}", "true"},
	    {"['!', ['has', 'a']]", "{}", "true"},
	    {"['==', ['get', 'a'], null]", "{}", "true"},
	    {"['!=', ['get', 'a'], '1']", "{'a': 1}", "true"},
	    {"['<=', ['get', 'a'], 'б']", "{'a': 'а'}", "true"},
	    {"['<', ['get', 'a'], 1]", "{'a': '0'}",
	     "! : Expected value to be of type number, but found string instead."},
	    {"['==', 1, 'a']", "{}", "! : Cannot compare types 'number' and 'string'."},
	    {"['==', ['get', 'a'], 'ЕЛКА', ['collator', {}]]", "{'a': 'ёлка'}", "true"},
	    {"['==', ['get', 'a'], 'ЕЛКА', ['collator', {'diacritic-sensitive': true}]]", "{'a': 'ёлка'}",
	     "false"},
	    {"['<', 'и', 'й', ['collator', {}]]", "{}", "true"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) { /* messages have " of their own */
		MM_ARENA_SCOPE(mem, 1 << 20);
		const char *got = result(rows[i].expression, rows[i].properties, &anything, &mem);
		char expected[512];

		(void)snprintf(expected, sizeof(expected), "%s", rows[i].expected);
		for (char *at = expected; *at; at++)
			if (*at == '"')
				*at = '\'';
		if (strcmp(got, expected) != 0)
			fail_msg("%s: %s, expected %s", rows[i].expression, got, expected);
	}
}

static void computes(void **state)
{
	static const struct row rows[] = {
	    {"['+', 1, 2, ['get', 'a']]", "{'a': 3}", "6"},
	    {"['-', ['get', 'a']]", "{'a': 3}", "-3"},
	    {"['-', 10, ['get', 'a']]", "{'a': 3}", "7"},
	    {"['%', -7, ['get', 'a']]", "{'a': 3}", "-1"},
	    {"['^', 2, ['get', 'a']]", "{'a': 0.5}", "1.4142135623730951"},
	    {"['round', ['get', 'a']]", "{'a': -2.5}", "-3"},
	    {"['min', 3, ['get', 'a'], 2]", "{'a': 7}", "2"},
	    {"['max']", "{}", "null"},
	    {"['/', 1, ['get', 'a']]", "{'a': 0}", "null"},
	    {"['log2', 8]", "{}", "3"},
	    {"['interpolate', ['linear'], ['get', 'a'], 0, 0, 10, 100]", "{'a': 2.5}", "25"},
	    {"['interpolate', ['linear'], ['get', 'a'], 0, 0, 10, 100]", "{'a': 25}", "100"},
	    {"['interpolate', ['exponential', 2], ['zoom'], 14, 0, 16, 3]", "{}", "0.41421356237309515"},
	    {"['round', ['*', 1000, ['interpolate', ['cubic-bezier', 0.42, 0, 0.58, 1], ['get', 'a'], 0, 0, "
	     "1, "
	     "1]]]",
	     "{'a': 0.25}", "129"},
	    {"['interpolate', ['linear'], ['get', 'a'], 0, ['literal', [0, 10]], 1, ['literal', [1, 20]]]",
	     "{'a': 0.5}", "[0.5,15]"},
	    {"['interpolate', ['linear'], ['get', 'a'], 0, 'x', 1, 'y']", "{}",
	     "! : Type string is not interpolatable."},
	    {"['+', 1, ['get', 'a']]", "{'a': '1'}",
	     "! [2]: Expected value to be of type number, but found string instead."},
	    {"['sqrt', 1, 2]", "{}",
	     "! : Expected arguments of type (number), but found (number, number) instead."},
	};

	(void)state;
	CHECK(rows, &anything);
}

static void converts(void **state)
{
	static const struct row rows[] = {
	    {"['to-number', ['get', 'a'], 5]", "{'a': ' 12.5 '}", "12.5"},
	    {"['to-number', ['get', 'a'], 5]", "{'a': 'x'}", "5"},
	    {"['to-number', ['get', 'a']]", "{'a': 'x'}", "! : Could not convert 'x' to number."},
	    {"['to-number', ['get', 'a']]", "{'a': '0x1f'}", "31"},
	    {"['to-boolean', ['get', 'a']]", "{'a': 'false'}", "true"},
	    {"['to-string', ['get', 'a']]", "{'a': 1e21}", "'1e+21'"},
	    {"['to-string', ['get', 'a']]", "{'a': 0.0000015}", "'0.0000015'"},
	    {"['to-string', ['get', 'a']]", "{'a': 1.5e-7}", "'1.5e-7'"},
	    {"['to-string', ['get', 'a']]", "{'a': 123456789012}", "'123456789012'"},
	    {"['to-string', ['to-color', ['get', 'a']]]", "{'a': '#80008080'}",
	     "'rgba(128,0,128,0.5019607843137255)'"},
	    {"['to-rgba', ['to-color', ['get', 'a'], 'red']]", "{'a': 'no'}", "[255,0,0,1]"},
	    {"['rgba', 0, 300, 0, 1]", "{}",
	     "! : Invalid rgba value [0, 300, 0, 1]: 'r', 'g', and 'b' must be between 0 and 255."},
	    {"['number', ['get', 'a'], 3]", "{'a': 'x'}", "3"},
	    {"['array', 'number', 2, ['get', 'a']]", "{'a': [1, 2]}", "[1,2]"},
	    {"['array', 'number', 2, ['get', 'a']]", "{'a': [1]}",
	     "! : Expected value to be of type array<number, 2>, but found array<number, 1> instead."},
	    {"['concat', 'дом ', ['get', 'a'], ['get', 'none'], '/', true]", "{'a': 5}", "'дом 5/true'"},
	    {"['upcase', ['get', 'a']]", "{'a': 'улица Ёлочная'}", "'УЛИЦА ЁЛОЧНАЯ'"},
	    {"['number-format', ['get', 'a'], {'locale': 'ru', 'max-fraction-digits': 1}]",
	     "{'a': 1234567.25}",
	     "'1\xc2\xa0"
	     "234\xc2\xa0"
	     "567,3'"},
	    {"['number-format', ['get', 'a'], {'locale': 'ru', 'unit': 'meter'}]", "{'a': 12.5}",
	     "'12,5\xc2\xa0м'"},
	    {"['number-format', ['get', 'a'], {'locale': 'en', 'currency': 'USD'}]", "{'a': -1999.995}",
	     "'-$2,000.00'"},
	    {"['image', ['get', 'a']]", "{'a': 'bench'}", "{'name':'bench','available':true}"},
	    {"['coalesce', ['image', ['get', 'a']], ['image', 'bench']]", "{'a': 'none'}",
	     "{'name':'bench','available':true}"},
	    {"['error', 'why']", "{}", "! : why"},
	};

	(void)state;
	CHECK(rows, &anything);
}

static void formats(void **state)
{
	static const struct mm_expr_spec text = {.type = &mm_style_types[MM_STYLE_FORMATTED],
						 .takes_features = true};
	static const struct row rows[] = {
	    {"['get', 'name']", "{'name': 'Зегеля'}",
	     "{'sections':[{'text':'Зегеля','image':null,'scale':null,'fontStack':null,'textColor':null,"
	     "'verticalAlign':null}]}"},
	    {"['format', ['get', 'name'], {'font-scale': 0.8, 'text-color': 'red'}, ['image', 'bench']]",
	     "{'name': 1}",
	     "{'sections':[{'text':'1','image':null,'scale':0.8,'fontStack':null,'textColor':{'r':1,'g':0,'b'"
	     ":0,"
	     "'a':1},'verticalAlign':null},{'text':'','image':{'name':'bench','available':true},'scale':null,"
	     "'fontStack':null,'textColor':null,'verticalAlign':null}]}"},
	    {"['zoom']", "{}", "! : Expected formatted but found number instead."},
	};

	(void)state;
	CHECK(rows, &text);
}

/* Distances to 0.1 m; PROJ's geod says 135.43 m along the street, and 111.27 m a thousandth of a degree
 * north. */
static void measures(void **state)
{
	static const struct row rows[] = {
	    {"['round', ['*', 10, ['distance', {'type': 'Point', 'coordinates': [39.6, 52.609]}]]]", "{}",
	     "1113"},
	    {"['distance', {'type': 'LineString', 'coordinates': [[39.599, 52.607], [39.599, 52.609]]}]",
	     "{}", "0"},
	    {"['distance', {'type': 'Polygon', 'coordinates': [[[39.59, 52.6], [39.61, 52.6], [39.61, "
	     "52.61], "
	     "[39.59, 52.61], [39.59, 52.6]]]}]",
	     "{}", "0"},
	    {"['within', {'type': 'Polygon', 'coordinates': [[[39.59, 52.6], [39.61, 52.6], [39.61, 52.61], "
	     "[39.59, 52.61], [39.59, 52.6]]]}]",
	     "{}", "true"},
	    {"['within', {'type': 'Polygon', 'coordinates': [[[39.599, 52.6], [39.61, 52.6], [39.61, 52.61], "
	     "[39.599, 52.61], [39.599, 52.6]]]}]",
	     "{}", "false"},
	    {"['within', {'type': 'Point', 'coordinates': [0, 0]}]", "{}",
	     "! : 'within' expression requires valid geojson object that contains polygon geometry type."},
	    {"['within', null]", "{}",
	     "! : 'within' expression requires valid geojson object that contains polygon geometry type."},
	    {"['distance', {'type': 'Polygon', 'coordinates': [[1, 2], 'x']}]", "{}",
	     "! : 'distance' expression requires valid geojson object that contains polygon geometry type."},
	};

	(void)state;
	CHECK(rows, &anything);
}

static void keeps_the_zoom_outside(void **state)
{
	static const struct mm_expr_spec constant = {.takes_zoom = true};
	static const struct row rows[] = {
	    {"['interpolate', ['linear'], ['zoom'], 14, 1, 15, 2]", "{}",
	     "! : 'interpolate' expressions cannot be used with this property"},
	    {"['step', ['zoom'], 1, 14, 2]", "{}", "2"},
	    {"['+', 1, ['step', ['zoom'], 1, 14, 2]]", "{}",
	     "! : 'zoom' expression may only be used as input to a top-level 'step' or 'interpolate' "
	     "expression."},
	    {"['get', 'a']", "{}", "! : data expressions not supported"},
	};

	(void)state;
	CHECK(rows, &constant);
}

static json_t *nest(const char *op, int depth)
{
	json_t *json = json_true();

	for (int i = 0; i < depth; i++)
		json = json_pack("[so]", op, json);
	return json;
}

static void refuses_what_is_too_deep(void **state)
{
	MM_ARENA_SCOPE(mem, 64 << 20);
	struct mm_expr_names names = {0};
	const struct mm_expr_error *errors;
	const struct mm_expr *e;
	json_t *deep = nest("!", MM_STYLE_DEPTH_MAX + 1), *fine = nest("!", MM_STYLE_DEPTH_MAX);

	(void)state;
	assert_int_equal(mm_expr_parse(deep, &anything, &names, &mem, &e, &errors), MM_E_LIMIT);
	assert_string_equal(errors->text, "nested too deep; use \"let\" or \"match\"");
	assert_int_equal(mm_expr_parse(fine, &anything, &names, &mem, &e, &errors), MM_OK);
	json_decref(deep);
	json_decref(fine);
}

/* Thirty doublings inside each other are 2^30 additions. */
static json_t *double_thirty_times(void)
{
	json_t *json = json_pack("[ss]", "var", "v30");

	for (int i = 30; i > 0; i--) {
		char before[16], name[16];

		(void)snprintf(before, sizeof(before), "v%d", i - 1);
		(void)snprintf(name, sizeof(name), "v%d", i);
		json = json_pack("[ss[s[ss][ss]]o]", "let", name, "+", "var", before, "var", before, json);
	}
	return json_pack("[ss[s[ss]i]o]", "let", "v0", "number", "get", "a", 1, json);
}

static void bounds_what_it_does(void **state)
{
	MM_ARENA_SCOPE(mem, 256 << 20);
	struct mm_expr_context c = {.mem = &mem, .wants_words = true};
	struct mm_expr_names names = {0};
	const struct mm_expr_error *errors;
	const struct mm_expr *e;
	struct mm_style_value v;
	json_t *doubled = double_thirty_times(), *all = json_integer(1);

	(void)state;
	assert_int_equal(mm_expr_parse(doubled, &anything, &names, &mem, &e, &errors), MM_OK);
	assert_false(mm_expr_eval(e, &c, &v));
	assert_string_equal(c.error, "the expression takes too many steps");
	json_decref(doubled);
	for (int i = 0; i < 60; i++) /* what is wrong in "all" is looked at twice, to say it well */
		all = json_pack("[sob]", "all", all, 1);
	assert_int_equal(mm_expr_parse(all, &anything, &names, &mem, &e, &errors), MM_E_LIMIT);
	assert_non_null(errors);
	json_decref(all);
}

static void numbers_properties(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	json_t *json = load("['concat', ['get', 'name'], ['get', 'ref'], ['get', 'name']]");
	struct mm_expr_names names = {0};
	const struct mm_expr *e;

	(void)state;
	assert_int_equal(mm_expr_parse(json, &anything, &names, &mem, &e, NULL), MM_OK);
	assert_int_equal(names.n, 2);
	assert_string_equal(names.names[0], "name");
	assert_string_equal(names.names[1], "ref");
	assert_true(mm_expr_needs_feature(e));
	assert_false(mm_expr_needs_zoom(e));
	json_decref(json);
}

static void folds_constants(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	json_t *json = load("['let', 'a', 2, ['*', ['var', 'a'], ['+', 1, 2]]]");
	struct mm_expr_names names = {0};
	const struct mm_expr *e;

	(void)state;
	assert_int_equal(mm_expr_parse(json, &anything, &names, &mem, &e, NULL), MM_OK);
	assert_non_null(mm_expr_constant(e));
	assert_true(mm_expr_constant(e)->number == 6);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(looks_up),
	    cmocka_unit_test(decides),
	    cmocka_unit_test(computes),
	    cmocka_unit_test(converts),
	    cmocka_unit_test(formats),
	    cmocka_unit_test(measures),
	    cmocka_unit_test(keeps_the_zoom_outside),
	    cmocka_unit_test(refuses_what_is_too_deep),
	    cmocka_unit_test(bounds_what_it_does),
	    cmocka_unit_test(numbers_properties),
	    cmocka_unit_test(folds_constants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
