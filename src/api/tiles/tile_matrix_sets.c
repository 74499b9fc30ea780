#include "api/html.h"
#include "api/out.h"

#include <stdio.h>
#include <string.h>

/* "/tileMatrixSets" and "/tileMatrixSets/{tms}" (OGC 17-083r4, clause 8; OGC 20-057, 9): the built-in grids
 * and the map's own. */

static const char *title_of(const struct mm_tile_matrix_set *s, const char *lang)
{
	return mm_title_in(&(struct mm_title){s->title_ru, s->title_en}, lang, s->id);
}

static void put_list_json(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);
	const struct mm_tile_matrix_set *s;

	mm_json_open(&j, NULL, '{');
	mm_json_open(&j, "links", '[');
	mm_out_link(&j, r, "/tileMatrixSets?f=json", "self", MM_TYPE_JSON_MEDIA, "This document");
	mm_out_link(&j, r, "/tileMatrixSets?f=html", "alternate", "text/html", "This document as HTML");
	mm_json_close(&j, ']');
	mm_json_open(&j, "tileMatrixSets", '[');
	for (size_t i = 0; (s = mm_catalog_grid(c, i)); i++) {
		mm_json_open(&j, NULL, '{');
		mm_json_text(&j, "id", s->id);
		mm_json_text(&j, "title", title_of(s, mm_request_lang(r, "ru")));
		if (*s->uri)
			mm_json_text(&j, "uri", s->uri);
		if (*s->crs_uri)
			mm_json_text(&j, "crs", s->crs_uri);
		mm_json_open(&j, "links", '[');
		mm_out_link(&j, r, mm_arena_printf(r->mem, "/tileMatrixSets/%s", s->id), "self",
			    MM_TYPE_JSON_MEDIA, "The tile matrix set");
		mm_json_close(&j, ']');
		mm_json_close(&j, '}');
	}
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
}

static void put_list_html(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	struct mm_html h = mm_html_on(out, r);
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(c)->title, h.ru ? "ru" : "en", "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Сетки плиток", "Tile matrix sets"), ""}};
	const struct mm_tile_matrix_set *s;

	mm_html_begin(&h, crumb, 2);
	mm_html_raw(&h, "<table>\n<tbody>\n");
	for (size_t i = 0; (s = mm_catalog_grid(c, i)); i++) {
		mm_html_raw(&h, "<tr><td>");
		mm_html_link(&h, mm_arena_printf(r->mem, "/tileMatrixSets/%s?f=html", s->id), s->id);
		mm_html_raw(&h, "</td><td>");
		mm_html_text(&h, title_of(s, h.ru ? "ru" : "en"));
		mm_html_raw(&h, "</td><td>");
		mm_html_text(&h, *s->crs_uri ? s->crs_uri : s->crs_definition);
		mm_html_raw(&h, "</td></tr>\n");
	}
	mm_html_raw(&h, "</tbody>\n</table>\n");
	mm_html_end(&h);
}

enum mm_code mm_api_tile_matrix_sets(void *ctx, const struct mm_request *r, struct mm_response *rs,
				     struct mm_err *reterr)
{
	return mm_out_page(ctx, r, MM_TYPE_JSON_MEDIA, put_list_json, put_list_html, rs, reterr);
}

static void put_cell(struct mm_html *h, double v)
{
	mm_html_raw(h, "<td class=\"number\">");
	mm_buf_double(h->out, v);
	mm_html_raw(h, "</td>");
}

static void put_html(const struct mm_catalog *c, const struct mm_tile_matrix_set *s,
		     const struct mm_request *r, struct mm_buf *out)
{
	struct mm_html h = mm_html_on(out, r);
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(c)->title, h.ru ? "ru" : "en", "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Сетки плиток", "Tile matrix sets"), "/tileMatrixSets?f=html"},
	    {s->id, ""}};

	mm_html_begin(&h, crumb, 3);
	mm_html_raw(&h, "<p>");
	mm_html_text(&h, title_of(s, h.ru ? "ru" : "en"));
	mm_html_raw(&h, " · ");
	mm_html_text(&h, *s->crs_uri ? s->crs_uri : s->crs_definition);
	mm_html_raw(&h, " · ");
	mm_html_link(&h, mm_arena_printf(r->mem, "/tileMatrixSets/%s?f=json", s->id), "JSON");
	mm_html_raw(&h, "</p>\n<table>\n<thead><tr>");
	mm_buf_printf(out, "<th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead>\n<tbody>\n",
		      mm_html_say(&h, "Уровень", "Tile matrix"), mm_html_say(&h, "Масштаб 1:", "Scale 1:"),
		      mm_html_say(&h, "Ячейка", "Cell"), mm_html_say(&h, "Плиток", "Tiles"));
	for (size_t i = 0; i < s->count; i++) {
		mm_html_raw(&h, "<tr><td>");
		mm_html_text(&h, s->matrix[i].id);
		mm_html_raw(&h, "</td>");
		put_cell(&h, s->matrix[i].scale_denominator);
		put_cell(&h, s->matrix[i].cell_size);
		mm_buf_printf(out, "<td class=\"number\">%u × %u</td></tr>\n", s->matrix[i].width,
			      s->matrix[i].height);
	}
	mm_html_raw(&h, "</tbody>\n</table>\n");
	mm_html_end(&h);
}

static void put_json(const struct mm_tile_matrix_set *s, const struct mm_request *r, struct mm_buf *out)
{
	const struct mm_title title = {s->title_ru, s->title_en};
	struct mm_json j = mm_json_on(out);

	mm_tile_matrix_set_put(s, mm_title_in(&title, mm_request_lang(r, "ru"), ""), &j);
}

enum mm_code mm_api_tile_matrix_set(void *ctx, const struct mm_request *r, struct mm_response *rs,
				    struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang"};
	const struct mm_tile_matrix_set *s;
	const struct mm_catalog *c = NULL;
	bool is_html = false;
	enum mm_code rc = mm_request_only(r, known, 2, reterr);

	if (!rc)
		rc = mm_out_format(r, MM_TYPE_JSON_MEDIA, &is_html, reterr);
	if (!rc)
		rc = mm_out_catalog(ctx, &c, reterr);
	if (rc)
		return rc;
	s = mm_catalog_find_grid(c, mm_out_segment(r, 1));
	if (!s)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "tileMatrixSetId",
			     "there is no such tile matrix set: see %s/tileMatrixSets", r->base_url);
	else if (is_html)
		put_html(c, s, r, &rs->body);
	else
		put_json(s, r, &rs->body);
	rs->etag = mm_out_page_etag(r, mm_catalog_version(c), is_html);
	(void)mm_catalog_unref(c);
	return rc ? rc : mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_JSON_MEDIA, reterr);
}
