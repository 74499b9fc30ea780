#include "check.h"

#include <cpl_error.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of `a` with a word in a field that lie within m of any row of `b` whose field is not the unwanted
 * word. */
static int near_any(const struct mm_table *a, const char *field, const char *word, const struct mm_table *b,
		    const char *skip_field, const char *skip, double m)
{
	int n = 0;

	for (int i = 0; i < a->n; i++) {
		bool hit = false;

		if (strcmp(mm_table_text(a, i, field), word) != 0)
			continue;
		for (int k = 0; k < b->n && !hit; k++)
			hit = strcmp(mm_table_text(b, k, skip_field), skip) != 0 &&
			      OGR_G_Distance(a->geometry[i], b->geometry[k]) <= m;
		n += hit;
	}
	return n;
}

static void check_sensors(const struct mm_check *check)
{
	struct mm_table sensors = mm_table_read(check, "sensors.geojson", NULL, false);
	struct mm_table crossings = mm_table_read(check, "crossings.geojson", NULL, false);
	struct mm_table parcels = mm_table_read(check, "social_parcels.gpkg", NULL, false);
	int corner = 0, silent_from_birth = 0;

	for (int i = 0; i < sensors.n; i++) {
		bool cover = !strcmp(mm_table_text(&sensors, i, "kind"), "manhole");

		mm_expect_class(check->found, "sensors", cover ? "cover_state" : "other_state",
				mm_table_text(&sensors, i, "state"));
		silent_from_birth += mm_table_null(&sensors, i, "last_t");
		for (int k = 0; cover && k < parcels.n; k++) {
			OGRGeometryH ring = OGR_G_GetGeometryRef(parcels.geometry[k], 0);

			for (int v = 0; v < 4; v++)
				corner +=
				    hypot(OGR_G_GetX(ring, v) - OGR_G_GetX(sensors.geometry[i], 0),
					  OGR_G_GetY(ring, v) - OGR_G_GetY(sensors.geometry[i], 0)) < 0.005;
		}
	}
	mm_expect_add(check->found, "sensors", "without_last_t", silent_from_birth);
	mm_expect_add(check->found, "sensors", "on_a_school_parcel_corner", corner);
	mm_expect_add(check->found, "sensors", "open_no_permit_within_30m_of_crossing",
		      near_any(&sensors, "state", "open_no_permit", &crossings, "kind", "signal", 30));
	mm_expect_add(check->found, "sensors", "open_no_permit_within_31m_of_crossing",
		      near_any(&sensors, "state", "open_no_permit", &crossings, "kind", "signal", 31));
	mm_table_free(&sensors);
	mm_table_free(&crossings);
	mm_table_free(&parcels);
}

/* A device stands on its cover: the same place by two files in two coordinate systems. */
static void check_covers(const struct mm_check *check)
{
	struct mm_table sensors = mm_table_read(check, "sensors.geojson", NULL, false);
	struct mm_table manholes = mm_table_read(check, "manholes.shp", NULL, false);
	int met = 0;

	for (int i = 0; i < sensors.n; i++)
		for (int k = 0; k < manholes.n; k++)
			met += hypot(sensors.box[i].MinX - manholes.box[k].MinX,
				     sensors.box[i].MinY - manholes.box[k].MinY) < 0.01 &&
			       !strcmp(mm_table_text(&sensors, i, "kind"), "manhole") &&
			       !strcmp(mm_table_text(&sensors, i, "manhole"),
				       OGR_F_GetFieldAsString(manholes.feature[k], 0));
	mm_expect_add(check->found, "sensors", "on_their_manhole", met);
	mm_table_free(&sensors);
	mm_table_free(&manholes);
}

static void check_cameras(const struct mm_check *check)
{
	struct mm_table cameras = mm_table_read(check, "cameras.gpkg", NULL, false);

	for (int i = 0; i < cameras.n; i++) {
		double azimuth = mm_table_real(&cameras, i, "azimuth");
		bool unknown = mm_table_null(&cameras, i, "azimuth"),
		     ptz = !strcmp(mm_table_text(&cameras, i, "kind"), "ptz");

		if (unknown && !ptz)
			mm_expect_add(check->found, "cameras", "fixed_without_azimuth", 1);
		if (!unknown && (azimuth < 0 || azimuth >= 360))
			mm_expect_add(check->found, "cameras", "azimuth_to_normalise", 1);
		if (mm_table_real(&cameras, i, "px") > 3000 &&
		    fabs(mm_table_real(&cameras, i, "range_m") - 76.8) < 0.05)
			mm_expect_add(check->found, "cameras", "wide_3840", 1);
	}
	mm_table_free(&cameras);
}

/* School 7 and the 9-storey block in its 50 m ring (A05). */
static void check_school(const struct mm_check *check)
{
	struct mm_table parcels = mm_table_read(check, "social_parcels.gpkg", NULL, false);
	struct mm_table buildings = mm_table_read(check, "buildings.shp", "ENCODING=CP1251", true);
	bool shaded = false;

	for (int k = 0; k < parcels.n; k++)
		for (int i = 0; i < buildings.n && !strcmp(mm_table_text(&parcels, k, "name"), "Школа № 7");
		     i++)
			shaded |= mm_table_real(&buildings, i, "FLOORS") >= 9 &&
				  OGR_G_Distance(parcels.geometry[k], buildings.geometry[i]) < 50;
	mm_expect_add(check->found, "schools", "school_7_beside_9_storeys", shaded);
	mm_table_free(&parcels);
	mm_table_free(&buildings);
}

static void check_gas(const struct mm_check *check)
{
	struct mm_table gas = mm_table_read(check, "gas.gpkg", NULL, true),
			plans = mm_table_read(check, "footprints.gpkg", NULL, true);
	int hits = 0, touches = 0;

	for (int i = 0; i < plans.n; i++) {
		double best = INFINITY;

		for (int k = 0; k < gas.n; k++)
			best = fmin(best, OGR_G_Distance(plans.geometry[i], gas.geometry[k]));
		hits += best < 2.0;
		touches += best == 2.0; /* planted in whole metres: exact in binary */
	}
	mm_expect_add(check->found, "footprints", "gas_within_2m", hits);
	mm_expect_add(check->found, "footprints", "gas_at_exactly_2m", touches);
	mm_table_free(&gas);
	mm_table_free(&plans);
}

static void count_project(const struct mm_check *check, const struct mm_table *t, int i)
{
	const char *oktmo = mm_table_text(t, i, "oktmo"),
		   *status = mm_table_text(t, i, "status"); /* these stay */
	double budget = mm_table_real(t, i, "budget_kop");
	bool priced = !mm_table_null(t, i, "budget_kop");
	char start[32], end[32]; /* GDAL's date texts share one buffer */

	(void)snprintf(start, sizeof(start), "%s", mm_table_text(t, i, "start_plan"));
	(void)snprintf(end, sizeof(end), "%s", mm_table_text(t, i, "end_plan"));
	mm_expect_add(check->found, "projects", "end_before_start", strcmp(end, start) < 0);

	mm_expect_class(check->found, "projects", "direction", mm_table_text(t, i, "direction"));
	mm_expect_class(check->found, "projects", "stage", mm_table_text(t, i, "stage"));
	mm_expect_class(check->found, "projects", "status", status);
	mm_expect_class(check->found, "projects", "home",
			!strcmp(oktmo, "00701000")   ? "m1"
			: !strcmp(oktmo, "00704000") ? "m2"
						     : "outline");
	mm_expect_add(check->found, "projects", "features", 1);
	mm_expect_add(check->found, "projects", "budget_kop", budget);
	mm_expect_add(check->found, "projects", "without_budget", !priced);
	mm_expect_add(check->found, "projects", "without_geometry", !t->geometry[i]);
	mm_expect_add(check->found, "projects", "overpaid",
		      priced && mm_table_real(t, i, "paid") * 100 > budget + 0.5);
	mm_expect_add(check->found, "projects", "done_without_end_fact",
		      !strcmp(status, "done") && mm_table_null(t, i, "end_fact"));
	mm_expect_add(check->found, "projects", "late_transport",
		      !strcmp(status, "late") && mm_table_real(t, i, "direction") == 3);
	mm_expect_add(check->found, "projects", "negative_correction", mm_table_real(t, i, "correction") < 0);
	/* Split by source and summed again: not a kopeck may be lost. */
	mm_expect_add(check->found, "projects", "sources_differ_from_budget",
		      llround((mm_table_real(t, i, "budget_federal") +
			       mm_table_real(t, i, "budget_regional") + mm_table_real(t, i, "budget_local")) *
			      100) != llround(budget));
}

static void check_project_places(const struct mm_check *check, const struct mm_table *t,
				 const struct mm_table *bounds, const struct mm_table *districts)
{
	static const char *const share[2] = {"p0077_in_district_3_share", "p0077_in_district_5_share"};

	for (int i = 0; i < t->n; i++) {
		OGRGeometryH g = t->geometry[i];
		bool ours = !strcmp(mm_table_text(t, i, "oktmo"), "00701000");
		bool dot = g && wkbFlatten(OGR_G_GetGeometryType(g)) == wkbPoint, on_line = false;

		if (!g || !ours)
			continue;
		for (int d = 0; d < districts->n && dot; d++) {
			OGRGeometryH edge = OGR_G_Boundary(districts->geometry[d]);

			on_line |= OGR_G_Distance(g, edge) < 0.01;
			OGR_G_DestroyGeometry(edge);
		}
		mm_expect_add(check->found, "projects", "points_on_district_line", on_line);
		mm_expect_add(check->found, "projects", "m1_outside_municipality",
			      !OGR_G_Intersects(g, bounds->geometry[0]));
		mm_expect_add(check->found, "projects", "m1_over_the_edge",
			      OGR_G_Intersects(g, bounds->geometry[0]) &&
				  !OGR_G_Within(g, bounds->geometry[0]));
		for (int d = 0; d < 2 && !strcmp(mm_table_text(t, i, "id"), "P-0077"); d++) {
			OGRGeometryH part = OGR_G_Intersection(g, districts->geometry[2 + 2 * d]);

			mm_expect_measure(check->found, "projects", share[d],
					  OGR_G_Length(part) / OGR_G_Length(g), 9);
			OGR_G_DestroyGeometry(part);
		}
	}
}

static void check_projects(const struct mm_check *check)
{
	struct mm_table t = mm_table_read(check, "projects.gpkg", NULL, false),
			bounds = mm_table_read(check, "boundaries.gpkg", NULL, false);
	struct mm_table districts = mm_table_read(check, "districts.gpkg", NULL, false);

	for (int i = 0; i < t.n; i++)
		count_project(check, &t, i);
	check_project_places(check, &t, &bounds, &districts);
	mm_table_free(&t);
	mm_table_free(&bounds);
	mm_table_free(&districts);
}

/* GDAL prints date-times as YYYY/MM/DD hh:mm:ss+00: their order is the order of their texts. */
static void check_permits(const struct mm_check *check)
{
	static const char now[] = "2026/06/15 09:00:00+00";
	struct mm_table t = mm_table_read(check, "permits.gpkg", NULL, false),
			sensors = mm_table_read(check, "sensors.geojson", NULL, false);
	int covered[2] = {0, 0};

	for (int i = 0; i < t.n; i++)
		mm_expect_class(check->found, "permits", "state", mm_table_text(&t, i, "state"));
	for (int s = 0; s < sensors.n; s++) {
		bool with = !strcmp(mm_table_text(&sensors, s, "state"), "open_permit"), hit = false;

		if (!with && strcmp(mm_table_text(&sensors, s, "state"), "open_no_permit") != 0)
			continue;
		for (int i = 0; i < t.n; i++)
			hit |= strcmp(mm_table_text(&t, i, "from_t"), now) <= 0 &&
			       strcmp(mm_table_text(&t, i, "to_t"), now) > 0 &&
			       OGR_G_Intersects(t.geometry[i], sensors.geometry[s]);
		covered[with] += hit;
	}
	mm_expect_add(check->found, "permits", "covers_open_inside_a_current_permit", covered[1]);
	mm_expect_add(check->found, "permits", "covers_open_without_permit_inside_a_current_one", covered[0]);
	mm_table_free(&t);
	mm_table_free(&sensors);
}

static bool has_nan(OGRGeometryH g)
{
	for (int i = 0; i < OGR_G_GetGeometryCount(g); i++)
		if (has_nan(OGR_G_GetGeometryRef(g, i)))
			return true;
	for (int i = 0; i < OGR_G_GetPointCount(g) && OGR_G_GetGeometryCount(g) == 0; i++)
		if (!isfinite(OGR_G_GetX(g, i)) || !isfinite(OGR_G_GetY(g, i)))
			return true;
	return false;
}

static int letters(const char *utf8)
{
	int n = 0;

	for (; *utf8; utf8++)
		n += ((unsigned char)*utf8 & 0xC0) != 0x80;
	return n;
}

static void check_quality(const struct mm_check *check)
{
	struct mm_table t = mm_table_read(check, "quality.gpkg", NULL, true); /* left in degrees */
	int longest = 0;

	CPLPushErrorHandler(CPLQuietErrorHandler);
	for (int i = 0; i < t.n; i++) {
		OGRGeometryH g = t.geometry[i];
		bool area = g && wkbFlatten(OGR_G_GetGeometryType(g)) == wkbPolygon && !OGR_G_IsEmpty(g);
		int twins = 0;

		mm_expect_add(check->found, "quality", "features", 1);
		mm_expect_class(check->found, "quality", "anomaly", mm_table_text(&t, i, "anomaly"));
		mm_expect_add(check->found, "quality", "null_geometry", !g);
		mm_expect_add(check->found, "quality", "empty_geometry", g && OGR_G_IsEmpty(g));
		mm_expect_add(check->found, "quality", "zero_area", area && OGR_G_Area(g) < 1e-12);
		mm_expect_add(check->found, "quality", "invalid_by_geos", area && !OGR_G_IsValid(g));
		mm_expect_add(check->found, "quality", "nan", g && has_nan(g));
		mm_expect_add(check->found, "quality", "at_0_0",
			      g && !area && OGR_G_GetPointCount(g) == 1 && OGR_G_GetX(g, 0) == 0 &&
				  OGR_G_GetY(g, 0) == 0);
		for (int k = 0; k < i; k++)
			twins += !strcmp(mm_table_text(&t, i, "id"), OGR_F_GetFieldAsString(t.feature[k], 0));
		mm_expect_add(check->found, "quality", "repeated_ids", twins);
		longest = letters(mm_table_text(&t, i, "name")) > longest
			      ? letters(mm_table_text(&t, i, "name"))
			      : longest;
	}
	CPLPopErrorHandler();
	mm_expect_add(check->found, "quality", "longest_name_letters", longest);
	mm_table_free(&t);
}

static void check_stress(const struct mm_check *check)
{
	struct mm_table p = mm_table_read(check, "stress_polygon.gpkg", NULL, false),
			d = mm_table_read(check, "stress_points.gpkg", NULL, false);
	struct mm_table l = mm_table_read(check, "stress_line.gpkg", NULL, false),
			b = mm_table_read(check, "baseline.gpkg", NULL, true);
	int vertices = 0, rings = 0, places = 0;

	for (int i = 0; i < p.n; i++) {
		int n = OGR_G_GetPointCount(OGR_G_GetGeometryRef(p.geometry[i], 0));

		vertices = n > vertices ? n : vertices;
		rings = OGR_G_GetGeometryCount(p.geometry[i]) > rings ? OGR_G_GetGeometryCount(p.geometry[i])
								      : rings;
	}
	for (int i = 0; i < d.n; i++)
		places += i == 0 || OGR_G_GetX(d.geometry[i], 0) != OGR_G_GetX(d.geometry[0], 0) ||
			  OGR_G_GetY(d.geometry[i], 0) != OGR_G_GetY(d.geometry[0], 0);
	mm_expect_add(check->found, "stress_polygon", "features", p.n);
	mm_expect_add(check->found, "stress_polygon", "most_vertices", vertices);
	mm_expect_add(check->found, "stress_polygon", "most_rings", rings);
	mm_expect_add(check->found, "stress_points", "features", d.n);
	mm_expect_add(check->found, "stress_points", "places", places);
	mm_expect_add(check->found, "stress_line", "features", l.n);
	mm_expect_measure(check->found, "stress_line", "length_m", OGR_G_Length(l.geometry[0]), 3);
	mm_expect_add(check->found, "baseline", "features", b.n);
	mm_expect_measure(check->found, "baseline", "length_m", OGR_G_Length(b.geometry[0]), 6);
	mm_expect_measure(check->found, "baseline", "area_m2", OGR_G_Area(b.geometry[1]), 4);
	mm_table_free(&p);
	mm_table_free(&d);
	mm_table_free(&l);
	mm_table_free(&b);
}

void mm_check_plants(const struct mm_check *check)
{
	check_sensors(check);
	check_covers(check);
	check_cameras(check);
	check_school(check);
	check_gas(check);
	check_projects(check);
	check_permits(check);
	check_quality(check);
	check_stress(check);
}
