#include "api/schema.h"
#include "api/tiles/tileset.h"
#include "store/tile_row.h"
#include "tile/layer_json.h"

#include <string.h>

/* The metadata of a tileset as JSON. */

#define CRS84_URI "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

static void put_link(struct mm_json *j, const struct mm_request *r, const char *path, const char *rel,
		     const char *type, const char *title)
{
	if (path)
		mm_out_link(j, r, path, rel, type, title);
	else
		j->out->failed = true;
}

/* What identifies the tileset: title, kind of data, system, grid. */
static void put_head(const struct mm_tileset *t, const struct mm_request *r, struct mm_json *j)
{
	const struct mm_tile_matrix_set *g = t->grid;

	mm_json_text(j, "title", mm_tileset_title(t, r));
	mm_json_text(j, "dataType", "vector");
	if (*g->crs_uri) {
		mm_json_text(j, "crs", g->crs_uri);
	} else {
		mm_json_open(j, "crs", '{');
		mm_json_raw(j, "wkt", g->crs_json, strlen(g->crs_json));
		mm_json_close(j, '}');
	}
	mm_json_text(j, "tileMatrixSetId", g->id);
	/* a set of the map's own is at home here */
	mm_json_text(j, "tileMatrixSetURI",
		     *g->uri ? g->uri : mm_arena_printf(r->mem, "%s/tileMatrixSets/%s", r->base_url, g->id));
}

static void put_tiling_scheme(const struct mm_tileset *t, const struct mm_request *r, struct mm_json *j)
{
	put_link(j, r, mm_arena_printf(r->mem, "/tileMatrixSets/%s", t->grid->id),
		 "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", MM_TYPE_JSON_MEDIA,
		 "The tile matrix set");
}

static const char *own_path(const struct mm_tileset *t, const struct mm_request *r, const char *f)
{
	return mm_arena_printf(r->mem, "%s/%s?f=%s%s", t->path, t->grid->id, f, t->query);
}

/* The template of the tiles' addresses, in each encoding that they have; clients take the first. */
static void put_templates(const struct mm_tileset *t, const struct mm_request *r, struct mm_json *j)
{
	static const struct {
		enum mm_tile_encoding encoding;
		const char *f, *type, *title;
	} kinds[] = {{MM_TILE_MVT, "mvt", MM_TYPE_MVT_MEDIA, "Tiles (Mapbox Vector Tiles)"},
		     {MM_TILE_MLT, "mlt", MM_TYPE_MLT_MEDIA, "Tiles (MapLibre Tiles)"}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *href;

		if (!mm_tile_set_has_encoding(&t->set, kinds[i].encoding))
			continue;
		href = mm_arena_printf(r->mem, "%s%s/%s/{tileMatrix}/{tileRow}/{tileCol}?f=%s%s", r->base_url,
				       t->path, t->grid->id, kinds[i].f, t->query);
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "href", href ? href : "");
		mm_json_text(j, "rel", "item");
		mm_json_text(j, "type", kinds[i].type);
		mm_json_text(j, "title", kinds[i].title);
		mm_json_bool(j, "templated", true);
		mm_json_close(j, '}');
		j->out->failed |= !href;
	}
}

/* TileJSON describes the same tiles by their XYZ addresses, so that it goes with one grid only. */
static void put_tilejson_link(const struct mm_tileset *t, const struct mm_request *r, struct mm_json *j)
{
	const char *path = "/tiles/";

	if (t->grid->kind != MM_TMS_MERCATOR || t->set.count + t->set.archive_count == 0)
		return;
	for (size_t i = 0; i < t->set.count && path; i++)
		path =
		    mm_arena_printf(r->mem, "%s%s%s", path, i ? "," : "", mm_tile_set_id(&t->set, i, r->mem));
	for (size_t i = 0; i < t->set.archive_count && path; i++)
		path = mm_arena_printf(r->mem, "%s%s%s", path, i || t->set.count ? "," : "",
				       mm_tile_archive_info(t->set.archive[i])->id);
	put_link(j, r, path ? mm_arena_printf(r->mem, "%s.json", path) : NULL, "describedby",
		 MM_TYPE_JSON_MEDIA, "TileJSON");
}

static void put_links(const struct mm_tileset *t, const struct mm_request *r, struct mm_json *j)
{
	const char *data =
	    t->collection ? mm_arena_printf(r->mem, "/collections/%s", mm_layer_schema(t->collection)->id)
			  : "/";

	mm_json_open(j, "links", '[');
	put_link(j, r, own_path(t, r, "json"), "self", MM_TYPE_JSON_MEDIA, "This document");
	put_link(j, r, own_path(t, r, "html"), "alternate", "text/html", "This document as HTML");
	put_tiling_scheme(t, r, j);
	put_templates(t, r, j);
	put_tilejson_link(t, r, j);
	put_link(j, r, data,
		 t->collection ? "http://www.opengis.net/def/rel/ogc/1.0/geodata"
			       : "http://www.opengis.net/def/rel/ogc/1.0/dataset",
		 MM_TYPE_JSON_MEDIA, "What the tiles are made from");
	mm_json_close(j, ']');
}

/* ---- layers ---- */

static void put_place(struct mm_json *j, const char *key, double x, double y)
{
	mm_json_open(j, key, '[');
	mm_json_double(j, NULL, x);
	mm_json_double(j, NULL, y);
	mm_json_close(j, ']');
}

static void put_box(struct mm_json *j, const struct mm_box *b)
{
	if (mm_box_is_empty(b))
		return;
	mm_json_open(j, "boundingBox", '{');
	put_place(j, "lowerLeft", b->min_x, b->min_y);
	put_place(j, "upperRight", b->max_x, b->max_y);
	mm_json_text(j, "crs", CRS84_URI);
	mm_json_close(j, '}');
}

/* 0 points, 1 lines, 2 polygons: the highest that occurs; -1: no geometry, or collections. */
static int dimension(unsigned types)
{
	const unsigned points = 1u << MM_GEOM_POINT | 1u << MM_GEOM_MULTIPOINT;
	const unsigned lines = 1u << MM_GEOM_LINE | 1u << MM_GEOM_MULTILINE;
	const unsigned polygons = 1u << MM_GEOM_POLYGON | 1u << MM_GEOM_MULTIPOLYGON;

	return types & 1u << MM_GEOM_COLLECTION ? -1
	       : types & polygons               ? 2
	       : types & lines                  ? 1
	       : types & points                 ? 0
						: -1;
}

static void put_property(struct mm_json *j, const char *name, enum mm_type type)
{
	mm_json_open(j, name, '{');
	mm_schema_put_type(j, type);
	mm_json_close(j, '}');
}

/* Attributes as they are in the tiles: nested values are text there. Other grids have no clusters. */
static void put_properties(const struct mm_tileset *t, size_t layer, const char *lang, struct mm_json *j)
{
	const struct mm_schema *s = mm_layer_schema(t->set.layer[layer]);

	mm_json_open(j, "propertiesSchema", '{');
	mm_json_text(j, "type", "object");
	mm_json_open(j, "properties", '{');
	for (size_t i = 0; i < s->field_count; i++) {
		const struct mm_field *f = &s->field[i];

		if (f->hidden)
			continue;
		mm_json_open(j, f->name, '{');
		mm_json_text(j, "title", mm_title_in(&f->title, lang, f->name));
		mm_schema_put_type(j, f->type == MM_TYPE_JSON ? MM_TYPE_TEXT : f->type);
		mm_json_close(j, '}');
	}
	if (!mm_layer_has_plain_ids(t->set.layer[layer]) && mm_schema_find(s, "@id") == SIZE_MAX)
		put_property(j, "@id", MM_TYPE_TEXT);
	if (s->generalize.cluster_px && !t->set.is_label[layer] && t->grid->kind == MM_TMS_MERCATOR)
		mm_tile_put_cluster_fields(j, t->set.layer[layer], put_property);
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

static void put_layer(const struct mm_tileset *t, size_t i, const char *lang, struct mm_arena *mem,
		      struct mm_json *j)
{
	const struct mm_layer *l = t->set.layer[i];
	const struct mm_schema *s = mm_layer_schema(l);
	const struct mm_box box = mm_layer_box_deg(l);
	int kind = t->set.is_label[i] ? 0 : dimension(mm_layer_geom_types(l));
	size_t first, last;

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", mm_tile_set_id(&t->set, i, mem));
	mm_json_text(j, "title", mm_title_in(&s->title, lang, s->id));
	if (*mm_title_in(&s->description, lang, ""))
		mm_json_text(j, "description", mm_title_in(&s->description, lang, ""));
	mm_json_text(j, "dataType", "vector");
	if (kind >= 0)
		mm_json_int(j, "geometryDimension", kind);
	if (mm_tileset_matrices(t, l, &first, &last)) {
		mm_json_text(j, "minTileMatrix", t->grid->matrix[first].id);
		mm_json_text(j, "maxTileMatrix", t->grid->matrix[last].id);
	}
	put_box(j, &box);
	put_properties(t, i, lang, j);
	mm_json_close(j, '}');
}

/* The layers of an archive: of those no more is known than their names. */
static void put_archive(const struct mm_tileset *t, const struct mm_tile_archive *a, struct mm_json *j)
{
	const struct mm_tile_archive_info *info = mm_tile_archive_info(a);
	const struct mm_archive_about *about = mm_tile_archive_about(a);
	size_t first, last;

	for (size_t i = 0; i < about->layer_count; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "id", about->layer[i].id);
		mm_json_text(j, "dataType", "vector");
		if (mm_tileset_matrices_of(t, info->min_zoom, info->max_zoom, &first, &last)) {
			mm_json_text(j, "minTileMatrix", t->grid->matrix[first].id);
			mm_json_text(j, "maxTileMatrix", t->grid->matrix[last].id);
		}
		put_box(j, &about->box_deg);
		mm_json_close(j, '}');
	}
}

/* ---- the whole ---- */

/* What all layers of the tileset have together. */
struct whole {
	struct mm_box deg, box;
	size_t first, last;
	bool any;
};

static void add_matrices(struct whole *w, size_t first, size_t last)
{
	w->first = w->any && w->first < first ? w->first : first;
	w->last = w->any && w->last > last ? w->last : last;
	w->any = true;
}

static struct whole sum_up(const struct mm_tileset *t, struct mm_proj *p)
{
	struct whole w = {.deg = mm_box_empty(), .box = mm_box_empty()};

	for (size_t i = 0; i < t->set.count; i++) {
		const struct mm_layer *l = t->set.layer[i];
		struct mm_box deg = mm_layer_box_deg(l), box = mm_tileset_layer_box(t, l, p);
		size_t first, last;

		if (!mm_box_is_empty(&deg))
			mm_box_merge(&w.deg, &deg);
		if (!mm_box_is_empty(&box))
			mm_box_merge(&w.box, &box);
		if (mm_tileset_matrices(t, l, &first, &last))
			add_matrices(&w, first, last);
	}
	for (size_t i = 0; i < t->set.archive_count; i++) {
		const struct mm_tile_archive_info *info = mm_tile_archive_info(t->set.archive[i]);
		const struct mm_box deg = mm_tile_archive_about(t->set.archive[i])->box_deg;
		const struct mm_box box = mm_tileset_box(t, deg, p);
		size_t first, last;

		mm_box_merge(&w.deg, &deg);
		if (!mm_box_is_empty(&box))
			mm_box_merge(&w.box, &box);
		if (mm_tileset_matrices_of(t, info->min_zoom, info->max_zoom, &first, &last))
			add_matrices(&w, first, last);
	}
	return w;
}

static void put_limits(const struct mm_tileset *t, const struct whole *w, struct mm_json *j)
{
	mm_json_open(j, "tileMatrixSetLimits", '[');
	for (size_t i = w->first; w->any && i <= w->last; i++) {
		struct mm_tile_limits limits;

		if (!mm_tile_matrix_limits(&t->grid->matrix[i], &w->box, &limits))
			continue;
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "tileMatrix", t->grid->matrix[i].id);
		mm_json_int(j, "minTileRow", limits.min_row);
		mm_json_int(j, "maxTileRow", limits.max_row);
		mm_json_int(j, "minTileCol", limits.min_col);
		mm_json_int(j, "maxTileCol", limits.max_col);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

/* Whether a small screen shows all of the box. */
static bool fits_screen(const struct mm_tile_matrix *m, const struct mm_box *box)
{
	enum { SCREEN_PX = 512 };
	const double side = m->side * SCREEN_PX / m->tile_size;

	return box->max_x - box->min_x <= side && box->max_y - box->min_y <= side;
}

/* Where to look first: the middle, from as near as all can be seen. */
static void put_center(const struct mm_tileset *t, const struct whole *w, struct mm_json *j)
{
	size_t at = w->first;

	if (mm_box_is_empty(&w->deg) || mm_box_is_empty(&w->box) || !w->any)
		return;
	while (at < w->last && fits_screen(&t->grid->matrix[at + 1], &w->box))
		at++;
	mm_json_open(j, "centerPoint", '{');
	put_place(j, "coordinates", (w->deg.min_x + w->deg.max_x) / 2, (w->deg.min_y + w->deg.max_y) / 2);
	mm_json_text(j, "crs", CRS84_URI);
	mm_json_text(j, "tileMatrix", t->grid->matrix[at].id);
	mm_json_close(j, '}');
}

void mm_tileset_put_item(const struct mm_tileset *t, const struct mm_request *r, struct mm_proj *p,
			 struct mm_json *j)
{
	const struct whole w = sum_up(t, p);

	mm_json_open(j, NULL, '{');
	put_head(t, r, j);
	put_limits(t, &w, j);
	mm_json_open(j, "links", '[');
	put_link(j, r, own_path(t, r, "json"), "self", MM_TYPE_JSON_MEDIA, "The tileset");
	put_tiling_scheme(t, r, j);
	put_templates(t, r, j);
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

void mm_tileset_put(const struct mm_tileset *t, const struct mm_request *r, struct mm_proj *p,
		    struct mm_json *j)
{
	const struct whole w = sum_up(t, p);

	mm_json_open(j, NULL, '{');
	put_head(t, r, j);
	put_limits(t, &w, j);
	put_box(j, &w.deg);
	put_center(t, &w, j);
	mm_json_open(j, "layers", '[');
	for (size_t i = 0; i < t->set.count; i++)
		put_layer(t, i, mm_request_lang(r, "ru"), r->mem, j);
	for (size_t i = 0; i < t->set.archive_count; i++)
		put_archive(t, t->set.archive[i], j);
	mm_json_close(j, ']');
	put_links(t, r, j);
	mm_json_close(j, '}');
}
