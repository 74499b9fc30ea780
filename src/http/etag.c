#include "http/etag.h"

#include <string.h>

static const char *const suffixes[MM_ENCODING_COUNT] = {"", "-gz", "-br", "-zst"};

bool mm_etag_is_valid(const char *etag)
{
	for (const unsigned char *p = (const unsigned char *)etag; *p; p++) {
		if (*p <= 0x20 || *p == '"' || *p >= 0x7f)
			return false;
	}
	return *etag != '\0';
}

const char *mm_etag_format(struct mm_arena *mem, const char *etag, enum mm_encoding encoding)
{
	return mm_arena_printf(mem, "\"%s%s\"", etag, suffixes[encoding]);
}

/* The encoding whose tag is the n bytes at `tag` (between the quotes). */
static bool matches(const char *tag, size_t n, const char *etag, unsigned accepted, enum mm_encoding *ret)
{
	size_t base = strlen(etag);

	if (n < base || memcmp(tag, etag, base) != 0)
		return false;
	for (unsigned e = 0; e < MM_ENCODING_COUNT; e++) {
		size_t more = strlen(suffixes[e]);

		if (accepted & 1u << e && n == base + more && !memcmp(tag + base, suffixes[e], more)) {
			*ret = (enum mm_encoding)e;
			return true;
		}
	}
	return false;
}

bool mm_etag_match(const char *if_none_match, const char *etag, unsigned accepted, enum mm_encoding *ret)
{
	const char *p = if_none_match;

	if (!p)
		return false;
	p += strspn(p, " \t");
	if (!strcmp(p, "*")) {
		*ret = MM_ENCODING_NONE;
		return true;
	}
	while (*p) {
		const char *end;

		p += strspn(p, " \t,");
		if (p[0] == 'W' && p[1] == '/')
			p += 2;
		if (*p != '"')
			return false; /* end of the list, or not a list of tags */
		end = strchr(++p, '"');
		if (!end)
			return false;
		if (matches(p, (size_t)(end - p), etag, accepted, ret))
			return true;
		p = end + 1;
	}
	return false;
}
