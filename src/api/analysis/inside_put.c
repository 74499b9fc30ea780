#include "api/analysis/inside.h"

#include "encode/csv_cell.h"
#include "encode/geojson.h"

#include <stdio.h>
#include <string.h>

enum {
	LENGTH_DECIMALS =
	    3, /* the millimetre and the square centimetre: finer is noise of the transformation */
	AREA_DECIMALS = 4,
	NUMBER_MAX = 64
};

static const char *fixed(double v, int decimals, char ret[NUMBER_MAX])
{
	(void)snprintf(ret, NUMBER_MAX, "%.*f", decimals, v);
	return ret;
}

static void put_measure(struct mm_json *j, const char *key, double v, int decimals)
{
	char text[NUMBER_MAX];
	const char *number = fixed(v, decimals, text);

	mm_json_raw(j, key, number, strlen(number));
}

static void put_texts(struct mm_json *j, const char *key, const struct mm_title *t, const char *otherwise)
{
	mm_json_open(j, key, '{');
	mm_json_text(j, "ru", mm_title_in(t, "ru", otherwise));
	mm_json_text(j, "en", mm_title_in(t, "en", otherwise));
	mm_json_close(j, '}');
}

static void put_title(struct mm_json *j, const struct mm_title *t, const char *otherwise)
{
	put_texts(j, "title", t, otherwise);
}

static void put_number(struct mm_json *j, const char *key, const struct mm_sum *s)
{
	char text[MM_AMOUNT_TEXT_MAX];
	const size_t n = mm_sum_format(s, text);

	mm_json_raw(j, key, text, n);
}

static void put_sums(struct mm_json *j, const struct mm_inside *f)
{
	const struct mm_schema *s = mm_layer_schema(f->layer);

	mm_json_open(j, "sums", '[');
	for (size_t i = 0; i < f->sum_count; i++) {
		const struct mm_field *field = &s->field[f->sum[i].field];

		mm_json_open(j, NULL, '{');
		mm_json_text(j, "property", field->name);
		put_title(j, &field->title, field->name);
		put_texts(j, "unit", &field->unit, "");
		mm_json_int(j, "count", (int64_t)f->sum[i].count);
		put_number(j, "whole", &f->sum[i].whole);
		put_number(j, "inside", &f->sum[i].part);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

static void put_classes(struct mm_json *j, const struct mm_inside *f)
{
	const struct mm_field *field;

	if (f->class_field == SIZE_MAX)
		return;
	field = &mm_layer_schema(f->layer)->field[f->class_field];
	mm_json_open(j, "classes", '{');
	mm_json_text(j, "property", field->name);
	put_title(j, &field->title, field->name);
	mm_json_open(j, "counts", '[');
	for (size_t i = 0; i < field->code_count; i++) {
		if (!f->of_class[i])
			continue;
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "value", field->codes[i].value);
		put_title(j, &field->codes[i].title, field->codes[i].value);
		mm_json_int(j, "count", (int64_t)f->of_class[i]);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
	mm_json_int(j, "other", (int64_t)f->of_class[MM_INSIDE_CLASSES_MAX]);
	mm_json_close(j, '}');
}

static void put_layer(struct mm_json *j, const struct mm_inside_report *rep, size_t i)
{
	const struct mm_inside *f = mm_inside_result(rep->job[i]);
	const struct mm_schema *s = mm_layer_schema(f->layer);

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "collection", s->id);
	put_title(j, &s->title, s->id);
	if (*rep->filter[i])
		mm_json_text(j, "filter", rep->filter[i]);
	mm_json_int(j, "count", (int64_t)f->count);
	mm_json_int(j, "crossing", (int64_t)f->crossing);
	mm_json_int(j, "notMeasured", (int64_t)f->no_place);
	if (f->of_dimension[1])
		put_measure(j, "length", f->length_m, LENGTH_DECIMALS);
	if (f->of_dimension[2])
		put_measure(j, "area", f->area_m2, AREA_DECIMALS);
	put_classes(j, f);
	put_sums(j, f);
	mm_json_close(j, '}');
}

static void put_sentence(struct mm_json *j, const struct mm_inside_report *rep, const char *lang)
{
	struct mm_buf text;

	mm_buf_init(&text, 1 << 20);
	mm_inside_put_words(rep, lang, &text);
	mm_json_text_n(j, lang, text.data ? (const char *)text.data : "", text.len);
	j->out->failed |= text.failed;
	mm_buf_release(&text);
}

void mm_inside_put_json(const struct mm_inside_report *rep, struct mm_json *j)
{
	mm_json_open(j, NULL, '{');
	mm_json_open(j, "sentence", '{');
	put_sentence(j, rep, "ru");
	put_sentence(j, rep, "en");
	mm_json_close(j, '}');
	mm_json_open(j, "area", '{');
	put_measure(j, "area", rep->area_m2, AREA_DECIMALS);
	mm_json_double(j, "distance", rep->distance_m);
	if (*rep->of_id) {
		mm_json_text(j, "collection", rep->of_collection);
		mm_json_text(j, "id", rep->of_id);
	}
	if (*rep->mended)
		mm_json_text(j, "mended", rep->mended);
	mm_json_key(j, "geometry");
	mm_geojson_put_geometry(j->out, &rep->area_deg);
	mm_json_close(j, '}');
	if (*rep->crs_uri)
		mm_json_text(j, "crs", rep->crs_uri);
	mm_json_text(j, "description",
		     "Counts are of features of which some lies inside; lengths (m) and areas (m2) are of "
		     "what lies inside, "
		     "in the map's system; \"whole\" adds up whole features, \"inside\" their shares by "
		     "length or area.");
	mm_json_open(j, "collections", '[');
	for (size_t i = 0; i < rep->layer_count; i++)
		put_layer(j, rep, i);
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

/* ---- CSV ---- */

static void put_line(struct mm_buf *out, const char *const *cell, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			mm_buf_byte(out, ',');
		mm_csv_put_cell(out, cell[i], strlen(cell[i]));
	}
}

static void put_value(struct mm_buf *out, const char *layer, const char *what, const char *unit, double v,
		      int decimals)
{
	char text[NUMBER_MAX];

	put_line(out, (const char *const[]){layer, what, unit}, 3);
	mm_buf_printf(out, ",%s,\r\n", fixed(v, decimals, text));
}

static void put_csv_layer(const struct mm_inside *f, const char *lang, struct mm_buf *out)
{
	const bool is_ru = strcmp(lang, "ru") == 0;
	const struct mm_schema *s = mm_layer_schema(f->layer);
	const char *title = mm_title_in(&s->title, lang, s->id);

	put_value(out, title, is_ru ? "объектов" : "features", "", (double)f->count, 0);
	put_value(out, title, is_ru ? "из них пересекают границу" : "of them across the border", "",
		  (double)f->crossing, 0);
	if (f->of_dimension[1])
		put_value(out, title, is_ru ? "длина внутри" : "length inside", is_ru ? "м" : "m",
			  f->length_m, LENGTH_DECIMALS);
	if (f->of_dimension[2])
		put_value(out, title, is_ru ? "площадь внутри" : "area inside", is_ru ? "м2" : "m2",
			  f->area_m2, AREA_DECIMALS);
	for (size_t i = 0; i < f->sum_count; i++) {
		const struct mm_field *field = &s->field[f->sum[i].field];
		char whole[MM_AMOUNT_TEXT_MAX], part[MM_AMOUNT_TEXT_MAX];

		(void)mm_sum_format(&f->sum[i].whole, whole);
		(void)mm_sum_format(&f->sum[i].part, part);
		put_line(out,
			 (const char *const[]){title, mm_title_in(&field->title, lang, field->name),
					       mm_title_in(&field->unit, lang, "")},
			 3);
		mm_buf_printf(out, ",%s,%s\r\n", part, whole);
	}
	for (size_t i = 0; f->class_field != SIZE_MAX && i < s->field[f->class_field].code_count; i++) {
		const struct mm_code_entry *code = &s->field[f->class_field].codes[i];

		if (f->of_class[i])
			put_value(out, title, mm_title_in(&code->title, lang, code->value), "",
				  (double)f->of_class[i], 0);
	}
}

void mm_inside_put_csv(const struct mm_inside_report *rep, const char *lang, struct mm_buf *out)
{
	mm_buf_text(out, strcmp(lang, "ru") == 0 ? "слой,показатель,единица,внутри,целиком\r\n"
						 : "layer,measure,unit,inside,whole\r\n");
	for (size_t i = 0; i < rep->layer_count && !out->failed; i++)
		if (mm_inside_result(rep->job[i])->count)
			put_csv_layer(mm_inside_result(rep->job[i]), lang, out);
}
