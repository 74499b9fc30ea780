#include "app/say.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_russian(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			return strncmp(v, "ru", 2) == 0;
	}
	return false;
}

const char *mm_say(const char *ru, const char *en)
{
	return is_russian() ? ru : en;
}

void mm_say_error(const struct mm_err *err)
{
	(void)fprintf(stderr, "munimap: %s%s%s\n", err->where, *err->where ? ": " : "", err->msg);
}

int mm_say_width(const char *text)
{
	size_t n = strlen(text), at = 0;
	int width = 0;

	while (at < n) {
		(void)mm_text_utf8_next(text, n, &at);
		width++;
	}
	return width;
}
