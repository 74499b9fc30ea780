#include "search/search.h"

#include "api/api.h"
#include "api/features/features.h"
#include "api/out.h"
#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "geo/kit.h"
#include "search/position.h"

#include <string.h>

/* "/search": one box for streets, addresses, objects by name or number, and coordinates. */

enum { QUERY_BYTES_MAX = 400, LIMIT_DEFAULT = 10, DEADLINE_MS = 300, AROUND_DEG = 2 };

/* ---- what is asked ---- */

static enum mm_code read_near(const char *text, struct mm_search_ask *ask, struct mm_err *reterr)
{
	const char *comma = text ? strchr(text, ',') : NULL;

	if (!text)
		return MM_OK;
	if (!comma || !mm_num_parse(text, (size_t)(comma - text), &ask->near_lon) ||
	    !mm_num_parse(comma + 1, strlen(comma + 1), &ask->near_lat) ||
	    !(ask->near_lon >= -180 && ask->near_lon <= 180 && ask->near_lat >= -90 && ask->near_lat <= 90))
		return mm_fail(reterr, MM_E_INVALID, "near", "write longitude,latitude in degrees");
	ask->has_near = true;
	return MM_OK;
}

static enum mm_code read_layers(const char *text, const struct mm_catalog *c, struct mm_err *reterr)
{
	for (const char *at = text; at && *at; at++) {
		const size_t n = strcspn(at, ",");
		char id[80] = "";

		if (n < sizeof(id))
			memcpy(id, at, n);
		if (!mm_catalog_find_entry(c, id))
			return mm_fail(reterr, MM_E_INVALID, "layers", "there is no layer \"%.*s\"",
				       n < 60 ? (int)n : 60, at);
		at += n;
		if (!*at)
			break;
	}
	return MM_OK;
}

static enum mm_code read_ask(const struct mm_request *r, const struct mm_catalog *c,
			     struct mm_search_ask *ask, struct mm_err *reterr)
{
	static const char *const names[] = {"q", "limit", "near", "layers", "lang", "f"};
	uint32_t limit = LIMIT_DEFAULT;
	enum mm_code rc = mm_request_only(r, names, sizeof(names) / sizeof(names[0]), reterr);

	*ask = (struct mm_search_ask){.text = mm_request_param(r, "q"),
				      .layers = mm_request_param(r, "layers"),
				      .deadline_ns = mm_clock_mono_ns() + (int64_t)DEADLINE_MS * 1000000};
	if (!rc && !ask->text)
		rc = mm_fail(reterr, MM_E_INVALID, "q", "write what is looked for: ?q=улица Ленина 12");
	if (!rc && strlen(ask->text) > QUERY_BYTES_MAX)
		rc = mm_fail(reterr, MM_E_INVALID, "q", "at most %d bytes", QUERY_BYTES_MAX);
	if (!rc && mm_text_utf8_valid(ask->text, strlen(ask->text)) < strlen(ask->text))
		rc = mm_fail(reterr, MM_E_INVALID, "q", "not UTF-8");
	if (!rc)
		rc = mm_items_count(r, "limit", 1, MM_SEARCH_RESULTS_MAX, true, &limit, reterr);
	if (!rc)
		rc = read_near(mm_request_param(r, "near"), ask, reterr);
	if (!rc)
		rc = read_layers(ask->layers, c, reterr);
	if (!rc)
		ask->len = strlen(ask->text);
	if (ask->layers && !*ask->layers)
		ask->layers = NULL;
	ask->limit = limit;
	return rc;
}

/* ---- what is answered ---- */

/* UTF-16 code units of the first n bytes, as browsers count. */
static int64_t units(const char *text, size_t n)
{
	int64_t count = 0;

	for (size_t at = 0; at < n;)
		count += mm_text_utf8_next(text, n, &at) > 0xffff ? 2 : 1;
	return count;
}

static void put_point(struct mm_json *j, double lon, double lat)
{
	mm_json_open(j, "point", '[');
	mm_json_double(j, NULL, lon);
	mm_json_double(j, NULL, lat);
	mm_json_close(j, ']');
}

static void put_result(struct mm_json *j, const struct mm_search_result *r, const char *lang)
{
	const struct mm_schema *s = mm_layer_schema(r->layer);
	const struct mm_box *b = &r->box_deg;
	char id[1100];

	(void)mm_layer_id_format(r->layer, r->row, id, sizeof(id));
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "kind", "feature");
	mm_json_text(j, "collection", s->id);
	mm_json_text(j, "id", id);
	mm_json_text(j, "title", mm_title_in(&s->title, lang, s->id));
	mm_json_text(j, "name", r->name);
	mm_json_text(j, "detail", r->detail);
	if (!mm_box_is_empty(b)) {
		put_point(j, (b->min_x + b->max_x) / 2, (b->min_y + b->max_y) / 2);
		mm_out_box(j, "bbox", b);
	}
	mm_json_open(j, "matches", '[');
	for (size_t i = 0; i < r->mark_count; i++) {
		mm_json_open(j, NULL, '[');
		mm_json_int(j, NULL, units(r->name, r->mark[i][0]));
		mm_json_int(j, NULL, units(r->name, r->mark[i][1]));
		mm_json_close(j, ']');
	}
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

/* Coordinates that were typed come first. */
static enum mm_code put_positions(const struct mm_search_ask *ask, const struct mm_catalog *c,
				  struct mm_kit *kit, const char *lang, struct mm_json *j, size_t *ret_count,
				  struct mm_err *reterr)
{
	struct mm_search_position position[MM_SEARCH_POSITIONS_MAX];
	const struct mm_map_info *info = mm_catalog_map(c);
	const struct mm_transform *to_deg = NULL;
	struct mm_box near = mm_box_empty();
	size_t count;
	enum mm_code rc =
	    mm_transform_get(kit->proj, mm_catalog_map(c)->crs_definition, MM_CRS84, &to_deg, reterr);

	if (rc)
		return rc;
	if (info->has_view) /* features that lie astray do not count */
		near = (struct mm_box){info->view_lon_deg - AROUND_DEG, info->view_lat_deg - AROUND_DEG,
				       info->view_lon_deg + AROUND_DEG, info->view_lat_deg + AROUND_DEG};
	for (size_t i = 0; i < mm_catalog_count(c) && !info->has_view; i++) {
		const struct mm_layer *l = mm_catalog_entry(c, i)->layer;
		const struct mm_box own = l ? mm_layer_box_deg(l) : mm_box_empty();

		if (!mm_box_is_empty(&own))
			mm_box_merge(&near, &own);
	}
	count = mm_search_positions(ask->text, ask->len, to_deg, &near, position);
	count = count < ask->limit ? count : ask->limit;
	for (size_t i = 0; i < count; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "kind", "place");
		mm_json_text(j, "title", strcmp(lang, "ru") == 0 ? "Координаты" : "Coordinates");
		mm_json_text(j, "name", position[i].name);
		mm_json_text(j, "detail", "");
		put_point(j, position[i].lon, position[i].lat);
		mm_json_open(j, "matches", '[');
		mm_json_close(j, ']');
		mm_json_close(j, '}');
	}
	*ret_count = count;
	return MM_OK;
}

static enum mm_code answer(const struct mm_api *api, const struct mm_request *r, const struct mm_catalog *c,
			   struct mm_kit *kit, struct mm_response *rs, struct mm_err *reterr)
{
	const char *lang = mm_request_lang(r, "ru");
	struct mm_json j = mm_json_on(&rs->body);
	struct mm_search_answer a = {0};
	struct mm_search_ask ask;
	size_t places = 0;
	enum mm_code rc = read_ask(r, c, &ask, reterr);

	if (!rc)
		rc = mm_search_run(api->search, &ask, r->mem, &a, reterr);
	if (rc)
		return rc;
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "query", ask.text);
	mm_json_bool(&j, "complete", a.is_complete);
	mm_json_open(&j, "results", '[');
	rc = put_positions(&ask, c, kit, lang, &j, &places, reterr);
	for (size_t i = 0; i < a.count && i + places < ask.limit; i++)
		put_result(&j, &a.result[i], lang);
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
	mm_search_release(&a);
	return rc ? rc : mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}

enum mm_code mm_api_search(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	const struct mm_catalog *c = NULL;
	struct mm_kit *kit = NULL;
	enum mm_code rc = mm_out_catalog(api, &c, reterr);

	if (!rc)
		rc = mm_kits_take(api->kits, &kit, reterr);
	if (!rc)
		rc = answer(api, r, c, kit, rs, reterr);
	mm_kits_give(api->kits, kit);
	(void)mm_catalog_unref(c);
	return rc;
}
