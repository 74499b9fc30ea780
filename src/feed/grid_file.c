#include "feed/grid_file.h"

#include "geo/crs_json.h"
#include "geo/tile_grid.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

enum { ID_MAX = 64, AXIS_MAX = 32, TEXT_MAX = 400, WIDTH_MAX = 1 << 30 };

/* The registry writes 15 digits; some sets elsewhere only a few. */
static const double agreement = 1e-6;

/* CanadianNAD83_LCC of the registry counts its scales in pixels of 1/96 inch, 39.37 inches a metre. */
static const double screen_pixel_m = 1 / (39.37 * 96);

/* One document while it is read. */
struct reading {
	struct mm_arena *mem;
	struct mm_err *reterr;
	struct mm_crs crs;
	double unit_m;
	bool north_first;
};

static const char *text_of(const json_t *o, const char *key, size_t most)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text && strlen(text) <= most ? text : NULL;
}

static bool id_is_good(const char *id)
{
	size_t n = id ? strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-") : 0;

	return n >= 1 && n <= ID_MAX && id[n] == '\0' && strcmp(id, ".") != 0 && strcmp(id, "..") != 0;
}

/* ---- one matrix ---- */

static enum mm_code wrong(const struct reading *rd, const char *id, const char *what)
{
	return mm_fail(rd->reterr, MM_E_INVALID, "", "tile matrix \"%.64s\": %s", id, what);
}

static bool count_of(const json_t *o, const char *key, json_int_t most, uint32_t *ret)
{
	json_int_t v = json_integer_value(json_object_get(o, key));

	if (v < 1 || v > most)
		return false;
	*ret = (uint32_t)v;
	return true;
}

static bool read_origin(const struct reading *rd, const json_t *o, struct mm_tile_matrix *m)
{
	const json_t *place = json_object_get(o, "pointOfOrigin");
	const json_t *a = json_array_get(place, 0), *b = json_array_get(place, 1);
	double first = json_number_value(a), second = json_number_value(b);

	if (!json_is_number(a) || !json_is_number(b) || json_array_size(place) != 2 ||
	    !(fabs(first) <= 1e10 && fabs(second) <= 1e10))
		return false;
	m->origin_x = rd->north_first ? second : first;
	m->origin_y = rd->north_first ? first : second;
	return true;
}

/* The corner and the widths: what kind of grid it is. NULL: one that we can serve. */
static const char *why_not_taken(const json_t *o)
{
	const json_t *corner = json_object_get(o, "cornerOfOrigin");

	if (json_array_size(json_object_get(o, "variableMatrixWidths")))
		return "rows of different widths (variableMatrixWidths) are not served: choose a set without "
		       "them";
	if (corner && (!json_is_string(corner) || strcmp(json_string_value(corner), "topLeft") != 0))
		return "cornerOfOrigin: only topLeft is served";
	return NULL;
}

static double zoom_latitude(const struct mm_crs *crs)
{
	return crs->is_geographic || mm_box_is_empty(&crs->area_deg)
		   ? 0
		   : (crs->area_deg.min_y + crs->area_deg.max_y) / 2;
}

static enum mm_code read_matrix(const struct reading *rd, const json_t *o, struct mm_tile_matrix *ret)
{
	const char *id = text_of(o, "id", ID_MAX), *why = why_not_taken(o);
	struct mm_tile_matrix m = {.scale_denominator =
				       json_number_value(json_object_get(o, "scaleDenominator")),
				   .cell_size = json_number_value(json_object_get(o, "cellSize"))};
	double metres = m.cell_size * rd->unit_m;
	uint32_t tile_height = 0;

	if (!id_is_good(id))
		return wrong(rd, id ? id : "", "id: write up to 64 Latin letters, digits or _ . : -");
	if (why)
		return wrong(rd, id, why);
	if (!(m.cell_size > 0 && m.cell_size <= 1e9 && m.scale_denominator > 0 &&
	      m.scale_denominator <= 1e12))
		return wrong(rd, id, "scaleDenominator and cellSize must be numbers above 0");
	if (fabs(m.scale_denominator * MM_TILE_PIXEL_M - metres) > metres * agreement &&
	    fabs(m.scale_denominator * screen_pixel_m - metres) > metres * agreement)
		return wrong(
		    rd, id,
		    "scaleDenominator times 0.00028 m is not cellSize in metres: one of them, or the "
		    "system, is wrong");
	if (!count_of(o, "tileWidth", MM_TILE_GRID_CELLS_MAX, &m.tile_size) ||
	    !count_of(o, "tileHeight", MM_TILE_GRID_CELLS_MAX, &tile_height) || m.tile_size != tile_height)
		return wrong(rd, id, "tileWidth and tileHeight must be the same whole number, 1 to 4096");
	if (!count_of(o, "matrixWidth", WIDTH_MAX, &m.width) ||
	    !count_of(o, "matrixHeight", WIDTH_MAX, &m.height))
		return wrong(rd, id, "matrixWidth and matrixHeight must be whole numbers, 1 to 2^30");
	if (!read_origin(rd, o, &m))
		return wrong(rd, id, "pointOfOrigin must be two numbers");
	m.side = m.cell_size * m.tile_size;
	m.zoom = mm_tile_matrix_zoom(m.side * rd->unit_m, zoom_latitude(&rd->crs));
	m.id = mm_arena_text(rd->mem, id, strlen(id));
	*ret = m;
	return m.id ? MM_OK : mm_fail_nomem(rd->reterr);
}

static enum mm_code read_matrices(const struct reading *rd, const json_t *list, struct mm_tile_matrix *m)
{
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < json_array_size(list) && !rc; i++) {
		rc = read_matrix(rd, json_array_get(list, i), &m[i]);
		if (!rc && i && m[i].cell_size >= m[i - 1].cell_size)
			rc = wrong(rd, m[i].id, "matrices must go from coarse to fine");
		for (size_t k = 0; k < i && !rc; k++)
			if (strcmp(m[k].id, m[i].id) == 0)
				rc = wrong(rd, m[i].id, "this id stands twice");
	}
	return rc;
}

/* ---- the set ---- */

/* The system: given beside the file, or by the URI in it. */
static enum mm_code read_crs(struct reading *rd, const json_t *root, const char *crs, struct mm_proj *p)
{
	const json_t *said = json_object_get(root, "crs");
	const char *uri =
	    json_is_object(said) ? text_of(said, "uri", TEXT_MAX) : text_of(root, "crs", TEXT_MAX);
	enum mm_code rc;

	if (!*crs && !uri)
		return mm_fail(rd->reterr, MM_E_INVALID, "",
			       "crs is not a URI: write crs: beside file: in map.yaml");
	rc = mm_crs_parse(p, *crs ? crs : uri, &rd->crs, rd->reterr);
	if (rc)
		return rc;
	rd->unit_m = mm_tile_grid_unit_m(&rd->crs);
	rd->north_first = rd->crs.is_north_first;
	return MM_OK;
}

static const char *axis_of(const struct reading *rd, const json_t *root, size_t i)
{
	const char *name = json_string_value(json_array_get(json_object_get(root, "orderedAxes"), i));

	return name && strlen(name) <= AXIS_MAX ? name : (i == 0) == rd->north_first ? "N" : "E";
}

static enum mm_code read_set(struct reading *rd, const json_t *root, struct mm_proj *p,
			     struct mm_tile_matrix_set *ret)
{
	const json_t *list = json_object_get(root, "tileMatrices");
	const char *id = text_of(root, "id", ID_MAX), *title = text_of(root, "title", TEXT_MAX);
	const char *uri = text_of(root, "uri", TEXT_MAX),
		   *wkss = text_of(root, "wellKnownScaleSet", TEXT_MAX);
	size_t count = json_array_size(list);
	struct mm_tile_matrix *m = mm_arena_array(rd->mem, MM_TILE_MATRICES_MAX, sizeof(*m));
	struct mm_tile_matrix_set s = {.kind = MM_TMS_OWN,
				       .id = id ? id : "",
				       .title_ru = "",
				       .title_en = title ? title : "",
				       .uri = uri ? uri : "",
				       .crs_uri = rd->crs.uri,
				       .crs_json = "",
				       .crs_definition = rd->crs.definition,
				       .axis = {axis_of(rd, root, 0), axis_of(rd, root, 1)},
				       .north_first = rd->north_first,
				       .well_known = wkss ? wkss : "",
				       .matrix = m,
				       .count = count};
	enum mm_code rc;

	if (!m)
		return mm_fail_nomem(rd->reterr);
	if (count < 1 || count > MM_TILE_MATRICES_MAX)
		return mm_fail(rd->reterr, MM_E_INVALID, "", "tileMatrices must be a list of 1 to %d",
			       MM_TILE_MATRICES_MAX);
	rc = read_matrices(rd, list, m);
	if (!rc && !*rd->crs.uri)
		rc = mm_crs_json(p, rd->crs.definition, rd->mem, &s.crs_json, rd->reterr);
	if (!rc && !mm_tile_matrix_set_copy(&s, rd->mem, ret))
		rc = mm_fail_nomem(rd->reterr);
	return rc;
}

enum mm_code mm_grid_file_parse(const char *json, size_t n, const char *crs, struct mm_proj *p,
				struct mm_arena *mem, struct mm_tile_matrix_set *ret, struct mm_err *reterr)
{
	struct reading rd = {.mem = mem, .reterr = reterr};
	json_error_t err;
	json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, &err);
	enum mm_code rc;

	if (!json_is_object(root)) {
		json_decref(root);
		return mm_fail(reterr, MM_E_INVALID, "", "not a JSON object%s%.100s (line %d)",
			       root ? "" : ": ", root ? "" : err.text, root ? 1 : err.line);
	}
	rc = read_crs(&rd, root, crs, p);
	if (!rc)
		rc = read_set(&rd, root, p, ret);
	mm_crs_release(&rd.crs);
	json_decref(root);
	return rc;
}
