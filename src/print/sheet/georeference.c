#include "print/sheet/georeference.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double POINTS_A_MM = 72 / 25.4;

enum { TAIL = 64, ENTRY = 20 };

/* The old file, as far as an update must know it. */
struct old {
	const struct mm_buf *pdf;
	size_t xref;    /* where its table of objects begins */
	size_t entries; /* where the entries of the table do */
	unsigned size;  /* objects in it */
	const char *trailer;
};

/* ---- reading ---- */

static const char *find(const struct mm_buf *b, size_t from, const char *text)
{
	return from < b->len ? memmem(b->data + from, b->len - from, text, strlen(text)) : NULL;
}

static bool read_old(struct old *o)
{
	const struct mm_buf *b = o->pdf;
	const char *at = find(b, b->len > TAIL ? b->len - TAIL : 0, "startxref");
	unsigned first = 0;
	int used = 0;
	char head[64];

	if (!at || sscanf(at, "startxref %zu", &o->xref) != 1 || o->xref + sizeof(head) > b->len)
		return false;
	memcpy(head, b->data + o->xref, sizeof(head) - 1);
	head[sizeof(head) - 1] = 0;
	if (sscanf(head, "xref %u %u%n", &first, &o->size, &used) != 2 || first != 0 || !used)
		return false;
	o->entries = o->xref + (size_t)used + 1;
	o->trailer = find(b, o->entries, "trailer");
	return o->trailer && o->entries + (size_t)o->size * ENTRY <= b->len;
}

/* An object, from its first "<<" on. */
static const char *object(const struct old *o, unsigned number)
{
	const struct mm_buf *b = o->pdf;
	size_t at = 0;

	if (number >= o->size ||
	    sscanf((const char *)b->data + o->entries + (size_t)number * ENTRY, "%10zu", &at) != 1)
		return NULL;
	return find(b, at, "<<");
}

/* The number of the object that a key of a dictionary refers to; 0: none. */
static unsigned reference(const char *dictionary, const char *key)
{
	const char *end = dictionary ? strstr(dictionary, "endobj") : NULL,
		   *at = dictionary ? strstr(dictionary, key) : NULL;
	unsigned number = 0;

	if (!at || (end && at > end) || sscanf(at + strlen(key), " %u 0 R", &number) != 1)
		return 0;
	return number;
}

/* The object of a page, by its number among the kids of the root. */
static unsigned page_object(const struct old *o, unsigned sheet)
{
	const char *pages = object(o, reference(object(o, reference(o->trailer, "/Root")), "/Pages"));
	const char *at = pages ? strstr(pages, "/Kids") : NULL;
	unsigned number = 0;

	at = at ? strchr(at, '[') : NULL;
	for (unsigned i = 0; at && i < sheet; i++) {
		int used = 0;

		if (sscanf(at + 1, " %u 0 R%n", &number, &used) != 1 || !used)
			return 0;
		at += used;
	}
	return number;
}

/* ---- writing ---- */

/* A text in brackets: those within it, and backslashes, are told apart by one more. */
static void put_text(struct mm_buf *out, const char *text)
{
	mm_buf_byte(out, '(');
	for (; *text; text++) {
		if (strchr("()\\", *text))
			mm_buf_byte(out, '\\');
		mm_buf_byte(out, (unsigned char)*text);
	}
	mm_buf_byte(out, ')');
}

/* Texts of the document itself are UTF-16 with a mark, when they are not ASCII: the name is ASCII here. */
static void put_name(struct mm_buf *out, const char *text)
{
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c >= 0x80) {
			put_text(out, "Map");
			return;
		}
	put_text(out, text);
}

static void put_viewport(struct mm_buf *out, const struct mm_georeference *g)
{
	const double x = g->map.x * POINTS_A_MM, top = (g->sheet_height_mm - g->map.y) * POINTS_A_MM;

	mm_buf_text(out, " /VP [ << /Type /Viewport /Name ");
	put_name(out, g->name);
	mm_buf_printf(out, " /BBox [ %.6f %.6f %.6f %.6f ]\n", x, top - g->map.height * POINTS_A_MM,
		      x + g->map.width * POINTS_A_MM, top);
	mm_buf_text(out, " /Measure << /Type /Measure /Subtype /GEO /Bounds [ 0 0 0 1 1 1 1 0 ] "
			 "/LPTS [ 0 0 0 1 1 1 1 0 ]\n /GPTS [");
	for (int i = 0; i < 4; i++)
		mm_buf_printf(out, " %.12f %.12f", g->corner_deg[i][1], g->corner_deg[i][0]);
	mm_buf_printf(out, " ]\n /GCS << /Type /%s /WKT ",
		      strncmp(g->wkt, "GEOGCS", 6) == 0 ? "GEOGCS" : "PROJCS");
	put_text(out, g->wkt);
	mm_buf_text(out, " >> >> >> ]\n");
}

/* The page again, with its viewport. */
static bool put_page(const struct old *o, unsigned number, const struct mm_georeference *g,
		     struct mm_buf *out)
{
	const char *page = object(o, number), *end = page ? strstr(page, "endobj") : NULL;

	if (!end)
		return false;
	mm_buf_printf(out, "%u 0 obj\n<<", number);
	put_viewport(out, g);
	mm_buf_put(out, page + 2, (size_t)(end - page) - 2);
	mm_buf_text(out, "endobj\n");
	return true;
}

static enum mm_code put_update(const struct old *o, const struct mm_georeference *ref, size_t count,
			       struct mm_buf *out, struct mm_err *reterr)
{
	const char *end = strstr(o->trailer, ">>");
	struct mm_buf table;
	bool is_good = end;

	mm_buf_init(&table, 64 << 10);
	mm_buf_put(out, o->pdf->data, o->pdf->len);
	for (size_t i = 0; i < count && is_good; i++) {
		const unsigned number = page_object(o, ref[i].sheet);

		mm_buf_printf(&table, "%u 1\n%010zu 00000 n \n", number, out->len);
		is_good = number && put_page(o, number, &ref[i], out);
	}
	if (is_good && !out->failed && !table.failed) {
		const size_t xref = out->len;

		mm_buf_text(out, "xref\n");
		mm_buf_put(out, table.data, table.len);
		mm_buf_put(out, o->trailer, (size_t)(end - o->trailer));
		mm_buf_printf(out, " /Prev %zu\n>>\nstartxref\n%zu\n%%%%EOF\n", o->xref, xref);
	}
	is_good = is_good && !table.failed;
	mm_buf_release(&table);
	if (!is_good)
		return mm_fail(reterr, MM_E_INTERNAL, "",
			       "the pages of the PDF are not where they should be");
	return out->failed ? mm_fail(reterr, MM_E_LIMIT, "", "the plan is too large: take a smaller sheet")
			   : MM_OK;
}

enum mm_code mm_georeference_put(struct mm_buf *pdf, const struct mm_georeference *ref, size_t count,
				 struct mm_err *reterr)
{
	struct old o = {.pdf = pdf};
	struct mm_buf out;
	enum mm_code rc;

	if (!count)
		return MM_OK;
	mm_buf_byte(pdf, 0); /* searched as a text */
	pdf->len -= pdf->len > 0;
	if (pdf->failed || !read_old(&o))
		return mm_fail(reterr, MM_E_INTERNAL, "",
			       "the PDF has no table of objects where it should be");
	mm_buf_init(&out, pdf->max ? pdf->max : SIZE_MAX);
	rc = put_update(&o, ref, count, &out, reterr);
	if (rc) {
		mm_buf_release(&out);
		return rc;
	}
	mm_buf_release(pdf);
	*pdf = out;
	return MM_OK;
}
