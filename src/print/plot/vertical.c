#include "base/text.h"
#include "print/plot/symbol.h"

#include <string.h>

/*
 * "text-writing-mode": texts of East Asian scripts may be written from top to bottom. Others stay as they
 * are, whatever the style says, as in MapLibre; a mixed text has all its letters upright.
 */

/* Blocks of Unicode whose letters are written so; both ends included. */
static const uint32_t standing[][2] = {{0x1100, 0x11ff}, {0x2e80, 0x2fdf}, {0x2ff0, 0x4dbf}, {0x4e00, 0xa4cf},
				       {0xa960, 0xa97f}, {0xac00, 0xd7ff}, {0xf900, 0xfaff}, {0xfe10, 0xfe1f},
				       {0xfe30, 0xfe4f}, {0xff00, 0xffef}};

static bool stands(uint32_t letter)
{
	for (size_t i = 0; i < sizeof(standing) / sizeof(standing[0]); i++)
		if (letter >= standing[i][0] && letter <= standing[i][1])
			return true;
	return false;
}

const char *mm_plot_stand(const char *text, struct mm_arena *mem)
{
	const size_t n = strlen(text);
	bool is_standing = false;
	const char *ret;
	struct mm_buf b;

	for (size_t at = 0; at < n && !is_standing;)
		is_standing = stands(mm_text_utf8_next(text, n, &at));
	if (!is_standing)
		return NULL;
	mm_buf_init(&b, 2 * n + 1);
	for (size_t at = 0; at < n;) {
		const size_t from = at;

		(void)mm_text_utf8_next(text, n, &at);
		if (from > 0)
			mm_buf_byte(&b, '\n');
		if (text[from] != ' ' && text[from] != '\n')
			mm_buf_put(&b, text + from, at - from);
	}
	ret = b.failed ? NULL : mm_arena_text(mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return ret;
}
