#include "api/features/features.h"
#include "api/html.h"
#include "api/out.h"

#include <string.h>

/* The form above a table of features: what to look for, and in which order; and files of what was found. */

enum { LISTS_MAX = 8, CODES_MAX = 100 };

struct form {
	struct mm_html *h;
	const struct mm_request *r;
	const struct mm_schema *s;
	const char *lang;
};

static void open_label(struct form *f, const char *title)
{
	mm_html_raw(f->h, "<label>");
	mm_html_text(f->h, title);
	mm_html_raw(f->h, " ");
}

static void put_attribute(struct form *f, const char *name, const char *value)
{
	mm_html_raw(f->h, " ");
	mm_html_raw(f->h, name);
	mm_html_raw(f->h, "=\"");
	mm_html_text(f->h, value);
	mm_html_raw(f->h, "\"");
}

static void put_input(struct form *f, const char *name, const char *title, const char *example)
{
	const char *value = mm_request_param(f->r, name);

	open_label(f, title);
	mm_html_raw(f->h, "<input");
	put_attribute(f, "name", name);
	put_attribute(f, "value", value ? value : "");
	put_attribute(f, "placeholder", example);
	mm_html_raw(f->h, "></label>\n");
}

static void put_option(struct form *f, const char *chosen, const char *value, const char *title)
{
	mm_html_raw(f->h, "<option");
	put_attribute(f, "value", value);
	mm_html_raw(f->h, chosen && strcmp(chosen, value) == 0 ? " selected>" : ">");
	mm_html_text(f->h, title);
	mm_html_raw(f->h, "</option>\n");
}

static const char *title_of(const struct form *f, const struct mm_field *field)
{
	return mm_title_in(&field->title, f->lang, field->name);
}

/* A field with a list of codes, or of yes and no. */
static void put_choice(struct form *f, const struct mm_field *field)
{
	const char *chosen = mm_request_param(f->r, field->name);

	open_label(f, title_of(f, field));
	mm_html_raw(f->h, "<select");
	put_attribute(f, "name", field->name);
	mm_html_raw(f->h, ">\n");
	put_option(f, chosen, "", mm_html_say(f->h, "любое", "any"));
	for (size_t i = 0; i < field->code_count; i++)
		put_option(f, chosen, field->codes[i].value,
			   mm_title_in(&field->codes[i].title, f->lang, field->codes[i].value));
	if (!field->code_count) {
		put_option(f, chosen, "true", mm_html_say(f->h, "да", "yes"));
		put_option(f, chosen, "false", mm_html_say(f->h, "нет", "no"));
	}
	mm_html_raw(f->h, "</select></label>\n");
}

static bool is_choice(const struct mm_field *field)
{
	return !field->hidden && ((field->code_count && field->code_count <= CODES_MAX &&
				   field->type != MM_TYPE_JSON && field->type != MM_TYPE_TIME) ||
				  field->type == MM_TYPE_BOOL);
}

static void put_choices(struct form *f)
{
	size_t count = 0;

	for (size_t i = 0; i < f->s->field_count && count < LISTS_MAX; i++) {
		if (!is_choice(&f->s->field[i]))
			continue;
		put_choice(f, &f->s->field[i]);
		count++;
	}
}

static void put_order(struct form *f)
{
	const char *chosen = mm_request_param(f->r, "sortby");

	open_label(f, mm_html_say(f->h, "По порядку", "Sort by"));
	mm_html_raw(f->h, "<select name=\"sortby\">\n");
	put_option(f, chosen, "", mm_html_say(f->h, "как в источнике", "as in the source"));
	for (size_t i = 0; i < f->s->field_count; i++) {
		const struct mm_field *field = &f->s->field[i];
		const char *down = mm_arena_printf(f->r->mem, "-%s", field->name),
			   *down_title = mm_arena_printf(f->r->mem, "%s ↓", title_of(f, field));

		if (field->hidden || field->type == MM_TYPE_JSON || field->type == MM_TYPE_TIME || !down ||
		    !down_title || strchr(field->name, ','))
			continue;
		put_option(f, chosen, field->name, title_of(f, field));
		put_option(f, chosen, down, down_title);
	}
	mm_html_raw(f->h, "</select></label>\n");
}

/* What else was asked for stays as it is. */
static void put_rest(struct form *f)
{
	static const char *const kept[] = {"lang",        "limit",      "bbox", "bbox-crs",
					   "filter-lang", "filter-crs", "ids"};

	mm_html_raw(f->h, "<input type=\"hidden\" name=\"f\" value=\"html\">\n");
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		const char *value = mm_request_param(f->r, kept[i]);

		if (!value)
			continue;
		mm_html_raw(f->h, "<input type=\"hidden\"");
		put_attribute(f, "name", kept[i]);
		put_attribute(f, "value", value);
		mm_html_raw(f->h, ">\n");
	}
}

void mm_items_put_form(struct mm_html *h, const struct mm_items *it)
{
	const struct mm_schema *s = mm_layer_schema(it->layer);
	struct form f = {.h = h, .r = h->request, .s = s, .lang = h->ru ? "ru" : "en"};
	size_t begin, end;

	mm_query_time_fields(s, &begin, &end);
	mm_html_raw(h, "<form method=\"get\" action=\"");
	mm_html_text(h, h->request->base_url);
	mm_html_raw(h, "/collections/");
	mm_html_text(h, s->id);
	mm_html_raw(h, "/items\">\n");
	put_input(&f, "q", mm_html_say(h, "Найти", "Search"), mm_html_say(h, "слова", "words"));
	put_choices(&f);
	if (begin != SIZE_MAX)
		put_input(&f, "datetime", mm_html_say(h, "Когда", "When"), "2026-01-01/2026-12-31");
	put_input(&f, "filter", mm_html_say(h, "Фильтр", "Filter"), "CQL2: floors > 5");
	put_order(&f);
	put_rest(&f);
	mm_html_raw(h, "<button>");
	mm_html_text(h, mm_html_say(h, "Показать", "Show"));
	mm_html_raw(h, "</button>\n</form>\n");
}

void mm_items_put_files(struct mm_html *h, const struct mm_items *it)
{
	static const char *const file[][2] = {{"csv", "CSV"},         {"xlsx", "Excel"},
					      {"geojson", "GeoJSON"}, {"gpkg", "GeoPackage"},
					      {"shp", "Shapefile"},   {"dxf", "DXF"}};

	struct mm_request all = *h->request;

	all.param_count = 0; /* a page is limited, a file is not */
	for (size_t i = 0; i < h->request->param_count; i++)
		if (strcmp(h->request->param[i].name, "limit") != 0)
			all.param[all.param_count++] = h->request->param[i];
	mm_html_raw(h, "<p>");
	mm_html_text(h, mm_html_say(h, "Скачать найденное:", "Download what was found:"));
	for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
		const char *path = mm_items_path(&all, it, file[i][0], 0);

		if (!path) {
			h->out->failed = true;
			return;
		}
		mm_html_raw(h, i ? " · " : " ");
		mm_html_link(h, path, file[i][1]);
	}
	mm_html_raw(h, "</p>\n");
}
