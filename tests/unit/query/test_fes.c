#include "check.h"
#include "layer_fixture.h"

#include "base/buf.h"
#include "geo/kit.h"
#include "query/fes.h"
#include "query/filter_bind.h"
#include "query/query.h"

#include <stdlib.h>
#include <string.h>

/* Filters in XML: each has the tree of a filter in CQL2; what is wrong is refused with its line; and what
 * needs rows to tell finds the right ones. */

static enum mm_code find_crs(void *of, const char *srs_name, struct mm_arena *mem, struct mm_filter_crs *ret,
			     struct mm_err *reterr)
{
	(void)of;
	(void)mem;
	if (strcmp(srs_name, "urn:ogc:def:crs:EPSG::4326") == 0)
		*ret = (struct mm_filter_crs){.definition = "EPSG:4326", .is_north_first = true};
	else if (strcmp(srs_name, "EPSG:4326") == 0)
		*ret = (struct mm_filter_crs){.definition = "EPSG:4326", .is_north_first = false};
	else if (strcmp(srs_name, "EPSG:3857") == 0)
		*ret = (struct mm_filter_crs){.definition = "EPSG:3857", .is_north_first = false};
	else
		return mm_fail(reterr, MM_E_INVALID, "srsName", "'%.60s' is not known", srs_name);
	return MM_OK;
}

static const struct mm_fes how = {.layer = "streets", .find_crs = find_crs};

static const char *text_of(const struct mm_filter *f, struct mm_arena *mem)
{
	struct mm_buf b;
	const char *ret;

	mm_buf_init(&b, 16 << 20);
	mm_filter_put_text(f, &b);
	assert_false(b.failed);
	ret = mm_arena_text(mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return ret;
}

static struct mm_filter *parse(const char *xml, struct mm_arena *mem, struct mm_err *err)
{
	struct mm_filter *f = NULL;

	if (mm_fes_parse(xml, strlen(xml), &how, mem, &f, err))
		assert_null(f);
	return f;
}

static const char *wrapped(const char *head, const char *body, struct mm_arena *mem)
{
	return mm_arena_printf(mem, "%s%s</%s", head, body,
			       strncmp(head, "<fes", 4) == 0 ? "fes:Filter>" : "ogc:Filter>");
}

static const char fes20[] =
    "<fes:Filter xmlns:fes='http://www.opengis.net/fes/2.0' "
    "xmlns:gml='http://www.opengis.net/gml/3.2' xmlns:xs='http://www.w3.org/2001/XMLSchema'>";
static const char fes11[] = "<ogc:Filter xmlns:ogc='http://www.opengis.net/ogc' "
			    "xmlns:gml='http://www.opengis.net/gml'>";

struct pair {
	const char *xml, *cql2;
};

static void check_pairs(const char *head, const struct pair *pair, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		MM_ARENA_SCOPE(mem, 16 << 20);
		struct mm_filter *f, *want = NULL;
		struct mm_err err = {0};

		f = parse(wrapped(head, pair[i].xml, &mem), &mem, &err);
		if (!f)
			fail_msg("%s: %s", pair[i].xml, err.msg);
		assert_int_equal(mm_cql2_text_parse(pair[i].cql2, &mem, &want, NULL), MM_OK);
		assert_string_equal(text_of(f, &mem), text_of(want, &mem));
	}
}

#define CHECK_PAIRS(head, pairs) check_pairs(head, pairs, sizeof(pairs) / sizeof((pairs)[0]))

/* ---- 2.0 ---- */

#define REF(name)  "<fes:ValueReference>" name "</fes:ValueReference>"
#define LIT(text)  "<fes:Literal>" text "</fes:Literal>"
#define OP(op, in) "<fes:" op ">" in "</fes:" op ">"
#define POINT_2    "<gml:Point><gml:pos>1 2</gml:pos></gml:Point>"
#define ENVELOPE_2                                                                                           \
	"<gml:Envelope><gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 "                            \
	"4</gml:upperCorner></gml:Envelope>"
#define AT(text) "<gml:TimeInstant gml:id='t'><gml:timePosition>" text "</gml:timePosition></gml:TimeInstant>"
#define DURING(a, b)                                                                                         \
	"<gml:TimePeriod gml:id='t'><gml:beginPosition>" a "</gml:beginPosition><gml:endPosition>" b         \
	"</gml:endPosition></gml:TimePeriod>"

static void filters_of_2_0_have_the_trees_of_cql2(void **state)
{
	static const struct pair comparisons[] = {
	    {OP("PropertyIsEqualTo", REF("a") LIT("1")), "a = 1"},
	    {OP("PropertyIsNotEqualTo", REF("a") LIT("x'y")), "a <> 'x''y'"},
	    {OP("PropertyIsLessThan", REF("a") LIT("1.5")), "a < 1.5"},
	    {OP("PropertyIsGreaterThan", REF("a") LIT("-2")), "a > -2"},
	    {OP("PropertyIsLessThanOrEqualTo", LIT("1e3") REF("a")), "1e3 <= a"},
	    {OP("PropertyIsGreaterThanOrEqualTo", REF("a") REF("b")), "a >= b"},
	    {OP("PropertyIsEqualTo", REF(" app:a ") LIT(" x ")), "a = ' x '"},
	    {OP("PropertyIsEqualTo", REF("app:streets/app:name") LIT("x")), "name = 'x'"},
	    {OP("PropertyIsEqualTo", REF("/app:streets[1]") LIT("x")), "streets = 'x'"},
	    {OP("PropertyIsEqualTo", REF("streets/имя") LIT("Ёлки")), "имя = 'Ёлки'"},
	    {OP("PropertyIsEqualTo", REF("a") "<fes:Literal type='xs:string'>1</fes:Literal>"), "a = '1'"},
	    {OP("PropertyIsEqualTo", REF("a") "<fes:Literal type='xs:double'> 1.5 </fes:Literal>"),
	     "a = 1.5"},
	    {OP("PropertyIsEqualTo", REF("a") "<fes:Literal type='xs:boolean'>true</fes:Literal>"),
	     "a = TRUE"},
	    {OP("PropertyIsEqualTo", REF("a") "<fes:Literal type='xs:date'>2026-01-31</fes:Literal>"),
	     "a = DATE('2026-01-31')"},
	    {OP("PropertyIsEqualTo", REF("a") "<fes:Literal><![CDATA[<&>]]></fes:Literal>"), "a = '<&>'"},
	    {OP("PropertyIsEqualTo", REF("a") "<fes:Literal/>"), "a = ''"},
	    {OP("After", REF("a") AT("2026-01-31T09:30Z")), "T_AFTER(a, TIMESTAMP('2026-01-31T09:30:00Z'))"},
	    {OP("After", REF("a") AT("2026-01-31T09:30+03:00")),
	     "T_AFTER(a, TIMESTAMP('2026-01-31T06:30:00Z'))"},
	    {OP("After", REF("a") AT("2026-01-31T09:30")), "T_AFTER(a, TIMESTAMP('2026-01-31T09:30:00Z'))"},
	    {OP("PropertyIsEqualTo", REF("a") LIT(AT("2026-01-31"))), "a = DATE('2026-01-31')"},
	    {"<fes:PropertyIsEqualTo matchCase='false' matchAction='Any'>" REF("a")
		 LIT("x") "</fes:PropertyIsEqualTo>",
	     "casei(a) = casei('x')"},
	    {"<fes:PropertyIsEqualTo matchCase='true' matchAction='All'>" REF("a")
		 LIT("x") "</fes:PropertyIsEqualTo>",
	     "a = 'x'"},
	    {OP("PropertyIsNull", REF("a")), "a IS NULL"},
	    {"<fes:PropertyIsNil nilReason='unknown'>" REF("a") "</fes:PropertyIsNil>", "a IS NULL"},
	    {OP("PropertyIsBetween", REF("a") OP("LowerBoundary", LIT("1")) OP("UpperBoundary", LIT("2.5"))),
	     "a BETWEEN 1 AND 2.5"},
	    {OP("PropertyIsBetween", REF("a") OP("LowerBoundary", REF("b")) OP("UpperBoundary", REF("c"))),
	     "a BETWEEN b AND c"},
	    {"<fes:Function name='f'/>", "f()"},
	    {OP("PropertyIsEqualTo", "<fes:Function name='f'>" REF("a") LIT("1") "</fes:Function>" LIT("x")),
	     "f(a, 1) = 'x'"},
	    {OP("PropertyIsEqualTo", "<fes:Function name='casei'>" REF("a") "</fes:Function>" LIT("x")),
	     "casei(a) = 'x'"},
	    {OP("PropertyIsEqualTo",
		"<fes:Function name='Mul'>" REF("a") LIT("2") "</fes:Function>" LIT("4")),
	     "a * 2 = 4"},
	};
	static const struct pair logic[] = {
	    {OP("And",
		OP("PropertyIsNull", REF("a")) OP("PropertyIsNull", REF("b")) OP("PropertyIsNull", REF("c"))),
	     "a IS NULL AND b IS NULL AND c IS NULL"},
	    {OP("Or", OP("PropertyIsNull", REF("a")) OP("Not", OP("PropertyIsNull", REF("b")))),
	     "a IS NULL OR NOT (b IS NULL)"},
	    {OP("And", OP("PropertyIsNull", REF("a"))), "a IS NULL"},
	    {OP("And", "<fes:ResourceId rid='streets.7'/>" OP("PropertyIsNull", REF("a"))),
	     "ids('7') AND a IS NULL"},
	    {"<fes:ResourceId rid='streets.7'/>", "ids('7')"},
	    {"<fes:ResourceId rid='streets.7'/><fes:ResourceId rid='8.9'/><fes:ResourceId rid='roads.1'/>",
	     "ids('7', '8.9', 'roads.1')"},
	    {"<fes:ResourceId rid='streets.'/>", "ids('streets.')"},
	};
	static const struct pair spatial[] = {
	    {OP("BBOX", REF("g") ENVELOPE_2), "S_INTERSECTS(g, BBOX(1, 2, 3, 4))"},
	    {OP("BBOX", ENVELOPE_2), "S_INTERSECTS(geometry, BBOX(1, 2, 3, 4))"},
	    {OP("BBOX", REF("g") REF("h")), "S_INTERSECTS(g, h)"},
	    {OP("BBOX", REF("") ENVELOPE_2), "S_INTERSECTS(geometry, BBOX(1, 2, 3, 4))"},
	    {OP("Within", REF("gml:boundedBy") POINT_2), "S_WITHIN(geometry, POINT(1 2))"},
	    {OP("Equals", REF("g") POINT_2), "S_EQUALS(g, POINT(1 2))"},
	    {OP("Disjoint", REF("g") POINT_2), "S_DISJOINT(g, POINT(1 2))"},
	    {OP("Intersects", POINT_2 REF("g")), "S_INTERSECTS(POINT(1 2), g)"},
	    {OP("Touches", REF("g") POINT_2), "S_TOUCHES(g, POINT(1 2))"},
	    {OP("Crosses", REF("g") POINT_2), "S_CROSSES(g, POINT(1 2))"},
	    {OP("Within", REF("g") ENVELOPE_2), "S_WITHIN(g, BBOX(1, 2, 3, 4))"},
	    {OP("Contains", REF("g") POINT_2), "S_CONTAINS(g, POINT(1 2))"},
	    {OP("Overlaps", REF("g") LIT(POINT_2)), "S_OVERLAPS(g, POINT(1 2))"},
	    {OP("DWithin", REF("g") POINT_2 "<fes:Distance uom='m'>10</fes:Distance>"),
	     "within_distance(g, POINT(1 2), 10.0)"},
	    {OP("DWithin",
		REF("g") POINT_2 "<fes:Distance uom='urn:ogc:def:uom:UCUM::km'> 1.5 </fes:Distance>"),
	     "within_distance(g, POINT(1 2), 1500.0)"},
	    {OP("DWithin",
		REF("g") POINT_2 "<fes:Distance uom='urn:ogc:def:uom:EPSG::9001'>0</fes:Distance>"),
	     "within_distance(g, POINT(1 2), 0.0)"},
	    {OP("Beyond", REF("g") POINT_2 "<fes:Distance uom='metre'>10</fes:Distance>"),
	     "NOT (within_distance(g, POINT(1 2), 10.0))"},
	};
	static const struct pair temporal[] = {
	    {OP("After", REF("t") AT("2026-01-31")), "T_AFTER(t, DATE('2026-01-31'))"},
	    {OP("Before", REF("t") AT("2026-01-31T03:00:00+03:00")),
	     "T_BEFORE(t, TIMESTAMP('2026-01-31T00:00:00Z'))"},
	    {OP("Begins", REF("t") DURING("2026-01-01", "2026-02-01")),
	     "T_STARTS(t, INTERVAL('2026-01-01', '2026-02-01'))"},
	    {OP("BegunBy", REF("t") LIT("2026-01-31")), "T_STARTEDBY(t, DATE('2026-01-31'))"},
	    {OP("TContains", REF("t") AT("2026-01-31")), "T_CONTAINS(t, DATE('2026-01-31'))"},
	    {OP("During", REF("t") DURING("2026", "2026-02")),
	     "T_DURING(t, INTERVAL('2026-01-01', '2026-02-28'))"},
	    {OP("TEquals", REF("t") AT("2024-02")), "T_EQUALS(t, INTERVAL('2024-02-01', '2024-02-29'))"},
	    {OP("TOverlaps", REF("t") DURING("", "2026-12")), "T_OVERLAPS(t, INTERVAL('..', '2026-12-31'))"},
	    {OP("Meets", REF("t") AT("2026-01-31")), "T_MEETS(t, DATE('2026-01-31'))"},
	    {OP("OverlappedBy", REF("t") AT("2026-01-31")), "T_OVERLAPPEDBY(t, DATE('2026-01-31'))"},
	    {OP("MetBy", REF("t") AT("2026-01-31")), "T_METBY(t, DATE('2026-01-31'))"},
	    {OP("EndedBy", REF("t") AT("2026-01-31")), "T_FINISHEDBY(t, DATE('2026-01-31'))"},
	    {OP("Ends", REF("t") AT("2026-01-31")), "T_FINISHES(t, DATE('2026-01-31'))"},
	    {OP("AnyInteracts",
		REF("t") "<gml:TimePeriod><gml:begin>" AT("2026-01-01") "</gml:begin><gml:end>" AT(
		    "2026-01-02") "</gml:end></gml:TimePeriod>"),
	     "T_INTERSECTS(t, INTERVAL('2026-01-01', '2026-01-02'))"},
	    {OP("During", REF("t") "<gml:TimePeriod><gml:beginPosition>2026-01-01</gml:beginPosition>"
				   "<gml:endPosition indeterminatePosition='unknown'/></gml:TimePeriod>"),
	     "T_DURING(t, INTERVAL('2026-01-01', '..'))"},
	};

	(void)state;
	CHECK_PAIRS(fes20, comparisons);
	CHECK_PAIRS(fes20, logic);
	CHECK_PAIRS(fes20, spatial);
	CHECK_PAIRS(fes20, temporal);
}

/* ---- 1.0 and 1.1 ---- */

#define NAME(name)    "<ogc:PropertyName>" name "</ogc:PropertyName>"
#define OLD_LIT(text) "<ogc:Literal>" text "</ogc:Literal>"
#define OLD(op, in)   "<ogc:" op ">" in "</ogc:" op ">"
#define POINT_1       "<gml:Point><gml:coordinates>1,2</gml:coordinates></gml:Point>"
#define BOX_1         "<gml:Box><gml:coordinates>1,2 3,4</gml:coordinates></gml:Box>"

static void filters_of_1_x_have_the_trees_of_cql2(void **state)
{
	static const struct pair pairs[] = {
	    {OLD("PropertyIsEqualTo", NAME("a") OLD_LIT("1")), "a = 1"},
	    {OLD("PropertyIsNotEqualTo", NAME("a") OLD_LIT("x")), "a <> 'x'"},
	    {OLD("PropertyIsLessThan", NAME("a") OLD_LIT("1")), "a < 1"},
	    {OLD("PropertyIsGreaterThan", NAME("a") OLD_LIT("1")), "a > 1"},
	    {OLD("PropertyIsLessThanOrEqualTo", NAME("a") OLD_LIT("1")), "a <= 1"},
	    {OLD("PropertyIsGreaterThanOrEqualTo", NAME("a") OLD_LIT("1")), "a >= 1"},
	    {"<ogc:PropertyIsEqualTo matchCase='false'>" NAME("a") OLD_LIT("x") "</ogc:PropertyIsEqualTo>",
	     "casei(a) = casei('x')"},
	    {OLD("PropertyIsNull", NAME("ms:streets/ms:a")), "a IS NULL"},
	    {OLD("PropertyIsBetween",
		 NAME("a") OLD("LowerBoundary", OLD_LIT("1")) OLD("UpperBoundary", OLD_LIT("2"))),
	     "a BETWEEN 1 AND 2"},
	    {OLD("PropertyIsGreaterThan", OLD("Add", NAME("a") OLD("Mul", NAME("b") OLD_LIT("2")))
					      OLD("Sub", OLD_LIT("9") OLD("Div", NAME("c") OLD_LIT("3")))),
	     "a + b * 2 > 9 - c / 3"},
	    {OLD("PropertyIsEqualTo", "<ogc:Function name='f'>" NAME("a") "</ogc:Function>" OLD_LIT("1")),
	     "f(a) = 1"},
	    {OLD("And", OLD("PropertyIsNull", NAME("a"))
			    OLD("Or", OLD("PropertyIsNull", NAME("b"))
					  OLD("Not", OLD("PropertyIsNull", NAME("c"))))),
	     "a IS NULL AND (b IS NULL OR NOT (c IS NULL))"},
	    {"<ogc:FeatureId fid='streets.7'/><ogc:FeatureId fid='streets.8'/>", "ids('7', '8')"},
	    {"<ogc:GmlObjectId gml:id='streets.7'/>", "ids('7')"},
	    {OLD("BBOX", NAME("g") BOX_1), "S_INTERSECTS(g, BBOX(1, 2, 3, 4))"},
	    {OLD("BBOX", NAME("g") "<gml:Box><gml:coord><gml:X>1</gml:X><gml:Y>2</gml:Y></gml:coord>"
				   "<gml:coord><gml:X>3</gml:X><gml:Y>4</gml:Y></gml:coord></gml:Box>"),
	     "S_INTERSECTS(g, BBOX(1, 2, 3, 4))"},
	    {OLD("BBOX", NAME("g") ENVELOPE_2), "S_INTERSECTS(g, BBOX(1, 2, 3, 4))"},
	    {OLD("BBOX",
		 NAME("g") "<gml:Envelope><gml:pos>1 2 5</gml:pos><gml:pos>3 4 6</gml:pos></gml:Envelope>"),
	     "S_INTERSECTS(g, BBOX(1, 2, 5, 3, 4, 6))"},
	    {OLD("BBOX", NAME("g") "<gml:Envelope><gml:coordinates>1,2 3,4</gml:coordinates></gml:Envelope>"),
	     "S_INTERSECTS(g, BBOX(1, 2, 3, 4))"},
	    {OLD("Equals", NAME("g") POINT_1), "S_EQUALS(g, POINT(1 2))"},
	    {OLD("Disjoint", NAME("g") POINT_1), "S_DISJOINT(g, POINT(1 2))"},
	    {OLD("Intersects", NAME("g") POINT_1), "S_INTERSECTS(g, POINT(1 2))"},
	    {OLD("Touches", NAME("g") POINT_1), "S_TOUCHES(g, POINT(1 2))"},
	    {OLD("Crosses", NAME("g") POINT_1), "S_CROSSES(g, POINT(1 2))"},
	    {OLD("Within", NAME("g") BOX_1), "S_WITHIN(g, BBOX(1, 2, 3, 4))"},
	    {OLD("Contains", NAME("g") POINT_1), "S_CONTAINS(g, POINT(1 2))"},
	    {OLD("Overlaps", NAME("g") POINT_1), "S_OVERLAPS(g, POINT(1 2))"},
	    {OLD("DWithin", NAME("g") POINT_1 "<ogc:Distance units='m'>10</ogc:Distance>"),
	     "within_distance(g, POINT(1 2), 10.0)"},
	    {OLD("Beyond", NAME("g") POINT_1
		 "<ogc:Distance units='http://www.uomdict.com/uom.html#meters'>10</ogc:Distance>"),
	     "NOT (within_distance(g, POINT(1 2), 10.0))"},
	};

	(void)state;
	CHECK_PAIRS(fes11, pairs);
}

static void patterns_get_the_signs_of_cql2(void **state)
{
	static const char *const rows[][3] = {
	    {"wildCard='*' singleChar='.' escapeChar='!'", "a*b.c", "a LIKE 'a%b_c'"},
	    {"wildCard='*' singleChar='.' escapeChar='!'", "!*!.!!!x!", "a LIKE '*.!x!'"},
	    {"wildCard='*' singleChar='#' escape='!'", "50%_\\*#!#", "a LIKE '50\\%\\_\\\\%_#'"},
	    {"wildCard='%' singleChar='_' escapeChar='\\'", "%x_\\%\\_\\\\y", "a LIKE '%x_\\%\\_\\\\y'"},
	    {"wildCard='**' singleChar='Ё' escapeChar=''", "*x**Ё", "a LIKE '*x%_'"},
	    {"wildCard='' singleChar='' escapeChar=''", "*?%", "a LIKE '*?\\%'"},
	    {"", "*?\\*", "a LIKE '%_*'"},
	    {"wildCard='*' singleChar='.' escapeChar='!' matchCase='false'", "Ё*",
	     "casei(a) LIKE casei('Ё%')"},
	    {"wildCard='*' singleChar='.' escapeChar='!'", "12", "a LIKE '12'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		const char *body = mm_arena_printf(
			       &mem,
			       "<fes:PropertyIsLike %s>" REF("a") "<fes:Literal>%s</fes:Literal>"
								  "</fes:PropertyIsLike>",
			       rows[i][0], rows[i][1]),
			   *old = mm_arena_printf(
			       &mem,
			       "<ogc:PropertyIsLike %s>" NAME("a") "<ogc:Literal>%s</ogc:Literal>"
								   "</ogc:PropertyIsLike>",
			       rows[i][0], rows[i][1]);
		const struct pair pair = {body, rows[i][2]}, old_pair = {old, rows[i][2]};

		check_pairs(fes20, &pair, 1);
		check_pairs(fes11, &old_pair, 1);
	}
}

/* ---- systems ---- */

static void geometries_keep_their_systems(void **state)
{
	static const char *const rows[][2] = {
	    {OP("Intersects", REF("g") "<gml:Point srsName='urn:ogc:def:crs:EPSG::4326'><gml:pos>55 "
				       "37</gml:pos></gml:Point>"),
	     "S_INTERSECTS(\"g\", in_crs('EPSG:4326', TRUE, POINT(55 37)))"},
	    {OP("BBOX", "<gml:Envelope srsName='EPSG:3857'><gml:lowerCorner>1 2</gml:lowerCorner>"
			"<gml:upperCorner>3 4</gml:upperCorner></gml:Envelope>"),
	     "S_INTERSECTS(\"geometry\", in_crs('EPSG:3857', FALSE, BBOX(1, 2, 3, 4)))"},
	    {OP("Intersects", REF("g") "<gml:MultiPoint><gml:pointMember><gml:Point "
				       "srsName='EPSG:3857'><gml:pos>1 2</gml:pos>"
				       "</gml:Point></gml:pointMember></gml:MultiPoint>"),
	     "S_INTERSECTS(\"g\", in_crs('EPSG:3857', FALSE, MULTIPOINT((1 2))))"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		struct mm_err err = {0};
		struct mm_filter *f = parse(wrapped(fes20, rows[i][0], &mem), &mem, &err);

		assert_string_equal(err.msg, "");
		assert_non_null(f);
		assert_string_equal(text_of(f, &mem), rows[i][1]);
	}
}

/* ---- errors ---- */

static void what_is_no_filter_is_refused(void **state)
{
	static const char *const rows[][2] = {
	    {"", "a Filter has one condition"},
	    {OP("PropertyIsNull", REF("a")) OP("PropertyIsNull", REF("a")), "a Filter has one condition"},
	    {OP("PropertyIsNull", REF("a")) "<fes:ResourceId rid='1'/>", "a Filter has one condition"},
	    {OP("Filter", ""), "Filter is not a condition"},
	    {OP("And", ""), "two conditions or more"},
	    {OP("Not", OP("PropertyIsNull", REF("a")) OP("PropertyIsNull", REF("a"))), "one condition"},
	    {OP("PropertyIsEqualTo", REF("a")), "takes 2 operands"},
	    {OP("PropertyIsEqualTo", REF("a") LIT("1") LIT("2")), "takes 2 operands"},
	    {OP("PropertyIsEqualTo", REF("a") OP("And", "")), "And is not a value"},
	    {OP("PropertyIsEqualTo", REF("") LIT("1")), "holds the name of a property"},
	    {OP("PropertyIsEqualTo", REF("a") "<fes:Literal type='xs:int'>x</fes:Literal>"),
	     "is not a number"},
	    {OP("PropertyIsEqualTo", REF("a") "<fes:Literal type='xs:boolean'>x</fes:Literal>"),
	     "true or false"},
	    {OP("PropertyIsEqualTo", REF("a") "<fes:Literal type='xs:date'>x</fes:Literal>"),
	     "is not a date"},
	    {OP("PropertyIsEqualTo", REF("a") LIT("<x/>")), "a Literal holds"},
	    {"<fes:PropertyIsEqualTo matchAction='Some'>" REF("a") LIT("1") "</fes:PropertyIsEqualTo>",
	     "matchAction is"},
	    {OP("PropertyIsNull", ""), "takes 1 operand"},
	    {OP("PropertyIsBetween", REF("a") LIT("1") LIT("2")), "a LowerBoundary and an UpperBoundary"},
	    {OP("PropertyIsBetween", REF("a") OP("LowerBoundary", "") OP("UpperBoundary", "")),
	     "has one value"},
	    {OP("PropertyIsLike", REF("a") REF("b")), "the pattern of PropertyIsLike"},
	    {OP("Function", REF("a")), "a Function has a name"},
	    {"<fes:ResourceId/>", "ResourceId has an id"},
	    {"<fes:ResourceId rid='a' version='LAST'/>", "versions of features are not kept"},
	    {OP("BBOX", ""), "takes 2 operands"},
	    {OP("Intersects", REF("g")), "takes 2 operands"},
	    {OP("Intersects", REF("g") "<gml:Point srsName='EPSG:1'><gml:pos>1 2</gml:pos></gml:Point>"),
	     "'EPSG:1' is not known"},
	    {OP("Intersects", REF("g") "<gml:Point/>"), "expected one position"},
	    {OP("DWithin", REF("g") POINT_2), "and then a Distance"},
	    {OP("DWithin", REF("g") "<fes:Distance uom='m'>1</fes:Distance>"), "takes 3 operands"},
	    {OP("DWithin", REF("g") POINT_2 "<fes:Distance uom='m'>-1</fes:Distance>"), "is not a distance"},
	    {OP("DWithin", REF("g") POINT_2 "<fes:Distance uom='m'>x</fes:Distance>"), "is not a distance"},
	    {OP("DWithin", REF("g") POINT_2 "<fes:Distance uom='deg'>1</fes:Distance>"), "give it in metres"},
	    {OP("DWithin",
		REF("g") POINT_2 "<fes:Distance uom='urn:ogc:def:uom:EPSG::9102'>1</fes:Distance>"),
	     "give it in metres"},
	    {OP("DWithin", REF("g") POINT_2 "<fes:Distance uom='parsec'>1</fes:Distance>"),
	     "'parsec' is not a unit"},
	    {OP("During", REF("t") "<gml:TimePeriod/>"), "a beginPosition and an endPosition"},
	    {OP("During", REF("t") "<gml:TimeInstant/>"), "a TimeInstant has a timePosition"},
	    {OP("During", REF("t") AT("2026-13")), "is not a date"},
	    {OP("During", REF("t") LIT("")), "is not a date"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		struct mm_err err = {0};

		if (parse(wrapped(fes20, rows[i][0], &mem), &mem, &err) || !strstr(err.msg, rows[i][1]))
			fail_msg("%s: expected '%s', not '%s'", rows[i][0], rows[i][1], err.msg);
		assert_int_equal(err.code, MM_E_INVALID);
	}
}

/* As QGIS deletes a feature. */
static void a_filter_may_stand_in_a_request(void **state)
{
	static const char body[] = "<Transaction xmlns='http://www.opengis.net/wfs' version='1.0.0' "
				   "service='WFS'>\n<Delete typeName='streets'>\n"
				   "<Filter xmlns='http://www.opengis.net/ogc'>\n<FeatureId "
				   "fid='streets.7'/>\n</Filter>\n</Delete></Transaction>";
	MM_ARENA_SCOPE(mem, 1 << 20);
	const struct mm_xml *root = NULL, *filter;
	struct mm_filter *f = NULL;

	(void)state;
	assert_int_equal(mm_xml_parse(body, sizeof(body) - 1, &mem, &root, NULL), MM_OK);
	filter = mm_xml_child(mm_xml_child(root, "Delete"), "Filter");
	assert_int_equal(mm_fes_parse_element(filter, &how, &mem, &f, NULL), MM_OK);
	assert_string_equal(text_of(f, &mem), "ids('7')");
}

static void a_message_names_the_line(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_err err = {0};

	(void)state;
	assert_null(parse("<Filter>\n<And>\n<PropertyIsNull><PropertyName>a</PropertyName></PropertyIsNull>\n"
			  "<Nothing/></And></Filter>",
			  &mem, &err));
	assert_string_equal(err.where, "filter");
	assert_string_equal(err.msg, "line 4: Nothing is not a condition of a filter");
}

/* ---- hostile ---- */

static void hostile_filters_are_refused(void **state)
{
	enum { MANY = 30000 };
	static const char laughs[] =
	    "<!DOCTYPE Filter [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
	    "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>]>"
	    "<Filter><PropertyIsEqualTo><PropertyName>a</PropertyName><Literal>&d;</Literal></"
	    "PropertyIsEqualTo></Filter>",
			  outside[] =
			      "<!DOCTYPE Filter [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><Filter>"
			      "<PropertyIsEqualTo><PropertyName>a</PropertyName><Literal>&a;</Literal>"
			      "</PropertyIsEqualTo></Filter>";
	MM_ARENA_SCOPE(mem, 64 << 20);
	struct mm_err err = {0};
	char *text = calloc(MANY, 64), *at = text;

	(void)state;
	assert_null(parse(laughs, &mem, &err));
	assert_non_null(strstr(err.msg, "DOCTYPE"));
	err = (struct mm_err){0};
	assert_null(parse(outside, &mem, &err));
	assert_non_null(strstr(err.msg, "DOCTYPE"));
	err = (struct mm_err){0};
	assert_null(parse(mm_arena_printf(&mem, "<Filter><PropertyIsLike wildCard='%0900000d'/></Filter>", 7),
			  &mem, &err));
	assert_non_null(strstr(err.msg, "takes 2 operands"));
	err = (struct mm_err){0};
	assert_non_null(text);
	for (int i = 0; i < MANY; i++)
		at = stpcpy(at, "<Not>");
	assert_null(parse(text, &mem, &err));
	assert_non_null(strstr(err.msg, "elements in each other"));
	err = (struct mm_err){0};
	at = stpcpy(text, "<Filter><Or>");
	for (int i = 0; i < 5000; i++)
		at = stpcpy(at, "<ResourceId rid='1'/>");
	strcpy(at, "</Or></Filter>");
	assert_null(parse(text, &mem, &err));
	assert_string_equal(err.msg, "at most 4096 parts");
	err = (struct mm_err){0};
	at = stpcpy(text, "<Intersects><PropertyName>g</PropertyName><LineString><posList>");
	for (int i = 0; i <= MM_FILTER_VERTICES_MAX; i++)
		at = stpcpy(at, "1 2 ");
	strcpy(at, "</posList></LineString></Intersects>");
	assert_null(parse(text, &mem, &err));
	assert_non_null(strstr(err.msg, "at most 20000 vertices"));
	free(text);
}

/* ---- rows ---- */

/* Rows of a layer that a filter finds: their ids in a text, or what is wrong. */
static const char *found(const struct mm_layer *l, struct mm_filter *f, struct mm_arena *mem)
{
	struct mm_kits *kits = mm_kits_new();
	struct mm_kit *kit = NULL;
	struct mm_filter_run *run = NULL;
	const char *ret = "";
	struct mm_query q = {0};
	struct mm_page page = {0};
	struct mm_err err = {0};

	assert_int_equal(mm_kits_take(kits, &kit, NULL), MM_OK);
	if (mm_filter_bind(f, NULL, mm_layer_schema(l), mem, &err) ||
	    mm_filter_run_new(f, l, NULL, kit, &run, &err)) {
		mm_kits_give(kits, kit);
		(void)mm_kits_free(kits);
		return mm_arena_printf(mem, "%s", err.msg);
	}
	q.filter = run;
	assert_int_equal(mm_query_run(l, &q, kit->proj, 0, 100, mem, &page, NULL), MM_OK);
	for (uint32_t i = 0; i < page.count; i++) {
		ret = mm_arena_printf(mem, "%s%s%lld", ret, i ? " " : "",
				      (long long)mm_layer_id_int(l, page.row[i]));
		assert_true(mm_filter_run_test(run, page.row[i]));
	}
	mm_filter_run_free(run);
	mm_kits_give(kits, kit);
	(void)mm_kits_free(kits);
	return ret;
}

static struct mm_layer *small_layer(void)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);

	fixture_point(b, 1, "5", 5, 37, 55);
	fixture_point(b, 2, "12E4", 0, 38, 55);
	fixture_point(b, 30, "Ёж", 1, 37, 56);
	fixture_row(b, 4, NULL, -1, 0, 0, NULL);
	return fixture_end(b);
}

static void values_settle_by_the_fields(void **state)
{
	static const char *const rows[][2] = {
	    {OP("PropertyIsEqualTo", REF("name") LIT("5")), "1"},
	    {OP("PropertyIsEqualTo", LIT("5") REF("name")), "1"},
	    {OP("PropertyIsEqualTo", REF("n") LIT("5")), "1"},
	    {OP("PropertyIsEqualTo", REF("n") LIT(" 5.0 ")), "1"},
	    {OP("PropertyIsNotEqualTo", REF("name") LIT("5")), "2 30"},
	    {OP("PropertyIsEqualTo", REF("name") LIT("12e4")), ""},
	    {"<fes:PropertyIsEqualTo matchCase='false'>" REF("name") LIT("12e4") "</fes:PropertyIsEqualTo>",
	     "2"},
	    {"<fes:PropertyIsEqualTo matchCase='false'>" REF("name") LIT("ёЖ") "</fes:PropertyIsEqualTo>",
	     "30"},
	    {"<fes:PropertyIsEqualTo matchCase='false'>" REF("n") LIT("5") "</fes:PropertyIsEqualTo>", "1"},
	    {OP("PropertyIsBetween", REF("name") OP("LowerBoundary", LIT("1")) OP("UpperBoundary", LIT("6"))),
	     "1 2"},
	    {OP("PropertyIsEqualTo", REF("n") LIT("x")), "a number is compared with a text"},
	    {OP("PropertyIsNull", REF("name")), "4"},
	    {OP("PropertyIsNull", REF("gml:name")), "4"},
	    {OP("PropertyIsNull", REF("gml:description")), "1 2 30 4"},
	    {OP("Not", OP("PropertyIsNull", REF("gml:description"))), ""},
	    {OP("PropertyIsNull", REF("description")), "there is no property \"description\": see "
						       "/collections/fixture/queryables"},
	    {"<fes:PropertyIsLike wildCard='*' singleChar='.' escapeChar='!'>" REF("name")
		 LIT("*E.") "</fes:PropertyIsLike>",
	     "2"},
	    {"<fes:PropertyIsLike wildCard='*' singleChar='.' escapeChar='!' matchCase='false'>" REF("name")
		 LIT("ё*") "</fes:PropertyIsLike>",
	     "30"},
	    {OP("PropertyIsEqualTo", REF("none") LIT("x")), "there is no property \"none\": see "
							    "/collections/fixture/queryables"},
	};
	struct mm_layer *l = small_layer();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 16 << 20);
		struct mm_err err = {0};
		struct mm_filter *f = parse(wrapped(fes20, rows[i][0], &mem), &mem, &err);

		assert_string_equal(err.msg, "");
		assert_string_equal(found(l, f, &mem), rows[i][1]);
	}
	(void)mm_layer_unref(l);
}

static void ids_find_their_rows(void **state)
{
	static const char *const rows[][2] = {
	    {"<fes:ResourceId rid='streets.30'/><fes:ResourceId rid='streets.1'/><fes:ResourceId "
	     "rid='streets.1'/>",
	     "1 30"},
	    {"<fes:ResourceId rid='4'/><fes:ResourceId rid='roads.1'/><fes:ResourceId rid='streets.77'/>",
	     "4"},
	    {"<fes:ResourceId rid='nothing'/>", ""},
	    {OP("And", "<fes:ResourceId rid='1'/>" OP("PropertyIsEqualTo", REF("n") LIT("5"))), "1"},
	    {OP("And", OP("PropertyIsEqualTo", REF("n") LIT("1")) "<fes:ResourceId rid='1'/>"), ""},
	    {OP("Or", OP("PropertyIsEqualTo", REF("n") LIT("1")) "<fes:ResourceId rid='1'/>"), "1 30"},
	    {OP("Not", "<fes:ResourceId rid='1'/>"), "2 30 4"},
	};
	struct mm_layer *l = small_layer();
	struct mm_filter *f = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 16 << 20);

		f = parse(wrapped(fes20, rows[i][0], &mem), &mem, NULL);
		assert_non_null(f);
		assert_string_equal(found(l, f, &mem), rows[i][1]);
	}
	{
		MM_ARENA_SCOPE(mem, 16 << 20);
		struct mm_err err = {0};

		assert_int_equal(mm_fes_parse_ids("streets.2,30,roads.4", &how, &mem, &f, &err), MM_OK);
		assert_string_equal(found(l, f, &mem), "2 30");
		assert_int_equal(mm_fes_parse_ids("streets.2,,30", &how, &mem, &f, &err), MM_E_INVALID);
		assert_int_equal(mm_fes_parse_ids("", &how, &mem, &f, &err), MM_E_INVALID);
	}
	(void)mm_layer_unref(l);
}

#define IN(srs, low, high)                                                                                   \
	"<gml:Envelope srsName='" srs "'><gml:lowerCorner>" low "</gml:lowerCorner><gml:upperCorner>" high   \
	"</gml:upperCorner></gml:Envelope>"

/* Each in its own system, all in one filter. */
static void systems_are_honoured(void **state)
{
	static const char *const rows[][2] = {
	    {OP("BBOX", IN("urn:ogc:def:crs:EPSG::4326", "54.5 36.5", "55.5 37.5")), "1"},
	    {OP("BBOX", IN("EPSG:4326", "36.5 54.5", "37.5 55.5")), "1"},
	    {OP("BBOX", IN("EPSG:3857", "4070000 7300000", "4160000 7400000")), "1"},
	    {OP("BBOX", ENVELOPE_2), ""},
	    {OP("Or", OP("BBOX", IN("urn:ogc:def:crs:EPSG::4326", "54.5 36.5", "55.5 37.5"))
			  OP("Or", OP("BBOX", IN("EPSG:3857", "4190000 7300000", "4280000 7400000"))
				       OP("Intersects",
					  REF("geom") "<gml:Point><gml:pos>37 56</gml:pos></gml:Point>"))),
	     "1 2 30"},
	    {OP("And", OP("Intersects",
			  REF("geometry") "<gml:Polygon srsName='urn:ogc:def:crs:EPSG::4326'><gml:exterior>"
					  "<gml:LinearRing><gml:posList>54 36 57 36 57 39 54 39 54 "
					  "36</gml:posList></gml:LinearRing>"
					  "</gml:exterior></gml:Polygon>")
			   OP("BBOX", IN("EPSG:3857", "4190000 7300000", "4280000 7400000"))),
	     "2"},
	};
	struct mm_layer *l = small_layer();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 16 << 20);
		struct mm_err err = {0};
		struct mm_filter *f = parse(wrapped(fes20, rows[i][0], &mem), &mem, &err);

		assert_string_equal(err.msg, "");
		assert_string_equal(found(l, f, &mem), rows[i][1]);
	}
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(filters_of_2_0_have_the_trees_of_cql2),
	    cmocka_unit_test(filters_of_1_x_have_the_trees_of_cql2),
	    cmocka_unit_test(patterns_get_the_signs_of_cql2),
	    cmocka_unit_test(geometries_keep_their_systems),
	    cmocka_unit_test(what_is_no_filter_is_refused),
	    cmocka_unit_test(a_filter_may_stand_in_a_request),
	    cmocka_unit_test(a_message_names_the_line),
	    cmocka_unit_test(hostile_filters_are_refused),
	    cmocka_unit_test(values_settle_by_the_fields),
	    cmocka_unit_test(ids_find_their_rows),
	    cmocka_unit_test(systems_are_honoured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
