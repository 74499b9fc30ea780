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

/* `media`: of the tile; the last is JSON, which explains it. */
static void put_content(struct mm_json *j, const char *const *media, size_t count)
{
	mm_json_open(j, "content", '{');
	for (size_t i = 0; i + 1 < count; i++)
		mm_openapi_put_media(j, media[i]);
	mm_json_open(j, media[count - 1], '{');
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "$ref", "#/components/schemas/tileExplained");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

static void put_bare(struct mm_json *j, const char *status, const char *what)
{
	mm_json_open(j, status, '{');
	mm_json_text(j, "description", what);
	mm_json_close(j, '}');
}

static void put_dropped(struct mm_json *j)
{
	mm_json_open(j, "headers", '{');
	mm_json_open(j, "X-Munimap-Dropped", '{');
	mm_json_text(j, "description", "How many features its budget left out");
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "integer");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

/* Ends the parameters of a tile's GET and its path: what is answered. `media`: of the tile; JSON is what
 * explains it. */
static void close_tile(struct mm_json *j, const char *const *media, size_t count)
{
	static const char *const failures[][2] = {
	    {"400", "A parameter is unknown or its value is not right"},
	    {"404", "There is no such layer, grid or tile"},
	    {"406", "The tile is in none of the forms that are accepted"},
	    {"503", "The tile took too long, or too many are being made: try again"}};

	mm_json_close(j, ']');
	mm_json_open(j, "responses", '{');
	mm_json_open(j, "200", '{');
	mm_json_text(j, "description", "The tile; with explain=1 JSON");
	put_dropped(j);
	put_content(j, media, count);
	mm_json_close(j, '}');
	put_bare(j, "204", "The tile is empty");
	put_bare(j, "304", "It is what If-None-Match names");
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		mm_openapi_put_response(j, failures[i][0], failures[i][1], "application/problem+json");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

static const char *const tile_media[] = {MM_TYPE_MVT_MEDIA, MM_TYPE_MLT_MEDIA, MM_TYPE_JSON_MEDIA};

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
	close_tile(j, tile_media, 3);
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

/* media: NULL: both forms */
static void put_tile_path(struct mm_json *j, const char *path, const char *id, const char *summary,
			  const char *media)
{
	static const char *const args[] = {"layers", "z", "x", "y"};
	const char *const one[] = {media, MM_TYPE_JSON_MEDIA};

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
	close_tile(j, media ? one : tile_media, media ? 2 : 3);
}

void mm_openapi_put_tiles(struct mm_json *j)
{
	put_tile_path(j, "/tiles/{layers}/{z}/{x}/{y}.mvt", "tile",
		      "A vector tile of one or more layers, joined by commas", MM_TYPE_MVT_MEDIA);
	put_tile_path(j, "/tiles/{layers}/{z}/{x}/{y}.mlt", "tile.mlt", "The same as a MapLibre Tile",
		      MM_TYPE_MLT_MEDIA);
	put_tile_path(j, "/tiles/{layers}/{z}/{x}/{y}", "tile.accepted",
		      "The same in the form that is accepted", NULL);
	mm_openapi_open_get(j, "/tiles/{layers}.json", "tilejson", "TileJSON 3.0 of these layers");
	mm_openapi_open_param(j, NULL, "layers", "path", layer_ids);
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
	put_encoding(j);
	put_conditions(j); /* its template has them too */
	mm_openapi_close_get(j, MM_TYPE_JSON_MEDIA, true);
}
