#include "style/value/css_color.h"

#include "base/num.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The names of CSS Color 4, section 6.1, in order. */
static const struct name {
	const char *name;
	uint32_t rgb;
} names[] = {
    {"aliceblue", 0xf0f8ff},
    {"antiquewhite", 0xfaebd7},
    {"aqua", 0x00ffff},
    {"aquamarine", 0x7fffd4},
    {"azure", 0xf0ffff},
    {"beige", 0xf5f5dc},
    {"bisque", 0xffe4c4},
    {"black", 0x000000},
    {"blanchedalmond", 0xffebcd},
    {"blue", 0x0000ff},
    {"blueviolet", 0x8a2be2},
    {"brown", 0xa52a2a},
    {"burlywood", 0xdeb887},
    {"cadetblue", 0x5f9ea0},
    {"chartreuse", 0x7fff00},
    {"chocolate", 0xd2691e},
    {"coral", 0xff7f50},
    {"cornflowerblue", 0x6495ed},
    {"cornsilk", 0xfff8dc},
    {"crimson", 0xdc143c},
    {"cyan", 0x00ffff},
    {"darkblue", 0x00008b},
    {"darkcyan", 0x008b8b},
    {"darkgoldenrod", 0xb8860b},
    {"darkgray", 0xa9a9a9},
    {"darkgreen", 0x006400},
    {"darkgrey", 0xa9a9a9},
    {"darkkhaki", 0xbdb76b},
    {"darkmagenta", 0x8b008b},
    {"darkolivegreen", 0x556b2f},
    {"darkorange", 0xff8c00},
    {"darkorchid", 0x9932cc},
    {"darkred", 0x8b0000},
    {"darksalmon", 0xe9967a},
    {"darkseagreen", 0x8fbc8f},
    {"darkslateblue", 0x483d8b},
    {"darkslategray", 0x2f4f4f},
    {"darkslategrey", 0x2f4f4f},
    {"darkturquoise", 0x00ced1},
    {"darkviolet", 0x9400d3},
    {"deeppink", 0xff1493},
    {"deepskyblue", 0x00bfff},
    {"dimgray", 0x696969},
    {"dimgrey", 0x696969},
    {"dodgerblue", 0x1e90ff},
    {"firebrick", 0xb22222},
    {"floralwhite", 0xfffaf0},
    {"forestgreen", 0x228b22},
    {"fuchsia", 0xff00ff},
    {"gainsboro", 0xdcdcdc},
    {"ghostwhite", 0xf8f8ff},
    {"gold", 0xffd700},
    {"goldenrod", 0xdaa520},
    {"gray", 0x808080},
    {"green", 0x008000},
    {"greenyellow", 0xadff2f},
    {"grey", 0x808080},
    {"honeydew", 0xf0fff0},
    {"hotpink", 0xff69b4},
    {"indianred", 0xcd5c5c},
    {"indigo", 0x4b0082},
    {"ivory", 0xfffff0},
    {"khaki", 0xf0e68c},
    {"lavender", 0xe6e6fa},
    {"lavenderblush", 0xfff0f5},
    {"lawngreen", 0x7cfc00},
    {"lemonchiffon", 0xfffacd},
    {"lightblue", 0xadd8e6},
    {"lightcoral", 0xf08080},
    {"lightcyan", 0xe0ffff},
    {"lightgoldenrodyellow", 0xfafad2},
    {"lightgray", 0xd3d3d3},
    {"lightgreen", 0x90ee90},
    {"lightgrey", 0xd3d3d3},
    {"lightpink", 0xffb6c1},
    {"lightsalmon", 0xffa07a},
    {"lightseagreen", 0x20b2aa},
    {"lightskyblue", 0x87cefa},
    {"lightslategray", 0x778899},
    {"lightslategrey", 0x778899},
    {"lightsteelblue", 0xb0c4de},
    {"lightyellow", 0xffffe0},
    {"lime", 0x00ff00},
    {"limegreen", 0x32cd32},
    {"linen", 0xfaf0e6},
    {"magenta", 0xff00ff},
    {"maroon", 0x800000},
    {"mediumaquamarine", 0x66cdaa},
    {"mediumblue", 0x0000cd},
    {"mediumorchid", 0xba55d3},
    {"mediumpurple", 0x9370db},
    {"mediumseagreen", 0x3cb371},
    {"mediumslateblue", 0x7b68ee},
    {"mediumspringgreen", 0x00fa9a},
    {"mediumturquoise", 0x48d1cc},
    {"mediumvioletred", 0xc71585},
    {"midnightblue", 0x191970},
    {"mintcream", 0xf5fffa},
    {"mistyrose", 0xffe4e1},
    {"moccasin", 0xffe4b5},
    {"navajowhite", 0xffdead},
    {"navy", 0x000080},
    {"oldlace", 0xfdf5e6},
    {"olive", 0x808000},
    {"olivedrab", 0x6b8e23},
    {"orange", 0xffa500},
    {"orangered", 0xff4500},
    {"orchid", 0xda70d6},
    {"palegoldenrod", 0xeee8aa},
    {"palegreen", 0x98fb98},
    {"paleturquoise", 0xafeeee},
    {"palevioletred", 0xdb7093},
    {"papayawhip", 0xffefd5},
    {"peachpuff", 0xffdab9},
    {"peru", 0xcd853f},
    {"pink", 0xffc0cb},
    {"plum", 0xdda0dd},
    {"powderblue", 0xb0e0e6},
    {"purple", 0x800080},
    {"rebeccapurple", 0x663399},
    {"red", 0xff0000},
    {"rosybrown", 0xbc8f8f},
    {"royalblue", 0x4169e1},
    {"saddlebrown", 0x8b4513},
    {"salmon", 0xfa8072},
    {"sandybrown", 0xf4a460},
    {"seagreen", 0x2e8b57},
    {"seashell", 0xfff5ee},
    {"sienna", 0xa0522d},
    {"silver", 0xc0c0c0},
    {"skyblue", 0x87ceeb},
    {"slateblue", 0x6a5acd},
    {"slategray", 0x708090},
    {"slategrey", 0x708090},
    {"snow", 0xfffafa},
    {"springgreen", 0x00ff7f},
    {"steelblue", 0x4682b4},
    {"tan", 0xd2b48c},
    {"teal", 0x008080},
    {"thistle", 0xd8bfd8},
    {"tomato", 0xff6347},
    {"turquoise", 0x40e0d0},
    {"violet", 0xee82ee},
    {"wheat", 0xf5deb3},
    {"white", 0xffffff},
    {"whitesmoke", 0xf5f5f5},
    {"yellow", 0xffff00},
    {"yellowgreen", 0x9acd32},
};

enum { LONGEST = 128 }; /* a colour that is longer is none */

static int compare_name(const void *key, const void *entry)
{
	return strcmp(key, ((const struct name *)entry)->name);
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Where reading stands in "rgb(0 0 0 / 50%)". */
struct reader {
	const char *at;
};

static bool skip_blanks(struct reader *r)
{
	const char *from = r->at;

	while (is_blank(*r->at))
		r->at++;
	return r->at > from;
}

static bool skip(struct reader *r, char c)
{
	if (*r->at != c)
		return false;
	r->at++;
	return true;
}

/* Digits, signs, points and 'e' as they come, then a look at whether they are a number: as scripts read it.
 */
static bool read_number(struct reader *r, double *ret)
{
	const char *from = r->at;
	char digits[MM_NUM_MAX];
	size_t n;

	while (*r->at && strchr("0123456789e.+-", *r->at))
		r->at++;
	n = (size_t)(r->at - from);
	if (n >= sizeof(digits) - 2 || strcspn(from, "0123456789") >= n)
		return false;
	if (*from == '+') {
		from++;
		n--;
	}
	if (*from == '.' || (*from == '-' && from[1] == '.')) { /* ".5" */
		const size_t sign = *from == '-';

		memcpy(digits, from, sign);
		digits[sign] = '0';
		memcpy(digits + sign + 1, from + sign, n - sign);
		from = digits;
		n++;
	} else if (from[n - 1] == '.') { /* "5." */
		n--;
	}
	return mm_num_parse(from, n, ret);
}

/* What stands between two numbers: ',' or ' '; 0 when there is nothing. */
static char read_separator(struct reader *r)
{
	const bool blank = skip_blanks(r);

	if (skip(r, ',')) {
		(void)skip_blanks(r);
		return ',';
	}
	return blank ? ' ' : '\0';
}

/* Three numbers and maybe an alpha. `percent` says of which of them a '%' stood behind. */
static bool read_parts(struct reader *r, bool is_hue, double part[static 4], bool percent[static 4])
{
	char separators[2], last = '\0';

	(void)skip_blanks(r);
	for (int i = 0; i < 3; i++) {
		if (!read_number(r, &part[i]))
			return false;
		if (i == 0 && is_hue && strncmp(r->at, "deg", 3) == 0)
			r->at += 3;
		percent[i] = skip(r, '%');
		if (i < 2 && !(separators[i] = read_separator(r)))
			return false;
	}
	(void)skip_blanks(r);
	if (*r->at == ',' || *r->at == '/') {
		last = *r->at++;
		(void)skip_blanks(r);
		if (!read_number(r, &part[3]))
			return false;
		percent[3] = skip(r, '%');
		(void)skip_blanks(r);
	}
	if (!skip(r, ')') || *r->at)
		return false;
	return separators[0] == separators[1] && (last == '\0' || (last == ',') == (separators[0] == ','));
}

static double clamp(double v, double max)
{
	return fmin(fmax(v, 0), max);
}

static bool parse_function(const char *text, struct mm_rgba *ret)
{
	const bool is_hsl = text[0] == 'h';
	struct reader r = {text + 3};
	double part[4] = {0, 0, 0, 1};
	bool percent[4] = {false};

	(void)skip(&r, 'a');
	if (!skip(&r, '(') || !read_parts(&r, is_hsl, part, percent))
		return false;
	part[3] = clamp(percent[3] ? part[3] / 100 : part[3], 1);
	if (is_hsl) {
		if (percent[0] || !percent[1] || !percent[2])
			return false;
		*ret = mm_rgba_from_hsl(part[0], clamp(part[1], 100), clamp(part[2], 100), part[3]);
		return true;
	}
	if (percent[0] != percent[1] || percent[1] != percent[2])
		return false;
	for (int i = 0; i < 3; i++)
		part[i] = clamp(part[i] / (percent[0] ? 100 : 255), 1);
	*ret = (struct mm_rgba){part[0], part[1], part[2], part[3]};
	return true;
}

static bool parse_hex(const char *digits, struct mm_rgba *ret)
{
	const size_t n = strlen(digits), each = n < 6 ? 1 : 2;
	double part[4] = {0, 0, 0, 1};

	if ((n != 3 && n != 4 && n != 6 && n != 8) || strspn(digits, "0123456789abcdef") != n)
		return false;
	for (size_t i = 0; i < n / each; i++) {
		const char pair[3] = {digits[i * each], digits[i * each + each - 1], '\0'};

		part[i] = (double)strtoul(pair, NULL, 16) / 255;
	}
	*ret = (struct mm_rgba){part[0], part[1], part[2], part[3]};
	return true;
}

bool mm_rgba_parse(const char *text, size_t n, struct mm_rgba *ret)
{
	char lower[LONGEST] = "";
	const struct name *found;

	while (n && is_blank(text[0])) {
		text++;
		n--;
	}
	while (n && is_blank(text[n - 1]))
		n--;
	if (n >= LONGEST || memchr(text, '\0', n))
		return false;
	for (size_t i = 0; i < n; i++)
		lower[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
	lower[n] = '\0';
	if (lower[0] == '#')
		return parse_hex(lower + 1, ret);
	if (strncmp(lower, "rgb", 3) == 0 || strncmp(lower, "hsl", 3) == 0)
		return parse_function(lower, ret);
	if (strcmp(lower, "transparent") == 0) {
		*ret = (struct mm_rgba){0};
		return true;
	}
	found = bsearch(lower, names, sizeof(names) / sizeof(*names), sizeof(*names), compare_name);
	if (!found)
		return false;
	*ret = (struct mm_rgba){(found->rgb >> 16) / 255.0, (found->rgb >> 8 & 0xff) / 255.0,
				(found->rgb & 0xff) / 255.0, 1};
	return true;
}
