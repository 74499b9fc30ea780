#ifndef MM_PRINT_SHEET_QR_H
#define MM_PRINT_SHEET_QR_H

#include "base/err.h"
#include "print/sheet/paper.h"

#include <cairo.h>

/*
 * A QR code (ISO/IEC 18004, error correction M) as large as the box allows, in its middle, with the four
 * empty modules around it that readers need.
 *
 * text           at most 1 000 bytes: the address of the same view
 * MM_E_LIMIT     longer
 * MM_E_INVALID   empty
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_qr_draw(cairo_t *cr, const char *text, const struct mm_paper_box *box,
				    struct mm_err *reterr);

#endif
