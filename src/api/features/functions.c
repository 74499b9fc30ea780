#include "api/html.h"
#include "api/out.h"
#include "query/filter_function.h"

/* "/functions": what filters may call (OGC API Features Part 3, 19-079r2, clause 9). */

static const char *const type_names[] = {
    [MM_KIND_BOOL] = "boolean",       [MM_KIND_NUMBER] = "number",     [MM_KIND_TEXT] = "string",
    [MM_KIND_TIMESTAMP] = "datetime", [MM_KIND_GEOMETRY] = "geometry", [MM_KIND_CRS] = "string",
    [MM_KIND_LAYER] = "string"};

/* Of a value of any type these. */
static const char *const any_types[] = {"string", "number", "boolean", "date", "datetime"};

static void put_types(struct mm_json *j, const char *key, enum mm_kind kind)
{
	mm_json_open(j, key, '[');
	if (kind != MM_KIND_ANY)
		mm_json_text(j, NULL, type_names[kind]);
	for (size_t i = 0; kind == MM_KIND_ANY && i < sizeof(any_types) / sizeof(any_types[0]); i++)
		mm_json_text(j, NULL, any_types[i]);
	mm_json_close(j, ']');
}

static void put_function(struct mm_json *j, const struct mm_filter_function *f)
{
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "name", f->name);
	mm_json_text(j, "description", f->about);
	mm_json_open(j, "arguments", '[');
	for (size_t i = 0; i < MM_FUNCTION_ARGS_MAX && f->arg[i].title; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "title", f->arg[i].title);
		put_types(j, "type", f->arg[i].kind);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
	put_types(j, "returns", f->ret);
	mm_json_close(j, '}');
}

static void put_json(const struct mm_request *r, struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	mm_json_open(&j, "functions", '[');
	for (size_t i = 0; i < mm_filter_function_count; i++)
		put_function(&j, &mm_filter_functions[i]);
	mm_json_close(&j, ']');
	mm_json_open(&j, "links", '[');
	mm_out_link(&j, r, "/functions?f=json", "self", MM_TYPE_JSON_MEDIA, "This document");
	mm_out_link(&j, r, "/functions?f=html", "alternate", "text/html", "This document as HTML");
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
}

static void put_html(const struct mm_request *r, struct mm_buf *out)
{
	struct mm_html h = mm_html_on(out, r);
	const struct mm_crumb crumb[] = {{mm_html_say(&h, "Карта", "Map"), "/?f=html"},
					 {mm_html_say(&h, "Функции фильтров", "Functions of filters"), ""}};

	mm_html_begin(&h, crumb, 2);
	mm_html_raw(&h, "<table>\n<tbody>\n");
	for (size_t i = 0; i < mm_filter_function_count; i++) {
		const struct mm_filter_function *f = &mm_filter_functions[i];

		mm_html_raw(&h, "<tr><td><code>");
		mm_html_text(&h, f->name);
		mm_html_raw(&h, "(");
		for (size_t k = 0; k < MM_FUNCTION_ARGS_MAX && f->arg[k].title; k++) {
			mm_html_raw(&h, k ? ", " : "");
			mm_html_text(&h, f->arg[k].title);
		}
		mm_html_raw(&h, f->most > f->least ? ", ...)" : ")");
		mm_html_raw(&h, "</code></td><td lang=\"en\">");
		mm_html_text(&h, f->about);
		mm_html_raw(&h, "</td></tr>\n");
	}
	mm_html_raw(&h, "</tbody>\n</table>\n");
	mm_html_end(&h);
}

enum mm_code mm_api_functions(void *ctx, const struct mm_request *r, struct mm_response *rs,
			      struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang"};
	bool is_html = false;
	enum mm_code rc = mm_request_only(r, known, 2, reterr);

	(void)ctx;
	if (!rc)
		rc = mm_out_format(r, MM_TYPE_JSON_MEDIA, &is_html, reterr);
	if (rc)
		return rc;
	if (is_html)
		put_html(r, &rs->body);
	else
		put_json(r, &rs->body);
	return mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_JSON_MEDIA, reterr);
}
