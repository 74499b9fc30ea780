#include "check.h"

#include "job.h"

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MSK                                                                                                  \
	"+proj=tmerc +lat_0=0 +lon_0=38.48333333333 +k=1 +x_0=1250000 +y_0=-5412900.566 +ellps=krass "       \
	"+towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m"

static OGRSpatialReferenceH crs_of(const char *text)
{
	OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);

	(void)OSRSetFromUserInput(crs, text);
	OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
	return crs;
}

/*
 * Always by way of WGS84: asked for EPSG:28407 to МСК in one step, PROJ 9.1.1 takes a three-parameter shift
 * for the first half and lands 9.9 m off.
 */
struct way {
	OGRCoordinateTransformationH to_wgs84, to_metric;
};

static struct way way_from(OGRSpatialReferenceH theirs)
{
	OGRSpatialReferenceH from = OSRClone(theirs), degrees = crs_of("EPSG:4326"), ours = crs_of(MSK);
	struct way way;

	OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER);
	way.to_wgs84 = OCTNewCoordinateTransformation(from, degrees);
	way.to_metric = OCTNewCoordinateTransformation(degrees, ours);
	OSRDestroySpatialReference(from);
	OSRDestroySpatialReference(degrees);
	OSRDestroySpatialReference(ours);
	return way;
}

static void add_row(struct mm_table *t, OGRFeatureH feature, const struct way *way)
{
	OGRGeometryH g = OGR_F_StealGeometry(feature);

	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 256;
		t->feature = realloc(t->feature, (size_t)t->cap * sizeof(*t->feature));
		t->geometry = realloc(t->geometry, (size_t)t->cap * sizeof(*t->geometry));
		t->box = realloc(t->box, (size_t)t->cap * sizeof(*t->box));
		if (!t->feature || !t->geometry || !t->box)
			abort();
	}
	if (g && way->to_wgs84) { /* the NaN of A08 stays what it is */
		(void)OGR_G_Transform(g, way->to_wgs84);
		(void)OGR_G_Transform(g, way->to_metric);
	}
	t->feature[t->n] = feature;
	t->geometry[t->n] = g;
	t->box[t->n] = (OGREnvelope){0};
	if (g)
		OGR_G_GetEnvelope(g, &t->box[t->n]);
	t->n++;
}

struct mm_table mm_table_read(const struct mm_check *check, const char *file, const char *option,
			      bool file_is_msk)
{
	struct mm_table t = {0};
	char path[4096];
	const char *const options[] = {option, NULL};
	struct way way = {NULL, NULL};
	GDALDatasetH set;
	OGRLayerH layer;
	OGRFeatureH feature;

	(void)snprintf(path, sizeof(path), "%s/%s", check->dir, file);
	set = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, option ? options : NULL, NULL);
	if (!set) {
		fprintf(stderr, "make-town: cannot read back %s\n", path);
		exit(1);
	}
	layer = GDALDatasetGetLayer(set, 0);
	if (OGR_L_GetSpatialRef(layer) && !file_is_msk)
		way = way_from(OGR_L_GetSpatialRef(layer));
	CPLPushErrorHandler(CPLQuietErrorHandler);
	while ((feature = OGR_L_GetNextFeature(layer)))
		add_row(&t, feature, &way);
	CPLPopErrorHandler();
	if (way.to_wgs84) {
		OCTDestroyCoordinateTransformation(way.to_wgs84);
		OCTDestroyCoordinateTransformation(way.to_metric);
	}
	GDALClose(set);
	return t;
}

void mm_table_free(struct mm_table *t)
{
	for (int i = 0; i < t->n; i++) {
		OGR_F_Destroy(t->feature[i]);
		OGR_G_DestroyGeometry(t->geometry[i]);
	}
	free(t->feature);
	free(t->geometry);
	free(t->box);
	*t = (struct mm_table){0};
}

bool mm_table_null(const struct mm_table *t, int row, const char *field)
{
	return !OGR_F_IsFieldSetAndNotNull(t->feature[row], OGR_F_GetFieldIndex(t->feature[row], field));
}

const char *mm_table_text(const struct mm_table *t, int row, const char *field)
{
	return mm_table_null(t, row, field)
		   ? ""
		   : OGR_F_GetFieldAsString(t->feature[row], OGR_F_GetFieldIndex(t->feature[row], field));
}

double mm_table_real(const struct mm_table *t, int row, const char *field)
{
	return mm_table_null(t, row, field)
		   ? 0
		   : OGR_F_GetFieldAsDouble(t->feature[row], OGR_F_GetFieldIndex(t->feature[row], field));
}

/* The plain layers: how many features, and how many of each class; valid geometry everywhere. */
static void count_layer(const struct mm_check *check, const char *layer, const char *file, const char *option,
			const char *field, const char *prefix)
{
	struct mm_table t = mm_table_read(check, file, option, false);

	mm_expect_add(check->found, layer, "features", t.n);
	for (int i = 0; i < t.n; i++) {
		if (field)
			mm_expect_class(check->found, layer, prefix, mm_table_text(&t, i, field));
		mm_expect_add(check->found, layer, "bad_geometry",
			      !t.geometry[i] || !OGR_G_IsValid(t.geometry[i]));
	}
	mm_table_free(&t);
}

void mm_check_files(const char *dir, struct mm_expect *found)
{
	static const char *const plain[][5] = {
	    {"boundaries", "boundaries.gpkg", NULL, NULL, NULL},
	    {"districts", "districts.gpkg", NULL, NULL, NULL},
	    {"quarters", "quarters.gpkg", NULL, NULL, NULL},
	    {"water", "water.gpkg", NULL, "kind", "kind"},
	    {"waterways", "waterways.gpkg", NULL, "kind", "kind"},
	    {"landuse", "landuse.gpkg", NULL, "kind", "kind"},
	    {"green", "green.gpkg", NULL, "kind", "kind"},
	    {"streets", "streets.tab", NULL, "class", "class"},
	    {"railways", "railways.gpkg", NULL, NULL, NULL},
	    {"bridges", "bridges.gpkg", NULL, NULL, NULL},
	    {"buildings", "buildings.shp", "ENCODING=CP1251", "PURPOSE", "purpose"},
	    {"schools", "schools.gpkg", NULL, "kind", "kind"},
	    {"social_parcels", "social_parcels.gpkg", NULL, NULL, NULL},
	    {"social", "social.gpkg", NULL, "kind", "kind"},
	    {"crossings", "crossings.geojson", NULL, "kind", "kind"},
	    {"stops", "stops.gpkg", NULL, NULL, NULL},
	    {"manholes", "manholes.shp", NULL, "NETWORK", "network"},
	    {"gas", "gas.gpkg", NULL, NULL, NULL},
	    {"footprints", "footprints.gpkg", NULL, NULL, NULL},
	    {"playgrounds", "playgrounds.gpkg", NULL, NULL, NULL},
	    {"waste_sites", "waste_sites.gpkg", NULL, "kind", "kind"},
	    {"sensors", "sensors.geojson", NULL, "kind", "kind"},
	    {"cameras", "cameras.gpkg", NULL, "kind", "kind"},
	    {"permits", "permits.gpkg", NULL, "kind", "kind"},
	};
	struct mm_check check = {dir, found};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		count_layer(&check, plain[i][0], plain[i][1], plain[i][2], plain[i][3], plain[i][4]);
	mm_check_town(&check);
	mm_check_plants(&check);
}
