#ifndef MM_STYLE_COLOR_H
#define MM_STYLE_COLOR_H

#include <stdbool.h>

enum { MM_COLOR_TEXT = 8 }; /* bytes of "#rrggbb" with its end */

/* An sRGB colour, 0 to 1. */
struct mm_color {
	double r, g, b;
};

/* "#rgb" or "#rrggbb"; false for anything else, names of colours too. */
bool mm_color_parse(const char *text, struct mm_color *ret);

void mm_color_format(struct mm_color c, char out[static MM_COLOR_TEXT]);

/* How much two colours differ in lightness, 1 to 21 (WCAG 2.2, contrast ratio). */
double mm_color_contrast(struct mm_color a, struct mm_color b);

/* `c` with as much white or black in it, whichever is farther from `ground`, as gives a contrast of `least`
 * to the ground; as it is when it has that already, pure white or black when nothing else will do. */
struct mm_color mm_color_legible(struct mm_color c, struct mm_color ground, double least);

#endif
