#ifndef MM_API_HTML_H
#define MM_API_HTML_H

#include "base/buf.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>

/* Plain pages for people: no inline script or style, every value escaped. */

struct mm_html {
	struct mm_buf *out;
	const struct mm_request *request;
	bool ru; /* language of the page */
};

/* One step of the trail above a page: text and path ("" for the page itself). */
struct mm_crumb {
	const char *text, *path;
};

struct mm_html mm_html_on(struct mm_buf *out, const struct mm_request *r);

/* Head, trail and heading. The last crumb is the page's title. */
void mm_html_begin(struct mm_html *h, const struct mm_crumb *crumb, size_t count);
void mm_html_end(struct mm_html *h);

void mm_html_text(struct mm_html *h, const char *text);             /* escaped */
void mm_html_text_n(struct mm_html *h, const char *text, size_t n); /* escaped */
void mm_html_raw(struct mm_html *h, const char *markup);            /* our own markup */
const char *mm_html_say(const struct mm_html *h, const char *ru, const char *en);

/* <a href=BASE PATH>text</a> */
void mm_html_link(struct mm_html *h, const char *path, const char *text);

/* A row of a table with a head and a text; nothing when the text is NULL or "". */
void mm_html_row(struct mm_html *h, const char *head, const char *text);

#endif
