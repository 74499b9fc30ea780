#include "geo/msk.h"

#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Degrees of the central meridians are whole minutes (38°29' = 38.48333333333). */
const struct mm_msk mm_msk_table[] = {
    {"MSK48_1", "МСК-48 зона 1 (Липецкая область)", 48, 1, 38.48333333333, 1250000, -5412900.566, 37.7, 51.8,
     40.8, 53.6},
    {"MSK48_2", "МСК-48 зона 2 (Липецкая область)", 48, 2, 41.48333333333, 2250000, -5412900.566, 37.7, 51.8,
     40.8, 53.6},
    {"MSK50_1", "МСК-50 зона 1 (Московская область)", 50, 1, 35.48333333333, 1250000, -5712900.566, 35.1,
     54.2, 40.3, 57.0},
    {"MSK50_2", "МСК-50 зона 2 (Московская область)", 50, 2, 38.48333333333, 2250000, -5712900.566, 35.1,
     54.2, 40.3, 57.0},
    {"MSK52_1", "МСК-52 зона 1 (Нижегородская область)", 52, 1, 41.55, 1250000, -5714743.504, 41.7, 54.4,
     47.8, 58.2},
    {"MSK52_2", "МСК-52 зона 2 (Нижегородская область)", 52, 2, 44.55, 2250000, -5714743.504, 41.7, 54.4,
     47.8, 58.2},
    {"MSK52_3", "МСК-52 зона 3 (Нижегородская область)", 52, 3, 47.55, 3250000, -5714743.504, 41.7, 54.4,
     47.8, 58.2},
    {"MSK65_1", "МСК-65 зона 1 (Сахалинская область)", 65, 1, 142.71666666667, 1300000, -4516586.439, 141.5,
     43.3, 156.6, 54.5},
};
const size_t mm_msk_count = sizeof(mm_msk_table) / sizeof(mm_msk_table[0]);

/* One form for Cyrillic letters, their Latin look-alikes (M C K) and their transcription (M S K), so that
 * "зона", "zona" and "zone" are one word too; blanks, dots, commas and dashes become ' ', anything else '?'.
 */
static char plain(uint32_t c)
{
	static const struct {
		uint32_t from, to;
		char as;
	} rows[] = {
	    {' ', ' ', ' '},       {0xa0, 0xa0, ' '},     {'-', '.', ' '},       {',', ',', ' '},
	    {'_', '_', ' '},       {0x2010, 0x2015, ' '}, {0x2212, 0x2212, ' '}, {0x041c, 0x041c, 'm'},
	    {0x043c, 0x043c, 'm'}, {0x0421, 0x0421, 's'}, {0x0441, 0x0441, 's'}, {'C', 'C', 's'},
	    {'c', 'c', 's'},       {0x041a, 0x041a, 'k'}, {0x043a, 0x043a, 'k'}, {0x0417, 0x0417, 'z'},
	    {0x0437, 0x0437, 'z'}, {0x041e, 0x041e, 'o'}, {0x043e, 0x043e, 'o'}, {0x041d, 0x041d, 'n'},
	    {0x043d, 0x043d, 'n'}, {0x0410, 0x0410, 'e'}, {0x0430, 0x0430, 'e'}, {'A', 'A', 'e'},
	    {'a', 'a', 'e'},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (c >= rows[i].from && c <= rows[i].to)
			return rows[i].as;
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? (char)c : '?';
}

/* Plain form of a name, separators squeezed to one blank and trimmed, a remark in brackets at the end left
 * out; false when it is too long to be one. */
static bool plain_name(const char *text, char *ret, size_t size)
{
	size_t n = strlen(text), at = 0, len = 0;

	while (at < n && text[at] != '(') {
		char c = plain(mm_text_utf8_next(text, n, &at));

		if (c == ' ' && (len == 0 || ret[len - 1] == ' '))
			continue;
		if (len + 1 >= size)
			return false;
		ret[len++] = c;
	}
	if (at < n && text[n - 1] != ')')
		return false;
	while (len > 0 && ret[len - 1] == ' ')
		len--;
	ret[len] = '\0';
	return true;
}

/* One or two digits at *at; 0: none, or more. */
static int small_number(const char **at)
{
	int v = 0, n = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++, n++)
		v = n < 2 ? v * 10 + (**at - '0') : 0;
	return n <= 2 ? v : 0;
}

bool mm_msk_parse_name(const char *text, int *ret_region, int *ret_zone)
{
	char name[64] = "";
	const char *at = name;
	int region, zone = 0;

	if (!plain_name(text, name, sizeof(name)) || !mm_text_starts(name, "msk"))
		return false;
	at += 3;
	at += *at == ' ';
	region = small_number(&at);
	if (region == 0)
		return false;
	if (*at != '\0') {
		at += *at == ' ';
		if (mm_text_starts(at, "zone"))
			at += 4;
		at += *at == ' ';
		zone = small_number(&at);
		if (zone == 0 || *at != '\0')
			return false;
	}
	*ret_region = region;
	*ret_zone = zone;
	return true;
}

const struct mm_msk *mm_msk_find(const char *text)
{
	int region, zone;

	if (!mm_msk_parse_name(text, &region, &zone))
		return NULL;
	for (size_t i = 0; i < mm_msk_count; i++)
		if (mm_msk_table[i].region == region && mm_msk_table[i].zone == zone)
			return &mm_msk_table[i];
	return NULL;
}

int mm_msk_proj_string(const struct mm_msk *m, char *ret, size_t size)
{
	return snprintf(ret, size,
			"+proj=tmerc +lat_0=0 +lon_0=%.14g +k=1 +x_0=%.0f +y_0=%.3f +ellps=krass "
			"+towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m +no_defs +type=crs",
			m->lon_0_deg, m->x_0_m, m->y_0_m);
}
