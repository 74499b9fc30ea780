#ifndef MM_PRINT_SHEET_GEOREFERENCE_H
#define MM_PRINT_SHEET_GEOREFERENCE_H

#include "base/buf.h"
#include "base/err.h"
#include "print/sheet/paper.h"

#include <stddef.h>

/* What the map of one sheet is: where it lies makes a PDF a GeoPDF, and its layers can be switched. */
struct mm_georeference {
	unsigned sheet; /* from 1 */
	struct mm_paper_box map;
	double sheet_height_mm;
	const char *name, *wkt; /* of the system, WKT 1 */
	/* Longitude and latitude on the system's own datum of the lower left corner of the map, the upper
	 * left, the upper right, the lower right. */
	double corner_deg[4][2];
	/* The first groups that were drawn on the sheet (cairo_push_group) are these layers; one name may
	 * stand several times. */
	const char *const *layer;
	size_t layer_count;
};

/*
 * Writes them into a PDF that cairo made: viewports with a measure (ISO 32000-2, 12.9 and 12.10; Adobe's
 * supplement to ISO 32000, BaseVersion 1.7, ExtensionLevel 3, 8.8), as GDAL, QGIS and Acrobat read them;
 * optional content groups (ISO 32000-1, 8.11), one for each name.
 *
 * MM_E_INTERNAL  the PDF is not of the form that cairo writes
 * MM_E_LIMIT     it would be longer than its maximum
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_georeference_put(struct mm_buf *pdf, const struct mm_georeference *ref,
					     size_t count, struct mm_err *reterr);

#endif
