#ifndef MM_TESTS_UNIT_FEED_FIXTURE_H
#define MM_TESTS_UNIT_FEED_FIXTURE_H

#include "../check.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "feed/freeze.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A map folder of its own for each test, and the definitions in it. The programs that include this are their
 * own feed children: main() must ask mm_feed_is_child first. */
struct feed {
	char dir[64];
	struct mm_arena mem;
	struct mm_map_def map;
};

static int feed_remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static int feed_begin(void **state)
{
	struct feed *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/munimap-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	mm_arena_init(&f->mem, 0);
	*state = f;
	return 0;
}

static int feed_end(void **state)
{
	struct feed *f = *state;

	mm_arena_release(&f->mem);
	(void)nftw(f->dir, feed_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

/* Path of a file of the folder; good until the arena goes. */
static char *feed_path(struct feed *f, const char *name)
{
	return mm_arena_printf(&f->mem, "%s/%s", f->dir, name);
}

static inline void feed_write(struct feed *f, const char *name, const char *text)
{
	FILE *file = fopen(feed_path(f, name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static __attribute__((unused)) void feed_run(struct feed *f, const char *command)
{
	char *line = mm_arena_printf(&f->mem, "cd %s && %s", f->dir, command);

	assert_int_equal(system(line), 0);
}

/* Freezes a layer with this YAML. */
static __attribute__((unused)) enum mm_code feed_freeze(struct feed *f, const char *yaml,
							struct mm_freeze_result *ret, struct mm_err *err)
{
	struct mm_layer_def def;
	enum mm_code rc = mm_map_def_read(f->dir, &f->mem, &f->map, err);

	if (!rc)
		rc = mm_layer_def_parse(&f->map, feed_path(f, "layer.yaml"), yaml, strlen(yaml), &f->mem,
					&def, err);
	return rc ? rc : mm_freeze(&f->map, &def, ret, err);
}

/* A collection of these features, joined by commas. */
static __attribute__((unused)) void feed_geojson(struct feed *f, const char *name, const char *features)
{
	feed_write(f, name,
		   mm_arena_printf(&f->mem, "{\"type\":\"FeatureCollection\",\"features\":[%s]}", features));
}

/* The same; it must be served. */
static __attribute__((unused)) struct mm_layer *feed_layer(struct feed *f, const char *yaml)
{
	struct mm_freeze_result r = {0};
	struct mm_err err = {0};
	enum mm_code rc = feed_freeze(f, yaml, &r, &err);

	if (rc)
		fail_msg("%s: %s: %s", mm_code_name(rc), err.where, err.msg);
	return r.layer;
}

/* The same; it must be refused, with these words. */
static __attribute__((unused)) void feed_refused(struct feed *f, const char *yaml, const char *words)
{
	struct mm_freeze_result r = {0};
	struct mm_err err = {0};
	enum mm_code rc = feed_freeze(f, yaml, &r, &err);

	assert_int_not_equal(rc, MM_OK);
	assert_null(strchr(err.msg, '\n'));
	if (!strstr(err.msg, words) && !strstr(err.where, words))
		fail_msg("\"%s: %s\" does not say \"%s\"", err.where, err.msg, words);
}

static __attribute__((unused)) unsigned feed_count_files(const char *dir, const char *ending)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	unsigned n = 0;

	while (d && (e = readdir(d)) != NULL) {
		size_t have = strlen(e->d_name), want = strlen(ending);

		n += e->d_name[0] != '.' && have >= want && strcmp(e->d_name + have - want, ending) == 0;
	}
	if (d)
		(void)closedir(d);
	return n;
}

/* Value of a named field as text, "NULL" for null. */
static __attribute__((unused)) const char *feed_text(struct feed *f, const struct mm_layer *l, uint32_t row,
						     const char *field)
{
	size_t i = mm_schema_find(mm_layer_schema(l), field);
	char clock[MM_CLOCK_TEXT_MAX];
	struct mm_value v;

	if (i == SIZE_MAX)
		fail_msg("no field %s", field);
	mm_layer_value(l, row, i, &v);
	if (v.is_null)
		return "NULL";
	switch (v.type) {
	case MM_TYPE_BOOL:
		return v.boolean ? "true" : "false";
	case MM_TYPE_INT:
		return mm_arena_printf(&f->mem, "%lld", (long long)v.integer);
	case MM_TYPE_REAL:
		return mm_arena_printf(&f->mem, "%.17g", v.real);
	case MM_TYPE_DATE:
		(void)mm_clock_format_date(v.integer, clock);
		break;
	case MM_TYPE_TIME:
		(void)mm_clock_format_time(v.integer, clock);
		break;
	case MM_TYPE_DATETIME:
		(void)mm_clock_format(v.integer, v.offset_min, clock);
		break;
	default:
		return mm_arena_text(&f->mem, v.text, v.text_len);
	}
	return mm_arena_printf(&f->mem, "%s", clock);
}

#endif
