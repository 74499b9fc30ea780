#include "api/edits/edits.h"
#include "api/out.h"
#include "base/clock.h"
#include "base/hash.h"
#include "store/row_hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Entity tags of single features. */

enum { TAG_DIGITS = 16 };

uint64_t mm_row_tag(const struct mm_layer *l, uint32_t row)
{
	const struct mm_schema *s = mm_layer_schema(l);
	uint64_t h = mm_row_hash(l, row, false);
	struct mm_geom g;

	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden)
			h = mm_hash64(s->field[i].name, strlen(s->field[i].name), h);
	mm_layer_geom(l, row, &g); /* the hash above knows places on the world square only */
	h = mm_hash64(g.xy, g.vertex_count * 2 * sizeof(double), h + (uint64_t)g.type);
	return g.z ? mm_hash64(g.z, g.vertex_count * sizeof(double), h) : h;
}

const char *mm_row_etag(const struct mm_request *r, const struct mm_layer *l, uint32_t row)
{
	uint64_t tag = mm_row_tag(l, row);
	const char *rest = mm_out_etag(r, tag, "");

	return rest ? mm_arena_printf(r->mem, "%016" PRIx64 "-%s", tag, rest) : NULL;
}

const char *mm_row_last_modified(const struct mm_request *r, const struct mm_layer *l)
{
	const int64_t made_ms = mm_layer_made_ms(l);
	char text[MM_CLOCK_TEXT_MAX];

	if (made_ms <= 0 || mm_clock_utc_ms() - made_ms < MM_ROW_QUIET_MS)
		return NULL;
	return mm_arena_text(r->mem, text, mm_clock_format_http(made_ms, text));
}

bool mm_row_is_unmodified(const struct mm_layer *l, int64_t since_ms)
{
	const int64_t made_ms = mm_layer_made_ms(l);

	return made_ms > 0 && made_ms / 1000 <= since_ms / 1000;
}

/* Strong comparison (RFC 9110 13.1.1): W/ never matches. */
bool mm_row_tag_matches(const char *if_match, uint64_t tag)
{
	const char *at = if_match;
	char want[TAG_DIGITS + 1];

	(void)snprintf(want, sizeof(want), "%016" PRIx64, tag);
	while (*at) {
		const char *end;

		at += strspn(at, " \t,");
		if (*at == '*')
			return true;
		if (*at != '"') {
			at += strcspn(at, ",");
			continue;
		}
		end = strchr(at + 1, '"');
		if (!end)
			return false;
		if (end - at > TAG_DIGITS && strncmp(at + 1, want, TAG_DIGITS) == 0)
			return true;
		at = end + 1;
	}
	return false;
}
