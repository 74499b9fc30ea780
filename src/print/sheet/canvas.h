#ifndef MM_PRINT_SHEET_CANVAS_H
#define MM_PRINT_SHEET_CANVAS_H

#include "base/buf.h"
#include "base/err.h"
#include "print/sheet/paper.h"

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

enum mm_canvas_kind { MM_CANVAS_PDF, MM_CANVAS_SVG, MM_CANVAS_PNG, MM_CANVAS_JPEG };

/* What a file says of itself. The same words and the same moment give the same bytes. */
struct mm_canvas_info {
	const char *title, *author, *subject; /* NULL: not said; only a PDF says them */
	int64_t moment_s;                     /* when it was made: seconds since 1970, UTC */
	bool is_clear; /* a PNG has no white ground: other pictures below it show through */
};

/* Sheets that are drawn on with cairo in millimetres, x to the right, y down from the upper left corner. One
 * thread at a time. */
struct mm_canvas;

/*
 * dpi            of a picture, 36 to 1 200; else not looked at
 * MM_E_LIMIT     a picture of more than 120 million pixels, or 32 767 along a side
 * MM_E_INVALID   dpi out of range
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_canvas_new(enum mm_canvas_kind kind, const struct mm_paper *paper, double dpi,
				       const struct mm_canvas_info *info, struct mm_canvas **ret,
				       struct mm_err *reterr);
struct mm_canvas *mm_canvas_free(struct mm_canvas *c); /* NULL allowed; returns NULL */

cairo_t *mm_canvas_cairo(struct mm_canvas *c); /* borrowed */

/* The next sheet of a PDF, of its own size. */
void mm_canvas_next(struct mm_canvas *c, const struct mm_paper *paper);

/*
 * Ends the drawing and hands over the file; nothing may be drawn any more.
 *
 * MM_E_LIMIT      more than 200 MB
 * MM_E_INTERNAL   cairo gave up; the message has its words
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_canvas_finish(struct mm_canvas *c, struct mm_buf *ret, struct mm_err *reterr);

#endif
