#include "job.h"

#include "rng.h"

#include <math.h>
#include <string.h>

/* A soft blob: forest edge, pond shore. squeeze < 1 flattens it across `turn_deg`. */
static void blob(struct mm_path *ring, const char *layer, uint64_t index, struct mm_pt c, double radius,
		 double squeeze, double turn_deg)
{
	struct mm_rng rng = mm_rng_seed(layer, index);
	double size[9], phase[9];
	int n = radius > 300 ? 120 : 40;

	for (int k = 0; k < 9; k++) {
		size[k] = mm_rng_span(&rng, 0.04, 0.14) / sqrt(k + 1);
		phase[k] = mm_rng_span(&rng, 0, 2 * M_PI);
	}
	for (int i = 0; i < n; i++) {
		double a = 2 * M_PI * i / n, r = radius;
		struct mm_pt p;

		for (int k = 0; k < 9; k++)
			r *= 1 + size[k] * sin((k + 2) * a + phase[k]);
		p = mm_pt_turn((struct mm_pt){r * cos(a), squeeze * r * sin(a)}, turn_deg);
		mm_path_add(ring, (struct mm_pt){c.x + p.x, c.y + p.y});
	}
}

static void river_ring(struct mm_path *ring)
{
	for (int side = -1; side <= 1; side += 2)
		for (int i = -360; i <= 360; i++) {
			double y = i * 25.0 * side; /* down one bank, up the other */
			struct mm_pt u = mm_pt_dir(mm_river_at(y - 5), mm_river_at(y + 5));

			mm_path_add(ring, mm_pt_move(mm_river_at(y), u, 0, side * mm_river_half(y)));
		}
}

static void put_named(struct mm_job *job, struct mm_out *out, const char *layer, int id, const char *kind,
		      const char *name)
{
	mm_out_begin(out);
	mm_out_int(out, "id", id);
	mm_out_text(out, "kind", kind);
	if (name)
		mm_out_text(out, "name", name);
	mm_expect_add(&job->planted, layer, "features", 1);
	mm_expect_class(&job->planted, layer, "kind", kind);
}

static const struct mm_out_field named_fields[] = {
    {"id", 'i', 0, 0},
    {"kind", 't', 0, 0},
    {"name", 't', 0, 0},
    {NULL, 0, 0, 0},
};

static void write_water(struct mm_job *job)
{
	static const struct mm_out_spec spec = {"water.gpkg", "GPKG",       "water", MM_CRS_WGS84,
						wkbPolygon,   named_fields, NULL,    NULL};
	static const struct {
		double x, y, r, squeeze, turn;
		const char *name;
	} pond[] = {
	    {0, 0, 52, 0.7, 80, "пруд Городской"},      {-2900, 900, 120, 0.55, 70, "пруд Мельничный"},
	    {2950, 3300, 150, 0.5, 20, "пруд Верхний"}, {4600, -4440, 300, 0.6, 35, "озеро Заозёрное"},
	    {-2700, -3500, 140, 0.45, 110, NULL},       {1050, -3500, 95, 0.6, 50, NULL},
	    {-600, 4050, 110, 0.5, 15, "старица"},
	};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	struct mm_path ring = {0};

	river_ring(&ring);
	put_named(job, out, "water", 1, "river", "р. Липовка");
	mm_out_ring(out, &ring);
	mm_out_end(out);
	for (size_t i = 0; i < sizeof(pond) / sizeof(pond[0]); i++) {
		struct mm_pt at =
		    i ? (struct mm_pt){pond[i].x, pond[i].y} : mm_plan_at(MM_WEST, 3.74, 7.5); /* in a park */

		ring.n = 0;
		blob(&ring, "pond", i, at, pond[i].r, pond[i].squeeze, pond[i].turn);
		put_named(job, out, "water", (int)i + 2, i == 3 ? "lake" : "pond", pond[i].name);
		mm_out_ring(out, &ring);
		mm_out_end(out);
	}
	mm_path_free(&ring);
	mm_out_close(out, &job->list);
}

/* The river's axis and two brooks that feed it. */
static void write_waterways(struct mm_job *job)
{
	static const struct mm_out_spec spec = {"waterways.gpkg", "GPKG",       "waterways", MM_CRS_WGS84,
						wkbLineString,    named_fields, NULL,        NULL};
	static const struct {
		double from_x, from_y, mouth_y;
		const char *name;
	} brook[2] = {{-5200, 4700, 3300, "руч. Студёный"}, {4900, -3100, -3900, "руч. Каменный"}};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	struct mm_path line = {0};

	for (double y = 9000; y >= -9000; y -= 50)
		mm_path_add(&line, mm_river_at(y));
	put_named(job, out, "waterways", 1, "river", "р. Липовка");
	mm_out_line(out, &line);
	mm_out_end(out);
	for (int i = 0; i < 2; i++) {
		struct mm_pt a = {brook[i].from_x, brook[i].from_y}, b = mm_river_at(brook[i].mouth_y),
			     u = mm_pt_dir(a, b);
		double d = mm_pt_dist(a, b);

		line.n = 0;
		for (int k = 0; k <= 120; k++) {
			double t = k / 120.0, ease = fmin(1, fmin(t, 1 - t) * 6);

			mm_path_add(&line, mm_pt_move(a, u, d * t,
						      ease * (160 * sin(t * 11 + i) + 45 * sin(t * 41))));
		}
		put_named(job, out, "waterways", 2 + i, "stream", brook[i].name);
		mm_out_line(out, &line);
		mm_out_end(out);
	}
	mm_path_free(&line);
	mm_out_close(out, &job->list);
}

/* Quarters of the given zones, melted together where they touch; one polygon per patch. */
static void put_zones(struct mm_job *job, struct mm_out *out, const char *layer, const char *zones,
		      const char *kind, int *id)
{
	OGRGeometryH multi = OGR_G_CreateGeometry(wkbMultiPolygon), melted;

	for (int s = 0; s < MM_SHEETS; s++)
		for (int r = 0; r < mm_plan_rows(s); r++)
			for (int c = 0; c < mm_plan_cols(s); c++) {
				struct mm_path ring = {0};

				if (!strchr(zones, mm_plan_zone(s, c, r)))
					continue;
				mm_plan_box(s, c, r, c + 1, r + 1, &ring);
				OGR_G_AddGeometryDirectly(multi, mm_ogr_polygon(&ring));
				mm_path_free(&ring);
			}
	melted = OGR_G_ForceToMultiPolygon(OGR_G_UnionCascaded(multi));
	for (int i = 0; i < OGR_G_GetGeometryCount(melted); i++) {
		put_named(job, out, layer, ++*id, kind, NULL);
		mm_out_shape(out, OGR_G_Clone(OGR_G_GetGeometryRef(melted, i)));
		mm_out_end(out);
	}
	OGR_G_DestroyGeometry(melted);
	OGR_G_DestroyGeometry(multi);
}

static void write_landuse(struct mm_job *job)
{
	static const struct mm_out_spec spec = {"landuse.gpkg", "GPKG",       "landuse", MM_CRS_WGS84,
						wkbPolygon,     named_fields, NULL,      NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	int id = 0;

	put_zones(job, out, "landuse", "CLMN", "residential", &id);
	put_zones(job, out, "landuse", "PQ", "private", &id);
	put_zones(job, out, "landuse", "I", "industrial", &id);
	put_zones(job, out, "landuse", "K", "commercial", &id);
	put_zones(job, out, "landuse", "GD", "recreation", &id);
	mm_out_close(out, &job->list);
}

/* All quarters of the given zones as one geometry, grown by margin_m. */
static OGRGeometryH zones_grown(const char *zones, double margin_m)
{
	OGRGeometryH multi = OGR_G_CreateGeometry(wkbMultiPolygon), melted, grown;

	for (int s = 0; s < MM_SHEETS; s++)
		for (int r = 0; r < mm_plan_rows(s); r++)
			for (int c = 0; c < mm_plan_cols(s); c++) {
				struct mm_path ring = {0};

				if (!strchr(zones, mm_plan_zone(s, c, r)))
					continue;
				mm_plan_box(s, c, r, c + 1, r + 1, &ring);
				OGR_G_AddGeometryDirectly(multi, mm_ogr_polygon(&ring));
				mm_path_free(&ring);
			}
	melted = OGR_G_UnionCascaded(multi);
	grown = OGR_G_Buffer(melted, margin_m, 8);
	OGR_G_DestroyGeometry(multi);
	OGR_G_DestroyGeometry(melted);
	return grown;
}

static OGRGeometryH replace(OGRGeometryH old, OGRGeometryH fresh)
{
	OGR_G_DestroyGeometry(old);
	return fresh;
}

/* Takes the water, the railway's strip and the built quarters out of a forest and rounds what is left. */
static OGRGeometryH trimmed(struct mm_job *job, OGRGeometryH wood)
{
	struct mm_path river = {0};
	OGRGeometryH water, town = zones_grown("PQMNCLIKGD", 14),
			    rail = mm_ogr_line(&job->town->streets->rail[0]);

	river_ring(&river);
	water = mm_ogr_polygon(&river);
	water = replace(water, OGR_G_Buffer(water, 28, 4));
	rail = replace(rail, OGR_G_Buffer(rail, 30, 2));
	wood = replace(wood, OGR_G_Difference(wood, water));
	wood = replace(wood, OGR_G_Difference(wood, town));
	wood = replace(wood, OGR_G_Difference(wood, rail));
	wood = replace(wood, OGR_G_Buffer(wood, -26, 4));
	wood = replace(wood, OGR_G_Buffer(wood, 26, 4));
	OGR_G_DestroyGeometry(water);
	OGR_G_DestroyGeometry(town);
	OGR_G_DestroyGeometry(rail);
	mm_path_free(&river);
	return OGR_G_ForceToMultiPolygon(wood);
}

/* Forests around the town, grown together with the forest quarters at its edge. */
static void put_forests(struct mm_job *job, struct mm_out *out, int *id)
{
	static const double wood[][5] = {
	    {-4000, 2500, 1500, 0.8, 20},  {-3500, -900, 1500, 0.7, 85},  {4300, 2900, 1250, 0.8, 120},
	    {4500, -600, 900, 0.9, 0},     {-2600, -4400, 1100, 0.7, 30}, {900, 4800, 900, 0.6, 10},
	    {3300, -3900, 720, 0.8, 45},   {-1700, 4300, 600, 0.8, 60},   {-400, -4700, 420, 0.7, 10},
	    {2700, 4400, 500, 0.8, 0},     {5600, -4500, 380, 0.8, 20},   {1500, -5400, 500, 0.5, 15},
	    {-1900, 2150, 620, 0.7, 40},   {-2250, 100, 560, 0.5, 85},    {1900, -2700, 560, 0.45, 10},
	    {-2200, -2500, 520, 0.7, 120}, {900, 2600, 330, 0.6, 10},     {2250, -1700, 300, 0.6, 70},
	};
	struct mm_path ring = {0};
	OGRGeometryH all = zones_grown("Fx", 0);

	for (size_t i = 0; i < sizeof(wood) / sizeof(wood[0]); i++) {
		OGRGeometryH g;

		ring.n = 0;
		blob(&ring, "wood", i, (struct mm_pt){wood[i][0], wood[i][1]}, wood[i][2], wood[i][3],
		     wood[i][4]);
		g = mm_ogr_polygon(&ring);
		all = replace(all, OGR_G_Union(all, g));
		OGR_G_DestroyGeometry(g);
	}
	all = replace(all, OGR_G_Buffer(all, 130, 8)); /* bays close, patches grow together */
	all = replace(all, OGR_G_Buffer(all, -115, 8));
	all = trimmed(job, all);
	for (int k = 0; k < OGR_G_GetGeometryCount(all); k++) {
		if (OGR_G_Area(OGR_G_GetGeometryRef(all, k)) < 4000)
			continue;
		put_named(job, out, "green", ++*id, "forest", NULL);
		mm_out_shape(out, OGR_G_Clone(OGR_G_GetGeometryRef(all, k)));
		mm_out_end(out);
	}
	OGR_G_DestroyGeometry(all);
	mm_path_free(&ring);
}

/* The strip between the embankment street and the water, a promenade on both sides of the centre. */
static void put_promenade(struct mm_job *job, struct mm_out *out, int *id, int sheet, int row0, int row1)
{
	struct mm_path ring = {0};

	for (double b = row0; b <= row1; b += 0.25) {
		struct mm_pt u = mm_plan_along(sheet, 0.05, b);

		mm_path_add(&ring, mm_pt_move(mm_plan_at(sheet, 0, b), u, -9, 0));
	}
	for (double b = row1; b >= row0; b -= 0.25) {
		struct mm_pt p = mm_plan_at(sheet, 0, b), u = mm_plan_along(sheet, 0.05, b);
		double far = 9;

		while (mm_river_dist(mm_pt_move(p, u, -far, 0)) > 4)
			far += 1;
		mm_path_add(&ring, mm_pt_move(p, u, -far, 0));
	}
	put_named(job, out, "green", ++*id, "square", "Набережная");
	mm_out_ring(out, &ring);
	mm_out_end(out);
	mm_path_free(&ring);
}

static void write_green(struct mm_job *job)
{
	static const struct mm_out_spec spec = {"green.gpkg", "GPKG",       "green", MM_CRS_WGS84,
						wkbPolygon,   named_fields, NULL,    NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	int id = 0;

	put_zones(job, out, "green", "G", "park", &id);
	put_zones(job, out, "green", "D", "garden", &id);
	put_forests(job, out, &id);
	put_promenade(job, out, &id, MM_EAST, 4, 7);
	put_promenade(job, out, &id, MM_EAST, 7, 10);
	put_promenade(job, out, &id, MM_WEST, 4, 7);
	put_promenade(job, out, &id, MM_WEST, 7, 10);
	mm_out_close(out, &job->list);
}

void mm_write_nature(struct mm_job *job)
{
	write_water(job);
	write_waterways(job);
	write_landuse(job);
	write_green(job);
}
