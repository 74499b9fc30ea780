#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include <stdio.h>
#include <stdlib.h>

/*
 * Makes about a million features for the benchmarks: a layer of points, lines or polygons repeated
 * COLUMNS x ROWS times, each copy shifted by an extent (lon/lat degrees), as FlatGeobuf.
 *
 *     million SOURCE OUT.fgb [COLUMNS ROWS [STEP]]      default 8 x 7
 *
 * STEP  the source whose extent is the shift, default SOURCE; the same for layers that belong together
 */

/* Moves a geometry of any kind. */
static void shift(OGRGeometryH g, double dx, double dy)
{
	for (int i = 0; i < OGR_G_GetGeometryCount(g); i++)
		shift(OGR_G_GetGeometryRef(g, i), dx, dy);
	if (OGR_G_GetGeometryCount(g) == 0)
		for (int i = 0; i < OGR_G_GetPointCount(g); i++)
			OGR_G_SetPoint_2D(g, i, OGR_G_GetX(g, i) + dx, OGR_G_GetY(g, i) + dy);
}

static int copy_shifted(OGRLayerH from, OGRLayerH to, double dx, double dy, long long *id)
{
	OGRFeatureDefnH defn = OGR_L_GetLayerDefn(to);
	OGRFeatureH f;

	OGR_L_ResetReading(from);
	while ((f = OGR_L_GetNextFeature(from)) != NULL) {
		OGRFeatureH copy = OGR_F_Create(defn);
		OGRGeometryH g = OGR_F_GetGeometryRef(f);
		OGRErr bad;

		(void)OGR_F_SetFrom(copy, f, 1);
		OGR_F_SetFieldInteger64(copy, OGR_F_GetFieldIndex(copy, "uid"), ++*id);
		if (g) {
			OGRGeometryH moved = OGR_G_Clone(g);

			shift(moved, dx, dy);
			(void)OGR_F_SetGeometryDirectly(copy, moved);
		}
		bad = OGR_L_CreateFeature(to, copy);
		OGR_F_Destroy(copy);
		OGR_F_Destroy(f);
		if (bad != OGRERR_NONE)
			return 1;
	}
	return 0;
}

static int read_extent(const char *path, OGREnvelope *ret)
{
	GDALDatasetH d = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	OGRErr bad = d ? OGR_L_GetExtent(GDALDatasetGetLayer(d, 0), ret, 1) : OGRERR_FAILURE;

	if (d)
		GDALClose(d);
	return bad != OGRERR_NONE;
}

int main(int argc, char **argv)
{
	int columns = argc > 3 ? atoi(argv[3]) : 8, rows = argc > 4 ? atoi(argv[4]) : 7, bad = 0;
	char **options = NULL;
	GDALDatasetH in, out;
	OGRLayerH from, to;
	OGREnvelope box;
	OGRFieldDefnH uid;
	long long id = 0;

	if (argc < 3) {
		(void)fprintf(stderr, "million SOURCE OUT.fgb [COLUMNS ROWS [STEP]]\n");
		return 2;
	}
	GDALAllRegister();
	in = GDALOpenEx(argv[1], GDAL_OF_VECTOR, NULL, NULL, NULL);
	out = GDALCreate(GDALGetDriverByName("FlatGeobuf"), argv[2], 0, 0, 0, GDT_Unknown, NULL);
	if (!in || !out || read_extent(argv[argc > 5 ? 5 : 1], &box))
		return 1;
	from = GDALDatasetGetLayer(in, 0);
	options = CSLSetNameValue(options, "SPATIAL_INDEX", "NO");
	to = GDALDatasetCreateLayer(out, "million", OGR_L_GetSpatialRef(from), OGR_L_GetGeomType(from),
				    options);
	uid = OGR_Fld_Create("uid", OFTInteger64);
	(void)OGR_L_CreateField(to, uid, 1);
	for (int i = 0; i < OGR_FD_GetFieldCount(OGR_L_GetLayerDefn(from)); i++)
		(void)OGR_L_CreateField(to, OGR_FD_GetFieldDefn(OGR_L_GetLayerDefn(from), i), 1);
	for (int c = 0; c < columns; c++)
		for (int r = 0; r < rows; r++)
			bad |=
			    copy_shifted(from, to, c * (box.MaxX - box.MinX), r * (box.MaxY - box.MinY), &id);
	OGR_Fld_Destroy(uid);
	CSLDestroy(options);
	GDALClose(out);
	GDALClose(in);
	(void)printf("%lld features\n", id);
	return bad;
}
