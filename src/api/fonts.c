#include "api/api.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/text.h"
#include "style/glyph.h"
#include "style/sprite.h"

#include <inttypes.h>
#include <string.h>

/*
 * "/fonts/{stack}/{range}.pbf" and "/sprites/{file}": letters and icons for the map. Letters change only with
 * the fonts of the system; icons change with the program, and must then change together with the style.
 */

static const char long_lived[] = "public, max-age=86400";

static const char *tag_of(const struct mm_request *r, const struct mm_shared *bytes)
{
	return mm_arena_printf(r->mem, "%016" PRIx64, mm_hash64(bytes->data, bytes->len, 0));
}

/* "1024-1279.pbf" */
static bool parse_range(const char *text, uint32_t *ret_first)
{
	size_t n = strcspn(text, "-");
	int64_t first, last;

	if (text[n] != '-' || !mm_text_ends(text, ".pbf") || !mm_num_parse_int(text, n, &first) ||
	    !mm_num_parse_int(text + n + 1, strlen(text) - n - 1 - strlen(".pbf"), &last) || first < 0 ||
	    first > 65280 || last != first + 255)
		return false;
	*ret_first = (uint32_t)first;
	return true;
}

enum mm_code mm_api_glyphs(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	uint32_t first;
	enum mm_code rc;

	if (!parse_range(r->segment[2], &first))
		return mm_fail(reterr, MM_E_INVALID, "range",
			       "write a range of 256 code points, such as 1024-1279.pbf");
	rc = mm_glyphs_range(api->glyphs, r->segment[1], first, &rs->shared, reterr);
	if (rc)
		return rc;
	rs->content_type = "application/x-protobuf";
	rs->etag = tag_of(r, rs->shared);
	rs->cache_control = long_lived;
	return MM_OK;
}

enum mm_code mm_api_sprite(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	enum mm_code rc =
	    mm_sprites_file(api->sprites, r->segment[1], &rs->shared, &rs->content_type, reterr);

	if (rc)
		return rc;
	rs->no_compress = mm_text_ends(r->segment[1], ".png");
	rs->etag = tag_of(r, rs->shared);
	return MM_OK;
}
