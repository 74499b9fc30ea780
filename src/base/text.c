#include "base/text.h"

#include <string.h>

/* Length of the valid sequence at p (n >= 1 bytes left), 0 when invalid; the code point through *cp. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *cp)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = p[0] < 0x80                   ? 1
		     : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
		     : (p[0] & 0xf0) == 0xe0       ? 3
		     : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
						   : 0;
	uint32_t c;

	if (len == 0 || len > n)
		return 0;
	c = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[len] || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		return 0;
	*cp = c;
	return len;
}

size_t mm_text_utf8_valid(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t at = 0;
	uint32_t cp;

	while (at < n) {
		size_t len = p[at] < 0x80 ? 1 : decode(p + at, n - at, &cp);

		if (!len)
			break;
		at += len;
	}
	return at;
}

uint32_t mm_text_utf8_next(const char *text, size_t n, size_t *at)
{
	uint32_t cp = 0xfffd;
	size_t len = decode((const unsigned char *)text + *at, n - *at, &cp);

	*at += len ? len : 1;
	return len ? cp : 0xfffd;
}

size_t mm_text_utf8_put(uint32_t c, char ret[4])
{
	if (c < 0x80) {
		ret[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		ret[0] = (char)(0xc0 | c >> 6);
		ret[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		ret[0] = (char)(0xe0 | c >> 12);
		ret[1] = (char)(0x80 | (c >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | c >> 18);
	ret[1] = (char)(0x80 | (c >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (c >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

size_t mm_text_utf8_cut(const char *text, size_t n, size_t max)
{
	if (n <= max)
		return n;
	while (max && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

static const char replacement[] = "\xef\xbf\xbd";

/* Writes `text`, passing each byte that `special` has words for through it; invalid UTF-8 is replaced. */
static void put_escaped(struct mm_buf *out, const char *text, size_t n,
			const char *(*special)(unsigned char byte, char scratch[8]))
{
	size_t at = 0, start = 0;
	uint32_t cp;

	while (at < n) {
		unsigned char byte = (unsigned char)text[at];
		char scratch[8];
		const char *words = byte < 0x80 ? special(byte, scratch) : NULL;
		size_t len = byte < 0x80 ? 1 : decode((const unsigned char *)text + at, n - at, &cp);

		if (!words && len) {
			at += len;
			continue;
		}
		mm_buf_put(out, text + start, at - start);
		mm_buf_text(out, words ? words : replacement);
		at += len ? len : 1;
		start = at;
	}
	mm_buf_put(out, text + start, n - start);
}

static const char *json_special(unsigned char byte, char scratch[8])
{
	static const char hex[] = "0123456789abcdef";

	switch (byte) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		break;
	}
	if (byte >= 0x20 && byte != 0x7f)
		return NULL;
	memcpy(scratch, "\\u00", 4);
	scratch[4] = hex[byte >> 4];
	scratch[5] = hex[byte & 15];
	scratch[6] = '\0';
	return scratch;
}

void mm_text_put_json(struct mm_buf *out, const char *text, size_t n)
{
	mm_buf_byte(out, '"');
	put_escaped(out, text, n, json_special);
	mm_buf_byte(out, '"');
}

static const char *html_special(unsigned char byte, char scratch[8])
{
	(void)scratch;
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
	case '\r':
	case '\t':
		return NULL;
	default:
		return byte < 0x20 || byte == 0x7f ? replacement : NULL;
	}
}

void mm_text_put_html(struct mm_buf *out, const char *text, size_t n)
{
	put_escaped(out, text, n, html_special);
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '.' || c == '_' || c == '~';
}

void mm_text_put_url(struct mm_buf *out, const char *text, size_t n)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (!is_unreserved(c)) {
			mm_buf_byte(out, '%');
			mm_buf_byte(out, (unsigned char)hex[c >> 4]);
			c = (unsigned char)hex[c & 15];
		}
		mm_buf_byte(out, c);
	}
}

void mm_text_put_log(struct mm_buf *out, const char *text)
{
	size_t n = mm_text_utf8_cut(text, strlen(text), 1000), i = 0;

	while (i < n && mm_text_is_plain_log(text[i]))
		i++;
	if (n && i == n)
		mm_buf_put(out, text, n);
	else
		mm_text_put_json(out, text, n);
}

bool mm_text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool mm_text_ends(const char *text, const char *suffix)
{
	size_t n = strlen(text), m = strlen(suffix);

	return n >= m && memcmp(text + n - m, suffix, m) == 0;
}

enum { WORD_MAX = 63 };

/* Optimal string alignment distance (Damerau-Levenshtein without overlapping swaps), three rows of the table.
 */
size_t mm_text_distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *prev = rows[1], *cur = rows[2];

	if (na > WORD_MAX || nb > WORD_MAX)
		return na + nb;
	for (size_t j = 0; j <= nb; j++)
		prev[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t *spare = before;

		cur[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t best = prev[j - 1] + (a[i - 1] != b[j - 1]);

			if (prev[j] + 1 < best)
				best = prev[j] + 1;
			if (cur[j - 1] + 1 < best)
				best = cur[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			cur[j] = best;
		}
		before = prev;
		prev = cur;
		cur = spare;
	}
	return prev[nb];
}

const char *mm_text_nearest(const char *word, const char *const *words, size_t count)
{
	size_t n = strlen(word), best = n < 4 ? 2 : n / 3 + 2; /* exclusive limit */
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t d = mm_text_distance(word, words[i]);

		if (d < best && d < strlen(words[i])) {
			best = d;
			found = words[i];
		}
	}
	return found;
}
