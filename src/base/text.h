#ifndef MM_BASE_TEXT_H
#define MM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* UTF-8 text and the one escaping function for each language we write. */

/* Bytes of `text` up to the first byte that is not valid UTF-8 (overlong forms, surrogates and code points
 * above U+10FFFF are invalid); n when all is valid. */
size_t mm_text_utf8_valid(const char *text, size_t n);

/* Next code point at text[*at], moves *at; U+FFFD for an invalid byte. Requires *at < n. */
uint32_t mm_text_utf8_next(const char *text, size_t n, size_t *at);

/* Writes one code point (<= U+10FFFF) as UTF-8, 1..4 bytes; returns the count. */
size_t mm_text_utf8_put(uint32_t code_point, char ret[4]);

/* Bytes that fit in `max` bytes without cutting a code point. */
size_t mm_text_utf8_cut(const char *text, size_t n, size_t max);

/* JSON string with its quotes. Invalid UTF-8 becomes U+FFFD. */
void mm_text_put_json(struct mm_buf *out, const char *text, size_t n);

/* Text for HTML and XML content and quoted attributes: & < > " '. Control characters that XML forbids become
 * U+FFFD. */
void mm_text_put_html(struct mm_buf *out, const char *text, size_t n);

/* Percent-encodes everything but RFC 3986 unreserved characters. */
void mm_text_put_url(struct mm_buf *out, const char *text, size_t n);

/* What needs no quotes in a log line: visible ASCII but '"', '=' and '\\'. */
static inline bool mm_text_is_plain_log(char c)
{
	static const uint64_t plain[4] = {0xdffffffa00000000u, 0x7fffffffefffffffu};

	return plain[(unsigned char)c >> 6] >> ((unsigned char)c & 63) & 1;
}

/* One field of a logfmt line: bare when plain, quoted with escapes otherwise; control bytes never pass; at
 * most 1 000 bytes of text. */
void mm_text_put_log(struct mm_buf *out, const char *text);

bool mm_text_starts(const char *text, const char *prefix);
bool mm_text_ends(const char *text, const char *suffix);

/* Edits (insertions, deletions, replacements, swaps of neighbours) between two short ASCII words; large when
 * a word is longer than 63 bytes. For "did you mean". */
size_t mm_text_distance(const char *a, const char *b);

/* Nearest of `count` words to `word` when it is near enough to be a slip of the pen, else NULL. */
const char *mm_text_nearest(const char *word, const char *const *words, size_t count);

#endif
