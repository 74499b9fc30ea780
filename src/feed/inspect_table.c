#include "feed/inspect_table.h"

#include "feed/crs_guess.h"
#include "feed/encoding.h"
#include "feed/yaml_put.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CODES_MAX = 12, CODES_ROWS_MIN = 30, CODE_LENGTH_MAX = 60 };

static const char *text_of(const json_t *object, const char *key)
{
	const char *t = json_string_value(json_object_get(object, key));

	return t ? t : "";
}

static long long int_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* "# ESRI Shapefile, 837 rows, LineString" */
static void put_about(const json_t *probe, const json_t *table, struct mm_buf *out)
{
	const json_t *geometry = json_object_get(table, "geometry"), *count;
	const char *type;
	bool any = false;

	mm_buf_printf(out, "# %s, %s%lld rows", text_of(probe, "driver"),
		      json_is_true(json_object_get(table, "complete")) ? "" : "more than ",
		      int_of(table, "count"));
	json_object_foreach((json_t *)(uintptr_t)geometry, type, count)
	{
		mm_buf_printf(out, ", %s %lld", type, (long long)json_integer_value(count));
		any = true;
	}
	mm_buf_printf(out, "%s\n", any ? "" : ", no geometry");
}

static int base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void put_base64(struct mm_buf *out, const char *text)
{
	uint32_t bits = 0;
	int have = 0;

	for (; base64_digit(*text) >= 0; text++) {
		bits = bits << 6 | (uint32_t)base64_digit(*text);
		have += 6;
		if (have >= 8) {
			have -= 8;
			mm_buf_byte(out, (unsigned char)(bits >> have));
		}
	}
}

/* The encoding to read undecoded text with; NULL when there is nothing to say. */
static const char *put_encoding(const json_t *table, struct mm_buf *out)
{
	const char *declared = text_of(table, "declared_encoding"), *guess;
	struct mm_buf raw;
	double confidence = 0;

	if (!json_is_true(json_object_get(table, "encoding_matters")) || !*text_of(table, "raw_text"))
		return NULL;
	mm_buf_init(&raw, 1 << 20);
	put_base64(&raw, text_of(table, "raw_text"));
	guess = mm_encoding_guess(raw.data ? raw.data : (const unsigned char *)"", raw.len, &confidence);
	mm_buf_release(&raw);
	if (strcasecmp(guess, declared) == 0)
		return guess;
	if (*declared) {
		mm_buf_text(out, "# the source says ");
		mm_yaml_put_comment(out, declared);
		mm_buf_printf(out, ", its letters look like %s\n", guess);
	} else {
		mm_buf_printf(out, "# guessed from the letters%s\n",
			      confidence < 0.3 ? ", not sure: look at the texts" : "");
	}
	mm_yaml_put_pair(out, "encoding", guess);
	return guess;
}

static bool box_of(const json_t *extent, struct mm_box *ret)
{
	if (json_array_size(extent) != 4)
		return false;
	*ret = (struct mm_box){
	    json_number_value(json_array_get(extent, 0)), json_number_value(json_array_get(extent, 1)),
	    json_number_value(json_array_get(extent, 2)), json_number_value(json_array_get(extent, 3))};
	return true;
}

static void put_guesses(const struct mm_crs_guess *g, size_t count, struct mm_buf *out)
{
	if (!count) {
		mm_buf_text(out,
			    "# the source does not say its coordinate system and none fits: name it here\n"
			    "# crs: EPSG:28407\n");
		return;
	}
	mm_buf_printf(out, "# guessed: %s\n", g[0].why);
	if (count > 1)
		mm_buf_text(out, "# several fit: look where they lie and keep the right one\n");
	mm_yaml_put_pair(out, "crs", g[0].crs);
	for (size_t i = 1; i < count; i++)
		mm_buf_printf(out, "# or %s%s: %s\n", g[i].crs, g[i].swap_axes ? " with swap_axes: true" : "",
			      g[i].why);
	if (g[0].swap_axes)
		mm_buf_text(out, "swap_axes: true\n");
}

/* Degrees that lie outside the globe the stated way but inside the other way round. */
static bool is_swapped(const struct mm_box *b)
{
	return b->max_y > 90 && b->min_x >= -90 && b->max_x <= 90 && b->min_y >= -180 && b->max_y <= 180;
}

static void put_crs(const json_t *table, struct mm_proj *proj, const struct mm_box *known_deg,
		    struct mm_buf *out)
{
	const json_t *srs = json_object_get(table, "srs");
	struct mm_crs_guess guess[MM_CRS_GUESSES_MAX];
	struct mm_box box;
	bool has_box = box_of(json_object_get(table, "extent"), &box);

	if (json_is_object(srs) && !json_is_true(json_object_get(srs, "local"))) {
		mm_buf_text(out, "# crs of the source: ");
		mm_yaml_put_comment(out, text_of(srs, "name"));
		if (*text_of(srs, "code"))
			mm_buf_byte(out, ' ');
		mm_yaml_put_comment(out, text_of(srs, "code"));
		mm_buf_byte(out, '\n');
		if (has_box && strcmp(text_of(srs, "code"), "EPSG:4326") == 0 && is_swapped(&box))
			mm_buf_text(out, "# latitude stands first in the file\nswap_axes: true\n");
		return;
	}
	if (!has_box && json_is_true(json_object_get(table, "has_geometry")))
		put_guesses(guess, 0, out); /* no geometry that could be read */
	if (has_box)
		put_guesses(guess, mm_crs_guess(proj, &box, known_deg, guess), out);
}

static bool is_one_of(const char *name, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(name, *words) == 0)
			return true;
	return false;
}

static bool is_number(const json_t *field, long long rows)
{
	const char *type = text_of(field, "type");
	long long numbers = int_of(field, "numeric") + int_of(field, "decimal_comma");

	return strcmp(type, "integer") == 0 || strcmp(type, "real") == 0 ||
	       (rows && numbers * 10 >= rows * 9);
}

static const json_t *find_field(const json_t *table, const char *const *words)
{
	const json_t *fields = json_object_get(table, "fields");

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *f = json_array_get(fields, i);

		if (is_one_of(text_of(f, "name"), words) && is_number(f, int_of(table, "count")) &&
		    json_is_number(json_object_get(f, "min")))
			return f;
	}
	return NULL;
}

/* A table without geometry whose columns are coordinates. In Russian tables X is often the north: the place
 * decides. */
static void put_point(const json_t *table, struct mm_proj *proj, const struct mm_box *known_deg,
		      struct mm_buf *out)
{
	static const char *const xs[] = {"x",       "lon",  "lng",     "long",    "longitude",
					 "easting", "east", "x_coord", "долгота", NULL};
	static const char *const ys[] = {"y",     "lat",     "latitude", "northing",
					 "north", "y_coord", "широта",   NULL};
	const json_t *x = find_field(table, xs), *y = find_field(table, ys);
	struct mm_crs_guess guess[MM_CRS_GUESSES_MAX];
	size_t count;
	bool swap;

	if (json_is_true(json_object_get(table, "has_geometry")) || !x || !y)
		return;
	count = mm_crs_guess(proj,
			     &(struct mm_box){json_number_value(json_object_get(x, "min")),
					      json_number_value(json_object_get(y, "min")),
					      json_number_value(json_object_get(x, "max")),
					      json_number_value(json_object_get(y, "max"))},
			     known_deg, guess);
	swap = count && guess[0].swap_axes;
	for (size_t i = 0; i < count; i++)
		guess[i].swap_axes ^= swap;
	mm_buf_text(out, "point: {x: ");
	mm_yaml_put_scalar(out, text_of(swap ? y : x, "name"));
	mm_buf_text(out, ", y: ");
	mm_yaml_put_scalar(out, text_of(swap ? x : y, "name"));
	mm_buf_printf(out, "}%s\n", swap ? " # the columns have north first" : "");
	put_guesses(guess, count, out);
}

/* A column with a different value in every row, by preference one that is named like an id. */
static void put_id(const json_t *table, struct mm_buf *out)
{
	static const char *const names[] = {"id",      "gid",      "fid",  "objectid", "osm_id",  "uid",
					    "guid",    "globalid", "code", "cad_no",   "cad_num", "number",
					    "ogc_fid", "ид",       "код",  NULL};
	const json_t *fields = json_object_get(table, "fields");

	if (*text_of(table, "fid_column"))
		return; /* the driver has it as the feature's number already */
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *f = json_array_get(fields, i);
		const char *name = text_of(f, "name"), *type = text_of(f, "type");

		if (json_is_true(json_object_get(f, "unique")) && is_one_of(name, names) &&
		    (strcmp(type, "integer") == 0 || strcmp(type, "text") == 0)) {
			mm_yaml_put_pair(out, "id_field", name);
			return;
		}
	}
}

/* Few different values over many rows, all of them seen and short: a code list. */
static bool has_codes(const json_t *table, const json_t *f)
{
	const json_t *samples = json_object_get(f, "samples");
	size_t count = json_array_size(samples);

	if (int_of(table, "count") < CODES_ROWS_MIN || count < 2 || count > CODES_MAX ||
	    int_of(f, "distinct") != (long long)count ||
	    (strcmp(text_of(f, "type"), "text") != 0 && strcmp(text_of(f, "type"), "integer") != 0) ||
	    !json_is_true(json_object_get(table, "complete")))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *value = json_string_value(json_object_get(json_array_get(samples, i), "value"));

		if (!value || !*value || strlen(value) > CODE_LENGTH_MAX)
			return false;
	}
	return true;
}

/* Texts that are all numbers, some with a comma. */
static bool is_decimal_comma(const json_t *f, const json_t *table)
{
	long long values = int_of(table, "count") - int_of(f, "nulls") - int_of(f, "empty");

	return strcmp(text_of(f, "type"), "text") == 0 && int_of(f, "decimal_comma") &&
	       json_is_true(json_object_get(table, "complete")) &&
	       int_of(f, "numeric") + int_of(f, "decimal_comma") == values;
}

static void put_field(const json_t *table, const json_t *f, struct mm_buf *out)
{
	const json_t *samples = json_object_get(f, "samples");

	mm_buf_text(out, "  - name: ");
	mm_yaml_put_quoted(out, text_of(f, "name"));
	mm_buf_text(out, "\n    title: ");
	mm_yaml_put_title(out, text_of(f, "name"));
	mm_buf_byte(out, '\n');
	if (int_of(f, "leading_zeros"))
		mm_buf_text(out, "    type: text # leading zeros count\n");
	else if (is_decimal_comma(f, table))
		mm_buf_text(out, "    type: real # written with a decimal comma\n");
	if (!has_codes(table, f))
		return;
	mm_buf_text(out, "    codes:\n");
	for (size_t i = 0; i < json_array_size(samples); i++) {
		const char *value = text_of(json_array_get(samples, i), "value");

		mm_buf_text(out, "      - {value: ");
		mm_yaml_put_quoted(out, value);
		mm_buf_text(out, ", title: ");
		mm_yaml_put_title(out, value);
		mm_buf_text(out, "}\n");
	}
}

static bool is_first_of_its_name(const json_t *fields, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(text_of(json_array_get(fields, k), "name"),
			   text_of(json_array_get(fields, i), "name")) == 0)
			return false;
	return true;
}

static void put_fields(const json_t *table, struct mm_buf *out)
{
	const json_t *fields = json_object_get(table, "fields");
	bool begun = false;

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *f = json_array_get(fields, i);

		if (!*text_of(f, "name") || !is_first_of_its_name(fields, i))
			continue; /* a name that cannot be read here is served as it is once the encoding is
				     right */
		if (!begun)
			mm_buf_text(out, "fields:\n");
		begun = true;
		put_field(table, f, out);
	}
}

void mm_inspect_table(const json_t *probe, const json_t *table, const char *source, bool is_only,
		      struct mm_proj *proj, const struct mm_box *known_deg, struct mm_buf *out)
{
	put_about(probe, table, out);
	mm_buf_text(out, "title: ");
	mm_yaml_put_title(out, text_of(table, "name"));
	mm_buf_byte(out, '\n');
	mm_yaml_put_pair(out, "source", source);
	if (!is_only)
		mm_yaml_put_pair(out, "table", text_of(table, "name"));
	(void)put_encoding(table, out);
	put_crs(table, proj, known_deg, out);
	put_point(table, proj, known_deg, out);
	put_id(table, out);
	put_fields(table, out);
}

void mm_inspect_place(const json_t *table, struct mm_proj *proj, struct mm_box *known_deg)
{
	const json_t *srs = json_object_get(table, "srs");
	const struct mm_transform *t = NULL;
	struct mm_box box, deg;

	if (!json_is_object(srs) || json_is_true(json_object_get(srs, "local")) ||
	    !box_of(json_object_get(table, "extent"), &box) ||
	    mm_transform_get(proj, text_of(srs, "wkt"), MM_CRS84, &t, NULL))
		return;
	deg = mm_transform_box(t, &box);
	if (!mm_box_is_empty(&deg))
		mm_box_merge(known_deg, &deg);
}
