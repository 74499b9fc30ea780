#ifndef MM_STYLE_CSS_COLOR_H
#define MM_STYLE_CSS_COLOR_H

#include <stdbool.h>
#include <stddef.h>

/* An sRGB colour and how much it covers, each 0 to 1; red, green and blue are not multiplied by alpha. */
struct mm_rgba {
	double r, g, b, a;
};

/*
 * A colour as CSS Color 4 writes it: names, #rgb, #rgba, #rrggbb, #rrggbbaa, rgb(), rgba(), hsl(), hsla()
 * with commas or with blanks. False: anything else ("none", angles other than degrees and comments too, as in
 * the reference implementation of the style specification).
 */
bool mm_rgba_parse(const char *text, size_t n, struct mm_rgba *ret);

enum mm_color_space { MM_COLOR_RGB, MM_COLOR_HCL, MM_COLOR_LAB };

/* The colour at `t` between two, 0 to 1. */
struct mm_rgba mm_rgba_between(struct mm_rgba from, struct mm_rgba to, double t, enum mm_color_space space);

/* hue in degrees, saturation and lightness 0 to 100. */
struct mm_rgba mm_rgba_from_hsl(double h, double s, double l, double a);

#endif
