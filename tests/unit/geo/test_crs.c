#include "check.h"

#include "geo/crs.h"
#include "geo/msk.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mm_proj *proj;

#define KRASS_GK                                                                                             \
	"GEOGCS[\"GCS_Pulkovo_1942\",DATUM[\"D_Pulkovo_1942\",SPHEROID[\"Krasovsky_1940\",6378245.0,298.3]]" \
	","                                                                                                  \
	"PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Gauss_Kruger\"],"
#define ESRI_GK7                                                                                             \
	"PROJCS[\"Pulkovo_1942_GK_Zone_7\"," KRASS_GK "PARAMETER[\"False_Easting\",7500000.0],"              \
	"PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",39.0],PARAMETER[\"Scale_Factor\"," \
	"1.0],"                                                                                              \
	"PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]"
#define ESRI_MSK48                                                                                           \
	"PROJCS[\"MSK-48\"," KRASS_GK "PARAMETER[\"False_Easting\",1250000.0],"                              \
	"PARAMETER[\"False_Northing\",-5412900.566],PARAMETER[\"Central_Meridian\",38.48333333333],"         \
	"PARAMETER[\"Scale_Factor\",1.0],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]"
#define WGS84_GEOGCS                                                                                         \
	"GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],"      \
	"PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]"
#define GDAL_3857                                                                                            \
	"PROJCS[\"WGS 84 / Pseudo-Mercator\",GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS "           \
	"84\",6378137,"                                                                                      \
	"298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],PROJECTION["           \
	"\"Mercator_1SP\"],"                                                                                 \
	"PARAMETER[\"central_meridian\",0],PARAMETER[\"scale_factor\",1],PARAMETER[\"false_easting\",0],"    \
	"PARAMETER[\"false_northing\",0],UNIT[\"metre\",1],AXIS[\"Easting\",EAST],AXIS[\"Northing\",NORTH]," \
	"EXTENSION[\"PROJ4\",\"+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 "      \
	"+units=m "                                                                                          \
	"+nadgrids=@null +wktext +no_defs\"],AUTHORITY[\"EPSG\",\"3857\"]]"
#define GOST2008 "+towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22"

static const struct mm_transform *way(const char *from, const char *to)
{
	const struct mm_transform *t = NULL;
	struct mm_crs a, b;
	struct mm_err err = {0};

	if (mm_crs_parse(proj, from, &a, &err) || mm_crs_parse(proj, to, &b, &err) ||
	    mm_transform_get(proj, a.definition, b.definition, &t, &err))
		fail_msg("%s -> %s: %s", from, to, err.msg);
	mm_crs_release(&a);
	mm_crs_release(&b);
	return t;
}

static void every_form_of_a_name_gives_its_system(void **state)
{
	static const struct {
		const char *text, *code;
		bool geographic, north_first;
	} rows[] = {
	    {"EPSG:28407", "EPSG:28407", false, true},
	    {"epsg:28407", "EPSG:28407", false, true},
	    {"28407", "EPSG:28407", false, true},
	    {" 28407\n", "EPSG:28407", false, true},
	    {"http://www.opengis.net/def/crs/EPSG/0/28407", "EPSG:28407", false, true},
	    {"https://www.opengis.net/def/crs/EPSG/9.9.1/28407", "EPSG:28407", false, true},
	    {"http://www.opengis.net/gml/srs/epsg.xml#28407", "EPSG:28407", false, true},
	    {"urn:ogc:def:crs:EPSG::28407", "EPSG:28407", false, true},
	    {"urn:x-ogc:def:crs:EPSG:6.9:28407", "EPSG:28407", false, true},
	    {"EPSG:4326", "EPSG:4326", true, true},
	    {"EPSG:3857", "EPSG:3857", false, false},
	    {"CRS84", "OGC:CRS84", true, false},
	    {"CRS:84", "OGC:CRS84", true, false},
	    {"OGC:CRS84", "OGC:CRS84", true, false},
	    {"http://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84", true, false},
	    {"urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84", true, false},
	    {"urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84", true, false},
	    {"MSK48_1", "MSK48_1", false, false},
	    {"МСК-48 зона 1", "MSK48_1", false, false},
	    {"+proj=longlat +datum=WGS84", "", true, false},
	    {"proj=longlat  + datum=WGS84 +type=crs\n", "", true, false},
	    {"+proj=tmerc +lat_0=0 +lon_0=39 +x_0=5e5 +ellps=krass " GOST2008, "", false, false},
	    {"+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m "
	     "+nadgrids=@null",
	     "EPSG:3857", false, false},
	    {ESRI_GK7, "EPSG:28407", false, true},
	    {"\xef\xbb\xbf" WGS84_GEOGCS "\r\n", "EPSG:4326", true, true},
	    {ESRI_MSK48, "", false, false},
	    {GDAL_3857, "EPSG:3857", false, false},
	    {"EPSG:4979", "EPSG:4326", true, true},    /* two of three axes */
	    {"EPSG:7405", "EPSG:27700", false, false}, /* the horizontal part */
	    {"COMPD_CS[\"x\"," WGS84_GEOGCS ",VERT_CS[\"h\",VERT_DATUM[\"d\",2005],UNIT[\"metre\",1]]]",
	     "EPSG:4326", true, true},
	    {"EPSG:32661", "EPSG:32661", false, true}, /* UPS: both axes run to the south */
	    {"ESRI:102025", "ESRI:102025", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_crs c, again;
		struct mm_err err = {0};

		if (mm_crs_parse(proj, rows[i].text, &c, &err))
			fail_msg("%s: %s", rows[i].text, err.msg);
		if (strcmp(c.code, rows[i].code) != 0)
			fail_msg("%s: code %s", rows[i].text, c.code);
		assert_int_equal(c.is_geographic, rows[i].geographic);
		assert_int_equal(c.is_north_first, rows[i].north_first);
		assert_true(c.metres_per_unit == (c.is_geographic ? 0 : 1));
		assert_true(c.name[0] != '\0');
		/* the definition reads as the same system */
		assert_int_equal(mm_crs_parse(proj, c.definition, &again, &err), MM_OK);
		assert_string_equal(again.definition, c.definition);
		assert_string_equal(again.code, c.code);
		assert_string_equal(again.name, c.name);
		assert_true(mm_transform_is_identity(way(rows[i].text, c.definition)));
		mm_crs_release(&again);
		mm_crs_release(&c);
	}
}

static void a_description_is_complete(void **state)
{
	struct mm_crs c;

	(void)state;
	assert_int_equal(mm_crs_parse(proj, ESRI_GK7, &c, NULL), MM_OK);
	assert_string_equal(c.name, "Pulkovo 1942 / Gauss-Kruger zone 7");
	assert_string_equal(c.uri, "http://www.opengis.net/def/crs/EPSG/0/28407");
	assert_string_equal(c.definition, "EPSG:28407");
	assert_true(c.area_deg.min_x == 36 && c.area_deg.max_x == 42);
	mm_crs_release(&c);
	assert_int_equal(mm_crs_parse(proj, "мск-48 зона 2", &c, NULL), MM_OK);
	assert_string_equal(c.name, "МСК-48 зона 2");
	assert_string_equal(c.uri, "");
	assert_true(c.area_deg.min_x > 37 && c.area_deg.max_x < 41);
	mm_crs_release(&c);
	assert_int_equal(mm_crs_parse(proj, "crs84", &c, NULL), MM_OK);
	assert_string_equal(c.uri, "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
	mm_crs_release(&c);
	assert_int_equal(mm_crs_parse(proj, "+proj=utm +zone=37 +datum=WGS84 +units=us-ft", &c, NULL), MM_OK);
	assert_true(fabs(c.metres_per_unit - 0.3048006096) < 1e-9);
	mm_crs_release(&c);
	assert_null(c.definition);
	/* Russia crosses the date line; the box must not be inside out */
	assert_int_equal(mm_crs_parse(proj, "EPSG:7683", &c, NULL), MM_OK);
	assert_true(c.area_deg.min_x == -180 && c.area_deg.max_x == 180);
	mm_crs_release(&c);
}

static void what_is_refused_says_what_to_write(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
	    {"MSK-48", "write MSK48_1 or MSK48_2"},
	    {"МСК-65", "write MSK65_1"},
	    {"MSK-48 zone 7", "write MSK48_1 or MSK48_2"},
	    {"MSK-47", "PROJ string"},
	    {"UCS-2000 / LCS-48 Mykolaiv", "not a known system"},
	    {"Pulkovo 1942", "not a known system"},
	    {"", "not a known system"},
	    {"EPSG:", "not a known system"},
	    {"EPSG:-1", "not a known system"},
	    {"EPSG:999999", "no such code"},
	    {"EPSG:28407+5705", "not a known system"},
	    {"urn:ogc:def:crs:EPSG:28407", "not a known system"},
	    {"urn:ogc:def:crs,crs:EPSG::28407,crs:EPSG::5705", "not a known system"},
	    {"EPSG:4978", "geocentric"},
	    {"+proj=geocent +datum=WGS84", "geocentric"},
	    {"EPSG:5705", "heights"},
	    {"EPSG:4807", "degrees"},
	    {"EPSG:5513", "west or south"},
	    {"+proj=longlat +datum=WGS84 +axis=wsu", "west or south"},
	    {"LOCAL_CS[\"x\",UNIT[\"metre\",1]]", "local system"},
	    {"+init=epsg:4326", "not allowed"},
	    {"+proj=longlat +nadgrids=/etc/passwd", "nadgrids"},
	    {"+proj=longlat +ellps=GRS80 +nadgrids=conus", "not allowed"},
	    {"+proj=longlat +datum=WGS84 +geoidgrids=egm96_15.gtx", "not allowed"},
	    {"+proj=pipeline +step +proj=merc", "not allowed"},
	    {"proj=merc lat_ts=../x", "character"},
	    {"+proj=nosuch +datum=WGS84", "nosuch"},
	    {"/etc/passwd", "not a known system"},
	    {"file:///etc/passwd", "not a known system"},
	    {"http://example.org/crs.wkt", "not a known system"},
	    {"{\"type\":\"GeographicCRS\"}", "not a known system"},
	    {"GEOGCS[", "crs"},
	    {"TIMECRS[\"x\",TDATUM[\"y\"],CS[TemporalDateTime,1],AXIS[\"time\",future]]", "not a projected"},
	    {"BOUNDCRS[METHOD[\"NTv2\"],PARAMETERFILE[\"f\",\"/etc/passwd\"]]", "grid files"},
	    {"PROJCS[\"x\",EXTENSION[\"PROJ4\",\"+proj=merc +nadgrids=/etc/passwd\"]]", "nadgrids"},
	    {"GEOGCS[\"x\",DATUM[\"d\",EXTENSION[\"PROJ4_GRIDS\",\"/etc/passwd\"]]]", "not allowed"},
	    {"GEOGCS[\"x\",EXTENSION[\"PROJ4\"", "not allowed"},
	    {"\xff\xfe", "UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_crs c = {.metres_per_unit = 99};
		struct mm_err err = {0};
		enum mm_code rc = mm_crs_parse(proj, rows[i].text, &c, &err);

		if (rc != MM_E_INVALID || !strstr(err.msg, rows[i].words))
			fail_msg("\"%s\": %d %s", rows[i].text, (int)rc, err.msg);
		assert_null(c.definition);
		assert_true(c.metres_per_unit == 99); /* untouched */
	}
}

static void a_text_longer_than_any_system_is_refused(void **state)
{
	static char text[100000];
	struct mm_crs c;
	struct mm_err err = {0};

	(void)state;
	memset(text, 'E', sizeof(text) - 1);
	assert_int_equal(mm_crs_parse(proj, text, &c, &err), MM_E_INVALID);
	assert_non_null(strstr(err.msg, "longer"));
}

static void check_points_are_met(void **state)
{
	FILE *f = fopen("tests/vectors/msk_points.txt", "r");
	char line[256], system[64];
	int rows = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		const struct mm_transform *there, *back;
		double lon, lat, x, y, tol;

		if (line[0] == '#' ||
		    sscanf(line, "%63s %lf %lf %lf %lf %lf", system, &lon, &lat, &x, &y, &tol) != 6)
			continue;
		there = way("CRS84", system);
		back = way(system, "EPSG:4326");
		{
			double p[2] = {lon, lat}, q[2] = {x, y};

			assert_int_equal(mm_transform_points(there, p, 1), 0);
			assert_int_equal(mm_transform_points(back, q, 1), 0);
			if (hypot(p[0] - x, p[1] - y) > tol)
				fail_msg("%s: %.3f %.3f, not %.3f %.3f", system, p[0], p[1], x, y);
			if (hypot((q[0] - lon) * 111320 * cos(lat * M_PI / 180), (q[1] - lat) * 111320) > tol)
				fail_msg("%s back: %.8f %.8f", system, q[0], q[1]);
		}
		rows++;
	}
	(void)fclose(f);
	assert_true(rows >= 6);
}

static double gap(const char *a, const char *b, double lon, double lat)
{
	double p[2] = {lon, lat}, q[2] = {lon, lat};

	assert_int_equal(mm_transform_points(way("CRS84", a), p, 1), 0);
	assert_int_equal(mm_transform_points(way("CRS84", b), q, 1), 0);
	return hypot(p[0] - q[0], p[1] - q[1]);
}

/* PROJ 9.1.1 takes exactly GOST 2008 by default for EPSG:28407 and 28424, and a .prj without a shift gets the
 * same. */
static void pulkovo_shifts_by_gost_2008_without_being_told(void **state)
{
	(void)state;
	assert_true(gap("EPSG:28407", "+proj=tmerc +lon_0=39 +x_0=7500000 +ellps=krass " GOST2008, 39.6,
			52.6) < 0.01);
	assert_true(gap("EPSG:28424", "+proj=tmerc +lon_0=141 +x_0=24500000 +ellps=krass " GOST2008, 142.5,
			46.7) < 0.01);
	assert_true(gap(ESRI_GK7, "EPSG:28407", 39.6, 52.6) < 1e-6);
	assert_true(gap(ESRI_MSK48, "MSK48_1", 39.6, 52.6) < 0.01);
	/* SK-42 straight to a local system: no shift at all between them */
	{
		double p[2] = {7540706.0098, 5831355.7961};

		assert_int_equal(mm_transform_points(way("EPSG:28407", "MSK48_1"), p, 1), 0);
		assert_true(hypot(p[0] - 1325705.827, p[1] - 418872.272) < 0.01);
	}
	/* a map's own metric CRS to Web Mercator and back */
	{
		double p[2] = {1325705.827, 418872.272};

		assert_int_equal(mm_transform_points(way("MSK48_1", "EPSG:3857"), p, 1), 0);
		assert_true(hypot(p[0] - 4408162.780, p[1] - 6910961.808) < 0.02);
	}
}

static void a_shift_that_comes_with_wkt_yields_to_the_code_only(void **state)
{
	static const char base[] =
	    "GEOGCS[\"Pulkovo 1942\",DATUM[\"Pulkovo_1942\",SPHEROID[\"Krassowsky 1940\",6378245,"
	    "298.3],TOWGS84[%s]%s],PRIMEM[\"Greenwich\",0],UNIT[\"degree\","
	    "0.0174532925199433]%s]";
	char with[512], without[512];
	struct mm_crs c;

	(void)state;
	(void)snprintf(with, sizeof(with), base, "100,0,0,0,0,0,0", ",AUTHORITY[\"EPSG\",\"6284\"]",
		       ",AUTHORITY[\"EPSG\",\"4284\"]");
	(void)snprintf(without, sizeof(without), base, "100,0,0,0,0,0,0", "", "");
	assert_int_equal(mm_crs_parse(proj, with, &c, NULL), MM_OK);
	assert_string_equal(c.definition, "EPSG:4284");
	mm_crs_release(&c);
	assert_int_equal(mm_crs_parse(proj, without, &c, NULL), MM_OK);
	assert_string_equal(c.code, "");
	mm_crs_release(&c);
	assert_true(gap(without, "EPSG:4284", 39.6, 52.6) > 1e-4);
	assert_true(gap(with, "EPSG:4284", 39.6, 52.6) < 1e-12);
}

static void a_code_with_other_parameters_is_not_believed(void **state)
{
	struct mm_crs c;
	char text[2048] = ESRI_GK7, *end = strrchr(text, ']'), *easting = strstr(text, "7500000");

	(void)state;
	(void)snprintf(end, 64, ",AUTHORITY[\"EPSG\",\"28407\"]]");
	assert_int_equal(mm_crs_parse(proj, text, &c, NULL), MM_OK);
	assert_string_equal(c.code, "EPSG:28407");
	mm_crs_release(&c);
	easting[1] = '4'; /* a city's own false easting */
	assert_int_equal(mm_crs_parse(proj, text, &c, NULL), MM_OK);
	assert_string_equal(c.code, "");
	assert_string_equal(c.uri, "");
	mm_crs_release(&c);
}

static void the_same_system_is_recognised(void **state)
{
	static const struct {
		const char *from, *to;
		bool same;
	} rows[] = {
	    {"CRS84", "EPSG:4326", true},        {"EPSG:4326", "+proj=longlat +datum=WGS84", true},
	    {"MSK48_1", "МСК-48 зона 1", true},  {ESRI_GK7, "EPSG:28407", true},
	    {"EPSG:3857", GDAL_3857, true},      {"EPSG:3857", "EPSG:4326", false},
	    {"MSK48_1", "MSK48_2", false},       {"EPSG:4284", "EPSG:4326", false},
	    {"EPSG:28407", "EPSG:20907", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (mm_transform_is_identity(way(rows[i].from, rows[i].to)) != rows[i].same)
			fail_msg("%s, %s", rows[i].from, rows[i].to);
	assert_ptr_equal(way("CRS84", "EPSG:3857"), way("CRS84", "EPSG:3857")); /* cached */
}

static void ballpark_transformations_are_refused(void **state)
{
	struct mm_crs c;
	const struct mm_transform *t = NULL;
	struct mm_err err = {0};

	(void)state;
	assert_int_equal(mm_crs_parse(proj, "+proj=tmerc +lon_0=39 +ellps=krass", &c, NULL), MM_OK);
	assert_int_equal(mm_transform_get(proj, MM_CRS84, c.definition, &t, &err), MM_E_INVALID);
	assert_non_null(strstr(err.msg, "+towgs84"));
	assert_null(t);
	mm_crs_release(&c);
}

static void points_without_a_place_do_not_spoil_their_neighbours(void **state)
{
	static const char *const to[] = {"EPSG:3857", "MSK48_1", "EPSG:28407", "EPSG:4326"};

	(void)state;
	for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		const struct mm_transform *t = way("CRS84", to[i]);
		double xy[] = {39.6, 52.6, NAN, 52.6, 39.6, 52.6, HUGE_VAL, 1, 39.6, 52.6},
		       alone[2] = {39.6, 52.6};

		assert_int_equal(mm_transform_points(t, xy, 5), 2);
		assert_int_equal(mm_transform_points(t, alone, 1), 0);
		for (int k = 0; k < 10; k += 4)
			assert_true(xy[k] == alone[0] && xy[k + 1] == alone[1]);
		assert_true(xy[2] == HUGE_VAL && xy[3] == HUGE_VAL && xy[6] == HUGE_VAL);
		assert_int_equal(mm_transform_points(t, xy, 0), 0);
	}
}

static void our_web_mercator_is_projs(void **state)
{
	/* the same operation by way of PROJ: a sphere with no datum shift */
	const struct mm_transform *ours = way("EPSG:4326", "EPSG:3857"), *back = way("EPSG:3857", "CRS84");
	const struct mm_transform *theirs =
	    way("EPSG:4326", "+proj=merc +a=6378137 +b=6378137 +nadgrids=@null +x_0=1");

	(void)state;
	for (int lon = -180; lon <= 180; lon += 5) {
		for (int lat = -85; lat <= 85; lat += 5) {
			double a[2] = {lon, lat}, b[2] = {lon, lat};

			assert_int_equal(mm_transform_points(ours, a, 1) + mm_transform_points(theirs, b, 1),
					 0);
			assert_true(fabs(a[1] - b[1]) < 1e-6 && fabs(a[0] - (b[0] - 1)) < 1e-6);
			assert_int_equal(mm_transform_points(back, a, 1), 0);
			assert_true(fabs(a[0] - lon) < 1e-12 && fabs(a[1] - lat) < 1e-12);
		}
	}
	{
		double pole[2] = {0, 90};

		assert_int_equal(mm_transform_points(ours, pole, 1), 1);
	}
}

static void a_box_holds_what_it_held(void **state)
{
	const struct mm_transform *t = way("EPSG:28407", "CRS84");
	struct mm_box b = {7400000, 5700000, 7600000, 5900000}, ret = mm_transform_box(t, &b),
		      empty = mm_box_empty();

	(void)state;
	for (int i = 0; i <= 10; i++) {
		double p[2] = {7400000 + i * 20000.0, 5900000};

		assert_int_equal(mm_transform_points(t, p, 1), 0);
		assert_true(p[0] >= ret.min_x && p[0] <= ret.max_x && p[1] >= ret.min_y && p[1] <= ret.max_y);
	}
	ret = mm_transform_box(t, &empty);
	assert_true(mm_box_is_empty(&ret));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_form_of_a_name_gives_its_system),
	    cmocka_unit_test(a_description_is_complete),
	    cmocka_unit_test(what_is_refused_says_what_to_write),
	    cmocka_unit_test(a_text_longer_than_any_system_is_refused),
	    cmocka_unit_test(check_points_are_met),
	    cmocka_unit_test(pulkovo_shifts_by_gost_2008_without_being_told),
	    cmocka_unit_test(a_shift_that_comes_with_wkt_yields_to_the_code_only),
	    cmocka_unit_test(a_code_with_other_parameters_is_not_believed),
	    cmocka_unit_test(the_same_system_is_recognised),
	    cmocka_unit_test(ballpark_transformations_are_refused),
	    cmocka_unit_test(points_without_a_place_do_not_spoil_their_neighbours),
	    cmocka_unit_test(our_web_mercator_is_projs),
	    cmocka_unit_test(a_box_holds_what_it_held),
	};
	int rc;

	proj = mm_proj_new();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	proj = mm_proj_free(proj);
	return rc;
}
