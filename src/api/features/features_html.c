#include "api/collections.h"
#include "api/features/features.h"
#include "api/html.h"
#include "api/out.h"
#include "base/buf.h"
#include "base/text.h"
#include "encode/value.h"

#include <string.h>

/* Tables of features for people: titles, decoded codes, units. */

enum { CELL_MAX = 200 }; /* bytes of one value in a table of many */

static const char *decode(const struct mm_field *f, const char *text, size_t n, const char *lang)
{
	const size_t i = mm_field_code(f, text, n);

	return i == SIZE_MAX ? NULL : mm_title_in(&f->codes[i].title, lang, f->codes[i].value);
}

static bool is_link(const char *text, size_t n)
{
	return (n > 8 && memcmp(text, "https://", 8) == 0) || (n > 7 && memcmp(text, "http://", 7) == 0);
}

/* One value: decoded, escaped, cut to `most` bytes (0: whole). Web addresses become links. */
static void put_value(struct mm_html *h, const struct mm_layer *l, uint32_t row, size_t field, size_t most)
{
	const struct mm_field *f = &mm_layer_schema(l)->field[field];
	struct mm_value v;
	struct mm_buf text;
	const char *decoded;
	size_t n;

	mm_layer_value(l, row, field, &v);
	if (v.is_null)
		return;
	mm_buf_init(&text, 16 << 20);
	mm_value_put_text(&text, &v);
	decoded = decode(f, (const char *)text.data, text.len, h->ru ? "ru" : "en");
	n = most ? mm_text_utf8_cut((const char *)text.data, text.len, most) : text.len;
	if (decoded) {
		mm_html_text(h, decoded);
	} else if (text.len && v.type == MM_TYPE_TEXT && is_link((const char *)text.data, text.len)) {
		mm_html_raw(h, "<a rel=\"noopener noreferrer\" href=\"");
		mm_html_text_n(h, (const char *)text.data, text.len);
		mm_html_raw(h, "\">");
		mm_html_text_n(h, (const char *)text.data, n);
		mm_html_raw(h, "</a>");
	} else if (text.len) {
		mm_html_text_n(h, (const char *)text.data, n);
		if (n < text.len)
			mm_html_raw(h, "…");
	}
	mm_buf_release(&text);
}

static void put_id_link(struct mm_html *h, const struct mm_layer *l, uint32_t row)
{
	char id[1100];
	const char *path = mm_item_path(h->request, l, row);

	(void)mm_layer_id_format(l, row, id, sizeof(id));
	if (!path) {
		h->out->failed = true;
		return;
	}
	mm_html_raw(h, "<a href=\"");
	mm_html_text(h, h->request->base_url);
	mm_html_text(h, path);
	mm_html_raw(h, "?f=html\">");
	mm_html_text(h, id);
	mm_html_raw(h, "</a>");
}

static void put_head(struct mm_html *h, const struct mm_schema *s)
{
	mm_html_raw(h, "<thead><tr><th>id</th>");
	for (size_t i = 0; i < s->field_count; i++) {
		const struct mm_field *f = &s->field[i];
		const char *unit = mm_title_in(&f->unit, h->ru ? "ru" : "en", "");

		if (f->hidden)
			continue;
		mm_html_raw(h, "<th>");
		mm_html_text(h, mm_title_in(&f->title, h->ru ? "ru" : "en", f->name));
		if (*unit) {
			mm_html_raw(h, ", ");
			mm_html_text(h, unit);
		}
		mm_html_raw(h, "</th>");
	}
	mm_html_raw(h, "</tr></thead>\n");
}

static bool is_number(enum mm_type t)
{
	return t == MM_TYPE_INT || t == MM_TYPE_REAL;
}

static void put_rows(struct mm_html *h, const struct mm_items *it)
{
	const struct mm_schema *s = mm_layer_schema(it->layer);

	mm_html_raw(h, "<tbody>\n");
	for (uint32_t k = 0; k < it->page.count && !h->out->failed; k++) {
		mm_html_raw(h, "<tr><td>");
		put_id_link(h, it->layer, it->page.row[k]);
		mm_html_raw(h, "</td>");
		for (size_t i = 0; i < s->field_count; i++) {
			if (s->field[i].hidden)
				continue;
			mm_html_raw(h, is_number(s->field[i].type) && !s->field[i].code_count
					   ? "<td class=\"number\">"
					   : "<td>");
			put_value(h, it->layer, it->page.row[k], i, CELL_MAX);
			mm_html_raw(h, "</td>");
		}
		mm_html_raw(h, "</tr>\n");
	}
	mm_html_raw(h, "</tbody>\n");
}

static void put_pager(struct mm_html *h, const struct mm_items *it)
{
	uint32_t next = it->offset + it->page.count;
	const char *prev_path =
	    mm_items_path(h->request, it, "html", it->offset > it->limit ? it->offset - it->limit : 0);
	const char *next_path = mm_items_path(h->request, it, "html", next);
	const char *json_path = mm_items_path(h->request, it, "json", it->offset);

	if (!prev_path || !next_path || !json_path) {
		h->out->failed = true;
		return;
	}
	mm_html_raw(h, "<p class=\"pager\">");
	if (it->offset) {
		mm_html_link(h, prev_path, mm_html_say(h, "← назад", "← previous"));
		mm_html_raw(h, " ");
	}
	mm_buf_printf(h->out, "%u–%u %s %u ", it->page.count ? it->offset + 1 : 0, next,
		      mm_html_say(h, "из", "of"), it->page.matched);
	if (it->page.count && next < it->page.matched) {
		mm_html_link(h, next_path, mm_html_say(h, "дальше →", "next →"));
		mm_html_raw(h, " ");
	}
	mm_html_raw(h, "· ");
	mm_html_link(h, json_path, "GeoJSON");
	mm_html_raw(h, "</p>\n");
}

void mm_items_put_html(const struct mm_items *it, const struct mm_request *r, struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(it->layer);
	struct mm_html h = mm_html_on(out, r);
	const char *lang = h.ru ? "ru" : "en";
	const char *up = mm_arena_printf(r->mem, "/collections/%s?f=html", s->id);
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(it->catalog)->title, lang, "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Слои", "Layers"), "/collections?f=html"},
	    {mm_title_in(&s->title, lang, s->id), up ? up : ""},
	    {mm_html_say(&h, "Объекты", "Features"), ""}};

	mm_html_begin(&h, crumb, 4);
	mm_collection_mini_map(&h, it->layer, NULL);
	mm_items_put_form(&h, it);
	put_pager(&h, it);
	mm_html_raw(&h, "<div class=\"scroll\"><table>\n");
	put_head(&h, s);
	put_rows(&h, it);
	mm_html_raw(&h, "</table></div>\n");
	if (it->page.count == 0) {
		mm_html_raw(&h, "<p>");
		mm_html_text(&h, mm_html_say(&h, "По этим условиям ничего не найдено.", "Nothing matches."));
		mm_html_raw(&h, "</p>\n");
	}
	if (it->page.count)
		mm_items_put_files(&h, it);
	mm_html_end(&h);
}

void mm_item_put_html(const struct mm_catalog *c, const struct mm_layer *l, uint32_t row,
		      const struct mm_request *r, struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(l);
	struct mm_html h = mm_html_on(out, r);
	const char *lang = h.ru ? "ru" : "en";
	const char *up = mm_arena_printf(r->mem, "/collections/%s?f=html", s->id);
	const char *items = mm_arena_printf(r->mem, "/collections/%s/items?f=html", s->id);
	const char *path = mm_item_path(r, l, row);
	char id[1100];
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(c)->title, lang, "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Слои", "Layers"), "/collections?f=html"},
	    {mm_title_in(&s->title, lang, s->id), up ? up : ""},
	    {mm_html_say(&h, "Объекты", "Features"), items ? items : ""},
	    {id, ""}};

	(void)mm_layer_id_format(l, row, id, sizeof(id));
	mm_html_begin(&h, crumb, 5);
	if (path)
		mm_collection_mini_map(&h, l, path);
	mm_html_raw(&h, "<table>\n<tbody>\n");
	for (size_t i = 0; i < s->field_count; i++) {
		const struct mm_field *f = &s->field[i];
		const char *unit = mm_title_in(&f->unit, lang, "");

		if (f->hidden)
			continue;
		mm_html_raw(&h, "<tr><th>");
		mm_html_text(&h, mm_title_in(&f->title, lang, f->name));
		mm_html_raw(&h, "</th><td>");
		put_value(&h, l, row, i, 0);
		if (*unit) {
			mm_html_raw(&h, " ");
			mm_html_text(&h, unit);
		}
		mm_html_raw(&h, "</td></tr>\n");
	}
	mm_html_raw(&h, "</tbody>\n</table>\n");
	if (path) {
		mm_html_raw(&h, "<p>");
		mm_html_link(&h, path, "GeoJSON");
		mm_html_raw(&h, "</p>\n");
	}
	mm_html_end(&h);
}
