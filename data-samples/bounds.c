#include "job.h"

#include "rng.h"
#include "spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define M1_AREA_M2 118000000.0

static const char *const district_name[10] = {
    "",         "Центральный",     "Северный",     "Восточный", "Южный", "Юго-Восточный",
    "Заречный", "Северо-Заречный", "Юго-Заречный", "Заозёрный",
};

/* A closed wavy outline around a centre: harmonics of a seeded stream, ripple as a share of the radius. */
static void wavy(struct mm_path *ring, const char *layer, uint64_t index, struct mm_pt c, double radius,
		 double ripple, int n)
{
	struct mm_rng rng = mm_rng_seed(layer, index);
	double size[6], phase[6];

	for (int k = 0; k < 6; k++) {
		size[k] = ripple * mm_rng_span(&rng, 0.3, 1) / (k + 1);
		phase[k] = mm_rng_span(&rng, 0, 2 * M_PI);
	}
	for (int i = 0; i < n; i++) {
		double a = 2 * M_PI * i / n, r = 1;

		for (int k = 0; k < 6; k++)
			r += size[k] * sin((k + 2) * a + phase[k]);
		mm_path_add(ring, (struct mm_pt){c.x + radius * r * cos(a), c.y + radius * r * sin(a)});
	}
}

/* A point of the round shape pushed toward the frame's square, but not into the corner where the village
 * lies. */
static struct mm_pt squared(struct mm_pt p, double grow)
{
	double a = atan2(p.y, p.x), corner = (a + M_PI / 4) / 0.42;
	double fill =
	    pow(pow(fabs(cos(a)), 4) + pow(fabs(sin(a)), 4), -0.25) * (1 - 0.19 * exp(-corner * corner));

	return (struct mm_pt){fmax(-6000, fmin(6000, p.x * grow * fill)),
			      fmax(-6000, fmin(6000, p.y * grow * fill))};
}

/* The main outline, grown until the municipality has its 118 square kilometres. */
static void main_outline(struct mm_path *ret, double wanted_m2)
{
	double low = 4000, high = 8000;
	struct mm_path shape = {0};

	wavy(&shape, "municipality", 0, (struct mm_pt){0, 0}, 1000, 0.075, 64);
	for (int i = 0; i < 50; i++) {
		double mid = (low + high) / 2;

		mm_path_free(ret);
		for (int k = 0; k < shape.n; k++)
			mm_path_add(ret, squared(shape.p[k], mid / 1000));
		*(fabs(mm_path_area(ret)) < wanted_m2 ? &low : &high) = mid;
	}
	mm_path_free(&shape);
}

static OGRGeometryH build_m1(void)
{
	struct mm_path outline = {0}, village = {0}, hole = {0};
	OGRGeometryH multi = OGR_G_CreateGeometry(wkbMultiPolygon), body, ring;

	wavy(&village, "municipality", 1, mm_plan_at(MM_VILLAGE, 1, 0.5), 640, 0.08, 32);
	wavy(&hole, "municipality", 2, (struct mm_pt){-3900, 2600}, 520, 0.10, 28);
	main_outline(&outline, M1_AREA_M2 - fabs(mm_path_area(&village)) + fabs(mm_path_area(&hole)));
	body = mm_ogr_polygon(&outline);
	ring = OGR_G_CreateGeometry(wkbLinearRing);
	for (int i = hole.n; i >= 0; i--)
		OGR_G_AddPoint_2D(ring, hole.p[i % hole.n].x, hole.p[i % hole.n].y);
	OGR_G_AddGeometryDirectly(body, ring);
	OGR_G_AddGeometryDirectly(multi, body);
	OGR_G_AddGeometryDirectly(multi, mm_ogr_polygon(&village));
	mm_path_free(&outline);
	mm_path_free(&village);
	mm_path_free(&hole);
	return multi;
}

/* The river's middle from one plan northing down to another, through the ends of the row lines that meet it.
 */
static void river_line(struct mm_path *ring, double from_y, double to_y)
{
	double stop[6], dir = to_y > from_y ? 1 : -1;
	int n = 0;

	for (int s = MM_WEST; s <= MM_EAST; s++) {
		stop[n++] = mm_plan_bank_y(s, 4);
		stop[n++] = mm_plan_bank_y(s, 10);
	}
	mm_path_add(ring, mm_river_at(from_y));
	for (double y = from_y + dir; (to_y - y) * dir > 0; y += dir) {
		bool on = fmod(fabs(y), 50) < 1e-9;

		for (int i = 0; i < n; i++) /* the first whole metre at or after a stop stands for it */
			if ((y - stop[i]) * dir >= 0 && (y - dir - stop[i]) * dir < 0 &&
			    fabs(stop[i] - to_y) > 1)
				mm_path_add(ring, mm_river_at(stop[i]));
		if (on)
			mm_path_add(ring, mm_river_at(y));
	}
	mm_path_add(ring, mm_river_at(to_y));
}

/* Rows r0..r1 of a bank from the middle of the river outward; -40 and 60 stand for "to the edge of the land".
 */
static OGRGeometryH bank_strip(int sheet, double b0, double b1, double a0, double a1)
{
	struct mm_path ring = {0};
	double top = b0 < 0 ? 9000 : mm_plan_bank_y(sheet, b0),
	       low = b1 > 15 ? -9000 : mm_plan_bank_y(sheet, b1);
	OGRGeometryH g;

	if (b0 < 0)
		mm_path_add(&ring,
			    sheet == MM_EAST ? (struct mm_pt){9000, 9000} : (struct mm_pt){-9000, 9000});
	else
		for (double a = a1; a >= a0; a -= 0.25)
			mm_path_add(&ring, mm_plan_at(sheet, a, b0));
	if (a0 <= 0)
		river_line(&ring, top, low);
	else
		for (double b = b0 + 0.25; b < fmin(b1, 40); b += 0.25)
			mm_path_add(&ring, mm_plan_at(sheet, a0, b));
	if (b1 > 15)
		mm_path_add(&ring,
			    sheet == MM_EAST ? (struct mm_pt){9000, -9000} : (struct mm_pt){-9000, -9000});
	else
		for (double a = a0; a <= a1; a += 0.25)
			mm_path_add(&ring, mm_plan_at(sheet, a, b1));
	if (a1 < 8)
		for (double b = fmin(b1, 40) - 0.25; b > b0; b -= 0.25)
			mm_path_add(&ring, mm_plan_at(sheet, a1, b));
	g = mm_ogr_polygon(&ring);
	mm_path_free(&ring);
	return g;
}

static void build_districts(struct mm_job *job)
{
	/* sheet, rows from..to, columns from..to of districts 1..8 */
	static const double box[9][5] = {
	    {0, 0, 0, 0, 0},         {MM_EAST, 4, 10, 0, 3},   {MM_EAST, -40, 4, 0, 30},
	    {MM_EAST, 4, 10, 3, 30}, {MM_EAST, 10, 60, 0, 4},  {MM_EAST, 10, 60, 4, 30},
	    {MM_WEST, 4, 10, 0, 30}, {MM_WEST, -40, 4, 0, 30}, {MM_WEST, 10, 60, 0, 30},
	};
	OGRGeometryH body = OGR_G_GetGeometryRef(job->municipality, 0);

	for (int i = 1; i <= 8; i++) {
		OGRGeometryH strip = bank_strip((int)box[i][0], box[i][1], box[i][2], box[i][3], box[i][4]);

		job->district[i] = OGR_G_Intersection(strip, body);
		OGR_G_DestroyGeometry(strip);
	}
	job->district[9] = OGR_G_Clone(OGR_G_GetGeometryRef(job->municipality, 1));
}

static void put_multi(struct mm_out *out, OGRGeometryH g)
{
	mm_out_shape(out, OGR_G_ForceToMultiPolygon(OGR_G_Clone(g)));
}

static void write_districts(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},       {"name", 't', 0, 0},      {"oktmo", 't', 11, 0},
	    {"area_km2", 'r', 0, 0}, {"residents", 'i', 0, 0}, {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"districts.gpkg", "GPKG", "districts", MM_CRS_WGS84,
						wkbMultiPolygon,  fields, NULL,        NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	int residents[10] = {0};

	for (int i = 0; i < job->town->buildings; i++) {
		const struct mm_building *b = &job->town->building[i];

		residents[mm_plan_district(b->sheet, b->col, b->row)] += b->residents;
	}
	for (int i = 1; i <= MM_SPEC_DISTRICTS; i++) {
		mm_out_begin(out);
		mm_out_int(out, "id", i);
		mm_out_text(out, "name", district_name[i]);
		mm_out_format(out, "oktmo", "0070100%04d", i);
		mm_out_real(out, "area_km2", round(OGR_G_Area(job->district[i]) / 1e4) / 100);
		mm_out_int(out, "residents", residents[i]);
		put_multi(out, job->district[i]);
		mm_out_end(out);
		mm_expect_add(&job->planted, "districts", "features", 1);
		mm_expect_add(&job->planted, "districts", "residents", residents[i]);
	}
	mm_out_close(out, &job->list);
}

static const char *zone_word(char z)
{
	switch (z) {
	case 'C':
		return "историческая застройка";
	case 'M':
	case 'N':
		return "многоэтажная застройка";
	case 'L':
		return "малоэтажная застройка";
	case 'P':
	case 'Q':
		return "индивидуальная застройка";
	case 'I':
		return "производственная";
	case 'K':
		return "коммунально-складская";
	default:
		return "рекреационная";
	}
}

static void write_quarters(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},   {"number", 't', 0, 0},  {"district", 'i', 0, 0},
	    {"zone", 't', 0, 0}, {"area_ha", 'r', 0, 0}, {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"quarters.gpkg", "GPKG", "quarters", MM_CRS_WGS84,
						wkbMultiPolygon, fields, NULL,       NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int s = 0; s < MM_SHEETS; s++)
		for (int r = 0; r < mm_plan_rows(s); r++)
			for (int c = 0; c < mm_plan_cols(s); c++) {
				bool two = s == MM_VILLAGE || mm_plan_zone(s, c + 1, r) == 'x';
				struct mm_path ring = {0};
				OGRGeometryH g;

				if (mm_plan_zone(s, c, r) == 'x' || (s == MM_VILLAGE && c))
					continue;
				mm_plan_box(s, c, r, c + (two ? 2 : 1), r + 1, &ring);
				g = mm_ogr_polygon(&ring);
				mm_out_begin(out);
				mm_out_int(out, "id", mm_quarter_number(s, c, r));
				mm_out_format(out, "number", "%d-%03d", mm_plan_district(s, c, r),
					      mm_quarter_number(s, c, r));
				mm_out_int(out, "district", mm_plan_district(s, c, r));
				mm_out_text(out, "zone", zone_word(mm_plan_zone(s, c, r)));
				mm_out_real(out, "area_ha", round(fabs(mm_path_area(&ring)) / 100) / 100);
				put_multi(out, g);
				mm_out_end(out);
				OGR_G_DestroyGeometry(g);
				mm_path_free(&ring);
				mm_expect_add(&job->planted, "quarters", "features", 1);
			}
	mm_out_close(out, &job->list);
}

/* Sector k of ten around M1: from M1's own outline out to some 25 km, without M1's exclave. */
static OGRGeometryH neighbour(OGRGeometryH m1, int k)
{
	struct mm_path ring = {0};
	struct mm_rng rng = mm_rng_seed("neighbour", (uint64_t)k);
	double far = mm_rng_span(&rng, 19000, 24000), turn = 0.1;
	OGRGeometryH sector, g, whole, rest;

	mm_path_add(&ring, (struct mm_pt){0, 0});
	for (int i = 0; i <= 24; i++) {
		double a = turn + 2 * M_PI * (k + i / 24.0) / 10,
		       r = far + 900 * sin(i * 1.3) + (i % 24 ? 500 * sin(i * 3.1) : 0);

		if (i == 0 || i == 24)
			r = 21000;
		mm_path_add(&ring, (struct mm_pt){r * cos(a), r * sin(a)});
	}
	sector = mm_ogr_polygon(&ring);
	whole = OGR_G_CreateGeometry(wkbPolygon); /* M1 with its hole filled: the hole belongs to nobody */
	OGR_G_AddGeometry(whole, OGR_G_GetGeometryRef(OGR_G_GetGeometryRef(m1, 0), 0));
	g = OGR_G_Difference(sector, whole);
	rest = OGR_G_Difference(g, OGR_G_GetGeometryRef(m1, 1));
	OGR_G_DestroyGeometry(sector);
	OGR_G_DestroyGeometry(whole);
	OGR_G_DestroyGeometry(g);
	mm_path_free(&ring);
	return rest;
}

static void put_municipality(struct mm_job *job, struct mm_out *out, int id, const char *name,
			     const char *kind, const char *oktmo, int population)
{
	mm_out_begin(out);
	mm_out_int(out, "id", id);
	mm_out_text(out, "name", name);
	mm_out_text(out, "kind", kind);
	mm_out_text(out, "oktmo", oktmo);
	mm_out_int(out, "population", population);
	mm_out_text(out, "pop_group",
		    population >= 100000  ? "100-250k"
		    : population >= 50000 ? "50-100k"
					  : "<50k");
	mm_out_text(out, "timezone", id == 2 ? "UTC+11" : "UTC+3");
	mm_expect_add(&job->planted, "boundaries", "features", 1);
	mm_expect_add(&job->planted, "boundaries", "population", population);
}

/* M2, the Sakhalin-like district, lies in another zone of another МСК: its outline is given in degrees. */
static OGRGeometryH build_m2(void)
{
	OGRGeometryH multi = OGR_G_CreateGeometry(wkbMultiPolygon), body = OGR_G_CreateGeometry(wkbPolygon);
	OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);

	for (int i = 0; i <= 48; i++) {
		double a = 2 * M_PI * (i % 48) / 48, r = 1 + 0.08 * sin(3 * a + 1) + 0.05 * sin(7 * a);

		OGR_G_AddPoint_2D(ring, 142.40401 + 0.115 * r * cos(a), 46.75023 + 0.075 * r * sin(a));
	}
	OGR_G_AddGeometryDirectly(body, ring);
	OGR_G_AddGeometryDirectly(multi, body);
	return multi;
}

static void write_municipalities(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},       {"name", 't', 0, 0},       {"kind", 't', 0, 0},
	    {"oktmo", 't', 11, 0},   {"population", 'i', 0, 0}, {"pop_group", 't', 0, 0},
	    {"timezone", 't', 0, 0}, {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"boundaries.gpkg", "GPKG", "boundaries", MM_CRS_WGS84,
						wkbMultiPolygon,   fields, NULL,         NULL};
	static const char *const names[10] = {
	    "Ольховский округ",     "Верхнелуговской округ", "город Берестянск", "Камышинский округ",
	    "Сосновоборский округ", "Тихореченский округ",   "город Заводовск",  "Полынский округ",
	    "Ясноградский округ",   "Дальнебережный округ",
	};
	static const int people[10] = {31400, 18250, 112600, 24900, 9870, 41300, 76500, 15120, 152300, 6840};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	put_municipality(job, out, 1, "город Светлореченск", "городской округ", "00701000",
			 MM_SPEC_RESIDENTS);
	put_multi(out, job->municipality);
	mm_out_end(out);
	put_municipality(job, out, 2, "Мысовой округ", "муниципальный округ", "00704000", 9600);
	mm_out_raw(out, build_m2());
	mm_out_end(out);
	for (int k = 0; k < 10; k++) {
		OGRGeometryH g = neighbour(job->municipality, k);
		char oktmo[16];

		(void)snprintf(oktmo, sizeof(oktmo), "007%05d", 10000 + k * 1000);
		put_municipality(job, out, 3 + k, names[k],
				 strstr(names[k], "город") ? "городской округ" : "муниципальный округ", oktmo,
				 people[k]);
		put_multi(out, g);
		mm_out_end(out);
		OGR_G_DestroyGeometry(g);
	}
	mm_out_close(out, &job->list);
}

void mm_write_bounds(struct mm_job *job)
{
	job->municipality = build_m1();
	mm_expect_measure(&job->planted, "boundaries", "m1_area_km2", M1_AREA_M2 / 1e6, 2);
	build_districts(job);
	write_municipalities(job);
	write_districts(job);
	write_quarters(job);
}
