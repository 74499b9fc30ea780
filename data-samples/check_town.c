#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double sum(const struct mm_table *t, const char *field)
{
	double s = 0;

	for (int i = 0; i < t->n; i++)
		s += mm_table_real(t, i, field);
	return s;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How many different non-empty texts a field holds. */
static int different(const struct mm_table *t, const char *field)
{
	char **word = malloc((size_t)t->n * sizeof(*word));
	int n = 0;

	if (!word)
		abort();
	for (int i = 0; i < t->n; i++)
		word[i] = strdup(mm_table_text(t, i, field));
	qsort(word, (size_t)t->n, sizeof(*word), by_text);
	for (int i = 0; i < t->n; i++)
		n += word[i][0] && (i == 0 || strcmp(word[i], word[i - 1]) != 0);
	for (int i = 0; i < t->n; i++)
		free(word[i]);
	free(word);
	return n;
}

struct end {
	long long x, y; /* millimetres */
	int line;
};

static int by_place(const void *a, const void *b)
{
	const struct end *p = a, *q = b;

	return p->x != q->x ? (p->x > q->x ? 1 : -1) : (p->y > q->y) - (p->y < q->y);
}

static int root(int *up, int i)
{
	while (up[i] != i)
		i = up[i] = up[up[i]];
	return i;
}

/* Connected parts of the network, lines joined where their ends share a place; node numbers are not believed.
 */
static int parts(const struct mm_table *t)
{
	struct end *end = malloc((size_t)t->n * 2 * sizeof(*end));
	int *up = malloc((size_t)t->n * sizeof(*up)), n = 0;

	if (!end || !up)
		abort();
	for (int i = 0; i < t->n; i++) {
		int last = OGR_G_GetPointCount(t->geometry[i]) - 1;

		up[i] = i;
		for (int k = 0; k < 2; k++)
			end[2 * i + k] =
			    (struct end){llround(OGR_G_GetX(t->geometry[i], k * last) * 1000),
					 llround(OGR_G_GetY(t->geometry[i], k * last) * 1000), i};
	}
	qsort(end, (size_t)t->n * 2, sizeof(*end), by_place);
	for (int i = 1; i < t->n * 2; i++)
		if (!by_place(&end[i - 1], &end[i]))
			up[root(up, end[i].line)] = root(up, end[i - 1].line);
	for (int i = 0; i < t->n; i++)
		n += root(up, i) == i;
	free(end);
	free(up);
	return n;
}

static void check_streets(const struct mm_check *check, const struct mm_table *streets)
{
	double lipovaya = 0;

	for (int i = 0; i < streets->n; i++)
		if (!strcmp(mm_table_text(streets, i, "name"), "ул. Липовая"))
			lipovaya += OGR_G_Length(streets->geometry[i]);
	mm_expect_add(check->found, "streets", "names", different(streets, "name"));
	mm_expect_add(check->found, "streets", "parts", parts(streets));
	mm_expect_measure(check->found, "streets", "lipovaya_m", lipovaya, 2);
}

static bool boxes_meet(const OGREnvelope *a, const OGREnvelope *b, double by)
{
	return a->MinX <= b->MaxX + by && b->MinX <= a->MaxX + by && a->MinY <= b->MaxY + by &&
	       b->MinY <= a->MaxY + by;
}

/* Pairs of rows whose geometries come nearer than `m`; every row against every row. */
static int meetings(const struct mm_table *a, const struct mm_table *b, double m)
{
	int n = 0;

	for (int i = 0; i < a->n; i++)
		for (int k = a == b ? i + 1 : 0; k < b->n; k++)
			if (boxes_meet(&a->box[i], &b->box[k], m) &&
			    OGR_G_Distance(a->geometry[i], b->geometry[k]) < m)
				n++;
	return n;
}

static void check_buildings(const struct mm_check *check, const struct mm_table *streets)
{
	struct mm_table buildings = mm_table_read(check, "buildings.shp", "ENCODING=CP1251", true);
	struct mm_table water = mm_table_read(check, "water.gpkg", NULL, false),
			rails = mm_table_read(check, "railways.gpkg", NULL, false);
	struct mm_table districts = mm_table_read(check, "districts.gpkg", NULL, false);
	struct mm_table bounds = mm_table_read(check, "boundaries.gpkg", NULL, false);
	int outside = 0;

	for (int i = 0; i < buildings.n; i++)
		outside += !OGR_G_Within(buildings.geometry[i], bounds.geometry[0]);
	mm_expect_add(check->found, "buildings", "residents", sum(&buildings, "RESIDENTS"));
	mm_expect_add(check->found, "buildings", "different_cad_no", different(&buildings, "CAD_NO"));
	mm_expect_add(check->found, "buildings", "on_streets", meetings(&buildings, streets, 3));
	mm_expect_add(check->found, "buildings", "in_water", meetings(&buildings, &water, 5));
	mm_expect_add(check->found, "buildings", "on_rails", meetings(&buildings, &rails, 5));
	mm_expect_add(check->found, "buildings", "overlapping", meetings(&buildings, &buildings, 1));
	mm_expect_add(check->found, "buildings", "outside_municipality", outside);
	mm_expect_add(check->found, "districts", "residents", sum(&districts, "residents"));
	mm_expect_add(check->found, "boundaries", "population", sum(&bounds, "population"));
	mm_expect_measure(check->found, "boundaries", "m1_area_km2", OGR_G_Area(bounds.geometry[0]) / 1e6, 2);
	mm_table_free(&buildings);
	mm_table_free(&water);
	mm_table_free(&rails);
	mm_table_free(&districts);
	mm_table_free(&bounds);
}

/* The CSV is read as text: every place must lie in the town's square when X is north and Y is east. */
static void check_addresses(const struct mm_check *check)
{
	char path[4096], line[1024];
	FILE *f;
	int rows = -1, lone = 0, astray = 0;

	(void)snprintf(path, sizeof(path), "%s/addresses.csv", check->dir);
	f = fopen(path, "rb");
	while (f && fgets(line, sizeof(line), f)) {
		char *field[8] = {0}, *rest = line;

		for (int i = 0; i < 8; i++)
			field[i] = strsep(&rest, ";");
		if (++rows == 0)
			continue;
		long north = field[7] ? strtol(field[6], NULL, 10) : 0,
		     east = field[7] ? strtol(field[7], NULL, 10) : 0;
		lone += field[5] && !field[5][0];
		astray += labs(north - 390000) > 7000 || labs(east - 1292000) > 7000;
	}
	if (f)
		(void)fclose(f);
	mm_expect_add(check->found, "addresses", "features", rows);
	mm_expect_add(check->found, "addresses", "without_building", lone);
	mm_expect_add(check->found, "addresses", "outside_the_frame", astray);
}

/* Lights: the file's own CRS line (datum 9999) must lead to places beside streets, within half a metre of 20
 * m. */
static void check_lights(const struct mm_check *check, const struct mm_table *streets)
{
	struct mm_table lights = mm_table_read(check, "lights.mif", NULL, false);
	int stray = 0;

	for (int i = 0; i < lights.n; i++) {
		bool near = false;

		mm_expect_class(check->found, "lights", "lamp",
				strcmp(mm_table_text(&lights, i, "lamp"), "LED") ? "other" : "LED");
		if (mm_table_real(&lights, i, "controlled") > 0)
			mm_expect_add(check->found, "lights", "controlled", 1);
		for (int k = 0; k < streets->n && !near && i % 10 == 0; k++)
			near = boxes_meet(&lights.box[i], &streets->box[k], 10) &&
			       OGR_G_Distance(lights.geometry[i], streets->geometry[k]) < 9.2;
		stray += !near && i % 10 == 0;
	}
	mm_expect_add(check->found, "lights", "features", lights.n);
	mm_expect_add(check->found, "lights", "away_from_streets", stray);
	mm_table_free(&lights);
}

void mm_check_town(const struct mm_check *check)
{
	struct mm_table streets = mm_table_read(check, "streets.tab", NULL, true);

	check_streets(check, &streets);
	check_buildings(check, &streets);
	check_addresses(check);
	check_lights(check, &streets);
	mm_table_free(&streets);
}
