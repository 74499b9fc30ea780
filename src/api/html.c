#include "api/html.h"

#include "base/text.h"

#include <string.h>

struct mm_html mm_html_on(struct mm_buf *out, const struct mm_request *r)
{
	return (struct mm_html){.out = out, .request = r, .ru = strcmp(mm_request_lang(r, "ru"), "ru") == 0};
}

void mm_html_text_n(struct mm_html *h, const char *text, size_t n)
{
	mm_text_put_html(h->out, text, n);
}

void mm_html_text(struct mm_html *h, const char *text)
{
	mm_text_put_html(h->out, text, strlen(text));
}

void mm_html_raw(struct mm_html *h, const char *markup)
{
	mm_buf_text(h->out, markup);
}

const char *mm_html_say(const struct mm_html *h, const char *ru, const char *en)
{
	return h->ru ? ru : en;
}

void mm_html_link(struct mm_html *h, const char *path, const char *text)
{
	mm_html_raw(h, "<a href=\"");
	mm_html_text(h, h->request->base_url);
	mm_html_text(h, path);
	mm_html_raw(h, "\">");
	mm_html_text(h, text);
	mm_html_raw(h, "</a>");
}

void mm_html_begin(struct mm_html *h, const struct mm_crumb *crumb, size_t count)
{
	const char *title = crumb[count - 1].text;

	mm_buf_printf(h->out,
		      "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
		      h->ru ? "ru" : "en");
	mm_html_text(h, title);
	mm_html_raw(h, "</title>\n<link rel=\"icon\" type=\"image/svg+xml\" href=\"");
	mm_html_text(h, h->request->base_url);
	mm_html_raw(h, "/viewer/icon.svg\">\n<link rel=\"stylesheet\" href=\"");
	mm_html_text(h, h->request->base_url);
	mm_html_raw(h, "/viewer/pages/pages.css\">\n<link rel=\"stylesheet\" href=\"");
	mm_html_text(h, h->request->base_url);
	mm_html_raw(h, "/viewer/maplibre-gl.css\">\n<script type=\"module\" src=\"");
	mm_html_text(h, h->request->base_url);
	mm_html_raw(
	    h, "/viewer/pages/mini-map.js\"></script>\n</head>\n<body>\n<nav aria-label=\"breadcrumb\">");
	for (size_t i = 0; i + 1 < count; i++) {
		mm_html_link(h, crumb[i].path, crumb[i].text);
		mm_html_raw(h, " / ");
	}
	mm_html_text(h, title);
	mm_html_raw(h, "</nav>\n<main>\n<h1>");
	mm_html_text(h, title);
	mm_html_raw(h, "</h1>\n");
}

void mm_html_end(struct mm_html *h)
{
	mm_html_raw(h, "</main>\n</body>\n</html>\n");
}

void mm_html_row(struct mm_html *h, const char *head, const char *text)
{
	if (!text || !*text)
		return;
	mm_html_raw(h, "<tr><th>");
	mm_html_text(h, head);
	mm_html_raw(h, "</th><td>");
	mm_html_text(h, text);
	mm_html_raw(h, "</td></tr>\n");
}
