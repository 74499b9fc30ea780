#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include <stdio.h>
#include <stdlib.h>

/*
 * Makes about a million building outlines for the load benchmark: a polygon layer repeated COLUMNS x ROWS
 * times, each copy shifted by the layer's extent (lon/lat degrees), as FlatGeobuf.
 *
 *     million SOURCE OUT.fgb [COLUMNS ROWS]      default 8 x 7
 */

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

			for (int r = 0; r < OGR_G_GetGeometryCount(moved); r++) {
				OGRGeometryH ring = OGR_G_GetGeometryRef(moved, r);

				for (int i = 0; i < OGR_G_GetPointCount(ring); i++)
					OGR_G_SetPoint_2D(ring, i, OGR_G_GetX(ring, i) + dx,
							  OGR_G_GetY(ring, i) + dy);
			}
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
		(void)fprintf(stderr, "million SOURCE OUT.fgb [COLUMNS ROWS]\n");
		return 2;
	}
	GDALAllRegister();
	in = GDALOpenEx(argv[1], GDAL_OF_VECTOR, NULL, NULL, NULL);
	out = GDALCreate(GDALGetDriverByName("FlatGeobuf"), argv[2], 0, 0, 0, GDT_Unknown, NULL);
	if (!in || !out)
		return 1;
	from = GDALDatasetGetLayer(in, 0);
	if (OGR_L_GetExtent(from, &box, 1) != OGRERR_NONE)
		return 1;
	options = CSLSetNameValue(options, "SPATIAL_INDEX", "NO");
	to = GDALDatasetCreateLayer(out, "million", OGR_L_GetSpatialRef(from), wkbPolygon, options);
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
