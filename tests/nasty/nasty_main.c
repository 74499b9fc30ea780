/*
 * nasty_run [--crs CRS] FOLDER...: freezes every source under the folders through the feed's own door and
 * prints one line each. A file passes when it is served, or refused with exactly one line, within 10 s and 2
 * GB, and leaves nothing beside it. A source with several tables is frozen table by table. At the end all of
 * them are loaded as one map. Exit code 1 when any fails.
 */
#include "base/clock.h"
#include "base/hash.h"
#include "feed/drivers.h"
#include "feed/freeze.h"
#include "feed/loader.h"

#include <dirent.h>
#include <ftw.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOURCES_MAX = 1000, SECONDS_MAX = 10, MEGABYTES_MAX = 2048 };

static char *sources[SOURCES_MAX];
static size_t source_count;
static unsigned long files_seen;
static unsigned passed, failed;
static const char *crs = "";
static char cache[] = "/tmp/munimap-nasty-XXXXXX";

static bool is_source(const char *path)
{
	const char *dot = strrchr(path, '.');
	const struct mm_driver *d[MM_DRIVER_CANDIDATES];
	char beside[PATH_MAX];

	if (!dot)
		return false;
	if (strcasecmp(dot, ".mid") == 0)
		return false;
	if (strcasecmp(dot, ".dbf") == 0) { /* a part of the .shp, when there is one */
		(void)snprintf(beside, sizeof(beside), "%.*s.shp", (int)(dot - path), path);
		return access(beside, F_OK) != 0;
	}
	return strcasecmp(dot, ".vrt") == 0 || mm_driver_by_path(path, d) > 0;
}

static int collect(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)at;
	files_seen++;
	if (kind == FTW_F && is_source(path) && source_count < SOURCES_MAX)
		sources[source_count++] = strdup(path);
	return 0;
}

static int count(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)path, (void)st, (void)kind, (void)at;
	files_seen++;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static void print_result(const char *source, const char *table, enum mm_code rc,
			 const struct mm_freeze_result *r, const struct mm_err *err, double seconds)
{
	const char *name = strrchr(source, '/') + 1;
	struct rusage use;
	bool ok;

	(void)getrusage(RUSAGE_CHILDREN, &use); /* the largest child so far */
	ok = seconds < SECONDS_MAX && use.ru_maxrss / 1024 < MEGABYTES_MAX &&
	     (rc == MM_OK || (*err->msg && !strchr(err->msg, '\n') && rc != MM_E_INTERNAL));
	*(ok ? &passed : &failed) += 1;
	(void)printf("%-4s %5.2fs %s%s%s: ", ok ? "ok" : "FAIL", seconds, name, *table ? " / " : "", table);
	if (rc) {
		(void)printf("refused (%s): %s: %s\n", mm_code_name(rc), err->where, err->msg);
		return;
	}
	(void)printf("served %u features, types %#x, %s%s%s", mm_layer_count(r->layer),
		     mm_layer_geom_types(r->layer), mm_layer_schema(r->layer)->crs_code,
		     *mm_layer_schema(r->layer)->crs_code ? "" : "CRS: ",
		     *mm_layer_schema(r->layer)->crs_code ? "" : mm_layer_schema(r->layer)->crs_name);
	for (int k = 0; k < MM_QUALITY_KIND_COUNT; k++)
		if (mm_layer_quality_count(r->layer, (enum mm_quality_kind)k))
			(void)printf(", %zu %s", mm_layer_quality_count(r->layer, (enum mm_quality_kind)k),
				     mm_quality_name((enum mm_quality_kind)k));
	(void)printf("\n");
}

static enum mm_code freeze(const char *source, const char *table, struct mm_freeze_result *ret,
			   struct mm_err *err)
{
	const char *allow[] = {"/"};
	const struct mm_map_def map = {
	    .dir = "/", .file = "", .cache = cache, .allow = allow, .allow_count = 1};
	const struct mm_layer_def def = {.file = "layers/nasty.yaml",
					 .id = "nasty",
					 .title = {"", ""},
					 .description = {"", ""},
					 .owner = {"", ""},
					 .license = "",
					 .theme = "",
					 .source = source,
					 .source_is_path = true,
					 .driver = "",
					 .table = table,
					 .sql = "",
					 .encoding = "",
					 .crs = crs,
					 .crs_file = "",
					 .point_x = "",
					 .point_y = "",
					 .id_field = "",
					 .style_json = "{}",
					 .max_zoom = 22,
					 .source_line = 2,
					 .hash = mm_hash64(table, strlen(table), 1)};

	return mm_freeze(&map, &def, ret, err);
}

static void try_one(const char *source, const char *table, bool *ret_has_tables)
{
	struct mm_freeze_result r = {.layer = NULL};
	struct mm_err err = {0};
	int64_t start = mm_clock_mono_ns();
	enum mm_code rc = freeze(source, table, &r, &err);

	print_result(source, table, rc, &r, &err, (double)(mm_clock_mono_ns() - start) / 1e9);
	*ret_has_tables = rc && strstr(err.msg, "tables: add table:");
	if (!rc)
		(void)mm_layer_unref(r.layer);
}

static void try_tables(const char *source)
{
	struct mm_buf json;
	struct mm_err err = {0};
	json_t *probe, *tables;
	bool more;

	mm_buf_init(&json, (size_t)64 << 20);
	if (mm_probe(source, &json, &err))
		(void)printf("     probe: %s: %s\n", err.where, err.msg);
	probe = json_loadb((const char *)json.data, json.len, 0, NULL);
	tables = json_object_get(probe, "tables");
	for (size_t i = 0; i < json_array_size(tables); i++)
		try_one(source, json_string_value(json_object_get(json_array_get(tables, i), "name")), &more);
	json_decref(probe);
	mm_buf_release(&json);
}

static void write_map(const char *dir)
{
	char path[PATH_MAX];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/map.yaml", dir);
	file = fopen(path, "w");
	if (file) {
		(void)fprintf(file, "title: {en: Nasty}\nallow: [/]\n");
		(void)fclose(file);
	}
	for (size_t i = 0; i < source_count; i++) {
		(void)snprintf(path, sizeof(path), "%s/n%zu.yaml", dir, i);
		file = fopen(path, "w");
		if (!file)
			continue;
		(void)fprintf(file, "source: \"%s\"\n%s%s\n", sources[i], *crs ? "crs: " : "", crs);
		(void)fclose(file);
	}
}

/* All sources as the layers of one map. */
static void try_as_map(void)
{
	char dir[] = "/tmp/munimap-nasty-map-XXXXXX";
	struct mm_catalog_slot *slot = mm_catalog_slot_new();
	const struct mm_catalog *c;
	struct mm_loader *loader = NULL;
	struct mm_err err = {0};
	int64_t start = mm_clock_mono_ns();
	size_t served = 0, refused = 0, silent = 0;

	if (!slot || !mkdtemp(dir))
		return;
	write_map(dir);
	if (mm_loader_new(dir, slot, NULL, &loader, &err))
		(void)printf("FAIL as one map: %s: %s\n", err.where, err.msg);
	c = mm_catalog_acquire(slot);
	for (size_t i = 0; c && i < mm_catalog_count(c); i++) {
		const struct mm_entry *e = mm_catalog_entry(c, i);

		served += e->layer != NULL;
		refused += *e->error != '\0';
		silent += !e->layer && !*e->error;
	}
	(void)printf("as one map: %zu served, %zu refused, %.2f s\n", served, refused,
		     (double)(mm_clock_mono_ns() - start) / 1e9);
	*(c && served + refused == source_count && !silent ? &passed : &failed) += 1;
	(void)mm_catalog_unref(c);
	(void)mm_loader_free(loader);
	(void)mm_catalog_slot_free(slot);
	(void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int main(int argc, char **argv)
{
	unsigned long before;
	int first = 1;

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	if (argc > 2 && strcmp(argv[1], "--crs") == 0) {
		crs = argv[2];
		first = 3;
	}
	if (!mkdtemp(cache))
		return 2;
	for (int i = first; i < argc; i++) {
		char *real = realpath(argv[i], NULL);

		if (real)
			(void)nftw(real, collect, 8, FTW_PHYS);
		free(real);
	}
	before = files_seen;
	qsort(sources, source_count, sizeof(*sources), by_name);
	for (size_t i = 0; i < source_count; i++) {
		bool has_tables;

		try_one(sources[i], "", &has_tables);
		if (has_tables)
			try_tables(sources[i]);
		(void)fflush(stdout);
	}
	try_as_map();
	files_seen = 0;
	for (int i = first; i < argc; i++)
		(void)nftw(argv[i], count, 8, FTW_PHYS);
	if (files_seen != before) {
		(void)printf("FAIL %ld files were left beside the sources\n",
			     (long)files_seen - (long)before);
		failed++;
	}
	for (size_t i = 0; i < source_count; i++)
		free(sources[i]);
	(void)nftw(cache, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	(void)printf("%u passed, %u failed\n", passed, failed);
	return failed ? 1 : 0;
}
