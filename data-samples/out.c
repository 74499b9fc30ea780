#include "out.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORIGIN_E 1292000.0
#define ORIGIN_N 390000.0
#define SHIFT    "+towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m +no_defs"
#define MSK48_1                                                                                              \
	"+proj=tmerc +lat_0=0 +lon_0=38.48333333333 +k=1 +x_0=1250000 +y_0=-5412900.566 +ellps=krass " SHIFT
#define GK7 "+proj=tmerc +lat_0=0 +lon_0=39 +k=1 +x_0=7500000 +y_0=0 +ellps=krass " SHIFT

struct mm_out {
	char file[48];
	GDALDatasetH dataset;
	OGRLayerH layer;
	OGRFeatureH feature;
	OGRCoordinateTransformationH to_file; /* NULL: the file is in МСК */
	OGRSpatialReferenceH crs;
	long features;
};

static void die(const char *what, const char *file)
{
	fprintf(stderr, "make-town: %s: %s: %s\n", file, what, CPLGetLastErrorMsg());
	exit(1);
}

void mm_out_init(void)
{
	CPLSetConfigOption("OGR_CURRENT_DATE", "2026-06-15T09:00:00.000Z"); /* GPKG's last_change */
	CPLSetConfigOption("PROJ_NETWORK", "OFF");
	CPLSetConfigOption("GDAL_HTTP_MAX_RETRY", "0");
	CPLSetConfigOption("OGR_SQLITE_SYNCHRONOUS", "OFF");
	CPLSetConfigOption("SHAPE_REWIND_ON_WRITE", "YES");
	OSRSetPROJEnableNetwork(0);
	GDALAllRegister();
}

static OGRSpatialReferenceH crs_of(enum mm_out_crs crs)
{
	static const char *const text[] = {"EPSG:4326", MSK48_1, GK7};
	OGRSpatialReferenceH ref = OSRNewSpatialReference(NULL);

	if (OSRSetFromUserInput(ref, text[crs]) != OGRERR_NONE)
		die("CRS", text[crs]);
	OSRSetAxisMappingStrategy(ref, OAMS_TRADITIONAL_GIS_ORDER);
	return ref;
}

OGRSpatialReferenceH mm_out_msk(void)
{
	return crs_of(MM_CRS_MSK);
}

static void add_fields(struct mm_out *out, const struct mm_out_field *field)
{
	for (; field && field->name; field++) {
		static const char letters[] = "tilrdzb";
		static const OGRFieldType types[] = {OFTString, OFTInteger,  OFTInteger64, OFTReal,
						     OFTDate,   OFTDateTime, OFTInteger};
		OGRFieldDefnH def =
		    OGR_Fld_Create(field->name, types[strchr(letters, field->type) - letters]);

		OGR_Fld_SetWidth(def, field->width);
		OGR_Fld_SetPrecision(def, field->precision);
		if (field->type == 'b')
			OGR_Fld_SetSubType(def, OFSTBoolean);
		if (OGR_L_CreateField(out->layer, def, 1) != OGRERR_NONE)
			die(field->name, out->file);
		OGR_Fld_Destroy(def);
	}
}

/*
 * The CRS as the file shall name it. EPSG:28407 goes by its code; its numbers come from the same datum shift.
 * MapInfo's writer takes datum 1001 only from this very name, else it invents a 9999 whose scale has the
 * wrong sign (GDAL 3.6.2).
 */
static OGRSpatialReferenceH name_crs(const struct mm_out *out, const struct mm_out_spec *spec)
{
	static const char pulkovo[] =
	    "PROJCS[\"MSK-48 zone 1\",GEOGCS[\"Pulkovo 1942\",DATUM[\"Pulkovo_1942\",SPHEROID[\"Krassowsky "
	    "1940\","
	    "6378245,298.3],TOWGS84[23.57,-140.95,-79.8,0,0.35,0.79,-0.22]],PRIMEM[\"Greenwich\",0],UNIT["
	    "\"degree\","
	    "0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",0],"
	    "PARAMETER[\"central_meridian\",38.48333333333],PARAMETER[\"scale_factor\",1],"
	    "PARAMETER[\"false_easting\",1250000],PARAMETER[\"false_northing\",-5412900.566],UNIT[\"metre\","
	    "1]]";
	OGRSpatialReferenceH named = OSRClone(out->crs);
	const char *text = NULL;

	if (spec->crs == MM_CRS_GK7)
		text = "EPSG:28407";
	else if (spec->crs == MM_CRS_MSK && !strcmp(spec->driver, "MapInfo File"))
		text = pulkovo;
	if (text && OSRSetFromUserInput(named, text) != OGRERR_NONE)
		die("CRS", text);
	return named;
}

struct mm_out *mm_out_open(const char *dir, const struct mm_out_spec *spec)
{
	struct mm_out *out = calloc(1, sizeof(*out));
	char path[4096];
	OGRSpatialReferenceH local = crs_of(MM_CRS_MSK), named;

	if (!out)
		abort();
	(void)snprintf(out->file, sizeof(out->file), "%s", spec->file);
	(void)snprintf(path, sizeof(path), "%s/%s", dir, spec->file);
	out->crs = crs_of(spec->crs);
	if (spec->crs != MM_CRS_MSK)
		out->to_file = OCTNewCoordinateTransformation(local, out->crs);
	OSRDestroySpatialReference(local);
	out->dataset = GDALCreate(GDALGetDriverByName(spec->driver), path, 0, 0, 0, GDT_Unknown,
				  (CSLConstList)spec->dataset_option);
	if (!out->dataset)
		die("cannot create", spec->file);
	named = name_crs(out, spec);
	OSRSetAxisMappingStrategy(named, OAMS_TRADITIONAL_GIS_ORDER);
	out->layer = GDALDatasetCreateLayer(out->dataset, spec->layer, named, spec->geometry,
					    (CSLConstList)spec->option);
	OSRDestroySpatialReference(named);
	if (!out->layer)
		die("cannot create layer", spec->file);
	add_fields(out, spec->field);
	(void)GDALDatasetStartTransaction(out->dataset, 0);
	CPLErrorReset();
	return out;
}

void mm_out_close(struct mm_out *out, struct mm_out_list *list)
{
	if (GDALDatasetTestCapability(out->dataset, ODsCTransactions) &&
	    GDALDatasetCommitTransaction(out->dataset) != OGRERR_NONE)
		die("cannot commit", out->file);
	GDALClose(out->dataset);
	if (out->to_file)
		OCTDestroyCoordinateTransformation(out->to_file);
	OSRDestroySpatialReference(out->crs);
	(void)snprintf(list->item[list->n].file, sizeof(list->item[0].file), "%s", out->file);
	list->item[list->n++].features = out->features;
	free(out);
}

void mm_out_begin(struct mm_out *out)
{
	out->feature = OGR_F_Create(OGR_L_GetLayerDefn(out->layer));
}

void mm_out_end(struct mm_out *out)
{
	if (OGR_L_CreateFeature(out->layer, out->feature) != OGRERR_NONE)
		die("cannot write a feature", out->file);
	OGR_F_Destroy(out->feature);
	out->feature = NULL;
	out->features++;
}

static int field_of(struct mm_out *out, const char *name)
{
	int i = OGR_F_GetFieldIndex(out->feature, name);

	if (i < 0)
		die(name, out->file);
	return i;
}

void mm_out_text(struct mm_out *out, const char *field, const char *value)
{
	OGR_F_SetFieldString(out->feature, field_of(out, field), value);
}

void mm_out_format(struct mm_out *out, const char *field, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	mm_out_text(out, field, text);
}

void mm_out_int(struct mm_out *out, const char *field, long long value)
{
	OGR_F_SetFieldInteger64(out->feature, field_of(out, field), value);
}

void mm_out_real(struct mm_out *out, const char *field, double value)
{
	OGR_F_SetFieldDouble(out->feature, field_of(out, field), value);
}

/* Civil date of a day number since 1970-01-01 (Howard Hinnant, chrono-compatible date algorithms). */
static void civil(long days, int *ret_y, int *ret_m, int *ret_d)
{
	long z = days + 719468, era = z / 146097, doe = z - era * 146097;
	long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
	     doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	long mp = (5 * doy + 2) / 153;

	*ret_d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_y = (int)(yoe + era * 400 + (*ret_m <= 2));
}

#define T0_MINUTES (20619L * 1440 + 9 * 60) /* 2026-06-15T09:00Z since 1970 */

void mm_out_time(struct mm_out *out, const char *field, double days_from_t0)
{
	long minutes = T0_MINUTES + lround(days_from_t0 * 1440);
	int i = field_of(out, field), y, m, d, clock = (int)(minutes % 1440);
	OGRFieldType type = OGR_Fld_GetType(OGR_F_GetFieldDefnRef(out->feature, i));

	civil(minutes / 1440, &y, &m, &d);
	if (type == OFTDateTime)
		OGR_F_SetFieldDateTime(out->feature, i, y, m, d, clock / 60, clock % 60, 0,
				       100); /* 100 = UTC */
	else
		OGR_F_SetFieldDateTime(out->feature, i, y, m, d, 0, 0, 0, 0);
}

void mm_day_text(double days_from_t0, char ret[24])
{
	int y, m, d;

	civil((T0_MINUTES + lround(days_from_t0 * 1440)) / 1440, &y, &m, &d);
	(void)snprintf(ret, 24, "%02d.%02d.%04d", d, m, y);
}

OGRGeometryH mm_ogr_line(const struct mm_path *path)
{
	OGRGeometryH line = OGR_G_CreateGeometry(wkbLineString);

	for (int i = 0; i < path->n; i++)
		OGR_G_AddPoint_2D(line, path->p[i].x, path->p[i].y);
	return line;
}

OGRGeometryH mm_ogr_polygon(const struct mm_path *path)
{
	OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon), ring = OGR_G_CreateGeometry(wkbLinearRing);

	for (int i = 0; i <= path->n; i++)
		OGR_G_AddPoint_2D(ring, path->p[i % path->n].x, path->p[i % path->n].y);
	OGR_G_AddGeometryDirectly(polygon, ring);
	return polygon;
}

/* Local metres to whole centimetres of МСК. */
static void to_msk(OGRGeometryH g)
{
	for (int i = 0; i < OGR_G_GetGeometryCount(g); i++)
		to_msk(OGR_G_GetGeometryRef(g, i));
	if (OGR_G_GetGeometryCount(g) == 0)
		for (int i = 0; i < OGR_G_GetPointCount(g); i++)
			OGR_G_SetPoint_2D(g, i, round((OGR_G_GetX(g, i) + ORIGIN_E) * 100) / 100,
					  round((OGR_G_GetY(g, i) + ORIGIN_N) * 100) / 100);
}

void mm_out_raw(struct mm_out *out, OGRGeometryH taken)
{
	if (OGR_F_SetGeometryDirectly(out->feature, taken) != OGRERR_NONE)
		die("geometry", out->file);
}

void mm_out_shape(struct mm_out *out, OGRGeometryH taken)
{
	to_msk(taken);
	if (out->to_file && OGR_G_Transform(taken, out->to_file) != OGRERR_NONE)
		die("cannot transform", out->file);
	mm_out_raw(out, taken);
}

void mm_out_point(struct mm_out *out, struct mm_pt p)
{
	OGRGeometryH g = OGR_G_CreateGeometry(wkbPoint);

	OGR_G_SetPoint_2D(g, 0, p.x, p.y);
	mm_out_shape(out, g);
}

void mm_out_line(struct mm_out *out, const struct mm_path *path)
{
	mm_out_shape(out, mm_ogr_line(path));
}

void mm_out_ring(struct mm_out *out, const struct mm_path *ring)
{
	mm_out_shape(out, mm_ogr_polygon(ring));
}

void mm_out_rect(struct mm_out *out, const struct mm_rect *rect)
{
	struct mm_path ring = {0};
	struct mm_pt c[4];

	mm_rect_corners(rect, c);
	for (int i = 0; i < 4; i++)
		mm_path_add(&ring, c[i]);
	mm_out_ring(out, &ring);
	mm_path_free(&ring);
}
