#include "api/aggregates/aggregate.h"

#include <string.h>

/* The form above the table: what to group by, and what to count. */

struct form {
	struct mm_html *h;
	const struct mm_request *r;
	const struct mm_schema *s;
	const char *lang;
	const char *chosen; /* of the list that is being written; NULL: nothing, or it has been written */
};

/* A name as the parameters want it: in quotes where it has something of their grammar. */
static const char *quoted(const struct mm_request *r, const char *name)
{
	struct mm_buf b;
	const char *text;

	if (!strpbrk(name, ",\"() ") && *name != '@')
		return name;
	mm_buf_init(&b, 4096);
	mm_buf_byte(&b, '"');
	for (const char *at = name; *at; at++) {
		if (*at == '"')
			mm_buf_byte(&b, '"');
		mm_buf_byte(&b, (unsigned char)*at);
	}
	mm_buf_byte(&b, '"');
	text = b.failed ? NULL : mm_arena_text(r->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return text;
}

static void put_option(struct form *f, const char *value, const char *before, const char *title)
{
	const bool is_chosen = f->chosen && value && strcmp(f->chosen, value) == 0;

	if (!value) {
		f->h->out->failed = true;
		return;
	}
	mm_html_raw(f->h, "<option value=\"");
	mm_html_text(f->h, value);
	mm_html_raw(f->h, is_chosen ? "\" selected>" : "\">");
	mm_html_text(f->h, before);
	mm_html_text(f->h, title);
	mm_html_raw(f->h, "</option>\n");
	if (is_chosen)
		f->chosen = NULL;
}

static void open_list(struct form *f, const char *name, const char *title)
{
	f->chosen = mm_request_param(f->r, name);
	mm_html_raw(f->h, "<label>");
	mm_html_text(f->h, title);
	mm_html_raw(f->h, " <select name=\"");
	mm_html_raw(f->h, name);
	mm_html_raw(f->h, "\">\n");
}

/* What was asked for and is not on the list stays as it was written. */
static void close_list(struct form *f)
{
	if (f->chosen && *f->chosen)
		put_option(f, f->chosen, "", f->chosen);
	mm_html_raw(f->h, "</select></label>\n");
}

static void open_options(const struct form *f, const char *title)
{
	mm_html_raw(f->h, "<optgroup label=\"");
	mm_html_text(f->h, title);
	mm_html_raw(f->h, "\">\n");
}

static bool is_shown(const struct form *f, const struct mm_field *field)
{
	return !field->hidden && field->type != MM_TYPE_JSON && strcmp(field->name, f->s->id_field) != 0;
}

/* People know polygons by their names. */
static void put_polygons(struct form *f, const struct mm_layer *l)
{
	const struct mm_schema *s = mm_layer_schema(l);
	const char *field = mm_schema_find(s, "name") != SIZE_MAX ? ".name" : "";

	if (mm_geom_types_have_polygons(mm_layer_geom_types(l)))
		put_option(f, mm_arena_printf(f->r->mem, "@%s%s", s->id, field), "",
			   mm_title_in(&s->title, f->lang, s->id));
}

static void put_keys(struct form *f, const struct mm_catalog *c)
{
	open_list(f, "group-by", mm_html_say(f->h, "Группировать", "Group by"));
	put_option(f, "", "", mm_html_say(f->h, "всё вместе", "all together"));
	open_options(f, mm_html_say(f->h, "По полю", "Fields"));
	for (size_t i = 0; i < f->s->field_count; i++)
		if (is_shown(f, &f->s->field[i]))
			put_option(f, quoted(f->r, f->s->field[i].name), "",
				   mm_title_in(&f->s->field[i].title, f->lang, f->s->field[i].name));
	mm_html_raw(f->h, "</optgroup>\n");
	open_options(f, mm_html_say(f->h, "По контурам слоя", "Polygons of a layer"));
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->layer)
			put_polygons(f, mm_catalog_entry(c, i)->layer);
	mm_html_raw(f->h, "</optgroup>\n");
	close_list(f);
}

static void put_functions(struct form *f, unsigned types)
{
	open_list(f, "functions", mm_html_say(f->h, "Считать", "Count"));
	put_option(f, "count", "", mm_html_say(f->h, "объекты", "features"));
	if (mm_geom_types_have_lines(types))
		put_option(f, "count,sum(geometry.length)", "", mm_html_say(f->h, "длину, м", "length, m"));
	if (mm_geom_types_have_polygons(types))
		put_option(f, "count,sum(geometry.area)", "", mm_html_say(f->h, "площадь, м²", "area, m²"));
	for (size_t i = 0; i < f->s->field_count; i++) {
		const struct mm_field *field = &f->s->field[i];
		const bool is_number = field->type == MM_TYPE_INT || field->type == MM_TYPE_REAL;
		const char *name = quoted(f->r, field->name);

		if (is_shown(f, field) && is_number && !field->code_count)
			put_option(f, name ? mm_arena_printf(f->r->mem, "count,sum(%s)", name) : NULL,
				   mm_html_say(f->h, "сумму: ", "sum: "),
				   mm_title_in(&field->title, f->lang, field->name));
	}
	close_list(f);
}

/* The conditions stay as they are. */
static void put_hidden(const struct form *f)
{
	static const char *const asked[] = {"group-by", "functions", "sortby", "limit", "f"};

	mm_html_raw(f->h, "<input type=\"hidden\" name=\"f\" value=\"html\">\n");
	for (size_t i = 0; i < f->r->param_count; i++) {
		bool is_asked = false;

		for (size_t k = 0; k < sizeof(asked) / sizeof(asked[0]); k++)
			is_asked |= strcmp(f->r->param[i].name, asked[k]) == 0;
		if (is_asked)
			continue;
		mm_html_raw(f->h, "<input type=\"hidden\" name=\"");
		mm_html_text(f->h, f->r->param[i].name);
		mm_html_raw(f->h, "\" value=\"");
		mm_html_text(f->h, f->r->param[i].value);
		mm_html_raw(f->h, "\">\n");
	}
}

void mm_aggregate_put_form(struct mm_html *h, const struct mm_aggregate_page *p)
{
	struct form f = {
	    .h = h, .r = h->request, .s = mm_layer_schema(p->it->layer), .lang = h->ru ? "ru" : "en"};

	mm_html_raw(h, "<form method=\"get\" action=\"");
	mm_html_text(h, h->request->base_url);
	mm_html_raw(h, "/collections/");
	mm_html_text(h, f.s->id);
	mm_html_raw(h, "/aggregate\">\n");
	put_keys(&f, p->it->catalog);
	put_functions(&f, mm_layer_geom_types(p->it->layer));
	put_hidden(&f);
	mm_html_raw(h, "<button>");
	mm_html_text(h, mm_html_say(h, "Показать", "Show"));
	mm_html_raw(h, "</button>\n</form>\n");
}
