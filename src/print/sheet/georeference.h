#ifndef MM_PRINT_SHEET_GEOREFERENCE_H
#define MM_PRINT_SHEET_GEOREFERENCE_H

#include "base/buf.h"
#include "base/err.h"
#include "print/sheet/paper.h"

#include <stddef.h>

/* Where the map of one sheet lies: what makes a PDF a GeoPDF. */
struct mm_georeference {
	unsigned sheet; /* from 1 */
	struct mm_paper_box map;
	double sheet_height_mm;
	const char *name, *wkt; /* of the system, WKT 1 */
	/* Longitude and latitude on the system's own datum of the lower left corner of the map, the upper
	 * left, the upper right, the lower right. */
	double corner_deg[4][2];
};

/*
 * Writes them into a PDF that cairo made, as an update at its end (ISO 32000-1, 7.5.6): viewports with a
 * measure (ISO 32000-2, 12.9 and 12.10; Adobe's supplement to ISO 32000, BaseVersion 1.7, ExtensionLevel
 * 3, 8.8), as GDAL, QGIS and Acrobat read them. What is drawn stays byte for byte.
 *
 * MM_E_INTERNAL  the PDF is not of the form that cairo writes
 * MM_E_LIMIT     it would be longer than its maximum
 */
MM_MUST_USE enum mm_code mm_georeference_put(struct mm_buf *pdf, const struct mm_georeference *ref,
					     size_t count, struct mm_err *reterr);

#endif
