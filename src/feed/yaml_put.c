#include "feed/yaml_put.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Characters that YAML takes only as escapes, and that JSON may leave as they are. */
static bool needs_escape(uint32_t c)
{
	return (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe ||
	       c == 0xffff;
}

void mm_yaml_put_quoted(struct mm_buf *out, const char *text)
{
	size_t n = strlen(text), at = 0;
	struct mm_buf json;

	mm_buf_init(&json, (size_t)16 << 20);
	mm_text_put_json(&json, text, n);
	out->failed |= json.failed;
	while (at < json.len) {
		size_t from = at;
		uint32_t c = mm_text_utf8_next((const char *)json.data, json.len, &at);

		if (needs_escape(c))
			mm_buf_printf(out, "\\u%04x", (unsigned)c);
		else
			mm_buf_put(out, json.data + from, at - from);
	}
	mm_buf_release(&json);
}

void mm_yaml_put_comment(struct mm_buf *out, const char *text)
{
	size_t n = strlen(text), at = 0;

	while (at < n) {
		size_t from = at;
		uint32_t c = mm_text_utf8_next(text, n, &at);

		if (c < 0x20 || needs_escape(c))
			mm_buf_byte(out, ' ');
		else
			mm_buf_put(out, text + from, at - from);
	}
}

void mm_yaml_put_scalar(struct mm_buf *out, const char *text)
{
	size_t plain = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-");
	bool is_word =
	    text[plain] == '\0' && ((text[0] >= 'a' && text[0] <= 'z') ||
				    (text[0] >= 'A' && text[0] <= 'Z') || text[0] == '/' || text[0] == '.');

	if (is_word && strcasecmp(text, "null") != 0 && strcasecmp(text, "true") != 0 &&
	    strcasecmp(text, "false") != 0 && strcasecmp(text, "yes") != 0 && strcasecmp(text, "no") != 0 &&
	    strcasecmp(text, "on") != 0 && strcasecmp(text, "off") != 0)
		mm_buf_text(out, text);
	else
		mm_yaml_put_quoted(out, text);
}

void mm_yaml_put_pair(struct mm_buf *out, const char *key, const char *text)
{
	mm_buf_printf(out, "%s: ", key);
	mm_yaml_put_scalar(out, text);
	mm_buf_byte(out, '\n');
}

void mm_yaml_put_title(struct mm_buf *out, const char *name)
{
	mm_buf_text(out, "{ru: ");
	mm_yaml_put_quoted(out, name);
	mm_buf_text(out, ", en: ");
	mm_yaml_put_quoted(out, name);
	mm_buf_byte(out, '}');
}
