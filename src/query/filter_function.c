#include "query/filter_function.h"

#include "base/fold.h"
#include "base/text.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* Functions of numbers, texts and times; those of geometries are in filter_geom.c. */

static struct mm_val argument(struct mm_filter_run *run, const struct mm_filter *f, size_t i, uint32_t row)
{
	return mm_filter_value(run, f->child[i], row);
}

/* ---- numbers ---- */

static struct mm_val number(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row,
			    double (*compute)(double))
{
	struct mm_val v = argument(run, f, 0, row);

	if (v.kind == MM_VAL_REAL)
		v.real = compute(v.real);
	return v;
}

static struct mm_val value_abs(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_val v = number(run, f, row, fabs);

	if (v.kind == MM_VAL_INT && v.integer == INT64_MIN)
		return (struct mm_val){.kind = MM_VAL_REAL, .real = -(double)INT64_MIN};
	if (v.kind == MM_VAL_INT && v.integer < 0)
		v.integer = -v.integer;
	return v;
}

static struct mm_val value_round(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	return number(run, f, row, round);
}

static struct mm_val value_floor(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	return number(run, f, row, floor);
}

static struct mm_val value_ceil(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	return number(run, f, row, ceil);
}

/* ---- texts ---- */

static struct mm_val in_case(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row,
			     const char *(*turn)(const char *, size_t, struct mm_arena *, size_t *))
{
	struct mm_val v = argument(run, f, 0, row);

	if (v.kind != MM_VAL_TEXT)
		return (struct mm_val){0};
	v.text = turn(v.text, v.text_len, &run->scratch, &v.text_len);
	return v.text ? v : (struct mm_val){0};
}

static struct mm_val value_upper(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	return in_case(run, f, row, mm_text_upper);
}

static struct mm_val value_lower(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	return in_case(run, f, row, mm_text_lower);
}

static bool is_space(char c)
{
	return c && strchr(" \t\r\n\f\v", c);
}

static struct mm_val value_trim(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_val v = argument(run, f, 0, row);

	if (v.kind != MM_VAL_TEXT)
		return (struct mm_val){0};
	while (v.text_len && is_space(v.text[v.text_len - 1]))
		v.text_len--;
	while (v.text_len && is_space(v.text[0])) {
		v.text++;
		v.text_len--;
	}
	return v;
}

static struct mm_val value_strlen(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_val v = argument(run, f, 0, row);
	struct mm_val count = {.kind = MM_VAL_INT};

	if (v.kind != MM_VAL_TEXT)
		return (struct mm_val){0};
	for (size_t at = 0; at < v.text_len; count.integer++)
		(void)mm_text_utf8_next(v.text, v.text_len, &at);
	return count;
}

static struct mm_val value_concat(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_val whole = {.kind = MM_VAL_TEXT, .text = ""};

	for (size_t i = 0; i < f->child_count; i++) {
		const struct mm_val v = argument(run, f, i, row);
		char *joined;

		if (v.kind != MM_VAL_TEXT)
			return (struct mm_val){0};
		joined = mm_arena_alloc(&run->scratch, whole.text_len + v.text_len + 1);
		if (!joined)
			return (struct mm_val){0};
		if (whole.text_len)
			memcpy(joined, whole.text, whole.text_len);
		if (v.text_len)
			memcpy(joined + whole.text_len, v.text, v.text_len);
		whole.text = joined;
		whole.text_len += v.text_len;
	}
	return whole;
}

/* ---- the rest ---- */

static struct mm_val value_coalesce(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_val v = {0};

	for (size_t i = 0; i < f->child_count && v.kind == MM_VAL_NULL; i++)
		v = argument(run, f, i, row);
	return v;
}

static struct mm_val value_now(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	(void)f;
	(void)row;
	return (struct mm_val){.kind = MM_VAL_TIMESTAMP, .integer = run->now_ms};
}

#define ONE_NUMBER .arg = {{"Number", MM_KIND_NUMBER}}, .least = 1, .most = 1, .ret = MM_KIND_NUMBER
#define ONE_TEXT   .arg = {{"Text", MM_KIND_TEXT}}, .least = 1, .most = 1

const struct mm_filter_function mm_filter_functions[] = {
    {.name = "buffer",
     .about = "All points within so many metres of a geometry, measured in the map's own system; negative "
	      "metres make polygons smaller.",
     .arg = {{"Geometry", MM_KIND_GEOMETRY}, {"Metres", MM_KIND_NUMBER}},
     .least = 2,
     .most = 2,
     .ret = MM_KIND_GEOMETRY,
     .geom = mm_filter_geom_buffer},
    {.name = "centroid",
     .about = "The centre of gravity of a geometry in the map's own system; it may lie outside of it.",
     .arg = {{"Geometry", MM_KIND_GEOMETRY}},
     .least = 1,
     .most = 1,
     .ret = MM_KIND_GEOMETRY,
     .geom = mm_filter_geom_centroid},
    {.name = "transform",
     .about = "The geometry in another system, such as 'EPSG:32637' or 'MSK48_1': area, length and distance "
	      "of it are measured there, and it is missing where it has no place there.",
     .arg = {{"Geometry", MM_KIND_GEOMETRY}, {"System of coordinates", MM_KIND_CRS}},
     .least = 2,
     .most = 2,
     .ret = MM_KIND_GEOMETRY,
     .geom = mm_filter_geom_transform},
    {.name = "distance",
     .about = "The least distance between two geometries in metres, measured in the map's own system.",
     .arg = {{"Geometry", MM_KIND_GEOMETRY}, {"Other geometry", MM_KIND_GEOMETRY}},
     .least = 2,
     .most = 2,
     .ret = MM_KIND_NUMBER,
     .value = mm_filter_value_distance,
     .is_measure = true},
    {.name = "within_distance",
     .about = "True when two geometries are no farther apart than so many metres, measured in the map's own "
	      "system; the index is used.",
     .arg = {{"Geometry", MM_KIND_GEOMETRY},
	     {"Other geometry", MM_KIND_GEOMETRY},
	     {"Metres", MM_KIND_NUMBER}},
     .least = 3,
     .most = 3,
     .ret = MM_KIND_BOOL,
     .value = mm_filter_value_within_distance,
     .is_measure = true},
    {.name = "near_layer",
     .about = "True when a geometry is no farther than so many metres from some feature of another "
	      "collection, measured in the map's own system; the indexes of both are used.",
     .arg = {{"Geometry", MM_KIND_GEOMETRY}, {"Collection", MM_KIND_LAYER}, {"Metres", MM_KIND_NUMBER}},
     .least = 3,
     .most = 3,
     .ret = MM_KIND_BOOL,
     .value = mm_filter_value_near_layer},
    {.name = "area",
     .about =
	 "The area of the polygons of a geometry in square metres, measured in the map's own system; 0 of "
	 "points and lines.",
     .arg = {{"Geometry", MM_KIND_GEOMETRY}},
     .least = 1,
     .most = 1,
     .ret = MM_KIND_NUMBER,
     .value = mm_filter_value_area,
     .is_measure = true},
    {.name = "length",
     .about =
	 "The length of the lines of a geometry in metres, measured in the map's own system; 0 of points "
	 "and polygons: a perimeter is not a length.",
     .arg = {{"Geometry", MM_KIND_GEOMETRY}},
     .least = 1,
     .most = 1,
     .ret = MM_KIND_NUMBER,
     .value = mm_filter_value_length,
     .is_measure = true},
    {.name = "abs", .about = "A number without its sign.", ONE_NUMBER, .value = value_abs},
    {.name = "round",
     .about = "The nearest whole number; halves away from zero.",
     ONE_NUMBER,
     .value = value_round},
    {.name = "floor", .about = "The whole number not above it.", ONE_NUMBER, .value = value_floor},
    {.name = "ceil", .about = "The whole number not below it.", ONE_NUMBER, .value = value_ceil},
    {.name = "upper",
     .about = "A text in capital letters.",
     ONE_TEXT,
     .ret = MM_KIND_TEXT,
     .value = value_upper},
    {.name = "lower",
     .about = "A text in small letters.",
     ONE_TEXT,
     .ret = MM_KIND_TEXT,
     .value = value_lower},
    {.name = "trim",
     .about = "A text without blanks at its ends.",
     ONE_TEXT,
     .ret = MM_KIND_TEXT,
     .value = value_trim},
    {.name = "strlen",
     .about = "How many characters a text has.",
     ONE_TEXT,
     .ret = MM_KIND_NUMBER,
     .value = value_strlen},
    {.name = "concat",
     .about = "Texts one behind the other; missing when one of them is.",
     .arg = {{"Text", MM_KIND_TEXT}},
     .least = 1,
     .most = MM_FUNCTION_ANY_COUNT,
     .ret = MM_KIND_TEXT,
     .value = value_concat},
    {.name = "coalesce",
     .about = "The first of values of one type that is not missing.",
     .arg = {{"Value", MM_KIND_ANY}},
     .least = 1,
     .most = MM_FUNCTION_ANY_COUNT,
     .ret = MM_KIND_ANY,
     .value = value_coalesce},
    {.name = "now", .about = "The time of the request.", .ret = MM_KIND_TIMESTAMP, .value = value_now},
};

const size_t mm_filter_function_count = sizeof(mm_filter_functions) / sizeof(mm_filter_functions[0]);

const struct mm_filter_function *mm_filter_function_find(const char *name)
{
	for (size_t i = 0; i < mm_filter_function_count; i++)
		if (strcasecmp(mm_filter_functions[i].name, name) == 0)
			return &mm_filter_functions[i];
	return NULL;
}
