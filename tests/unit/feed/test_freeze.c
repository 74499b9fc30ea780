#include "feed_fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

/* Sources in, snapshots out: what survives the way through GDAL. */

static const char point[] = "\"geometry\":{\"type\":\"Point\",\"coordinates\":[39.123456789012345,52.6]}";

static void all_attribute_types_survive(void **state)
{
	struct feed *f = *state;
	struct mm_layer *l;

	feed_geojson(
	    f, "a.geojson",
	    mm_arena_printf(&f->mem,
			    "{\"type\":\"Feature\",\"id\":9007199254740993,\"properties\":{\"big\":"
			    "9223372036854775807,\"odd\":"
			    "9007199254740993,\"code\":\"007\",\"text\":\"Ёж 🦔 "
			    "\\\"x\\\"\",\"real\":0.1,\"yes\":true,\"list\":[1,"
			    "2],\"nested\":{\"a\":[1,{\"b\":null}]},\"day\":\"2026-06-15\",\"at\":\"2026-"
			    "06-15T12:00:00+03:00\","
			    "\"utc\":\"2026-06-15T12:00:00.250Z\",\"none\":null,\"empty\":\"\"},%s}",
			    point));
	l = feed_layer(f, "source: a.geojson\n");
	assert_int_equal(mm_layer_count(l), 1);
	assert_int_equal(mm_layer_id_int(l, 0), 9007199254740993);
	assert_string_equal(feed_text(f, l, 0, "big"), "9223372036854775807");
	assert_string_equal(feed_text(f, l, 0, "odd"), "9007199254740993");
	assert_string_equal(feed_text(f, l, 0, "code"), "007");
	assert_string_equal(feed_text(f, l, 0, "text"), "Ёж 🦔 \"x\"");
	assert_string_equal(feed_text(f, l, 0, "real"), "0.10000000000000001");
	assert_string_equal(feed_text(f, l, 0, "yes"), "true");
	assert_string_equal(feed_text(f, l, 0, "list"), "[1,2]");
	assert_non_null(strstr(feed_text(f, l, 0, "nested"), "\"b\""));
	assert_string_equal(feed_text(f, l, 0, "day"), "2026-06-15");
	assert_string_equal(feed_text(f, l, 0, "at"), "2026-06-15T12:00:00+03:00");
	assert_string_equal(feed_text(f, l, 0, "utc"), "2026-06-15T12:00:00.250Z");
	assert_string_equal(feed_text(f, l, 0, "none"), "NULL");
	assert_string_equal(feed_text(f, l, 0, "empty"), "");
	(void)mm_layer_unref(l);
}

static void coordinates_are_exact(void **state)
{
	struct feed *f = *state;
	struct mm_geom g;
	struct mm_layer *l;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem, "{\"type\":\"Feature\",\"properties\":{},%s}", point));
	l = feed_layer(f, "source: a.geojson\n");
	mm_layer_geom(l, 0, &g);
	assert_int_equal(g.type, MM_GEOM_POINT);
	assert_true(g.xy[0] == 39.123456789012345 && g.xy[1] == 52.6);
	(void)mm_layer_unref(l);
}

/* A shapefile in CP1251 without .cpg and .prj: the city's usual one. */
static void a_shapefile_needs_what_it_does_not_say(void **state)
{
	struct feed *f = *state;
	struct mm_layer *l;

	feed_geojson(f, "a.geojson",
		     "{\"type\":\"Feature\",\"properties\":{\"name\":\"Улица "
		     "Ленина\",\"n\":\"0012\"},\"geometry\":{\"type\":"
		     "\"Point\",\"coordinates\":[1300000,418000]}}");
	feed_run(f,
		 "ogr2ogr -q -lco ENCODING=CP1251 -a_srs EPSG:3857 s.shp a.geojson && rm -f s.prj s.cpg && "
		 "printf '\\000' | dd of=s.dbf bs=1 seek=29 conv=notrunc 2>/dev/null");
	feed_refused(f, "source: s.shp\n", "source \"s.shp\" states no CRS: add crs:");
	l = feed_layer(f, "source: s.shp\ncrs: MSK48_1\nencoding: CP1251\n");
	assert_string_equal(feed_text(f, l, 0, "name"), "Улица Ленина");
	assert_string_equal(feed_text(f, l, 0, "n"), "0012");
	assert_string_equal(mm_layer_schema(l)->crs_code, "MSK48_1");
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_BAD_TEXT), 0);
	(void)mm_layer_unref(l);
	l = feed_layer(f, "source: s.shp\ncrs: MSK48_1\n");
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_BAD_TEXT), 1);
	(void)mm_layer_unref(l);
	assert_int_equal(feed_count_files(f->dir, ".qix") + feed_count_files(f->dir, ".xml"), 0);
}

static void a_shapefile_is_taken_with_all_its_parts(void **state)
{
	static const char *const wrong[][2] = {
	    {"rm -f s.dbf", "\"s.shp\": its part .dbf is missing"},
	    {": > s.dbf", "\"s.shp\": its part .dbf is missing"},
	    {"rm -f s.shx", "\"s.shp\": its part .shx is missing"},
	    {"truncate -s -1 s.shp", "\"s.shp\": the .shp is cut off"},
	    {"rm -f s.dbf && mkfifo s.dbf", "\"s.dbf\" beside it is neither a file nor a folder"},
	};
	struct feed *f = *state;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem, "{\"type\":\"Feature\",\"properties\":{\"n\":1},%s}", point));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		feed_run(f, "rm -f s.* && ogr2ogr -q s.shp a.geojson");
		(void)mm_layer_unref(feed_layer(f, "source: s.shp\n"));
		feed_run(f, wrong[i][0]);
		feed_refused(f, "source: s.shp\n", wrong[i][1]);
	}
	feed_run(f, "rm -f s.* && ogr2ogr -q S.shp a.geojson && for p in shp shx dbf prj; do mv S.$p S.T && "
		    "mv S.T S.$(echo $p | tr a-z A-Z); done");
	(void)mm_layer_unref(feed_layer(f, "source: S.SHP\n"));
}

static void a_csv_gives_points_by_decimal_comma(void **state)
{
	struct feed *f = *state;
	struct mm_geom g;
	struct mm_layer *l;

	feed_write(f, "t.csv",
		   "num;east;north;когда;сколько\n007;1300000,5;418000,25;01.06.2026;12,5\n008;;;;нет\n");
	l = feed_layer(f, "source: t.csv\ncrs: MSK48_1\npoint: {x: east, y: north}\nid_field: num\n"
			  "fields:\n  - {name: when, column: когда, type: date}\n"
			  "  - {name: much, column: сколько, type: real}\n");
	mm_layer_geom(l, 0, &g);
	assert_true(g.type == MM_GEOM_POINT && g.xy[0] == 1300000.5 && g.xy[1] == 418000.25);
	mm_layer_geom(l, 1, &g);
	assert_int_equal(g.type, MM_GEOM_NULL);
	assert_string_equal(feed_text(f, l, 0, "when"), "2026-06-01");
	assert_string_equal(feed_text(f, l, 0, "much"), "12.5");
	assert_string_equal(feed_text(f, l, 1, "much"), "NULL");
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_BAD_VALUE), 1);
	assert_int_equal(mm_layer_find_id(l, "007", 3), 0);
	(void)mm_layer_unref(l);
}

static void swapped_axes_are_put_right(void **state)
{
	struct feed *f = *state;
	struct mm_geom g;
	struct mm_layer *l;

	feed_write(f, "t.csv", "x,y\n418000,1300000\n");
	l = feed_layer(f, "source: t.csv\ncrs: MSK48_1\npoint: {x: x, y: y}\nswap_axes: true\n");
	mm_layer_geom(l, 0, &g);
	assert_true(g.xy[0] == 1300000 && g.xy[1] == 418000);
	(void)mm_layer_unref(l);
}

static void curves_surfaces_and_z_are_taken_as_documented(void **state)
{
	struct feed *f = *state;
	struct mm_geom g;
	struct mm_layer *l;

	feed_write(f, "w.csv",
		   "id,WKT\n1,\"CURVEPOLYGON(CIRCULARSTRING(0 0,1 1,2 0,1 -1,0 0))\"\n2,\"TIN Z(((0 0 1,1 0 "
		   "1,0 1 1,0 0 "
		   "1)),((1 0 1,1 1 1,0 1 1,1 0 1)))\"\n3,\"POINT ZM(1 2 3 4)\"\n4,\"POINT EMPTY\"\n5,\n6,"
		   "\"GEOMETRYCOLLECTION(POINT(1 1),GEOMETRYCOLLECTION(LINESTRING(0 0,1 1)))\"\n");
	l = feed_layer(f, "source: w.csv\ncrs: EPSG:3857\nid_field: id\n");
	assert_int_equal(mm_layer_count(l), 6);
	mm_layer_geom(l, 0, &g);
	assert_int_equal(g.type, MM_GEOM_POLYGON);
	assert_true(g.vertex_count > 80); /* 360 / 4 degrees */
	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_CURVE), 1);
	mm_layer_geom(l, 1, &g);
	assert_true(g.type == MM_GEOM_MULTIPOLYGON && g.part_count == 2 && g.z && g.z[0] == 1);
	mm_layer_geom(l, 2, &g);
	assert_true(g.type == MM_GEOM_POINT && g.z && g.z[0] == 3);
	mm_layer_geom(l, 3, &g);
	assert_true(g.type == MM_GEOM_POINT && g.part_count == 0);
	mm_layer_geom(l, 4, &g);
	assert_int_equal(g.type, MM_GEOM_NULL);
	mm_layer_geom(l, 5, &g);
	assert_true(g.type == MM_GEOM_COLLECTION && g.part_count == 2);
	(void)mm_layer_unref(l);
}

static void the_second_time_comes_from_the_cache(void **state)
{
	struct feed *f = *state;
	struct mm_freeze_result r;
	struct mm_err err = {0};

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem, "{\"type\":\"Feature\",\"properties\":{},%s}", point));
	assert_int_equal(feed_freeze(f, "source: a.geojson\n", &r, &err), MM_OK);
	assert_false(r.from_cache);
	(void)mm_layer_unref(r.layer);
	assert_int_equal(feed_freeze(f, "source: a.geojson\n", &r, &err), MM_OK);
	assert_true(r.from_cache);
	(void)mm_layer_unref(r.layer);
	feed_geojson(f, "a.geojson", "");
	assert_int_equal(feed_freeze(f, "source: a.geojson\n", &r, &err), MM_OK);
	assert_false(r.from_cache);
	assert_int_equal(mm_layer_count(r.layer), 0);
	(void)mm_layer_unref(r.layer);
	assert_int_equal(feed_count_files(feed_path(f, ".munimap"), ".mms"), 1); /* the old one is gone */
	assert_int_equal(feed_count_files(feed_path(f, ".munimap"), ""), 1); /* nothing temporary is left */
}

static void a_damaged_snapshot_is_made_again(void **state)
{
	struct feed *f = *state;
	struct mm_freeze_result r;
	struct mm_err err = {0};

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem, "{\"type\":\"Feature\",\"properties\":{},%s}", point));
	(void)mm_layer_unref(feed_layer(f, "source: a.geojson\n"));
	feed_run(f, "printf XXXX | dd of=$(ls .munimap/*.mms) bs=1 seek=300 conv=notrunc 2>/dev/null");
	assert_int_equal(feed_freeze(f, "source: a.geojson\n", &r, &err), MM_OK);
	assert_false(r.from_cache);
	(void)mm_layer_unref(r.layer);
}

static void definitions_that_do_not_fit_are_refused_in_words(void **state)
{
	struct feed *f = *state;

	feed_geojson(
	    f, "a.geojson",
	    mm_arena_printf(&f->mem, "{\"type\":\"Feature\",\"properties\":{\"floors\":1},%s}", point));
	feed_refused(f, "source: a.geojson\nfields:\n  - {name: flors}\n", "did you mean \"floors\"");
	feed_refused(f, "source: a.geojson\nid_field: nothing\n", "no column \"nothing\"");
	feed_refused(f, "source: a.geojson\ntable: other\n", "none of that name but a");
	feed_refused(f, "source: missing.geojson\n", "there is no such file");
	feed_refused(f, "source: a.geojson\ndriver: PDF\n", "not on the list");
	feed_refused(f, "source: a.geojson\nencoding: CP99999\n", "CP99999");
	feed_refused(f, "source: a.geojson\nsql: DROP TABLE a\n", "sql");
	feed_write(f, "a.unknown", "x");
	feed_refused(f, "source: a.unknown\n", "add driver:");
	feed_write(f, "broken.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":");
	feed_refused(f, "source: broken.geojson\n", "broken.geojson");
}

static void an_expression_ranks_rows(void **state)
{
	static const char *const yaml =
	    "source: a.geojson\nimportance: {expression: \"n * 2 + CASE state WHEN "
	    "'ok' THEN 10 ELSE 0 END\"}\n";
	struct feed *f = *state;
	struct mm_layer *l;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem,
				     "{\"type\":\"Feature\",\"properties\":{\"n\":3,\"state\":\"lost\"},%s},"
				     "{\"type\":\"Feature\",\"properties\":{\"n\":1,\"state\":\"ok\"},%s},"
				     "{\"type\":\"Feature\",\"properties\":{\"state\":\"ok\"},%s},"
				     "{\"type\":\"Feature\",\"properties\":{\"n\":6,\"state\":\"lost\"},%s},"
				     "{\"type\":\"Feature\",\"properties\":{\"n\":-3,\"state\":\"lost\"},%s}",
				     point, point, point, point, point));
	l = feed_layer(f, yaml);
	assert_string_equal(mm_layer_schema(l)->generalize.importance_expression,
			    "n * 2 + CASE state WHEN 'ok' THEN 10 ELSE 0 END");
	assert_int_equal(mm_layer_importance(l, 2), 0);
	assert_in_range(mm_layer_importance(l, 4), 1, mm_layer_importance(l, 0) - 1);
	assert_true(mm_layer_importance(l, 0) < mm_layer_importance(l, 1));
	assert_int_equal(mm_layer_importance(l, 1), mm_layer_importance(l, 3));
	(void)mm_layer_unref(l);
	l = feed_layer(f,
		       "source: a.geojson\nimportance: {expression: -n}\n"); /* another rule, another layer */
	assert_true(mm_layer_importance(l, 4) > mm_layer_importance(l, 0));
	(void)mm_layer_unref(l);
}

/* A geometry has measures, in whatever system; a field of that name comes first. */
static void an_expression_knows_the_geometry(void **state)
{
	static const char big[] =
	    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[39,52],[39.01,52],[39.01,"
	    "52.01],[39,52.01],[39,52]]]}", /* 764 078 m2 */
	    way[] =
		"\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[39,52],[39,52.01]]}"; /* 1 113 m */
	static const struct {
		const char *expression;
		int big, way, dot; /* which is how important */
	} rows[] = {
	    {"area_m2 BETWEEN 760000 AND 768000", 2, 1, 1},
	    {"length_m BETWEEN 1105 AND 1120", 1, 2, 1},
	    {"area_m2 / 1000 + length_m", 2, 3, 1},
	    {"n * 10 + (length_m > 0)", 1, 3, 2},
	};
	struct feed *f = *state;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem,
				     "{\"type\":\"Feature\",\"properties\":{\"n\":0},%s},"
				     "{\"type\":\"Feature\",\"properties\":{\"n\":1},%s},"
				     "{\"type\":\"Feature\",\"properties\":{\"n\":1},%s}",
				     big, way, point));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_layer *l = feed_layer(
		    f, mm_arena_printf(&f->mem, "source: a.geojson\nimportance: {expression: \"%s\"}\n",
				       rows[i].expression));
		const uint16_t a = mm_layer_importance(l, 0), b = mm_layer_importance(l, 1),
			       c = mm_layer_importance(l, 2);

		if ((a < b) != (rows[i].big < rows[i].way) || (a == b) != (rows[i].big == rows[i].way) ||
		    (b < c) != (rows[i].way < rows[i].dot) || (b == c) != (rows[i].way == rows[i].dot) ||
		    (a < c) != (rows[i].big < rows[i].dot) || (a == c) != (rows[i].big == rows[i].dot))
			fail_msg("%s: %u %u %u", rows[i].expression, a, b, c);
		(void)mm_layer_unref(l);
	}
	feed_geojson(f, "b.geojson",
		     mm_arena_printf(&f->mem,
				     "{\"type\":\"Feature\",\"properties\":{\"area_m2\":1},%s},"
				     "{\"type\":\"Feature\",\"properties\":{\"area_m2\":2},%s}",
				     big, point));
	struct mm_layer *l = feed_layer(f, "source: b.geojson\nimportance: {expression: area_m2}\n");

	assert_true(mm_layer_importance(l, 0) < mm_layer_importance(l, 1));
	(void)mm_layer_unref(l);
}

static void a_bad_expression_is_refused(void **state)
{
	struct feed *f = *state;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem,
				     "{\"type\":\"Feature\",\"properties\":{\"n\":1,\"t\":\"mmmmmmmm\"},%s}",
				     point));
	feed_refused(f, "source: a.geojson\nimportance: {expression: n + m}\n",
		     "importance.expression: there is no field \"m\" in the source");
	feed_refused(f, "source: a.geojson\nimportance: {expression: n, field: n}\n", "leave one of them");
	feed_refused(f, "source: a.geojson\nimportance: {expression: n + load_extension(m)}\n",
		     "load_extension");
	feed_refused(
	    f,
	    "source: a.geojson\nimportance: {expression: \"replace(replace(replace(replace(replace("
	    "replace(t, 'm', 'mmmmmmmmmmmmmmmm'), 'm', 'mmmmmmmmmmmmmmmm'), 'm', 'mmmmmmmmmmmmmmmm'), "
	    "'m', 'mmmmmmmmmmmmmmmm'), 'm', 'mmmmmmmmmmmmmmmm'), 'm', 'mmmmmmmmmmmmmmmm') = 'm'\"}\n",
	    "importance.expression: row 1: it makes texts of more than 1048576 bytes");
}

static void fields_of_time_must_be_times_that_may_be_seen(void **state)
{
	static const char fields[] =
	    "fields:\n  - {name: b, type: date}\n  - {name: h, type: date, hidden: true}\n";
	struct feed *f = *state;
	struct mm_layer *l;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem,
				     "{\"type\":\"Feature\",\"properties\":{\"b\":\"2026-01-01\",\"n\":1,"
				     "\"e\":\"2026-02-01\",\"h\":\"2026-02-01\"},%s}",
				     point));
	feed_refused(f, "source: a.geojson\ntime: {begin: m, end: b}\n",
		     "time.begin: there is no field \"m\" in the source");
	feed_refused(f, mm_arena_printf(&f->mem, "source: a.geojson\ntime: {begin: b, end: n}\n%s", fields),
		     "time.end: field \"n\" is integer: write one of type date or datetime");
	feed_refused(
	    f,
	    mm_arena_printf(&f->mem, "source: a.geojson\ntime: {begin: b, end: b, end_fact: h}\n%s", fields),
	    "time.end_fact: field \"h\" is hidden: write one of type date or datetime");
	feed_refused(f, "source: a.geojson\nfields:\n  - {name: e, sum: true}\n",
		     "field \"e\": sum: true is for integers and reals, and this is");
	l = feed_layer(f,
		       mm_arena_printf(&f->mem, "source: a.geojson\ntime: {begin: b, end: e}\n%s", fields));
	assert_string_equal(mm_layer_schema(l)->time_begin, "b");
	assert_string_equal(mm_layer_schema(l)->time_end, "e");
	(void)mm_layer_unref(l);
}

static void sources_outside_the_allowed_folders_are_refused(void **state)
{
	struct feed *f = *state;

	feed_run(f, "mkdir in && cd in && ogr2ogr --version >/dev/null && ln -s /etc/passwd p.csv");
	feed_refused(f, "source: /etc/passwd\ndriver: CSV\n", "outside the folders");
	feed_refused(f, "source: in/p.csv\ndriver: CSV\n", "outside the folders");
	feed_refused(f, "source: /vsicurl/http://127.0.0.1/a.geojson\n", "never followed");
	feed_refused(f, "source: /vsizip/a.zip/a.geojson\n", "never followed");
	feed_refused(f, "source: \"PG:host=127.0.0.1 dbname=x\"\n", "not allowed");
}

static void a_database_in_use_is_read_with_its_journal(void **state)
{
	struct feed *f = *state;
	struct mm_layer *l;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem, "{\"type\":\"Feature\",\"properties\":{\"n\":1},%s}", point));
	feed_run(f, "ogr2ogr -q -f GPKG g.gpkg a.geojson -nln t -lco SPATIAL_INDEX=NO && mkdir live && cp "
		    "g.gpkg live/ && cd live && "
		    "printf \"PRAGMA journal_mode=WAL;\\nPRAGMA wal_autocheckpoint=0;\\nUPDATE t SET "
		    "n=2;\\n.shell cp "
		    "g.gpkg ../w.gpkg; cp g.gpkg-wal ../w.gpkg-wal\\n\" | sqlite3 g.gpkg >/dev/null");
	l = feed_layer(f, "source: w.gpkg\n");
	assert_string_equal(feed_text(f, l, 0, "n"), "2");
	(void)mm_layer_unref(l);
	assert_int_equal(feed_count_files(f->dir, "-shm"), 0);
}

/* GDAL fetches the CRS a GeoJSON links to, whatever drivers are allowed. */
static void nothing_in_a_file_makes_us_call_out(void **state)
{
	struct feed *f = *state;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof(at);
	int trap = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct mm_freeze_result r = {0};
	struct mm_err err = {0};

	assert_int_equal(bind(trap, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(trap, 8), 0);
	assert_int_equal(getsockname(trap, (struct sockaddr *)&at, &size), 0);
	feed_write(f, "link.geojson",
		   mm_arena_printf(
		       &f->mem,
		       "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"link\",\"properties\":{\"href\":"
		       "\"http://127.0.0.1:%u/crs\",\"type\":\"proj4\"}},\"features\":[{\"type\":\"Feature\","
		       "\"properties\":{},%s}]}",
		       ntohs(at.sin_port), point));
	if (feed_freeze(f, "source: link.geojson\n", &r, &err) == MM_OK)
		(void)mm_layer_unref(r.layer);
	feed_write(
	    f, "vrt.geojson",
	    mm_arena_printf(
		&f->mem,
		"<OGRVRTDataSource><OGRVRTLayer name=\"x\"><SrcDataSource>/vsicurl/http://127.0.0.1:%u/"
		"x.json</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
		ntohs(at.sin_port)));
	feed_refused(f, "source: vrt.geojson\n", "vrt.geojson");
	feed_run(f, "mv vrt.geojson v.vrt");
	feed_refused(f, "source: v.vrt\n", "driver: VRT");
	feed_refused(f, "source: v.vrt\ndriver: VRT\n", "v.vrt");
	assert_int_equal(accept(trap, NULL, NULL), -1);
	assert_int_equal(errno, EAGAIN);
	(void)close(trap);
}

/* LIBKML of GDAL 3.6 crashes on a track without times: the other driver for KML is tried. */
static void a_crash_of_gdal_is_an_error_or_another_try(void **state)
{
	struct feed *f = *state;
	struct mm_freeze_result r = {0};
	struct mm_err err = {0};

	feed_write(
	    f, "t.kml",
	    "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\" "
	    "xmlns:gx=\"http://www.google.com/kml/ext/2.2\"><Document><Placemark><gx:Track><gx:coord>2 49 "
	    "0</gx:coord><gx:coord>3 50 0</gx:coord></gx:Track></Placemark></Document></kml>");
	if (feed_freeze(f, "source: t.kml\n", &r, &err) == MM_OK)
		(void)mm_layer_unref(r.layer);
	feed_refused(f, "source: t.kml\ndriver: LIBKML\n", "crashed");
}

static void a_geodatabase_is_a_folder(void **state)
{
	struct feed *f = *state;
	struct mm_layer *l;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem, "{\"type\":\"Feature\",\"properties\":{\"n\":1},%s}", point));
	feed_run(f, "ogr2ogr -q -f OpenFileGDB -nln t d.gdb a.geojson");
	l = feed_layer(f, "source: d.gdb\n");
	assert_int_equal(mm_layer_count(l), 1);
	(void)mm_layer_unref(l);
}

/* A МСК that MapInfo writes without a name is known by its parameters. */
static void an_unnamed_msk_is_known_by_its_parameters(void **state)
{
	struct feed *f = *state;
	struct mm_layer *l;

	feed_write(f, "m.mif",
		   "Version 300\nCharset \"WindowsCyrillic\"\nDelimiter \",\"\nCoordSys Earth Projection 8, "
		   "9999, 3, "
		   "23.57, -140.95, -79.8, 0, -0.35, -0.79, -0.22, 0, \"m\", 38.48333333333, 0, 1, 1250000, "
		   "-5412900.566\nColumns 1\n  name Char(20)\nData\nPoint 1300000 418000\n");
	feed_write(f, "m.mid", "\"\304\356\354\"\n"); /* Дом in CP1251 */
	l = feed_layer(f, "source: m.mif\n");
	assert_string_equal(mm_layer_schema(l)->crs_code, "MSK48_1");
	assert_string_equal(feed_text(f, l, 0, "name"), "Дом");
	(void)mm_layer_unref(l);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_attribute_types_survive, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(coordinates_are_exact, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_shapefile_needs_what_it_does_not_say, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_shapefile_is_taken_with_all_its_parts, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_csv_gives_points_by_decimal_comma, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(swapped_axes_are_put_right, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(curves_surfaces_and_z_are_taken_as_documented, feed_begin,
					    feed_end),
	    cmocka_unit_test_setup_teardown(the_second_time_comes_from_the_cache, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_damaged_snapshot_is_made_again, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(definitions_that_do_not_fit_are_refused_in_words, feed_begin,
					    feed_end),
	    cmocka_unit_test_setup_teardown(an_expression_ranks_rows, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(an_expression_knows_the_geometry, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_bad_expression_is_refused, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(fields_of_time_must_be_times_that_may_be_seen, feed_begin,
					    feed_end),
	    cmocka_unit_test_setup_teardown(sources_outside_the_allowed_folders_are_refused, feed_begin,
					    feed_end),
	    cmocka_unit_test_setup_teardown(a_database_in_use_is_read_with_its_journal, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(nothing_in_a_file_makes_us_call_out, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_geodatabase_is_a_folder, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(an_unnamed_msk_is_known_by_its_parameters, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_crash_of_gdal_is_an_error_or_another_try, feed_begin, feed_end),
	};

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
