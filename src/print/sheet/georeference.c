#include "print/sheet/georeference.h"

#include "print/sheet/pdf.h"

#include <stdlib.h>
#include <string.h>

static const double POINTS_A_MM = 72 / 25.4;

enum { MEMBERS_BYTES_MAX = 1 << 20, LAYERS_MAX = 1000, DRAWINGS_MAX = 4096 };

/* ---- where the map lies ---- */

/* A text in brackets: those within it, and backslashes, are told apart by one more. */
static void put_bracketed(struct mm_buf *out, const char *text)
{
	mm_buf_byte(out, '(');
	for (; *text; text++) {
		if (strchr("()\\", *text))
			mm_buf_byte(out, '\\');
		mm_buf_byte(out, (unsigned char)*text);
	}
	mm_buf_byte(out, ')');
}

static void put_viewport(struct mm_buf *out, const struct mm_georeference *g)
{
	const double x = g->map.x * POINTS_A_MM, top = (g->sheet_height_mm - g->map.y) * POINTS_A_MM;

	mm_buf_text(out, " /VP [ << /Type /Viewport /Name ");
	mm_pdf_put_text(out, g->name);
	mm_buf_printf(out, " /BBox [ %.6f %.6f %.6f %.6f ]\n", x, top - g->map.height * POINTS_A_MM,
		      x + g->map.width * POINTS_A_MM, top);
	mm_buf_text(out, " /Measure << /Type /Measure /Subtype /GEO /Bounds [ 0 0 0 1 1 1 1 0 ] "
			 "/LPTS [ 0 0 0 1 1 1 1 0 ]\n /GPTS [");
	for (int i = 0; i < 4; i++)
		mm_buf_printf(out, " %.12f %.12f", g->corner_deg[i][1], g->corner_deg[i][0]);
	mm_buf_printf(out, " ]\n /GCS << /Type /%s /WKT ",
		      strncmp(g->wkt, "GEOGCS", 6) == 0 ? "GEOGCS" : "PROJCS");
	put_bracketed(out, g->wkt);
	mm_buf_text(out, " >> >> >> ]\n");
}

/* ---- layers ---- */

struct layers {
	struct mm_pdf *pdf;
	const char *name[LAYERS_MAX]; /* those of `ref`; each once */
	unsigned object[LAYERS_MAX];
	size_t count;
};

/* The group of a name; 0: no memory, or too many. */
static unsigned group_of(struct layers *l, const char *name)
{
	struct mm_buf b;

	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->name[i], name))
			return l->object[i];
	if (l->count == LAYERS_MAX)
		return 0;
	mm_buf_init(&b, MEMBERS_BYTES_MAX);
	mm_buf_text(&b, "<< /Type /OCG /Name ");
	mm_pdf_put_text(&b, name);
	mm_buf_text(&b, " >>");
	l->name[l->count] = name;
	l->object[l->count] = mm_pdf_add(l->pdf, &b);
	mm_buf_release(&b);
	return l->object[l->count] ? l->object[l->count++] : 0;
}

static bool mark(struct layers *l, const struct mm_georeference *g, unsigned page)
{
	unsigned *drawing = malloc(DRAWINGS_MAX * sizeof(*drawing));
	const size_t n = drawing ? mm_pdf_drawings(l->pdf, page, drawing, DRAWINGS_MAX) : 0;
	bool is_good = n >= g->layer_count;

	for (size_t i = 0; i < g->layer_count && is_good; i++) {
		const unsigned group = group_of(l, g->layer[i]);
		struct mm_buf b;

		mm_buf_init(&b, MEMBERS_BYTES_MAX);
		mm_buf_printf(&b, " /OC %u 0 R", group);
		is_good = group && mm_pdf_extend(l->pdf, drawing[i], &b);
		mm_buf_release(&b);
	}
	free(drawing);
	return is_good;
}

/* The list of layers, the uppermost first, as people are used to. */
static bool list(const struct layers *l)
{
	struct mm_buf b;
	bool is_good;

	if (!l->count)
		return true;
	mm_buf_init(&b, MEMBERS_BYTES_MAX);
	mm_buf_text(&b, " /Version /1.5 /OCProperties << /OCGs [");
	for (size_t i = 0; i < l->count; i++)
		mm_buf_printf(&b, " %u 0 R", l->object[i]);
	mm_buf_text(&b, " ] /D << /Order [");
	for (size_t i = l->count; i-- > 0;)
		mm_buf_printf(&b, " %u 0 R", l->object[i]);
	mm_buf_text(&b, " ] >> >>");
	is_good = mm_pdf_extend(l->pdf, mm_pdf_root(l->pdf), &b);
	mm_buf_release(&b);
	return is_good;
}

/* ---- all ---- */

static bool put_sheet(struct layers *l, const struct mm_georeference *g)
{
	const unsigned page = mm_pdf_page(l->pdf, g->sheet);
	struct mm_buf b;
	bool is_good;

	mm_buf_init(&b, MEMBERS_BYTES_MAX);
	put_viewport(&b, g);
	is_good = page && mm_pdf_extend(l->pdf, page, &b) && mark(l, g, page);
	mm_buf_release(&b);
	return is_good;
}

enum mm_code mm_georeference_put(struct mm_buf *pdf, const struct mm_georeference *ref, size_t count,
				 struct mm_err *reterr)
{
	struct layers *l = calloc(1, sizeof(*l));
	enum mm_code rc = l ? mm_pdf_open(pdf, &l->pdf, reterr) : mm_fail_nomem(reterr);
	bool is_good = true;

	for (size_t i = 0; i < count && !rc && is_good; i++)
		is_good = put_sheet(l, &ref[i]);
	if (!rc && !(is_good && list(l)))
		rc = mm_fail(reterr, MM_E_INTERNAL, "", "the pages of the PDF are not as they should be");
	if (!rc)
		rc = mm_pdf_write(l->pdf, reterr);
	if (l)
		(void)mm_pdf_free(l->pdf);
	free(l);
	return rc;
}
