#include "api/out.h"

#include "base/hash.h"

#include <inttypes.h>
#include <string.h>

enum mm_code mm_out_format(const struct mm_request *r, const char *json_media, bool *ret_is_html,
			   struct mm_err *reterr)
{
	const struct mm_offer offers[] = {
	    {json_media, "json"}, {"application/json", "json"}, {"text/html", "html"}};
	size_t chosen = 0;
	enum mm_code rc = mm_negotiate(r, offers, 3, &chosen, reterr);

	if (rc)
		return rc;
	*ret_is_html = chosen == 2;
	return MM_OK;
}

void mm_out_link(struct mm_json *j, const struct mm_request *r, const char *path, const char *rel,
		 const char *type, const char *title)
{
	const char *href = mm_arena_printf(r->mem, "%s%s", r->base_url, path);

	if (!href) {
		j->out->failed = true;
		return;
	}
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "href", href);
	mm_json_text(j, "rel", rel);
	if (type)
		mm_json_text(j, "type", type);
	if (title)
		mm_json_text(j, "title", title);
	mm_json_close(j, '}');
}

void mm_out_box(struct mm_json *j, const char *key, const struct mm_box *b)
{
	mm_json_open(j, key, '[');
	mm_json_double(j, NULL, b->min_x);
	mm_json_double(j, NULL, b->min_y);
	mm_json_double(j, NULL, b->max_x);
	mm_json_double(j, NULL, b->max_y);
	mm_json_close(j, ']');
}

enum mm_code mm_out_catalog(const struct mm_api *api, const struct mm_catalog **ret, struct mm_err *reterr)
{
	const struct mm_catalog *c = mm_catalog_acquire(api->catalog);

	if (!c)
		return mm_fail(reterr, MM_E_BUSY, "", "the map is still loading: try again in a moment");
	*ret = c;
	return MM_OK;
}

enum mm_code mm_out_no_layer(const struct mm_catalog *c, const struct mm_request *r, const char *id,
			     struct mm_err *reterr)
{
	if (mm_catalog_find_raster(c, id))
		return mm_fail(reterr, MM_E_NOT_FOUND, "collection",
			       "\"%s\" is a picture and has no features: see %s/collections/%s/map", id,
			       r->base_url, id);
	if (mm_catalog_find_archive(c, id))
		return mm_fail(reterr, MM_E_NOT_FOUND, "collection",
			       "\"%s\" comes as tiles and has no features: see %s/tiles/%s.json", id,
			       r->base_url, id);
	return mm_fail(
	    reterr, MM_E_NOT_FOUND, "collection",
	    "there is no collection of this name: see %s/collections, and %s/status for what could "
	    "not be loaded",
	    r->base_url, r->base_url);
}

enum mm_code mm_out_layer(const struct mm_api *api, const struct mm_request *r, const char *id,
			  const struct mm_catalog **ret_catalog, const struct mm_layer **ret,
			  struct mm_err *reterr)
{
	const struct mm_catalog *c = NULL;
	const struct mm_layer *l;
	enum mm_code rc = mm_out_catalog(api, &c, reterr);

	if (rc)
		return rc;
	l = mm_catalog_find(c, id);
	if (!l) {
		rc = mm_out_no_layer(c, r, id, reterr);
		(void)mm_catalog_unref(c);
		return rc;
	}
	*ret_catalog = c;
	*ret = l;
	return MM_OK;
}

const char *mm_out_segment(const struct mm_request *r, size_t i)
{
	MM_CHECK(i < r->segment_count);
	return r->segment[i];
}

const char *mm_out_etag(const struct mm_request *r, uint64_t version, const char *more)
{
	uint64_t h = mm_hash64(r->base_url, strlen(r->base_url), version);

	h = mm_hash64(more, strlen(more), h);
	h = mm_hash64(r->query, strlen(r->query), h);
	return mm_arena_printf(r->mem, "%016" PRIx64, h);
}

const char *mm_out_page_etag(const struct mm_request *r, uint64_t version, bool is_html)
{
	const char *more =
	    mm_arena_printf(r->mem, "%s %s", is_html ? "html" : "json", mm_request_lang(r, "ru"));

	return more ? mm_out_etag(r, version, more) : NULL;
}

enum mm_code mm_out_done(struct mm_response *rs, const char *content_type, struct mm_err *reterr)
{
	if (rs->body.failed)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "the answer is too large: ask for a smaller area or a lower limit=");
	rs->content_type = content_type;
	return MM_OK;
}

enum mm_code mm_out_page(const struct mm_api *api, const struct mm_request *r, const char *json_media,
			 mm_out_put json, mm_out_put html, struct mm_response *rs, struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang"};
	const struct mm_catalog *c = NULL;
	bool is_html = false;
	enum mm_code rc = mm_request_only(r, known, 2, reterr);

	if (!rc)
		rc = mm_out_format(r, json_media, &is_html, reterr);
	if (!rc)
		rc = mm_out_catalog(api, &c, reterr);
	if (rc)
		return rc;
	(is_html ? html : json)(c, r, &rs->body);
	rs->etag = mm_out_page_etag(r, mm_catalog_version(c), is_html);
	(void)mm_catalog_unref(c);
	return mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : json_media, reterr);
}
