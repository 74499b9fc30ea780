#include "feed/drivers.h"

#include "base/file.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

const struct mm_driver mm_drivers[] = {
    {.name = "ESRI Shapefile", .is_many_files = true},
    {.name = "MapInfo File", .is_many_files = true},
    {.name = "GeoJSON", .opens_once = true},
    {.name = "GeoJSONSeq"},
    {.name = "TopoJSON"},
    {.name = "ESRIJSON"},
    {.name = "GPKG", .is_sqlite = true, .opens_once = true},
    {.name = "SQLite", .is_sqlite = true, .opens_once = true},
    {.name = "FlatGeobuf", .opens_once = true},
    {.name = "CSV"},
    {.name = "LIBKML"},
    {.name = "KML"},
    {.name = "GML"},
    {.name = "GPX"},
    {.name = "DXF"},
    {.name = "XLSX"},
    {.name = "ODS"},
    {.name = "SXF"},
    {.name = "OSM"},
    {.name = "S57"},
    {.name = "OpenFileGDB", .is_folder = true, .is_many_files = true},
    {.name = "PostgreSQL", .needs_network = true},
    {.name = "OGR_VRT", .only_by_name = true},
};
const size_t mm_driver_count = sizeof(mm_drivers) / sizeof(mm_drivers[0]);

const char mm_driver_extensions[] = "shp, dbf, tab, mif, gpkg, geojson, json, geojsonl, topojson, fgb, csv, "
				    "tsv, kml, kmz, gml, xml, gpx, dxf, xlsx, "
				    "ods, sxf, sqlite, osm, pbf, 000, gdb";

static const struct {
	const char *word, *name;
} aliases[] = {
    {"VRT", "OGR_VRT"},          {"Shapefile", "ESRI Shapefile"}, {"SHP", "ESRI Shapefile"},
    {"MapInfo", "MapInfo File"}, {"GeoPackage", "GPKG"},          {"PostGIS", "PostgreSQL"},
    {"FileGDB", "OpenFileGDB"},
};

static const struct {
	const char *extension;
	const char *name[MM_DRIVER_CANDIDATES];
} extensions[] = {
    {"shp", {"ESRI Shapefile"}},
    {"dbf", {"ESRI Shapefile"}},
    {"tab", {"MapInfo File"}},
    {"mif", {"MapInfo File"}},
    {"mid", {"MapInfo File"}},
    {"geojson", {"GeoJSON"}},
    {"json", {"GeoJSON", "TopoJSON", "ESRIJSON"}},
    {"geojsonl", {"GeoJSONSeq"}},
    {"geojsons", {"GeoJSONSeq"}},
    {"ndjson", {"GeoJSONSeq"}},
    {"topojson", {"TopoJSON"}},
    {"gpkg", {"GPKG"}},
    {"sqlite", {"SQLite"}},
    {"db", {"SQLite"}},
    {"fgb", {"FlatGeobuf"}},
    {"csv", {"CSV"}},
    {"tsv", {"CSV"}},
    {"kml", {"LIBKML", "KML"}},
    {"kmz", {"LIBKML"}},
    {"gml", {"GML"}},
    {"xml", {"GML"}},
    {"gpx", {"GPX"}},
    {"dxf", {"DXF"}},
    {"xlsx", {"XLSX"}},
    {"ods", {"ODS"}},
    {"sxf", {"SXF"}},
    {"osm", {"OSM"}},
    {"pbf", {"OSM"}},
    {"000", {"S57"}},
    {"gdb", {"OpenFileGDB"}},
};

const struct mm_driver *mm_driver_find(const char *name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(name, aliases[i].word) == 0)
			name = aliases[i].name;
	for (size_t i = 0; i < mm_driver_count; i++)
		if (strcasecmp(name, mm_drivers[i].name) == 0)
			return &mm_drivers[i];
	return NULL;
}

size_t mm_driver_by_path(const char *path, const struct mm_driver *ret[MM_DRIVER_CANDIDATES])
{
	const char *dot = strrchr(mm_file_base_name(path), '.');
	size_t n = 0;

	if (!dot)
		return 0;
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		if (strcasecmp(dot + 1, extensions[i].extension) != 0)
			continue;
		while (n < MM_DRIVER_CANDIDATES && extensions[i].name[n]) {
			ret[n] = mm_driver_find(extensions[i].name[n]);
			n++;
		}
	}
	return n;
}

const struct mm_driver *mm_driver_by_connection(const char *connection)
{
	if (mm_text_starts(connection, "PG:") || mm_text_starts(connection, "postgresql://"))
		return mm_driver_find("PostgreSQL");
	return NULL;
}

/* ---- rasters ---- */

const char mm_raster_extensions[] = "tif, tiff, jpg, jpeg, png, webp, bmp, jp2, img, asc";

static const struct {
	const char *extension;
	struct mm_driver driver;
} rasters[] = {
    {"tif", {.name = "GTiff"}},   {"tiff", {.name = "GTiff"}},      {"jpg", {.name = "JPEG"}},
    {"jpeg", {.name = "JPEG"}},   {"png", {.name = "PNG"}},         {"webp", {.name = "WEBP"}},
    {"bmp", {.name = "BMP"}},     {"jp2", {.name = "JP2OpenJPEG"}}, {"img", {.name = "HFA"}},
    {"asc", {.name = "AAIGrid"}},
};

const struct mm_driver *mm_raster_driver_by_path(const char *path)
{
	const char *dot = strrchr(mm_file_base_name(path), '.');

	for (size_t i = 0; dot && i < sizeof(rasters) / sizeof(rasters[0]); i++)
		if (strcasecmp(dot + 1, rasters[i].extension) == 0)
			return &rasters[i].driver;
	return NULL;
}

bool mm_raster_driver_is_listed(const char *name)
{
	for (size_t i = 0; i < sizeof(rasters) / sizeof(rasters[0]); i++)
		if (strcmp(rasters[i].driver.name, name) == 0)
			return true;
	return false;
}
