#include "style/color.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 20 };

/* 0 to 15; -1 for what is no hexadecimal digit. */
static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char lower = (char)(c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
	const char *at = lower ? strchr(digits, lower) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool mm_color_parse(const char *text, struct mm_color *ret)
{
	const size_t n = strlen(text), each = (n - 1) / 3;
	double part[3];

	if (text[0] != '#' || (n != 4 && n != 7))
		return false;
	for (size_t i = 0; i < 3; i++) {
		const int high = digit(text[1 + i * each]), low = digit(text[i * each + each]);

		if (high < 0 || low < 0)
			return false;
		part[i] = (high * 16 + low) / 255.0;
	}
	*ret = (struct mm_color){part[0], part[1], part[2]};
	return true;
}

void mm_color_format(struct mm_color c, char out[static MM_COLOR_TEXT])
{
	(void)snprintf(out, MM_COLOR_TEXT, "#%02x%02x%02x", (unsigned)lround(c.r * 255) & 0xff,
		       (unsigned)lround(c.g * 255) & 0xff, (unsigned)lround(c.b * 255) & 0xff);
}

static double linear(double part)
{
	return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance(struct mm_color c)
{
	return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

double mm_color_contrast(struct mm_color a, struct mm_color b)
{
	const double la = luminance(a), lb = luminance(b);

	return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

static struct mm_color mixed(struct mm_color a, struct mm_color b, double share)
{
	return (struct mm_color){a.r + (b.r - a.r) * share, a.g + (b.g - a.g) * share,
				 a.b + (b.b - a.b) * share};
}

struct mm_color mm_color_legible(struct mm_color c, struct mm_color ground, double least)
{
	const struct mm_color white = {1, 1, 1}, black = {0, 0, 0};
	const struct mm_color far =
	    mm_color_contrast(white, ground) > mm_color_contrast(black, ground) ? white : black;

	for (int i = 0; i < STEPS; i++) {
		const struct mm_color tried = mixed(c, far, (double)i / STEPS);

		if (mm_color_contrast(tried, ground) >= least)
			return tried;
	}
	return far;
}
