#include "encode/xml_name.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum { DIGITS_MIN = 4, DIGITS_MAX = 6 };

static bool is_in(uint32_t c, const uint32_t (*range)[2], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= range[i][0] && c <= range[i][1])
			return true;
	return false;
}

/* XML 1.0, productions 4 and 4a, without the colon. */
static bool may_begin(uint32_t c)
{
	static const uint32_t range[][2] = {
	    {'A', 'Z'},       {'_', '_'},       {'a', 'z'},       {0xc0, 0xd6},     {0xd8, 0xf6},
	    {0xf8, 0x2ff},    {0x370, 0x37d},   {0x37f, 0x1fff},  {0x200c, 0x200d}, {0x2070, 0x218f},
	    {0x2c00, 0x2fef}, {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffc}, {0x10000, 0xeffff},
	};

	return is_in(c, range, sizeof(range) / sizeof(range[0]));
}

static bool may_follow(uint32_t c)
{
	static const uint32_t range[][2] = {
	    {'-', '.'}, {'0', '9'}, {0xb7, 0xb7}, {0x300, 0x36f}, {0x203f, 0x2040}};

	return may_begin(c) || is_in(c, range, sizeof(range) / sizeof(range[0]));
}

void mm_xml_name_put(struct mm_buf *out, const char *text, size_t n)
{
	size_t at = 0;

	while (at < n) {
		const size_t from = at;
		const uint32_t c = mm_text_utf8_next(text, n, &at);
		const bool is_mark = c == '_' && at < n && text[at] == 'x';

		if (!is_mark && (from ? may_follow(c) : may_begin(c)))
			mm_buf_put(out, text + from, at - from);
		else
			mm_buf_printf(out, "_x%04X_", (unsigned)c);
	}
}

static int digit_of(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char upper = c >= 'a' && c <= 'f' ? (char)(c - 'a' + 'A') : c;
	const char *found = c ? strchr(digits, upper) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Reads "_xHHHH_"; its length, 0: it is none. */
static size_t read_mark(const char *name, size_t n, uint32_t *ret)
{
	size_t i = 2;
	uint32_t c = 0;

	if (n < 2 || name[0] != '_' || name[1] != 'x')
		return 0;
	while (i < n && i < 2 + DIGITS_MAX && digit_of(name[i]) >= 0)
		c = c << 4 | (uint32_t)digit_of(name[i++]);
	if (i < 2 + DIGITS_MIN || i == n || name[i] != '_')
		return 0;
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return i + 1;
}

const char *mm_xml_name_read(const char *name, size_t n, struct mm_arena *mem)
{
	char *text = mm_arena_alloc(mem, n + 1);
	size_t len = 0;

	for (size_t at = 0; text && at < n;) {
		uint32_t c = 0;
		const size_t mark = read_mark(name + at, n - at, &c);
		char utf8[4];
		size_t bytes = 1;

		if (mark)
			bytes = mm_text_utf8_put(c, utf8);
		memcpy(text + len, mark ? utf8 : name + at, bytes);
		len += bytes;
		at += mark ? mark : 1;
	}
	return text;
}
