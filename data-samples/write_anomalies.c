#include "job.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The open field where deliberate faults lie, local metres: beside the town, nobody's view is spoiled. */
#define FIELD_X 3000.0
#define FIELD_Y 1400.0

static const struct mm_out_field quality_fields[] = {
    {"id", 't', 0, 0}, {"name", 't', 0, 0}, {"anomaly", 't', 0, 0}, {"note", 't', 0, 0}, {NULL, 0, 0, 0},
};

static void begin(struct mm_job *job, struct mm_out *out, const char *id, const char *name,
		  const char *anomaly, const char *note)
{
	mm_out_begin(out);
	mm_out_text(out, "id", id);
	mm_out_text(out, "name", name);
	mm_out_text(out, "anomaly", anomaly);
	mm_out_text(out, "note", note);
	mm_expect_add(&job->planted, "quality", "features", 1);
	mm_expect_class(&job->planted, "quality", "anomaly", anomaly);
}

/* A polygon from a drawing of n points (metres), moved to cell k of the field; closed here. */
static OGRGeometryH drawn(const double (*p)[2], int n, int k)
{
	OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon), ring = OGR_G_CreateGeometry(wkbLinearRing);

	for (int i = 0; i <= n; i++)
		OGR_G_AddPoint_2D(ring, FIELD_X + k % 6 * 80 + p[i % n][0],
				  FIELD_Y + k / 6 * 80 + p[i % n][1]);
	OGR_G_AddGeometryDirectly(polygon, ring);
	return polygon;
}

/* A08: five polygons somebody drew wrong, and one of no area. */
static void put_shapes(struct mm_job *job, struct mm_out *out)
{
	static const double bow[][2] = {{0, 0}, {50, 50}, {50, 0}, {0, 30}};
	static const double touch[][2] = {{0, 0},   {60, 0},  {60, 40}, {30, 40},
					  {20, 20}, {40, 20}, {30, 40}, {0, 40}};
	static const double spike[][2] = {{0, 0}, {40, 0}, {40, 20}, {70, 20}, {40, 20}, {40, 40}, {0, 40}};
	static const double twice[][2] = {{0, 0}, {0, 0}, {50, 0}, {50, 50}, {50, 50}, {50, 50}, {0, 50}};
	static const double back[][2] = {{0, 0}, {0, 50}, {50, 50}, {50, 0}};
	static const double flat[][2] = {{0, 0}, {50, 0}, {50, 0}};
	static const struct {
		const double (*p)[2];
		int n;
		const char *id, *name;
	} shape[] = {
	    {bow, 4, "A08-1", "Бабочка"},         {touch, 8, "A08-2", "Кольцо касается себя"},
	    {spike, 7, "A08-3", "Игла"},          {twice, 7, "A08-4", "Повторные точки"},
	    {back, 4, "A08-5", "Обратный обход"}, {flat, 3, "A08-6", "Нулевая площадь"},
	};

	for (int i = 0; i < 6; i++) {
		begin(job, out, shape[i].id, shape[i].name, "A08", "форма");
		mm_out_shape(out, drawn(shape[i].p, shape[i].n, i));
		mm_out_end(out);
	}
}

/* A08: geometry that is missing, empty, at 0 0, or not a number. */
static void put_absences(struct mm_job *job, struct mm_out *out)
{
	OGRGeometryH g;

	for (int i = 0; i < 2; i++) {
		begin(job, out, i ? "A08-8" : "A08-7", "Без геометрии", "A08", "NULL");
		mm_out_end(out);
	}
	begin(job, out, "A08-9", "Пустая геометрия", "A08", "POLYGON EMPTY");
	mm_out_raw(out, OGR_G_CreateGeometry(wkbPolygon));
	mm_out_end(out);
	begin(job, out, "A08-10", "Нулевые координаты", "A08", "0, 0");
	g = OGR_G_CreateGeometry(wkbPoint);
	OGR_G_SetPoint_2D(g, 0, 0, 0);
	mm_out_raw(out, g);
	mm_out_end(out);
	begin(job, out, "A08-11", "Не число", "A08", "NaN");
	g = OGR_G_CreateGeometry(wkbLineString);
	OGR_G_AddPoint_2D(g, 39.14, 52.365);
	OGR_G_AddPoint_2D(g, (double)NAN, 52.366);
	OGR_G_AddPoint_2D(g, 39.142, 52.367);
	mm_out_raw(out, g);
	mm_out_end(out);
	mm_expect_add(&job->planted, "quality", "null_geometry", 2);
	mm_expect_add(&job->planted, "quality", "empty_geometry", 1);
	mm_expect_add(&job->planted, "quality", "zero_area", 1);
	mm_expect_add(&job->planted, "quality", "at_0_0", 1);
	mm_expect_add(&job->planted, "quality", "nan", 1);
	/* What GEOS calls invalid: the first three shapes and the flat one. Repeats and a clockwise shell are
	 * allowed there. */
	mm_expect_add(&job->planted, "quality", "invalid_by_geos", 4);
}

static void put_dot(struct mm_out *out, int k)
{
	mm_out_point(out, (struct mm_pt){FIELD_X + k % 12 * 40, FIELD_Y + 180 + k / 12 * 40});
	mm_out_end(out);
}

/* A09: identifiers. */
static void put_ids(struct mm_job *job, struct mm_out *out, int *k)
{
	static const char *const id[] = {
	    "DUP-1", "DUP-1", "DUP-2", "DUP-2", "DUP-3", "DUP-3", "000123", "9007199254740993", "12/34 а"};

	for (size_t i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
		begin(job, out, id[i], "Идентификатор", "A09", i < 6 ? "повтор" : "вид");
		put_dot(out, (*k)++);
	}
	mm_expect_add(&job->planted, "quality", "repeated_ids", 3);
}

/* A10: names that break careless programs. */
static void put_names(struct mm_job *job, struct mm_out *out, int *k)
{
	static const char *const name[] = {
	    "Ёлочка № 5 «Ёж»",
	    "Сквер № 1 «Берёзка»",
	    "пр\xE2\x80\x91т Мира",
	    ("Набережный"
	     " и\xCC\x86од"),
	    "Кафе \"У моста\" 'и' `ещё`",
	    "<b>жирный</b><script>alert(1)</script>",
	    "=cmd|' /C calc'!A0",
	    "+7*7",
	    "@SUM(A1:A9)",
	    "Парк \xF0\x9F\x8C\xB3\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
	    "\xE2\x80\x8Fсправа налево\xE2\x80\x8E",
	    "строка\nвторая\tтаб;точка, запятая",
	    "\xC2\xA0пробелы\xC2\xA0 ",
	};
	static const char piece[] = "Длинноеимя";
	char longest[700] = "";
	char id[16];

	for (size_t i = 0; i <= sizeof(name) / sizeof(name[0]); i++) {
		const char *text = i < sizeof(name) / sizeof(name[0]) ? name[i] : longest;

		for (int n = 0; text == longest && n < 30;
		     n++) /* 300 letters, more than a DBF column holds */
			memcpy(longest + (size_t)n * (sizeof(piece) - 1), piece, sizeof(piece));
		(void)snprintf(id, sizeof(id), "A10-%d", (int)i + 1);
		begin(job, out, id, text, "A10", "имя");
		put_dot(out, (*k)++);
	}
	mm_expect_add(&job->planted, "quality", "longest_name_letters", 300);
}

static void write_quality(struct mm_job *job)
{
	static const struct mm_out_spec spec = {"quality.gpkg", "GPKG",         "quality", MM_CRS_WGS84,
						wkbUnknown,     quality_fields, NULL,      NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	int k = 0;

	put_shapes(job, out);
	put_absences(job, out);
	put_ids(job, out, &k);
	put_names(job, out, &k);
	mm_out_close(out, &job->list);
}

static const struct mm_out_field thing_fields[] = {{"id", 'i', 0, 0}, {"name", 't', 0, 0}, {NULL, 0, 0, 0}};

static void begin_thing(struct mm_job *job, struct mm_out *out, const char *layer, int id, const char *name)
{
	mm_out_begin(out);
	mm_out_int(out, "id", id);
	mm_out_text(out, "name", name);
	mm_expect_add(&job->planted, layer, "features", 1);
}

/* A25: 1000.00 m and 100 x 100 m, kept in МСК to the centimetre. */
static void write_baseline(struct mm_job *job)
{
	static const struct mm_out_spec spec = {"baseline.gpkg", "GPKG",       "baseline", MM_CRS_MSK,
						wkbUnknown,      thing_fields, NULL,       NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	struct mm_rect square =
	    mm_rect_new((struct mm_pt){FIELD_X + 50, FIELD_Y + 450}, (struct mm_pt){1, 0}, 100, 100);
	struct mm_path line = {0};

	mm_path_add(&line,
		    (struct mm_pt){FIELD_X, FIELD_Y + 350}); /* 600 and 800: a slanted line of whole metres */
	mm_path_add(&line, (struct mm_pt){FIELD_X + 800, FIELD_Y + 950});
	begin_thing(job, out, "baseline", 1, "Базис 1000.00 м");
	mm_out_line(out, &line);
	mm_out_end(out);
	begin_thing(job, out, "baseline", 2, "Площадка 100 × 100 м");
	mm_out_rect(out, &square);
	mm_out_end(out);
	mm_path_free(&line);
	mm_out_close(out, &job->list);
	mm_expect_measure(&job->planted, "baseline", "length_m", 1000.0, 6);
	mm_expect_measure(&job->planted, "baseline", "area_m2", 10000.0, 4);
}

static OGRGeometryH ring_of(double x, double y, double half)
{
	OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);

	for (int i = 0; i <= 4; i++)
		OGR_G_AddPoint_2D(ring, x + (i % 4 == 0 || i == 3 ? -half : half),
				  y + (i % 4 < 2 ? -half : half));
	return ring;
}

/* A23: 60 000 vertices along a jagged shore, and a hole inside a hole. */
static void write_stress_polygon(struct mm_job *job)
{
	static const struct mm_out_spec spec = {"stress_polygon.gpkg",
						"GPKG",
						"stress_polygon",
						MM_CRS_WGS84,
						wkbPolygon,
						thing_fields,
						NULL,
						NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon), ring = OGR_G_CreateGeometry(wkbLinearRing);
	const int n = 60000;

	for (int i = 0; i < n;
	     i++) { /* last vertex = first one; radius waves at three scales, never back on itself */
		double a = 2 * M_PI * (i % (n - 1)) / (n - 1);
		double r = 600 + 60 * sin(9 * a) + 12 * sin(160 * a) + 2 * sin(3600 * a);

		OGR_G_AddPoint_2D(ring, -3700 + r * cos(a), 4300 + r * sin(a));
	}
	OGR_G_AddGeometryDirectly(polygon, ring);
	begin_thing(job, out, "stress_polygon", 1, "60 000 вершин");
	mm_out_shape(out, polygon);
	mm_out_end(out);
	polygon = OGR_G_CreateGeometry(wkbPolygon);
	for (int i = 0; i < 3; i++)
		OGR_G_AddGeometryDirectly(polygon, ring_of(FIELD_X + 300, FIELD_Y + 1100, 90 - 30 * i));
	begin_thing(job, out, "stress_polygon", 2, "Дыра в дыре");
	mm_out_shape(out, polygon);
	mm_out_end(out);
	mm_out_close(out, &job->list);
	mm_expect_add(&job->planted, "stress_polygon", "most_vertices", n);
	mm_expect_add(&job->planted, "stress_polygon", "most_rings", 3);
}

static void write_stress_points(struct mm_job *job)
{
	static const struct mm_out_spec spec = {
	    "stress_points.gpkg", "GPKG", "stress_points", MM_CRS_WGS84, wkbPoint, thing_fields, NULL, NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int i = 0; i < 25000; i++) {
		begin_thing(job, out, "stress_points", i + 1, "Все в одном месте");
		mm_out_point(out, (struct mm_pt){FIELD_X + 600, FIELD_Y + 1100});
		mm_out_end(out);
	}
	mm_out_close(out, &job->list);
	mm_expect_add(&job->planted, "stress_points", "places", 1);
}

static void write_stress_line(struct mm_job *job)
{
	static const struct mm_out_spec spec = {"stress_line.gpkg", "GPKG",       "stress_line", MM_CRS_WGS84,
						wkbLineString,      thing_fields, NULL,          NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	struct mm_path line = {0};

	mm_path_add(&line, (struct mm_pt){-6000, -5000});
	mm_path_add(&line, (struct mm_pt){6000, 4000});
	begin_thing(job, out, "stress_line", 1, "Линия через весь город");
	mm_out_line(out, &line);
	mm_out_end(out);
	mm_path_free(&line);
	mm_out_close(out, &job->list);
	mm_expect_measure(&job->planted, "stress_line", "length_m", 15000.0, 3);
}

void mm_write_anomalies(struct mm_job *job)
{
	write_quality(job);
	write_baseline(job);
	write_stress_polygon(job);
	write_stress_points(job);
	write_stress_line(job);
}
