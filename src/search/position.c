#include "search/position.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NUMBERS_MAX = 6 };

/* What was typed: numbers, and what stands about them. */
struct typed {
	double number[NUMBERS_MAX];
	size_t count;
	int axis[2]; /* of the first and the second coordinate: 'N', 'E', or 0 */
	bool minus[2];
	size_t axes;
	bool has_degrees; /* signs of degrees, minutes or seconds */
	bool is_wrong;    /* something else stands there: it is no coordinate */
};

static bool is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xa0 || c == 0x202f || c == 0x2009;
}

/* A number with a point, or with a comma when decimals follow it at once. */
static bool read_number(const char *text, size_t n, size_t *at, double *ret)
{
	char digits[MM_NUM_MAX];
	size_t len = 0, i = *at;
	bool has_point = false;

	if (i < n && (text[i] == '-' || text[i] == '+'))
		i++;
	if (i >= n || text[i] < '0' || text[i] > '9')
		return false;
	if (text[*at] == '-')
		digits[len++] = '-';
	for (; i < n && len + 1 < sizeof(digits); i++) {
		const bool is_point = text[i] == '.' || text[i] == ',';

		if (is_point && (has_point || i + 1 >= n || text[i + 1] < '0' || text[i + 1] > '9'))
			break;
		if (!is_point && (text[i] < '0' || text[i] > '9'))
			break;
		has_point |= is_point;
		digits[len++] = is_point ? '.' : text[i];
	}
	*at = i;
	return mm_num_parse(digits, len, ret);
}

/* N and E, S and W, and the Russian letters; X is to the north, Y to the east. */
static bool read_axis(uint32_t c, int *ret, bool *ret_minus)
{
	static const struct {
		uint32_t letter;
		int axis;
		bool minus;
	} known[] = {{'N', 'N', false},   {'S', 'N', true},   {'E', 'E', false},   {'W', 'E', true},
		     {'X', 'N', false},   {'Y', 'E', false},  {0x421, 'N', false}, {0x42e, 'N', true},
		     {0x412, 'E', false}, {0x417, 'E', true}, {0x425, 'N', false}, {0x423, 'E', false}};
	const uint32_t upper = c >= 'a' && c <= 'z' ? c - 32 : c >= 0x430 && c <= 0x44f ? c - 32 : c;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].letter == upper) {
			*ret = known[i].axis;
			*ret_minus = known[i].minus;
			return true;
		}
	return false;
}

static struct typed read_typed(const char *text, size_t n)
{
	struct typed t = {0};

	for (size_t at = 0; at < n && !t.is_wrong;) {
		size_t next = at;
		uint32_t c;
		int axis;
		bool minus;

		if (t.count < NUMBERS_MAX && read_number(text, n, &at, &t.number[t.count])) {
			t.count++;
			continue;
		}
		c = mm_text_utf8_next(text, n, &next);
		if (c == 0xb0 || c == '\'' || c == '"' || c == 0x2032 || c == 0x2033 || c == 0x2019 ||
		    c == 0x201d)
			t.has_degrees = true;
		else if (t.axes < 2 && read_axis(c, &axis, &minus)) {
			t.axis[t.axes] = axis;
			t.minus[t.axes++] = minus;
		} else if (!is_space(c) && c != ',' && c != ';' && c != '=' && !(c == ':' && t.axes)) {
			t.is_wrong = true;
		}
		at = next;
	}
	return t;
}

static bool lies_in(const struct mm_box *b, double lon, double lat)
{
	const double x = (b->max_x - b->min_x) + 1, y = (b->max_y - b->min_y) + 1;

	return mm_box_is_empty(b) ||
	       (lon >= b->min_x - x && lon <= b->max_x + x && lat >= b->min_y - y && lat <= b->max_y + y);
}

/* Degrees of one coordinate that was given as degrees, minutes and seconds, or fewer of them. */
static bool join(const double *part, size_t count, double *ret)
{
	const double sign = signbit(part[0]) ? -1 : 1;
	double v = fabs(part[0]);

	for (size_t i = 1; i < count; i++) {
		if (!(part[i] >= 0 && part[i] < 60))
			return false;
		v += part[i] / (i == 1 ? 60 : 3600);
	}
	*ret = sign * v;
	return true;
}

/* "12 5" may be anything; far from the town it is no place. */
static bool is_whole(const struct typed *t)
{
	return !t->has_degrees && t->number[0] == floor(t->number[0]) && t->number[1] == floor(t->number[1]);
}

static size_t add_degrees(double lat, double lon, struct mm_search_position *ret, size_t count)
{
	if (!(fabs(lat) <= 90 && fabs(lon) <= 180))
		return count;
	ret[count] = (struct mm_search_position){.lon = lon, .lat = lat};
	(void)snprintf(ret[count].name, sizeof(ret[count].name), "%.6f, %.6f", lat, lon);
	return count + 1;
}

static size_t read_degrees(const struct typed *t, const struct mm_box *near, struct mm_search_position *ret)
{
	const size_t half = t->count / 2;
	double first, second;
	size_t count = 0;

	if (!join(t->number, half, &first) || !join(t->number + half, half, &second))
		return 0;
	first = t->axes == 2 && t->minus[0] ? -first : first;
	second = t->axes == 2 && t->minus[1] ? -second : second;
	if (t->axes == 2)
		return t->axis[0] == 'N' && t->axis[1] == 'E'   ? add_degrees(first, second, ret, 0)
		       : t->axis[0] == 'E' && t->axis[1] == 'N' ? add_degrees(second, first, ret, 0)
								: 0;
	if (lies_in(near, second, first) || (!lies_in(near, first, second) && !is_whole(t)))
		count = add_degrees(first, second, ret, count);
	if (first != second && lies_in(near, first, second))
		count = add_degrees(second, first, ret, count);
	return count;
}

static size_t add_metres(double north, double east, const struct mm_transform *to_deg,
			 const struct mm_box *near, struct mm_search_position *ret, size_t count)
{
	double at[2] = {east, north};

	if (mm_transform_points(to_deg, at, 1) || !lies_in(near, at[0], at[1]))
		return count;
	ret[count] = (struct mm_search_position){.lon = at[0], .lat = at[1]};
	(void)snprintf(ret[count].name, sizeof(ret[count].name), "X %.2f, Y %.2f", north, east);
	return count + 1;
}

static size_t read_metres(const struct typed *t, const struct mm_transform *to_deg, const struct mm_box *near,
			  struct mm_search_position *ret)
{
	size_t count = 0;

	if (!to_deg || t->count != 2 || t->has_degrees)
		return 0;
	if (!(t->axes == 2 && t->axis[0] == 'E'))
		count = add_metres(t->number[0], t->number[1], to_deg, near, ret, count);
	if (!(t->axes == 2 && t->axis[0] == 'N') && t->number[0] != t->number[1])
		count = add_metres(t->number[1], t->number[0], to_deg, near, ret, count);
	return count;
}

size_t mm_search_positions(const char *text, size_t n, const struct mm_transform *to_deg,
			   const struct mm_box *near_deg,
			   struct mm_search_position ret[MM_SEARCH_POSITIONS_MAX])
{
	const struct typed t = read_typed(text, n);
	const bool is_small = t.count && fabs(t.number[0]) <= 180 && fabs(t.number[t.count - 1]) <= 180;

	if (t.is_wrong || t.axes == 1 || (t.count != 2 && t.count != 4 && t.count != 6))
		return 0;
	if (t.count > 2 && !t.has_degrees)
		return 0;
	return is_small ? read_degrees(&t, near_deg, ret) : read_metres(&t, to_deg, near_deg, ret);
}
