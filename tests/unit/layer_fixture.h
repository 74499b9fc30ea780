#ifndef MM_TESTS_UNIT_LAYER_FIXTURE_H
#define MM_TESTS_UNIT_LAYER_FIXTURE_H

#include "store/layer_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A small frozen layer for tests of the floors above the store: fields name (text), n (integer), start and
 * end (date), secret (hidden), in the system named by `crs`. */

enum { FIXTURE_NAME, FIXTURE_N, FIXTURE_START, FIXTURE_END, FIXTURE_SECRET, FIXTURE_FIELDS };

/* What a schema says of a layer and its system, and need not. */
#define FIXTURE_NO_WORDS                                                                                     \
	.title = {"", ""}, .description = {"", ""}, .owner = {"", ""}, .license = "", .theme = "",           \
	.crs_code = "", .crs_uri = "", .crs_name = ""

static inline struct mm_layer_build *fixture_begin(const char *crs)
{
	static const struct mm_field fields[FIXTURE_FIELDS] = {
	    [FIXTURE_NAME] = {.name = "name", .type = MM_TYPE_TEXT, .title = {"", ""}, .unit = {"", ""}},
	    [FIXTURE_N] = {.name = "n", .type = MM_TYPE_INT, .title = {"", ""}, .unit = {"", ""}},
	    [FIXTURE_START] = {.name = "start", .type = MM_TYPE_DATE, .title = {"", ""}, .unit = {"", ""}},
	    [FIXTURE_END] = {.name = "end", .type = MM_TYPE_DATE, .title = {"", ""}, .unit = {"", ""}},
	    [FIXTURE_SECRET] =
		{.name = "secret", .type = MM_TYPE_TEXT, .title = {"", ""}, .unit = {"", ""}, .hidden = true},
	};
	const struct mm_schema schema = {
	    .id = "fixture",
	    FIXTURE_NO_WORDS,
	    .crs_definition = crs,
	    .id_field = "",
	    .style_json = "{}",
	    .max_zoom = 22,
	    .field = fields,
	    .field_count = FIXTURE_FIELDS,
	};
	struct mm_layer_build *b = NULL;

	if (mm_layer_build_new(&schema, &b, NULL))
		abort();
	return b;
}

/* One row; name NULL, n < 0 and days 0 mean null; g NULL means no geometry. */
static void fixture_row(struct mm_layer_build *b, int64_t id, const char *name, int64_t n, int64_t start_day,
			int64_t end_day, const struct mm_geom *g)
{
	static const struct mm_geom none = {.type = MM_GEOM_NULL};
	struct mm_value v = {.type = MM_TYPE_TEXT, .text = name, .text_len = name ? strlen(name) : 0};

	mm_layer_build_begin(b);
	mm_layer_build_id_int(b, id);
	if (name)
		mm_layer_build_value(b, FIXTURE_NAME, &v);
	if (name)
		mm_layer_build_value(b, FIXTURE_SECRET, &v);
	v = (struct mm_value){.type = MM_TYPE_INT, .integer = n};
	if (n >= 0)
		mm_layer_build_value(b, FIXTURE_N, &v);
	v = (struct mm_value){.type = MM_TYPE_DATE, .integer = start_day};
	if (start_day)
		mm_layer_build_value(b, FIXTURE_START, &v);
	v = (struct mm_value){.type = MM_TYPE_DATE, .integer = end_day};
	if (end_day)
		mm_layer_build_value(b, FIXTURE_END, &v);
	mm_layer_build_geom(b, g ? g : &none);
	if (mm_layer_build_end(b, NULL))
		abort();
}

static inline void fixture_point(struct mm_layer_build *b, int64_t id, const char *name, int64_t n, double x,
				 double y)
{
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;
	const double xy[2] = {x, y};
	const struct mm_geom g = {.type = MM_GEOM_POINT,
				  .part = &part,
				  .ring = &ring,
				  .xy = xy,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = 1};

	fixture_row(b, id, name, n, 0, 0, &g);
}

/* Freezes, opens, and frees the builder. */
static struct mm_layer *fixture_end(struct mm_layer_build *b)
{
	char path[] = "/tmp/munimap-fixture-XXXXXX";
	int fd = mkstemp(path);
	struct mm_layer *l = NULL;
	struct mm_err err = {0};

	if (fd < 0 || mm_layer_build_freeze(b, 1, "", path, &err) || mm_layer_open(path, &l, &err)) {
		(void)fprintf(stderr, "fixture: %s %s\n", err.where, err.msg);
		abort();
	}
	(void)close(fd);
	(void)unlink(path);
	(void)mm_layer_build_free(b);
	return l;
}

#endif
