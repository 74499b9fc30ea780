#ifndef MM_PRINT_PAGE_PRINT_H
#define MM_PRINT_PAGE_PRINT_H

#include "base/buf.h"
#include "geo/kit.h"
#include "print/plan/plan.h"
#include "print/plot/plot.h"
#include "store/catalog.h"
#include "style/document/style.h"
#include "style/icon.h"

/* A plan, and all that it takes to print it. All borrowed. */
struct mm_print_spec {
	const struct mm_print_plan *plan;
	const struct mm_catalog *catalog;
	const struct mm_style *style; /* whose layers are those that the plan wants */
	struct mm_icons *icons;       /* of the style */
	struct mm_lettering *lettering;
	struct mm_kit *kit;
	struct mm_plot_pixels pixels; /* of rasters */
	const char *base_url;         /* of the map on the web, for the QR code; "": there is none */
	int64_t moment_s;             /* when it is printed: seconds since 1970, UTC */
	int64_t deadline_ns;          /* monotonic clock; 0: none */

	/* Asked now and then; true: nobody wants it any more. NULL allowed. */
	bool (*is_unwanted)(void *ctx);
	/* Told before the first sheet, and after each. NULL allowed. */
	void (*progress)(void *ctx, unsigned done, unsigned total);
	void *ctx;
};

struct mm_print_about {
	unsigned sheets;
	const char *media_type, *extension;
};

/*
 * Prints a plan: sheets of a PDF, or the first as SVG or PNG. The same spec gives the same bytes.
 *
 * ret  the file; released by the caller
 *
 * MM_E_INVALID    a member of the plan does not fit the map or the sheet; `where` names it
 * MM_E_NOT_FOUND  there is no such layer or object
 * MM_E_LIMIT      too much for a sheet, too many sheets
 * MM_E_BUSY       the deadline has passed, or nobody wants it
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_print_make(const struct mm_print_spec *spec, struct mm_buf *ret,
				       struct mm_print_about *ret_about, struct mm_err *reterr);

/* Where the first sheet's map lies. */
struct mm_print_frame {
	double corner_deg[4][2]; /* longitude, latitude: upper left, upper right, lower right, lower left */
	double center_deg[2];
	double scale;
	double width_mm, height_mm; /* of the map on the sheet */
	unsigned sheets;
};

/* Lays a plan out without drawing it: what it would show. The same errors. */
MM_MUST_USE enum mm_code mm_print_find_frame(const struct mm_print_spec *spec, struct mm_print_frame *ret,
					     struct mm_err *reterr);

#endif
