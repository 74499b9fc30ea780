#include "api/viewer.h"

#include "api/api.h"
#include "base/hash.h"
#include "base/text.h"
#include "style/asset.h"

#include <inttypes.h>
#include <string.h>

/* "/viewer/{file}", "/viewer/{folder}/{file}" and the page itself: files built into the program, compressed
 * at build time. */

static enum mm_code give(const struct mm_request *r, struct mm_response *rs, const struct mm_asset *a,
			 struct mm_err *reterr)
{
	enum mm_encoding e =
	    mm_request_encoding(r, (a->br ? 1u << MM_ENCODING_BR : 0) | (a->gz ? 1u << MM_ENCODING_GZIP : 0));
	uint64_t tag = mm_hash64(a->data, a->len, 0);

	if (e == MM_ENCODING_BR && a->br) {
		rs->shared = mm_shared_from_static(a->br, a->br_len);
		rs->shared_encoding = "br";
	} else if (e == MM_ENCODING_GZIP && a->gz) {
		rs->shared = mm_shared_from_static(a->gz, a->gz_len);
		rs->shared_encoding = "gzip";
	} else {
		rs->shared = mm_shared_from_static(a->data, a->len);
		rs->no_compress = true;
	}
	if (!rs->shared)
		return mm_fail_nomem(reterr);
	rs->etag = mm_arena_printf(r->mem, "%016" PRIx64, tag);
	rs->content_type = a->media_type;
	return MM_OK;
}

/* A worker obeys the policy of its own script, not of the page: the map's worker fetches tiles. */
static const char script_policy[] = "default-src 'self'";

enum mm_code mm_api_viewer_page(void *ctx, const struct mm_request *r, struct mm_response *rs,
				struct mm_err *reterr)
{
	const struct mm_asset *a = mm_asset_find("viewer/index.html");

	(void)ctx;
	if (!a)
		return mm_fail(reterr, MM_E_INTERNAL, "viewer", "the page was not built in");
	rs->may_embed = mm_request_param(r, "embed") != NULL; /* it changes nothing on the server */
	return give(r, rs, a, reterr);
}

enum mm_code mm_api_asset(void *ctx, const struct mm_request *r, struct mm_response *rs,
			  struct mm_err *reterr)
{
	bool in_folder = r->segment_count > 2;
	const char *name = mm_arena_printf(r->mem, "viewer/%s%s%s", r->segment[1], in_folder ? "/" : "",
					   in_folder ? r->segment[2] : "");
	const struct mm_asset *a = name ? mm_asset_find(name) : NULL;

	(void)ctx;
	if (!a)
		return mm_fail(reterr, MM_E_NOT_FOUND, "file", "there is no such file");
	if (mm_text_starts(a->media_type, "text/javascript"))
		mm_response_header(rs, "Content-Security-Policy", script_policy);
	return give(r, rs, a, reterr);
}
