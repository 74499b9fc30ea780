#include "api/openapi/write.h"

/* What "explain=1" of a tile answers (api/tiles/tile_explain.c), member by member. */

struct member {
	const char *name, *type, *about;
};

static const struct member counts[] = {
    {"rows", "integer", "Rows whose box meets the tile with its buffer"},
    {"read", "integer",
     "What was looked at: the items of the zoom's level, or rows where it has none; read = kept + thinned + "
     "dropped "
     "+ outside"},
    {"kept", "integer", "Of those, features of the tile; a cluster is one"},
    {"thinned", "integer",
     "Of those, what gave way to another in its place: points in one quarter of a pixel, shapes smaller than "
     "a "
     "pixel"},
    {"dropped", "integer",
     "Of those, what its budget or a limit left out, the least important first, or what has no place in the "
     "grid"},
    {"outside", "integer", "Of those, what has a box in the tile and no part, and points beyond the square"},
    {"repaired", "integer", "Polygons that cutting or rounding had broken, and that are whole again"},
    {"lost", "integer", "Pieces of them that could not be repaired"},
    {"bytes", "integer", "Before compression"},
};

static const struct member whole[] = {
    {"z", "integer", "Of another grid: that of the Web Mercator tiles of about its size"},
    {"x", "integer", "Of a tile of Web Mercator"},
    {"y", "integer", "Of a tile of Web Mercator"},
    {"tileMatrixSet", "string", "Of a tile of another grid"},
    {"tileMatrix", "string", "Of a tile of another grid"},
    {"tileRow", "integer", "Of a tile of another grid"},
    {"tileCol", "integer", "Of a tile of another grid"},
    {"packed_bytes", "integer", "As gzip would make it; only of what is heavier than the budget unpacked"},
    {"budget_bytes", "integer", "How heavy it may be, packed"},
    {"rounds", "integer", "How often it was made, until it fitted its budget"},
    {"weigh_ms", "number", "Packing it to see whether it does"},
    {"all_ms", "number", "All of it, with this explanation"},
};

static const struct member of_layer[] = {
    {"id", "string", "Of the layer, or of its labels"},
    {"unwanted", "integer", "Of the rows, those that a filter leaves out"},
    {"items", "integer", "Of the rows, those drawn for themselves or as what stands for others"},
    {"merged", "integer", "Of the rows, those smaller than a pixel, or a point in the cell of another"},
    {"clustered", "integer", "Of the rows, points in the cluster of another"},
    {"crowded_out_or_joined", "integer", "Of the rows, lines beside others, or one with them"},
    {"vanished", "integer", "Of the rows, polygons of a coverage, too thin for the zoom"},
    {"off_square", "integer", "Of the rows, points beyond 85.05 degrees of latitude"},
    {"unlabelled", "integer", "Of the rows, those without a label; only of labels"},
    {"find_ms", "number", "Looking for rows"},
    {"make_ms", "number", "Shaping and writing them"},
};

static void put_members(struct mm_json *j, const struct member *m, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mm_json_open(j, m[i].name, '{');
		mm_json_text(j, "type", m[i].type);
		mm_json_text(j, "description", m[i].about);
		mm_json_close(j, '}');
	}
}

void mm_openapi_put_schemas(struct mm_json *j)
{
	mm_json_open(j, "schemas", '{');
	mm_json_open(j, "tileExplained", '{');
	mm_json_text(j, "type", "object");
	mm_json_open(j, "properties", '{');
	put_members(j, whole, sizeof(whole) / sizeof(whole[0]));
	put_members(j, counts, sizeof(counts) / sizeof(counts[0]));
	mm_json_open(j, "layers", '{');
	mm_json_text(j, "type", "array");
	mm_json_open(j, "items", '{');
	mm_json_text(j, "type", "object");
	mm_json_open(j, "properties", '{');
	put_members(j, of_layer, sizeof(of_layer) / sizeof(of_layer[0]));
	put_members(j, counts, sizeof(counts) / sizeof(counts[0]));
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}
