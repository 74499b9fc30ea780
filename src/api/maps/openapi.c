#include "api/maps/maps.h"

#include <string.h>

/* The paths in the API definition (OpenAPI 3.0). */

/* clang-format off */
#define TEXT "{\"type\":\"string\"}"
#define NUMBER "{\"type\":\"number\"}"
#define PARAM(name, in, required, description, schema) \
	"{\"name\":\"" name "\",\"in\":\"" in "\",\"required\":" required ",\"description\":\"" description "\",\"schema\":" schema "}"
#define QUERY(name, description, schema) PARAM(name, "query", "false", description, schema)
#define PARAMS \
	QUERY("f", "png, jpg, svg or pdf", TEXT) "," QUERY("bbox", "Window, in bbox-crs", TEXT) "," \
	QUERY("bbox-crs", "Its system; CRS84 without it", TEXT) "," QUERY("crs", "System of the picture; EPSG:3857 without it", TEXT) "," \
	QUERY("width", "Pixels, at most 4096", NUMBER) "," QUERY("height", "Pixels, at most 4096", NUMBER) "," \
	QUERY("center", "Middle, with scale-denominator", TEXT) "," QUERY("center-crs", "Its system", TEXT) "," \
	QUERY("scale-denominator", "2000 is 1:2000", NUMBER) "," QUERY("mm-per-pixel", "0.28 without it", NUMBER) "," \
	QUERY("style", "A style of /styles", TEXT) "," QUERY("transparent", "true: no ground", TEXT) "," \
	QUERY("bgcolor", "0xRRGGBB", TEXT)
#define ANSWERS \
	"\"responses\":{\"200\":{\"description\":\"The picture\",\"content\":{\"image/png\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}," \
	"\"image/jpeg\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}},\"image/svg+xml\":{\"schema\":" TEXT "}," \
	"\"application/pdf\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}}}," \
	"\"400\":{\"description\":\"A parameter is not right\"},\"404\":{\"description\":\"There is no such collection\"}}"

static const struct {
	const char *path, *text;
} paths[] = {
	{"/map", "{\"get\":{\"operationId\":\"map\",\"summary\":\"The map as a picture (OGC API - Maps)\",\"parameters\":[" PARAMS ","
	  QUERY("collections", "Only these, joined by commas", TEXT) "]," ANSWERS "}}"},
	{"/collections/{collectionId}/map", "{\"get\":{\"operationId\":\"collection.map\",\"summary\":\"One collection as a picture\",\"parameters\":["
	  PARAM("collectionId", "path", "true", "Id of the collection", TEXT) "," PARAMS ","
	  QUERY("filter", "CQL2: only features for which it holds", TEXT) "," QUERY("datetime", "As of items", TEXT) "]," ANSWERS "}}"},
	{"/collections/{collectionId}/map/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
	  "{\"get\":{\"operationId\":\"collection.map.getTile\",\"summary\":\"A tile of a raster as a picture (OGC API - Tiles)\",\"parameters\":["
	  PARAM("collectionId", "path", "true", "Id of the raster", TEXT) ","
	  PARAM("tileMatrixSetId", "path", "true", "A grid of /tileMatrixSets", TEXT) ","
	  PARAM("tileMatrix", "path", "true", "Zoom, or the id of a matrix", TEXT) ","
	  PARAM("tileRow", "path", "true", "Row", TEXT) "," PARAM("tileCol", "path", "true", "Column", TEXT) ","
	  QUERY("f", "png or jpeg; without it what suits the tile", TEXT) "],"
	  "\"responses\":{\"200\":{\"description\":\"The tile\",\"content\":{\"image/png\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}},"
	  "\"image/jpeg\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}}},"
	  "\"400\":{\"description\":\"A parameter is not right\"},\"404\":{\"description\":\"There is no such raster or tile\"}}}}"},
	{"/wms", "{\"get\":{\"operationId\":\"wms\",\"summary\":\"Web Map Service 1.3.0 and 1.1.1\",\"parameters\":["
	  PARAM("REQUEST", "query", "true", "GetCapabilities, GetMap, GetFeatureInfo or GetLegendGraphic", TEXT) ","
	  QUERY("VERSION", "1.3.0 or 1.1.1", TEXT) ","
	  QUERY("TIME", "Of GetMap and GetFeatureInfo: an ISO 8601 moment, or begin/end; of layers that have a time", TEXT) ","
	  QUERY("CQL_FILTER", "Likewise: CQL2, one for all LAYERS or one for each, joined by semicolons", TEXT) ","
	  QUERY("FILTER", "Likewise: OGC Filter Encoding, (<Filter/>)(<Filter/>)", TEXT) "],\"responses\":{\"200\":{\"description\":\"What was asked for\"},"
	  "\"400\":{\"description\":\"A ServiceExceptionReport\"}}}}"},
};
/* clang-format on */

void mm_maps_put_openapi(struct mm_json *j)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		mm_json_raw(j, paths[i].path, paths[i].text, strlen(paths[i].text));
}
