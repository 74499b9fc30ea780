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
	size_t n = strlen(etag), more = strlen(suffixes[encoding]);
	char *text = mm_arena_alloc(mem, n + more + 3);

	if (!text)
		return NULL;
	text[0] = '"';
	memcpy(text + 1, etag, n);
	memcpy(text + 1 + n, suffixes[encoding], more);
	text[n + more + 1] = '"';
	return text;
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
