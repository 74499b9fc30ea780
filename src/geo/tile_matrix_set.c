#include "geo/tile_matrix_set.h"

#include "base/hash.h"

#include <math.h>
#include <string.h>

/* ---- the two that all the world knows ---- */

#define WORLD_M 40075016.685578488 /* the Web Mercator square: 2 pi 6378137 */

/* The numbers have the digits of the registry, which are cut off here and rounded there; tiles are placed by
 * `side`, which is exact. */
#define MERCATOR(z, denominator, cell)                                                                       \
	{                                                                                                    \
		.id = #z, .scale_denominator = (denominator), .cell_size = (cell),                           \
		.origin_x = -20037508.3427892, .origin_y = 20037508.3427892, .side = WORLD_M / (1u << (z)),  \
		.tile_size = 256, .width = 1u << (z), .height = 1u << (z),                                   \
		.zoom = (z) < MM_TILE_MATRIX_ZOOM_MAX ? (z) : MM_TILE_MATRIX_ZOOM_MAX                        \
	}

#define CRS84(z, denominator, cell)                                                                          \
	{                                                                                                    \
		.id = #z, .scale_denominator = (denominator), .cell_size = (cell), .origin_x = -180,         \
		.origin_y = 90, .side = 180.0 / (1u << (z)), .tile_size = 256, .width = 2u << (z),           \
		.height = 1u << (z),                                                                         \
		.zoom = (z) + 1 < MM_TILE_MATRIX_ZOOM_MAX ? (z) + 1 : MM_TILE_MATRIX_ZOOM_MAX                \
	}

static const struct mm_tile_matrix mercator[] = {
    MERCATOR(0, 559082264.028717, 156543.033928041),    MERCATOR(1, 279541132.014358, 78271.5169640204),
    MERCATOR(2, 139770566.007179, 39135.7584820102),    MERCATOR(3, 69885283.0035897, 19567.8792410051),
    MERCATOR(4, 34942641.5017948, 9783.93962050256),    MERCATOR(5, 17471320.7508974, 4891.96981025128),
    MERCATOR(6, 8735660.37544871, 2445.98490512564),    MERCATOR(7, 4367830.18772435, 1222.99245256282),
    MERCATOR(8, 2183915.09386217, 611.49622628141),     MERCATOR(9, 1091957.54693108, 305.748113140704),
    MERCATOR(10, 545978.773465544, 152.874056570352),   MERCATOR(11, 272989.386732772, 76.4370282851762),
    MERCATOR(12, 136494.693366386, 38.2185141425881),   MERCATOR(13, 68247.346683193, 19.109257071294),
    MERCATOR(14, 34123.6733415964, 9.55462853564703),   MERCATOR(15, 17061.8366707982, 4.77731426782351),
    MERCATOR(16, 8530.91833539913, 2.38865713391175),   MERCATOR(17, 4265.45916769956, 1.19432856695587),
    MERCATOR(18, 2132.72958384978, 0.597164283477939),  MERCATOR(19, 1066.36479192489, 0.29858214173897),
    MERCATOR(20, 533.182395962445, 0.149291070869485),  MERCATOR(21, 266.591197981222, 0.0746455354347424),
    MERCATOR(22, 133.295598990611, 0.0373227677173712), MERCATOR(23, 66.6477994953056, 0.0186613838586856),
    MERCATOR(24, 33.3238997476528, 0.0093306919293428),
};

static const struct mm_tile_matrix crs84[] = {
    CRS84(0, 279541132.014358, 0.703125),
    CRS84(1, 139770566.007179, 0.3515625),
    CRS84(2, 69885283.0035897, 0.17578125),
    CRS84(3, 34942641.5017948, 0.087890625),
    CRS84(4, 17471320.7508974, 0.0439453125),
    CRS84(5, 8735660.37544871, 0.02197265625),
    CRS84(6, 4367830.18772435, 0.010986328125),
    CRS84(7, 2183915.09386217, 0.0054931640625),
    CRS84(8, 1091957.54693108, 0.00274658203125),
    CRS84(9, 545978.773465544, 0.001373291015625),
    CRS84(10, 272989.386732772, 0.0006866455078125),
    CRS84(11, 136494.693366386, 0.00034332275390625),
    CRS84(12, 68247.346683193, 0.000171661376953125),
    CRS84(13, 34123.6733415964, 8.58306884765625e-05),
    CRS84(14, 17061.8366707982, 4.29153442382812e-05),
    CRS84(15, 8530.91833539913, 2.14576721191406e-05),
    CRS84(16, 4265.45916769956, 1.07288360595703e-05),
    CRS84(17, 2132.72958384978, 5.36441802978515e-06),
    CRS84(18, 1066.36479192489, 2.68220901489258e-06),
    CRS84(19, 533.182395962445, 1.34110450744629e-06),
    CRS84(20, 266.591197981222, 6.7055225372314e-07),
    CRS84(21, 133.295598990611, 3.3527612686157e-07),
    CRS84(22, 66.6477994953056, 1.6763806343079e-07),
    CRS84(23, 33.3238997476528, 8.381903171539e-08),
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct mm_tile_matrix_set builtin[] = {
    {.kind = MM_TMS_MERCATOR,
     .id = "WebMercatorQuad",
     .title_ru = "",
     .title_en = "Google Maps Compatible for the World",
     .uri = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
     .crs_uri = "http://www.opengis.net/def/crs/EPSG/0/3857",
     .crs_json = "",
     .crs_definition = "EPSG:3857",
     .axis = {"X", "Y"},
     .well_known = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
     .matrix = mercator,
     .count = COUNT(mercator)},
    {.kind = MM_TMS_CRS84,
     .id = "WorldCRS84Quad",
     .title_ru = "",
     .title_en = "CRS84 for the World",
     .uri = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WorldCRS84Quad",
     .crs_uri = "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
     .crs_json = "",
     .crs_definition = "OGC:CRS84",
     .axis = {"Lon", "Lat"},
     .well_known = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
     .matrix = crs84,
     .count = COUNT(crs84)},
};

const struct mm_tile_matrix_set *mm_tile_matrix_set_builtin(size_t i)
{
	return i < COUNT(builtin) ? &builtin[i] : NULL;
}

/* ---- JSON ---- */

static void put_matrix(const struct mm_tile_matrix_set *s, const struct mm_tile_matrix *m, struct mm_json *j)
{
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", m->id);
	mm_json_double(j, "scaleDenominator", m->scale_denominator);
	mm_json_double(j, "cellSize", m->cell_size);
	mm_json_open(j, "pointOfOrigin", '[');
	mm_json_double(j, NULL, s->north_first ? m->origin_y : m->origin_x);
	mm_json_double(j, NULL, s->north_first ? m->origin_x : m->origin_y);
	mm_json_close(j, ']');
	mm_json_int(j, "tileWidth", m->tile_size);
	mm_json_int(j, "tileHeight", m->tile_size);
	mm_json_int(j, "matrixWidth", m->width);
	mm_json_int(j, "matrixHeight", m->height);
	mm_json_close(j, '}');
}

void mm_tile_matrix_set_put(const struct mm_tile_matrix_set *s, const char *title, struct mm_json *j)
{
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", s->id);
	if (*title)
		mm_json_text(j, "title", title);
	if (*s->uri)
		mm_json_text(j, "uri", s->uri);
	if (*s->crs_uri) {
		mm_json_text(j, "crs", s->crs_uri);
	} else {
		mm_json_open(j, "crs", '{');
		mm_json_raw(j, "wkt", s->crs_json, strlen(s->crs_json));
		mm_json_close(j, '}');
	}
	mm_json_open(j, "orderedAxes", '[');
	mm_json_text(j, NULL, s->axis[0]);
	mm_json_text(j, NULL, s->axis[1]);
	mm_json_close(j, ']');
	if (*s->well_known)
		mm_json_text(j, "wellKnownScaleSet", s->well_known);
	mm_json_open(j, "tileMatrices", '[');
	for (size_t i = 0; i < s->count; i++)
		put_matrix(s, &s->matrix[i], j);
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

/* ---- copies ---- */

static const char *copy(const char *text, struct mm_arena *mem)
{
	return mm_arena_text(mem, text, strlen(text));
}

bool mm_tile_matrix_set_copy(const struct mm_tile_matrix_set *s, struct mm_arena *mem,
			     struct mm_tile_matrix_set *ret)
{
	struct mm_tile_matrix *matrix = mm_arena_array(mem, s->count, sizeof(*matrix));
	struct mm_tile_matrix_set to = *s;

	to.id = copy(s->id, mem);
	to.title_ru = copy(s->title_ru, mem);
	to.title_en = copy(s->title_en, mem);
	to.uri = copy(s->uri, mem);
	to.crs_uri = copy(s->crs_uri, mem);
	to.crs_json = copy(s->crs_json, mem);
	to.crs_definition = copy(s->crs_definition, mem);
	to.axis[0] = copy(s->axis[0], mem);
	to.axis[1] = copy(s->axis[1], mem);
	to.well_known = copy(s->well_known, mem);
	for (size_t i = 0; i < s->count && matrix; i++) {
		matrix[i] = s->matrix[i];
		matrix[i].id = copy(s->matrix[i].id, mem);
	}
	to.matrix = matrix;
	if (mem->exhausted)
		return false;
	*ret = to;
	return true;
}

uint64_t mm_tile_matrix_set_hash(const struct mm_tile_matrix_set *s)
{
	uint64_t h = mm_hash64(s->crs_definition, strlen(s->crs_definition), s->count);

	h = mm_hash64(s->id, strlen(s->id), h);
	for (size_t i = 0; i < s->count; i++) {
		const struct mm_tile_matrix *m = &s->matrix[i];
		const double place[] = {m->origin_x, m->origin_y, m->side, m->zoom, m->width, m->height};

		h = mm_hash64(place, sizeof(place), mm_hash64(m->id, strlen(m->id), h));
	}
	return h;
}

/* ---- arithmetic ---- */

const struct mm_tile_matrix *mm_tile_matrix_find(const struct mm_tile_matrix_set *s, const char *id)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->matrix[i].id, id) == 0)
			return &s->matrix[i];
	return NULL;
}

struct mm_box mm_tile_matrix_box(const struct mm_tile_matrix *m, uint32_t row, uint32_t col)
{
	return (struct mm_box){
	    m->origin_x + col * m->side,
	    m->origin_y - (row + 1.0) * m->side,
	    m->origin_x + (col + 1.0) * m->side,
	    m->origin_y - row * m->side,
	};
}

/* The tile a distance from the origin lies in; what lies on the far edge is in the last one. */
static uint32_t tile_at(double distance, double side, uint32_t count)
{
	double at = floor(distance / side);

	return at <= 0 ? 0 : at >= count ? count - 1 : (uint32_t)at;
}

bool mm_tile_matrix_limits(const struct mm_tile_matrix *m, const struct mm_box *box,
			   struct mm_tile_limits *ret)
{
	const double max_x = m->origin_x + m->width * m->side, min_y = m->origin_y - m->height * m->side;

	if (mm_box_is_empty(box) || !(box->min_x <= max_x && box->max_x >= m->origin_x &&
				      box->min_y <= m->origin_y && box->max_y >= min_y))
		return false;
	*ret = (struct mm_tile_limits){
	    .min_row = tile_at(m->origin_y - box->max_y, m->side, m->height),
	    .max_row = tile_at(m->origin_y - box->min_y, m->side, m->height),
	    .min_col = tile_at(box->min_x - m->origin_x, m->side, m->width),
	    .max_col = tile_at(box->max_x - m->origin_x, m->side, m->width),
	};
	return true;
}

unsigned mm_tile_matrix_zoom(double metres, double lat_deg)
{
	double zoom = round(log2(WORLD_M * cos(lat_deg * (M_PI / 180)) / metres));

	return zoom >= MM_TILE_MATRIX_ZOOM_MAX ? MM_TILE_MATRIX_ZOOM_MAX : zoom > 0 ? (unsigned)zoom : 0;
}
