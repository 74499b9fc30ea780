#include "print/sheet/canvas.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <turbojpeg.h>

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum {
	FILE_BYTES_MAX = 200 << 20,
	DPI_MIN = 36,
	DPI_MAX = 1200,
	SIDE_MAX_PX = 32767, /* of a picture in cairo */
	JPEG_QUALITY = 88
};

static const double POINTS_A_MM = 72 / 25.4, MM_AN_INCH = 25.4, PIXELS_MAX = 120e6;

struct mm_canvas {
	enum mm_canvas_kind kind;
	cairo_surface_t *surface;
	cairo_t *cr;
	struct mm_buf file;
};

static cairo_status_t take(void *ctx, const unsigned char *bytes, unsigned n)
{
	struct mm_canvas *c = ctx;

	mm_buf_put(&c->file, bytes, n);
	return c->file.failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static bool is_picture(enum mm_canvas_kind kind)
{
	return kind == MM_CANVAS_PNG || kind == MM_CANVAS_JPEG;
}

/* A JPEG has no clear pixels. */
static bool is_clear(enum mm_canvas_kind kind, const struct mm_canvas_info *info)
{
	return kind == MM_CANVAS_PNG && info->is_clear;
}

static void tell(cairo_surface_t *s, cairo_pdf_metadata_t what, const char *text)
{
	if (text)
		cairo_pdf_surface_set_metadata(s, what, text);
}

static void set_info(cairo_surface_t *s, const struct mm_canvas_info *info)
{
	const time_t moment = (time_t)info->moment_s;
	struct tm utc;
	char text[32];

	tell(s, CAIRO_PDF_METADATA_TITLE, info->title);
	tell(s, CAIRO_PDF_METADATA_AUTHOR, info->author);
	tell(s, CAIRO_PDF_METADATA_SUBJECT, info->subject);
	tell(s, CAIRO_PDF_METADATA_CREATOR, "munimap");
	if (gmtime_r(&moment, &utc) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc) > 0)
		tell(s, CAIRO_PDF_METADATA_CREATE_DATE, text);
}

static cairo_surface_t *open_surface(struct mm_canvas *c, const struct mm_paper *paper, double dpi,
				     const struct mm_canvas_info *info)
{
	const double width_pt = paper->width_mm * POINTS_A_MM, height_pt = paper->height_mm * POINTS_A_MM;
	cairo_surface_t *s;

	switch (c->kind) {
	case MM_CANVAS_PDF:
		s = cairo_pdf_surface_create_for_stream(take, c, width_pt, height_pt);
		/* objects one by one and a plain table of them, which georeference.c adds to */
		cairo_pdf_surface_restrict_to_version(s, CAIRO_PDF_VERSION_1_4);
		set_info(s, info);
		return s;
	case MM_CANVAS_SVG:
		s = cairo_svg_surface_create_for_stream(take, c, width_pt, height_pt);
		cairo_svg_surface_restrict_to_version(s, CAIRO_SVG_VERSION_1_2);
		return s;
	case MM_CANVAS_PNG:
	case MM_CANVAS_JPEG:
		break;
	}
	return cairo_image_surface_create(is_clear(c->kind, info) ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24,
					  (int)lround(paper->width_mm / MM_AN_INCH * dpi),
					  (int)lround(paper->height_mm / MM_AN_INCH * dpi));
}

/* Paper is white. */
static void open_sheet(struct mm_canvas *c, const struct mm_paper *paper, const struct mm_canvas_info *info)
{
	if (!is_picture(c->kind) || is_clear(c->kind, info))
		return;
	cairo_set_source_rgb(c->cr, 1, 1, 1);
	cairo_rectangle(c->cr, 0, 0, paper->width_mm, paper->height_mm);
	cairo_fill(c->cr);
}

enum mm_code mm_canvas_new(enum mm_canvas_kind kind, const struct mm_paper *paper, double dpi,
			   const struct mm_canvas_info *info, struct mm_canvas **ret, struct mm_err *reterr)
{
	const double a_mm = is_picture(kind) ? dpi / MM_AN_INCH : POINTS_A_MM;
	struct mm_canvas *c;

	if (is_picture(kind) && !(dpi >= DPI_MIN && dpi <= DPI_MAX))
		return mm_fail(reterr, MM_E_INVALID, "dpi", "write a number from %d to %d", DPI_MIN, DPI_MAX);
	if (is_picture(kind) && paper->width_mm * a_mm * paper->height_mm * a_mm > PIXELS_MAX)
		return mm_fail(
		    reterr, MM_E_LIMIT, "dpi",
		    "the picture would have more than %.0f million pixels: ask for at most %.0f dpi, or for "
		    "a PDF, which is as sharp at any size",
		    PIXELS_MAX / 1e6,
		    floor(sqrt(PIXELS_MAX / (paper->width_mm * paper->height_mm)) * MM_AN_INCH));
	if (is_picture(kind) && fmax(paper->width_mm, paper->height_mm) * a_mm >= SIDE_MAX_PX)
		return mm_fail(reterr, MM_E_LIMIT, "dpi",
			       "a side of the picture would have more than %d pixels: ask "
			       "for at most %.0f dpi, or for a PDF, which is as sharp at any size",
			       SIDE_MAX_PX,
			       floor(SIDE_MAX_PX / fmax(paper->width_mm, paper->height_mm) * MM_AN_INCH));
	c = calloc(1, sizeof(*c));
	if (!c)
		return mm_fail_nomem(reterr);
	c->kind = kind;
	mm_buf_init(&c->file, FILE_BYTES_MAX);
	c->surface = open_surface(c, paper, dpi, info);
	c->cr = cairo_create(c->surface);
	cairo_scale(c->cr, a_mm, a_mm);
	if (cairo_status(c->cr) != CAIRO_STATUS_SUCCESS) {
		(void)mm_canvas_free(c);
		return mm_fail_nomem(reterr);
	}
	open_sheet(c, paper, info);
	*ret = c;
	return MM_OK;
}

struct mm_canvas *mm_canvas_free(struct mm_canvas *c)
{
	if (!c)
		return NULL;
	cairo_destroy(c->cr);
	cairo_surface_destroy(
	    c->surface); /* a PDF that was not finished is written here: the buffer goes last */
	mm_buf_release(&c->file);
	free(c);
	return NULL;
}

cairo_t *mm_canvas_cairo(struct mm_canvas *c)
{
	return c->cr;
}

void mm_canvas_next(struct mm_canvas *c, const struct mm_paper *paper)
{
	MM_CHECK(c->kind == MM_CANVAS_PDF);
	cairo_show_page(c->cr);
	cairo_pdf_surface_set_size(c->surface, paper->width_mm * POINTS_A_MM, paper->height_mm * POINTS_A_MM);
}

/* False: no memory. Thin lines and letters want a good quality and full colours. */
static bool write_jpeg(struct mm_canvas *c)
{
	const tjhandle jpeg = tjInitCompress();
	unsigned char *bytes = NULL;
	unsigned long n = 0;
	bool is_good;

	cairo_surface_flush(c->surface);
	is_good = jpeg && tjCompress2(jpeg, cairo_image_surface_get_data(c->surface),
				      cairo_image_surface_get_width(c->surface),
				      cairo_image_surface_get_stride(c->surface),
				      cairo_image_surface_get_height(c->surface), TJPF_BGRX, &bytes, &n,
				      TJSAMP_444, JPEG_QUALITY, TJFLAG_ACCURATEDCT) == 0;
	if (is_good)
		mm_buf_put(&c->file, bytes, n);
	tjFree(bytes);
	if (jpeg)
		(void)tjDestroy(jpeg);
	return is_good;
}

enum mm_code mm_canvas_finish(struct mm_canvas *c, struct mm_buf *ret, struct mm_err *reterr)
{
	cairo_status_t status = cairo_status(c->cr);

	if (status == CAIRO_STATUS_SUCCESS && c->kind == MM_CANVAS_PNG) {
		status = cairo_surface_write_to_png_stream(c->surface, take, c);
	} else if (status == CAIRO_STATUS_SUCCESS && c->kind == MM_CANVAS_JPEG) {
		status = write_jpeg(c) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
	} else if (status == CAIRO_STATUS_SUCCESS) {
		cairo_show_page(c->cr);
		cairo_surface_finish(c->surface);
		status = cairo_surface_status(c->surface);
	}
	if (c->file.failed)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "the plan has more than %d MB: take a smaller sheet or fewer layers",
			       FILE_BYTES_MAX >> 20);
	if (status == CAIRO_STATUS_NO_MEMORY)
		return mm_fail_nomem(reterr);
	if (status != CAIRO_STATUS_SUCCESS)
		return mm_fail(reterr, MM_E_INTERNAL, "", "the plan cannot be drawn: %s",
			       cairo_status_to_string(status));
	*ret = c->file;
	mm_buf_init(&c->file, 0);
	return MM_OK;
}
