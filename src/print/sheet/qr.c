#include "print/sheet/qr.h"

#include <qrencode.h>

#include <math.h>
#include <string.h>

enum { TEXT_BYTES_MAX = 1000, QUIET = 4 };

static bool is_dark(const QRcode *code, int row, int column)
{
	return code->data[row * code->width + column] & 1;
}

/* Dark modules of a row that touch are one rectangle, and all are one path: no hair lines between them. */
static void draw_modules(cairo_t *cr, const QRcode *code)
{
	cairo_new_path(cr);
	for (int row = 0; row < code->width; row++)
		for (int column = 0; column < code->width; column++) {
			const int from = column;

			while (column < code->width && is_dark(code, row, column))
				column++;
			if (column > from)
				cairo_rectangle(cr, from, row, column - from, 1);
		}
	cairo_set_source_rgb(cr, 0, 0, 0);
	cairo_fill(cr);
}

enum mm_code mm_qr_draw(cairo_t *cr, const char *text, const struct mm_paper_box *box, struct mm_err *reterr)
{
	const size_t n = strnlen(text, TEXT_BYTES_MAX + 1);
	QRcode *code;
	double module_mm, side;

	if (n == 0)
		return mm_fail(reterr, MM_E_INVALID, "qr", "write the address that the code shall lead to");
	if (n > TEXT_BYTES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "qr",
			       "the address has more than %d bytes: write a shorter one", TEXT_BYTES_MAX);
	code = QRcode_encodeData((int)n, (const unsigned char *)text, 0, QR_ECLEVEL_M);
	if (!code)
		return mm_fail_nomem(reterr);
	side = fmin(box->width, box->height);
	module_mm = side / (code->width + 2 * QUIET);
	if (module_mm > 0) {
		cairo_save(cr);
		cairo_translate(cr, box->x + (box->width - side) / 2 + QUIET * module_mm,
				box->y + (box->height - side) / 2 + QUIET * module_mm);
		cairo_scale(cr, module_mm, module_mm);
		draw_modules(cr, code);
		cairo_restore(cr);
	}
	QRcode_free(code);
	return MM_OK;
}
