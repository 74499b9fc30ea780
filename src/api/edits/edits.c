#include "api/edits/edits.h"

#include "api/out.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* "/collections/{id}/items" and "/collections/{id}/items/{feature}" written to (OGC API Features Part 4, OGC
 * 20-002). */

/* One request that writes. */
struct job {
	struct mm_api *api;
	const struct mm_request *r;
	struct mm_response *rs;
	const struct mm_catalog *catalog;
	const struct mm_entry *entry;
	struct mm_edit_body body;
	const char *if_match;
	int64_t unmodified_ms; /* since when it may not have changed, where there is no If-Match; -1: any */
	int status;            /* that no code maps to; 0: by the code */
};

/* ---- may it, and is it what we read? ---- */

static const char *media_of(const struct mm_request *r, size_t *ret_len)
{
	const char *media = mm_request_header(r, "Content-Type");

	*ret_len = media ? strcspn(media, "; \t") : 0;
	return media;
}

/* Types that no form of a page of another site can send. */
static enum mm_code check_media(struct job *b, struct mm_err *reterr)
{
	static const char *const whole[] = {"application/geo+json", "application/json"};
	static const char *const patch[] = {"application/merge-patch+json"};
	bool is_patch = b->r->method == MM_PATCH;
	const char *const *good = is_patch ? patch : whole;
	size_t n, count = is_patch ? 1 : 2;
	const char *media = media_of(b->r, &n);

	for (size_t i = 0; media && i < count; i++)
		if (n == strlen(good[i]) && strncasecmp(media, good[i], n) == 0)
			return MM_OK;
	b->status = 415;
	return mm_fail(reterr, MM_E_INVALID, "Content-Type", "write %s", good[0]);
}

static enum mm_code check_access(struct job *b, struct mm_err *reterr)
{
	const struct mm_edit_answer a = mm_edit_may(b->api, b->r, b->entry);

	b->status = a.status;
	return a.status ? mm_fail(reterr, MM_E_INVALID, "", "%s", a.why) : MM_OK;
}

static enum mm_code check_version_is_named(struct job *b, struct mm_err *reterr)
{
	const char *since = mm_request_header(b->r, "If-Unmodified-Since");

	b->if_match = mm_request_header(b->r, "If-Match");
	b->unmodified_ms = -1; /* a date that is none does not count (RFC 9110, 13.1.4) */
	if (!b->if_match && since)
		(void)mm_clock_parse_http(since, &b->unmodified_ms);
	if (b->if_match || b->unmodified_ms >= 0 || b->r->method == MM_POST ||
	    !mm_catalog_map(b->catalog)->requires_if_match)
		return MM_OK;
	b->status = 428;
	return mm_fail(
	    reterr, MM_E_INVALID, "If-Match",
	    "name the version that you have changed: the ETag of the feature as you got it, or its "
	    "Last-Modified in If-Unmodified-Since");
}

static bool asks_version(const struct job *b)
{
	return b->body.id && (b->if_match || b->unmodified_ms >= 0);
}

static enum mm_code check_version(struct job *b, const struct mm_layer *now, uint32_t row,
				  struct mm_err *reterr)
{
	if (b->if_match ? mm_row_tag_matches(b->if_match, mm_row_tag(now, row))
			: mm_row_is_unmodified(now, b->unmodified_ms))
		return MM_OK;
	b->status = 412;
	return mm_fail(reterr, MM_E_INVALID, b->if_match ? "If-Match" : "If-Unmodified-Since",
		       "the feature has been changed since: get it again, and make your change on that");
}

/* In turn, when no other edit can come between. */
static enum mm_code look_at_row(void *ctx, const struct mm_layer *now, struct mm_err *reterr)
{
	struct job *b = ctx;
	const uint32_t row = mm_layer_find_id(now, b->body.id, strlen(b->body.id));
	enum mm_code rc = MM_OK;

	if (row == UINT32_MAX)
		return mm_fail(reterr, MM_E_NOT_FOUND, "feature",
			       "there is no feature with this id in the collection");
	if (asks_version(b))
		rc = check_version(b, now, row, reterr);
	return rc || !b->body.merges ? rc : mm_edit_body_merge(&b->body, now, row, reterr);
}

/* ---- the body ---- */

static const char *content_crs(const struct mm_request *r)
{
	const char *text = mm_request_header(r, "Content-Crs");
	size_t n = text ? strlen(text) : 0;

	return n > 2 && text[0] == '<' && text[n - 1] == '>' ? mm_arena_text(r->mem, text + 1, n - 2) : text;
}

static enum mm_code read_body(struct job *b, struct mm_err *reterr)
{
	static const enum mm_edit_kind kind[MM_METHOD_COUNT] = {
	    [MM_POST] = MM_EDIT_INSERT, [MM_PUT] = MM_EDIT_REPLACE, [MM_PATCH] = MM_EDIT_UPDATE};
	enum mm_code rc;

	b->body.kind = kind[b->r->method];
	if (b->r->method == MM_DELETE) {
		b->body.count = 1;
		b->body.edit = mm_arena_array(b->r->mem, 1, sizeof(*b->body.edit));
		if (!b->body.edit)
			return mm_fail_nomem(reterr);
		*b->body.edit = (struct mm_edit){.kind = MM_EDIT_DELETE, .id = b->body.id, .where = ""};
		return MM_OK;
	}
	rc = mm_kits_take(b->api->kits, &b->body.kit, reterr);
	if (!rc)
		rc =
		    mm_out_crs_named(b->r, "Content-Crs", content_crs(b->r), b->catalog,
				     mm_layer_schema(b->body.layer), b->body.kit->proj, &b->body.crs, reterr);
	if (!rc)
		rc = mm_edit_body_read(&b->body, reterr);
	mm_kits_give(b->api->kits, b->body.kit);
	b->body.kit = NULL;
	if (rc == MM_E_INVALID && b->body.edit && !b->body.is_malformed)
		b->status = 422;
	return rc;
}

static enum mm_code prepare(struct job *b, struct mm_err *reterr)
{
	enum mm_code rc = mm_request_only(b->r, NULL, 0, reterr);

	if (!rc)
		rc = mm_out_layer(b->api, b->r, mm_out_segment(b->r, 1), &b->catalog, &b->body.layer, reterr);
	if (rc)
		return rc;
	b->entry = mm_catalog_find_entry(b->catalog, mm_out_segment(b->r, 1));
	rc = check_access(b, reterr);
	if (!rc && b->r->method != MM_DELETE)
		rc = check_media(b, reterr);
	if (!rc)
		rc = check_version_is_named(b, reterr);
	return rc ? rc : read_body(b, reterr);
}

/* ---- the answer ---- */

static const char *address_of(const struct job *b, const char *id)
{
	struct mm_buf path;
	const char *copy;

	mm_buf_init(&path, 8192);
	mm_buf_printf(&path, "%s/collections/%s/items/", b->r->base_url, mm_layer_schema(b->body.layer)->id);
	mm_text_put_url(&path, id, strlen(id));
	copy = path.failed ? NULL : mm_arena_text(b->r->mem, (const char *)path.data, path.len);
	mm_buf_release(&path);
	return copy;
}

/* One feature: its address. Several: a list of them. */
static enum mm_code answer_created(struct job *b, const char *const *ids, struct mm_err *reterr)
{
	struct mm_json j = mm_json_on(&b->rs->body);
	const char *first = address_of(b, ids[0]);

	if (!first)
		return mm_fail_nomem(reterr);
	b->rs->status = 201;
	b->rs->cache_control = "no-store";
	if (!b->body.is_collection) {
		mm_response_header(b->rs, "Location", first);
		return MM_OK;
	}
	mm_json_open(&j, NULL, '{');
	mm_json_open(&j, "created", '[');
	for (size_t i = 0; i < b->body.count; i++) {
		mm_json_open(&j, NULL, '{');
		mm_json_text(&j, "id", ids[i]);
		mm_json_text(&j, "href", address_of(b, ids[i]));
		mm_json_close(&j, '}');
	}
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
	return mm_out_done(b->rs, MM_TYPE_JSON_MEDIA, reterr);
}

/* A failure with a status of its own; `reterr` is said, and done with. */
static void say(struct job *b, enum mm_code rc, struct mm_err *reterr)
{
	const char *detail =
	    mm_arena_printf(b->r->mem, "%s%s%s", reterr->where, *reterr->where ? ": " : "", reterr->msg);

	if (rc == MM_E_IO) { /* the client must know that it is not known what was written */
		b->status = 500;
		mm_log(MM_LOG_ERROR, "edit without an end", "layer", mm_out_segment(b->r, 1), "error",
		       reterr->msg, (const char *)NULL);
	}
	mm_response_problem_status(b->rs, b->r, b->status, detail);
	if (b->status == 405)
		mm_response_header(b->rs, "Allow", "GET, HEAD, OPTIONS");
	if (b->status == 401)
		mm_response_header(b->rs, "WWW-Authenticate", "Bearer realm=\"munimap\"");
}

/* Blocks until the edit is written: the only thing here that a pool of slow requests would have to run. */
static enum mm_code apply(struct job *b, const char *const **ret_ids, struct mm_err *reterr)
{
	const struct mm_edit_order order = {.layer = b->body.layer,
					    .edit = b->body.edit,
					    .count = b->body.count,
					    .map_crs = mm_catalog_map(b->catalog)->crs_definition,
					    .check = asks_version(b) || b->body.merges ? look_at_row : NULL,
					    .ctx = b};
	enum mm_code rc = mm_edit_apply(b->api->editor, b->api->kits, &order, b->r->mem, ret_ids, reterr);

	if (rc == MM_E_INVALID && !b->status)
		b->status = 422;
	return rc;
}

static enum mm_code edit(struct job *b, struct mm_err *reterr)
{
	const char *const *ids = NULL;
	enum mm_code rc = prepare(b, reterr);

	if (!rc)
		rc = apply(b, &ids, reterr);
	if (!rc && b->r->method == MM_POST)
		rc = answer_created(b, ids, reterr);
	else if (!rc)
		b->rs->status = 204;
	(void)mm_catalog_unref(b->catalog);
	if (!rc || (!b->status && rc != MM_E_IO))
		return rc;
	say(b, rc, reterr);
	return MM_OK;
}

enum mm_code mm_api_edit_items(void *ctx, const struct mm_request *r, struct mm_response *rs,
			       struct mm_err *reterr)
{
	struct job b = {.api = ctx, .r = r, .rs = rs, .body = {.r = r}};

	return edit(&b, reterr);
}

enum mm_code mm_api_edit_item(void *ctx, const struct mm_request *r, struct mm_response *rs,
			      struct mm_err *reterr)
{
	struct job b = {.api = ctx, .r = r, .rs = rs, .body = {.r = r, .id = mm_out_segment(r, 3)}};

	return edit(&b, reterr);
}
