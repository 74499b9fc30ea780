#include "check.h"

#include "base/buf.h"
#include "query/filter.h"
#include "query/gml_geometry.h"

#include <string.h>

/* GML of three generations, as WKT. */

static enum mm_code parse(const char *text, uint32_t vertices_max, struct mm_arena *mem, struct mm_gml *ret,
			  struct mm_err *err)
{
	const struct mm_xml *root;

	assert_int_equal(mm_xml_parse(text, strlen(text), mem, &root, err), MM_OK);
	return mm_gml_parse(root, vertices_max, mem, ret, err);
}

static const char *wkt_of(const struct mm_geom *g, struct mm_arena *mem)
{
	const struct mm_filter f = {.op = MM_FILTER_GEOMETRY, .geom = *g};
	struct mm_buf b;
	const char *ret;

	mm_buf_init(&b, 1 << 20);
	mm_filter_put_text(&f, &b);
	ret = mm_arena_text(mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return ret;
}

/* Heights with blanks between them; "" there are none. */
static const char *heights_of(const struct mm_geom *g, struct mm_arena *mem)
{
	struct mm_buf b;
	const char *ret;

	mm_buf_init(&b, 1 << 20);
	for (uint32_t i = 0; g->z && i < g->vertex_count; i++) {
		mm_buf_text(&b, i ? " " : "");
		mm_buf_double(&b, g->z[i]);
	}
	ret = b.len ? mm_arena_text(mem, (const char *)b.data, b.len) : "";
	mm_buf_release(&b);
	return ret;
}

#define SQUARE_3      "<LinearRing><posList>0 0 4 0 4 4 0 0</posList></LinearRing>"
#define HOLE_3        "<LinearRing><posList>1 1 2 1 2 2 1 1</posList></LinearRing>"
#define LINE_3        "<LineString><posList>0 0 1 1</posList></LineString>"
#define POLYGON       "<Polygon><exterior>" SQUARE_3 "</exterior></Polygon>"
#define POINT         "<Point><pos>1 2</pos></Point>"
#define SEGMENT(list) "<LineStringSegment><posList>" list "</posList></LineStringSegment>"
#define POLYGON_WKT   "POLYGON((0 0, 4 0, 4 4, 0 0))"

static void geometries_are_read(void **state)
{
	static const char *const rows[][3] = {
	    /* GML 3.2 and 3.1 */
	    {POINT, "POINT(1 2)", ""},
	    {"<Point srsDimension='3'><pos>1 2 3</pos></Point>", "POINT(1 2)", "3"},
	    {"<Point><pos> 1.5e1\n-2 3 </pos></Point>", "POINT(15 -2)", "3"},
	    {"<g:Point xmlns:g='http://www.opengis.net/gml/3.2' "
	     "g:id='a'><g:description>x</g:description><g:pos>1 2</g:pos>"
	     "</g:Point>",
	     "POINT(1 2)", ""},
	    {LINE_3, "LINESTRING(0 0, 1 1)", ""},
	    {"<LineString srsDimension='3'><posList>0 0 5 1 1 6</posList></LineString>",
	     "LINESTRING(0 0, 1 1)", "5 6"},
	    {"<LineString><posList srsDimension='3' count='2'>0 0 5 1 1 6</posList></LineString>",
	     "LINESTRING(0 0, 1 1)", "5 6"},
	    {"<LineString><pos>0 0</pos><pos>1 1</pos></LineString>", "LINESTRING(0 0, 1 1)", ""},
	    {"<LineString><pos>0 0 1</pos><pos>1 1</pos></LineString>", "LINESTRING(0 0, 1 1)", ""},
	    {"<LineString><pointProperty>" POINT
	     "</pointProperty><pointRep><Point><pos>3 4</pos></Point></pointRep></LineString>",
	     "LINESTRING(1 2, 3 4)", ""},
	    {"<LinearRing><posList>0 0 4 0 4 4 0 0</posList></LinearRing>", "LINESTRING(0 0, 4 0, 4 4, 0 0)",
	     ""},
	    {POLYGON, POLYGON_WKT, ""},
	    {"<Polygon><exterior>" SQUARE_3 "</exterior><interior>" HOLE_3 "</interior></Polygon>",
	     "POLYGON((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))", ""},
	    {"<Polygon><interior>" HOLE_3 "</interior><exterior>" SQUARE_3 "</exterior></Polygon>",
	     "POLYGON((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))", ""},
	    {"<Polygon><exterior><Ring><curveMember><LineString><posList>0 0 4 0 4 "
	     "4</posList></LineString></curveMember>"
	     "<curveMember><Curve><segments>" SEGMENT(
		 "4 4 0 0") "</segments></Curve></curveMember></Ring></exterior></Polygon>",
	     POLYGON_WKT, ""},
	    {"<Curve><segments>" SEGMENT("0 0 1 1") SEGMENT("1 1 2 0")
		 SEGMENT("3 0 4 0") "</segments></Curve>",
	     "LINESTRING(0 0, 1 1, 2 0, 3 0, 4 0)", ""},
	    {"<CompositeCurve><curveMember>" LINE_3
	     "</curveMember><curveMember><LineString><posList>1 1 1 1 2 2</posList>"
	     "</LineString></curveMember></CompositeCurve>",
	     "LINESTRING(0 0, 1 1, 1 1, 2 2)", ""},
	    {"<Surface><patches><PolygonPatch><exterior>" SQUARE_3
	     "</exterior></PolygonPatch></patches></Surface>",
	     POLYGON_WKT, ""},
	    {"<Surface><patches><PolygonPatch><exterior>" SQUARE_3
	     "</exterior></PolygonPatch><Triangle><exterior>" HOLE_3
	     "</exterior></Triangle></patches></Surface>",
	     "MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0)), ((1 1, 2 1, 2 2, 1 1)))", ""},
	    {"<CompositeSurface><surfaceMember>" POLYGON "</surfaceMember></CompositeSurface>", POLYGON_WKT,
	     ""},
	    {"<MultiPoint><pointMember>" POINT "</pointMember><pointMembers>" POINT POINT
	     "</pointMembers></MultiPoint>",
	     "MULTIPOINT((1 2), (1 2), (1 2))", ""},
	    {"<MultiLineString><lineStringMember>" LINE_3 "</lineStringMember></MultiLineString>",
	     "MULTILINESTRING((0 0, 1 1))", ""},
	    {"<MultiCurve><curveMember>" LINE_3 "</curveMember><curveMembers>" LINE_3
	     "<Curve><segments>" SEGMENT("0 0 1 1") "</segments></Curve></curveMembers></MultiCurve>",
	     "MULTILINESTRING((0 0, 1 1), (0 0, 1 1), (0 0, 1 1))", ""},
	    {"<MultiPolygon><polygonMember>" POLYGON "</polygonMember></MultiPolygon>",
	     "MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0)))", ""},
	    {"<MultiSurface srsDimension='3'><surfaceMember><Polygon><exterior><LinearRing><posList>0 0 1 4 "
	     "0 2 4 4 3 0 0 1"
	     "</posList></LinearRing></exterior></Polygon></surfaceMember></MultiSurface>",
	     "MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0)))", "1 2 3 1"},
	    {"<MultiSurface><surfaceMembers>" POLYGON POLYGON "</surfaceMembers></MultiSurface>",
	     "MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0)), ((0 0, 4 0, 4 4, 0 0)))", ""},
	    {"<MultiGeometry><geometryMember>" POINT "</geometryMember><geometryMembers>" LINE_3 POLYGON
	     "<MultiPoint><pointMembers>" POINT POINT
	     "</pointMembers></MultiPoint></geometryMembers></MultiGeometry>",
	     "GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1), POLYGON((0 0, 4 0, 4 4, 0 0)), "
	     "MULTIPOINT((1 2), (1 2)))",
	     ""},
	    /* GML 2 */
	    {"<Point><coordinates>1,2</coordinates></Point>", "POINT(1 2)", ""},
	    {"<Point><coordinates>1,2,3</coordinates></Point>", "POINT(1 2)", "3"},
	    {"<Point><coord><X>1</X><Y> 2 </Y></coord></Point>", "POINT(1 2)", ""},
	    {"<Point><coord><X>1</X><Y>2</Y><Z>3</Z></coord></Point>", "POINT(1 2)", "3"},
	    {"<LineString><coordinates>0,0 \n 1,1 </coordinates></LineString>", "LINESTRING(0 0, 1 1)", ""},
	    {"<LineString><coordinates decimal=',' cs=' ' ts=';'>0,5 0; 1 1,5;</coordinates></LineString>",
	     "LINESTRING(0.5 0, 1 1.5)", ""},
	    {"<LineString><coordinates decimal='.' cs='|' ts='/'>0|0/1|1</coordinates></LineString>",
	     "LINESTRING(0 0, 1 1)", ""},
	    {"<LineString><coord><X>0</X><Y>0</Y></coord><coord><X>1</X><Y>1</Y></coord></LineString>",
	     "LINESTRING(0 0, 1 1)", ""},
	    {"<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 4,0 4,4 "
	     "0,0</coordinates></LinearRing></outerBoundaryIs>"
	     "<innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 "
	     "1,1</coordinates></LinearRing></innerBoundaryIs></Polygon>",
	     "POLYGON((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))", ""},
	    {"<MultiPoint><pointMember><Point><coordinates>1,2</coordinates></Point></pointMember></"
	     "MultiPoint>",
	     "MULTIPOINT((1 2))", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		struct mm_err err = {0};
		struct mm_gml gml;

		if (parse(rows[i][0], 100, &mem, &gml, &err))
			fail_msg("%s: %s", rows[i][0], err.msg);
		assert_string_equal(wkt_of(&gml.geom, &mem), rows[i][1]);
		assert_string_equal(heights_of(&gml.geom, &mem), rows[i][2]);
		assert_null(gml.srs_name);
	}
}

static void what_is_no_geometry_is_refused(void **state)
{
	static const char *const rows[][2] = {
	    {"<Nothing/>", "Nothing is not a geometry"},
	    {"<Envelope/>", "Envelope is not a geometry"},
	    {"<Point/>", "expected one position"},
	    {"<Point><pos/></Point>", "two or three numbers"},
	    {"<Point><pos>1</pos></Point>", "two or three numbers"},
	    {"<Point><pos>1 2 3 4</pos></Point>", "two or three numbers"},
	    {"<Point srsDimension='3'><pos>1 2</pos></Point>", "expected 3 numbers"},
	    {"<Point srsDimension='4'><pos>1 2 3 4</pos></Point>", "srsDimension is 2 or 3"},
	    {"<Point><pos srsDimension='2'>1 2 3 4</pos></Point>", "expected one position"},
	    {"<Point><pos>1 x</pos></Point>", "'x' in a position is not a number"},
	    {"<Point><pos>1 INF</pos></Point>", "not a number"},
	    {"<Point><pos>1 1e999</pos></Point>", "not a number"},
	    {"<Point><pos>1 0000000000000000000000000000000000000000000000001</pos></Point>",
	     "at most 39 characters"},
	    {"<Point><pos>1 2</pos><pos>1 2</pos></Point>", "expected one position"},
	    {"<LineString><posList>1 2</posList></LineString>", "at least 2 positions"},
	    {"<LineString><posList>1 2 3</posList></LineString>", "expected 2 numbers"},
	    {"<LineString><coordinates>1,2 3</coordinates></LineString>", "two or three numbers"},
	    {"<LineString><coordinates>1,2,3,4 5,6</coordinates></LineString>", "two or three numbers"},
	    {"<LineString><coordinates>1,,2 5,6</coordinates></LineString>", "not a number"},
	    {"<LineString><coordinates cs=''>1,2 5,6</coordinates></LineString>", "one sign"},
	    {"<LineString><coordinates cs='1'>1,2 5,6</coordinates></LineString>", "one sign"},
	    {"<LineString><coordinates cs='.'>1,2 5,6</coordinates></LineString>", "different signs"},
	    {"<Point><coord><X>1</X></coord></Point>", "X and Y"},
	    {"<Polygon/>", "one exterior ring"},
	    {"<Polygon><exterior/></Polygon>", "one exterior ring"},
	    {"<Polygon><exterior>" SQUARE_3 SQUARE_3 "</exterior></Polygon>", "one exterior ring"},
	    {"<Polygon><exterior>" SQUARE_3 "</exterior><interior>" LINE_3 "</interior></Polygon>",
	     "at least 4 positions"},
	    {"<Polygon><exterior><LinearRing><posList>0 0 4 0 4 4 0 "
	     "1</posList></LinearRing></exterior></Polygon>",
	     "a ring ends where it begins"},
	    {"<Curve><segments><Arc><posList>0 0 1 1 2 0</posList></Arc></segments></Curve>",
	     "Arc cannot be read: draw it with straight lines"},
	    {"<Curve/>", "at least 2 positions"},
	    {"<Surface/>", "Surface is empty"},
	    {"<MultiPoint/>", "MultiPoint is empty"},
	    {"<MultiCurve/>", "MultiCurve is empty"},
	    {"<MultiPoint><pointMember>" LINE_3 "</pointMember></MultiPoint>",
	     "expected a Point in MultiPoint"},
	    {"<MultiCurve><curveMember>" POINT "</curveMember></MultiCurve>",
	     "Point does not belong into MultiCurve"},
	    {"<MultiSurface><surfaceMember>" LINE_3 "</surfaceMember></MultiSurface>",
	     "LineString does not belong into MultiSurface"},
	    {"<MultiGeometry><geometryMember><Nothing/></geometryMember></MultiGeometry>",
	     "Nothing is not a geometry"},
	    {"<MultiPoint><pointMember><Point srsName='a'><pos>1 2</pos></Point></pointMember><pointMember>"
	     "<Point srsName='b'><pos>1 2</pos></Point></pointMember></MultiPoint>",
	     "one srsName in all its parts"},
	    {"<LineString><posList>0 0 1 1 2 2 3 3 4 4 5 5 6 6 7 7 8 8 9 9 10 10</posList></LineString>",
	     "at most 10 vertices"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		struct mm_err err = {0};
		struct mm_gml gml;

		assert_int_equal(parse(rows[i][0], 10, &mem, &gml, &err), MM_E_INVALID);
		assert_string_equal(err.where, "geometry");
		if (strncmp(err.msg, "line 1: ", 8) != 0 || !strstr(err.msg, rows[i][1]))
			fail_msg("%s: expected '%s', not '%s'", rows[i][0], rows[i][1], err.msg);
	}
}

static void a_system_may_be_named_by_any_part(void **state)
{
	static const char *const rows[] = {
	    "<Point srsName='s'><pos>1 2</pos></Point>",
	    "<Point><pos srsName='s'>1 2</pos></Point>",
	    "<LineString><posList srsName='s'>1 2 3 4</posList></LineString>",
	    "<LineString><coordinates srsName='s'>1,2 3,4</coordinates></LineString>",
	    "<MultiPoint srsName='s'><pointMember><Point srsName='s'><pos>1 "
	    "2</pos></Point></pointMember></MultiPoint>",
	    "<MultiCurve><curveMember><LineString srsName='s'><posList>1 2 3 "
	    "4</posList></LineString></curveMember></MultiCurve>",
	    "<Polygon><exterior><LinearRing srsName='s'><posList>0 0 4 0 4 4 0 "
	    "0</posList></LinearRing></exterior></Polygon>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		struct mm_gml gml;

		assert_int_equal(parse(rows[i], 10, &mem, &gml, NULL), MM_OK);
		assert_string_equal(gml.srs_name, "s");
	}
}

static void boxes_are_read(void **state)
{
	static const struct {
		const char *xml;
		size_t count;
		double want[6];
	} rows[] = {
	    {"<Envelope srsName='s'><lowerCorner>1 2</lowerCorner><upperCorner>3 4</upperCorner></Envelope>",
	     4,
	     {1, 2, 3, 4}},
	    {"<Envelope srsName='s'><upperCorner>3 4</upperCorner><lowerCorner>1 2</lowerCorner></Envelope>",
	     4,
	     {1, 2, 3, 4}},
	    {"<Envelope srsName='s' srsDimension='3'><lowerCorner>1 2 3</lowerCorner><upperCorner>4 5 "
	     "6</upperCorner></Envelope>",
	     6,
	     {1, 2, 3, 4, 5, 6}},
	    {"<Envelope srsName='s'><pos>1 2</pos><pos>3 4</pos></Envelope>", 4, {1, 2, 3, 4}},
	    {"<Box srsName='s'><coordinates>1,2 3,4</coordinates></Box>", 4, {1, 2, 3, 4}},
	    {"<Box srsName='s'><coord><X>1</X><Y>2</Y></coord><coord><X>3</X><Y>4</Y></coord></Box>",
	     4,
	     {1, 2, 3, 4}},
	    {"<Envelope/>", 0, {0}},
	    {"<Envelope><lowerCorner>1 2</lowerCorner></Envelope>", 0, {0}},
	    {"<Envelope><lowerCorner>1 2</lowerCorner><upperCorner>3</upperCorner></Envelope>", 0, {0}},
	    {"<Box><coordinates>1,2 3,4 5,6</coordinates></Box>", 0, {0}},
	    {"<Box><coordinates>1,2 3,4 5,6 7,8</coordinates></Box>", 0, {0}},
	    {"<Box><coordinates>1,2</coordinates></Box>", 0, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		const struct mm_xml *root;
		const char *srs = NULL;
		double box[6] = {0};
		size_t count = 0;
		enum mm_code rc;

		assert_int_equal(mm_xml_parse(rows[i].xml, strlen(rows[i].xml), &mem, &root, NULL), MM_OK);
		assert_true(mm_gml_is_box(root));
		rc = mm_gml_parse_box(root, box, &count, &srs, NULL);
		assert_int_equal(rc, rows[i].count ? MM_OK : MM_E_INVALID);
		assert_int_equal(count, rows[i].count);
		assert_memory_equal(box, rows[i].want, sizeof(box));
		if (count)
			assert_string_equal(srs, "s");
	}
}

static void memory_that_runs_out_is_said(void **state)
{
	static const char text[] = "<MultiSurface><surfaceMembers>" POLYGON POLYGON POLYGON POLYGON
				   "</surfaceMembers></MultiSurface>";
	MM_ARENA_SCOPE(tree, 1 << 20);
	const struct mm_xml *root;
	bool done = false;

	(void)state;
	assert_int_equal(mm_xml_parse(text, sizeof(text) - 1, &tree, &root, NULL), MM_OK);
	for (size_t cap = 16; !done; cap += 16) {
		MM_ARENA_SCOPE(mem, cap);
		struct mm_gml gml;
		const enum mm_code rc = mm_gml_parse(root, 100, &mem, &gml, NULL);

		done = rc == MM_OK;
		assert_true(done || rc == MM_E_NOMEM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(geometries_are_read),
	    cmocka_unit_test(what_is_no_geometry_is_refused),
	    cmocka_unit_test(a_system_may_be_named_by_any_part),
	    cmocka_unit_test(boxes_are_read),
	    cmocka_unit_test(memory_that_runs_out_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
