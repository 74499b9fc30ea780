#include "api/out.h"
#include "base/clock.h"
#include "base/hash.h"
#include "geo/kit.h"
#include "tile/tile.h"

#include <string.h>

/* "/tiles/{layers}/{z}/{x}/{y}.mvt" and "/tiles/{layers}.json" (TileJSON 3.0.0). */

enum { TILE_DEADLINE_MS = 5000, TILEJSON_MAX_ZOOM = 16 };

/* The layers that a comma list names, each once, in the order of the list. */
struct layers {
	const struct mm_catalog *catalog;
	const struct mm_layer *layer[MM_TILE_LAYERS_MAX];
	size_t count;
};

static bool has(const struct layers *ls, const struct mm_layer *l)
{
	for (size_t i = 0; i < ls->count; i++)
		if (ls->layer[i] == l)
			return true;
	return false;
}

static enum mm_code find_layers(const struct mm_request *r, const char *list, struct layers *ls,
				struct mm_err *reterr)
{
	for (const char *at = list;; at++) {
		size_t n = strcspn(at, ",");
		const char *id = mm_arena_text(r->mem, at, n);
		const struct mm_layer *l = id ? mm_catalog_find(ls->catalog, id) : NULL;

		if (!l)
			return mm_fail(reterr, MM_E_NOT_FOUND, "layers",
				       "there is no layer \"%.64s\": see %s/collections", id ? id : "",
				       r->base_url);
		if (!has(ls, l)) {
			if (ls->count == MM_TILE_LAYERS_MAX)
				return mm_fail(reterr, MM_E_INVALID, "layers",
					       "at most %d layers in one tile", MM_TILE_LAYERS_MAX);
			ls->layer[ls->count++] = l;
		}
		at += n;
		if (!*at)
			return MM_OK;
	}
}

/* Tag of what the tiles of these layers are made from, and of the code that makes them. */
static uint64_t version(const struct layers *ls)
{
	uint64_t v = MM_TILE_FORMAT;

	for (size_t i = 0; i < ls->count; i++) {
		uint64_t pair[2] = {mm_layer_version(ls->layer[i]), mm_layer_identity(ls->layer[i])};

		v = mm_hash64(pair, sizeof(pair), v);
	}
	return v;
}

static enum mm_code make(const struct mm_api *api, const struct layers *ls, struct mm_tile_id id,
			 const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	struct mm_kit *kit = NULL;
	struct mm_tile_count count = {0};
	int64_t deadline = mm_clock_mono_ns() + (int64_t)TILE_DEADLINE_MS * 1000000;
	enum mm_code rc = mm_kits_take(api->kits, &kit, reterr);

	if (!rc)
		rc = mm_tile_make(ls->layer, ls->count, id, kit->topo, deadline, &rs->body, &count, reterr);
	mm_kits_give(api->kits, kit);
	if (rc)
		return rc;
	if (count.dropped)
		mm_response_header(rs, "X-Munimap-Dropped",
				   mm_arena_printf(r->mem, "%lu", (unsigned long)count.dropped));
	if (rs->body.len == 0) {
		rs->status = 204;
		return MM_OK;
	}
	return mm_out_done(rs, "application/vnd.mapbox-vector-tile", reterr);
}

enum mm_code mm_api_tile(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	static const char suffix[] = ".mvt";
	const char *last = mm_out_segment(r, 4);
	const char *y = mm_arena_text(r->mem, last, strlen(last) - (sizeof(suffix) - 1));
	struct layers ls = {0};
	struct mm_tile_id id = {0};
	enum mm_code rc = mm_request_only(r, NULL, 0, reterr);

	if (!rc)
		rc = y ? mm_tile_id_parse(mm_out_segment(r, 2), mm_out_segment(r, 3), y, &id, reterr)
		       : mm_fail_nomem(reterr);
	if (!rc)
		rc = mm_out_catalog(ctx, &ls.catalog, reterr);
	if (rc)
		return rc;
	rc = find_layers(r, mm_out_segment(r, 1), &ls, reterr);
	if (!rc) {
		rs->etag = mm_out_etag(r, version(&ls), r->path);
		if (!rs->etag)
			rc = mm_fail_nomem(reterr);
		else if (!mm_request_is_fresh(r, rs->etag))
			rc = make(ctx, &ls, id, r, rs, reterr);
	}
	(void)mm_catalog_unref(ls.catalog);
	return rc;
}

static const char *tilejson_type(enum mm_type t)
{
	return t == MM_TYPE_BOOL ? "Boolean" : t == MM_TYPE_INT || t == MM_TYPE_REAL ? "Number" : "String";
}

/* The last zoom that a client needs to ask for: from there it enlarges tiles by itself. A layer that begins
 * only later is needed where it begins. */
static unsigned last_zoom(const struct mm_schema *s)
{
	unsigned most = s->min_zoom > TILEJSON_MAX_ZOOM ? s->min_zoom : TILEJSON_MAX_ZOOM;

	return s->max_zoom < most ? s->max_zoom : most;
}

static void put_vector_layer(struct mm_json *j, const struct mm_layer *l, const char *lang)
{
	const struct mm_schema *s = mm_layer_schema(l);

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", s->id);
	mm_json_text(j, "description", mm_title_in(&s->title, lang, s->id));
	mm_json_int(j, "minzoom", s->min_zoom);
	mm_json_int(j, "maxzoom", last_zoom(s));
	mm_json_open(j, "fields", '{');
	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden)
			mm_json_text(j, s->field[i].name, tilejson_type(s->field[i].type));
	if (s->has_text_ids && mm_schema_find(s, "@id") == SIZE_MAX)
		mm_json_text(j, "@id", "String");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

/* A box without width on the line between two tiles would be in none of them to a client. */
static void widen(double *min_deg, double *max_deg)
{
	const double hair_deg = 1e-6; /* 0.1 m */

	if (*min_deg == *max_deg) {
		*min_deg -= hair_deg;
		*max_deg += hair_deg;
	}
}

/* Within what TileJSON allows. */
static struct mm_box bounds(const struct layers *ls)
{
	struct mm_box all = mm_box_empty();
	const struct mm_box world = {-180, -85.051129, 180, 85.051129};

	for (size_t i = 0; i < ls->count; i++) {
		struct mm_box box = mm_layer_box_deg(ls->layer[i]);

		mm_box_merge(&all, &box);
	}
	if (mm_box_is_empty(&all))
		return world;
	widen(&all.min_x, &all.max_x);
	widen(&all.min_y, &all.max_y);
	all.min_x = all.min_x < world.min_x ? world.min_x : all.min_x;
	all.min_y = all.min_y < world.min_y ? world.min_y : all.min_y;
	all.max_x = all.max_x > world.max_x ? world.max_x : all.max_x;
	all.max_y = all.max_y > world.max_y ? world.max_y : all.max_y;
	return all.min_x <= all.max_x && all.min_y <= all.max_y ? all : world;
}

/* Zooms at which a client has to ask for tiles of any of the layers. */
static void zooms(const struct layers *ls, unsigned *ret_min, unsigned *ret_max)
{
	unsigned min = MM_TILE_MAX_ZOOM, max = 0;

	for (size_t i = 0; i < ls->count; i++) {
		const struct mm_schema *s = mm_layer_schema(ls->layer[i]);

		min = s->min_zoom < min ? s->min_zoom : min;
		max = last_zoom(s) > max ? last_zoom(s) : max;
	}
	*ret_max = max;
	*ret_min = min < max ? min : max;
}

static int64_t center_zoom(unsigned min, unsigned max)
{
	enum { TOWN_ZOOM = 12 };

	return min > TOWN_ZOOM ? min : max < TOWN_ZOOM ? max : TOWN_ZOOM;
}

static void put_tilejson(const struct layers *ls, const struct mm_request *r, const char *list,
			 struct mm_buf *out)
{
	const char *lang = mm_request_lang(r, "ru");
	const struct mm_map_info *map = mm_catalog_map(ls->catalog);
	struct mm_box box = bounds(ls);
	struct mm_json j = mm_json_on(out);
	unsigned min, max;

	zooms(ls, &min, &max);
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "tilejson", "3.0.0");
	mm_json_text(&j, "name",
		     ls->count == 1 ? mm_title_in(&mm_layer_schema(ls->layer[0])->title, lang, list)
				    : mm_title_in(&map->title, lang, "munimap"));
	if (*mm_title_in(&map->attribution, lang, ""))
		mm_json_text(&j, "attribution", mm_title_in(&map->attribution, lang, ""));
	mm_json_text(&j, "scheme", "xyz");
	mm_json_open(&j, "tiles", '[');
	mm_json_text(&j, NULL, mm_arena_printf(r->mem, "%s/tiles/%s/{z}/{x}/{y}.mvt", r->base_url, list));
	mm_json_close(&j, ']');
	mm_out_box(&j, "bounds", &box);
	mm_json_open(&j, "center", '[');
	mm_json_double(&j, NULL, (box.min_x + box.max_x) / 2);
	mm_json_double(&j, NULL, (box.min_y + box.max_y) / 2);
	mm_json_int(&j, NULL, center_zoom(min, max));
	mm_json_close(&j, ']');
	mm_json_int(&j, "minzoom", min);
	mm_json_int(&j, "maxzoom", max);
	mm_json_open(&j, "vector_layers", '[');
	for (size_t i = 0; i < ls->count; i++)
		put_vector_layer(&j, ls->layer[i], lang);
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
}

/* The ids of the layers found, joined by commas: what the client asked for without repeats. */
static const char *join(const struct layers *ls, struct mm_arena *mem)
{
	const char *list = mm_layer_schema(ls->layer[0])->id;

	for (size_t i = 1; i < ls->count && list; i++)
		list = mm_arena_printf(mem, "%s,%s", list, mm_layer_schema(ls->layer[i])->id);
	return list;
}

enum mm_code mm_api_tilejson(void *ctx, const struct mm_request *r, struct mm_response *rs,
			     struct mm_err *reterr)
{
	static const char *const known[] = {"lang"};
	static const char suffix[] = ".json";
	const char *last = mm_out_segment(r, 1), *list;
	struct layers ls = {0};
	enum mm_code rc = mm_request_only(r, known, 1, reterr);

	if (!rc)
		rc = mm_out_catalog(ctx, &ls.catalog, reterr);
	if (rc)
		return rc;
	list = mm_arena_text(r->mem, last, strlen(last) - (sizeof(suffix) - 1));
	rc = list ? find_layers(r, list, &ls, reterr) : mm_fail_nomem(reterr);
	if (!rc) {
		list = join(&ls, r->mem);
		if (!list)
			rc = mm_fail_nomem(reterr);
	}
	if (!rc) {
		put_tilejson(&ls, r, list, &rs->body);
		rs->etag = mm_out_etag(r, version(&ls), mm_request_lang(r, "ru"));
		rc = mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
	}
	(void)mm_catalog_unref(ls.catalog);
	return rc;
}
