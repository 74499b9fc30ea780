#include "api/tiles/tile_answer.h"
#include "api/tiles/tile_filter.h"
#include "base/hash.h"
#include "base/text.h"
#include "tile/layer_json.h"

#include <string.h>

/* "/tiles/{layers}.json" (TileJSON 3.0.0). */

static void put_vector_layer(struct mm_json *j, const struct mm_tile_set *set, size_t k, const char *lang,
			     struct mm_arena *mem)
{
	const struct mm_schema *s = mm_layer_schema(set->layer[k]);

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", mm_tile_set_id(set, k, mem));
	mm_json_text(j, "description", mm_title_in(&s->title, lang, s->id));
	mm_json_int(j, "minzoom", s->min_zoom);
	mm_json_int(j, "maxzoom", mm_tile_set_last_zoom(s));
	mm_tile_put_fields(j, set->layer[k], set->is_label[k]);
	mm_json_close(j, '}');
}

static void put_description(struct mm_json *j, const struct mm_tile_archive *a, const char *lang)
{
	const char *text =
	    mm_title_in(&mm_tile_archive_info(a)->description, lang, mm_tile_archive_about(a)->description);

	if (*text)
		mm_json_text(j, "description", text);
}

static void put_archive_layers(struct mm_json *j, const struct mm_tile_archive *a)
{
	const struct mm_archive_about *about = mm_tile_archive_about(a);

	for (size_t i = 0; i < about->layer_count; i++)
		mm_json_raw(j, NULL, about->layer[i].json, strlen(about->layer[i].json));
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
static struct mm_box bounds(const struct mm_tile_set *set)
{
	struct mm_box all = mm_box_empty();
	const struct mm_box world = {-180, -85.051129, 180, 85.051129};

	for (size_t i = 0; i < set->count; i++) {
		struct mm_box box = mm_layer_box_deg(set->layer[i]);

		mm_box_merge(&all, &box);
	}
	for (size_t i = 0; i < set->archive_count; i++)
		mm_box_merge(&all, &mm_tile_archive_about(set->archive[i])->box_deg);
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
static void zooms(const struct mm_tile_set *set, unsigned *ret_min, unsigned *ret_max)
{
	unsigned min = MM_TILE_MAX_ZOOM, max = 0;

	for (size_t i = 0; i < set->count; i++) {
		const struct mm_schema *s = mm_layer_schema(set->layer[i]);

		min = s->min_zoom < min ? s->min_zoom : min;
		max = mm_tile_set_last_zoom(s) > max ? mm_tile_set_last_zoom(s) : max;
	}
	for (size_t i = 0; i < set->archive_count; i++) {
		const struct mm_tile_archive_info *a = mm_tile_archive_info(set->archive[i]);

		min = a->min_zoom < min ? a->min_zoom : min;
		max = a->max_zoom > max ? a->max_zoom : max;
	}
	*ret_max = max;
	*ret_min = min < max ? min : max;
}

static int64_t center_zoom(unsigned min, unsigned max)
{
	enum { TOWN_ZOOM = 12 };

	return min > TOWN_ZOOM ? min : max < TOWN_ZOOM ? max : TOWN_ZOOM;
}

/* How the tiles are to be encoded: as f= says, else "mvt" where they can be. */
static enum mm_code choose_encoding(const struct mm_tile_set *set, const struct mm_request *r,
				    const char **ret, struct mm_err *reterr)
{
	const bool has_mvt = mm_tile_set_has_encoding(set, MM_TILE_MVT);
	const bool has_mlt = mm_tile_set_has_encoding(set, MM_TILE_MLT);
	const char *f = mm_request_param(r, "f");

	if (!f)
		f = has_mvt ? "mvt" : "mlt";
	if (strcmp(f, "mvt") != 0 && strcmp(f, "mlt") != 0)
		return mm_fail(reterr, MM_E_INVALID, "f", "f=: write mvt or mlt, the encoding of the tiles");
	if (strcmp(f, "mvt") == 0 ? !has_mvt : !has_mlt)
		return mm_fail(reterr, MM_E_INVALID, "f",
			       "these tiles come from an archive in %s: leave f= out",
			       has_mvt ? "MVT" : "MLT");
	*ret = f;
	return MM_OK;
}

/* What the whole is called. */
static const char *name_of(const struct mm_tile_set *set, const char *lang, const char *list)
{
	if (mm_tile_set_is_stored(set))
		return mm_title_in(&mm_tile_archive_info(set->archive[0])->title, lang, list);
	if (set->count == 1 && set->archive_count == 0)
		return mm_title_in(&mm_layer_schema(set->layer[0])->title, lang, list);
	return mm_title_in(&mm_catalog_map(set->catalog)->title, lang, "munimap");
}

/* Whose data these are: the map's word, unless all is an archive's, and that of each archive. */
static const char *attribution_of(const struct mm_tile_set *set, const char *lang, struct mm_arena *mem)
{
	const char *text =
	    set->count ? mm_title_in(&mm_catalog_map(set->catalog)->attribution, lang, "") : "";

	for (size_t i = 0; i < set->archive_count && text; i++) {
		const char *more = mm_tile_archive_about(set->archive[i])->attribution;

		if (*more)
			text = mm_arena_printf(mem, "%s%s%s", text, *text ? ", " : "", more);
	}
	return text ? text : "";
}

/* An addition to TileJSON: what is in the data and not in these tiles. Archives are as they are. */
static void put_left_out(struct mm_json *j, const struct mm_tile_set *set,
			 const struct mm_tile_filter *filter, size_t budget_bytes)
{
	if (set->count == 0)
		return;
	mm_json_open(j, "left_out", '{');
	mm_json_int(j, "budget_bytes", (int64_t)(budget_bytes ? budget_bytes : (size_t)MM_TILE_BUDGET_BYTES));
	mm_json_int(j, "features_max", MM_TILE_FEATURES_MAX);
	mm_json_int(j, "vertices_max", MM_TILE_VERTICES_MAX);
	mm_json_text(j, "header", "X-Munimap-Dropped");
	mm_json_open(j, "layers", '[');
	for (size_t i = 0; i < set->count; i++) {
		const struct mm_schema *s = mm_layer_schema(set->layer[i]);

		mm_tile_put_left_out(j, set->layer[i], set->is_label[i], filter->only[i], s->min_zoom,
				     mm_tile_set_last_zoom(s));
	}
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

/* The template of the tiles, with the conditions that this document was asked for with. */
static void put_template(struct mm_json *j, const struct mm_request *r, const char *list,
			 const char *encoding)
{
	static const char *const passed[] = {MM_TILE_FILTER_PARAMS, "properties"};
	struct mm_buf b;
	char sep = '?';

	mm_buf_init(&b, 65536);
	mm_buf_printf(&b, "%s/tiles/%s/{z}/{x}/{y}.%s", r->base_url, list, encoding);
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		const char *value = mm_request_param(r, passed[i]);

		if (!value)
			continue;
		mm_buf_printf(&b, "%c%s=", sep, passed[i]);
		mm_text_put_url(&b, value, strlen(value));
		sep = '&';
	}
	mm_json_open(j, "tiles", '[');
	mm_json_text_n(j, NULL, (const char *)b.data, b.len);
	mm_json_close(j, ']');
	j->out->failed |= b.failed;
	mm_buf_release(&b);
}

static void put_tilejson(const struct mm_tile_set *set, const struct mm_tile_filter *filter,
			 const struct mm_request *r, const char *list, const char *encoding,
			 size_t budget_bytes, struct mm_buf *out)
{
	const char *lang = mm_request_lang(r, "ru");
	const char *attribution = attribution_of(set, lang, r->mem);
	struct mm_box box = bounds(set);
	struct mm_json j = mm_json_on(out);
	unsigned min, max;

	zooms(set, &min, &max);
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "tilejson", "3.0.0");
	mm_json_text(&j, "name", name_of(set, lang, list));
	if (mm_tile_set_is_stored(set))
		put_description(&j, set->archive[0], lang);
	if (*attribution)
		mm_json_text(&j, "attribution", attribution);
	mm_json_text(&j, "scheme", "xyz");
	put_template(&j, r, list, encoding);
	if (strcmp(encoding, "mvt") != 0) /* what MapLibre reads here; all others know nothing but MVT */
		mm_json_text(&j, "encoding", encoding);
	mm_out_box(&j, "bounds", &box);
	mm_json_open(&j, "center", '[');
	mm_json_double(&j, NULL, (box.min_x + box.max_x) / 2);
	mm_json_double(&j, NULL, (box.min_y + box.max_y) / 2);
	mm_json_int(&j, NULL, center_zoom(min, max));
	mm_json_close(&j, ']');
	mm_json_int(&j, "minzoom", min);
	mm_json_int(&j, "maxzoom", max);
	mm_json_open(&j, "vector_layers", '[');
	for (size_t i = 0; i < set->count; i++)
		put_vector_layer(&j, set, i, lang, r->mem);
	for (size_t i = 0; i < set->archive_count; i++)
		put_archive_layers(&j, set->archive[i]);
	mm_json_close(&j, ']');
	put_left_out(&j, set, filter, budget_bytes);
	mm_json_close(&j, '}');
}

/* The ids of the layers found, joined by commas: what the client asked for without repeats. */
static const char *join(const struct mm_tile_set *set, struct mm_arena *mem)
{
	const char *list = "";

	for (size_t i = 0; i < set->count && list; i++)
		list = mm_arena_printf(mem, "%s%s%s", list, i ? "," : "", mm_tile_set_id(set, i, mem));
	for (size_t i = 0; i < set->archive_count && list; i++)
		list = mm_arena_printf(mem, "%s%s%s", list, *list ? "," : "",
				       mm_tile_archive_info(set->archive[i])->id);
	return mem->exhausted ? NULL : list;
}

static enum mm_code check_tiles(const struct mm_tile_set *set, const char *encoding,
				const struct mm_request *r, struct mm_err *reterr)
{
	const struct mm_tile_question q = {.set = set,
					   .encoding = strcmp(encoding, "mlt") ? MM_TILE_MVT : MM_TILE_MLT};

	return mm_tile_check(&q, r, reterr);
}

enum mm_code mm_api_tilejson(void *ctx, const struct mm_request *r, struct mm_response *rs,
			     struct mm_err *reterr)
{
	static const char *const known[] = {"lang", "f", "properties", MM_TILE_FILTER_PARAMS};
	static const char suffix[] = ".json";
	const struct mm_api *api = ctx;
	const char *last = mm_out_segment(r, 1), *encoding = NULL, *list;
	struct mm_tile_set set = {0};
	struct mm_tile_filter filter = {0};
	enum mm_code rc = mm_request_only(r, known, sizeof(known) / sizeof(known[0]), reterr);

	if (!rc)
		rc = mm_out_catalog(ctx, &set.catalog, reterr);
	if (rc)
		return rc;
	list = mm_arena_text(r->mem, last, strlen(last) - (sizeof(suffix) - 1));
	rc = list ? mm_tile_set_find(&set, r, list, reterr) : mm_fail_nomem(reterr);
	if (!rc)
		rc = choose_encoding(&set, r, &encoding, reterr);
	if (!rc) /* what would be wrong in each tile is wrong here */
		rc = check_tiles(&set, encoding, r, reterr);
	if (!rc)
		rc = mm_tile_filter_read(&filter, api, r, &set, reterr);
	if (!rc) {
		list = join(&set, r->mem);
		if (!list)
			rc = mm_fail_nomem(reterr);
	}
	if (!rc) {
		put_tilejson(&set, &filter, r, list, encoding, api->tile_budget_bytes, &rs->body);
		rs->etag =
		    mm_out_etag(r, mm_hash64(rs->body.data, rs->body.len, 0), mm_request_lang(r, "ru"));
		rc = mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
	}
	mm_tile_filter_release(&filter);
	(void)mm_catalog_unref(set.catalog);
	return rc;
}
