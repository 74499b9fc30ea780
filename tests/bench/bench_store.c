#include "base/clock.h"
#include "store/layer_build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * What the store alone costs: building, freezing and opening one layer of made-up rows with an integer id, a
 * text of few words, a text of many, and a number.
 *
 *     bench_store [polygons|points|tangled] [ROWS] [CRS]      default polygons 1000000 EPSG:32637
 *
 * "tangled" makes one polygon in ten cross itself, so that GEOS has to repair it.
 */

enum { FIELD_KIND, FIELD_ADDRESS, FIELD_FLOORS, FIELDS };

static double seconds_since(int64_t start)
{
	return (double)(mm_clock_mono_ns() - start) / 1e9;
}

static struct mm_layer_build *begin(const char *crs)
{
	static const struct mm_field fields[FIELDS] = {
	    [FIELD_KIND] = {.name = "kind", .type = MM_TYPE_TEXT},
	    [FIELD_ADDRESS] = {.name = "address", .type = MM_TYPE_TEXT},
	    [FIELD_FLOORS] = {.name = "floors", .type = MM_TYPE_INT},
	};
	const struct mm_schema schema = {.id = "bench",
					 .crs_definition = crs,
					 .style_json = "{}",
					 .max_zoom = 22,
					 .field = fields,
					 .field_count = FIELDS};
	struct mm_layer_build *b = NULL;
	struct mm_err err = {0};

	if (mm_layer_build_new(&schema, &b, &err)) {
		(void)fprintf(stderr, "%s: %s\n", err.where, err.msg);
		exit(1);
	}
	return b;
}

static void put_text(struct mm_layer_build *b, size_t field, const char *text)
{
	const struct mm_value v = {.type = MM_TYPE_TEXT, .text = text, .text_len = strlen(text)};

	mm_layer_build_value(b, field, &v);
}

/* A house of 12 by 9 m at its place in a grid of 20 m, turned a little. */
static void put_house(struct mm_layer_build *b, uint32_t i, bool is_tangled)
{
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1, ring = 5;
	static const double corner[5][2] = {{0, 0}, {12, 0}, {12, 9}, {0, 9}, {0, 0}};
	static const int order[2][5] = {{0, 1, 2, 3, 4}, {0, 2, 1, 3, 4}};
	double x = 400000 + i % 1000 * 20.0, y = 5800000 + i / 1000 * 20.0, c = cos(i * 0.1),
	       s = sin(i * 0.1);
	double xy[10];
	const struct mm_geom g = {.type = MM_GEOM_POLYGON,
				  .part = &part,
				  .ring = &ring,
				  .xy = xy,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = 5};

	for (int k = 0; k < 5; k++) {
		const double *p = corner[order[is_tangled][k]];

		xy[2 * k] = x + p[0] * c - p[1] * s;
		xy[2 * k + 1] = y + p[0] * s + p[1] * c;
	}
	mm_layer_build_geom(b, &g);
}

static void put_lamp(struct mm_layer_build *b, uint32_t i)
{
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;
	const double xy[2] = {400000 + i % 1000 * 20.0, 5800000 + i / 1000 * 20.0};
	const struct mm_geom g = {.type = MM_GEOM_POINT,
				  .part = &part,
				  .ring = &ring,
				  .xy = xy,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = 1};

	mm_layer_build_geom(b, &g);
}

static void put_row(struct mm_layer_build *b, uint32_t i, const char *what)
{
	static const char *const kind[] = {"house", "garage", "school", "гараж", "дом", "склад"};
	const struct mm_value floors = {.type = MM_TYPE_INT, .integer = i % 17};
	char address[64];

	(void)snprintf(address, sizeof(address), "улица %u, %u", i / 200, i % 200);
	mm_layer_build_begin(b);
	mm_layer_build_id_int(b, i + 1);
	put_text(b, FIELD_KIND, kind[i % 6]);
	put_text(b, FIELD_ADDRESS, address);
	mm_layer_build_value(b, FIELD_FLOORS, &floors);
	if (*what == 'p' && what[2] == 'i')
		put_lamp(b, i);
	else
		put_house(b, i, *what == 't' && i % 10 == 0);
	if (mm_layer_build_end(b, NULL))
		exit(1);
}

static void time_open(const char *path, const char *how,
		      enum mm_code (*open_it)(const char *, struct mm_layer **, struct mm_err *))
{
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		struct mm_layer *l = NULL;
		int64_t start = mm_clock_mono_ns();

		if (open_it(path, &l, NULL))
			exit(1);
		best = fmin(best, seconds_since(start));
		(void)mm_layer_unref(l);
	}
	(void)printf("open %-7s %8.4f s\n", how, best);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "polygons", *crs = argc > 3 ? argv[3] : "EPSG:32637";
	uint32_t rows = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000000;
	char path[] = "/tmp/munimap-bench-XXXXXX";
	int fd = mkstemp(path);
	struct mm_layer_build *b = begin(crs);
	struct mm_layer *l = NULL;
	struct mm_err err = {0};
	int64_t start = mm_clock_mono_ns();

	for (uint32_t i = 0; i < rows; i++)
		put_row(b, i, what);
	(void)printf("%u %s, %s\nbuild        %8.4f s\n", rows, what, crs, seconds_since(start));
	start = mm_clock_mono_ns();
	if (fd < 0 || mm_layer_build_freeze(b, 1, "", path, &err)) {
		(void)fprintf(stderr, "%s: %s\n", err.where, err.msg);
		return 1;
	}
	(void)printf("freeze       %8.4f s\n", seconds_since(start));
	(void)mm_layer_build_free(b);
	time_open(path, "full", mm_layer_open);
	time_open(path, "quick", mm_layer_open_quick);
	if (mm_layer_open(path, &l, NULL))
		return 1;
	(void)printf("file         %8.1f MB, %.1f bytes a row, %zu repaired\n",
		     (double)mm_layer_bytes(l) / 1e6, (double)mm_layer_bytes(l) / (rows ? rows : 1),
		     mm_layer_quality_count(l, MM_QUALITY_REPAIRED));
	(void)mm_layer_unref(l);
	(void)close(fd);
	(void)unlink(path);
	return 0;
}
