#include "api/features.h"

#include "api/edits.h"
#include "api/exports.h"
#include "api/out.h"
#include "api/pages.h"
#include "base/text.h"
#include "encode/geojson.h"

#include <inttypes.h>
#include <string.h>

/* "/collections/{id}/items" and "/collections/{id}/items/{feature}" (OGC API Features Part 1, 7.15 and 7.16).
 */

enum { ITEMS_BYTES = 48 << 20 };

const char *mm_items_path(const struct mm_request *r, const struct mm_layer *l, const char *f,
			  uint32_t offset)
{
	struct mm_buf b;
	char *path;

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
	if (offset && strcmp(f, "html") == 0)
		mm_buf_printf(&b, "&offset=%u", offset);
	else if (offset)
		mm_buf_printf(&b, "&page=%016" PRIx64 "-%u", mm_layer_version(l), offset);
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
			    uint32_t given)
{
	const char *id = mm_layer_schema(it->layer)->id;
	uint32_t next = it->offset + given;

	mm_json_open(j, "links", '[');
	put_page_link(j, r, mm_items_path(r, it->layer, "json", it->offset), "self", MM_TYPE_GEOJSON_MEDIA);
	put_page_link(j, r, mm_items_path(r, it->layer, "html", it->offset), "alternate", "text/html");
	if (given && next < it->page.matched)
		put_page_link(j, r, mm_items_path(r, it->layer, "json", next), "next", MM_TYPE_GEOJSON_MEDIA);
	if (it->offset)
		put_page_link(
		    j, r,
		    mm_items_path(r, it->layer, "json", it->offset > it->limit ? it->offset - it->limit : 0),
		    "prev", MM_TYPE_GEOJSON_MEDIA);
	put_page_link(j, r, mm_arena_printf(r->mem, "/collections/%s", id), "collection", MM_TYPE_JSON_MEDIA);
	mm_json_close(j, ']');
}

static enum mm_code open_writer(struct mm_geojson *w, const struct mm_layer *l, const struct mm_out_crs *crs,
				struct mm_kit *kit, struct mm_err *reterr)
{
	const struct mm_geojson_crs in = {crs->definition, crs->is_north_first, crs->is_degrees};

	return mm_geojson_init(w, l, strcmp(crs->definition, MM_CRS84) == 0 ? NULL : &in, kit->proj, reterr);
}

/* Features first, numbers and links after them: how many fit is known only then. A page that would grow past
 * ITEMS_BYTES ends early; its "next" goes on from there. */
static enum mm_code put_items_json(const struct mm_items *it, const struct mm_request *r, struct mm_buf *out,
				   uint32_t *ret_given, struct mm_err *reterr)
{
	struct mm_geojson w;
	struct mm_json j = mm_json_on(out);
	enum mm_code rc = open_writer(&w, it->layer, &it->crs, it->kit, reterr);
	uint32_t given = 0;

	if (rc)
		return rc;
	w.leaves_out = it->leaves_out;
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "type", "FeatureCollection");
	mm_json_open(&j, "features", '[');
	while (given < it->page.count && out->len < ITEMS_BYTES && !out->failed) {
		mm_json_key(&j, NULL);
		mm_geojson_put(&w, it->page.row[given++], out);
	}
	mm_json_close(&j, ']');
	mm_geojson_release(&w);
	mm_json_int(&j, "numberMatched", it->page.matched);
	mm_json_int(&j, "numberReturned", given);
	put_items_links(&j, r, it, given);
	mm_json_close(&j, '}');
	*ret_given = given;
	return MM_OK;
}

static void put_count_headers(const struct mm_request *r, struct mm_response *rs, uint32_t matched,
			      uint32_t given)
{
	const char *m = mm_arena_printf(r->mem, "%u", matched), *g = mm_arena_printf(r->mem, "%u", given);

	if (!m || !g)
		return;
	mm_response_header(rs, "OGC-NumberMatched", m);
	mm_response_header(rs, "OGC-NumberReturned", g);
}

static void put_crs_header(const struct mm_request *r, struct mm_response *rs, const struct mm_out_crs *crs)
{
	const char *value = mm_arena_printf(r->mem, "<%s>", crs->uri);

	if (value)
		mm_response_header(rs, "Content-Crs", value);
}

static enum mm_code answer_items(const struct mm_request *r, bool is_html, struct mm_items *it,
				 struct mm_response *rs, struct mm_err *reterr)
{
	uint32_t given;
	enum mm_code rc = mm_items_ask(r, is_html, it, reterr);

	if (!rc)
		rc = mm_query_run(it->layer, &it->query, it->kit->proj, it->offset, it->limit, r->mem,
				  &it->page, reterr);
	if (rc)
		return rc;
	given = it->page.count;
	if (it->explains) {
		mm_items_put_plan(it, &rs->body);
		return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
	}
	if (is_html)
		mm_items_put_html(it, r, &rs->body);
	else
		rc = put_items_json(it, r, &rs->body, &given, reterr);
	if (rc)
		return rc;
	put_count_headers(r, rs, it->page.matched, given);
	if (!is_html)
		put_crs_header(r, rs, &it->crs);
	rs->etag = mm_out_etag(r, mm_layer_version(it->layer) ^ mm_layer_identity(it->layer),
			       is_html ? mm_request_lang(r, "ru") : "");
	return mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_GEOJSON_MEDIA, reterr);
}

/* Who gets a link to a next page may come for it when the data are others. */
static void keep_version(const struct mm_api *api, const struct mm_items *it)
{
	const struct mm_entry *e = mm_catalog_find_entry(it->catalog, mm_layer_schema(it->layer)->id);

	if (e && e->layer == it->layer && it->offset + (uint64_t)it->page.count < it->page.matched)
		mm_pages_keep(api->pages, e);
}

enum mm_code mm_api_items(void *ctx, const struct mm_request *r, struct mm_response *rs,
			  struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	struct mm_items it = {0};
	bool is_html = false;
	enum mm_code rc;

	if (mm_export_is_asked(r))
		return mm_api_export(ctx, r, rs, reterr);
	rc = mm_out_format(r, MM_TYPE_GEOJSON_MEDIA, &is_html, reterr);
	if (!rc)
		rc = mm_items_version(api, r, &it, reterr);
	if (!rc)
		rc = mm_kits_take(api->kits, &it.kit, reterr);
	if (!rc)
		rc = answer_items(r, is_html, &it, rs, reterr);
	if (!rc && !is_html && !it.explains)
		keep_version(api, &it);
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
	if (!rc && !is_html)
		rs->etag = mm_row_etag(r, l, row);
	else if (!rc)
		rs->etag = mm_out_etag(r, mm_layer_version(l) ^ mm_layer_identity(l),
				       mm_arena_printf(r->mem, "%s%s", mm_request_lang(r, "ru"), id));
	(void)mm_catalog_unref(c);
	return rc ? rc : mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_GEOJSON_MEDIA, reterr);
}
