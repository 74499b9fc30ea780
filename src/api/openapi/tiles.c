#include "api/openapi/write.h"

#include <string.h>

/* The paths of tiles. */

/* What a tile can be asked for with. */
static void put_conditions(struct mm_json *j)
{
	static const char *const conditions[] = {"properties", "filter",   "filter-lang", "filter-crs",
						 "bbox",       "bbox-crs", "datetime"};

	mm_openapi_put_refs(j, conditions, sizeof(conditions) / sizeof(conditions[0]));
}

static void put_encoding(struct mm_json *j)
{
	mm_openapi_open_param(j, NULL, "f", "query", "mvt or mlt, instead of Accept.");
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
}

static void put_explain(struct mm_json *j)
{
	mm_openapi_open_param(j, NULL, "explain", "query",
			      "1: JSON instead of the tile: what it took, and what became of every row whose "
			      "box meets it.");
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
}

void mm_openapi_put_tilesets(struct mm_json *j, const struct mm_request *r, const char *path, const char *id)
{
	static const char *const refs[] = {"f", "lang", "collections"};
	const char *tms = "Id of the tile matrix set, as in /tileMatrixSets";
	bool is_dataset = strcmp(path, "/tiles") == 0;
	size_t n = is_dataset ? 3 : 2;

	mm_openapi_open_get(j, path, mm_arena_printf(r->mem, "%s.getTileSetsList", id), "The tilesets");
	mm_openapi_put_refs(j, refs, n);
	mm_openapi_close_get(j, MM_TYPE_JSON_MEDIA, true);
	mm_openapi_open_get(j, mm_arena_printf(r->mem, "%s/{tileMatrixSetId}", path),
			    mm_arena_printf(r->mem, "%s.getTileSet", id), "One tileset");
	mm_openapi_put_path_arg(j, "tileMatrixSetId", tms);
	mm_openapi_put_refs(j, refs, n);
	mm_openapi_close_get(j, MM_TYPE_JSON_MEDIA, true);
	mm_openapi_open_get(
	    j, mm_arena_printf(r->mem, "%s/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", path),
	    mm_arena_printf(r->mem, "%s.getTile", id), "A vector tile; 204 when it is empty");
	mm_openapi_put_path_arg(j, "tileMatrixSetId", tms);
	mm_openapi_put_path_arg(j, "tileMatrix", "Id of the tile matrix");
	mm_openapi_put_path_arg(j, "tileRow", "Row, from the north");
	mm_openapi_put_path_arg(j, "tileCol", "Column, from the west");
	put_encoding(j);
	if (is_dataset)
		mm_openapi_put_refs(j, refs + 2, 1);
	put_conditions(j);
	put_explain(j);
	mm_openapi_close_get(j, "application/vnd.mapbox-vector-tile", true);
}

void mm_openapi_put_tile_matrix_sets(struct mm_json *j)
{
	static const char *const refs[] = {"f", "lang"};

	mm_openapi_put_plain(j, "/tileMatrixSets", "getTileMatrixSetsList", "The tile matrix sets",
			     MM_TYPE_JSON_MEDIA);
	mm_openapi_open_get(j, "/tileMatrixSets/{tileMatrixSetId}", "getTileMatrixSet",
			    "One tile matrix set");
	mm_openapi_put_path_arg(j, "tileMatrixSetId", "Id of the tile matrix set");
	mm_openapi_put_refs(j, refs, 2);
	mm_openapi_close_get(j, MM_TYPE_JSON_MEDIA, true);
}

static const char layer_ids[] =
    "Layer ids joined by commas; behind the id of a layer with polygons, _label: one "
    "point for the label of each feature";

static void put_tile_path(struct mm_json *j, const char *path, const char *id, const char *summary,
			  const char *media)
{
	static const char *const args[] = {"layers", "z", "x", "y"};

	mm_openapi_open_get(j, path, id, summary);
	for (size_t i = 0; i < 4; i++) {
		mm_openapi_open_param(j, NULL, args[i], "path", i ? "XYZ tile address" : layer_ids);
		mm_openapi_put_text(j);
		mm_json_close(j, '}');
	}
	if (!strchr(path, '.'))
		put_encoding(j);
	put_conditions(j);
	put_explain(j);
	mm_openapi_close_get(j, media, true);
}

void mm_openapi_put_tiles(struct mm_json *j)
{
	put_tile_path(j, "/tiles/{layers}/{z}/{x}/{y}.mvt", "tile",
		      "A vector tile of one or more layers, joined by commas",
		      "application/vnd.mapbox-vector-tile");
	put_tile_path(j, "/tiles/{layers}/{z}/{x}/{y}.mlt", "tile.mlt", "The same as a MapLibre Tile",
		      "application/vnd.maplibre-tile");
	put_tile_path(j, "/tiles/{layers}/{z}/{x}/{y}", "tile.accepted",
		      "The same in the form that is accepted", "application/vnd.mapbox-vector-tile");
	mm_openapi_open_get(j, "/tiles/{layers}.json", "tilejson", "TileJSON 3.0 of these layers");
	mm_openapi_open_param(j, NULL, "layers", "path", layer_ids);
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
	put_encoding(j);
	put_conditions(j); /* its template has them too */
	mm_openapi_close_get(j, MM_TYPE_JSON_MEDIA, true);
}
