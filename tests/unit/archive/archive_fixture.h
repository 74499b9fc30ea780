#ifndef MM_TESTS_UNIT_ARCHIVE_FIXTURE_H
#define MM_TESTS_UNIT_ARCHIVE_FIXTURE_H

#include "check.h"

#include "archive/info.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder of its own, and a path in it. */
struct place {
	char dir[64], path[96];
};

static inline struct place place_new(const char *name)
{
	struct place p;

	(void)snprintf(p.dir, sizeof(p.dir), "/tmp/munimap-test-XXXXXX");
	assert_non_null(mkdtemp(p.dir));
	(void)snprintf(p.path, sizeof(p.path), "%s/%s", p.dir, name);
	return p;
}

static inline size_t place_files(const struct place *p)
{
	DIR *d = opendir(p->dir);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		n += e->d_name[0] != '.';
	(void)closedir(d);
	return n;
}

static inline void place_remove(const struct place *p)
{
	(void)unlink(p->path);
	assert_int_equal(rmdir(p->dir), 0);
}

static const struct mm_archive_info fixture_info = {
    .name = "Город",
    .description = "",
    .attribution = "© \"Данные\"",
    .vector_layers = "[{\"id\":\"a\",\"fields\":{}}]",
    .vector_layers_len = 24,
    .box_deg = {-180, -85.0511287, 39.6, 52.6},
    .center_lon_deg = 39.1,
    .center_lat_deg = 52.3,
    .center_zoom = 12,
    .min_zoom = 3,
    .max_zoom = 14,
};

#endif
