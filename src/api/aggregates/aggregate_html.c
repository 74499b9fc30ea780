#include "api/aggregates/aggregate.h"
#include "base/num.h"
#include "encode/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Groups as a table for people: titles, decoded codes, units, digits in threes. */

enum { CENT = 100 };

static const char *lang_of(const struct mm_html *h)
{
	return h->ru ? "ru" : "en";
}

/* A number as text with its digits in threes, and a comma in Russian. */
static void put_digits(struct mm_html *h, const char *text)
{
	const char *at = text + (*text == '-');
	const size_t whole = strspn(at, "0123456789");

	if (*text == '-')
		mm_html_raw(h, "−");
	for (size_t i = 0; i < whole; i++) {
		if (i && (whole - i) % 3 == 0)
			mm_html_raw(h, "\u00a0");
		mm_buf_byte(h->out, (unsigned char)at[i]);
	}
	if (at[whole] == '.') {
		mm_html_raw(h, h->ru ? "," : ".");
		mm_html_text(h, at + whole + 1);
	} else {
		mm_html_text(h, at + whole);
	}
}

/* Measures and averages to the hundredth. */
static void put_rounded(struct mm_html *h, const char *text)
{
	char rounded[MM_NUM_MAX];
	long long cents;
	double v;

	if (!mm_num_parse(text, strlen(text), &v) || fabs(v) > 1e12) {
		put_digits(h, text);
		return;
	}
	cents = llrint(fabs(v) * CENT);
	(void)snprintf(rounded, sizeof(rounded), "%s%lld.%02lld", v < 0 && cents ? "-" : "", cents / CENT,
		       cents % CENT);
	put_digits(h, rounded);
}

static void put_value(struct mm_html *h, const struct mm_group_value *v)
{
	struct mm_buf text;
	size_t code = SIZE_MAX;

	mm_buf_init(&text, 1 << 20);
	mm_value_put_text(&text, &v->value);
	if (v->field && text.len)
		code = mm_field_code(v->field, (const char *)text.data, text.len);
	if (code != SIZE_MAX)
		mm_html_text(
		    h, mm_title_in(&v->field->codes[code].title, lang_of(h), v->field->codes[code].value));
	else if (text.len)
		mm_html_text_n(h, (const char *)text.data, text.len);
	mm_buf_release(&text);
}

/* ---- the head ---- */

static void put_key_title(struct mm_html *h, const struct mm_aggregate_page *p, const struct mm_group_by *by)
{
	const struct mm_schema *s = mm_layer_schema(by->polygons ? by->polygons : p->it->layer);

	mm_html_raw(h, "<th>");
	if (by->polygons)
		mm_html_text(h, mm_title_in(&s->title, lang_of(h), s->id));
	if (by->polygons && by->field != SIZE_MAX)
		mm_html_raw(h, ": ");
	if (by->field != SIZE_MAX)
		mm_html_text(h,
			     mm_title_in(&s->field[by->field].title, lang_of(h), s->field[by->field].name));
	mm_html_raw(h, "</th>");
}

static const char *kind_title(const struct mm_html *h, const struct mm_function *f)
{
	switch (f->kind) {
	case MM_FUNCTION_COUNT:
		return f->of == MM_OF_FEATURE ? mm_html_say(h, "Объектов", "Features")
					      : mm_html_say(h, "Значений", "Values");
	case MM_FUNCTION_DISTINCT:
		return mm_html_say(h, "Разных значений", "Different values");
	case MM_FUNCTION_SUM:
		return mm_html_say(h, "Всего", "Sum");
	case MM_FUNCTION_AVG:
		return mm_html_say(h, "В среднем", "Average");
	case MM_FUNCTION_MIN:
		return mm_html_say(h, "Наименьшее", "Least");
	case MM_FUNCTION_MAX:
		break;
	}
	return mm_html_say(h, "Наибольшее", "Most");
}

static void put_function_title(struct mm_html *h, const struct mm_schema *s, const struct mm_function *f)
{
	const bool is_count = f->kind == MM_FUNCTION_COUNT || f->kind == MM_FUNCTION_DISTINCT;

	mm_html_raw(h, "<th class=\"number\">");
	mm_html_text(h, kind_title(h, f));
	if (f->of == MM_OF_LENGTH) {
		mm_html_text(h, mm_html_say(h, ": длина, м", ": length, m"));
	} else if (f->of == MM_OF_AREA) {
		mm_html_text(h, mm_html_say(h, ": площадь, м²", ": area, m²"));
	} else if (f->of == MM_OF_FIELD) {
		const struct mm_field *field = &s->field[f->field];
		const char *unit = mm_title_in(&field->unit, lang_of(h), "");

		mm_html_raw(h, ": ");
		mm_html_text(h, mm_title_in(&field->title, lang_of(h), field->name));
		if (*unit && !is_count) {
			mm_html_raw(h, ", ");
			mm_html_text(h, unit);
		}
	}
	mm_html_raw(h, "</th>");
}

/* ---- the table ---- */

static void put_key(struct mm_html *h, const struct mm_aggregate_page *p, const struct mm_group *g,
		    size_t key)
{
	struct mm_group_value v;

	mm_group_key(&p->groups, g, key, &v);
	mm_html_raw(h, "<td>");
	if (!v.is_null)
		put_value(h, &v);
	else if (p->ask.by[key].polygons && mm_group_is_outside(&p->groups, g))
		mm_html_text(h, mm_html_say(h, "вне контуров", "outside"));
	else
		mm_html_text(h, mm_html_say(h, "не указано", "no value"));
	mm_html_raw(h, "</td>");
}

static void put_result(struct mm_html *h, const struct mm_aggregate_page *p, const struct mm_group *g,
		       size_t function)
{
	const struct mm_function *f = &p->ask.function[function];
	struct mm_group_value v;

	mm_group_result(&p->groups, g, function, &v);
	mm_html_raw(h, "<td class=\"number\">");
	if (!v.is_null && !v.is_number)
		put_value(h, &v);
	else if (!v.is_null && (f->of == MM_OF_LENGTH || f->of == MM_OF_AREA || f->kind == MM_FUNCTION_AVG))
		put_rounded(h, v.text);
	else if (!v.is_null)
		put_digits(h, v.text);
	mm_html_raw(h, "</td>");
}

static void put_table(struct mm_html *h, const struct mm_aggregate_page *p)
{
	mm_html_raw(h, "<div class=\"scroll\"><table>\n<thead><tr>");
	for (size_t i = 0; i < p->ask.by_count; i++)
		put_key_title(h, p, &p->ask.by[i]);
	for (size_t i = 0; i < p->ask.function_count; i++)
		put_function_title(h, mm_layer_schema(p->it->layer), &p->ask.function[i]);
	mm_html_raw(h, "</tr></thead>\n<tbody>\n");
	for (size_t k = 0; k < mm_aggregate_given(p) && !h->out->failed; k++) {
		mm_html_raw(h, "<tr>");
		for (size_t i = 0; i < p->ask.by_count; i++)
			put_key(h, p, &p->groups.group[k], i);
		for (size_t i = 0; i < p->ask.function_count; i++)
			put_result(h, p, &p->groups.group[k], i);
		mm_html_raw(h, "</tr>\n");
	}
	mm_html_raw(h, "</tbody>\n</table></div>\n");
}

/* ---- the page ---- */

static void put_notes(struct mm_html *h, const struct mm_aggregate_page *p)
{
	if (mm_aggregate_is_measured(&p->ask)) {
		mm_html_raw(h, "<p>");
		mm_html_text(h, mm_html_say(h, "Длины и площади измерены в системе координат карты: ",
					    "Lengths and areas are measured in the map's system: "));
		mm_html_text(h, mm_catalog_map(p->it->catalog)->crs_name);
		mm_html_raw(h, ".");
		if (p->groups.no_place)
			mm_buf_printf(h->out, " %s %llu.",
				      mm_html_say(h, "Без места на карте:", "Without a place on the map:"),
				      (unsigned long long)p->groups.no_place);
		mm_html_raw(h, "</p>\n");
	}
	if (!mm_aggregate_polygons(&p->ask))
		return;
	mm_html_raw(h, "<p>");
	mm_html_text(
	    h, mm_html_say(h,
			   "Объект учтён в каждом контуре, где есть его часть; суммы поделены по длине или "
			   "площади частей и сходятся с итогом до последнего знака. Общее место нескольких "
			   "контуров отнесено к первому из них; таких объектов: ",
			   "A feature counts in each polygon that has a part of it; sums are divided by the "
			   "length or area of the parts and add up to the whole to the last digit. What "
			   "several polygons have is the first one's; such features: "));
	mm_buf_printf(h->out, "%llu.</p>\n", (unsigned long long)p->groups.contested);
}

static void put_summary(struct mm_html *h, const struct mm_aggregate_page *p, const char *json,
			const char *csv)
{
	mm_html_raw(h, "<p>");
	mm_buf_printf(h->out, "%s %u · %s %zu · ", mm_html_say(h, "Объектов:", "Features:"),
		      p->it->page.matched, mm_html_say(h, "групп:", "groups:"), p->groups.count);
	mm_html_link(h, json, "JSON");
	mm_html_raw(h, " · ");
	mm_html_link(h, csv, "CSV");
	mm_html_raw(h, "</p>\n");
}

void mm_aggregate_put_html(const struct mm_aggregate_page *p, const struct mm_request *r, struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(p->it->layer);
	struct mm_html h = mm_html_on(out, r);
	const char *up = mm_arena_printf(r->mem, "/collections/%s?f=html", s->id),
		   *json = mm_aggregate_path(r, s, "json"), *csv = mm_aggregate_path(r, s, "csv");
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(p->it->catalog)->title, lang_of(&h), "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Слои", "Layers"), "/collections?f=html"},
	    {mm_title_in(&s->title, lang_of(&h), s->id), up ? up : ""},
	    {mm_html_say(&h, "Сводка", "Summary"), ""}};

	if (!up || !json || !csv) {
		out->failed = true;
		return;
	}
	mm_html_begin(&h, crumb, 4);
	mm_aggregate_put_form(&h, p);
	put_summary(&h, p, json, csv);
	put_table(&h, p);
	put_notes(&h, p);
	mm_html_end(&h);
}
