#include "feed/slug.h"

#include "base/text.h"

#include <string.h>

/* а..я, after GOST R 7.0.34-2014 without signs that an id may not have. */
static const char *const latin[32] = {"a",  "b",  "v",  "g",    "d", "e", "zh", "z", "i",  "y", "k",
				      "l",  "m",  "n",  "o",    "p", "r", "s",  "t", "u",  "f", "kh",
				      "ts", "ch", "sh", "shch", "",  "y", "",   "e", "yu", "ya"};

static const char *piece(uint32_t c, char one[2])
{
	if (c == 0x401 || c == 0x451) /* Ё ё */
		return "e";
	if (c >= 0x410 && c < 0x430)
		return latin[c - 0x410];
	if (c >= 0x430 && c < 0x450)
		return latin[c - 0x430];
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	one[0] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ? (char)c : '_';
	one[1] = '\0';
	return one;
}

void mm_slug(const char *name, char ret[MM_SLUG_MAX])
{
	size_t n = strlen(name), at = 0, len = 0;

	while (at < n) {
		char one[2];
		const char *p = piece(mm_text_utf8_next(name, n, &at), one);
		size_t add = strlen(p);

		if (p[0] == '_' && (len == 0 || ret[len - 1] == '_'))
			continue;
		if (len + add >= MM_SLUG_MAX)
			break;
		memcpy(ret + len, p, add);
		len += add;
	}
	while (len && ret[len - 1] == '_')
		len--;
	ret[len] = '\0';
	if (!len)
		memcpy(ret, "layer", 6);
}
