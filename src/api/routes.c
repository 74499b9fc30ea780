#include "api/api.h"
#include "api/features/exports.h"
#include "api/maps/picture.h"
#include "api/prints/prints.h"
#include "api/wfs/wfs.h"

#define GET   (1u << MM_GET)
#define WRITE (1u << MM_PUT | 1u << MM_PATCH | 1u << MM_DELETE)

const struct mm_route mm_api_routes[] = {
    {"/", GET, "landing", mm_api_landing},
    {"/conformance", GET, "conformance", mm_api_conformance},
    {"/api", GET, "api", mm_api_openapi},
    {"/functions", GET, "functions", mm_api_functions},
    {"/collections", GET, "collections", mm_api_collections},
    {"/collections/{id}", GET, "collection", mm_api_collection},
    {"/collections/{id}/schema", GET, "schema", mm_api_schema},
    {"/collections/{id}/queryables", GET, "queryables", mm_api_queryables},
    {"/collections/{id}/sortables", GET, "sortables", mm_api_sortables},
    {"/collections/{id}/items", GET, "items", mm_api_items},
    {"/collections/{id}/items/{feature*}", GET, "item", mm_api_item},
    {"/collections/{id}/aggregate", GET, "aggregate", mm_api_aggregate},
    {"/collections/{id}/search", MM_POST_ASKS, "items", mm_api_items_search},
    {"/collections/{id}/items", 1u << MM_POST, "edit", mm_api_edit_items},
    {"/collections/{id}/items/{feature*}", WRITE, "edit", mm_api_edit_item},
    {"/tiles/{layers}.json", GET, "tilejson", mm_api_tilejson},
    {"/tiles/{layers}/{z}/{x}/{y}.mvt", GET, "tile", mm_api_tile},
    {"/tiles/{layers}/{z}/{x}/{y}.mlt", GET, "tile", mm_api_tile},
    {"/tiles/{tms}/{tileMatrix}/{tileRow}/{tileCol}", GET, "gridtile", mm_api_grid_tile}, /* or layers, XYZ */
    {"/tiles", GET, "tilesets", mm_api_tilesets},
    {"/tiles/{tms}", GET, "tileset", mm_api_tilesets},
    {"/collections/{id}/tiles", GET, "tilesets", mm_api_tilesets},
    {"/collections/{id}/tiles/{tms}", GET, "tileset", mm_api_tilesets},
    {"/collections/{id}/tiles/{tms}/{tileMatrix}/{tileRow}/{tileCol}", GET, "gridtile", mm_api_grid_tile},
    {"/tileMatrixSets", GET, "tilematrixsets", mm_api_tile_matrix_sets},
    {"/tileMatrixSets/{tms}", GET, "tilematrixset", mm_api_tile_matrix_set},
    {"/crs", GET, "crslist", mm_api_crs_list},
    {"/crs/{id}", GET, "crs", mm_api_crs},
    {"/search", GET, "search", mm_api_search},
    {"/analysis/measure", GET | MM_POST_ASKS, "measure", mm_api_measure},
    {"/analysis/inside", GET | MM_POST_ASKS, "inside", mm_api_inside},
    {"/map.json", GET, "map", mm_api_map},
    {"/map", GET, "picture", mm_api_picture},
    {"/collections/{id}/map", GET, "picture", mm_api_picture},
    {"/collections/{id}/map/tiles/{tms}/{tileMatrix}/{tileRow}/{tileCol}", GET, "maptile",
     mm_api_raster_tile},
    {"/styles", GET, "styles", mm_api_styles},
    {"/styles/{id}", GET, "style", mm_api_style},
    {"/fonts/{stack}/{range}", GET, "glyphs", mm_api_glyphs},
    {"/sprites/{id}", GET, "sprite", mm_api_sprite},
    {"/viewer/{file}", GET, "asset", mm_api_asset},
    {"/viewer/{folder}/{file}", GET, "asset", mm_api_asset},
    {"/wms", GET, "wms", mm_api_wms},
    {"/wfs", GET | 1u << MM_POST, "wfs", mm_api_wfs},
    {"/print", MM_POST_ASKS, "print", mm_api_print},
    {"/print/frame", MM_POST_ASKS, "printframe", mm_api_print_frame},
    {"/print/templates", GET, "printtemplates", mm_api_print_templates},
    {"/print/templates/{id}", GET, "printtemplate", mm_api_print_template},
    {"/print/schema", GET, "printschema", mm_api_print_schema},
    {"/print/jobs/{id}", GET | 1u << MM_DELETE, "printjob", mm_api_print_job},
    {"/print/jobs/{id}/events", GET, "printevents", mm_api_print_events},
    {"/print/jobs/{id}/result", GET, "printresult", mm_api_print_result},
    {"/events", GET, "events", mm_api_events},
    {"/healthz", GET, "healthz", mm_api_healthz},
    {"/readyz", GET, "readyz", mm_api_readyz},
    {"/metrics", GET, "metrics", mm_api_metrics},
    {"/status", GET, "status", mm_api_status},
};

/* True for a request that has features looked for, and not only a page of them. */
static bool has_search(const struct mm_request *r)
{
	static const char *const name[] = {"filter", "q", "sortby", "bbox", "datetime"};
	bool found = false;

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]) && !found; i++)
		found = mm_request_param(r, name[i]) != NULL;
	return found;
}

enum mm_pace mm_api_pace(const struct mm_route *route, const struct mm_request *r)
{
	mm_handler_fn *const h = route->handle;

	if (h == mm_api_print)
		return mm_print_is_job(r) ? MM_PACE_QUERY : MM_PACE_LONG;
	if (h == mm_api_edit_items || h == mm_api_edit_item || (h == mm_api_wfs && mm_wfs_is_edit(r)))
		return MM_PACE_EDIT;
	if (((h == mm_api_items || h == mm_api_items_search) && mm_export_is_asked(r)) ||
	    (h == mm_api_wfs && mm_wfs_is_slow(r)))
		return MM_PACE_SLOW;
	if ((h == mm_api_picture || h == mm_api_wms) && mm_picture_is_large(r))
		return MM_PACE_LONG;
	if (h == mm_api_items_search || h == mm_api_aggregate || h == mm_api_wfs || h == mm_api_inside ||
	    h == mm_api_measure || h == mm_api_search || h == mm_api_picture || h == mm_api_wms ||
	    h == mm_api_raster_tile || h == mm_api_print_frame)
		return MM_PACE_QUERY;
	return (h == mm_api_items || h == mm_api_tile || h == mm_api_grid_tile || h == mm_api_tilejson) &&
		       has_search(r)
		   ? MM_PACE_QUERY
		   : MM_PACE_QUICK;
}

const size_t mm_api_route_count = sizeof(mm_api_routes) / sizeof(mm_api_routes[0]);
