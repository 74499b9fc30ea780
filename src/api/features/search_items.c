#include "api/features/features.h"

#include "api/features/exports.h"
#include "api/features/search_body.h"
#include "api/out.h"

#include <string.h>

/*
 * POST "/collections/{id}/search": what GET "/collections/{id}/items" gives, for conditions that are longer
 * than an address may be. The body has the same parameters, as a JSON object or as a form has them; only f
 * and lang stand in the address, as they say how the answer is made. POST on "items" itself creates features
 * (OGC 20-002), hence the path of its own, as STAC API has it, whose way of paging this is, too: a link with
 * "method": "POST" and a "body" to be merged into the one that was sent.
 */

enum mm_code mm_api_items_search(void *ctx, const struct mm_request *r, struct mm_response *rs,
				 struct mm_err *reterr)
{
	struct mm_request whole = *r;
	int status;
	enum mm_code rc = mm_search_body_read(&whole, &status, reterr);

	if (status) {
		mm_response_problem_status(rs, r, status,
					   mm_arena_printf(r->mem, "%s%s%s", reterr->where,
							   *reterr->where ? ": " : "", reterr->msg));
		return MM_OK;
	}
	if (!rc)
		rc = mm_api_items(ctx, &whole, rs, reterr);
	rs->etag = NULL; /* a tag is of what an address gives */
	rs->cache_control = "no-store";
	return rc;
}

static void put_link(struct mm_json *j, const struct mm_request *r, const struct mm_items *it,
		     const char *rel, const char *type, const char *page)
{
	const char *href = mm_arena_printf(r->mem, "%s/collections/%s/search%s%s", r->base_url,
					   mm_layer_schema(it->layer)->id, *r->query ? "?" : "", r->query);

	if (!href || !page) {
		j->out->failed = true;
		return;
	}
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "href", href);
	mm_json_text(j, "rel", rel);
	mm_json_text(j, "type", type);
	mm_json_text(j, "method", "POST");
	mm_json_bool(j, "merge", true);
	mm_json_open(j, "body", '{');
	if (*page)
		mm_json_text(j, "page", page);
	else if (it->is_next_page && strcmp(rel, "self") != 0)
		mm_json_null(j, "page");
	if (mm_request_param(r, "offset") && strcmp(rel, "self") != 0)
		mm_json_null(j, "offset");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

void mm_items_put_search_links(struct mm_json *j, const struct mm_request *r, const struct mm_items *it,
			       const char *type)
{
	const uint32_t given = it->page.count, next = it->offset + given;

	put_link(j, r, it, "self", type, "");
	if (given && next < it->page.matched)
		put_link(j, r, it, "next", type, mm_items_page(r, it, next));
	if (it->offset)
		put_link(j, r, it, "prev", type,
			 it->offset > it->limit ? mm_items_page(r, it, it->offset - it->limit) : "");
}
