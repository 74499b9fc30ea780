#include "base/clock.h"
#include "base/text.h"
#include "feed/child/export_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>

/*
 * A sheet (ECMA-376, XLSX), written row by row: GDAL's own writer holds all of it in memory. Texts are inline
 * strings, which no program takes for formulas.
 */

enum {
	SHEET_TITLE = 31, /* characters; some of them are not allowed */
	CELL_MAX = 32767, /* the same, of a text */
	PIECE = 1 << 16,
	DAY_MS = 86400000,
	DAYS_1970 = 25569,    /* since "1900-01-00" */
	DAYS_MARCH_1900 = 61, /* before, sheets have a day that never was */
	LETTERS = 4
};
static const int64_t EXACT_MOST = 999999999999999; /* fifteen digits are kept of a number */

struct sheet {
	struct mm_export_writer *w;
	void *zip;
	struct mm_buf out; /* of the part that is being written */
	bool failed;
	uint32_t line; /* from 1 */
};

#define XML  "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACK "http://schemas.openxmlformats.org/package/2006/"
#define KIND "application/vnd.openxmlformats-officedocument.spreadsheetml."

static const struct {
	const char *name, *text;
} parts[] = {
    {"[Content_Types].xml", XML
     "<Types xmlns=\"" PACK "content-types\"><Default Extension=\"rels\" ContentType=\"application/"
     "vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" "
     "ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"" KIND
     "sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" KIND
     "worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"" KIND "styles+xml\"/></Types>"},
    {"_rels/.rels", XML "<Relationships xmlns=\"" PACK "relationships\"><Relationship Id=\"rId1\" Type=\"" REL
			"/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
    {"xl/_rels/workbook.xml.rels",
     XML "<Relationships xmlns=\"" PACK "relationships\"><Relationship Id=\"rId1\" Type=\"" REL
	 "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" REL
	 "/styles\" Target=\"styles.xml\"/></Relationships>"},
    /* formats 14, 22 and 21 are a date, a moment and a time as the reader's country writes them */
    {"xl/styles.xml", XML
     "<styleSheet xmlns=\"" MAIN "\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/>"
     "</font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill>"
     "<patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>"
     "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
     "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
     "<cellXfs count=\"5\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
     "<xf numFmtId=\"14\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
     "<xf numFmtId=\"22\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
     "<xf numFmtId=\"21\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
     "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/></cellXfs>"
     "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
     "</styleSheet>"},
};

/* ---- parts of the package ---- */

static void flush(struct sheet *s)
{
	s->failed = s->failed || s->out.failed ||
		    (s->out.len && CPLWriteFileInZip(s->zip, s->out.data, (int)s->out.len) != CE_None);
	mm_buf_clear(&s->out);
}

static void begin_part(struct sheet *s, const char *name)
{
	if (!s->failed && CPLCreateFileInZip(s->zip, name, NULL) != CE_None)
		s->failed = true;
}

static void end_part(struct sheet *s)
{
	flush(s);
	if (!s->failed && CPLCloseFileInZip(s->zip) != CE_None)
		s->failed = true;
}

/* A title as the name of a sheet. */
static void put_sheet_name(struct sheet *s)
{
	const struct mm_schema *schema = s->w->schema;
	const char *title = mm_title_in(&schema->title, s->w->x->lang, schema->id);
	size_t at = 0;

	for (size_t n = 0; title[at] && n < SHEET_TITLE; n++) {
		const size_t from = at;

		(void)mm_text_utf8_next(title, strlen(title), &at);
		if (strchr("[]:*?/\\'", title[from]))
			mm_buf_byte(&s->out, ' ');
		else
			mm_text_put_html(&s->out, title + from, at - from);
	}
}

static void put_parts(struct sheet *s)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		begin_part(s, parts[i].name);
		mm_buf_text(&s->out, parts[i].text);
		end_part(s);
	}
	begin_part(s, "xl/workbook.xml");
	mm_buf_text(&s->out, XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" REL "\"><sheets><sheet name=\"");
	put_sheet_name(s);
	mm_buf_text(&s->out, "\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
	end_part(s);
}

/* ---- cells ---- */

/* "A", "Z", "AA" ... */
static void put_letters(struct mm_buf *out, size_t column)
{
	char text[LETTERS];
	size_t n = 0;

	for (size_t i = column + 1; i; i = (i - 1) / 26)
		text[n++] = (char)('A' + (i - 1) % 26);
	while (n)
		mm_buf_byte(out, (unsigned char)text[--n]);
}

static void open_cell(struct sheet *s, size_t column, const char *more)
{
	mm_buf_text(&s->out, "<c r=\"");
	put_letters(&s->out, column);
	mm_buf_int(&s->out, s->line);
	mm_buf_byte(&s->out, '"');
	mm_buf_text(&s->out, more);
	mm_buf_byte(&s->out, '>');
}

static void put_text(struct sheet *s, size_t column, const char *text, size_t n, const char *style)
{
	size_t at = 0;

	for (size_t units = 0; at < n && units < CELL_MAX; units++) { /* of UTF-16, as Excel counts */
		size_t next = at;

		units += mm_text_utf8_next(text, n, &next) > 0xffff;
		if (units < CELL_MAX)
			at = next;
	}
	open_cell(s, column, style);
	mm_buf_text(&s->out, "<is><t xml:space=\"preserve\">");
	mm_text_put_html(&s->out, text, at);
	mm_buf_text(&s->out, "</t></is></c>");
}

static void put_plain_text(struct sheet *s, size_t column, const char *text, size_t n)
{
	put_text(s, column, text, n, " t=\"inlineStr\"");
}

static void put_number(struct sheet *s, size_t column, double v, const char *more)
{
	if (!isfinite(v))
		return;
	open_cell(s, column, more);
	mm_buf_text(&s->out, "<v>");
	mm_buf_double(&s->out, v);
	mm_buf_text(&s->out, "</v></c>");
}

/* A whole number with more digits than a cell keeps is a text: an account, not an amount. */
static void put_integer(struct sheet *s, size_t column, int64_t v)
{
	char text[24];
	const int n = snprintf(text, sizeof(text), "%lld", (long long)v);

	if (v > EXACT_MOST || v < -EXACT_MOST) {
		put_plain_text(s, column, text, (size_t)n);
		return;
	}
	open_cell(s, column, "");
	mm_buf_printf(&s->out, "<v>%s</v></c>", text);
}

/* Dates before the calendar of sheets are texts; moments are given in the time of their own zone. */
static void put_clock(struct sheet *s, size_t column, const struct mm_value *v)
{
	const bool is_date = v->type == MM_TYPE_DATE;
	char text[MM_CLOCK_TEXT_MAX];
	int64_t ms = v->integer;

	if (v->type == MM_TYPE_TIME) {
		put_number(s, column, (double)ms / DAY_MS, " s=\"3\"");
		return;
	}
	if (!is_date && v->offset_min != MM_CLOCK_NO_ZONE)
		ms += v->offset_min * (int64_t)60000;
	if ((is_date ? v->integer : ms / DAY_MS) + DAYS_1970 < DAYS_MARCH_1900)
		put_plain_text(s, column, text,
			       is_date ? mm_clock_format_date(v->integer, text)
				       : mm_clock_format(v->integer, v->offset_min, text));
	else if (is_date)
		put_number(s, column, (double)(v->integer + DAYS_1970), " s=\"1\"");
	else
		put_number(s, column, (double)ms / DAY_MS + DAYS_1970, " s=\"2\"");
}

static void put_value(struct sheet *s, size_t column, const struct mm_value *v)
{
	switch (v->type) {
	case MM_TYPE_BOOL:
		open_cell(s, column, " t=\"b\"");
		mm_buf_text(&s->out, v->boolean ? "<v>1</v></c>" : "<v>0</v></c>");
		break;
	case MM_TYPE_INT:
		put_integer(s, column, v->integer);
		break;
	case MM_TYPE_REAL:
		put_number(s, column, v->real, "");
		break;
	case MM_TYPE_DATE:
	case MM_TYPE_TIME:
	case MM_TYPE_DATETIME:
		put_clock(s, column, v);
		break;
	default:
		put_plain_text(s, column, v->text, v->text_len);
		break;
	}
}

static void put_geometry(struct sheet *s, size_t column, int what, OGRGeometryH g)
{
	char *wkt = NULL, note[80];
	size_t n;

	if (what == MM_EXPORT_X)
		put_number(s, column, OGR_G_GetX(g, 0), "");
	else if (what == MM_EXPORT_Y)
		put_number(s, column, OGR_G_GetY(g, 0), "");
	else if (what == MM_EXPORT_Z)
		put_number(s, column, OGR_G_GetZ(g, 0), "");
	if (what != MM_EXPORT_WKT || OGR_G_ExportToIsoWkt(g, &wkt))
		return;
	n = strlen(wkt);
	if (n > CELL_MAX)
		n = (size_t)snprintf(note, sizeof(note), "too long for a cell: %zu characters", n);
	put_plain_text(s, column, strlen(wkt) > CELL_MAX ? note : wkt, n);
	CPLFree(wkt);
}

/* ---- the table ---- */

static void put_head(struct sheet *s)
{
	const struct mm_export_columns *c = &s->w->columns;

	mm_buf_text(&s->out,
		    XML "<worksheet xmlns=\"" MAIN "\"><sheetViews><sheetView workbookViewId=\"0\">"
			"<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
			"</sheetView></sheetViews><cols>");
	mm_buf_printf(&s->out,
		      "<col min=\"1\" max=\"%zu\" width=\"18\" customWidth=\"1\"/></cols><sheetData>",
		      c->count);
	s->line = 1;
	mm_buf_text(&s->out, "<row r=\"1\">");
	for (size_t i = 0; i < c->count; i++)
		put_text(s, i, c->column[i].name, strlen(c->column[i].name), " s=\"4\" t=\"inlineStr\"");
	mm_buf_text(&s->out, "</row>");
}

static void put_row(struct sheet *s, uint32_t row, OGRGeometryH g)
{
	const struct mm_export_columns *c = &s->w->columns;

	s->line++;
	mm_buf_printf(&s->out, "<row r=\"%u\">", s->line);
	for (size_t i = 0; i < c->count; i++) {
		struct mm_value v;

		mm_export_column_get(&c->column[i], s->w->layer, row, &v);
		if (!v.is_null)
			put_value(s, i, &v);
		else if (g && c->column[i].what <= MM_EXPORT_X)
			put_geometry(s, i, c->column[i].what, g);
	}
	mm_buf_text(&s->out, "</row>");
	if (s->out.len > PIECE)
		flush(s);
}

static enum mm_code put_rows(struct sheet *s, struct mm_err *reterr)
{
	struct mm_export_writer *w = s->w;
	struct mm_export_shape shape = {.transform = w->transform, .kind = -1, .has_z = w->has_z};
	OGRFeatureDefnH defn = OGR_FD_Create("shape"); /* a feature that holds the geometry */
	OGRFeatureH holder = OGR_F_Create(defn);       /* which goes with it */
	bool fits = true;

	for (uint32_t i = 0; fits && !s->failed && i < w->x->count; i++) {
		struct mm_geom g;

		mm_layer_geom(w->layer, w->row[i], &g);
		fits = mm_export_shape_put(&shape, &g, holder);
		if (fits)
			put_row(s, w->row[i], OGR_F_GetGeometryRef(holder));
	}
	OGR_F_Destroy(holder);
	mm_export_shape_release(&shape);
	return fits ? MM_OK : mm_fail_nomem(reterr);
}

enum mm_code mm_export_sheet(struct mm_export_writer *w, struct mm_err *reterr)
{
	struct sheet s = {.w = w, .zip = CPLCreateZip(w->job->out, NULL)};
	enum mm_code rc;

	if (!s.zip)
		return mm_export_failed(w, "the file cannot be made", reterr);
	mm_buf_init(&s.out, (size_t)512 << 20); /* a row of long texts */
	put_parts(&s);
	begin_part(&s, "xl/worksheets/sheet1.xml");
	put_head(&s);
	rc = put_rows(&s, reterr);
	mm_buf_text(&s.out, "</sheetData></worksheet>");
	end_part(&s);
	if (CPLCloseZip(s.zip) != CE_None)
		s.failed = true;
	mm_buf_release(&s.out);
	return !rc && s.failed ? mm_export_failed(w, "the file cannot be written", reterr) : rc;
}
