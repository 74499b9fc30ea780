#include "job.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <gdal_alg.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * A picture of the town from above, painted from the files that were written before: ground, woods, water,
 * streets, roofs, under a light from the north-west. MSK-48 zone 1, 4 m a pixel, the middle 6 x 6 km.
 */

enum { SIDE_PX = 1500, BANDS = 3, SHADES = 12 };

static const double PIXEL_M = 4, EAST = 1292000, NORTH = 390000;

struct paint {
	const char *file, *where; /* NULL: all of it */
	int rgb;
};

/* From below. */
static const struct paint paints[] = {
    {"landuse.gpkg", "kind = 'recreation'", 0x8c9c62},
    {"landuse.gpkg", "kind = 'residential'", 0xa9a486},
    {"landuse.gpkg", "kind = 'private'", 0x98a06c},
    {"landuse.gpkg", "kind IN ('industrial', 'commercial')", 0xb0a898},
    {"green.gpkg", "kind <> 'forest'", 0x6f8f4e},
    {"green.gpkg", "kind = 'forest'", 0x44633a},
    {"water.gpkg", NULL, 0x3d5f6e},
    {"waterways.gpkg", NULL, 0x3d5f6e},
    {"streets.tab", NULL, 0xbcb8b0},
    {"railways.gpkg", NULL, 0x6e665e},
    {"bridges.gpkg", NULL, 0xc8c4bc},
    {"buildings.shp", "PURPOSE = 'izhs'", 0x9a5a44},
    {"buildings.shp", "PURPOSE <> 'izhs'", 0xd2ccc2},
};

static void die(const char *what, const char *file)
{
	fprintf(stderr, "make-town: %s: %s: %s\n", file, what, CPLGetLastErrorMsg());
	exit(1);
}

static void burn(const struct mm_job *job, GDALDatasetH picture, const struct paint *p)
{
	const double rgb[BANDS] = {p->rgb >> 16, p->rgb >> 8 & 0xff, p->rgb & 0xff};
	int bands[BANDS] = {1, 2, 3};
	char path[4096];
	GDALDatasetH source;
	OGRLayerH layer;

	(void)snprintf(path, sizeof(path), "%s/%s", job->dir, p->file);
	CPLPushErrorHandler(CPLQuietErrorHandler); /* some files do not tell their system: it is МСК */
	source = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	layer = source ? GDALDatasetGetLayer(source, 0) : NULL;
	if (!layer || (p->where && OGR_L_SetAttributeFilter(layer, p->where) != OGRERR_NONE) ||
	    GDALRasterizeLayers(picture, BANDS, bands, 1, &layer, NULL, NULL, (double *)rgb, NULL, NULL,
				NULL) != CE_None)
		die("cannot be painted", p->file);
	CPLPopErrorHandler();
	GDALClose(source);
}

/* Height of the ground, metres: some soft hills. */
static double height_m(double x, double y)
{
	return 22 * sin(x / 830 + 0.6) * cos(y / 1040) + 9 * sin(x / 310 - y / 420) +
	       4 * cos(x / 140 + y / 170);
}

/* Light on it, 0..SHADES - 1. */
static int shade(double x, double y)
{
	const double step = 2 * PIXEL_M;
	const double dx = (height_m(x + step, y) - height_m(x - step, y)) / (2 * step);
	const double dy = (height_m(x, y + step) - height_m(x, y - step)) / (2 * step);
	const double light = 0.5 + 2.2 * (dx - dy);

	return (int)fmin(fmax(floor(light * SHADES), 0), SHADES - 1);
}

static void light(GDALDatasetH picture)
{
	unsigned char row[BANDS * SIDE_PX];

	for (int y = 0; y < SIDE_PX; y++) {
		if (GDALDatasetRasterIO(picture, GF_Read, 0, y, SIDE_PX, 1, row, SIDE_PX, 1, GDT_Byte, BANDS,
					NULL, 0, 0, SIDE_PX) != CE_None)
			die("cannot be read", "ortho.tif");
		for (int i = 0; i < BANDS * SIDE_PX; i++) {
			const double east = (i % SIDE_PX - SIDE_PX / 2) * PIXEL_M;
			const double factor =
			    0.84 + 0.28 * shade(east, (SIDE_PX / 2 - y) * PIXEL_M) / (SHADES - 1);

			row[i] = (unsigned char)fmin(row[i] * factor, 255);
		}
		if (GDALDatasetRasterIO(picture, GF_Write, 0, y, SIDE_PX, 1, row, SIDE_PX, 1, GDT_Byte, BANDS,
					NULL, 0, 0, SIDE_PX) != CE_None)
			die("cannot be written", "ortho.tif");
	}
}

/* An empty meadow in its place. */
static GDALDatasetH begin(void)
{
	GDALDatasetH picture =
	    GDALCreate(GDALGetDriverByName("MEM"), "", SIDE_PX, SIDE_PX, BANDS, GDT_Byte, NULL);
	double place[6] = {EAST - SIDE_PX / 2 * PIXEL_M,  PIXEL_M, 0,
			   NORTH + SIDE_PX / 2 * PIXEL_M, 0,       -PIXEL_M};
	static const int meadow[BANDS] = {0x93, 0xa0, 0x6a};
	OGRSpatialReferenceH msk = mm_out_msk();

	if (!picture || GDALSetGeoTransform(picture, place) != CE_None ||
	    GDALSetSpatialRef(picture, msk) != CE_None)
		die("cannot be made", "ortho.tif");
	for (int b = 0; b < BANDS; b++)
		(void)GDALFillRaster(GDALGetRasterBand(picture, b + 1), meadow[b], 0);
	OSRDestroySpatialReference(msk);
	return picture;
}

void mm_write_ortho(struct mm_job *job)
{
	static const char *const options[] = {"COMPRESS=DEFLATE", "PREDICTOR=2",     "ZLEVEL=6",
					      "TILED=YES",        "PHOTOMETRIC=RGB", NULL};
	GDALDatasetH picture = begin(), file;
	char path[4096];

	for (size_t i = 0; i < sizeof(paints) / sizeof(paints[0]); i++)
		burn(job, picture, &paints[i]);
	light(picture);
	(void)snprintf(path, sizeof(path), "%s/ortho.tif", job->dir);
	file = GDALCreateCopy(GDALGetDriverByName("GTiff"), path, picture, 1, (char **)(uintptr_t)options,
			      NULL, NULL);
	if (!file)
		die("cannot be written", "ortho.tif");
	GDALClose(file);
	GDALClose(picture);
	(void)snprintf(job->list.item[job->list.n].file, sizeof(job->list.item[0].file), "ortho.tif");
	job->list.item[job->list.n++].features = 0;
}
