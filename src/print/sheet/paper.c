#include "print/sheet/paper.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MIN_MM = 50, SIDE_MAX_MM = 2600, BINDING_MM = 20, MARGIN_MM = 5 };

enum { TIMES_MAX = 9 };

/* ISO 216, and the long sides of GOST 2.301-68, table 2, when the short one is taken 2, 3 ... 9 times; they
 * are rounded there as they are, and not by one rule. */
static const struct {
	int width_mm, height_mm, long_mm[TIMES_MAX + 1];
} formats[] = {
    {841, 1189, {[2] = 1682, [3] = 2523}},
    {594, 841, {[3] = 1783, [4] = 2378}},
    {420, 594, {[3] = 1261, [4] = 1682, [5] = 2102}},
    {297, 420, {[3] = 891, [4] = 1189, [5] = 1486, [6] = 1783, [7] = 2080}},
    {210, 297, {[3] = 630, [4] = 841, [5] = 1051, [6] = 1261, [7] = 1471, [8] = 1682, [9] = 1892}},
    {148, 210, {0}},
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

/* Latin letters in the place of those that look like them: "а4×3" is "A4x3". */
static bool spell(const char *text, char *ret, size_t size)
{
	static const struct {
		const char *is, *latin;
	} alike[] = {{"А", "A"}, {"а", "A"}, {"х", "x"}, {"Х", "x"}, {"×", "x"}, {"X", "x"}, {"a", "A"}};
	size_t len = 0;

	while (*text && len + 1 < size) {
		size_t step = 0;

		for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]) && !step; i++)
			if (mm_text_starts(text, alike[i].is)) {
				ret[len++] = *alike[i].latin;
				step = strlen(alike[i].is);
			}
		if (!step) {
			ret[len++] = *text;
			step = 1;
		}
		text += step;
	}
	ret[len] = '\0';
	return !*text;
}

static bool read_number(const char **at, int max, int *ret)
{
	char *end = NULL;
	long n;

	if (**at < '0' || **at > '9')
		return false;
	n = strtol(*at, &end, 10);
	if (n > max)
		return false;
	*at = end;
	*ret = (int)n;
	return true;
}

/* "A4", "A4x3": the short side lies in a plain one, the long one stands in a long one. */
static bool read_named(const char *at, bool is_landscape, struct mm_paper *ret)
{
	int n = 0, times = 0, shorter, longer;

	at++;
	if (!read_number(&at, FORMATS - 1, &n))
		return false;
	if (*at == 'x') {
		at++;
		if (!read_number(&at, TIMES_MAX, &times) || formats[n].long_mm[times] == 0)
			return false;
	}
	if (*at)
		return false;
	shorter = times ? formats[n].height_mm : formats[n].width_mm;
	longer = times ? formats[n].long_mm[times] : formats[n].height_mm;
	ret->width_mm = is_landscape ? longer : shorter;
	ret->height_mm = is_landscape ? shorter : longer;
	return true;
}

static bool read_figures(const char *at, struct mm_paper *ret)
{
	int width = 0, height = 0;

	if (!read_number(&at, SIDE_MAX_MM, &width) || *at++ != 'x' ||
	    !read_number(&at, SIDE_MAX_MM, &height) || *at)
		return false;
	ret->width_mm = width;
	ret->height_mm = height;
	return width >= SIDE_MIN_MM && height >= SIDE_MIN_MM;
}

enum mm_code mm_paper_parse(const char *text, bool is_landscape, struct mm_paper *ret, struct mm_err *reterr)
{
	struct mm_paper paper = {0};

	bool is_read = spell(text, paper.name, sizeof(paper.name));

	if (is_read)
		is_read = *paper.name == 'A' ? read_named(paper.name, is_landscape, &paper)
					     : read_figures(paper.name, &paper);
	if (!is_read)
		return mm_fail(
		    reterr, MM_E_INVALID, "format",
		    "\"%.40s\": no such sheet; write A0 to A5, a long one such as A4x3 or A3x3, or width and "
		    "height in millimetres, 500x500, each from %d to %d",
		    text, SIDE_MIN_MM, SIDE_MAX_MM);
	*ret = paper;
	return MM_OK;
}

struct mm_paper_box mm_paper_frame(const struct mm_paper *p)
{
	return (struct mm_paper_box){.x = BINDING_MM,
				     .y = MARGIN_MM,
				     .width = p->width_mm - BINDING_MM - MARGIN_MM,
				     .height = p->height_mm - 2 * MARGIN_MM};
}
