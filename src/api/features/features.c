#include "api/features/features.h"

#include "api/edits/edits.h"
#include "api/features/download.h"
#include "api/features/exports.h"
#include "api/features/pages.h"
#include "api/out.h"
#include "base/text.h"
#include "encode/geojson.h"

#include <inttypes.h>
#include <string.h>

/* "/collections/{id}/items" and "/collections/{id}/items/{feature}" (OGC API Features Part 1, 7.15 and 7.16).
 */

enum { ITEMS_BYTES = 48 << 20 };

const char *mm_items_page(const struct mm_request *r, const struct mm_items *it, uint32_t offset)
{
	const uint64_t version = mm_layer_version(it->layer), others = mm_filter_run_others(it->filter);

	return others ? mm_arena_printf(r->mem, "%016" PRIx64 "-%u-%016" PRIx64, version, offset, others)
		      : mm_arena_printf(r->mem, "%016" PRIx64 "-%u", version, offset);
}

const char *mm_items_path(const struct mm_request *r, const struct mm_items *it, const char *f,
			  uint32_t offset)
{
	const struct mm_layer *l = it->layer;
	const bool is_html = strcmp(f, "html") == 0;
	const char *page = offset && !is_html ? mm_items_page(r, it, offset) : "";
	struct mm_buf b;
	char *path;

	if (!page)
		return NULL;

	mm_buf_init(&b, 65536);
	mm_buf_printf(&b, "/collections/%s/items?", mm_layer_schema(l)->id);
	for (size_t i = 0; i < r->param_count; i++) {
		const struct mm_param *p = &r->param[i];

		if (strcmp(p->name, "offset") == 0 || strcmp(p->name, "page") == 0 ||
		    strcmp(p->name, "f") == 0)
			continue;
		mm_text_put_url(&b, p->name, strlen(p->name));
		mm_buf_byte(&b, '=');
		mm_text_put_url(&b, p->value, strlen(p->value));
		mm_buf_byte(&b, '&');
	}
	mm_buf_printf(&b, "f=%s", f);
	if (offset && is_html)
		mm_buf_printf(&b, "&offset=%u", offset);
	else if (offset)
		mm_buf_printf(&b, "&page=%s", page);
	path = b.failed ? NULL : mm_arena_text(r->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return path;
}

const char *mm_item_path(const struct mm_request *r, const struct mm_layer *l, uint32_t row)
{
	struct mm_buf b;
	char id[1100], *path;
	size_t n = mm_layer_id_format(l, row, id, sizeof(id));

	mm_buf_init(&b, 8192);
	mm_buf_printf(&b, "/collections/%s/items/", mm_layer_schema(l)->id);
	mm_text_put_url(&b, id, n < sizeof(id) ? n : sizeof(id) - 1);
	path = b.failed ? NULL : mm_arena_text(r->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return path;
}

static void put_page_link(struct mm_json *j, const struct mm_request *r, const char *path, const char *rel,
			  const char *type)
{
	if (path)
		mm_out_link(j, r, path, rel, type, NULL);
	else
		j->out->failed = true;
}

static void put_items_links(struct mm_json *j, const struct mm_request *r, const struct mm_items *it,
			    const struct mm_encoder *e)
{
	const char *id = mm_layer_schema(it->layer)->id, *f = e->is_page ? e->f : "json";
	const uint32_t given = it->page.count, next = it->offset + given;

	mm_json_open(j, "links", '[');
	if (r->method == MM_POST) {
		mm_items_put_search_links(j, r, it, e->media_type);
		put_page_link(j, r, mm_arena_printf(r->mem, "/collections/%s", id), "collection",
			      MM_TYPE_JSON_MEDIA);
		mm_json_close(j, ']');
		return;
	}
	put_page_link(j, r, mm_items_path(r, it, f, it->offset), "self", e->media_type);
	put_page_link(j, r, mm_items_path(r, it, "html", it->offset), "alternate", "text/html");
	if (given && next < it->page.matched)
		put_page_link(j, r, mm_items_path(r, it, f, next), "next", e->media_type);
	if (it->offset)
		put_page_link(j, r,
			      mm_items_path(r, it, f, it->offset > it->limit ? it->offset - it->limit : 0),
			      "prev", e->media_type);
	put_page_link(j, r, mm_arena_printf(r->mem, "/collections/%s", id), "collection", MM_TYPE_JSON_MEDIA);
	mm_json_close(j, ']');
}

/* What stands after the features of a page. */
static void put_about(const struct mm_items *it, const struct mm_request *r, const struct mm_encoder *e,
		      struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);

	mm_json_int(&j, "numberMatched", it->page.matched);
	mm_json_int(&j, "numberReturned", it->page.count);
	put_items_links(&j, r, it, e);
}

static enum mm_code open_writer(struct mm_geojson *w, const struct mm_layer *l, const struct mm_out_crs *crs,
				struct mm_kit *kit, struct mm_err *reterr)
{
	const struct mm_coords_crs in = {crs->definition, crs->is_north_first, crs->is_degrees};

	return mm_geojson_init(w, l, strcmp(crs->definition, MM_CRS84) == 0 ? NULL : &in, kit->proj, reterr);
}

static void put_crs_header(const struct mm_request *r, struct mm_response *rs, const struct mm_out_crs *crs)
{
	const char *value = mm_arena_printf(r->mem, "<%s>", crs->uri);

	if (value)
		mm_response_header(rs, "Content-Crs", value);
}

/* ---- formats ---- */

/* Says why there is no such format: among those there are, files are, too, which are made elsewhere. */
static enum mm_code refuse_format(const struct mm_request *r, const struct mm_offer *offers, size_t count,
				  struct mm_err *reterr)
{
	size_t file_count, chosen;
	const struct mm_offer *files = mm_export_offers(&file_count);
	struct mm_offer *all = mm_arena_array(r->mem, count + file_count, sizeof(*all));
	enum mm_code rc;

	if (!all)
		return mm_fail_nomem(reterr);
	memcpy(all, offers, count * sizeof(*all));
	memcpy(all + count, files, file_count * sizeof(*all));
	rc = mm_negotiate(r, all, count + file_count, &chosen, reterr);
	return rc ? rc : mm_fail(reterr, MM_E_INVALID, "f", "this file is not to be had here");
}

/* Which format is asked for; NULL: a page for people. */
static enum mm_code choose_format(const struct mm_request *r, const struct mm_encoder **ret,
				  struct mm_err *reterr)
{
	struct mm_offer offers[MM_ENCODERS + 3] = {
	    {MM_TYPE_GEOJSON_MEDIA, "json"}, {"application/json", "json"}, {"text/html", "html"}};
	size_t chosen = 0;
	enum mm_code rc;

	for (size_t i = 0; i < MM_ENCODERS; i++)
		offers[3 + i] = (struct mm_offer){mm_encoders[i]->media_type, mm_encoders[i]->f};
	rc = mm_negotiate(r, offers, MM_ENCODERS + 3, &chosen, NULL);
	if (rc)
		return refuse_format(r, offers, MM_ENCODERS + 3, reterr);
	*ret = chosen >= 3 ? mm_encoders[chosen - 3] : chosen < 2 ? &mm_encoder_geojson_page : NULL;
	return MM_OK;
}

static enum mm_code answer_html(const struct mm_request *r, struct mm_items *it, struct mm_response *rs,
				struct mm_err *reterr)
{
	enum mm_code rc = mm_query_run(it->layer, &it->query, it->kit->proj, it->offset, it->limit, r->mem,
				       &it->page, reterr);

	if (rc)
		return rc;
	mm_items_put_html(it, r, &rs->body);
	mm_response_header(rs, "OGC-NumberMatched", mm_arena_printf(r->mem, "%u", it->page.matched));
	mm_response_header(rs, "OGC-NumberReturned", mm_arena_printf(r->mem, "%u", it->page.count));
	return mm_out_done(rs, MM_TYPE_HTML_MEDIA, reterr);
}

static enum mm_code answer_plan(const struct mm_request *r, struct mm_items *it, struct mm_response *rs,
				struct mm_err *reterr)
{
	enum mm_code rc = mm_query_run(it->layer, &it->query, it->kit->proj, it->offset, it->limit, r->mem,
				       &it->page, reterr);

	if (!rc)
		mm_items_put_plan(it, &rs->body);
	return rc ? rc : mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}

static enum mm_code answer_items(const struct mm_api *api, const struct mm_request *r,
				 const struct mm_encoder *e, struct mm_items *it, struct mm_response *rs,
				 struct mm_err *reterr)
{
	uint64_t version = mm_layer_version(it->layer) ^ mm_layer_identity(it->layer);
	enum mm_code rc = mm_items_ask(r, !e, it, reterr);

	if (rc)
		return rc;
	if (it->explains)
		return answer_plan(r, it, rs, reterr);
	version ^= mm_filter_run_others(it->filter);
	rs->etag = mm_out_etag(r, version,
			       mm_arena_printf(r->mem, "%s%s", e ? e->f : "html", mm_request_lang(r, "ru")));
	if (mm_request_is_fresh(r, rs->etag))
		return MM_OK;
	return e ? mm_download_answer(api, r, e, it, e->is_page ? put_about : NULL, rs, reterr)
		 : answer_html(r, it, rs, reterr);
}

/* Who gets a link to a next page may come for it when the data are others. */
static void keep_version(const struct mm_api *api, const struct mm_items *it, const struct mm_layer *layer)
{
	const struct mm_entry *e = mm_catalog_find_entry(it->catalog, mm_layer_schema(layer)->id);

	if (e && e->layer == layer && it->offset + (uint64_t)it->page.count < it->page.matched)
		mm_pages_keep(api->pages, e);
}

/* A form sends the fields that were left empty, too. */
static const struct mm_request *filled_in(const struct mm_request *r, struct mm_request *ret)
{
	*ret = *r;
	ret->param_count = 0;
	for (size_t i = 0; i < r->param_count; i++)
		if (*r->param[i].value)
			ret->param[ret->param_count++] = r->param[i];
	return ret;
}

enum mm_code mm_api_items(void *ctx, const struct mm_request *r, struct mm_response *rs,
			  struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	struct mm_items it = {0};
	const struct mm_encoder *e = NULL;
	struct mm_request form;
	struct mm_layer *layer;
	enum mm_code rc;

	if (mm_export_is_asked(r))
		return mm_api_export(ctx, r, rs, reterr);
	rc = choose_format(r, &e, reterr);
	if (!rc && !e && r->method == MM_POST)
		rc = mm_fail(reterr, MM_E_INVALID, "f",
			     "a page for people has an address: get it, or write f=json");
	if (!rc && !e)
		r = filled_in(r, &form);
	it.is_whole = e && !e->is_page;
	if (!rc)
		rc = mm_items_version(api, r, &it, reterr);
	layer = it.layer;
	if (!rc)
		rc = mm_kits_take(api->kits, &it.kit, reterr);
	if (!rc)
		rc = answer_items(api, r, e, &it, rs, reterr);
	if (!rc && e && e->is_page && !it.explains)
		keep_version(api, &it, layer);
	mm_filter_run_free(it.filter);
	mm_kits_give(api->kits, it.kit);
	(void)mm_layer_unref(it.layer);
	(void)mm_catalog_unref(it.catalog);
	return rc;
}

static enum mm_code put_item_json(const struct mm_api *api, const struct mm_catalog *c,
				  const struct mm_layer *l, uint32_t row, const struct mm_request *r,
				  struct mm_response *rs, struct mm_err *reterr)
{
	struct mm_kit *kit = NULL;
	struct mm_json j = {.out = &rs->body, .comma = true};
	struct mm_out_crs crs;
	const char *path = mm_item_path(r, l, row);
	struct mm_geojson w;
	enum mm_code rc;

	if (!path)
		return mm_fail_nomem(reterr);
	rc = mm_kits_take(api->kits, &kit, reterr);
	if (rc)
		return rc;
	rc = mm_out_crs_param(r, "crs", c, mm_layer_schema(l), kit->proj, &crs, reterr);
	if (!rc)
		rc = open_writer(&w, l, &crs, kit, reterr);
	if (!rc) {
		put_crs_header(r, rs, &crs);
		mm_geojson_put_open(&w, row, &rs->body);
		mm_geojson_release(&w);
		mm_json_open(&j, "links", '[');
		mm_out_link(&j, r, path, "self", MM_TYPE_GEOJSON_MEDIA, NULL);
		put_page_link(&j, r, mm_arena_printf(r->mem, "%s?f=html", path), "alternate", "text/html");
		put_page_link(&j, r, mm_arena_printf(r->mem, "/collections/%s", mm_layer_schema(l)->id),
			      "collection", MM_TYPE_JSON_MEDIA);
		mm_json_close(&j, ']');
		mm_buf_byte(&rs->body, '}');
	}
	mm_kits_give(api->kits, kit);
	return rc;
}

enum mm_code mm_api_item(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	static const char *const known[] = {"crs", "f", "lang"};
	const struct mm_catalog *c = NULL;
	const struct mm_layer *l = NULL;
	const char *id = mm_out_segment(r, 3);
	bool is_html = false;
	uint32_t row;
	enum mm_code rc = mm_request_only(r, known, 3, reterr);

	if (!rc)
		rc = mm_out_format(r, MM_TYPE_GEOJSON_MEDIA, &is_html, reterr);
	if (!rc)
		rc = mm_out_layer(ctx, r, mm_out_segment(r, 1), &c, &l, reterr);
	if (rc)
		return rc;
	row = mm_layer_find_id(l, id, strlen(id));
	if (row == UINT32_MAX)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "feature",
			     "there is no feature with this id in the collection");
	else if (is_html)
		mm_item_put_html(c, l, row, r, &rs->body);
	else
		rc = put_item_json(ctx, c, l, row, r, rs, reterr);
	if (!rc && !is_html) {
		const char *changed = mm_row_last_modified(r, l);

		rs->etag = mm_row_etag(r, l, row);
		if (changed)
			mm_response_header(rs, "Last-Modified", changed);
	} else if (!rc)
		rs->etag = mm_out_etag(r, mm_layer_version(l) ^ mm_layer_identity(l),
				       mm_arena_printf(r->mem, "%s%s", mm_request_lang(r, "ru"), id));
	(void)mm_catalog_unref(c);
	return rc ? rc : mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_GEOJSON_MEDIA, reterr);
}
