#include "api/analysis/inside.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What was found as a sentence: "На площади 12,4 га: Здания — 214 (Жители — 3 905 чел.); Школы — 3 (школа —
 * 1, ...)." Titles stay as the map has them, since nothing can decline them. */

enum { LAYERS_SAID = 6, CLASSES_SAID = 3 /* of more none */, GROUP = 3 };

#define NO_BREAK "\xc2\xa0"

/* Digits in groups of three, and a comma before decimals, as Russian has it; English: commas and a point. */
static void put_digits(struct mm_buf *out, const char *text, bool is_ru)
{
	const size_t whole = strcspn(text + (*text == '-'), ".") + (*text == '-');

	for (size_t i = 0; i < whole; i++) {
		mm_buf_byte(out, (unsigned char)text[i]);
		if (text[i] != '-' && i + 1 < whole && (whole - i - 1) % GROUP == 0)
			mm_buf_text(out, is_ru ? NO_BREAK : ",");
	}
	if (text[whole])
		mm_buf_printf(out, "%s%s", is_ru ? "," : ".", text + whole + 1);
}

static void put_count(struct mm_buf *out, uint64_t n, bool is_ru)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	put_digits(out, text, is_ru);
}

static void put_decimals(struct mm_buf *out, double v, int decimals, bool is_ru)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%.*f", decimals, v);
	put_digits(out, text, is_ru);
}

static void put_area(struct mm_buf *out, double m2, bool is_ru)
{
	if (m2 < 1e4)
		put_decimals(out, m2, 1, is_ru);
	else if (m2 < 1e6)
		put_decimals(out, m2 / 1e4, 2, is_ru);
	else
		put_decimals(out, m2 / 1e6, 2, is_ru);
	mm_buf_printf(out, NO_BREAK "%s",
		      m2 < 1e4   ? is_ru ? "м²" : "m²"
		      : m2 < 1e6 ? is_ru ? "га" : "ha"
		      : is_ru    ? "км²"
				 : "km²");
}

static void put_length(struct mm_buf *out, double m, bool is_ru)
{
	put_decimals(out, m < 1000 ? m : m / 1000, m < 1000 ? 1 : 2, is_ru);
	mm_buf_printf(out, NO_BREAK "%s", m < 1000 ? is_ru ? "м" : "m" : is_ru ? "км" : "km");
}

/* Money to the kopeck, also when that is nought. */
static void put_sum(struct mm_buf *out, const struct mm_sum *s, const char *unit, bool is_ru)
{
	char text[MM_AMOUNT_TEXT_MAX + 4];
	const size_t n = mm_sum_format(s, text);
	const char *point = strchr(text, '.');

	if (strcmp(unit, "₽") == 0 && (!point || strlen(point) == 2))
		(void)snprintf(text + n, sizeof(text) - n, "%s", point ? "0" : ".00");
	put_digits(out, text, is_ru);
	if (*unit)
		mm_buf_printf(out, NO_BREAK "%s", unit);
}

static const char *const dash = NO_BREAK "— ";

/* Opens the bracket of details, or goes on in it. */
static void put_detail(struct mm_buf *out, bool *is_open, const char *title)
{
	mm_buf_printf(out, "%s%s%s", *is_open ? ", " : " (", title, dash);
	*is_open = true;
}

/* How many classes there are of which something was found. */
static size_t class_count(const struct mm_inside *f)
{
	size_t count = 0;

	for (size_t i = 0; i < MM_INSIDE_CLASSES_MAX; i++)
		count += f->of_class[i] > 0;
	return count;
}

static void put_layer(const struct mm_inside *f, const char *lang, struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(f->layer);
	const bool is_ru = strcmp(lang, "ru") == 0;
	const size_t codes = f->class_field == SIZE_MAX ? 0 : s->field[f->class_field].code_count;
	bool is_open = false;

	mm_buf_printf(out, "%s%s", mm_title_in(&s->title, lang, s->id), dash);
	put_count(out, f->count, is_ru);
	for (size_t i = 0; class_count(f) <= CLASSES_SAID && i < codes; i++)
		if (f->of_class[i]) {
			const struct mm_code_entry *code = &s->field[f->class_field].codes[i];

			put_detail(out, &is_open, mm_title_in(&code->title, lang, code->value));
			put_count(out, f->of_class[i], is_ru);
		}
	if (f->of_dimension[1]) {
		put_detail(out, &is_open, is_ru ? "длина внутри" : "length inside");
		put_length(out, f->length_m, is_ru);
	}
	if (f->of_dimension[2]) {
		put_detail(out, &is_open, is_ru ? "площадь внутри" : "area inside");
		put_area(out, f->area_m2, is_ru);
	}
	for (size_t i = 0; i < f->sum_count; i++) {
		const struct mm_field *field = &s->field[f->sum[i].field];

		if (!f->sum[i].count)
			continue;
		put_detail(out, &is_open, mm_title_in(&field->title, lang, field->name));
		put_sum(out, &f->sum[i].part, mm_title_in(&field->unit, lang, ""), is_ru);
	}
	if (is_open)
		mm_buf_byte(out, ')');
}

void mm_inside_put_words(const struct mm_inside_report *rep, const char *lang, struct mm_buf *out)
{
	const bool is_ru = strcmp(lang, "ru") == 0;
	size_t said = 0, more = 0;

	mm_buf_text(out, is_ru ? "На площади" NO_BREAK : "On an area of" NO_BREAK);
	put_area(out, rep->area_m2, is_ru);
	for (int with_sums = 1; with_sums >= 0; with_sums--) /* what has people and money comes first */
		for (size_t i = 0; i < rep->layer_count; i++) {
			const struct mm_inside *f = mm_inside_result(rep->job[i]);

			if (!f->count || (f->sum_count > 0) != with_sums)
				continue;
			more += said == LAYERS_SAID;
			if (said == LAYERS_SAID)
				continue;
			mm_buf_text(out, said++ ? "; " : ": ");
			put_layer(f, lang, out);
		}
	if (!said)
		mm_buf_text(out,
			    is_ru ? " нет объектов этих слоёв" : " there are no features of these layers");
	if (more)
		mm_buf_printf(out, is_ru ? "; и ещё слоёв: %zu" : "; and in %zu more layers", more);
	mm_buf_byte(out, '.');
}
