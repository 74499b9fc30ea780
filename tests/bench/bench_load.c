#include "base/clock.h"
#include "base/hash.h"
#include "feed/freeze.h"
#include "store/level.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gdal.h>
#include <ogr_api.h>

/*
 * Load time against what GDAL alone needs to read all rows and their geometry: of a layer that is drawn at
 * every zoom, which is generalised too, and of the same layer drawn above the highest level alone, which is
 * placed, checked and indexed:
 *
 *     bench_load SOURCE [CRS]
 */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

/* Every row with its geometry and fields as the driver reads them; nothing is done with them. */
static double scan(const char *path, long long *ret_rows)
{
	int64_t start = mm_clock_mono_ns();
	GDALDatasetH d;
	OGRLayerH l;
	OGRFeatureH f;
	double sum = 0;

	GDALAllRegister();
	d = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	l = d ? GDALDatasetGetLayer(d, 0) : NULL;
	*ret_rows = 0;
	while (l && (f = OGR_L_GetNextFeature(l)) != NULL) {
		OGREnvelope e = {0, 0, 0, 0};

		if (OGR_F_GetGeometryRef(f))
			OGR_G_GetEnvelope(OGR_F_GetGeometryRef(f), &e);
		sum += e.MinX;
		for (int i = 0; i < OGR_F_GetFieldCount(f); i++)
			sum += OGR_F_IsFieldSetAndNotNull(f, i);
		++*ret_rows;
		OGR_F_Destroy(f);
	}
	if (d)
		(void)GDALClose(d);
	if (sum == 0.5)
		(void)printf("\n"); /* keeps the sum alive */
	return (double)(mm_clock_mono_ns() - start) / 1e9;
}

static bool load(const struct mm_map_def *map, const struct mm_layer_def *def, const char *what, double plain)
{
	struct mm_freeze_result r;
	struct mm_err err = {0};

	if (mm_freeze(map, def, &r, &err)) {
		(void)printf("%s: %s\n", err.where, err.msg);
		return false;
	}
	(void)printf("%s: %u rows, scan by GDAL %.2f s, %s %.3f s (%.2f x), %zu MB\n", def->source,
		     mm_layer_count(r.layer), plain, what, r.seconds, r.seconds / plain,
		     mm_layer_bytes(r.layer) >> 20);
	(void)mm_layer_unref(r.layer);
	return true;
}

int main(int argc, char **argv)
{
	char cache[] = "/tmp/munimap-bench-XXXXXX";
	const char *allow[] = {"/"};
	long long rows;
	double plain;

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	if (argc < 2 || !mkdtemp(cache))
		return 2;
	plain = scan(argv[1], &rows);
	const struct mm_map_def map = {
	    .dir = "/", .file = "", .cache = cache, .allow = allow, .allow_count = 1};
	const struct mm_layer_def def = {.file = "bench.yaml",
					 .id = "bench",
					 .title = {"", ""},
					 .description = {"", ""},
					 .owner = {"", ""},
					 .license = "",
					 .theme = "",
					 .source = argv[1],
					 .source_is_path = true,
					 .driver = "",
					 .table = "",
					 .sql = "",
					 .encoding = "",
					 .crs = argc > 2 ? argv[2] : "",
					 .crs_file = "",
					 .point_x = "",
					 .point_y = "",
					 .id_field = "",
					 .style_json = "{}",
					 .max_zoom = 22,
					 .hash = 1};

	struct mm_layer_def plain_def = def;

	plain_def.min_zoom = MM_LEVEL_TOP_PLAIN + 1;
	plain_def.hash = 2;
	if (!load(&map, &plain_def, "load without levels", plain) || !load(&map, &def, "load", plain) ||
	    !load(&map, &def, "start from the cache", plain))
		return 1;
	(void)nftw(cache, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}
